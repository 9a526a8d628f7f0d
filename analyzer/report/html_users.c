/* Section 7: who uses the database. */
#include "html_stack.h"
#include "nothing.h"

#define LAYERS 5u
#define CELLS_MAX 100u

static void put_chart(const GalenHtml *page, GalenView *charts, GalenTopKind kind) {
  static const char *const ids[GALEN_N_TOPS] = {"users", "hosts", "schemas", "nodes"};
  const GalenReport *report = page->report;
  const GPtrArray *all = report->share_series[kind];
  g_autoptr(GalenStack) stack = galen_stack_new(report->series, CELLS_MAX);
  if (stack == NULL || all == NULL || all->len < 2)
    return;
  /* The sixth colour is for the rest: six series fit only when nothing is left over. */
  for (guint i = 0; i < all->len && i < LAYERS; i++) {
    const GalenShareSeries *one = g_ptr_array_index(all, i);
    g_autofree char *label = galen_html_cut(one->name != NULL ? one->name : "not in the log", GALEN_HTML_NAME_MAX);
    galen_stack_add(stack, label, one->name != NULL ? i : 5, one->series);
  }
  galen_stack_add_rest(stack, "all others", 5, report->series);
  galen_html_stack_gaps(stack, report);
  g_autofree char *title = g_strdup_printf("Average active statements by %s", galen_html_top_name(kind, FALSE));
  GalenStackForm form = {.id = ids[kind],
                         .title = title,
                         .width = 620,
                         .height = 230,
                         .zone = report->zone,
                         .zone_name = report->zone_name,
                         .labels = TRUE};
  g_autofree char *caption = galen_html_stack_caption(stack, report);
  GalenView *figure = galen_html_figure(charts, galen_stack_scene(stack, &form), caption);
  galen_html_stack_legend(figure, stack);
  galen_html_stack_table(figure, stack, report, 20);
}

/* Without a statement the logs may well say it: there is only nothing to show. */
static char *silent_words(const GalenReport *report, const char *kinds) {
  if (*kinds == '\0')
    return NULL;
  if (report->total.count > 0)
    return g_strdup_printf("These logs do not say: %s.", kinds);
  g_autofree char *why = galen_nothing_clause(report);
  return g_strdup_printf("There is nothing to show: %s.", why);
}

void galen_html_users(const GalenHtml *page, GalenView *root) {
  GalenView *section = galen_view_add_record(root, "users");
  GalenView *groups = galen_view_add_list(section, "groups");
  g_autoptr(GString) silent = g_string_new(NULL);
  for (GalenTopKind kind = 0; kind < GALEN_N_TOPS; kind++) {
    GalenView *group = galen_view_append_record(groups);
    GalenView *shares = galen_view_add_list(group, "shares");
    galen_html_shares(shares, page->report->shares[kind], kind);
    GalenView *charts = galen_view_add_list(group, "charts");
    gboolean known = galen_view_is_true(shares);
    galen_view_set_flag(group, "known", known);
    if (known)
      put_chart(page, charts, kind);
    else
      g_string_append_printf(silent, "%s%s", silent->len > 0 ? ", " : "", galen_html_top_name(kind, FALSE));
  }
  galen_view_take_text(section, "silent", silent_words(page->report, silent->str));
}
