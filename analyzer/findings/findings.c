#include "findings_private.h"

#include "ranking.h"

GalenFinding *galen_findings_add(GalenReport *report, GalenSeverity severity, char *id, char *title, char *detail,
                                 char *advice) {
  GalenFinding *finding = galen_finding_new();
  finding->severity = severity;
  finding->id = id;
  finding->title = title;
  finding->detail = detail;
  finding->advice = advice;
  g_ptr_array_add(report->findings, finding);
  return finding;
}

void galen_findings_add_gap(GalenFindingGaps *gaps, const char *node, char *id, char *title, char *detail,
                            gint64 since) {
  if (gaps->listed++ >= GALEN_FINDINGS_OF_A_KIND) {
    gaps->unlisted++;
    g_free(id);
    g_free(title);
    g_free(detail);
    return;
  }
  GalenFinding *finding =
      galen_findings_add(gaps->report, GALEN_SEVERITY_WARNING, id, title, detail, g_strdup(gaps->advice));
  g_ptr_array_add(finding->nodes, g_strdup(node));
  finding->from = since;
  finding->to = gaps->end;
}

void galen_findings_add_place(GalenFinding *finding, const GalenErrorPlace *place) {
  GalenEvidence *evidence = g_new0(GalenEvidence, 1);
  *evidence = (GalenEvidence){.path = g_strdup(place->path),
                              .node = g_strdup(place->node),
                              .raw_time = g_strdup(place->raw_time),
                              .text = g_strdup(place->text),
                              .line = place->line,
                              .time = place->time};
  g_ptr_array_add(finding->evidence, evidence);
}

/* ---- muting ---- */

/* A date or an ISO 8601 time; GALEN_TIME_NONE: neither. */
static gint64 parse_until(const char *text, GTimeZone *zone) {
  g_autofree char *full = strlen(text) == strlen("2026-11-24") ? g_strconcat(text, "T00:00:00", NULL) : g_strdup(text);
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(full, zone != NULL ? zone : utc);
  return when != NULL ? g_date_time_to_unix(when) * G_USEC_PER_SEC + g_date_time_get_microsecond(when)
                      : GALEN_TIME_NONE;
}

/* Bytes of an id that name its kind ("coverage-gap" of "coverage-gap:db1") or, for `parts` 2, kind and rule of advice
 * ("advice:full-scan" of "advice:full-scan:ID"). */
static gsize kind_length(const char *id, guint parts) {
  gsize len = strcspn(id, ":");
  if (parts == 2 && id[len] == ':' && g_str_has_prefix(id, "advice:"))
    len += 1 + strcspn(id + len + 1, ":");
  return len;
}

static gboolean mutes(const char *entry, const char *id, gint64 to, GTimeZone *zone) {
  const gsize lengths[] = {strlen(id), kind_length(id, 2), kind_length(id, 1)};
  for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
    gsize len = lengths[i];
    if (strncmp(entry, id, len) != 0)
      continue;
    if (entry[len] == '\0')
      return TRUE;
    gint64 until = entry[len] == '@' ? parse_until(entry + len + 1, zone) : GALEN_TIME_NONE;
    if (until != GALEN_TIME_NONE && to != GALEN_TIME_NONE && to < until)
      return TRUE;
  }
  return FALSE;
}

gboolean galen_findings_is_muted(const char *const *mute, const char *id, gint64 to, GTimeZone *zone) {
  for (guint i = 0; mute != NULL && mute[i] != NULL; i++)
    if (mutes(mute[i], id, to, zone))
      return TRUE;
  return FALSE;
}

/* ---- all of them ---- */

/* The order in which they were found decides between equals: g_ptr_array_sort is stable. */
static int compare(gconstpointer left, gconstpointer right) {
  const GalenFinding *a = *(GalenFinding *const *)left, *b = *(GalenFinding *const *)right;
  return galen_ranking_compare_findings(a, b);
}

static void decide_status(GalenReport *report) {
  static const GalenStatus statuses[] = {[GALEN_SEVERITY_INFO] = GALEN_STATUS_OK,
                                         [GALEN_SEVERITY_WARNING] = GALEN_STATUS_WARNING,
                                         [GALEN_SEVERITY_CRITICAL] = GALEN_STATUS_CRITICAL};
  report->status = GALEN_STATUS_OK;
  for (guint i = 0; i < report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(report->findings, i);
    if (!finding->muted)
      report->status = MAX(report->status, statuses[finding->severity]);
  }
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    if (!incident->muted)
      report->status = MAX(report->status, statuses[incident->severity]);
  }
}

void galen_findings_build(GalenReport *report, const GalenReportOptions *options) {
  galen_findings_coverage(report, options);
  galen_findings_logs(report);
  galen_findings_lost(report);
  /* What can be mended comes before what should be known about the data. */
  galen_findings_comparison(report);
  galen_findings_new(report);
  galen_findings_queries(report);
  galen_findings_quality(report);
  galen_findings_correlations(report);
  for (guint i = 0; i < report->findings->len; i++) {
    GalenFinding *finding = g_ptr_array_index(report->findings, i);
    finding->muted = galen_findings_is_muted(options->mute, finding->id, report->to, report->zone);
  }
  g_ptr_array_sort(report->findings, compare);
  galen_ranking_build(report);
  decide_status(report);
}
