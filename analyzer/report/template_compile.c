/* From trees to steps: what a binding says is taken apart once, not for each row of a table. */
#include "template_private.h"

#include <string.h>

/* One address for all names that are equal. */
static const char *intern(GalenTemplate *self, const char *text, gsize len) {
  g_autofree char *name = g_strndup(text, len);
  return g_string_chunk_insert_const(self->strings, name);
}

static const char *keep(GalenTemplate *self, const char *text) {
  return g_string_chunk_insert(self->strings, text);
}

static GalenTemplatePath compile_path(GalenTemplate *self, const char *text) {
  g_auto(GStrv) parts = g_strsplit(text, ".", 0);
  guint n = g_strv_length(parts);
  GalenViewName *names = g_new(GalenViewName, n);
  for (guint i = 0; i < n; i++)
    names[i] = galen_view_name(g_string_chunk_insert_const(self->strings, parts[i]));
  return (GalenTemplatePath){.text = g_string_chunk_insert_const(self->strings, text), .names = names, .n = n};
}

/* ---- attributes ---- */

static const char *sample_of(const xmlAttr *attr) {
  return attr->children != NULL ? (const char *)attr->children->content : "";
}

/* `name` is interned, `sample` kept; arrays are of GalenTemplateAttribute. */
static GalenTemplateAttribute *add_attribute(GArray *attributes, const char *name, const char *sample) {
  gboolean is_picture = strcmp(name, "src") == 0;
  GalenTemplateAttribute attribute = {
      .name = name,
      .sample = sample,
      .is_link = is_picture || strcmp(name, "href") == 0 || strcmp(name, "action") == 0,
      .is_picture = is_picture,
  };
  g_array_append_val(attributes, attribute);
  return &g_array_index(attributes, GalenTemplateAttribute, attributes->len - 1);
}

static GalenTemplateAttribute *find_attribute(const GArray *attributes, const char *name) {
  for (guint i = 0; i < attributes->len; i++) {
    GalenTemplateAttribute *attribute = &g_array_index(attributes, GalenTemplateAttribute, i);
    if (strcmp(attribute->name, name) == 0)
      return attribute;
  }
  return NULL;
}

static void bind_attributes(GalenTemplate *self, GArray *attributes, const char *text) {
  g_auto(GStrv) pairs = g_strsplit(text, ";", 0);
  for (guint i = 0; pairs[i] != NULL; i++) {
    const char *pair = g_strstrip(pairs[i]);
    const char *equals = strchr(pair, '=');
    if (equals == NULL)
      continue;
    const char *name = intern(self, pair, (gsize)(equals - pair));
    GalenTemplateAttribute *attribute = find_attribute(attributes, name);
    if (attribute == NULL)
      attribute = add_attribute(attributes, name, NULL);
    g_free((gpointer)attribute->path.names);
    attribute->path = compile_path(self, equals + 1);
  }
}

static void compile_attributes(GalenTemplate *self, const xmlNode *node, GalenTemplateStep *step, gboolean is_root) {
  GArray *attributes = g_array_new(FALSE, TRUE, sizeof(GalenTemplateAttribute));
  for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next)
    if (!galen_template_is_binding(attr) && (!is_root || attr->ns == NULL))
      add_attribute(attributes, g_string_chunk_insert_const(self->strings, (const char *)attr->name),
                    keep(self, sample_of(attr)));
  const char *bound = galen_template_binding(node, "attr");
  if (bound != NULL)
    bind_attributes(self, attributes, bound);
  step->n_attributes = attributes->len;
  step->attributes = (GalenTemplateAttribute *)(gpointer)g_array_free(attributes, attributes->len == 0);
}

/* ---- nodes ---- */

/* A span with nothing but g:text is there for the mock-up's sake: a page has hundreds of them. */
static gboolean is_placeholder(const xmlNode *node) {
  return strcmp((const char *)node->name, "span") == 0 && node->properties != NULL && node->properties->next == NULL &&
         galen_template_binding(node, "text") != NULL;
}

/* Words of these stand in one line, or as they are; and so does what has the class "when". */
static gboolean breaks_lines(const xmlNode *node) {
  static const char *const whole[] = {"title", "pre", "th", "option"};
  for (guint i = 0; i < G_N_ELEMENTS(whole); i++)
    if (strcmp((const char *)node->name, whole[i]) == 0)
      return FALSE;
  const xmlAttr *look = xmlHasProp(node, (const xmlChar *)"class");
  return look == NULL || look->children == NULL || strcmp((const char *)look->children->content, "when") != 0;
}

