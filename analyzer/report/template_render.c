/* Binding: a walk over the template's tree that builds the document's. */
#include "template_private.h"

#include <string.h>

/* A name that a repeat gave to an item; scopes live on the walk's own stack. */
typedef struct Scope {
  const char *name;
  gsize name_len;
  const GalenView *value;
  const struct Scope *up;
} Scope;

typedef struct {
  const GalenTemplate *template;
  const GalenView *root;
  xmlDoc *out;
} Render;

static gboolean render_children(const Render *render, const xmlNode *from, xmlNode *to, const Scope *scope,
                                GError **error);

static const GalenView *first_value(const Render *render, const Scope *scope, const char *name, gsize len) {
  for (; scope != NULL; scope = scope->up)
    if (scope->name_len == len && memcmp(scope->name, name, len) == 0)
      return scope->value;
  return galen_view_get(render->root, name, len);
}

static const GalenView *lookup(const Render *render, const Scope *scope, const xmlNode *node, const char *path,
                               gsize path_len, GError **error) {
  const char *end = path + path_len;
  const char *dot = memchr(path, '.', path_len);
  const char *stop = dot != NULL ? dot : end;
  const GalenView *value = first_value(render, scope, path, (gsize)(stop - path));
  while (value != NULL && stop < end) {
    const char *name = stop + 1;
    dot = memchr(name, '.', (gsize)(end - name));
    stop = dot != NULL ? dot : end;
    value = galen_view_get(value, name, (gsize)(stop - name));
  }
  if (value == NULL)
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, node, "there is no value \"%.*s\"", (int)path_len, path);
  return value;
}

/* A link from a report leads into the report, or to a picture in the same mail: nothing that a log says can make it lead
 * elsewhere. */
static gboolean is_foreign_link(const char *name, const char *value) {
  gboolean picture = strcmp(name, "src") == 0;
  gboolean link = strcmp(name, "href") == 0 || picture || strcmp(name, "action") == 0;
  return link && value[0] != '#' && !(picture && g_str_has_prefix(value, "cid:"));
}

static gboolean set_attribute(const Render *render, const Scope *scope, const xmlNode *node, xmlNode *out,
                              const char *pair, gsize len, GError **error) {
  const char *equals = memchr(pair, '=', len);
  g_autofree char *name = g_strndup(pair, (gsize)(equals - pair));
  const GalenView *value = lookup(render, scope, node, equals + 1, (gsize)(pair + len - equals - 1), error);
  if (value == NULL)
    return FALSE;
  const char *text =
      galen_view_kind(value) == GALEN_VIEW_FLAG && galen_view_is_true(value) ? "" : galen_view_text(value);
  if (text == NULL) {
    xmlUnsetProp(out, (const xmlChar *)name);
    return TRUE;
  }
  if (is_foreign_link(name, text)) {
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, node, "%s may only lead into the report", name);
    return FALSE;
  }
  xmlSetProp(out, (const xmlChar *)name, (const xmlChar *)text);
  return TRUE;
}

static gboolean bind_attributes(const Render *render, const Scope *scope, const xmlNode *node, xmlNode *out,
                                GError **error) {
  const char *text = galen_template_binding(node, "attr");
  while (text != NULL && *text != '\0') {
    const char *end = strchr(text, ';');
    gsize len = end != NULL ? (gsize)(end - text) : strlen(text);
    while (len > 0 && g_ascii_isspace(*text)) {
      text++;
      len--;
    }
    while (len > 0 && g_ascii_isspace(text[len - 1]))
      len--;
    if (len > 0 && !set_attribute(render, scope, node, out, text, len, error))
      return FALSE;
    text = end != NULL ? end + 1 : NULL;
  }
  return TRUE;
}

static gboolean bind_text(const Render *render, const Scope *scope, const xmlNode *node, const char *path, xmlNode *out,
                          GError **error) {
  const GalenView *value = lookup(render, scope, node, path, strlen(path), error);
  if (value == NULL)
    return FALSE;
  switch (galen_view_kind(value)) {
  case GALEN_VIEW_TEXT:
    if (galen_view_text(value) != NULL)
      xmlAddChild(out, xmlNewDocText(render->out, (const xmlChar *)galen_view_text(value)));
    return TRUE;
  case GALEN_VIEW_DRAWING:
    galen_view_draw(value, out);
    return TRUE;
  case GALEN_VIEW_FLAG:
  case GALEN_VIEW_LIST:
  case GALEN_VIEW_RECORD:
    break;
  }
  galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, node, "\"%s\" is neither a text nor a drawing", path);
  return FALSE;
}

static const xmlNode *find_body(const xmlNode *node) {
  for (const xmlNode *child = node->children; child != NULL; child = child->next)
    if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, "body") == 0)
      return child;
  return node;
}

