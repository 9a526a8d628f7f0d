#include "report_raw.h"

#include "short_options.h"

#define AT(field) G_STRUCT_OFFSET(GalenReportRaw, field)

/* Words are taken as file names are, byte by byte: in cron's C locale GOption would refuse a title with an umlaut. */
static const struct {
  GOptionEntry entry;
  gsize offset; /* of its value in GalenReportRaw */
} options[] = {
    {{"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, NULL,
      "write to FILE, whose ending is the format; - is stdout; may be repeated", "FILE"},
     AT(outputs)},
    {{"format", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      "html, json, txt, md, eml, pdf, png, csv or prom, whatever the ending", "F"},
     AT(format)},
    {{"since", 0, 0, G_OPTION_ARG_FILENAME, NULL, "only what began at T or later", "T"}, AT(since)},
    {{"until", 0, 0, G_OPTION_ARG_FILENAME, NULL, "only what began before T", "T"}, AT(until)},
    {{"baseline", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "compare with PATH; may be repeated", "[NODE=]PATH"},
     AT(baseline)},
    {{"baseline-since", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      "compare with the same inputs at another time: what began at T or later", "T"},
     AT(baseline_since)},
    {{"baseline-until", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      "compare with the same inputs at another time: what began before T (default: where --since begins)", "T"},
     AT(baseline_until)},
    {{"before-since", 0, 0, G_OPTION_ARG_FILENAME, NULL, "of the side before only what began at T or later", "T"},
     AT(before_since)},
    {{"before-until", 0, 0, G_OPTION_ARG_FILENAME, NULL, "of the side before only what began before T", "T"},
     AT(before_until)},
    {{"after-since", 0, 0, G_OPTION_ARG_FILENAME, NULL, "of the side after only what began at T or later", "T"},
     AT(after_since)},
    {{"after-until", 0, 0, G_OPTION_ARG_FILENAME, NULL, "of the side after only what began before T", "T"},
     AT(after_until)},
    {{"tz", 0, 0, G_OPTION_ARG_FILENAME, NULL, "the report's time zone (default UTC)", "ZONE"}, AT(tz)},
    {{"log-tz", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "the zone of logs that name none", "[NODE=]ZONE"},
     AT(log_zones)},
    {{"top", 0, 0, G_OPTION_ARG_INT, NULL, "query classes shown (default 10, 0 for all)", "N"}, AT(top)},
    {{"order-by", 0, 0, G_OPTION_ARG_FILENAME, NULL, "time, count, p99, max, rows-examined or lock-time", "WHAT"},
     AT(order_by)},
    {{"filter", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL,
      "only what matches: node, db, user, host, id, command, min-time", "KEY=VALUE"},
     AT(filters)},
    {{"samples", 0, 0, G_OPTION_ARG_FILENAME, NULL, "query samples: none, masked (default) or full", "HOW"},
     AT(samples)},
    {{"mask-digits", 0, 0, G_OPTION_ARG_NONE, NULL, "mask digits in identifiers of fingerprints", NULL},
     AT(mask_digits)},
    {{"title", 0, 0, G_OPTION_ARG_FILENAME, NULL, "the report's title", "TEXT"}, AT(title)},
    {{"clock-offset", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "NODE's clock is known to run S seconds ahead",
      "NODE=S"},
     AT(clock_offsets)},
    {{"rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "own rules for error logs, tried before the built-in ones",
      "FILE"},
     AT(rules)},
    {{"expect-node", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "report a gap when NODE has no event", "NODE"},
     AT(expect_nodes)},
    {{"mute", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "a finding that is known", "ID[@UNTIL]"}, AT(mute)},
    {{"fail-on", 0, 0, G_OPTION_ARG_FILENAME, NULL, "exit 1 at this status: critical, warning or never", "STATUS"},
     AT(fail_on)},
    {{"template", 0, 0, G_OPTION_ARG_FILENAME, NULL, "own look: templates from DIR", "DIR"}, AT(templates)},
    {{"table", 0, 0, G_OPTION_ARG_FILENAME, NULL, "the table of a .csv: queries (default), errors, incidents …",
      "NAME"},
     AT(table)},
    {{"chart", 0, 0, G_OPTION_ARG_FILENAME, NULL, "the chart of a .png: load, clock, latency …", "NAME"}, AT(chart)},
    {{"max-size", 0, 0, G_OPTION_ARG_FILENAME, NULL, "the limit of a mail in bytes, or with K, M or G (default 10M)",
      "BYTES"},
     AT(max_size)},
    {{"mail-to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, "who gets the mail; may be repeated", "ADDRESS"},
     AT(mail_to)},
    {{"mail-from", 0, 0, G_OPTION_ARG_FILENAME, NULL, "who sends the mail", "ADDRESS"}, AT(mail_from)},
    {{"config", 0, 0, G_OPTION_ARG_FILENAME, NULL, "options from a key file", "FILE"}, AT(config)},
    {{"threads", 'j', 0, G_OPTION_ARG_INT, NULL,
      "threads (default the cores, at most 4, and 1 for less than 2 MiB); the output does not depend on it", "N"},
     AT(threads)},
    {{"store", 0, 0, G_OPTION_ARG_FILENAME, NULL, "the store: a file, made when it is not there", "FILE"}, AT(store)},
    {{"keep", 0, 0, G_OPTION_ARG_FILENAME, NULL, "make days of hours older than this: 90d, 12w, 1y", "AGE"}, AT(keep)},
    {{"keep-daily", 0, 0, G_OPTION_ARG_FILENAME, NULL, "forget days older than this", "AGE"}, AT(keep_daily)},
    {{"sendmail", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      "what sends the mail: a program, called with -t -oi, or a command with its own options", "COMMAND"},
     AT(sendmail)},
    {{"no-baseline", 0, 0, G_OPTION_ARG_NONE, NULL, "do not compare with the seven days before", NULL},
     AT(no_baseline)},
    /* For tests. */
    {{"now", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, NULL, "the time of the run", "T"}, AT(now)},
    /* For tests: nothing depends on it either. */
    {{"block-bytes", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, NULL, "bytes that parsers are given at a time", "N"},
     AT(block_bytes)},
    {{"quiet", 'q', 0, G_OPTION_ARG_NONE, NULL, "no messages but errors", NULL}, AT(quiet)},
    {{"verbose", 'v', 0, G_OPTION_ARG_NONE, NULL, "say what is read", NULL}, AT(verbose)},
    {{"progress", 0, 0, G_OPTION_ARG_FILENAME, NULL, "progress bar on stderr: auto, always or never", "WHEN"},
     AT(progress)},
    {{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL}, AT(paths)},
};

static const gsize lists[] = {AT(outputs), AT(filters),      AT(log_zones), AT(clock_offsets), AT(rules),
                              AT(mute),    AT(expect_nodes), AT(baseline),  AT(mail_to),       AT(paths)};
static const gsize words[] = {
    AT(format),     AT(since),          AT(until),          AT(tz),          AT(order_by),    AT(samples), AT(title),
    AT(fail_on),    AT(progress),       AT(config),         AT(templates),   AT(table),       AT(chart),   AT(max_size),
    AT(mail_from),  AT(before_since),   AT(before_until),   AT(after_since), AT(after_until), AT(store),   AT(keep),
    AT(keep_daily), AT(baseline_since), AT(baseline_until), AT(sendmail),    AT(now)};
static const gsize added_lists[] = {AT(log_zones), AT(clock_offsets), AT(rules), AT(expect_nodes), AT(mute)};

static char ***list_at(GalenReportRaw *self, gsize offset) {
  return G_STRUCT_MEMBER_P(self, offset);
}

static char **word_at(GalenReportRaw *self, gsize offset) {
  return G_STRUCT_MEMBER_P(self, offset);
}

static void raw_init(GalenReportRaw *self) {
  *self = (GalenReportRaw){.top = GALEN_RAW_UNSET, .threads = GALEN_RAW_UNSET, .block_bytes = GALEN_RAW_UNSET};
}

void galen_report_raw_clear(GalenReportRaw *self) {
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_clear_pointer(list_at(self, lists[i]), g_strfreev);
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    g_clear_pointer(word_at(self, words[i]), g_free);
}

/* Commands that have an option, where not all have. */
static const struct {
  gsize offset;
  const char *commands;
} restricted[] = {
    {AT(format), "report compare nightly"},
    {AT(top), "report compare nightly"},
    {AT(order_by), "report compare nightly"},
    {AT(title), "report compare nightly"},
    {AT(mute), "report compare nightly"},
    {AT(fail_on), "report compare nightly"},
    {AT(templates), "report compare nightly"},
    {AT(table), "report compare nightly"},
    {AT(chart), "report compare nightly"},
    {AT(max_size), "report compare nightly"},
    {AT(mail_to), "report compare nightly"},
    {AT(mail_from), "report compare nightly"},
    {AT(before_since), "report compare"},
    {AT(before_until), "report compare"},
    {AT(after_since), "compare"},
    {AT(after_until), "compare"},
    {AT(baseline), "report"},
    {AT(baseline_since), "report"},
    {AT(baseline_until), "report"},
    {AT(outputs), "report compare events nightly"},
    {AT(since), "report compare events nightly"},
    {AT(until), "report compare events nightly"},
    {AT(tz), "report compare events nightly"},
    {AT(filters), "report compare events"},
    {AT(clock_offsets), "report compare events nightly"},
    {AT(expect_nodes), "report compare events nightly"},
    {AT(store), "digest nightly"},
    {AT(keep), "digest nightly"},
    {AT(keep_daily), "digest nightly"},
    {AT(sendmail), "nightly"},
    {AT(no_baseline), "nightly"},
    {AT(now), "nightly"},
};

static gboolean applies(guint option, const char *command) {
  for (guint i = 0; i < G_N_ELEMENTS(restricted); i++)
    if (options[option].offset == restricted[i].offset)
      return strstr(restricted[i].commands, command) != NULL;
  return TRUE;
}

/* The usage line and what --help says of a command. */
static const struct {
  const char *name, *usage, *summary;
} commands[] = {
    {"report", "[NODE=]PATH…",
     "Reads logs and writes a health report. PATH is a file, a folder, an archive or - for stdin."},
    {"compare", "[NODE=]BEFORE [NODE=]AFTER",
     "Reads the logs of two times, before and after, and writes a report on AFTER that says what has changed. Each is "
     "a file, "
     "a folder, an archive or - for stdin. With one of them and windows, both sides are parts of it."},
    {"events", "[NODE=]PATH…",
     "Reads logs and prints every event as one JSON object a line, in the order of time. PATH is a file, a folder, an "
     "archive "
     "or - for stdin."},
    {"digest", "[NODE=]PATH…",
     "Reads logs and adds them to a store: what was added before is not added twice. PATH is a file, a folder, an "
     "archive or - "
     "for stdin."},
    {"nightly", "[NODE=]PATH…",
     "For every night: adds logs to a store, makes a report on what has come since the last night, with marks of what "
     "is "
     "new, continues or is resolved, forgets what is old (--keep, --keep-daily), and sends the report by mail "
     "(--mail-to). "
     "Sends a mail, too, when any of this fails."},
};

static guint find_command(const char *name) {
  guint i = 0;
  while (!g_str_equal(commands[i].name, name))
    i++;
  return i;
}

static gboolean parse(GalenReportRaw *self, const char *command, int argc, char **argv, GError **error) {
  GOptionEntry entries[G_N_ELEMENTS(options) + 1] = {0};
  for (guint i = 0, n = 0; i < G_N_ELEMENTS(options); i++) {
    if (!applies(i, command))
      continue;
    entries[n] = options[i].entry;
    entries[n++].arg_data = G_STRUCT_MEMBER_P(self, options[i].offset);
  }
  guint known = find_command(command);
  g_autoptr(GOptionContext) context = g_option_context_new(commands[known].usage);
  g_option_context_set_summary(context, commands[known].summary);
  g_option_context_add_main_entries(context, entries, NULL);
  g_auto(GStrv) copy = galen_split_short_options(argc, argv, entries);
  return g_option_context_parse_strv(context, &copy, error);
}

/* ---- configuration files ---- */

static const GOptionEntry *find_key(const char *command, const char *key) {
  for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
    const GOptionEntry *entry = &options[i].entry;
    if (options[i].offset != AT(config) && options[i].offset != AT(paths) && applies(i, command) &&
        g_str_equal(entry->long_name, key))
      return entry;
  }
  return NULL;
}

