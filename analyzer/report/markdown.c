#include "markdown.h"

#include "../findings/comparison.h"
#include "../words.h"
#include "cluster_words.h"
#include "marks.h"
#include "md_out.h"
#include "nothing.h"
#include "place.h"
#include "verdict_words.h"

#define ROOM_FOR_NOTE 200u
#define NAME_BYTES 160u
#define TITLE_BYTES 320u
#define TEXT_BYTES 900u
#define LINE_BYTES 240u
#define FINDINGS_MAX 15u
#define INCIDENTS_MAX 10u
#define LINES_MAX 12u
#define NAMES_MAX 12u
#define OPERATIONS_MAX 20u
#define GROUPS_MAX 15u
#define CHANGES_MAX 10u
#define INPUTS_MAX 40u

typedef struct {
  GString *out;
  const GalenReport *report;
  guint left_out; /* blocks that found no room */
} Markdown;

/* ---- blocks ---- */

/* Takes the block over; it is there whole or not at all. */
static gboolean take_block(Markdown *self, GString *block) {
  gboolean fits = self->out->len + block->len + 1 + ROOM_FOR_NOTE <= GALEN_MARKDOWN_MAX;
  if (fits && block->len > 0)
    g_string_append_printf(self->out, "%s\n", block->str);
  self->left_out += fits ? 0 : 1;
  g_string_free(block, TRUE);
  return fits;
}

static char *words(const char *text, gsize max) {
  GString *out = g_string_new(NULL);
  galen_md_words(out, text, max);
  return g_string_free(out, FALSE);
}

/* "**label** text" as a line of a list; nothing when there is no text. */
static void put_item(GString *block, const char *label, const char *text) {
  if (text == NULL || *text == '\0')
    return;
  g_string_append_printf(block, "- **%s:** ", label);
  galen_md_words(block, text, TEXT_BYTES);
  g_string_append_c(block, '\n');
}

static void put_more(GString *block, guint n, guint shown, const char *noun) {
  if (n > shown)
    g_string_append_printf(block, "\n%u further %s%s: see the JSON report.\n", n - shown, noun,
                           n - shown == 1 ? "" : "s");
}

static char *when(const GalenReport *report, gint64 time) {
  return time != GALEN_TIME_NONE ? galen_words_time(time, report->zone, 0) : g_strdup("");
}

/* ---- verdict ---- */

static const char *status_icon(GalenStatus status) {
  static const char *const icons[] = {
      [GALEN_STATUS_OK] = "✅", [GALEN_STATUS_WARNING] = "⚠️", [GALEN_STATUS_CRITICAL] = "🛑"};
  return icons[status];
}

static void put_window(GString *block, const GalenReport *report) {
  if (report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE)
    return;
  g_autofree char *from = when(report, report->from);
  g_autofree char *to = when(report, report->to);
  g_autofree char *zone = words(report->zone_name, NAME_BYTES);
  g_autofree char *statements = galen_words_count((double)report->total.count);
  g_autofree char *time = galen_words_duration((double)report->total.main[GALEN_MAIN_TIME].sum);
  g_string_append_printf(block, "%s to %s, %s · %u node%s", from, to, zone, report->nodes->len,
                         report->nodes->len == 1 ? "" : "s");
  if (report->total.count > 0)
    g_string_append_printf(block, " · %s statement%s, %s of query time", statements,
                           report->total.count == 1 ? "" : "s", time);
  if (report->errors != NULL) {
    g_autofree char *records = galen_words_count((double)report->errors->count);
    g_string_append_printf(block, " · %s record%s of error logs", records, report->errors->count == 1 ? "" : "s");
  }
  g_string_append(block, "\n");
}

