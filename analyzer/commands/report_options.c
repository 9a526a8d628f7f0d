#include "report_options.h"

#include "../when.h"

#include <unistd.h>

/* The options as they stand on the command line, before they mean anything. */
typedef struct {
  char **outputs, **filters, **log_zones, **expect_nodes, **mute, **paths;
  char *format, *since, *until, *tz, *order_by, *samples, *title, *fail_on, *progress, *config, *templates;
  int top, threads;
  gboolean quiet, verbose, mask_digits;
} Raw;

static void raw_clear(Raw *raw) {
  char ***lists[] = {&raw->outputs, &raw->filters, &raw->log_zones, &raw->expect_nodes, &raw->mute, &raw->paths};
  char **words[] = {&raw->format, &raw->since,   &raw->until,    &raw->tz,     &raw->order_by, &raw->samples,
                    &raw->title,  &raw->fail_on, &raw->progress, &raw->config, &raw->templates};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_clear_pointer(lists[i], g_strfreev);
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    g_clear_pointer(words[i], g_free);
}

static gboolean bad(GError **error, const char *option, const char *value, const char *wanted) {
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: %s", option, value, wanted);
  return FALSE;
}

static gboolean parse_arguments(Raw *raw, int argc, char **argv, GError **error) {
  GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->outputs,
       "write to FILE (.html .json .txt); - is stdout; may be repeated", "FILE"},
      {"format", 0, 0, G_OPTION_ARG_STRING, &raw->format, "html, json or txt, whatever FILE's ending", "F"},
      {"since", 0, 0, G_OPTION_ARG_STRING, &raw->since, "only what began at T or later", "T"},
      {"until", 0, 0, G_OPTION_ARG_STRING, &raw->until, "only what began before T", "T"},
      {"tz", 0, 0, G_OPTION_ARG_STRING, &raw->tz, "the report's time zone (default UTC)", "ZONE"},
      {"log-tz", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->log_zones, "the zone of logs that name none", "[NODE=]ZONE"},
      {"top", 0, 0, G_OPTION_ARG_INT, &raw->top, "query classes shown (default 10, 0 for all)", "N"},
      {"order-by", 0, 0, G_OPTION_ARG_STRING, &raw->order_by, "time, count, p99, max, rows-examined or lock-time",
       "WHAT"},
      {"filter", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->filters,
       "only what matches: node, db, user, host, id, command, min-time", "KEY=VALUE"},
      {"samples", 0, 0, G_OPTION_ARG_STRING, &raw->samples, "query samples: none, masked (default) or full", "HOW"},
      {"mask-digits", 0, 0, G_OPTION_ARG_NONE, &raw->mask_digits, "mask digits in identifiers of fingerprints", NULL},
      {"title", 0, 0, G_OPTION_ARG_STRING, &raw->title, "the report's title", "TEXT"},
      {"expect-node", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->expect_nodes, "report a gap when NODE has no event",
       "NODE"},
      {"mute", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->mute, "a finding that is known", "ID[@UNTIL]"},
      {"fail-on", 0, 0, G_OPTION_ARG_STRING, &raw->fail_on, "exit 1 at this status: critical, warning or never",
       "STATUS"},
      {"template", 0, 0, G_OPTION_ARG_FILENAME, &raw->templates, "own look: templates from DIR", "DIR"},
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &raw->config, "options from a key file", "FILE"},
      {"threads", 'j', 0, G_OPTION_ARG_INT, &raw->threads, "worker threads; the output does not depend on it", "N"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet, "no messages but errors", NULL},
      {"verbose", 'v', 0, G_OPTION_ARG_NONE, &raw->verbose, "say what is read", NULL},
      {"progress", 0, 0, G_OPTION_ARG_STRING, &raw->progress, "progress bar on stderr: auto, always or never", "WHEN"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->paths, NULL, NULL},
      {0},
  };
  g_autoptr(GOptionContext) context = g_option_context_new("[NODE=]PATH…");
  g_option_context_set_summary(context,
                               "Reads logs and writes a health report. PATH is a file, a folder, an archive or "
                               "- for stdin.");
  g_option_context_add_main_entries(context, entries, NULL);
  /* GOptionContext takes what it parsed out of argv, so it gets a copy. */
  g_autofree char **copy = g_memdup2(argv, ((gsize)argc + 1) * sizeof *argv);
  return g_option_context_parse(context, &argc, &copy, error);
}

