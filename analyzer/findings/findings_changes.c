/* Messages that an error log did not have before a configuration change. */
#include "findings_private.h"

#include "../report/cluster_words.h"
#include "../words.h"

#define MINUTE (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define HOUR (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define CHANGES_FOUND 3u
#define CHANGES_NAMED 4u
#define MESSAGES_NAMED 3u

/* All that changed on one node at one start. */
typedef struct {
  const char *node;
  gint64 time;
  guint n;       /* changes */
  GString *text; /* of the first of them */
} Start;

static void start_clear(gpointer data) {
  g_string_free(((Start *)data)->text, TRUE);
}

static void note_change(GArray *starts, const GalenConfigChange *change) {
  Start *last = starts->len > 0 ? &g_array_index(starts, Start, starts->len - 1) : NULL;
  if (last == NULL || g_strcmp0(last->node, change->node) != 0 || ABS(change->time - last->time) > MINUTE) {
    Start fresh = {change->node, change->time, 0, g_string_new(NULL)};
    g_array_append_val(starts, fresh);
    last = &g_array_index(starts, Start, starts->len - 1);
  }
  if (last->n++ >= CHANGES_NAMED)
    return;
  g_string_append_printf(last->text, "%s%s from %s to %s", last->n > 1 ? ", " : "", change->option,
                         change->before != NULL ? change->before : "nothing",
                         change->after != NULL ? change->after : "nothing");
}

static GArray *collect(const GalenReport *report) {
  GArray *starts = g_array_new(FALSE, FALSE, sizeof(Start));
  g_array_set_clear_func(starts, start_clear);
  for (guint c = 0; c < report->history->clusters->len; c++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, c);
    for (guint i = 0; i < cluster->configuration->len; i++) {
      const GalenConfigChange *change = g_ptr_array_index(cluster->configuration, i);
      gboolean setting = g_strcmp0(change->option, GALEN_START_POSITION) != 0;
      if (change->time != GALEN_TIME_NONE && change->node != NULL && setting)
        note_change(starts, change);
    }
  }
  return starts;
}

/* Its first record is of this node, within an hour after the change. Incidents tell of what is a fact for them. */
static gboolean is_new(const GalenErrorGroup *group, const Start *start) {
  return group->severity >= GALEN_SEVERITY_WARNING && group->first != GALEN_TIME_NONE && group->first >= start->time &&
         group->first < start->time + HOUR && g_strcmp0(group->first_place.node, start->node) == 0 &&
         (group->rule == NULL || (group->rule->fact == NULL && group->rule->incident == NULL));
}

/* As much as is looked at after the change must be known before it. */
static gboolean is_covered(const GalenReport *report, const Start *start) {
  for (guint i = 0; i < report->history->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(report->history->nodes, i);
    if (g_strcmp0(node->name, start->node) == 0)
      return node->has_log && node->first != GALEN_TIME_NONE && node->first <= start->time - HOUR;
  }
  return FALSE;
}

static gboolean check_start(GalenReport *report, const Start *start) {
  g_autoptr(GString) names = g_string_new(NULL);
  g_autoptr(GPtrArray) groups = g_ptr_array_new();
  if (!is_covered(report, start))
    return FALSE;
  for (guint i = 0; i < report->errors->groups->len; i++) {
    GalenErrorGroup *group = g_ptr_array_index(report->errors->groups, i);
    if (!is_new(group, start))
      continue;
    if (groups->len < MESSAGES_NAMED)
      g_string_append_printf(names, "%s“%s”", groups->len > 0 ? ", " : "", galen_error_title(group));
    g_ptr_array_add(groups, group);
  }
  if (groups->len == 0)
    return FALSE;
  g_autofree char *when = galen_words_time(start->time, report->zone, 0);
  g_autofree char *iso = galen_words_iso(start->time);
  GalenFinding *finding = galen_findings_add(
      report, GALEN_SEVERITY_INFO, g_strdup_printf("correlation:after-change:%s:%s", start->node, iso),
      g_strdup_printf("New messages on %s after its configuration changed", start->node),
      g_strdup_printf("At %s (%s): %s%s. Within an hour came what its log did not have before: %s%s. They coincide in "
                      "time; that alone does not show which led to which.",
                      when, report->zone_name, start->text->str, start->n > CHANGES_NAMED ? " and more" : "",
                      names->str, groups->len > MESSAGES_NAMED ? " and more" : ""),
      g_strdup(
          "Compare with the other nodes: when they have the old value and not the message, take the change back on "
          "one node first."));
  finding->figure = g_strdup_printf("%u new message%s", groups->len, groups->len == 1 ? "" : "s");
  g_ptr_array_add(finding->nodes, g_strdup(start->node));
  finding->from = start->time;
  finding->to = start->time + HOUR;
  for (guint i = 0; i < MIN(groups->len, MESSAGES_NAMED); i++)
    galen_findings_add_place(finding, &((const GalenErrorGroup *)g_ptr_array_index(groups, i))->first_place);
  return TRUE;
}

void galen_findings_changes(GalenReport *report) {
  if (report->history == NULL || report->errors == NULL)
    return;
  g_autoptr(GArray) starts = collect(report);
  for (guint i = 0, found = 0; i < starts->len && found < CHANGES_FOUND; i++)
    found += check_start(report, &g_array_index(starts, Start, i)) ? 1 : 0;
}
