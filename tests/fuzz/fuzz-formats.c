/* Hostile texts through Markdown, CSV, OpenMetrics and the parts of a mail: they stay harmless to what reads those. */
#include "tests/unit/history-fixture.h"

#include "analyzer/report/mail.h"
#include "analyzer/report/mail_private.h"
#include "analyzer/report/markdown.h"
#include "analyzer/report/writers.h"
#include "analyzer/words.h"

#include <libxml/parser.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(gboolean holds) {
  if (!holds)
    abort();
}

/* The document, NUL-terminated; valid UTF-8 without control characters but line ends. */
static char *write_as(const GalenReport *report, const char *format, const char *table) {
  GalenWriteOptions options = {.templates = GALEN_SOURCE_DIR "/report-templates", .table = table};
  g_autoptr(GBytes) bytes = galen_writer_find(format)->write(report, &options, NULL);
  demand(bytes != NULL);
  gsize len = 0;
  const char *text = g_bytes_get_data(bytes, &len);
  demand(g_utf8_validate(text, (gssize)len, NULL));
  for (gsize i = 0; i < len; i++)
    demand((guchar)text[i] >= 0x20 || text[i] == '\n' || text[i] == '\r');
  return g_strndup(text, len);
}

/* ---- CSV: every row has as many cells as the head, and no cell of text begins a formula ---- */

static void check_cell(const GString *cell, gboolean text) {
  static const char *const numbers = "0123456789.-";
  gboolean number = cell->len > 0 && strspn(cell->str, numbers) == cell->len;
  const char *begin = cell->str + strspn(cell->str, " ");
  demand(*begin == '\0' || strchr("=+@", *begin) == NULL);
  demand(*begin != '-' || (number && !text));
}

/* Reads one row; returns what follows it. */
static const char *read_row(const char *text, guint *ret_cells) {
  g_autoptr(GString) cell = g_string_new(NULL);
  gboolean quoted = FALSE, was_quoted = FALSE;
  *ret_cells = 1;
  for (; *text != '\0'; text++) {
    if (quoted) {
      if (*text == '"' && text[1] != '"') {
        quoted = FALSE;
        continue;
      }
      text += *text == '"' ? 1 : 0;
    } else if (*text == '"') {
      demand(cell->len == 0);
      quoted = was_quoted = TRUE;
      continue;
    } else if (*text == ',' || *text == '\r') {
      check_cell(cell, was_quoted);
      g_string_truncate(cell, 0);
      was_quoted = FALSE;
      if (*text == '\r') {
        demand(text[1] == '\n');
        return text + 2;
      }
      (*ret_cells)++;
      continue;
    }
    demand(*text != '\n' && *text != '\r');
    g_string_append_c(cell, *text);
  }
  abort();
}

static void check_csv(const GalenReport *report) {
  static const char *const tables[] = {"queries", "changes",   "users",     "hosts",         "databases",
                                       "series",  "findings",  "incidents", "errors",        "nodes",
                                       "states",  "transfers", "views",     "configuration", "inputs"};
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
    g_autofree char *text = write_as(report, "csv", tables[i]);
    guint head = 0, cells = 0;
    for (const char *row = read_row(text, &head); *row != '\0';) {
      row = read_row(row, &cells);
      demand(cells == head);
    }
  }
}

/* ---- OpenMetrics: comments, or a name with closed labels and a number; no series twice ---- */

static void check_prom(const GalenReport *report) {
  g_autofree char *text = write_as(report, "prom", NULL);
  demand(g_str_has_suffix(text, "\n# EOF\n"));
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  demand(g_strv_length(lines) < 700);
  for (guint i = 0; lines[i + 1] != NULL; i++) {
    if (lines[i][0] == '#')
      continue;
    demand(g_str_has_prefix(lines[i], "galen_"));
    const char *c = lines[i] + strspn(lines[i], "abcdefghijklmnopqrstuvwxyz0123456789_");
    for (gboolean quoted = FALSE; *c != '\0' && (quoted || *c != ' '); c++) {
      quoted ^= *c == '"';
      c += *c == '\\' && quoted ? 1 : 0;
    }
    demand(*c == ' ');
    char *end = NULL;
    g_ascii_strtod(c + 1, &end);
    demand(end > c + 1 && *end == '\0');
    lines[i][c - lines[i]] = '\0';
    demand(g_hash_table_add(seen, lines[i]));
  }
}

/* ---- Markdown: bounded; outside of fences nothing that opens HTML, a link or a mention ---- */