static gboolean add_switch(GPtrArray *arguments, GKeyFile *file, const char *group, const char *key, GError **error) {
  g_autoptr(GError) why = NULL;
  if (g_key_file_get_boolean(file, group, key, &why))
    g_ptr_array_add(arguments, g_strdup_printf("--%s", key));
  if (why == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&why));
  return FALSE;
}

static gboolean add_list(GPtrArray *arguments, GKeyFile *file, const char *group, const char *key, GError **error) {
  g_auto(GStrv) values = g_key_file_get_string_list(file, group, key, NULL, error);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    g_ptr_array_add(arguments, g_strdup_printf("--%s=%s", key, values[i]));
  return values != NULL;
}

static gboolean add_word(GPtrArray *arguments, GKeyFile *file, const char *group, const char *key, GError **error) {
  g_autofree char *value = g_key_file_get_string(file, group, key, error);
  if (value != NULL)
    g_ptr_array_add(arguments, g_strdup_printf("--%s=%s", key, value));
  return value != NULL;
}

/* A key as the option that it stands for. */
static gboolean add_key(GPtrArray *arguments, GKeyFile *file, const char *group, const char *key, GError **error) {
  const GOptionEntry *entry = find_key(group, key);
  if (entry == NULL) {
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND, "%s is no option of galen %s", key, group);
    return FALSE;
  }
  switch (entry->arg) {
  case G_OPTION_ARG_NONE:
    return add_switch(arguments, file, group, key, error);
  case G_OPTION_ARG_FILENAME_ARRAY:
    return add_list(arguments, file, group, key, error);
  default:
    return add_word(arguments, file, group, key, error);
  }
}

