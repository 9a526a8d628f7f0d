#include "view.h"

#include <string.h>

typedef struct {
  const char *key;
  GalenView *value;
} Field;

struct GalenView {
  GalenViewKind kind;
  gboolean flag;
  char *text;
  GArray *fields;   /* of Field, RECORD */
  GPtrArray *items; /* of GalenView *, LIST */
  GalenViewDraw draw;
  gpointer data;
  GDestroyNotify destroy;
};

static GalenView *view_new(GalenViewKind kind) {
  GalenView *self = g_new0(GalenView, 1);
  self->kind = kind;
  if (kind == GALEN_VIEW_RECORD)
    self->fields = g_array_new(FALSE, FALSE, sizeof(Field));
  if (kind == GALEN_VIEW_LIST)
    self->items = g_ptr_array_new_with_free_func((GDestroyNotify)galen_view_free);
  return self;
}

GalenView *galen_view_new(void) {
  return view_new(GALEN_VIEW_RECORD);
}

void galen_view_free(GalenView *self) {
  if (self == NULL)
    return;
  if (self->fields != NULL) {
    for (guint i = 0; i < self->fields->len; i++)
      galen_view_free(g_array_index(self->fields, Field, i).value);
    g_array_unref(self->fields);
  }
  g_clear_pointer(&self->items, g_ptr_array_unref);
  if (self->destroy != NULL)
    self->destroy(self->data);
  g_free(self->text);
  g_free(self);
}

const GalenView *galen_view_get(const GalenView *self, const char *key, gsize len) {
  if (self->kind != GALEN_VIEW_RECORD)
    return NULL;
  for (guint i = 0; i < self->fields->len; i++) {
    const Field *field = &g_array_index(self->fields, Field, i);
    if (strncmp(field->key, key, len) == 0 && field->key[len] == '\0')
      return field->value;
  }
  return NULL;
}

/* Later values of a key are kept behind the first, where nothing finds them: their owner is still the record. */
static GalenView *add(GalenView *self, const char *key, GalenView *value) {
  g_assert(self->kind == GALEN_VIEW_RECORD);
  Field field = {key, value};
  g_array_append_val(self->fields, field);
  return value;
}

void galen_view_take_text(GalenView *self, const char *key, char *text) {
  add(self, key, view_new(GALEN_VIEW_TEXT))->text = text;
}

void galen_view_set_text(GalenView *self, const char *key, const char *text) {
  galen_view_take_text(self, key, g_strdup(text));
}

void galen_view_set_flag(GalenView *self, const char *key, gboolean flag) {
  add(self, key, view_new(GALEN_VIEW_FLAG))->flag = flag;
}

GalenView *galen_view_add_record(GalenView *self, const char *key) {
  return add(self, key, view_new(GALEN_VIEW_RECORD));
}

GalenView *galen_view_add_list(GalenView *self, const char *key) {
  return add(self, key, view_new(GALEN_VIEW_LIST));
}

void galen_view_take_drawing(GalenView *self, const char *key, GalenViewDraw draw, gpointer data,
                             GDestroyNotify destroy) {
  GalenView *value = add(self, key, view_new(GALEN_VIEW_DRAWING));
  value->draw = draw;
  value->data = data;
  value->destroy = destroy;
}

GalenView *galen_view_append_record(GalenView *self) {
  GalenView *item = view_new(GALEN_VIEW_RECORD);
  g_ptr_array_add(self->items, item);
  return item;
}

void galen_view_append_take_text(GalenView *self, char *text) {
  GalenView *item = view_new(GALEN_VIEW_TEXT);
  item->text = text;
  g_ptr_array_add(self->items, item);
}

void galen_view_append_text(GalenView *self, const char *text) {
  galen_view_append_take_text(self, g_strdup(text));
}

GalenViewKind galen_view_kind(const GalenView *self) {
  return self->kind;
}

const char *galen_view_text(const GalenView *self) {
  return self->text;
}

gboolean galen_view_is_true(const GalenView *self) {
  switch (self->kind) {
  case GALEN_VIEW_TEXT:
    return self->text != NULL && self->text[0] != '\0';
  case GALEN_VIEW_FLAG:
    return self->flag;
  case GALEN_VIEW_LIST:
    return self->items->len > 0;
  case GALEN_VIEW_RECORD:
  case GALEN_VIEW_DRAWING:
    break;
  }
  return TRUE;
}

guint galen_view_size(const GalenView *self) {
  return self->kind == GALEN_VIEW_LIST ? self->items->len : 0;
}

const GalenView *galen_view_item(const GalenView *self, guint index) {
  return g_ptr_array_index(self->items, index);
}

void galen_view_draw(const GalenView *self, xmlNode *parent) {
  if (self->kind == GALEN_VIEW_DRAWING)
    self->draw(parent, self->data);
}
