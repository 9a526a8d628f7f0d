/* What the logs could not tell: cut inputs, skipped bytes, missing times, values out of the world. */
#include "findings_private.h"

#include "../words.h"

#define SHOWN_SKIPS 3u

void galen_findings_add_skips(GalenFinding *finding, const GalenInputRow *row) {
  for (guint i = 0; i < MIN(row->account.n_skips, SHOWN_SKIPS); i++) {
    const GalenSkip *skip = &row->account.skips[i];
    GalenEvidence *evidence = g_new0(GalenEvidence, 1);
    *evidence = (GalenEvidence){
        .path = g_strdup(row->path), .node = g_strdup(row->node), .line = skip->line, .time = GALEN_TIME_NONE};
    if (i < row->skip_texts->len)
      evidence->text = g_strdup(g_ptr_array_index(row->skip_texts, i));
    g_ptr_array_add(finding->evidence, evidence);
  }
}

static void add_node(GalenFinding *finding, const GalenInputRow *row) {
  if (row->node != NULL)
    g_ptr_array_add(finding->nodes, g_strdup(row->node));
}

static void add_incomplete(GalenReport *report, const GalenInputRow *row) {
  const char *why = row->problem != NULL ? row->problem : "the reason is unknown";
  gboolean some = row->account.bytes > 0;
  g_autofree char *bytes = galen_words_count((double)row->account.bytes);
  g_autofree char *events = galen_words_count((double)row->account.events);
  char *detail = some ? g_strdup_printf("%s: read to byte %s (unpacked), %s events counted.", why, bytes, events)
                      : g_strdup_printf("%s.", why);
  GalenFinding *finding = galen_findings_add(
      report, GALEN_SEVERITY_WARNING, g_strconcat("incomplete:", row->path, NULL),
      g_strdup_printf(some ? "%s was read in part" : "%s was not read", row->path), detail,
      g_strdup(some
                   ? "Everything behind that point is missing from this report. Copy the file again and repeat the run."
                   : "Nothing of it is in this report. Check its path, its permissions and what it is, and repeat the "
                     "run."));
  add_node(finding, row);
}

static gboolean is_much(const GalenAccount *account, double part) {
  guint64 records = 0;
  for (guint i = 0; i < account->n_skips; i++)
    records += account->skips[i].records;
  return part > GALEN_SKIPPED_WARNING && (account->bytes_skipped >= GALEN_SKIPPED_BYTES ||
                                          records >= GALEN_SKIPPED_RECORDS || part > GALEN_SKIPPED_MOST);
}

static void add_skipped(GalenReport *report, const GalenInputRow *row) {
  const GalenAccount *account = &row->account;
  double part = account->bytes > 0 ? (double)account->bytes_skipped / (double)account->bytes : 0;
  g_autofree char *share = galen_words_share(part);
  g_autofree char *bytes = galen_words_bytes((double)account->bytes_skipped);
  GString *reasons = g_string_new(NULL);
  for (guint i = 0; i < account->n_skips; i++) {
    g_autofree char *records = galen_words_count((double)account->skips[i].records);
    g_string_append_printf(reasons, "%s%s: %s", i > 0 ? "; " : "", account->skips[i].reason, records);
  }
  GalenFinding *finding = galen_findings_add(
      report, is_much(account, part) ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_INFO,
      g_strconcat("skipped:", row->path, NULL), g_strdup_printf("%s of %s could not be used", share, row->path),
      g_strdup_printf("%s skipped. %s.", bytes, reasons->str),
      g_strdup(
          "Look at the places named here. A log that was copied while the server wrote, or written by two servers at "
          "once, has such pieces."));
  g_string_free(reasons, TRUE);
  add_node(finding, row);
  galen_findings_add_skips(finding, row);
}

static void add_further(GalenReport *report, const char *kind, guint n, const char *what, GalenSeverity severity) {
  if (n > GALEN_FINDINGS_OF_A_KIND)
    galen_findings_add(report, severity, g_strconcat(kind, ":further", NULL),
                       g_strdup_printf("%u further inputs %s", n - GALEN_FINDINGS_OF_A_KIND, what),
                       g_strdup("The list of inputs names each."), NULL);
}

