/* Section 7: who uses the database. */
#include "html_stack.h"
#include "nothing.h"

#define TABLE_ROWS_MAX 20u

static void put_chart(const GalenHtml *page, GalenView *charts, GalenTopKind kind) {
  g_autoptr(GalenChart) chart = galen_chart_of_share(page->report, kind, &(GalenChartForm){0});
  if (chart != NULL)
    galen_html_stack_table(galen_html_chart(charts, chart), chart->stack, page->report, TABLE_ROWS_MAX);
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