/* Indentation is for the template's reader: a line end is all that a browser needs of it. */
static const char *text_of(const xmlNode *node) {
  const char *text = (const char *)node->content;
  gboolean blank = text[strspn(text, " \t\r\n")] == '\0';
  return blank && strchr(text, '\n') != NULL ? "\n" : text;
}

static void compile_children(GalenTemplate *self, GalenTemplatePart *part, const xmlNode *node,
                             GalenTemplateStep *step);

static void compile_include(GalenTemplate *self, GalenTemplateStep *step, const char *file) {
  step->style = g_hash_table_lookup(self->styles, file);
  if (step->style == NULL)
    step->part = g_hash_table_lookup(self->parts, file);
}

static void compile_element(GalenTemplate *self, GalenTemplatePart *part, const xmlNode *node,
                            GalenTemplateStep *step) {
  const char *repeat = galen_template_binding(node, "repeat"), *condition = galen_template_binding(node, "if");
  const char *file = galen_template_binding(node, "include"), *text = galen_template_binding(node, "text");
  const char *path = NULL;
  gsize len = 0;
  if (repeat != NULL && galen_template_split_repeat(repeat, &len, &path)) {
    step->item = intern(self, repeat, len);
    step->repeat = compile_path(self, path);
  }
  if (condition != NULL)
    step->condition = compile_path(self, galen_template_split_if(condition, &step->negated));
  if (file != NULL) {
    compile_include(self, step, file);
    return;
  }
  if (text != NULL)
    step->text = compile_path(self, text);
  step->bare = is_placeholder(node);
  step->breaks = breaks_lines(step->bare ? node->parent : node);
  compile_attributes(self, node, step, FALSE);
  if (text == NULL)
    compile_children(self, part, node, step);
}

static gboolean is_step(const xmlNode *node) {
  return node->type == XML_TEXT_NODE || node->type == XML_ELEMENT_NODE;
}

static void place(GalenTemplate *self, const xmlNode *node, GalenTemplateStep *step) {
  step->file = g_string_chunk_insert_const(self->strings, (const char *)node->doc->URL);
  step->line = (guint)xmlGetLineNo((xmlNode *)node);
  step->name = g_string_chunk_insert_const(self->strings, (const char *)node->name);
}

static void compile_children(GalenTemplate *self, GalenTemplatePart *part, const xmlNode *node,
                             GalenTemplateStep *step) {
  guint n = 0;
  for (const xmlNode *child = node->children; child != NULL; child = child->next)
    n += is_step(child) ? 1 : 0;
  GalenTemplateStep *steps = g_new0(GalenTemplateStep, n);
  step->steps = steps;
  step->n_steps = n;
  for (const xmlNode *child = node->children; child != NULL; child = child->next) {
    if (!is_step(child))
      continue;
    GalenTemplateStep *own = steps++;
    place(self, child, own);
    if (child->type == XML_TEXT_NODE)
      own->words = keep(self, text_of(child));
    else
      compile_element(self, part, child, own);
    if (step == &part->root && part->body == NULL && own->words == NULL && strcmp(own->name, "body") == 0)
      part->body = own;
  }
}

static void compile_part(GalenTemplate *self, GalenTemplatePart *part) {
  const xmlNode *root = xmlDocGetRootElement(part->doc);
  place(self, root, &part->root);
  compile_attributes(self, root, &part->root, TRUE);
  compile_children(self, part, root, &part->root);
  if (part->body == NULL)
    part->body = &part->root;
  xmlFreeDoc(g_steal_pointer(&part->doc));
}

void galen_template_compile(GalenTemplate *self) {
  GHashTableIter iter;
  gpointer part = NULL;
  g_hash_table_iter_init(&iter, self->parts);
  while (g_hash_table_iter_next(&iter, NULL, &part))
    compile_part(self, part);
  self->main = g_hash_table_lookup(self->parts, self->file);
  self->styled = g_hash_table_size(self->styles) > 0;
}

static void clear_step(const GalenTemplateStep *self) {
  for (guint i = 0; i < self->n_steps; i++)
    clear_step(&self->steps[i]);
  g_free((gpointer)self->steps);
  for (guint i = 0; i < self->n_attributes; i++)
    g_free((gpointer)self->attributes[i].path.names);
  g_free((gpointer)self->attributes);
  g_free((gpointer)self->repeat.names);
  g_free((gpointer)self->condition.names);
  g_free((gpointer)self->text.names);
}

void galen_template_part_free(gpointer part) {
  GalenTemplatePart *self = part;
  clear_step(&self->root);
  if (self->doc != NULL)
    xmlFreeDoc(self->doc);
  g_free(self);
}
