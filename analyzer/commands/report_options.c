#include "report_options.h"

#include "../findings/findings.h"
#include "../nightly_send.h"
#include "../when.h"
#include "report_sides.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOP_DEFAULT 10
#define CLOCK_OFFSET_MAX 1e10 /* seconds */

static gboolean bad(GError **error, const char *option, const char *value, const char *wanted) {
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: %s", option, value, wanted);
  return FALSE;
}

static gboolean bad_format(GError **error, const char *option, const char *value) {
  g_autofree char *words = galen_writer_words();
  g_autofree char *wanted = g_strconcat("the formats are ", words, NULL);
  return bad(error, option, value, wanted);
}

static gboolean bad_ending(GError **error, const char *path) {
  g_autofree char *words = galen_writer_words();
  g_autofree char *wanted = g_strconcat("its ending names no format: it may be ", words, "; or give --format", NULL);
  return bad(error, "-o", path, wanted);
}

/* The writer that a path's ending names. */
static const GalenWriter *writer_of(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot != NULL && strchr(dot, '/') == NULL ? galen_writer_find(dot + 1) : NULL;
}

static gboolean take_outputs(GalenReportCommand *self, const GalenReportRaw *raw, const char *command, GError **error) {
  gboolean report = !g_str_equal(command, "events");
  if (g_str_equal(command, "nightly") && raw->mail_to != NULL && raw->outputs == NULL && raw->format == NULL)
    return TRUE; /* the mail is all */
  const GalenWriter *writer = galen_writer_find(raw->format != NULL     ? raw->format
                                                : isatty(STDOUT_FILENO) ? "txt"
                                                                        : "html");
  if (writer == NULL)
    return bad_format(error, "--format", raw->format);
  char *fallback[] = {(char *)"-", NULL};
  char **paths = raw->outputs != NULL ? raw->outputs : fallback;
  for (guint i = 0; paths[i] != NULL; i++) {
    GalenOutput output = {.writer = writer};
    if (report && raw->format == NULL && !g_str_equal(paths[i], "-") && (output.writer = writer_of(paths[i])) == NULL)
      return bad_ending(error, paths[i]);
    output.path = g_strdup(paths[i]);
    g_array_append_val(self->outputs, output);
  }
  return TRUE;
}

GalenWriteOptions galen_report_command_write_options(const GalenReportCommand *self) {
  return (GalenWriteOptions){.templates = self->templates,
                             .table = self->table,
                             .chart = self->chart,
                             .max_size = self->max_size,
                             .mail_to = self->mail_to,
                             .mail_from = self->mail_from};
}

/* "25M" */
static gboolean take_size(GalenReportCommand *self, const char *text, GError **error) {
  static const char units[] = "KMG";
  if (text == NULL)
    return TRUE;
  char *end = (char *)text;
  guint64 size = g_ascii_isdigit(text[0]) ? g_ascii_strtoull(text, &end, 10) : 0;
  const char *unit = *end != '\0' ? strchr(units, g_ascii_toupper(*end)) : NULL;
  guint shift = unit != NULL ? 10 * (guint)(unit - units + 1) : 0;
  if (size == 0 || size > (guint64)G_MAXINT64 >> shift || end[unit != NULL ? 1 : 0] != '\0')
    return bad(error, "--max-size", text, "give bytes, or a number with K, M or G");
  self->max_size = (gsize)size << shift;
  return TRUE;
}

static gboolean writes(const GalenReportCommand *self, const char *format) {
  const GalenWriter *writer = galen_writer_find(format);
  for (guint i = 0; i < self->outputs->len; i++)
    if (g_array_index(self->outputs, GalenOutput, i).writer == writer)
      return TRUE;
  return FALSE;
}

static const char *find_idle(const GalenReportCommand *self, const GalenReportRaw *raw) {
  if (raw->asks_mail && !writes(self, "eml"))
    return "no mail is written: --format eml, or -o FILE.eml, makes one, and sendmail -t sends it";
  if (raw->asks_table && !writes(self, "csv"))
    return "--table is for CSV, which is not written: --format csv, or -o FILE.csv, makes it";
  if (raw->asks_chart && !writes(self, "png"))
    return "--chart is for a picture, which is not written: --format png, or -o FILE.png, makes it";
  return NULL;
}

