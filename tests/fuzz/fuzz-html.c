/* Hostile texts and figures through the whole page: it must stay one well-formed document without scripts. */
#include "tests/unit/history-fixture.h"

#include <libxml/parser.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tree(const xmlNode *node) {
  for (; node != NULL; node = node->next) {
    if (node->type != XML_ELEMENT_NODE)
      continue;
    static const char *const forbidden[] = {"script", "img", "iframe", "object", "embed", "link", "form", "base"};
    for (guint i = 0; i < G_N_ELEMENTS(forbidden); i++)
      if (strcmp((const char *)node->name, forbidden[i]) == 0)
        abort();
    for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
      const char *name = (const char *)attr->name;
      const char *value = attr->children != NULL ? (const char *)attr->children->content : "";
      if (g_str_has_prefix(name, "on") || (strcmp(name, "href") == 0 && value[0] != '#'))
        abort();
    }
    check_tree(node->children);
  }
}

static guint64 take(const uint8_t **data, size_t *size) {
  guint64 value = 0;
  size_t n = MIN(*size, sizeof value);
  memcpy(&value, *data, n);
  *data += n;
  *size -= n;
  return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 24)
    return 0;
  guint64 shape = take(&data, &size), from = take(&data, &size), number = take(&data, &size);
  g_autofree char *raw = g_strndup((const char *)data, MIN(size, 4096));
  g_autofree char *text = g_utf8_make_valid(raw, -1);
  FixtureOptions options = {.classes = (guint)(shape % 4),
                            .nodes = (guint)((shape >> 4) % 3),
                            .inputs = (guint)((shape >> 8) % 3),
                            .cells = (guint)(1 + (shape >> 12) % 40),
                            .findings = (guint)((shape >> 20) % 5),
                            .from = (gint64)(from % (G_GUINT64_CONSTANT(1) << 56)) - (G_GINT64_CONSTANT(1) << 55),
                            .step = 1000000 * (gint64)(1 + (shape >> 24) % 100000),
                            .hostile = text,
                            .single = (shape >> 44) % 8 == 0};
  g_autoptr(Fixture) fixture = fixture_new(&options);
  if ((shape >> 48) % 2 == 1) {
    HistoryShape history = {.nodes = (guint)((shape >> 49) % 5),
                            .incidents = (guint)((shape >> 52) % 4),
                            .groups = (guint)((shape >> 54) % 6),
                            .from = options.from,
                            .length = 1 + (gint64)(number % (G_GUINT64_CONSTANT(1) << 52)),
                            .long_names = (shape >> 58) % 2 == 1};
    fixture_add_history(fixture, &options, &history);
  }
  if (fixture->report.top->len > 0) {
    GalenQuery *query = g_ptr_array_index(fixture->report.top, 0);
    query->figures.main[GALEN_MAIN_TIME].sum = (GalenU128)number * number;
    memcpy(&query->figures.main[GALEN_MAIN_TIME].p95, &number, sizeof number);
    memcpy(&query->figures.share, &from, sizeof from);
    ((GalenSeries *)query->series)->time[0] = number;
    ((GalenBar *)g_ptr_array_index(query->bars, 0))->count = number;
    fixture->report.heat[9] = number;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = galen_report_write_html(&fixture->report, GALEN_SOURCE_DIR "/report-templates", &error);
  if (bytes == NULL)
    abort();
  gsize len = 0;
  const char *page = g_bytes_get_data(bytes, &len);
  if (len > 1000000 || !g_utf8_validate(page, (gssize)len, NULL))
    abort();
  xmlDoc *doc = xmlReadMemory(page, (int)len, "page", "UTF-8", XML_PARSE_NONET | XML_PARSE_HUGE);
  if (doc == NULL)
    abort();
  check_tree(xmlDocGetRootElement(doc));
  xmlFreeDoc(doc);
  return 0;
}
