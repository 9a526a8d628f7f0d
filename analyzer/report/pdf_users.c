/* How latency goes, and who uses the database. */
#include "pdf_private.h"

#define SHARES_MAX 10u /* of users, hosts …: those with most time */

static void make_heat(GalenPdf *self, gconstpointer data) {
  const GalenView *root = data;
  galen_pdf_heading(self, 1, "heat", "Latency over time");
  g_autoptr(GalenChart) chart = galen_chart_new(self->report, "heat", &(GalenChartForm){.width = GALEN_PDF_WIDTH});
  if (chart == NULL) {
    galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(root, "heat.nothing"));
    return;
  }
  galen_pdf_text(self, &galen_pdf_body,
                 "Each field counts the calls that began in that time and took that long: the stronger the colour, the "
                 "more, in equal ratios. A band that climbs is a server that slows down.");
  galen_pdf_chart(self, chart);
}

void galen_pdf_heat(GalenPdf *self, const GalenView *root) {
  if (galen_pdf_is(root, "has.queries"))
    galen_pdf_keep(self, NULL, make_heat, root);
}

static void make_chart(GalenPdf *self, gconstpointer kind) {
  g_autoptr(GalenChart) chart = galen_chart_of_share(self->report, (GalenTopKind)GPOINTER_TO_UINT(kind),
                                                     &(GalenChartForm){.width = GALEN_PDF_WIDTH});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
}

/* Groups are in the order of kinds. */
static void put_group(GalenPdf *self, const GalenView *group, GalenTopKind kind) {
  static const GalenPdfField fields[] = {{{"", 381, FALSE, FALSE}, "name"},
                                         {{"Calls", 100, TRUE, FALSE}, "calls"},
                                         {{"Time", 100, TRUE, FALSE}, "time"},
                                         {{"Share", 100, TRUE, FALSE}, "share"}};
  if (!galen_pdf_is(group, "known"))
    return;
  const GalenView *shares = galen_pdf_item(group, "shares", 0);
  guint shown =
      galen_pdf_list(self, galen_pdf_string(shares, "name"), shares, "rows", fields, G_N_ELEMENTS(fields), SHARES_MAX);
  if (galen_pdf_count(shares, "rows") > shown) {
    g_autofree char *more = galen_html_plural(galen_pdf_count(shares, "rows") - shown, "further row");
    g_autofree char *words = g_strdup_printf("%s: see the JSON report.", more);
    galen_pdf_text(self, &galen_pdf_small, words);
  }
  galen_pdf_keep(self, NULL, make_chart, GUINT_TO_POINTER(kind));
}

void galen_pdf_users(GalenPdf *self, const GalenView *root) {
  if (!galen_pdf_is(root, "has.queries"))
    return;
  galen_pdf_heading(self, 1, "users", "Who uses the database");
  galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(root, "users.silent"));
  for (GalenTopKind kind = 0; kind < GALEN_N_TOPS; kind++)
    put_group(self, galen_pdf_item(root, "users.groups", kind), kind);
}
