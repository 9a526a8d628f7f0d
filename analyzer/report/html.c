/* The HTML writer: model → view → template → bytes, with less detail until it fits. */
#include "html_page.h"

#include "nothing.h"
#include "template.h"

#define TEMPLATE "report.xhtml"
#define PAGE_MAX 1000000u

/* About the bytes of a page without cards, of a card without data tables, and of its tables: a level that cannot fit is
 * not tried. */
#define BASE_BYTES 150000u
#define CARD_BYTES 6500u
#define TABLES_BYTES 4000u

/* From rich to bare. The last one fits whatever the model holds: its texts are bounded in number and length. */
static const GalenHtmlLevel levels[] = {
    {.cards = 200,
     .rows = 400,
     .inputs = 200,
     .findings = 100,
     .text = 4300,
     .tables = 200,
     .details = TRUE,
     .incidents = 60,
     .lines = 40,
     .zooms = 20,
     .groups = 200,
     .list = 100,
     .moments = 400},
    {.cards = 100,
     .rows = 300,
     .inputs = 150,
     .findings = 60,
     .text = 3000,
     .tables = 10,
     .details = TRUE,
     .incidents = 40,
     .lines = 30,
     .zooms = 12,
     .groups = 150,
     .list = 80,
     .moments = 300},
    {.cards = 70,
     .rows = 250,
     .inputs = 100,
     .findings = 50,
     .text = 1500,
     .tables = 10,
     .details = TRUE,
     .incidents = 30,
     .lines = 20,
     .zooms = 8,
     .groups = 100,
     .list = 60,
     .moments = 200},
    {.cards = 40,
     .rows = 200,
     .inputs = 60,
     .findings = 40,
     .text = 1000,
     .tables = 10,
     .details = TRUE,
     .incidents = 20,
     .lines = 15,
     .zooms = 5,
     .groups = 80,
     .list = 40,
     .moments = 120},
    {.cards = 15,
     .rows = 150,
     .inputs = 40,
     .findings = 20,
     .text = 600,
     .tables = 5,
     .details = TRUE,
     .incidents = 12,
     .lines = 10,
     .zooms = 3,
     .groups = 50,
     .list = 25,
     .moments = 80},
    {.cards = 5,
     .rows = 40,
     .inputs = 15,
     .findings = 10,
     .text = 300,
     .tables = 0,
     .details = FALSE,
     .incidents = 6,
     .lines = 6,
     .zooms = 0,
     .groups = 20,
     .list = 10,
     .moments = 40},
    {.cards = 0,
     .rows = 20,
     .inputs = 5,
     .findings = 5,
     .text = 150,
     .tables = 0,
     .details = FALSE,
     .incidents = 4,
     .lines = 4,
     .zooms = 0,
     .groups = 10,
     .list = 5,
     .moments = 0},
};

static gboolean may_fit(const GalenReport *self, const GalenHtmlLevel *level) {
  gsize cards = MIN(self->top->len, level->cards), tables = MIN(self->top->len, level->tables);
  return (gsize)BASE_BYTES + cards * CARD_BYTES + tables * TABLES_BYTES <= PAGE_MAX;
}

static GBytes *write_level(const GalenReport *self, const GalenTemplate *template, guint level, GError **error) {
  g_autoptr(GalenView) root = galen_view_new();
  GalenHtml page = {.report = self, .level = &levels[level], .reduced = level > 0};
  galen_html_put(root, "title", self->title != NULL ? self->title : "Database health report", GALEN_HTML_PATH_MAX);
  GalenView *has = galen_view_add_record(root, "has");
  galen_view_set_flag(has, "logs", self->history != NULL || self->errors != NULL);
  galen_view_set_flag(has, "queries", !galen_nothing_but_errors(self));
  galen_view_set_flag(has, "comparison", self->comparison != NULL);
  galen_html_verdict(&page, root);
  galen_html_incidents(&page, root);
  galen_html_clock(&page, root);
  galen_html_errors(&page, root);
  galen_html_configuration(&page, root);
  galen_html_load(&page, root);
  galen_html_queries(&page, root);
  galen_html_heat(&page, root);
  galen_html_users(&page, root);
  galen_html_comparison(&page, root);
  galen_html_about(&page, root);
  return galen_template_render(template, root, error);
}

GBytes *galen_report_write_html_within(const GalenReport *self, const char *templates, gsize max, GError **error) {
  g_autoptr(GalenTemplate) template = galen_template_take(templates, TEMPLATE, error);
  if (template == NULL)
    return NULL;
  for (guint level = 0; level < G_N_ELEMENTS(levels); level++) {
    if (!may_fit(self, &levels[level]))
      continue;
    g_autoptr(GBytes) page = write_level(self, template, level, error);
    if (page == NULL || g_bytes_get_size(page) <= max)
      return g_steal_pointer(&page);
  }
  g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_VALUE,
              "%s alone makes a page of more than %zu bytes: the template or style sheet is too large", TEMPLATE, max);
  return NULL;
}

GBytes *galen_report_write_html(const GalenReport *self, const char *templates, GError **error) {
  return galen_report_write_html_within(self, templates, PAGE_MAX, error);
}
