/* Section 3: all nodes on one clock. */
#include "html_page.h"

#include "../words.h"
#include "chart_lanes.h"
#include "cluster_words.h"

/* ---- the data table: what the chart draws, in order of time ---- */

typedef struct {
  gint64 time, to;
  const char *node, *kind; /* kind: state, mark or transfer */
  char *what;
} Moment;

static void clear_moment(gpointer data) {
  g_free(((Moment *)data)->what);
}

static int compare_moments(gconstpointer left, gconstpointer right) {
  const Moment *a = left, *b = right;
  if (a->time != b->time)
    return a->time < b->time ? -1 : 1;
  int order = g_strcmp0(a->node, b->node);
  return order != 0 ? order : g_strcmp0(a->kind, b->kind);
}

/* `what` is kept. */
static void add_moment(GArray *moments, gint64 time, gint64 to, const char *node, const char *kind,
                       char *what /* NOLINT(readability-non-const-parameter) */) {
  Moment moment = {time, to, node, kind, what};
  g_array_append_val(moments, moment);
}

static void add_node(GArray *moments, const GalenNode *node, guint max) {
  for (guint i = 0; i < MIN(node->states->len, max); i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    g_autofree char *state = galen_lanes_state_words(span->state);
    add_moment(moments, span->from, span->to, node->name, "state",
               span->reason != NULL ? g_strdup_printf("%s: %s", state, span->reason) : g_strdup(state));
  }
  for (guint i = 0; i < MIN(node->marks->len, max); i++) {
    const GalenMark *mark = &g_array_index(node->marks, GalenMark, i);
    add_moment(moments, mark->time, GALEN_TIME_NONE, node->name, "mark",
               g_strdup_printf("%s: %s", mark->kind, mark->text != NULL ? mark->text : ""));
  }
}

static void add_transfers(GArray *moments, const GalenClusterRow *cluster, guint max) {
  for (guint i = 0; i < MIN(cluster->transfers->len, max); i++) {
    const GalenTransfer *transfer = g_ptr_array_index(cluster->transfers, i);
    g_autofree char *seqnos = galen_seqno_range(transfer->first_seqno, transfer->last_seqno);
    add_moment(moments, transfer->from, transfer->to, transfer->joiner, "transfer",
               g_strdup_printf("%s%s%s from %s, seqnos %s, %s%s%s", galen_transfer_kind(transfer),
                               transfer->method != NULL ? " by " : "", transfer->method != NULL ? transfer->method : "",
                               transfer->donor != NULL ? transfer->donor : "an unknown donor", seqnos,
                               transfer->outcome, transfer->reason != NULL ? ": " : "",
                               transfer->reason != NULL ? transfer->reason : ""));
  }
}

static GArray *collect_moments(const GalenHtml *page) {
  const GalenHistory *history = page->report->history;
  GArray *moments = g_array_new(FALSE, FALSE, sizeof(Moment));
  g_array_set_clear_func(moments, clear_moment);
  /* More than all that is shown is needed of no node. */
  for (guint i = 0; i < history->nodes->len; i++)
    add_node(moments, g_ptr_array_index(history->nodes, i), page->level->moments + 1);
  for (guint i = 0; i < history->clusters->len; i++)
    add_transfers(moments, g_ptr_array_index(history->clusters, i), page->level->moments + 1);
  g_array_sort(moments, compare_moments);
  return moments;
}

static void put_table(const GalenHtml *page, GalenView *figure) {
  static const char *const columns[] = {"from", "to", "node", "what"};
  g_autoptr(GArray) moments = collect_moments(page);
  if (page->level->moments == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
    galen_html_figure_column(figure, columns[i]);
  for (guint i = 0; i < MIN(moments->len, page->level->moments); i++) {
    const Moment *moment = &g_array_index(moments, Moment, i);
    g_autofree char *from = galen_words_time(moment->time, page->report->zone, 0);
    GalenView *cells = galen_html_figure_row(figure, from);
    galen_html_figure_take_cell(
        cells, moment->to != GALEN_TIME_NONE ? galen_words_time(moment->to, page->report->zone, 0) : g_strdup(""));
    galen_html_figure_take_cell(cells,
                                galen_html_cut(moment->node != NULL ? moment->node : "unknown", GALEN_HTML_NAME_MAX));
    galen_html_figure_take_cell(cells, galen_html_cut(moment->what, MIN(page->level->text, GALEN_HTML_PATH_MAX)));
  }
  if (moments->len > page->level->moments) {
    GalenView *cells = galen_html_figure_row(figure, "…");
    galen_html_figure_take_cell(cells, g_strdup(""));
    galen_html_figure_take_cell(cells, g_strdup(""));
    galen_html_figure_take_cell(cells, g_strdup("Further rows are in the JSON report."));
  }
}

/* ---- the chart ---- */

static void put_chart(const GalenHtml *page, GalenView *charts) {
  g_autoptr(GalenChart) chart = galen_chart_new(page->report, "clock", &(GalenChartForm){.tips = page->level->details});
  if (chart != NULL)
    put_table(page, galen_html_chart(charts, chart));
}

/* ---- views ---- */

static void put_views(const GalenHtml *page, GalenView *section) {
  const GPtrArray *clusters = page->report->history->clusters;
  GalenView *views = galen_view_add_list(section, "views");
  guint64 all = 0;
  for (guint i = 0; i < clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(clusters, i);
    for (guint v = 0; v < cluster->views->len; v++, all++) {
      const GalenViewRow *view = g_ptr_array_index(cluster->views, v);
      if (galen_view_size(views) >= page->level->list)
        continue;
      GalenView *row = galen_view_append_record(views);
      galen_html_put_time(page, row, "time", view->time);
      galen_view_set_text(row, "status", view->primary ? "primary" : "non-primary");
      galen_view_take_text(row, "members", galen_html_names(view->members));
      galen_view_take_text(row, "joined", galen_html_names(view->joined));
      galen_view_take_text(row, "left", galen_html_names(view->left));
      galen_view_take_text(row, "partitioned", galen_html_names(view->partitioned));
      galen_view_take_text(row, "seqno",
                           view->cc_seqno != GALEN_SEQNO_NONE ? galen_seqno_words(view->cc_seqno) : g_strdup("–"));
      galen_view_take_text(row, "seen_by", galen_html_names(view->seen_by));
    }
  }
  galen_html_more(section, "more_views", all, galen_view_size(views), "further view");
}

void galen_html_clock(const GalenHtml *page, GalenView *root) {
  GalenView *section = galen_view_add_record(root, "clock");
  GalenView *charts = galen_view_add_list(section, "charts");
  if (page->report->history == NULL) {
    galen_view_add_list(section, "views");
    galen_view_set_text(section, "more_views", NULL);
    return;
  }
  put_chart(page, charts);
  put_views(page, section);
}
