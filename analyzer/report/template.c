/* Loading: files, includes and the check of every binding. template_compile.c makes steps of them. */
#include "template_private.h"

#include <string.h>

GQuark galen_template_error_quark(void) {
  return g_quark_from_static_string("galen-template-error-quark");
}

#define STRINGS 16384u /* bytes that strings are taken from at a time */

static const char *const bindings[] = {"text", "attr", "if", "repeat", "include"};

void galen_template_fail(GError **error, GalenTemplateError code, const char *file, long line, const char *format,
                         ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *message = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(error, GALEN_TEMPLATE_ERROR, (gint)code, "%s:%ld: %s", file, line, message);
}

/* The arguments that tell galen_template_fail where `node` stands. */
#define AT(node) (const char *)(node)->doc->URL, xmlGetLineNo((xmlNode *)(node))

gboolean galen_template_is_binding(const xmlAttr *attr) {
  return attr->ns != NULL && strcmp((const char *)attr->ns->href, GALEN_TEMPLATE_NS) == 0;
}

const char *galen_template_binding(const xmlNode *node, const char *name) {
  for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next)
    if (attr->ns != NULL && strcmp((const char *)attr->name, name) == 0 && galen_template_is_binding(attr))
      return attr->children != NULL ? (const char *)attr->children->content : "";
  return NULL;
}

static gboolean is_name(const char *text, gsize len) {
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum(text[i]) && text[i] != '_' && text[i] != '-')
      return FALSE;
  return len > 0;
}

static gboolean is_path(const char *text) {
  g_auto(GStrv) parts = g_strsplit(text, ".", 0);
  for (guint i = 0; parts[i] != NULL; i++)
    if (!is_name(parts[i], strlen(parts[i])))
      return FALSE;
  return parts[0] != NULL;
}

gboolean galen_template_split_repeat(const char *text, gsize *ret_name_len, const char **ret_path) {
  const char *in = strstr(text, " in ");
  if (in == NULL || !is_name(text, (gsize)(in - text)) || !is_path(in + 4))
    return FALSE;
  *ret_name_len = (gsize)(in - text);
  *ret_path = in + 4;
  return TRUE;
}

const char *galen_template_split_if(const char *text, gboolean *ret_negated) {
  *ret_negated = g_str_has_prefix(text, "not ");
  return *ret_negated ? text + 4 : text;
}

/* Scripts have no place in a report, bound or not. */
static gboolean is_safe_attribute(const char *name) {
  return g_ascii_strncasecmp(name, "on", 2) != 0 && g_ascii_strcasecmp(name, "srcdoc") != 0;
}

static gboolean check_attr(const xmlNode *node, const char *text, GError **error) {
  g_auto(GStrv) pairs = g_strsplit(text, ";", 0);
  for (guint i = 0; pairs[i] != NULL; i++) {
    if (g_strstrip(pairs[i])[0] == '\0')
      continue;
    g_auto(GStrv) pair = g_strsplit(pairs[i], "=", 2);
    if (g_strv_length(pair) != 2 || !is_name(pair[0], strlen(pair[0])) || !is_path(pair[1])) {
      galen_template_fail(error, GALEN_TEMPLATE_ERROR_BIND, AT(node), "g:attr wants \"name=path; …\", not \"%s\"",
                          text);
      return FALSE;
    }
    if (!is_safe_attribute(pair[0])) {
      galen_template_fail(error, GALEN_TEMPLATE_ERROR_BIND, AT(node), "the attribute %s cannot be bound", pair[0]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean check_binding(const xmlNode *node, const char *name, const char *text, GError **error) {
  gboolean negated = FALSE;
  gsize len = 0;
  const char *path = NULL;
  if (strcmp(name, "attr") == 0)
    return check_attr(node, text, error);
  gboolean good = TRUE;
  if (strcmp(name, "text") == 0)
    good = is_path(text);
  else if (strcmp(name, "if") == 0)
    good = is_path(galen_template_split_if(text, &negated));
  else if (strcmp(name, "repeat") == 0)
    good = galen_template_split_repeat(text, &len, &path);
  else if (strcmp(name, "include") == 0)
    good = text[0] != '\0' && text[0] != '.' && strpbrk(text, "/\\") == NULL;
  if (!good)
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_BIND, AT(node), "g:%s cannot be \"%s\"", name, text);
  return good;
}

static gboolean check_element(const xmlNode *node, GError **error) {
  if (g_ascii_strcasecmp((const char *)node->name, "script") == 0) {
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_BIND, AT(node), "a report has no scripts");
    return FALSE;
  }
  for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
    const char *name = (const char *)attr->name;
    if (!galen_template_is_binding(attr)) {
      if (is_safe_attribute(name))
        continue;
      galen_template_fail(error, GALEN_TEMPLATE_ERROR_BIND, AT(node), "a report has no scripts: %s", name);
      return FALSE;
    }
    gboolean known = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(bindings); i++)
      known |= strcmp(name, bindings[i]) == 0;
    if (!known) {
      galen_template_fail(error, GALEN_TEMPLATE_ERROR_BIND, AT(node), "no binding is called g:%s", name);
      return FALSE;
    }
    if (!check_binding(node, name, galen_template_binding(node, name), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean load_file(GalenTemplate *self, const char *file, guint depth, GError **error);

static gboolean check_tree(GalenTemplate *self, const xmlNode *node, guint includes, guint depth, GError **error) {
  if (node->type == XML_ENTITY_REF_NODE) {
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_READ, AT(node), "write &%s; as a character", node->name);
    return FALSE;
  }
  if (node->type != XML_ELEMENT_NODE)
    return TRUE;
  if (depth > GALEN_TEMPLATE_DEPTH_MAX) {
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_READ, AT(node), "more than %u elements within each other",
                        GALEN_TEMPLATE_DEPTH_MAX);
    return FALSE;
  }
  if (!check_element(node, error))
    return FALSE;
  const char *include = galen_template_binding(node, "include");
  if (include != NULL && !load_file(self, include, includes + 1, error)) {
    g_prefix_error(error, "%s:%ld: ", AT(node));
    return FALSE;
  }
  for (const xmlNode *child = node->children; child != NULL; child = child->next)
    if (!check_tree(self, child, includes, depth + 1, error))
      return FALSE;
  return TRUE;
}

typedef struct {
  int line;
  char *message;
} FirstError;

/* The parser goes on after a mistake and complains of what follows from it: the first complaint is the one to show. */
static void keep_first(void *data, xmlErrorPtr error) {
  FirstError *first = ((xmlParserCtxt *)data)->_private;
  if (first->message != NULL || error->message == NULL)
    return;
  first->line = error->line;
  first->message = g_strchomp(g_strdup(error->message));
}

static xmlDoc *parse(const char *path, const char *data, gsize len, GError **error) {
  FirstError first = {0, NULL};
  xmlParserCtxt *context = xmlNewParserCtxt();
  context->_private = &first;
  context->sax->serror = keep_first;
  xmlDoc *doc = xmlCtxtReadMemory(context, data, (int)len, path, "UTF-8",
                                  XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
  if (doc == NULL)
    g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_READ, "%s:%d: %s", path, first.line,
                first.message != NULL ? first.message : "not well-formed");
  g_free(first.message);
  xmlFreeParserCtxt(context);
  return doc;
}

static gboolean read_bytes(const char *path, char **ret_data, gsize *ret_len, GError **error) {
  g_autofree char *data = NULL;
  gsize len = 0;
  g_autoptr(GError) why = NULL;
  if (!g_file_get_contents(path, &data, &len, &why)) {
    g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_READ, "%s", why->message);
    return FALSE;
  }
  if (len > GALEN_TEMPLATE_FILE_MAX || !g_utf8_validate(data, (gssize)len, NULL)) {
    g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_READ, "%s:1: %s", path,
                len > GALEN_TEMPLATE_FILE_MAX ? "the file is too large" : "the file is not UTF-8");
    return FALSE;
  }
  *ret_data = g_steal_pointer(&data);
  *ret_len = len;
  return TRUE;
}