static void put_verdict(Markdown *self) {
  const GalenReport *report = self->report;
  g_auto(GalenVerdict) verdict = {0};
  galen_verdict_init(&verdict, report);
  GString *block = g_string_new("## ");
  galen_md_words(block, report->title != NULL ? report->title : "Database health report", TITLE_BYTES);
  g_autofree char *status = g_ascii_strup(galen_status_word(report->status), -1);
  g_string_append_printf(block, "\n\n%s **%s: ", status_icon(report->status), status);
  galen_md_words(block, verdict.headline, TEXT_BYTES);
  g_string_append(block, "**");
  const char *const sentences[] = {verdict.since, verdict.others, verdict.night};
  for (guint i = 0; i < G_N_ELEMENTS(sentences); i++) {
    g_string_append(block, sentences[i] != NULL ? " " : "");
    galen_md_words(block, sentences[i], TEXT_BYTES);
  }
  g_string_append(block, "\n\n");
  put_window(block, report);
  if (verdict.todo != NULL) {
    g_string_append_printf(block, "\n**%s:** ", verdict.todo_word);
    if (verdict.about != NULL && verdict.first->incident == NULL) {
      galen_md_words(block, verdict.about, TEXT_BYTES);
      g_string_append(block, ": ");
    }
    galen_md_words(block, verdict.todo, TEXT_BYTES);
    g_string_append(block, "\n");
  }
  if (report->incomplete)
    g_string_append(block, "\nSome input could not be read whole: see the inputs below.\n");
  take_block(self, block);
}

static void put_ranked(GString *block, const GalenReport *report, const GalenRanked *one) {
  g_autofree char *figures = galen_ranked_figures(report, one);
  g_string_append_printf(block, "- **%s%s** ", galen_severity_word(one->severity), one->muted ? ", muted" : "");
  galen_md_words(block, galen_ranked_title(one), TEXT_BYTES);
  if (figures != NULL) {
    g_string_append(block, " (");
    galen_md_words(block, figures, TEXT_BYTES);
    g_string_append_c(block, ')');
  }
  g_string_append_c(block, '\n');
  if (one->incident != NULL) /* it has a section of its own */
    return;
  g_autofree char *detail = galen_ranked_detail(report, one);
  g_autofree char *advice = galen_ranked_advice(report, one);
  const char *const texts[] = {detail, advice};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    if (texts[i] == NULL || *texts[i] == '\0')
      continue;
    g_string_append(block, i == 0 ? "  - " : "  - *Do:* ");
    galen_md_words(block, texts[i], TEXT_BYTES);
    g_string_append_c(block, '\n');
  }
}

static void put_ranking(Markdown *self) {
  const GArray *ranking = self->report->ranking;
  if (ranking->len == 0)
    return;
  GString *block = g_string_new("### What matters most\n\n");
  guint shown = MIN(ranking->len, FINDINGS_MAX);
  for (guint i = 0; i < shown; i++)
    put_ranked(block, self->report, &g_array_index(ranking, GalenRanked, i));
  put_more(block, ranking->len, shown, "finding");
  take_block(self, block);
}

static void put_resolved(Markdown *self) {
  const GalenReport *report = self->report;
  if (report->marks == NULL || report->marks->resolved->len == 0)
    return;
  const GPtrArray *resolved = report->marks->resolved;
  GString *block = g_string_new("### Resolved since the night before\n\n");
  guint shown = MIN(resolved->len, FINDINGS_MAX);
  for (guint i = 0; i < shown; i++) {
    const GalenMarked *one = g_ptr_array_index(resolved, i);
    g_autofree char *since = galen_resolved_words(report, one);
    g_string_append(block, "- ");
    galen_md_words(block, one->title, TEXT_BYTES);
    g_string_append(block, " (");
    galen_md_words(block, since, TEXT_BYTES);
    g_string_append(block, ")\n");
  }
  put_more(block, resolved->len, shown, "line");
  take_block(self, block);
}

/* ---- incidents ---- */

static char *incident_times(const GalenReport *report, const GalenIncident *incident) {
  if (incident->from == GALEN_TIME_NONE)
    return NULL;
  g_autofree char *from = galen_incident_bound(report, incident->from, incident->from_error);
  g_autofree char *length = galen_incident_length(report, incident);
  if (incident->to == GALEN_TIME_NONE)
    return g_strdup_printf("from %s %s, %s", from, report->zone_name, length);
  g_autofree char *to = galen_incident_bound(report, incident->to, incident->to_error);
  return g_strdup_printf("%s to %s %s (%s)", from, to, report->zone_name, length);
}