static void check_md(const GalenReport *report) {
  g_autofree char *text = write_as(report, "md", NULL);
  demand(strlen(text) <= GALEN_MARKDOWN_MAX);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  gsize fence = 0;
  for (guint i = 0; lines[i] != NULL; i++) {
    gsize ticks = strspn(lines[i], "`");
    if (fence > 0) {
      demand(ticks < fence || lines[i][ticks] == '\0');
      fence = ticks >= fence ? 0 : fence;
      continue;
    }
    if (ticks >= 3) {
      fence = ticks;
      continue;
    }
    for (const char *c = lines[i]; *c != '\0'; c++) {
      demand(*c != '<' && *c != '>' && !(*c == '@' && g_ascii_isalnum(c[1])));
      demand(!g_str_has_prefix(c, "://") || !g_ascii_isgraph(c[3]));
      c += *c == '\\' && c[1] != '\0' ? 1 : 0;
      demand(*c != '[' || c[-1] == '\\');
    }
  }
  demand(fence == 0);
}

/* ---- mail ---- */

static void check_subject(const GalenReport *report) {
  g_autofree char *subject = galen_mail_subject(report);
  demand(g_str_has_prefix(subject, "[galen] ") && g_utf8_strlen(subject, -1) <= 160);
  for (const char *c = subject; *c != '\0'; c = g_utf8_next_char(c)) {
    GUnicodeType type = g_unichar_type(g_utf8_get_char(c));
    demand(type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR);
  }
}

static void check_body(const xmlNode *node) {
  for (; node != NULL; node = node->next) {
    if (node->type != XML_ELEMENT_NODE)
      continue;
    static const char *const forbidden[] = {"script", "style", "svg", "img", "a", "link", "form", "iframe"};
    for (guint i = 0; i < G_N_ELEMENTS(forbidden); i++)
      demand(strcmp((const char *)node->name, forbidden[i]) != 0);
    check_body(node->children);
  }
}

static void check_mail(const GalenReport *report) {
  check_subject(report);
  g_autofree char *text = galen_mail_text(report, "It is attached.");
  guint lines = 0;
  for (const char *c = text; *c != '\0'; c++)
    lines += *c == '\n' ? 1 : 0;
  demand(lines <= GALEN_MAIL_LINES_MAX);
  g_autoptr(GPtrArray) charts = g_ptr_array_new();
  g_autoptr(GBytes) html =
      galen_mail_html(report, GALEN_SOURCE_DIR "/report-templates", "subject", "It is attached.", charts, NULL);
  demand(html != NULL);
  gsize len = 0;
  const char *body = g_bytes_get_data(html, &len);
  demand(len <= GALEN_MAIL_HTML_MAX);
  xmlDoc *doc = xmlReadMemory(body, (int)len, "body", "UTF-8", XML_PARSE_NONET);
  demand(doc != NULL);
  check_body(xmlDocGetRootElement(doc));
  xmlFreeDoc(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 8)
    return 0;
  guint64 shape = 0;
  memcpy(&shape, data, sizeof shape);
  g_autofree char *raw = g_strndup((const char *)data + sizeof shape, MIN(size - sizeof shape, 4096));
  g_autofree char *text = galen_words_clean((GalenSlice){raw, strlen(raw)}, 0);
  FixtureOptions options = {.classes = (guint)(shape % 30),
                            .nodes = (guint)((shape >> 5) % 4),
                            .inputs = (guint)((shape >> 8) % 4),
                            .cells = (guint)(1 + (shape >> 12) % 40),
                            .findings = (guint)((shape >> 20) % 10),
                            .from = (gint64)((shape >> 24) % 1000000) * 4000000000,
                            .step = 60000000,
                            .hostile = text};
  g_autoptr(Fixture) fixture = fixture_new(&options);
  HistoryShape history = {.nodes = (guint)((shape >> 44) % 5),
                          .incidents = (guint)((shape >> 48) % 6),
                          .groups = (guint)((shape >> 52) % 12),
                          .from = options.from,
                          .length = 3600000000,
                          .long_names = (shape >> 56) % 2 == 1};
  if ((shape >> 57) % 2 == 1)
    fixture_add_history(fixture, &options, &history);
  fixture->report.titled = (shape >> 58) % 2 == 1;
  check_csv(&fixture->report);
  check_prom(&fixture->report);
  check_md(&fixture->report);
  check_mail(&fixture->report);
  return 0;
}