/* What only one format knows, such as the names of its tables, it checks itself. */
static gboolean take_write_options(GalenReportCommand *self, GalenReportRaw *raw, GError **error) {
  self->table = g_steal_pointer(&raw->table);
  self->chart = g_steal_pointer(&raw->chart);
  self->mail_to = raw->mail_to != NULL ? g_strjoinv(", ", raw->mail_to) : NULL;
  self->mail_from = g_steal_pointer(&raw->mail_from);
  if (!take_size(self, raw->max_size, error))
    return FALSE;
  GalenWriteOptions options = galen_report_command_write_options(self);
  for (guint i = 0; i < self->outputs->len; i++) {
    const GalenWriter *writer = g_array_index(self->outputs, GalenOutput, i).writer;
    if (writer->check != NULL && !writer->check(&options, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean take_log_zones(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  for (guint i = 0; raw->log_zones != NULL && raw->log_zones[i] != NULL; i++) {
    const char *equals = strchr(raw->log_zones[i], '=');
    GTimeZone *zone = galen_when_zone(equals != NULL ? equals + 1 : raw->log_zones[i], error);
    if (zone == NULL) {
      g_prefix_error(error, "--log-tz: ");
      return FALSE;
    }
    if (equals != NULL) {
      char *node = g_strndup(raw->log_zones[i], (gsize)(equals - raw->log_zones[i]));
      g_hash_table_replace(self->log_zones, node, zone);
      continue;
    }
    g_clear_pointer(&self->log_zone, g_time_zone_unref);
    self->log_zone = zone;
  }
  return TRUE;
}

static gboolean take_clock_offsets(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  for (guint i = 0; raw->clock_offsets != NULL && raw->clock_offsets[i] != NULL; i++) {
    const char *text = raw->clock_offsets[i], *equals = strrchr(text, '=');
    char *end = NULL;
    double seconds = equals != NULL ? g_ascii_strtod(equals + 1, &end) : 0;
    if (equals == NULL || equals == text || end == equals + 1 || *end != '\0' || !(fabs(seconds) < CLOCK_OFFSET_MAX))
      return bad(error, "--clock-offset", text, "give NODE=SECONDS");
    gint64 *offset = g_new(gint64, 1);
    *offset = (gint64)llround(seconds * (double)G_USEC_PER_SEC);
    g_hash_table_replace(self->clock_offsets, g_strndup(text, (gsize)(equals - text)), offset);
  }
  return TRUE;
}

static gboolean take_zones(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  self->zone_name = g_strdup(raw->tz != NULL ? raw->tz : "UTC");
  self->zone = galen_when_zone(self->zone_name, error);
  if (self->zone == NULL) {
    g_prefix_error(error, "--tz: ");
    return FALSE;
  }
  return take_log_zones(self, raw, error) && take_clock_offsets(self, raw, error);
}

static gboolean take_now(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  self->now = g_get_real_time();
  if (raw->now == NULL || galen_when_parse(raw->now, self->zone, self->now, &self->now, error))
    return TRUE;
  g_prefix_error(error, "--now: ");
  return FALSE;
}

/* Who writes a mail into a file sends it himself. */
static gboolean take_mailer(GalenReportCommand *self, const GalenReportRaw *raw, const char *command, GError **error) {
  if (!g_str_equal(command, "nightly")) {
    self->idle = find_idle(self, raw);
    return TRUE;
  }
  GalenWriteOptions options = galen_report_command_write_options(self);
  self->sends = self->mail_to != NULL && !writes(self, "eml");
  self->mailer = galen_nightly_mailer(raw->sendmail != NULL ? raw->sendmail : GALEN_SENDMAIL_DEFAULT, error);
  if (self->mailer == NULL) {
    g_prefix_error(error, "--sendmail: ");
    return FALSE;
  }
  return galen_writer_find("eml")->check(&options, error);
}

/* An UNTIL that is no time would never mute anything. */
static gboolean check_mute(const char *text, GTimeZone *zone, GError **error) {
  const char *at = strrchr(text, '@');
  if (at == NULL || !g_ascii_isdigit(at[1])) /* ids with paths may hold an @ */
    return TRUE;
  g_autofree char *id = g_strndup(text, (gsize)(at - text));
  const char *const alone[] = {text, NULL};
  return galen_findings_is_muted(alone, id, GALEN_TIME_NONE + 1, zone) ||
         bad(error, "--mute", text, "give UNTIL as YYYY-MM-DD or an ISO 8601 time");
}

/* The index of `word` in `words`, or -1 with error. NULL: the first one. */
static int take_word(const char *option, const char *word, const char *const *words, GError **error) {
  if (word == NULL)
    return 0;
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal(word, words[i]))
      return i;
  g_autofree char *all = g_strjoinv(", ", (char **)words);
  g_autofree char *wanted = g_strconcat("is none of ", all, NULL);
  bad(error, option, word, wanted);
  return -1;
}

static gboolean take_number(const char *option, int given, int fallback, int *ret_number, GError **error) {
  g_autofree char *value = g_strdup_printf("%d", given);
  *ret_number = given != GALEN_RAW_UNSET ? given : fallback;
  return *ret_number >= 0 || bad(error, option, value, "give 0 or more");
}

static gboolean take_words(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  static const char *const orders[] = {"time", "count", "p99", "max", "rows-examined", "lock-time", NULL};
  static const char *const samples[] = {"masked", "none", "full", NULL};
  static const char *const fails[] = {"never", "warning", "critical", NULL};
  static const char *const whens[] = {"auto", "always", "never", NULL};
  static const GalenSampleMode modes[] = {GALEN_SAMPLES_MASKED, GALEN_SAMPLES_NONE, GALEN_SAMPLES_FULL};
  static const GalenStatus statuses[] = {GALEN_STATUS_OK, GALEN_STATUS_WARNING, GALEN_STATUS_CRITICAL};
  int order = take_word("--order-by", raw->order_by, orders, error);
  int sample = order < 0 ? -1 : take_word("--samples", raw->samples, samples, error);
  int fail = sample < 0 ? -1 : take_word("--fail-on", raw->fail_on, fails, error);
  int when = fail < 0 ? -1 : take_word("--progress", raw->progress, whens, error);
  if (when < 0)
    return FALSE;
  if (!take_number("--top", raw->top, TOP_DEFAULT, &self->top, error) ||
      !take_number("-j", raw->threads, 0, &self->threads, error) ||
      !take_number("--block-bytes", raw->block_bytes, 0, &self->block_bytes, error))
    return FALSE;
  self->order_by = g_strdup(orders[order]);
  self->samples = modes[sample];
  self->fail_on = statuses[fail];
  self->progress = when == 1 || (when == 0 && !raw->quiet && isatty(STDERR_FILENO));
  return TRUE;
}

static gboolean fill_filter(GalenFilter *filter, const GalenReportRaw *raw, GError **error) {
  for (guint i = 0; raw->filters != NULL && raw->filters[i] != NULL; i++)
    if (!galen_filter_add(filter, raw->filters[i], error)) {
      g_prefix_error(error, "--filter: ");
      return FALSE;
    }
  return TRUE;
}

static gboolean take_filters(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  self->filter = galen_filter_new(self->since, self->until);
  self->before.filter = galen_filter_new(self->before.since, self->before.until);
  self->filtered = raw->filters != NULL && raw->filters[0] != NULL;
  return fill_filter(self->filter, raw, error) && fill_filter(self->before.filter, raw, error);
}

/* A log is never written over. */
static gboolean check_outputs(const GalenReportCommand *self, const char *const *paths, GError **error) {
  for (guint i = 0; paths != NULL && i < self->outputs->len; i++) {
    const char *output = g_array_index(self->outputs, GalenOutput, i).path;
    struct stat out, in;
    if (g_str_equal(output, "-") || stat(output, &out) != 0 || !S_ISREG(out.st_mode))
      continue;
    for (guint j = 0; paths[j] != NULL; j++) {
      const char *equals = strchr(paths[j], '=');
      if ((stat(paths[j], &in) == 0 || (equals != NULL && stat(equals + 1, &in) == 0)) && in.st_dev == out.st_dev &&
          in.st_ino == out.st_ino)
        return bad(error, "-o", output, "is one of the inputs");
    }
  }
  return TRUE;
}

/* A folder without any template is a mistake, such as its parent. */
static gboolean check_template(const char *folder, GError **error) {
  if (folder == NULL)
    return TRUE;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  if (dir == NULL)
    return bad(error, "--template", folder, "is no folder that can be read");
  for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
    if (g_str_has_suffix(name, ".xhtml") || g_str_has_suffix(name, ".css"))
      return TRUE;
  return bad(error, "--template", folder, "there is no template (.xhtml) or style sheet (.css) in it");
}

/* "90d": an age that is not too young to be meant. */
static gboolean take_age(const char *option, const char *text, gint64 *ret_age, GError **error) {
  if (text == NULL)
    return TRUE;
  *ret_age = galen_when_age(text);
  return *ret_age > 0 || bad(error, option, text, "give an age such as 90d, 12w or 2y, of a day or more");
}

static gboolean take_store(GalenReportCommand *self, GalenReportRaw *raw, const char *command, GError **error) {
  self->store = g_steal_pointer(&raw->store);
  if (!take_age("--keep", raw->keep, &self->keep, error) ||
      !take_age("--keep-daily", raw->keep_daily, &self->keep_daily, error))
    return FALSE;
  gboolean needed = g_str_equal(command, "digest") || g_str_equal(command, "nightly");
  if (needed && (self->store == NULL || *self->store == '\0')) {
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no store given: --store FILE");
    return FALSE;
  }
  return self->keep_daily == 0 || self->keep_daily >= self->keep ||
         bad(error, "--keep-daily", raw->keep_daily, "is shorter than --keep");
}

static gboolean take_all(GalenReportCommand *self, GalenReportRaw *raw, const char *command, GError **error) {
  if (!take_store(self, raw, command, error))
    return FALSE;
  if (!galen_report_sides_paths(self, raw, command, error) || !take_outputs(self, raw, command, error) ||
      !take_write_options(self, raw, error) || !take_zones(self, raw, error) || !take_now(self, raw, error) ||
      !take_mailer(self, raw, command, error) || !galen_report_sides_windows(self, raw, error) ||
      !take_words(self, raw, error) || !take_filters(self, raw, error))
    return FALSE;
  for (guint i = 0; raw->mute != NULL && raw->mute[i] != NULL; i++)
    if (!check_mute(raw->mute[i], self->zone, error))
      return FALSE;
  const char *const store[] = {self->store, NULL};
  if (!check_outputs(self, (const char *const *)self->paths, error) || !check_outputs(self, store, error) ||
      !check_outputs(self, (const char *const *)self->before.paths, error) || !check_template(raw->templates, error))
    return FALSE;
  self->title = g_steal_pointer(&raw->title);
  self->expect_nodes = g_steal_pointer(&raw->expect_nodes);
  self->mute = g_steal_pointer(&raw->mute);
  self->rules = g_steal_pointer(&raw->rules);
  self->templates = g_steal_pointer(&raw->templates);
  self->quiet = raw->quiet;
  self->verbose = raw->verbose;
  self->mask_digits = raw->mask_digits;
  self->no_baseline = raw->no_baseline;
  self->nightly = g_str_equal(command, "nightly");
  return TRUE;
}

static void output_clear(gpointer data) {
  g_free(((GalenOutput *)data)->path);
}

gboolean galen_report_command_parse(GalenReportCommand *self, const char *command, int argc, char **argv,
                                    GError **error) {
  memset(self, 0, sizeof *self);
  self->outputs = g_array_new(FALSE, TRUE, sizeof(GalenOutput));
  g_array_set_clear_func(self->outputs, output_clear);
  self->log_zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_time_zone_unref);
  self->clock_offsets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GalenReportRaw) raw;
  return galen_report_raw_read(&raw, command, argc, argv, error) && take_all(self, &raw, command, error);
}

void galen_report_command_clear(GalenReportCommand *self) {
  g_clear_pointer(&self->paths, g_strfreev);
  g_clear_pointer(&self->before.paths, g_strfreev);
  g_clear_pointer(&self->before.filter, galen_filter_free);
  g_clear_pointer(&self->outputs, g_array_unref);
  g_clear_pointer(&self->zone, g_time_zone_unref);
  g_clear_pointer(&self->log_zone, g_time_zone_unref);
  g_clear_pointer(&self->log_zones, g_hash_table_unref);
  g_clear_pointer(&self->clock_offsets, g_hash_table_unref);
  g_clear_pointer(&self->rules, g_strfreev);
  g_clear_pointer(&self->zone_name, g_free);
  g_clear_pointer(&self->order_by, g_free);
  g_clear_pointer(&self->filter, galen_filter_free);
  g_clear_pointer(&self->title, g_free);
  g_clear_pointer(&self->expect_nodes, g_strfreev);
  g_clear_pointer(&self->mute, g_strfreev);
  g_clear_pointer(&self->templates, g_free);
  g_clear_pointer(&self->store, g_free);
  g_clear_pointer(&self->table, g_free);
  g_clear_pointer(&self->chart, g_free);
  g_clear_pointer(&self->mailer, g_strfreev);
  g_clear_pointer(&self->mail_to, g_free);
  g_clear_pointer(&self->mail_from, g_free);
}