static void put_ranges(GString *block, const GalenIncident *incident) {
  if (!incident->diverged)
    return;
  g_autofree char *common = galen_seqno_words(incident->common_seqno);
  g_string_append_printf(block, "\nCommon history up to seqno %s.\n\n", common);
  g_string_append(block, "| nodes | from seqno | to seqno | write sets | what became of it |\n");
  g_string_append(block, "| --- | ---: | ---: | ---: | --- |\n");
  for (guint i = 0; i < MIN(incident->ranges->len, NAMES_MAX); i++) {
    const GalenRange *range = g_ptr_array_index(incident->ranges, i);
    g_autofree char *nodes = galen_names(range->nodes, NAMES_MAX);
    char *cells[] = {words(nodes, NAME_BYTES), galen_seqno_words(range->first_seqno), galen_range_last(range),
                     galen_range_writes(range), g_strdup(galen_range_fate(range))};
    galen_md_row(block, cells, G_N_ELEMENTS(cells));
  }
}

static void put_evidence(GString *block, const GalenReport *report, const GalenIncident *incident) {
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < MIN(incident->evidence->len, LINES_MAX); i++) {
    GalenPlace place = galen_place_of_fact(report, g_ptr_array_index(incident->evidence, i));
    g_autofree char *where = galen_place_words(&place);
    g_ptr_array_add(lines, g_strdup_printf("%s: %s", where, place.text != NULL ? place.text : ""));
  }
  if (lines->len == 0)
    return;
  g_string_append(block, "\nThe lines that show it:\n\n");
  galen_md_fence(block, lines, LINE_BYTES);
  put_more(block, incident->evidence->len, lines->len, "line");
}

static void put_texts(GString *block, const GalenReport *report, const char *heading, const GPtrArray *texts,
                      gboolean numbered) {
  if (texts->len == 0)
    return;
  g_string_append_printf(block, "\n%s\n\n", heading);
  for (guint i = 0; i < MIN(texts->len, NAMES_MAX); i++) {
    g_autofree char *text = galen_zone_words(report, g_ptr_array_index(texts, i));
    g_autofree char *sign = numbered ? g_strdup_printf("%u.", i + 1) : g_strdup("-");
    g_string_append_printf(block, "%s ", sign);
    galen_md_words(block, text, TEXT_BYTES);
    g_string_append_c(block, '\n');
  }
}

static void put_incident(Markdown *self, const GalenIncident *incident) {
  const GalenReport *report = self->report;
  GString *block = g_string_new("#### ");
  g_autofree char *times = incident_times(report, incident);
  g_autofree char *sides = galen_incident_sides(incident);
  g_autofree char *nodes = galen_names(incident->nodes, NAMES_MAX);
  g_autofree char *verdict = galen_zone_words(report, incident->verdict);
  g_autofree char *cause = galen_zone_words(report, incident->cause);
  galen_md_words(block, incident->title, TITLE_BYTES);
  g_string_append_printf(block, "\n\n*%s, %s%s*", galen_severity_word(incident->severity),
                         galen_confidence_word(incident->confidence), incident->muted ? ", muted" : "");
  g_string_append(block, verdict != NULL ? ". " : "");
  galen_md_words(block, verdict, TEXT_BYTES);
  g_string_append(block, "\n\n");
  put_item(block, "When", times);
  put_item(block, "Who", sides != NULL ? sides : nodes);
  put_item(block, "Cause", cause);
  put_ranges(block, incident);
  put_texts(block, report, "What to do, in this order:", incident->advice, TRUE);
  put_texts(block, report, "What is missing to decide:", incident->needs, FALSE);
  put_evidence(block, report, incident);
  g_string_append(block, "\nIncident ");
  galen_md_words(block, incident->id, NAME_BYTES);
  g_string_append_c(block, '\n');
  take_block(self, block);
}

static void put_incidents(Markdown *self) {
  const GPtrArray *incidents = self->report->incidents;
  if (self->report->history == NULL)
    return;
  if (!take_block(
          self, g_string_new(incidents->len > 0 ? "### Incidents\n" : "### Incidents\n\nNone that these logs show.\n")))
    return;
  guint shown = MIN(incidents->len, INCIDENTS_MAX);
  for (guint i = 0; i < shown; i++)
    put_incident(self, g_ptr_array_index(incidents, i));
  GString *block = g_string_new(NULL);
  put_more(block, incidents->len, shown, "incident");
  take_block(self, block);
}

/* ---- before and after ---- */

