#include "nightly.h"

#include "../parsers/event.h"
#include "digest/series.h"

#define HEAD "galen-nights 1"
#define TITLE_MAX 400u
#define ID_MAX 1000u
#define NODES_MAX 64u
#define DAY ((gint64)86400 * G_USEC_PER_SEC)
#define AGAIN_MAX ((gint64)6 * 3600 * G_USEC_PER_SEC)
#define AGAIN_PART 4

/* ---- fields ---- */

/* Everything but what a line or a field ends with, and the escape itself. "\" would be one for those who read it with SQL. */
static char *escape(const char *text, gsize max) {
  g_autofree char *cut = text != NULL && strlen(text) > max ? g_utf8_substring(text, 0, (glong)(max / 4)) : NULL;
  const char *from = cut != NULL ? cut : text != NULL ? text : "";
  return g_uri_escape_string(from, " !\"#$&'()*+,/:;<=>?@[]^`{|}", TRUE);
}

static char *unescape(const char *field) {
  char *text = g_uri_unescape_string(field, NULL);
  return text != NULL && g_utf8_validate(text, -1, NULL) ? text : (g_free(text), NULL);
}

static gboolean take_time(const char *field, gint64 *ret_time) {
  return g_ascii_string_to_signed(field, 10, G_MININT64 / 2, G_MAXINT64 / 2, ret_time, NULL);
}

static gboolean take_count(const char *field, guint *ret_count) {
  guint64 value;
  if (!g_ascii_string_to_unsigned(field, 10, 0, G_MAXUINT, &value, NULL))
    return FALSE;
  *ret_count = (guint)value;
  return TRUE;
}

/* ---- reading ---- */

static gboolean parse_night(GalenNights *self, char **fields) {
  GalenNight night = {0};
  guint status;
  if (g_strv_length(fields) < 8 || !take_time(fields[1], &night.from) || !take_time(fields[2], &night.to) ||
      !take_time(fields[3], &night.run) || !take_count(fields[4], &status) || !take_count(fields[5], &night.n_new) ||
      !take_count(fields[6], &night.n_continuing) || !take_count(fields[7], &night.n_resolved) ||
      status > GALEN_STATUS_CRITICAL || night.from >= night.to)
    return FALSE;
  night.status = (GalenStatus)status;
  g_array_append_val(self->nights, night);
  return self->nights->len <= GALEN_NIGHTS_MAX;
}

static gboolean parse_severity(const char *word, GalenSeverity *ret_severity) {
  for (guint i = GALEN_SEVERITY_INFO; i <= GALEN_SEVERITY_CRITICAL; i++)
    if (g_str_equal(word, galen_severity_word((GalenSeverity)i))) {
      *ret_severity = (GalenSeverity)i;
      return TRUE;
    }
  return FALSE;
}

static gboolean parse_marked(GPtrArray *list, char **fields) {
  if (g_strv_length(fields) < 9 || list->len >= GALEN_MARKED_MAX)
    return FALSE;
  g_autoptr(GalenMarked) one = galen_marked_new();
  one->id = unescape(fields[1]);
  one->kind = unescape(fields[2]);
  one->muted = g_str_equal(fields[4], "1");
  one->title = unescape(fields[8]);
  if (one->id == NULL || one->kind == NULL || one->title == NULL || !parse_severity(fields[3], &one->severity) ||
      !take_time(fields[5], &one->first) || !take_time(fields[6], &one->last))
    return FALSE;
  g_auto(GStrv) names = g_strsplit(fields[7], " ", -1);
  for (guint i = 0; names[i] != NULL; i++) {
    char *name = unescape(names[i]);
    if (name == NULL)
      return FALSE;
    if (*name != '\0')
      g_ptr_array_add(one->nodes, name);
    else
      g_free(name);
  }
  g_ptr_array_add(list, g_steal_pointer(&one));
  return TRUE;
}

static gboolean parse_line(GalenNights *self, const char *line) {
  g_auto(GStrv) fields = g_strsplit(line, "\t", -1);
  if (fields[0] == NULL)
    return TRUE;
  if (g_str_equal(fields[0], "night"))
    return parse_night(self, fields);
  if (g_str_equal(fields[0], "shown"))
    return parse_marked(self->shown, fields);
  if (g_str_equal(fields[0], "before"))
    return parse_marked(self->before, fields);
  return FALSE;
}

static GalenNights *nights_new(void) {
  GalenNights *self = g_new0(GalenNights, 1);
  self->nights = g_array_new(FALSE, TRUE, sizeof(GalenNight));
  self->shown = galen_marked_list_new();
  self->before = galen_marked_list_new();
  self->before_to = GALEN_TIME_NONE;
  return self;
}

void galen_nights_free(GalenNights *self) {
  if (self == NULL)
    return;
  g_array_unref(self->nights);
  g_ptr_array_unref(self->shown);
  g_clear_pointer(&self->before, g_ptr_array_unref);
  g_free(self);
}

static const GalenNight *last_of(const GalenNights *self, guint back) {
  guint n = self->nights->len;
  return n > back ? &g_array_index(self->nights, GalenNight, n - 1 - back) : NULL;
}

static GalenNights *bad(GError **error) {
  g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                      "what the store remembers of earlier nights cannot be read");
  return NULL;
}

GalenNights *galen_nights_parse(const char *text, GError **error) {
  g_autoptr(GalenNights) self = nights_new();
  if (text != NULL) {
    if (strlen(text) > GALEN_NIGHTS_BYTES_MAX)
      return bad(error);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    if (g_strcmp0(lines[0], HEAD) != 0)
      return bad(error);
    for (guint i = 1; lines[i] != NULL; i++)
      if (!parse_line(self, lines[i]))
        return bad(error);
  }
  const GalenNight *before = last_of(self, 1);
  if (before != NULL)
    self->before_to = before->to;
  else
    g_clear_pointer(&self->before, g_ptr_array_unref);
  return g_steal_pointer(&self);
}

