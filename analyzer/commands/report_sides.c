#include "report_sides.h"

#include "../when.h"

static gboolean fail(GError **error, const char *why) {
  g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, why);
  return FALSE;
}

/* ---- paths ---- */

static gboolean is_stdin(const char *path) {
  const char *equals = strchr(path, '=');
  return g_str_equal(path, "-") || (equals != NULL && g_str_equal(equals + 1, "-"));
}

static gboolean has_stdin(char **paths) {
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (is_stdin(paths[i]))
      return TRUE;
  return FALSE;
}

static gboolean has_before(const GalenReportRaw *raw) {
  return raw->before_since != NULL || raw->before_until != NULL;
}

/* The baseline is a window of the report's own inputs. */
static gboolean has_own_window(const GalenReportRaw *raw) {
  return raw->baseline_since != NULL || raw->baseline_until != NULL;
}

static gboolean has_windows(const GalenReportRaw *raw) {
  return has_before(raw) || raw->after_since != NULL || raw->after_until != NULL || raw->since != NULL ||
         raw->until != NULL;
}

static char **one_path(const char *path) {
  char **paths = g_new0(char *, 2);
  paths[0] = g_strdup(path);
  return paths;
}

static gboolean take_two(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  guint n = raw->paths != NULL ? g_strv_length(raw->paths) : 0;
  if (n == 0)
    return fail(error, "no PATH given: name the log before and the log after");
  if (n > 2)
    return fail(error, "more than two PATHs given: name the log before and the log after; a side of several files is a "
                       "folder, or give --baseline to galen report");
  if (n == 1 && !has_windows(raw))
    return fail(error, "one PATH given: name the log before and the log after, or windows of the one log, say with "
                       "--before-until T");
  self->before.paths = one_path(raw->paths[0]);
  self->paths = one_path(raw->paths[n - 1]);
  return TRUE;
}

static gboolean take_baseline(GalenReportCommand *self, GalenReportRaw *raw, GError **error) {
  if (raw->baseline != NULL && has_own_window(raw))
    return fail(error, "--baseline-since and --baseline-until compare with the same PATHs at another time: with "
                       "--baseline PATH give --before-since and --before-until");
  if (raw->baseline == NULL && has_before(raw))
    return fail(error,
                "--before-since and --before-until are of a --baseline, and none is given; for the same PATHs at "
                "another time give --baseline-since and --baseline-until");
  self->before.usual = has_own_window(raw);
  self->before.paths = self->before.usual ? g_strdupv(self->paths) : g_steal_pointer(&raw->baseline);
  return TRUE;
}

gboolean galen_report_sides_paths(GalenReportCommand *self, GalenReportRaw *raw, const char *command, GError **error) {
  if (g_str_equal(command, "compare")) {
    if (!take_two(self, raw, error))
      return FALSE;
  } else {
    if (raw->paths == NULL)
      return fail(error, "no PATH given: name a log, a folder or - for stdin");
    self->paths = g_steal_pointer(&raw->paths);
    if (!take_baseline(self, raw, error))
      return FALSE;
  }
  if (has_stdin(self->paths) && has_stdin(self->before.paths))
    return fail(error, "stdin can be read once: it cannot be both sides");
  return TRUE;
}

/* ---- windows ---- */

/* `what`: the option's name. */
static gboolean take_time(const GalenReportCommand *self, const char *what, const char *text, gint64 now,
                          gint64 *ret_time, GError **error) {
  *ret_time = GALEN_TIME_NONE;
  if (text == NULL || galen_when_parse(text, self->zone, now, ret_time, error))
    return TRUE;
  g_prefix_error(error, "%s: ", what);
  return FALSE;
}

static gboolean check_order(gint64 since, gint64 until, const char *text, const char *since_name,
                            const char *until_name, GError **error) {
  if (since == GALEN_TIME_NONE || until == GALEN_TIME_NONE || since < until)
    return TRUE;
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: is not before %s", since_name,
              text != NULL ? text : "", until_name);
  return FALSE;
}

gboolean galen_report_sides_are_one(const GalenReportCommand *self) {
  return self->before.paths != NULL &&
         g_strv_equal((const char *const *)self->paths, (const char *const *)self->before.paths);
}

/* Parts of one log: a release at T needs T only once. */
static void part(GalenReportCommand *self) {
  if (!galen_report_sides_are_one(self))
    return;
  if (self->since == GALEN_TIME_NONE && self->before.until != GALEN_TIME_NONE &&
      (self->until == GALEN_TIME_NONE || self->until > self->before.until))
    self->since = self->before.until;
  else if (self->before.until == GALEN_TIME_NONE && self->since != GALEN_TIME_NONE &&
           (self->before.since == GALEN_TIME_NONE || self->before.since < self->since))
    self->before.until = self->since;
}

/* A baseline with neither an end of its own nor one where the report begins. */
static gboolean no_end(const GalenReportCommand *self, const char *before_since, const char *since, GError **error) {
  if (self->since == GALEN_TIME_NONE)
    return fail(error, "--baseline-since needs an end: give --baseline-until, or --since, where it ends then");
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--baseline-since %s: is not before --since %s",
              before_since, since);
  return FALSE;
}

gboolean galen_report_sides_windows(GalenReportCommand *self, const GalenReportRaw *raw, GError **error) {
  gint64 now = self->now;
  if ((raw->after_since != NULL && raw->since != NULL) || (raw->after_until != NULL && raw->until != NULL))
    return fail(error, "--since and --until are those of the side after: give them once");
  const char *since = raw->after_since != NULL ? raw->after_since : raw->since;
  const char *until = raw->after_until != NULL ? raw->after_until : raw->until;
  const char *since_name = raw->after_since != NULL ? "--after-since" : "--since";
  const char *until_name = raw->after_until != NULL ? "--after-until" : "--until";
  gboolean own = has_own_window(raw);
  const char *before_since = own ? raw->baseline_since : raw->before_since;
  const char *before_until = own ? raw->baseline_until : raw->before_until;
  const char *before_since_name = own ? "--baseline-since" : "--before-since";
  const char *before_until_name = own ? "--baseline-until" : "--before-until";
  if (!take_time(self, since_name, since, now, &self->since, error) ||
      !take_time(self, until_name, until, now, &self->until, error) ||
      !take_time(self, before_since_name, before_since, now, &self->before.since, error) ||
      !take_time(self, before_until_name, before_until, now, &self->before.until, error))
    return FALSE;
  part(self);
  if (own && self->before.until == GALEN_TIME_NONE)
    return no_end(self, before_since, since, error);
  return check_order(self->since, self->until, since, since_name, until_name, error) &&
         check_order(self->before.since, self->before.until, before_since, before_since_name, before_until_name, error);
}