static char *both(char *before, char *after) {
  g_autofree char *text = g_strdup_printf("%s → %s", before, after);
  g_free(before);
  g_free(after);
  return words(text, NAME_BYTES);
}

static void put_changes(GString *block, const char *change, const GPtrArray *changes) {
  for (guint i = 0; i < MIN(changes->len, CHANGES_MAX); i++) {
    const GalenChange *one = g_ptr_array_index(changes, i);
    const GalenMeasure *time = &one->measures[GALEN_MEASURE_TIME], *p95 = &one->measures[GALEN_MEASURE_P95];
    const GalenMeasure *calls = &one->measures[GALEN_MEASURE_CALLS];
    char *cells[] = {
        g_strdup(change),
        words(one->label, NAME_BYTES),
        both(galen_words_duration(time->before * 3600e6), galen_words_duration(time->after * 3600e6)),
        both(galen_words_duration(p95->before), galen_words_duration(p95->after)),
        galen_comparison_calls_both(calls->before, calls->after),
        g_strdup_printf("`%.16s`", one->id),
    };
    galen_md_row(block, cells, G_N_ELEMENTS(cells));
  }
}

static void put_comparison(Markdown *self) {
  const GalenComparison *comparison = self->report->comparison;
  if (comparison == NULL)
    return;
  const GPtrArray *lists[] = {comparison->slower, comparison->new, comparison->gone, comparison->faster};
  static const char *const names[] = {"slower, or more often", "new", "gone", "faster, or less often"};
  GString *block = g_string_new("### Before and after\n\n");
  g_autofree char *sentence = galen_comparison_sentence(comparison);
  g_autofree char *load = comparison->comparable ? galen_comparison_load(comparison) : NULL;
  galen_md_words(block, sentence, TEXT_BYTES);
  g_string_append(block, load != NULL ? " " : "");
  galen_md_words(block, load, TEXT_BYTES);
  g_string_append_c(block, '\n');
  guint n = 0, shown = 0;
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
    n += lists[i]->len;
    shown += MIN(lists[i]->len, CHANGES_MAX);
  }
  if (n > 0)
    g_string_append(block, "\n| change | operation | time an hour | p95 | calls | id |\n"
                           "| --- | --- | --- | --- | --- | --- |\n");
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    put_changes(block, names[i], lists[i]);
  put_more(block, n, shown, "operation");
  take_block(self, block);
}

/* ---- operations ---- */

static void put_operation(GString *block, const GalenReport *report, const GalenQuery *query) {
  const GalenFigure *time = &query->figures.main[GALEN_MAIN_TIME];
  g_autofree char *share = galen_words_share(query->figures.share); /* it may be "<0.01 %" */
  g_autofree char *news = galen_seen_news(&query->seen, query->weeks, report->to);
  g_autofree char *label = news != NULL ? g_strdup_printf("%s (%s)", query->label, news) : g_strdup(query->label);
  char *cells[] = {
      g_strdup_printf("%u", query->rank),
      words(label, NAME_BYTES),
      words(share, NAME_BYTES),
      galen_words_duration((double)time->sum),
      galen_words_count((double)query->figures.count),
      galen_words_value(GALEN_UNIT_US, time->p50),
      galen_words_value(GALEN_UNIT_US, time->p95),
      time->count > 0 ? galen_words_value(GALEN_UNIT_US, (double)time->max) : g_strdup("–"),
      g_strdup_printf("`%.16s`", query->id),
  };
  galen_md_row(block, cells, G_N_ELEMENTS(cells));
}

