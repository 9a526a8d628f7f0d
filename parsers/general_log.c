/* General query logs: recognised, so that nobody reads them as something else, and not analysed.
 *
 *   Time                 Id Command    Argument
 *   130101 12:00:00<TAB>   12 Query<TAB>select 1          5.0 to 5.6, MariaDB; a line of the same second begins with two tabs
 *   2019-01-01T12:00:00.123456Z<TAB>   12 Query<TAB>select 1   5.7 to 9 */
#include "format.h"
#include "log_time.h"

#define BID_LINES 500u

static const char NOT_ANALYSED[] = "general log: not analysed";

typedef struct {
  GalenAccount account;
  gboolean begun;
} GeneralLog;

static gpointer general_open(const GalenFormatOptions *options, const GalenSink *sink) {
  (void)options;
  (void)sink;
  GeneralLog *self = g_new0(GeneralLog, 1);
  galen_account_init(&self->account);
  return self;
}

static const GalenAccount *general_account(gpointer self) {
  return &((GeneralLog *)self)->account;
}

static void general_describe(gpointer self, GalenServerInfo *ret_info) {
  (void)self;
  *ret_info = (GalenServerInfo){0};
}

static void general_close(gpointer self) {
  g_free(self);
}

static gsize general_parse(gpointer user, const char *data, gsize len, gboolean eof) {
  GeneralLog *self = user;
  if (len == 0 || (!self->begun && !eof && len < GALEN_SKIP_SAMPLE_MAX))
    return 0;
  if (self->begun)
    galen_account_skip_more(&self->account, NOT_ANALYSED, len);
  else
    galen_account_skip(&self->account, NOT_ANALYSED, galen_slice(data, len), len, 1);
  self->begun = TRUE;
  self->account.bytes += len;
  return len;
}

/* "<TAB>   12 Query<TAB>" behind a time, or behind a tab. */
static gboolean is_command(const char *at, const char *stop) {
  static const char *const commands[] = {
      "Query",      "Connect",  "Quit",       "Init DB",     "Prepare",     "Execute",          "Close stmt",
      "Field List", "Ping",     "Statistics", "Binlog Dump", "Change user", "Reset stmt",       "Long Data",
      "Fetch",      "Shutdown", "Sleep",      "Daemon",      "Set option",  "Reset Connection", "Bulk_execute"};
  if (at == stop || (*at != '\t' && *at != ' '))
    return FALSE;
  while (at < stop && (*at == '\t' || *at == ' '))
    at++;
  const char *number = at;
  while (at < stop && g_ascii_isdigit(*at))
    at++;
  if (at == number || at == stop || *at != ' ')
    return FALSE;
  at++;
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
    gsize len = strlen(commands[i]);
    if ((gsize)(stop - at) >= len && memcmp(at, commands[i], len) == 0 &&
        ((gsize)(stop - at) == len || at[len] == '\t' || at[len] == '\r'))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_entry(const char *at, const char *stop) {
  if (at == stop)
    return FALSE;
  if (*at == '\t')
    return stop - at > 4 && at[1] == '\t' && is_command(at + 1, stop);
  if (!g_ascii_isdigit(*at))
    return FALSE;
  GalenLogTime time;
  return galen_log_time_parse(galen_slice(at, (gsize)(stop - at)), &time) && is_command(at + time.used, stop);
}

static guint general_bid(const char *data, gsize len) {
  const char *end = data + len, *next;
  guint entries = 0, titles = 0, slow = 0;
  for (guint n = 0; n < BID_LINES && data < end; n++, data = next) {
    const char *stop = memchr(data, '\n', (gsize)(end - data));
    next = stop != NULL ? stop + 1 : end;
    if (stop == NULL)
      stop = end;
    GalenSlice line = galen_slice(data, (gsize)(stop - data));
    entries += is_entry(data, stop) != FALSE;
    titles += galen_slice_starts(line, "Time ") && memmem(line.data, line.len, "Id Command", 10) != NULL;
    slow += galen_slice_starts(line, "# Query_time: ") != FALSE;
  }
  if (entries == 0 || slow > 0)
    return 0;
  return titles > 0 ? 92 : entries >= 2 ? 91 : 40;
}

const GalenFormat galen_format_general_log = {
    .name = "general-log",
    .bid = general_bid,
    .open = general_open,
    .parse = general_parse,
    .account = general_account,
    .describe = general_describe,
    .close = general_close,
};
