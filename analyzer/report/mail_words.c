/* Subject and date of a mail. */
#include "mail_private.h"

#include "../words.h"
#include "marks.h"
#include "verdict_words.h"

#define SUBJECT_MAX 150u /* characters */
#define NAME_CHARS 60u
#define NODE_CHARS 30u
#define NODES_MAX 3u

/* On one line, of characters that are seen: no name can end a header or turn its direction, and no "=?" begins what a reader
 * would decode (RFC 2047). At most about `max` characters. */
static char *line_of(const char *text, guint max) {
  GString *out = g_string_new(NULL);
  gboolean blank = FALSE;
  guint n = 0;
  for (; *text != '\0'; text = g_utf8_next_char(text)) {
    gunichar c = g_utf8_get_char(text);
    GUnicodeType type = g_unichar_type(c);
    if (type == G_UNICODE_FORMAT)
      continue;
    if (g_unichar_isspace(c) || type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
        type == G_UNICODE_PARAGRAPH_SEPARATOR) {
      blank = out->len > 0;
      continue;
    }
    if (n + 1 + (blank ? 1 : 0) >= max && text[0] != '\0' && *g_utf8_next_char(text) != '\0') {
      g_string_append(out, "…");
      break;
    }
    if (blank)
      g_string_append_c(out, ' ');
    n += blank ? 2 : 1;
    blank = FALSE;
    if (c == '?' && g_str_has_suffix(out->str, "="))
      g_string_append_c(out, ' ');
    g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}

static void append_names(GString *out, const GPtrArray *names) {
  for (guint i = 0; i < MIN(names->len, NODES_MAX); i++) {
    g_autofree char *name = line_of(g_ptr_array_index(names, i), NODE_CHARS);
    g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", name);
  }
  if (names->len > NODES_MAX)
    g_string_append_printf(out, " and %u more", names->len - NODES_MAX);
}

/* What the report is of: its title when one was given, the cluster, else the nodes. */
static char *subject_name(const GalenReport *report) {
  if (report->titled && report->title != NULL && *report->title != '\0')
    return line_of(report->title, NAME_CHARS);
  const GPtrArray *clusters = report->history != NULL ? report->history->clusters : NULL;
  if (clusters != NULL && clusters->len == 1) {
    const GalenClusterRow *cluster = g_ptr_array_index(clusters, 0);
    if (cluster->name != NULL && *cluster->name != '\0')
      return line_of(cluster->name, NAME_CHARS);
  }
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < report->nodes->len; i++)
    g_ptr_array_add(names, ((const GalenNodeRow *)g_ptr_array_index(report->nodes, i))->name);
  GString *out = g_string_new(names->len > 0 ? NULL : "logs");
  append_names(out, names);
  return g_string_free(out, FALSE);
}

static char *format_time(const GalenReport *report, gint64 us, const char *format) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(us / G_USEC_PER_SEC - (us % G_USEC_PER_SEC < 0 ? 1 : 0));
  g_autoptr(GDateTime) time = utc != NULL ? g_date_time_to_timezone(utc, report->zone) : NULL;
  return time != NULL ? g_date_time_format(time, format) : g_strdup("");
}

/* The window's days: its end does not belong to it. */
static char *subject_days(const GalenReport *report) {
  if (report->from == GALEN_TIME_NONE)
    return g_strdup("");
  if (report->to == GALEN_TIME_NONE)
    return format_time(report, report->from, " since %Y-%m-%d");
  gint64 end = report->to > report->from ? report->to - 1 : report->to;
  g_autofree char *first = format_time(report, report->from, " %Y-%m-%d");
  g_autofree char *last = format_time(report, end, " %Y-%m-%d");
  return g_str_equal(first, last) ? g_steal_pointer(&first) : g_strconcat(first, " to", last, NULL);
}