static gboolean include(const Render *render, const char *file, xmlNode *to, const Scope *scope, GError **error) {
  const char *style = g_hash_table_lookup(render->template->styles, file);
  if (style != NULL) {
    xmlNode *out = xmlNewChild(to, NULL, (const xmlChar *)"style", NULL);
    xmlAddChild(out, xmlNewDocText(render->out, (const xmlChar *)style));
    return TRUE;
  }
  xmlDoc *doc = g_hash_table_lookup(render->template->documents, file);
  return render_children(render, find_body(xmlDocGetRootElement(doc)), to, scope, error);
}

/* A span with nothing but g:text is there for the mock-up's sake: a page has hundreds of them. */
static gboolean is_placeholder(const xmlNode *node) {
  return strcmp((const char *)node->name, "span") == 0 && node->properties != NULL && node->properties->next == NULL &&
         galen_template_binding(node, "text") != NULL;
}

static gboolean render_element(const Render *render, const xmlNode *node, xmlNode *to, const Scope *scope,
                               GError **error) {
  const char *condition = galen_template_binding(node, "if");
  if (condition != NULL) {
    gboolean negated = FALSE;
    const char *path = galen_template_split_if(condition, &negated);
    const GalenView *value = lookup(render, scope, node, path, strlen(path), error);
    if (value == NULL)
      return FALSE;
    if (galen_view_is_true(value) == negated)
      return TRUE;
  }
  const char *file = galen_template_binding(node, "include");
  if (file != NULL)
    return include(render, file, to, scope, error);

  const char *path = galen_template_binding(node, "text");
  if (is_placeholder(node))
    return bind_text(render, scope, node, path, to, error);

  xmlNode *out = xmlNewDocNode(render->out, NULL, node->name, NULL);
  xmlAddChild(to, out);
  for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next)
    if (!galen_template_is_binding(attr))
      xmlNewProp(out, attr->name, attr->children != NULL ? attr->children->content : (const xmlChar *)"");
  if (!bind_attributes(render, scope, node, out, error))
    return FALSE;
  return path != NULL ? bind_text(render, scope, node, path, out, error)
                      : render_children(render, node, out, scope, error);
}

static gboolean render_repeat(const Render *render, const xmlNode *node, const char *text, xmlNode *to,
                              const Scope *scope, GError **error) {
  Scope inner = {.name = text, .up = scope};
  const char *path = NULL;
  if (!galen_template_split_repeat(text, &inner.name_len, &path))
    return FALSE;
  const GalenView *value = lookup(render, scope, node, path, strlen(path), error);
  if (value == NULL)
    return FALSE;
  if (galen_view_kind(value) == GALEN_VIEW_RECORD) {
    inner.value = value;
    return render_element(render, node, to, &inner, error);
  }
  if (galen_view_kind(value) != GALEN_VIEW_LIST) {
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, node, "\"%s\" is neither a list nor a record", path);
    return FALSE;
  }
  for (guint i = 0; i < galen_view_size(value); i++) {
    inner.value = galen_view_item(value, i);
    if (!render_element(render, node, to, &inner, error))
      return FALSE;
  }
  return TRUE;
}

/* Indentation is for the template's reader: a line end is all that a browser needs of it. */
static void copy_text(const Render *render, const xmlNode *node, xmlNode *to) {
  const char *text = (const char *)node->content;
  gboolean blank = text[strspn(text, " \t\r\n")] == '\0';
  const char *kept = blank && strchr(text, '\n') != NULL ? "\n" : text;
  xmlAddChild(to, xmlNewDocText(render->out, (const xmlChar *)kept));
}

static gboolean render_children(const Render *render, const xmlNode *from, xmlNode *to, const Scope *scope,
                                GError **error) {
  for (const xmlNode *node = from->children; node != NULL; node = node->next) {
    if (node->type == XML_TEXT_NODE)
      copy_text(render, node, to);
    if (node->type != XML_ELEMENT_NODE)
      continue;
    const char *repeat = galen_template_binding(node, "repeat");
    gboolean done = repeat != NULL ? render_repeat(render, node, repeat, to, scope, error)
                                   : render_element(render, node, to, scope, error);
    if (!done)
      return FALSE;
  }
  return TRUE;
}

xmlDoc *galen_template_render(const GalenTemplate *self, const GalenView *root, GError **error) {
  const xmlDoc *doc = g_hash_table_lookup(self->documents, self->file);
  Render render = {self, root, xmlNewDoc((const xmlChar *)"1.0")};
  /* Names are interned once instead of being allocated for each node. */
  render.out->dict = xmlDictCreate();
  const xmlNode *from = xmlDocGetRootElement((xmlDoc *)doc);
  xmlNode *out = xmlNewDocNode(render.out, NULL, from->name, NULL);
  xmlDocSetRootElement(render.out, out);
  for (const xmlAttr *attr = from->properties; attr != NULL; attr = attr->next)
    if (!galen_template_is_binding(attr) && attr->ns == NULL)
      xmlNewProp(out, attr->name, attr->children != NULL ? attr->children->content : (const xmlChar *)"");
  if (bind_attributes(&render, NULL, from, out, error) && render_children(&render, from, out, NULL, error))
    return render.out;
  xmlFreeDoc(render.out);
  return NULL;
}