static void put_operations(Markdown *self) {
  const GalenReport *report = self->report;
  GString *block = g_string_new("### Top operations\n\n");
  if (report->top->len == 0) {
    g_autofree char *why = galen_nothing_but_errors(report)
                               ? g_strdup("No slow log was read: nothing is known about queries.")
                               : galen_nothing_sentence(report);
    galen_md_words(block, why, TEXT_BYTES);
    g_string_append_c(block, '\n');
    take_block(self, block);
    return;
  }
  g_string_append(block, "| # | operation | share | time | calls | p50 | p95 | max | id |\n");
  g_string_append(block, "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
  guint shown = MIN(report->top->len, OPERATIONS_MAX);
  for (guint i = 0; i < shown; i++)
    put_operation(block, report, g_ptr_array_index(report->top, i));
  put_more(block, report->top->len, shown, "operation");
  take_block(self, block);
}

/* ---- errors ---- */

static char *node_counts(const GPtrArray *nodes) {
  g_autoptr(GString) text = g_string_new(NULL);
  guint n = nodes != NULL ? nodes->len : 0;
  for (guint i = 0; i < MIN(n, NAMES_MAX); i++) {
    const GalenErrorCountOf *node = g_ptr_array_index(nodes, i);
    g_autofree char *count = galen_words_count((double)node->count);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", node->name != NULL ? node->name : "?", count);
  }
  if (n > NAMES_MAX)
    g_string_append_printf(text, " and %u more", n - NAMES_MAX);
  return words(text->str, NAME_BYTES);
}

static void put_group(GString *block, const GalenReport *report, const GalenErrorGroup *group) {
  char *cells[] = {
      g_strdup(galen_severity_word(group->severity)),
      words(galen_error_title(group), NAME_BYTES),
      galen_words_count((double)group->count),
      node_counts(group->nodes),
      when(report, group->first),
      when(report, group->last),
      words(group->rule != NULL ? group->rule->id : "", NAME_BYTES),
  };
  galen_md_row(block, cells, G_N_ELEMENTS(cells));
}

/* What only informs is left to other formats. */
static void put_errors(Markdown *self) {
  const GalenErrorLists *errors = self->report->errors;
  if (errors == NULL)
    return;
  GString *rows = g_string_new(NULL);
  guint loud = 0;
  for (guint i = 0; i < errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(errors->groups, i);
    if (group->severity == GALEN_SEVERITY_INFO)
      continue;
    if (loud++ < GROUPS_MAX)
      put_group(rows, self->report, group);
  }
  GString *block = g_string_new("### Errors\n\n");
  if (loud > 0)
    g_string_append(block, "| severity | message | records | nodes | first | last | rule |\n"
                           "| --- | --- | ---: | --- | --- | --- | --- |\n");
  else
    g_string_append(block, "Nothing worse than information in the error logs.\n");
  g_string_append(block, rows->str);
  g_string_free(rows, TRUE);
  put_more(block, loud, MIN(loud, GROUPS_MAX), "group");
  take_block(self, block);
}

/* ---- inputs ---- */

static void put_input(GString *block, const GalenReport *report, const GalenInputRow *row) {
  g_autofree char *problem = row->problem != NULL ? words(row->problem, NAME_BYTES) : g_strdup("read whole");
  char *cells[] = {
      words(row->path, NAME_BYTES),
      words(row->node, NAME_BYTES),
      words(row->kind, NAME_BYTES),
      galen_words_count((double)row->account.events),
      galen_words_bytes((double)row->account.bytes),
      when(report, row->account.first),
      when(report, row->account.last),
      g_steal_pointer(&problem),
  };
  galen_md_row(block, cells, G_N_ELEMENTS(cells));
}

static void put_inputs(Markdown *self) {
  const GPtrArray *inputs = self->report->inputs;
  GString *block = g_string_new("### Inputs\n\n"
                                "| path | node | kind | events | size | first | last | |\n"
                                "| --- | --- | --- | ---: | ---: | --- | --- | --- |\n");
  guint shown = MIN(inputs->len, INPUTS_MAX);
  for (guint i = 0; i < shown; i++)
    put_input(block, self->report, g_ptr_array_index(inputs, i));
  put_more(block, inputs->len, shown, "input");
  take_block(self, block);
}

GBytes *galen_markdown_write(const GalenReport *report, G_GNUC_UNUSED const GalenWriteOptions *options,
                             G_GNUC_UNUSED GError **error) {
  Markdown self = {.out = g_string_sized_new(8192), .report = report};
  put_verdict(&self);
  put_ranking(&self);
  put_resolved(&self);
  put_incidents(&self);
  put_comparison(&self);
  put_operations(&self);
  put_errors(&self);
  put_inputs(&self);
  if (self.left_out > 0)
    g_string_append_printf(self.out, "%u part%s left out so that this fits a comment: see the HTML or JSON report.\n",
                           self.left_out, self.left_out == 1 ? " was" : "s were");
  return g_string_free_to_bytes(self.out);
}
