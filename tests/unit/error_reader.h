/* Reads an error log from a string, with every way of cutting it into blocks, and keeps its events. */
#pragma once

#include "parsers/format.h"

typedef struct {
  GalenErrorEvent event;                                /* slices are gone */
  char *text, *more, *head, *subsystem, *source, *time; /* NULL: not there; "" where the slice is empty */
} Record;

typedef struct {
  GPtrArray *records; /* of Record */
  GalenAccount account;
  GalenServerInfo info;
  char *version;
  GString *dump; /* everything, to compare */
} ErrorRead;

static char *copy_slice(GalenSlice slice) {
  return slice.data != NULL ? g_strndup(slice.data, slice.len) : NULL;
}

static void record_free(gpointer data) {
  Record *record = data;
  g_free(record->text);
  g_free(record->more);
  g_free(record->head);
  g_free(record->subsystem);
  g_free(record->source);
  g_free(record->time);
  g_free(record);
}

static void on_error(gpointer user, const GalenErrorEvent *event) {
  ErrorRead *read = user;
  Record *record = g_new0(Record, 1);
  record->event = *event;
  record->text = copy_slice(event->text);
  record->more = copy_slice(event->more);
  record->head = copy_slice(event->head);
  record->subsystem = copy_slice(event->subsystem);
  record->source = copy_slice(event->source);
  record->time = copy_slice(event->raw_time);
  g_ptr_array_add(read->records, record);
}

static void dump_read(ErrorRead *read) {
  read->dump = g_string_new(NULL);
  for (guint i = 0; i < read->records->len; i++) {
    const Record *r = g_ptr_array_index(read->records, i);
    const GalenErrorEvent *e = &r->event;
    g_string_append_printf(read->dump, "%u|%d|%d|%s|%s|%s|%s|%s|%s|", i, e->block, e->level, r->text, r->more, r->head,
                           r->subsystem, r->source, r->time);
    g_string_append_printf(read->dump, "%u|%" G_GUINT64_FORMAT "|%u|%u|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|",
                           e->code, e->thread, e->pid, e->instance, e->wall, e->time);
    g_string_append_printf(read->dump, "%" G_GINT64_FORMAT "|%d%d%d|%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT "\n",
                           e->resolution, e->inherited, e->cut, e->gap_before, e->line, e->offset);
  }
  const GalenAccount *a = &read->account;
  g_string_append_printf(read->dump, "%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT "|%u|%s|%s",
                         a->bytes_events, a->bytes_headers, a->bytes_skipped, read->info.restarts, read->info.timezone,
                         read->version);
  for (guint i = 0; i < a->n_skips; i++)
    g_string_append_printf(read->dump, "|%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, a->skips[i].reason,
                           a->skips[i].bytes, a->skips[i].line);
}

static void error_read_free(ErrorRead *read) {
  g_ptr_array_unref(read->records);
  g_string_free(read->dump, TRUE);
  g_free(read->version);
  g_free(read);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ErrorRead, error_read_free)

/* `cut` says how long the next block is. */
static ErrorRead *error_read_cut(const char *text, gsize len, gsize (*cut)(gpointer), gpointer cut_user,
                                 const GalenFormatOptions *options) {
  ErrorRead *read = g_new0(ErrorRead, 1);
  read->records = g_ptr_array_new_with_free_func(record_free);
  GalenSink sink = {.user = read, .error = on_error};
  gpointer parser = galen_format_error_log.open(options, &sink);
  gsize from = 0, to = 0, block;
  do {
    block = cut(cut_user);
    to = MIN(len, to + block);
    /* A copy, so that nothing is read past what was given and nothing is kept of it. */
    g_autofree char *window = g_memdup2(text + from, to - from);
    gsize taken = galen_format_error_log.parse(parser, window != NULL ? window : "", to - from, to == len);
    g_assert_cmpuint(taken, <=, to - from);
    g_assert_true(taken > 0 || to == len || to - from < GALEN_WINDOW_MIN + block);
    from += taken;
  } while (to < len);
  g_assert_cmpuint(from, ==, len);
  read->account = *galen_format_error_log.account(parser);
  galen_format_error_log.describe(parser, &read->info);
  read->version = g_strdup(read->info.version);
  read->info.version = read->version;
  galen_format_error_log.close(parser);
  dump_read(read);
  const GalenAccount *a = &read->account;
  g_assert_cmpuint(a->bytes, ==, len);
  g_assert_cmpuint(a->bytes, ==, a->bytes_events + a->bytes_headers + a->bytes_skipped);
  g_assert_cmpuint(a->events, ==, read->records->len);
  return read;
}

static gsize cut_same(gpointer user) {
  return *(gsize *)user;
}

/* The parser looks at its first GALEN_BID_BYTES before it begins: as many blank lines before a log let its own bytes come
 * one by one. */
typedef struct {
  gsize first;
  gsize block; /* 0: by chance */
  GRand *rand;
} Cutter;

static gsize cut_padded(gpointer user) {
  Cutter *cutter = user;
  gsize first = cutter->first;
  cutter->first = 0;
  if (first > 0)
    return first;
  if (cutter->block > 0)
    return cutter->block;
  return (gsize)g_rand_int_range(cutter->rand, 1, g_rand_boolean(cutter->rand) ? 5 : 400);
}

static ErrorRead *error_read_padded(const GString *padded, gsize block, GRand *rand,
                                    const GalenFormatOptions *options) {
  Cutter cutter = {.first = GALEN_BID_BYTES, .block = block, .rand = rand};
  return error_read_cut(padded->str, padded->len, cut_padded, &cutter, options);
}

static GString *padded_log(const char *text, gsize len) {
  GString *padded = g_string_sized_new(GALEN_BID_BYTES + len);
  g_string_set_size(padded, GALEN_BID_BYTES);
  memset(padded->str, '\n', GALEN_BID_BYTES);
  g_string_append_len(padded, text, (gssize)len);
  return padded;
}

/* Reads `text` whole, and again in small blocks: both must say the same. */
static ErrorRead *error_read_with(const char *text, gsize len, const GalenFormatOptions *options) {
  static const gsize blocks[] = {1, 7, 64, 1000, 65536};
  gsize whole = len + 1;
  ErrorRead *read = error_read_cut(text, len, cut_same, &whole, options);
  g_autoptr(GString) padded = padded_log(text, len);
  g_autoptr(ErrorRead) all = error_read_padded(padded, padded->len, NULL, options);
  for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
    if (len / blocks[i] > 20000)
      continue;
    g_autoptr(ErrorRead) again = error_read_padded(padded, blocks[i], NULL, options);
    g_assert_cmpstr(again->dump->str, ==, all->dump->str);
  }
  return read;
}

G_GNUC_UNUSED static ErrorRead *error_read(const char *text) {
  GalenFormatOptions options = {0};
  return error_read_with(text, strlen(text), &options);
}

G_GNUC_UNUSED static const Record *record_at(const ErrorRead *read, guint i) {
  g_assert_cmpuint(i, <, read->records->len);
  return g_ptr_array_index(read->records, i);
}

G_GNUC_UNUSED static const GalenSkip *skip_of(const ErrorRead *read, const char *reason) {
  for (guint i = 0; i < read->account.n_skips; i++)
    if (g_str_equal(read->account.skips[i].reason, reason))
      return &read->account.skips[i];
  return NULL;
}

/* "2026-11-24 03:07:10.5" as if it were UTC. */
G_GNUC_UNUSED static gint64 wall_of(const char *text) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
  g_assert_nonnull(time);
  return g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
}