/* Adds the keys of a file as options, before those of the command line. */
static gboolean add_config(GPtrArray *arguments, const char *path, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
    g_prefix_error(error, "%s: ", path);
    return FALSE;
  }
  g_auto(GStrv) keys = g_key_file_get_keys(file, "report", NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_auto(GStrv) values = g_key_file_get_string_list(file, "report", keys[i], NULL, error);
    if (values == NULL)
      return FALSE;
    for (guint j = 0; values[j] != NULL; j++) {
      if (g_str_equal(values[j], "false"))
        continue;
      gboolean alone = g_str_equal(values[j], "true");
      g_ptr_array_add(arguments,
                      alone ? g_strdup_printf("--%s", keys[i]) : g_strdup_printf("--%s=%s", keys[i], values[j]));
    }
  }
  return TRUE;
}

/* The file that --config names, wherever it stands in argv; NULL: none. */
static const char *config_named(int argc, char **argv) {
  for (int i = 1; i < argc && !g_str_equal(argv[i], "--"); i++) {
    if (g_str_has_prefix(argv[i], "--config="))
      return argv[i] + strlen("--config=");
    if (g_str_equal(argv[i], "--config") && i + 1 < argc)
      return argv[i + 1];
  }
  return NULL;
}

static gboolean add_configs(GPtrArray *arguments, int argc, char **argv, GError **error) {
  const char *named = config_named(argc, argv);
  if (named != NULL)
    return add_config(arguments, named, error);
  g_autofree char *own = g_build_filename(g_get_user_config_dir(), "galen.conf", NULL);
  const char *usual[] = {"/etc/galen.conf", own};
  for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
    if (g_file_test(usual[i], G_FILE_TEST_EXISTS) && !add_config(arguments, usual[i], error))
      return FALSE;
  return TRUE;
}

static gboolean format_of(const char *word, GalenOutputFormat *ret_format) {
  static const struct {
    const char *word;
    GalenOutputFormat format;
  } formats[] = {{"html", GALEN_FORMAT_HTML},
                 {"htm", GALEN_FORMAT_HTML},
                 {"json", GALEN_FORMAT_JSON},
                 {"txt", GALEN_FORMAT_TEXT},
                 {"text", GALEN_FORMAT_TEXT}};
  for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
    if (g_ascii_strcasecmp(word, formats[i].word) == 0) {
      *ret_format = formats[i].format;
      return TRUE;
    }
  return FALSE;
}

static gboolean take_outputs(GalenReportCommand *self, const Raw *raw, GError **error) {
  static const char wanted[] = "this version writes html, json and txt";
  GalenOutputFormat format = isatty(STDOUT_FILENO) ? GALEN_FORMAT_TEXT : GALEN_FORMAT_HTML;
  if (raw->format != NULL && !format_of(raw->format, &format))
    return bad(error, "--format", raw->format, wanted);
  char *fallback[] = {(char *)"-", NULL};
  char **paths = raw->outputs != NULL ? raw->outputs : fallback;
  for (guint i = 0; paths[i] != NULL; i++) {
    GalenOutput output = {.format = format};
    const char *dot = strrchr(paths[i], '.');
    if (raw->format == NULL && !g_str_equal(paths[i], "-") &&
        (dot == NULL || strchr(dot, '/') != NULL || !format_of(dot + 1, &output.format)))
      return bad(error, "-o", paths[i], wanted);
    output.path = g_strdup(paths[i]);
    g_array_append_val(self->outputs, output);
  }
  return TRUE;
}