/* "02:36-02:37"; with the day where that is not the window's. */
static char *incident_times(const GalenReport *report, const GalenIncident *incident, const char *days) {
  if (incident->from == GALEN_TIME_NONE)
    return g_strdup("");
  g_autofree char *day = format_time(report, incident->from, " %Y-%m-%d");
  const char *format = g_str_equal(day, days) ? " %H:%M" : " %m-%d %H:%M";
  g_autofree char *from = format_time(report, incident->from, format);
  if (incident->ongoing || incident->to == GALEN_TIME_NONE)
    return g_strconcat(" since", from, NULL);
  g_autofree char *last = format_time(report, incident->to, " %Y-%m-%d");
  g_autofree char *to = format_time(report, incident->to, g_str_equal(day, last) ? "%H:%M" : "%m-%d %H:%M");
  return g_str_has_suffix(from, to) ? g_steal_pointer(&from) : g_strconcat(from, "-", to, NULL);
}

/* Those whose data are not the cluster's any more, else the suspects, else all that were in it. */
static void append_concerned(GString *out, const GalenIncident *incident) {
  const GPtrArray *names = incident->suspects->len > 0 ? incident->suspects : incident->nodes;
  for (guint i = 0; incident->diverged && i < incident->ranges->len; i++) {
    const GalenRange *range = g_ptr_array_index(incident->ranges, i);
    if (g_strcmp0(range->fate, "survivor") != 0 && range->nodes->len > 0 && incident->ranges->len > 1) {
      names = range->nodes;
      break;
    }
  }
  if (names->len > 0)
    g_string_append(out, ", ");
  append_names(out, names);
}

static void append_incident(GString *out, const GalenReport *report, const GalenIncident *incident, const char *days) {
  g_autofree char *kind = g_strdelimit(g_strdup(galen_incident_word(incident->kind)), "-", ' ');
  g_autofree char *times = incident_times(report, incident, days);
  g_string_append_printf(out, "%s%s", kind, times);
  append_concerned(out, incident);
}

char *galen_mail_line(const char *text) {
  return line_of(text, SUBJECT_MAX);
}

char *galen_mail_subject(const GalenReport *report) {
  g_auto(GalenVerdict) verdict = {0};
  galen_verdict_init(&verdict, report);
  g_autofree char *status = g_ascii_strup(galen_status_word(report->status), -1);
  g_autofree char *name = subject_name(report);
  g_autofree char *days = subject_days(report);
  g_autofree char *fresh = galen_marks_brief(report);
  g_autoptr(GString) out = g_string_new(NULL);
  g_string_append_printf(out, "[galen] %s%s%s %s%s: ", status, fresh != NULL ? " " : "", fresh != NULL ? fresh : "",
                         name, days);
  if (verdict.urgent && verdict.first->incident != NULL)
    append_incident(out, report, verdict.first->incident, days);
  else if (verdict.urgent || report->total.count + (report->errors != NULL ? report->errors->count : 0) == 0)
    g_string_append(out, verdict.headline);
  else
    g_string_append(out, "nothing needs you");
  return line_of(out->str, SUBJECT_MAX);
}

const GalenIncident *galen_mail_incident(const GalenReport *report, guint *ret_index) {
  for (guint i = 0; i < report->ranking->len; i++) {
    const GalenRanked *one = &g_array_index(report->ranking, GalenRanked, i);
    if (one->incident == NULL || one->muted)
      continue;
    *ret_index = one->index;
    return one->incident;
  }
  return NULL;
}

GDateTime *galen_mail_date(const GalenReport *report) {
  const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
  guint64 given = 0;
  gint64 seconds;
  if (epoch != NULL && g_ascii_string_to_unsigned(epoch, 10, 0, G_MAXUINT32, &given, NULL))
    seconds = (gint64)given;
  else if (report->to != GALEN_TIME_NONE && report->to > 0)
    seconds = report->to / G_USEC_PER_SEC;
  else
    return NULL;
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
  return utc != NULL ? g_date_time_to_timezone(utc, report->zone) : NULL;
}
