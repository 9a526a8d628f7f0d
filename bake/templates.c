/* Steps of templates as constants: analyzer/report/template_private.h. Children stand before those that hold them. */
#include "bake.h"

#include "analyzer/report/template_private.h"

static const char *const documents[] = {"report.xhtml", "mail.xhtml"};

typedef struct {
  GalenBake *bake;
  guint document;
  GHashTable *places; /* GalenTemplateStep * → the C of its address */
  GPtrArray *parts;   /* of GalenTemplatePart *, by number */
} Document;

/* What a path is in an initializer. Caller frees. */
static char *path_of(Document *self, const GalenTemplatePath *path) {
  if (path->n == 0)
    return g_strdup("{0}");
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; i < path->n; i++)
    g_string_append_printf(names, "{%s, G_GUINT64_CONSTANT(%" G_GUINT64_FORMAT ")}, ",
                           galen_bake_name(self->bake, path->names[i].name).c, path->names[i].head);
  guint number = self->bake->n++;
  galen_bake_put(self->bake, "static const GalenViewName n%u[] = {%s};\n", number, names->str);
  return g_strdup_printf("{%s, n%u, %u}", galen_bake_name(self->bake, path->text).c, number, path->n);
}

/* The C of the array's address. Caller frees. */
static char *attributes_of(Document *self, const GalenTemplateStep *step) {
  if (step->n_attributes == 0)
    return g_strdup("NULL");
  g_autoptr(GString) items = g_string_new(NULL);
  for (guint i = 0; i < step->n_attributes; i++) {
    const GalenTemplateAttribute *one = &step->attributes[i];
    g_autofree char *path = path_of(self, &one->path);
    g_string_append_printf(items, "  {%s, %s, %s, %d, %d},\n", galen_bake_name(self->bake, one->name).c,
                           galen_bake_name(self->bake, one->sample).c, path, one->is_link, one->is_picture);
  }
  guint number = self->bake->n++;
  galen_bake_put(self->bake, "static const GalenTemplateAttribute a%u[] = {\n%s};\n", number, items->str);
  return g_strdup_printf("a%u", number);
}

static guint part_number(const Document *self, const GalenTemplatePart *part) {
  guint number = 0;
  g_ptr_array_find(self->parts, part, &number);
  return number;
}

static char *steps_of(Document *self, const GalenTemplateStep *step);

static char *step_of(Document *self, const GalenTemplateStep *step) {
  GalenBake *bake = self->bake;
  g_autofree char *steps = steps_of(self, step);
  g_autofree char *attributes = attributes_of(self, step);
  g_autofree char *repeat = path_of(self, &step->repeat), *condition = path_of(self, &step->condition);
  g_autofree char *text = path_of(self, &step->text);
  g_autofree char *part = step->part != NULL
                              ? g_strdup_printf("&parts%u[%u]", self->document, part_number(self, step->part))
                              : g_strdup("NULL");
  return g_strdup_printf("{.file = %s, .line = %u, .words = %s, .name = %s, .item = %s, .repeat = %s, .condition = %s, "
                         ".text = %s, .negated = %d, .bare = %d, .breaks = %d, .style = %s, .part = %s, "
                         ".attributes = %s, .n_attributes = %u, .steps = %s, .n_steps = %u}",
                         galen_bake_name(bake, step->file).c, step->line, galen_bake_name(bake, step->words).c,
                         galen_bake_name(bake, step->name).c, galen_bake_name(bake, step->item).c, repeat, condition,
                         text, step->negated, step->bare, step->breaks, galen_bake_name(bake, step->style).c, part,
                         attributes, step->n_attributes, steps, step->n_steps);
}

static char *steps_of(Document *self, const GalenTemplateStep *step) {
  if (step->n_steps == 0)
    return g_strdup("NULL");
  g_autoptr(GString) items = g_string_new(NULL);
  for (guint i = 0; i < step->n_steps; i++) {
    g_autofree char *one = step_of(self, &step->steps[i]);
    g_string_append_printf(items, "  %s,\n", one);
  }
  guint number = self->bake->n++;
  galen_bake_put(self->bake, "static const GalenTemplateStep t%u[] = {\n%s};\n", number, items->str);
  for (guint i = 0; i < step->n_steps; i++)
    g_hash_table_insert(self->places, (gpointer)&step->steps[i], g_strdup_printf("&t%u[%u]", number, i));
  return g_strdup_printf("t%u", number);
}

static void put_parts(Document *self) {
  g_autoptr(GString) items = g_string_new(NULL);
  galen_bake_put(self->bake, "static const GalenTemplatePart parts%u[%u];\n", self->document, self->parts->len);
  for (guint i = 0; i < self->parts->len; i++) {
    const GalenTemplatePart *part = g_ptr_array_index(self->parts, i);
    g_autofree char *root = step_of(self, &part->root);
    g_hash_table_insert(self->places, (gpointer)&part->root, g_strdup_printf("&parts%u[%u].root", self->document, i));
    g_string_append_printf(items, "  {.root = %s, .body = %s},\n", root,
                           (const char *)g_hash_table_lookup(self->places, part->body));
  }
  galen_bake_put(self->bake, "static const GalenTemplatePart parts%u[%u] = {\n%s};\n", self->document, self->parts->len,
                 items->str);
}

static gboolean put_document(GalenBake *bake, const char *folder, guint number, GError **error) {
  g_autoptr(GalenTemplate) template = galen_template_load(folder, NULL, documents[number], error);
  if (template == NULL)
    return FALSE;
  Document self = {.bake = bake, .document = number};
  self.places = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  self.parts = g_ptr_array_new();
  GHashTableIter iter;
  gpointer part = NULL;
  g_hash_table_iter_init(&iter, template->parts);
  while (g_hash_table_iter_next(&iter, NULL, &part))
    g_ptr_array_add(self.parts, part);
  put_parts(&self);
  galen_bake_put(bake, "static const GalenTemplate template%u = {.file = %s, .main = &parts%u[%u], .styled = %d};\n",
                 number, galen_bake_name(bake, template->file).c, number, part_number(&self, template->main),
                 template->styled);
  g_hash_table_unref(self.places);
  g_ptr_array_unref(self.parts);
  return TRUE;
}

gboolean galen_bake_templates(GalenBake *self, const char *folder, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(documents); i++)
    if (!put_document(self, folder, i, error))
      return FALSE;
  galen_bake_put(self, "static const GalenTemplate *const templates[] = {");
  for (guint i = 0; i < G_N_ELEMENTS(documents); i++)
    galen_bake_put(self, "&template%u, ", i);
  galen_bake_put(self, "NULL};\n");
  return TRUE;
}
