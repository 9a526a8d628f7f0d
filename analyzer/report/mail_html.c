/* The HTML body of a mail: the page's view with little of it, bound to mail.xhtml; and the charts it shows. */
#include "mail_private.h"

#include "html_page.h"
#include "mail.h"
#include "nothing.h"
#include "paint.h"
#include "png.h"
#include "template.h"

#include <string.h>

#define TEMPLATE "mail.xhtml"
#define CHART_WIDTH 608.0 /* with its margin 640 */
#define CHART_SCALE 2.0
#define CHARTS_MAX 3u
#define ZOOM_PART 8
#define ALT_MAX 600u
#define TITLE_MAX 300u

/* From rich to bare, as for the page: a body that is too large is made again with less. */
static const GalenHtmlLevel levels[] = {
    {.rows = 10, .findings = 8, .text = 700, .incidents = 3, .lines = 4, .groups = 8, .list = 5},
    {.rows = 8, .findings = 6, .text = 300, .incidents = 2, .lines = 2, .groups = 6, .list = 3},
    {.rows = 5, .findings = 4, .text = 120, .incidents = 1, .lines = 1, .groups = 4, .list = 1},
};

/* ---- charts ---- */

static void free_chart(gpointer data) {
  GalenMailChart *self = data;
  g_free(self->cid);
  g_free(self->file);
  g_free(self->alt);
  g_clear_pointer(&self->png, g_bytes_unref);
  g_free(self);
}

/* A closer look at the incident that matters most, where it is short within the window: else the clock shows it as well.
 * NULL: none. */
static char *incident_chart(const GalenReport *report) {
  gint64 from = 0, to = 0;
  guint index = 0;
  const GalenIncident *incident = galen_mail_incident(report, &index);
  if (incident == NULL || report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE ||
      !galen_chart_incident_span(report, incident, &from, &to) ||
      ((double)to - (double)from) * ZOOM_PART >= (double)report->to - (double)report->from)
    return NULL;
  return g_strdup_printf("incident:%u", index + 1);
}

static GalenMailChart *make_chart(const GalenReport *report, const char *name) {
  g_autoptr(GalenChart) chart = galen_chart_new(report, name, &(GalenChartForm){.width = CHART_WIDTH});
  GBytes *png = chart != NULL ? galen_png_chart(report, name, CHART_WIDTH, CHART_SCALE, NULL) : NULL;
  if (png == NULL)
    return NULL;
  GalenMailChart *self = g_new0(GalenMailChart, 1);
  g_autofree char *words = g_strdup_printf("%s. %s", chart->scene->title != NULL ? chart->scene->title : name,
                                           chart->scene->description != NULL ? chart->scene->description : "");
  int len = (int)strcspn(name, ":");
  self->cid = g_strdup_printf("%.*s@galen.invalid", len, name);
  self->file = g_strdup_printf("%.*s.png", len, name);
  self->alt = galen_html_cut(words, ALT_MAX);
  self->png = png;
  return self;
}

GPtrArray *galen_mail_charts(const GalenReport *report) {
  g_autofree char *incident = incident_chart(report);
  const char *const names[] = {incident, "before-after", "clock", "load", "errors"};
  GPtrArray *charts = g_ptr_array_new_with_free_func(free_chart);
  if (!galen_paint_ready(NULL))
    return charts;
  for (guint i = 0; i < G_N_ELEMENTS(names) && charts->len < CHARTS_MAX; i++) {
    GalenMailChart *chart = names[i] != NULL ? make_chart(report, names[i]) : NULL;
    if (chart != NULL)
      g_ptr_array_add(charts, chart);
  }
  return charts;
}

/* ---- the body ---- */

static void put_mail(GalenView *root, const char *subject, const char *attachment, const GPtrArray *charts) {
  GalenView *mail = galen_view_add_record(root, "mail");
  galen_view_set_text(mail, "subject", subject);
  galen_view_set_text(mail, "attachment", attachment);
  GalenView *list = galen_view_add_list(mail, "charts");
  for (guint i = 0; i < charts->len; i++) {
    const GalenMailChart *chart = g_ptr_array_index(charts, i);
    GalenView *item = galen_view_append_record(list);
    galen_view_take_text(item, "src", g_strconcat("cid:", chart->cid, NULL));
    galen_view_set_text(item, "alt", chart->alt);
  }
}

/* Colours stand in the template, which can only ask whether something is there. */
static void put_status(GalenView *root, const GalenReport *report) {
  GalenView *status = galen_view_add_record(root, "status");
  galen_view_set_flag(status, "ok", report->status == GALEN_STATUS_OK);
  galen_view_set_flag(status, "warning", report->status == GALEN_STATUS_WARNING);
  galen_view_set_flag(status, "critical", report->status == GALEN_STATUS_CRITICAL);
}

static GBytes *write_level(const GalenReport *report, const GalenTemplate *template, const GalenHtmlLevel *level,
                           GalenView *root, GError **error) {
  static void (*const sections[])(const GalenHtml *, GalenView *) = {
      galen_html_verdict, galen_html_incidents, galen_html_queries, galen_html_comparison, galen_html_errors,
  };
  GalenHtml page = {.report = report, .level = level};
  galen_html_put(root, "title", report->title != NULL ? report->title : "Database health report", TITLE_MAX);
  GalenView *has = galen_view_add_record(root, "has");
  galen_view_set_flag(has, "logs", report->history != NULL || report->errors != NULL);
  galen_view_set_flag(has, "queries", !galen_nothing_but_errors(report));
  galen_view_set_flag(has, "comparison", report->comparison != NULL);
  put_status(root, report);
  for (guint i = 0; i < G_N_ELEMENTS(sections); i++)
    sections[i](&page, root);
  return galen_template_render(template, root, error);
}

GBytes *galen_mail_html(const GalenReport *report, const char *templates, const char *subject, const char *attachment,
                        const GPtrArray *charts, GError **error) {
  g_autoptr(GalenTemplate) template = galen_template_take(templates, TEMPLATE, error);
  if (template == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(levels); i++) {
    g_autoptr(GalenView) root = galen_view_new();
    put_mail(root, subject, attachment, charts);
    g_autoptr(GBytes) body = write_level(report, template, &levels[i], root, error);
    if (body == NULL || g_bytes_get_size(body) <= GALEN_MAIL_HTML_MAX)
      return g_steal_pointer(&body);
  }
  g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_VALUE,
              "%s makes a body of more than %u bytes: the template is too large", TEMPLATE, GALEN_MAIL_HTML_MAX);
  return NULL;
}
