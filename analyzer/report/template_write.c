/* The tree as text. libxml2's own writers cannot do this: its HTML one knows HTML 4 only, its XHTML one adds a second
 * charset and CDATA marks. Escaping happens here and nowhere else. */
#include "template.h"

#include <string.h>

/* https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
static const char *const void_elements[] = {"area", "base", "br",    "col",    "embed", "hr", "img",
                                            "link", "meta", "input", "source", "track", "wbr"};

static gboolean is_void(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(void_elements); i++)
    if (strcmp(name, void_elements[i]) == 0)
      return TRUE;
  return FALSE;
}

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* What stands for the character at *c, and how many bytes that is: markup is escaped, what XML forbids is replaced (C0
 * controls, U+FFFE, U+FFFF). NULL: the byte stands for itself. */
static const char *substitute(const char *c, gsize *ret_len) {
  *ret_len = 1;
  switch (*c) {
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '&':
    return "&amp;";
  case '"':
    return "&quot;";
  case '\t':
  case '\n':
    return NULL;
  default:
    break;
  }
  if ((guchar)*c < 0x20)
    return REPLACEMENT;
  if (memcmp(c, "\xef\xbf", 2) == 0 && (guchar)c[2] >= 0xBE) {
    *ret_len = 3;
    return REPLACEMENT;
  }
  return NULL;
}

/* Texts are valid UTF-8 and end in NUL, so that two bytes may be looked at from any but the NUL. */
static void append_escaped(GString *out, const char *text) {
  const char *begin = text;
  while (*text != '\0') {
    gsize len = 1;
    const char *instead = substitute(text, &len);
    if (instead != NULL) {
      g_string_append_len(out, begin, text - begin);
      g_string_append(out, instead);
      begin = text + len;
    }
    text += len;
  }
  g_string_append_len(out, begin, text - begin);
}

static void append_start(GString *out, const xmlNode *node) {
  g_string_append_c(out, '<');
  g_string_append(out, (const char *)node->name);
  for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
    g_string_append_c(out, ' ');
    g_string_append(out, (const char *)attr->name);
    g_string_append(out, "=\"");
    for (const xmlNode *part = attr->children; part != NULL; part = part->next)
      append_escaped(out, part->content != NULL ? (const char *)part->content : "");
    g_string_append_c(out, '"');
  }
}

static gboolean append_style(GString *out, const xmlNode *node, GError **error) {
  for (const xmlNode *part = node->children; part != NULL; part = part->next) {
    const char *text = (const char *)part->content;
    if (text == NULL || strpbrk(text, "<&") != NULL) {
      g_set_error_literal(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_VALUE,
                          "a style sheet may hold neither '<' nor '&'");
      return FALSE;
    }
    g_string_append(out, text);
  }
  return TRUE;
}

static gboolean append_node(GString *out, const xmlNode *node, gboolean foreign, GError **error) {
  if (node->type == XML_TEXT_NODE)
    append_escaped(out, (const char *)node->content);
  if (node->type != XML_ELEMENT_NODE)
    return TRUE;
  const char *name = (const char *)node->name;
  append_start(out, node);
  foreign |= strcmp(name, "svg") == 0;
  if (is_void(name) || (foreign && node->children == NULL)) {
    g_string_append(out, "/>");
    return TRUE;
  }
  g_string_append_c(out, '>');
  if (strcmp(name, "style") == 0) {
    if (!append_style(out, node, error))
      return FALSE;
  } else {
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
      if (!append_node(out, child, foreign, error))
        return FALSE;
  }
  g_string_append(out, "</");
  g_string_append(out, name);
  g_string_append_c(out, '>');
  return TRUE;
}

GString *galen_template_serialise(const xmlDoc *document, GError **error) {
  GString *out = g_string_sized_new(256u << 10);
  g_string_append(out, "<!DOCTYPE html>\n");
  if (append_node(out, xmlDocGetRootElement((xmlDoc *)document), FALSE, error)) {
    g_string_append_c(out, '\n');
    return out;
  }
  g_string_free(out, TRUE);
  return NULL;
}
