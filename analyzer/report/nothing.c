#include "nothing.h"

#include "../words.h"

char *galen_nothing_window(const GalenReport *report) {
  if (!report->requested)
    return NULL;
  const char *zone = report->zone_name != NULL ? report->zone_name : "UTC";
  g_autofree char *from = galen_words_time(report->requested_from, report->zone, 0);
  g_autofree char *to = galen_words_time(report->requested_to, report->zone, 0);
  if (report->requested_to == GALEN_TIME_NONE)
    return g_strdup_printf("since %s, %s", from, zone);
  if (report->requested_from == GALEN_TIME_NONE)
    return g_strdup_printf("before %s, %s", to, zone);
  return g_strdup_printf("%s to %s, %s", from, to, zone);
}

char *galen_nothing_clause(const GalenReport *report) {
  if (report->total.count > 0)
    return g_strdup(report->filtered ? "no statement that passes the filters has a confirmed time"
                                     : "no statement in these logs has a confirmed time");
  g_autofree char *window = galen_nothing_window(report);
  if (window != NULL && report->filtered)
    return g_strdup_printf(
        "no statement of these logs passes the filters and is known to be in the window asked for (%s)", window);
  if (window != NULL)
    return g_strdup_printf("no statement of these logs is known to be in the window asked for (%s)", window);
  return g_strdup(report->filtered ? "no statement of these logs passes the filters"
                                   : "no statement was found in these logs");
}

char *galen_nothing_sentence(const GalenReport *report) {
  g_autofree char *clause = galen_nothing_clause(report);
  *clause = g_ascii_toupper(*clause);
  return g_strconcat(clause, ".", NULL);
}

gboolean galen_nothing_but_errors(const GalenReport *report) {
  if ((report->history == NULL && report->errors == NULL) || report->total.count > 0)
    return FALSE;
  for (guint i = 0; i < report->inputs->len; i++) {
    const char *kind = ((const GalenInputRow *)g_ptr_array_index(report->inputs, i))->kind;
    if (g_strcmp0(kind, "slow-log") == 0)
      return FALSE;
  }
  return TRUE;
}