/* ---- writing ---- */

static void print_marked(GString *out, const char *word, const GPtrArray *list) {
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const GalenMarked *one = g_ptr_array_index(list, i);
    g_autofree char *id = escape(one->id, ID_MAX);
    g_autofree char *kind = escape(one->kind, ID_MAX);
    g_autofree char *title = escape(one->title, TITLE_MAX);
    g_string_append_printf(out, "%s\t%s\t%s\t%s\t%d\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t", word, id, kind,
                           galen_severity_word(one->severity), one->muted ? 1 : 0, one->first, one->last);
    for (guint n = 0; n < MIN(one->nodes->len, NODES_MAX); n++) {
      g_autofree char *name = g_uri_escape_string(g_ptr_array_index(one->nodes, n), NULL, TRUE);
      g_string_append_printf(out, "%s%s", n > 0 ? " " : "", name);
    }
    g_string_append_printf(out, "\t%s\n", title);
  }
}

char *galen_nights_print(const GalenNights *self) {
  GString *out = g_string_new(HEAD "\n");
  for (guint i = 0; i < self->nights->len; i++) {
    const GalenNight *night = &g_array_index(self->nights, GalenNight, i);
    g_string_append_printf(
        out, "night\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%u\t%u\t%u\t%u\n", night->from,
        night->to, night->run, (guint)night->status, night->n_new, night->n_continuing, night->n_resolved);
  }
  print_marked(out, "shown", self->shown);
  print_marked(out, "before", self->before);
  return g_string_free(out, FALSE);
}

/* ---- the next night ---- */

static gint64 hour_of(gint64 time) {
  return galen_series_align(time, GALEN_NIGHT_SLOT);
}

/* Run by hand after the one of the night, or a second time as the mail had not gone out. */
static gboolean is_again(const GalenNight *last, gint64 now) {
  gint64 soon = MIN((last->to - last->from) / AGAIN_PART, AGAIN_MAX);
  return now < last->run + soon || hour_of(now) == hour_of(last->run);
}

GalenNightWindow galen_nights_window(const GalenNights *self, gint64 now) {
  const GalenNight *last = last_of(self, 0);
  GalenNightWindow window = {.from = hour_of(now - DAY), .to = now};
  /* A clock that was ahead is not believed again. */
  if (last == NULL || last->run > now + GALEN_NIGHT_SLOT || last->from >= now)
    return window;
  window.again = is_again(last, now);
  window.from = window.again ? last->from : last->to;
  if (window.from >= now)
    window.from = hour_of(now - GALEN_NIGHT_SLOT);
  if (!window.again && last->to - last->from <= DAY + GALEN_NIGHT_SLOT && now - window.from > DAY + DAY / 2)
    window.missed = (guint)((now - window.from + DAY / 2) / DAY) - 1;
  return window;
}

void galen_nights_ask(const GalenNights *self, GalenNightWindow *window, gint64 since, gint64 until) {
  const GalenNight *last = last_of(self, 0);
  if (since == GALEN_TIME_NONE && until == GALEN_TIME_NONE)
    return;
  if (since != GALEN_TIME_NONE) {
    window->from = since;
    window->missed = 0;
  }
  if (until != GALEN_TIME_NONE)
    window->to = until;
  if (window->from >= window->to)
    window->from = window->to - DAY;
  if (last == NULL)
    return;
  gboolean within = window->from >= last->from && window->to <= last->to;
  window->again = within || (window->again && window->from < last->to - GALEN_NIGHT_SLOT);
}

void galen_nights_base(const GalenNights *self, gboolean again, const GPtrArray **ret_shown, gint64 *ret_to) {
  const GalenNight *last = last_of(self, 0);
  *ret_shown = again ? self->before : last != NULL ? self->shown : NULL;
  *ret_to = again ? self->before_to : last != NULL ? last->to : GALEN_TIME_NONE;
}

static GPtrArray *take_shown(const GalenMarks *marks) {
  GPtrArray *list = galen_marked_list_new();
  for (guint i = 0; i < marks->shown->len; i++)
    g_ptr_array_add(list, galen_marked_copy(g_ptr_array_index(marks->shown, i)));
  return list;
}

void galen_nights_add(GalenNights *self, const GalenNightWindow *window, gint64 now, const GalenReport *report) {
  const GalenMarks *marks = report->marks;
  GalenNight night = {.from = window->from,
                      .to = window->to,
                      .run = now,
                      .status = report->status,
                      .n_new = marks->n_new + marks->n_new_notes,
                      .n_continuing = marks->n_continuing + marks->n_continuing_notes,
                      .n_resolved = marks->resolved->len};
  const GalenNight *last = last_of(self, 0);
  if (window->again) {
    night.run = last->run;
    g_array_set_size(self->nights, self->nights->len - 1);
  } else if (last != NULL) {
    self->before_to = last->to;
    g_clear_pointer(&self->before, g_ptr_array_unref);
    self->before = g_steal_pointer(&self->shown);
    if (self->nights->len >= GALEN_NIGHTS_MAX)
      g_array_remove_range(self->nights, 0, self->nights->len + 1 - GALEN_NIGHTS_MAX);
  }
  g_clear_pointer(&self->shown, g_ptr_array_unref);
  self->shown = take_shown(marks);
  g_array_append_val(self->nights, night);
}