static gboolean take_log_zones(GalenReportCommand *self, const Raw *raw, GError **error) {
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

static gboolean take_window(GalenReportCommand *self, const Raw *raw, GError **error) {
  gint64 now = g_get_real_time();
  self->zone_name = g_strdup(raw->tz != NULL ? raw->tz : "UTC");
  self->zone = galen_when_zone(self->zone_name, error);
  if (self->zone == NULL) {
    g_prefix_error(error, "--tz: ");
    return FALSE;
  }
  self->since = self->until = GALEN_TIME_NONE;
  if (raw->since != NULL && !galen_when_parse(raw->since, self->zone, now, &self->since, error)) {
    g_prefix_error(error, "--since: ");
    return FALSE;
  }
  if (raw->until != NULL && !galen_when_parse(raw->until, self->zone, now, &self->until, error)) {
    g_prefix_error(error, "--until: ");
    return FALSE;
  }
  if (self->since != GALEN_TIME_NONE && self->until != GALEN_TIME_NONE && self->since >= self->until)
    return bad(error, "--since", raw->since, "is not before --until");
  return take_log_zones(self, raw, error);
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

static gboolean take_words(GalenReportCommand *self, const Raw *raw, GError **error) {
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
  if (raw->top < 0)
    return bad(error, "--top", "N", "is not negative");
  if (raw->threads < 0)
    return bad(error, "-j", "N", "is not negative");
  self->order_by = g_strdup(orders[order]);
  self->samples = modes[sample];
  self->fail_on = statuses[fail];
  self->progress = when == 1 || (when == 0 && !raw->quiet && isatty(STDERR_FILENO));
  self->top = raw->top;
  return TRUE;
}

static gboolean take_filters(GalenReportCommand *self, const Raw *raw, GError **error) {
  self->filter = galen_filter_new(self->since, self->until);
  for (guint i = 0; raw->filters != NULL && raw->filters[i] != NULL; i++)
    if (!galen_filter_add(self->filter, raw->filters[i], error)) {
      g_prefix_error(error, "--filter: ");
      return FALSE;
    }
  return TRUE;
}

static gboolean take_all(GalenReportCommand *self, Raw *raw, GError **error) {
  if (raw->paths == NULL) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no PATH given: name a log, a folder or - for stdin");
    return FALSE;
  }
  if (!take_outputs(self, raw, error) || !take_window(self, raw, error) || !take_words(self, raw, error) ||
      !take_filters(self, raw, error))
    return FALSE;
  self->paths = g_steal_pointer(&raw->paths);
  self->title = g_steal_pointer(&raw->title);
  self->expect_nodes = g_steal_pointer(&raw->expect_nodes);
  self->mute = g_steal_pointer(&raw->mute);
  self->templates = g_steal_pointer(&raw->templates);
  self->quiet = raw->quiet;
  self->verbose = raw->verbose;
  self->mask_digits = raw->mask_digits;
  return TRUE;
}

static void output_clear(gpointer data) {
  g_free(((GalenOutput *)data)->path);
}

gboolean galen_report_command_parse(GalenReportCommand *self, int argc, char **argv, GError **error) {
  memset(self, 0, sizeof *self);
  self->outputs = g_array_new(FALSE, TRUE, sizeof(GalenOutput));
  g_array_set_clear_func(self->outputs, output_clear);
  self->log_zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_time_zone_unref);
  g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(arguments, g_strdup(argv[0]));
  if (!add_configs(arguments, argc, argv, error)) {
    g_prefix_error(error, "--config: ");
    return FALSE;
  }
  for (int i = 1; i < argc; i++)
    g_ptr_array_add(arguments, g_strdup(argv[i]));
  g_ptr_array_add(arguments, NULL);
  Raw raw = {.top = 10};
  gboolean done =
      parse_arguments(&raw, (int)arguments->len - 1, (char **)arguments->pdata, error) && take_all(self, &raw, error);
  raw_clear(&raw);
  return done;
}

void galen_report_command_clear(GalenReportCommand *self) {
  g_clear_pointer(&self->paths, g_strfreev);
  g_clear_pointer(&self->outputs, g_array_unref);
  g_clear_pointer(&self->zone, g_time_zone_unref);
  g_clear_pointer(&self->log_zone, g_time_zone_unref);
  g_clear_pointer(&self->log_zones, g_hash_table_unref);
  g_clear_pointer(&self->zone_name, g_free);
  g_clear_pointer(&self->order_by, g_free);
  g_clear_pointer(&self->filter, galen_filter_free);
  g_clear_pointer(&self->title, g_free);
  g_clear_pointer(&self->expect_nodes, g_strfreev);
  g_clear_pointer(&self->mute, g_strfreev);
  g_clear_pointer(&self->templates, g_free);
}