static void check_inputs(GalenReport *report) {
  guint incomplete = 0, skipped = 0;
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    if (!row->complete && incomplete++ < GALEN_FINDINGS_OF_A_KIND)
      add_incomplete(report, row);
    gboolean told = !row->complete && g_str_equal(row->kind, "general-log"); /* all of it is skipped, and was said so */
    if (!told && !g_str_equal(row->kind, "unknown") && row->account.bytes_skipped > 0 &&
        skipped++ < GALEN_FINDINGS_OF_A_KIND)
      add_skipped(report, row);
  }
  add_further(report, "incomplete", incomplete, "were not read whole", GALEN_SEVERITY_WARNING);
  add_further(report, "skipped", skipped, "have pieces that could not be used", GALEN_SEVERITY_INFO);
}

/* One count of the whole report: said when it is not 0. `what` is about one, `plural` about several. */
static void note(GalenReport *report, const char *id, guint64 n, const char *what, const char *plural,
                 const char *detail, const char *advice) {
  if (n == 0)
    return;
  g_autofree char *number = galen_words_count((double)n);
  galen_findings_add(report, GALEN_SEVERITY_INFO, g_strdup(id), g_strconcat(number, " ", n == 1 ? what : plural, NULL),
                     g_strdup(detail), g_strdup(advice));
}

/* In all inputs: a window leaves them out of the report's totals. */
static guint64 count_untimed(const GalenReport *report) {
  guint64 n = 0;
  for (guint i = 0; i < report->inputs->len; i++)
    n += ((const GalenInputRow *)g_ptr_array_index(report->inputs, i))->account.untimed;
  return n;
}

static void check_rate(GalenReport *report) {
  const GalenFigures *total = &report->total;
  if (total->count_scaled <= total->count)
    return;
  g_autofree char *seen = galen_words_count((double)total->count);
  g_autofree char *scaled = galen_words_count((double)total->count_scaled);
  galen_findings_add(
      report, GALEN_SEVERITY_INFO, g_strdup("rate-limited"), g_strdup("The log holds only a part of the calls"),
      g_strdup_printf("Log_slow_rate_limit: %s logged calls stand for about %s. Counts and times here are "
                      "those of the logged ones; scaled counts stand beside them.",
                      seen, scaled),
      NULL);
}

void galen_findings_quality(GalenReport *report) {
  const GalenFigures *total = &report->total;
  check_inputs(report);
  check_rate(report);
  note(report, "untimed", report->requested ? count_untimed(report) : 0, "statement without a sure time left out",
       "statements without a sure time left out",
       "A window was asked for: whether they fall in it, nobody can tell, so they are in no figure.",
       "A log with # Time lines or SET timestamp gives each statement its time.");
  note(report, "untimed", report->requested ? 0 : total->untimed, "statement without a sure time",
       "statements without a sure time",
       "They are in all totals, but not in the window, the charts over time, or first and last.",
       "A log with # Time lines or SET timestamp gives each statement its time.");
  note(report, "partial", total->partial, "statement cut short", "statements cut short",
       "The log begins or ends inside them, or a quote stayed open. They are counted with what is left of them.", NULL);
  note(report, "implausible", report->implausible, "impossible value left out", "impossible values left out",
       "Counters over 2^53 and times over ten days are errors of the server's log writer. They are in no sum.", NULL);
  note(report, "nested", total->nested_count, "statement ran inside a stored routine",
       "statements ran inside stored routines",
       "The server logs them and then the CALL, which has their time, too: totals hold both.", NULL);
  note(report, "classes-capped", report->classes_capped ? report->classes : 0, "class of statements",
       "different classes of statements",
       "Only those with most time are kept one by one, the rest is summed up under “other”, exactly.",
       "So many classes often come from names made by a program: tables or columns with numbers, or comments in place "
       "of "
       "parameters.");
}