/* Where to read it. Caller frees. */
static char *find_file(const GalenTemplate *self, const char *file) {
  g_autofree char *path = g_build_filename(self->folder, file, NULL);
  if (self->fallback == NULL || g_file_test(path, G_FILE_TEST_EXISTS))
    return g_steal_pointer(&path);
  return g_build_filename(self->fallback, file, NULL);
}

static gboolean load_file(GalenTemplate *self, const char *file, guint depth, GError **error) {
  if (depth > GALEN_TEMPLATE_INCLUDES_MAX) {
    g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_READ, "%s:1: more than %u includes within each other",
                file, GALEN_TEMPLATE_INCLUDES_MAX);
    return FALSE;
  }
  gboolean is_style = g_str_has_suffix(file, ".css");
  if (is_style && g_hash_table_contains(self->styles, file))
    return TRUE;
  GalenTemplatePart *part = is_style ? NULL : g_hash_table_lookup(self->parts, file);
  if (part == NULL) {
    g_autofree char *path = find_file(self, file);
    g_autofree char *data = NULL;
    gsize len = 0;
    if (!read_bytes(path, &data, &len, error))
      return FALSE;
    if (is_style) {
      g_hash_table_insert(self->styles, g_strdup(file), galen_template_style(data));
      return TRUE;
    }
    xmlDoc *doc = parse(path, data, len, error);
    if (doc == NULL)
      return FALSE;
    part = g_new0(GalenTemplatePart, 1);
    part->doc = doc;
    g_hash_table_insert(self->parts, g_strdup(file), part);
  }
  /* Checked anew for each place it is included from: that is what finds a circle. */
  return check_tree(self, xmlDocGetRootElement(part->doc), depth, 0, error);
}

GalenTemplate *galen_template_load(const char *folder, const char *fallback, const char *file, GError **error) {
  if (!galen_late_xml_load(error))
    return NULL;
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    g_set_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_READ, "%s is no folder", folder);
    return NULL;
  }
  g_autoptr(GalenTemplate) self = g_new0(GalenTemplate, 1);
  self->folder = g_strdup(folder);
  self->fallback = g_strdup(fallback);
  self->strings = g_string_chunk_new(STRINGS);
  self->file = g_string_chunk_insert(self->strings, file);
  self->parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, galen_template_part_free);
  self->styles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (!load_file(self, file, 0, error))
    return NULL;
  galen_template_compile(self);
  return g_steal_pointer(&self);
}

void galen_template_free(GalenTemplate *self) {
  if (self == NULL)
    return;
  g_clear_pointer(&self->parts, g_hash_table_unref);
  g_clear_pointer(&self->styles, g_hash_table_unref);
  g_clear_pointer(&self->strings, g_string_chunk_free);
  g_free(self->folder);
  g_free(self->fallback);
  g_free(self);
}