/* What is compared with, and when, is one choice. */
static gboolean has_baseline(const GalenReportRaw *self) {
  return self->baseline != NULL || self->baseline_since != NULL || self->baseline_until != NULL;
}

static void drop_baseline(GalenReportRaw *self) {
  g_clear_pointer(&self->baseline, g_strfreev);
  char **const windows[] = {&self->before_since, &self->before_until, &self->baseline_since, &self->baseline_until};
  for (guint i = 0; i < G_N_ELEMENTS(windows); i++)
    g_clear_pointer(windows[i], g_free);
}

/* What a file says of reports' windows and baseline is not meant for a comparison, which is told both sides. */
static void drop_windows(GalenReportRaw *self) {
  char **const windows[] = {&self->since, &self->until};
  for (guint i = 0; i < G_N_ELEMENTS(windows); i++)
    g_clear_pointer(windows[i], g_free);
  drop_baseline(self);
}

/* A group with a slip in its name would be left out without a word. */
static gboolean check_groups(GKeyFile *file, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (guint i = 0; groups[i] != NULL; i++) {
    guint known = 0;
    while (known < G_N_ELEMENTS(commands) && !g_str_equal(commands[known].name, groups[i]))
      known++;
    gboolean of_stores = g_str_equal(groups[i], "clickhouse"); /* see clickhouse_url.h */
    if (known == G_N_ELEMENTS(commands) && !of_stores) {
      g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                  "[%s] is no group: they are [report], [compare], [events], [digest] and [nightly]", groups[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean parse_file(GalenReportRaw *self, const char *command, const char *path, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error))
    return FALSE;
  if (!check_groups(file, error))
    return FALSE;
  /* A file may speak of reports only, and a comparison is one. */
  gboolean compare = g_str_equal(command, "compare");
  if (compare && !g_key_file_has_group(file, command) && g_key_file_has_group(file, "report"))
    command = "report";
  if (!g_key_file_has_group(file, command))
    return TRUE;
  g_auto(GStrv) keys = g_key_file_get_keys(file, command, NULL, error);
  if (keys == NULL)
    return FALSE;
  g_ptr_array_add(arguments, g_strdup("galen"));
  for (guint i = 0; keys[i] != NULL; i++)
    if (!add_key(arguments, file, command, keys[i], error))
      return FALSE;
  g_ptr_array_add(arguments, NULL);
  if (!parse(self, command, (int)arguments->len - 1, (char **)arguments->pdata, error))
    return FALSE;
  if (compare && g_str_equal(command, "report"))
    drop_windows(self);
  return TRUE;
}

/* ---- one after the other ---- */

static void prepend(char ***list, char ***first) {
  if (*first == NULL)
    return;
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  g_strv_builder_addv(builder, (const char **)*first);
  if (*list != NULL)
    g_strv_builder_addv(builder, (const char **)*list);
  g_strfreev(*list);
  *list = g_strv_builder_end(builder);
}

/* Takes from `weaker` what this one does not say. */
static void take_rest(GalenReportRaw *self, GalenReportRaw *weaker) {
  /* Where to and in which form is one choice. */
  if (self->outputs == NULL && self->format == NULL)
    self->outputs = g_steal_pointer(&weaker->outputs);
  else
    g_clear_pointer(&weaker->format, g_free);
  if (self->filters == NULL)
    self->filters = g_steal_pointer(&weaker->filters);
  if (has_baseline(self))
    drop_baseline(weaker);
  else
    self->baseline = g_steal_pointer(&weaker->baseline);
  if (self->mail_to == NULL)
    self->mail_to = g_steal_pointer(&weaker->mail_to);
  for (guint i = 0; i < G_N_ELEMENTS(added_lists); i++)
    prepend(list_at(self, added_lists[i]), list_at(weaker, added_lists[i]));
  for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
    char **word = word_at(self, words[i]);
    if (*word == NULL)
      *word = g_steal_pointer(word_at(weaker, words[i]));
  }
  self->top = self->top != GALEN_RAW_UNSET ? self->top : weaker->top;
  self->threads = self->threads != GALEN_RAW_UNSET ? self->threads : weaker->threads;
  self->block_bytes = self->block_bytes != GALEN_RAW_UNSET ? self->block_bytes : weaker->block_bytes;
  self->quiet |= weaker->quiet;
  self->verbose |= weaker->verbose;
  self->mask_digits |= weaker->mask_digits;
  self->no_baseline |= weaker->no_baseline;
}

static gboolean add_file(GalenReportRaw *self, const char *command, const char *path, GError **error) {
  g_auto(GalenReportRaw) weaker;
  raw_init(&weaker);
  if (!parse_file(&weaker, command, path, error)) {
    g_prefix_error(error, "%s: ", path);
    return FALSE;
  }
  take_rest(self, &weaker);
  return TRUE;
}

gboolean galen_report_raw_read(GalenReportRaw *ret_raw, const char *command, int argc, char **argv, GError **error) {
  raw_init(ret_raw);
  if (!parse(ret_raw, command, argc, argv, error))
    return FALSE;
  ret_raw->asks_mail = ret_raw->mail_to != NULL || ret_raw->mail_from != NULL || ret_raw->max_size != NULL;
  ret_raw->asks_table = ret_raw->table != NULL;
  ret_raw->asks_chart = ret_raw->chart != NULL;
  if (ret_raw->config != NULL)
    return add_file(ret_raw, command, ret_raw->config, error);
  g_autofree char *own = g_build_filename(g_get_user_config_dir(), "galen.conf", NULL);
  const char *usual[] = {own, "/etc/galen.conf"};
  for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
    if (g_file_test(usual[i], G_FILE_TEST_EXISTS) && !add_file(ret_raw, command, usual[i], error))
      return FALSE;
  return TRUE;
}
