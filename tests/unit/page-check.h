/* What holds for every HTML page, and looking into one. */
#pragma once

#include "analyzer/report/model.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>

#define TEMPLATES GALEN_SOURCE_DIR "/report-templates"
#define PAGE_MAX 1000000u

typedef struct {
  GBytes *bytes;
  const char *text;
  gsize len;
  xmlDoc *doc;
} Page;

static inline Page page_of(const GalenReport *report) {
  Page page = {0};
  g_autoptr(GError) error = NULL;
  page.bytes = galen_report_write_html(report, TEMPLATES, &error);
  g_assert_no_error(error);
  page.text = g_bytes_get_data(page.bytes, &page.len);
  /* Strictly: a page that is well-formed as XML cannot have lost an escape. */
  page.doc = xmlReadMemory(page.text, (int)page.len, "page", "UTF-8", XML_PARSE_NONET | XML_PARSE_HUGE);
  g_assert_nonnull(page.doc);
  g_assert_cmpuint(page.len, <=, PAGE_MAX);
  return page;
}

static inline void page_clear(Page *page) {
  xmlFreeDoc(page->doc);
  g_bytes_unref(page->bytes);
}

static inline guint page_count(const Page *page, const char *expression) {
  xmlXPathContext *context = xmlXPathNewContext(page->doc);
  xmlXPathObject *result = xmlXPathEvalExpression((const xmlChar *)expression, context);
  g_assert_nonnull(result);
  guint n = result->nodesetval != NULL ? (guint)result->nodesetval->nodeNr : 0;
  xmlXPathFreeObject(result);
  xmlXPathFreeContext(context);
  return n;
}

static inline gboolean page_has(const Page *page, const char *part) {
  return g_strstr_len(page->text, (gssize)page->len, part) != NULL;
}

/* Calls `func` with each value of an attribute. */
static inline void page_each(const Page *page, const char *expression, void (*func)(const char *value, gpointer user),
                             gpointer user) {
  xmlXPathContext *context = xmlXPathNewContext(page->doc);
  xmlXPathObject *result = xmlXPathEvalExpression((const xmlChar *)expression, context);
  for (int i = 0; result->nodesetval != NULL && i < result->nodesetval->nodeNr; i++) {
    xmlChar *value = xmlNodeGetContent(result->nodesetval->nodeTab[i]);
    func((const char *)value, user);
    xmlFree(value);
  }
  xmlXPathFreeObject(result);
  xmlXPathFreeContext(context);
}

static inline void page_add_once(const char *value, gpointer user) {
  if (!g_hash_table_add(user, g_strdup(value)))
    g_error("the id %s is there twice", value);
}

static inline void page_leads_somewhere(const char *value, gpointer user) {
  if (value[0] != '#' || !g_hash_table_contains(user, value + 1))
    g_error("the link %s leads nowhere", value);
}

/* What holds for every page. */
static inline void page_assert_sound(const Page *page, gboolean queries) {
  g_assert_true(g_str_has_prefix(page->text, "<!DOCTYPE html>\n<html lang=\"en\">"));
  g_assert_cmpuint(page_count(page, "/html/head/meta[@charset='utf-8']"), ==, 1);
  g_assert_cmpuint(page_count(page, "/html/head/meta[@name='viewport']"), ==, 1);
  g_assert_cmpuint(
      page_count(page, "//meta[@http-equiv='Content-Security-Policy'][contains(@content,\"default-src 'none'\")]"), ==,
      1);
  g_assert_cmpuint(page_count(page, "//script | //iframe | //object | //embed | //link | //img | //form | //base"), ==,
                   0);
  g_assert_cmpuint(page_count(page, "//@*[starts-with(name(), 'on')] | //@src | //@srcset"), ==, 0);
  g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  page_each(page, "//@id", page_add_once, ids);
  page_each(page, "//@href", page_leads_somewhere, ids);
  static const char *const always[] = {"verdict", "load", "errors", "about"};
  static const char *const of_queries[] = {"queries", "heat", "users"};
  for (guint i = 0; i < G_N_ELEMENTS(always); i++)
    g_assert_true(g_hash_table_contains(ids, always[i]));
  for (guint i = 0; i < G_N_ELEMENTS(of_queries); i++)
    g_assert_true(g_hash_table_contains(ids, of_queries[i]) == queries);
  /* Each picture has a role and words; those with axes have a description too. */
  g_assert_cmpuint(page_count(page, "//svg[not(@role='img') or not(title) or not(@aria-labelledby)]"), ==, 0);
  g_assert_cmpuint(page_count(page, "//figure//svg[not(desc) or not(@aria-describedby)]"), ==, 0);
  g_assert_cmpuint(page_count(page, "//*[namespace-uri() != '']"), ==, 0);
  g_assert_false(page_has(page, "<div/>"));
  g_assert_false(page_has(page, "nan"));
}
