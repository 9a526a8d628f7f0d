/* Lines of containers: docker logs -t, kubectl logs --timestamps, CRI, and names in front of lines. */
#include "envelope-private.h"

/* Docker writes nine digits, container runtimes drop zeros at the end; servers never write more than six. */
#define FRACTION_MIN 7u
#define NAME_BYTES_MAX 128

static GalenSlice chomp(GalenSlice line) {
  if (line.len > 0 && line.data[line.len - 1] == '\n')
    line.len--;
  if (line.len > 0 && line.data[line.len - 1] == '\r')
    line.len--;
  return line;
}

/* RFC 3339 and a blank. `fraction`: digits behind the point. */
static gboolean stamp(GalenSlice *line, EnvRecord *record, guint *ret_fraction) {
  GalenLogTime time;
  const char *at = line->data;
  if (line->len < 20 || at[10] != 'T' || !galen_log_time_parse(galen_slice(at, MIN(line->len, (gsize)48)), &time) ||
      !time.has_zone || (time.used < line->len && at[time.used] != ' '))
    return FALSE;
  guint fraction = 0;
  if (at[19] == '.')
    while (20 + fraction < line->len && g_ascii_isdigit(at[20 + fraction]))
      fraction++;
  *ret_fraction = fraction;
  record->wall = time.wall;
  record->time = time.wall - time.offset * GALEN_SECOND;
  gsize used = MIN(time.used + 1, line->len);
  *line = galen_slice(at + used, line->len - used);
  return TRUE;
}

static void start(EnvRecord *record, GalenSlice line) {
  *record = (EnvRecord){.verdict = line.len == 0 ? ENV_HEADER : ENV_SKIP,
                        .reason = ENV_DAMAGED,
                        .wall = GALEN_TIME_NONE,
                        .time = GALEN_TIME_NONE};
}

static void parse_docker_logs(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  GalenSlice line = chomp(record);
  guint fraction;
  start(ret_record, line);
  if (!stamp(&line, ret_record, &fraction))
    return;
  /* In a trial only what no server writes counts. */
  if (self->trial && fraction < FRACTION_MIN)
    return;
  ret_record->verdict = ENV_TEXT;
  ret_record->text = line;
}

const EnvKind galen_env_docker_logs = {"docker-logs", galen_env_split_line, parse_docker_logs, ENV_PIECES | ENV_STRICT};

static void parse_cri(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  GalenSlice line = chomp(record);
  guint fraction;
  (void)self;
  start(ret_record, line);
  if (!stamp(&line, ret_record, &fraction))
    return;
  gboolean err = galen_slice_starts(line, "stderr ");
  if (!err && !galen_slice_starts(line, "stdout "))
    return;
  line = galen_slice(line.data + 7, line.len - 7);
  if (line.len == 0 || (line.data[0] != 'F' && line.data[0] != 'P'))
    return;
  /* Tags may follow the first, behind colons. */
  const char *blank = memchr(line.data, ' ', line.len);
  gsize tags = blank != NULL ? (gsize)(blank - line.data) : line.len;
  if (tags > 1 && line.data[1] != ':')
    return;
  ret_record->partial = line.data[0] == 'P';
  ret_record->stream = err ? 0 : 1;
  gsize used = MIN(tags + 1, line.len);
  ret_record->text = galen_slice(line.data + used, line.len - used);
  ret_record->verdict = ENV_TEXT;
}

const EnvKind galen_env_cri = {"cri", galen_env_split_line, parse_cri, ENV_PIECES | ENV_STRICT};

/* CloudWatch as text: "2023-11-14T22:13:20.123Z text" of an export to S3, "2023-11-14T22:13:20.123000+00:00 stream text" of
 * `aws logs tail`. Milliseconds tell them from servers' times; further lines of an entry have no wrapper. */
static gboolean cloudwatch(GalenSlice line, EnvRecord *record) {
  guint fraction;
  const char *at = line.data;
  gsize before = line.len;
  if (!stamp(&line, record, &fraction))
    return FALSE;
  record->text = line;
  if (fraction == 3)
    return at[23] == 'Z';
  const char *blank = line.len > 0 ? memchr(line.data, ' ', line.len) : NULL;
  if (fraction != 6 || before < 33 || memcmp(at + 23, "000+00:00", 9) != 0 || blank == NULL || blank == line.data)
    return FALSE;
  gsize len = (gsize)(blank - line.data), digits = 0;
  while (digits < len && g_ascii_isdigit(line.data[digits]))
    digits++;
  record->host = galen_slice(line.data, len);
  record->text = galen_slice(blank + 1, line.len - len - 1);
  /* A thread's number, mysqld_safe's name: a server's line after all. */
  return digits < len && !galen_slice_is(record->host, "mysqld_safe") && line.data[0] != '[';
}

static void parse_cloudwatch(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  GalenSlice line = chomp(record);
  start(ret_record, line);
  if (cloudwatch(line, ret_record)) {
    ret_record->verdict = ENV_TEXT;
    self->loose = TRUE;
  } else if (self->last_seen) {
    start(ret_record, line);
    ret_record->verdict = ENV_TEXT;
    ret_record->plain = TRUE;
    ret_record->text = line;
  }
}

const EnvKind galen_env_cloudwatch = {"cloudwatch", galen_env_split_line, parse_cloudwatch, ENV_PIECES | ENV_DOUBT};

/* A terminal's colour, which docker compose puts around names. */
static const char *colour(const char *at, const char *end) {
  const char *from = at;
  if (end - at < 3 || at[0] != '\x1b' || at[1] != '[')
    return from;
  for (at += 2; at < end && (g_ascii_isdigit(*at) || *at == ';'); at++)
    ;
  return at < end && *at == 'm' ? at + 1 : from;
}

/* "db-1  | text" of docker compose, "[pod/db-0/mysql] text" of kubectl logs --prefix. */
static void parse_prefix(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  GalenSlice line = chomp(record);
  (void)self;
  start(ret_record, line);
  const char *end = line.data + line.len, *from = colour(line.data, end), *at = from;
  if (galen_slice_starts(line, "[pod/")) {
    const char *close = memchr(from, ']', MIN(line.len, (gsize)NAME_BYTES_MAX * 4));
    const char *slash = close != NULL ? memchr(from + 5, '/', (gsize)(close - from - 5)) : NULL;
    if (slash == NULL || (close + 1 < end && close[1] != ' '))
      return;
    ret_record->host = galen_slice(from + 5, (gsize)(slash - from - 5));
    ret_record->program = galen_slice(slash + 1, (gsize)(close - slash - 1));
    at = close + 1;
  } else {
    while (at < end && at - from < NAME_BYTES_MAX &&
           (g_ascii_isalnum(*at) || (at > from && strchr("_.-", *at) != NULL && *at != '\0')))
      at++;
    ret_record->host = galen_slice(from, (gsize)(at - from));
    while (at < end && *at == ' ')
      at++;
    if (ret_record->host.len == 0 || at == from + ret_record->host.len || at == end || *at != '|')
      return;
    ret_record->program = ret_record->host;
    at = colour(at + 1, end);
  }
  if (at < end)
    at++;
  ret_record->text = galen_slice(at, (gsize)(end - at));
  ret_record->verdict = ENV_TEXT;
}

const EnvKind galen_env_prefix = {"container-names", galen_env_split_line, parse_prefix,
                                  ENV_PIECES | ENV_PROGRAMS | ENV_DOUBT | ENV_STRICT};
