#include "view.h"

#include <string.h>

#define BLOCK 256u /* nodes that are allocated at a time: a page has tens of thousands */

/* A tree's nodes are freed all at once. */
typedef struct Block {
  struct Block *before;
  guint n;
  GalenView *nodes;
} Block;

typedef struct {
  Block *blocks;
  GStringChunk *texts; /* those that were copied */
} Store;

struct GalenView {
  GalenView *next; /* the parent's next field or item */
  GalenViewName key;
  Store *store;
  GalenViewKind kind;
  gboolean flag; /* FLAG: its value; TEXT: the node owns it */
  union {
    char *text;
    struct {
      GalenView *first, *last;
      guint n;
    } children; /* RECORD, LIST */
    struct {
      GalenViewDraw draw;
      gpointer data;
      GDestroyNotify destroy;
    } drawing;
  } as;
};

/* ---- nodes ---- */

static GalenView *node_new(Store *store, GalenViewKind kind) {
  Block *block = store->blocks;
  if (block == NULL || block->n == BLOCK) {
    block = g_new0(Block, 1);
    block->before = store->blocks;
    block->nodes = g_new(GalenView, BLOCK);
    store->blocks = block;
  }
  GalenView *self = &block->nodes[block->n++];
  memset(self, 0, sizeof *self);
  self->store = store;
  self->kind = kind;
  return self;
}

static void node_clear(GalenView *self) {
  if (self->kind == GALEN_VIEW_TEXT && self->flag)
    g_free(self->as.text);
  if (self->kind == GALEN_VIEW_DRAWING && self->as.drawing.destroy != NULL)
    self->as.drawing.destroy(self->as.drawing.data);
}

GalenView *galen_view_new(void) {
  Store *store = g_new0(Store, 1);
  store->texts = g_string_chunk_new(4096);
  return node_new(store, GALEN_VIEW_RECORD);
}

void galen_view_free(GalenView *self) {
  if (self == NULL)
    return;
  Store *store = self->store;
  for (Block *block = store->blocks; block != NULL;) {
    Block *before = block->before;
    for (guint i = 0; i < block->n; i++)
      node_clear(&block->nodes[i]);
    g_free(block->nodes);
    g_free(block);
    block = before;
  }
  g_string_chunk_free(store->texts);
  g_free(store);
}

/* ---- filling ---- */

GalenViewName galen_view_name(const char *name) {
  GalenViewName self = {.name = name};
  for (guint i = 0; i < sizeof self.head && name[i] != '\0'; i++)
    self.head |= (guint64)(guchar)name[i] << (8 * i);
  return self;
}

static GalenView *append(GalenView *self, GalenViewKind kind) {
  GalenView *node = node_new(self->store, kind);
  if (self->as.children.last != NULL)
    self->as.children.last->next = node;
  else
    self->as.children.first = node;
  self->as.children.last = node;
  self->as.children.n++;
  return node;
}

/* Later values of a key are kept behind the first, where nothing finds them. */
static GalenView *add(GalenView *self, const char *key, GalenViewKind kind) {
  g_assert(self->kind == GALEN_VIEW_RECORD);
  GalenView *node = append(self, kind);
  node->key = galen_view_name(key);
  return node;
}

static GalenView *append_item(GalenView *self, GalenViewKind kind) {
  g_assert(self->kind == GALEN_VIEW_LIST);
  return append(self, kind);
}

static void take(GalenView *self, char *text) {
  self->as.text = text;
  self->flag = TRUE;
}

static void copy(GalenView *self, const char *text) {
  self->as.text = text != NULL ? g_string_chunk_insert(self->store->texts, text) : NULL;
}

void galen_view_take_text(GalenView *self, const char *key, char *text) {
  take(add(self, key, GALEN_VIEW_TEXT), text);
}

void galen_view_set_text(GalenView *self, const char *key, const char *text) {
  copy(add(self, key, GALEN_VIEW_TEXT), text);
}

void galen_view_set_flag(GalenView *self, const char *key, gboolean flag) {
  add(self, key, GALEN_VIEW_FLAG)->flag = flag;
}

GalenView *galen_view_add_record(GalenView *self, const char *key) {
  return add(self, key, GALEN_VIEW_RECORD);
}

GalenView *galen_view_add_list(GalenView *self, const char *key) {
  return add(self, key, GALEN_VIEW_LIST);
}

void galen_view_take_drawing(GalenView *self, const char *key, GalenViewDraw draw, gpointer data,
                             GDestroyNotify destroy) {
  GalenView *node = add(self, key, GALEN_VIEW_DRAWING);
  node->as.drawing.draw = draw;
  node->as.drawing.data = data;
  node->as.drawing.destroy = destroy;
}

GalenView *galen_view_append_record(GalenView *self) {
  return append_item(self, GALEN_VIEW_RECORD);
}

void galen_view_append_take_text(GalenView *self, char *text) {
  take(append_item(self, GALEN_VIEW_TEXT), text);
}

void galen_view_append_text(GalenView *self, const char *text) {
  copy(append_item(self, GALEN_VIEW_TEXT), text);
}

/* ---- reading ---- */

GalenViewKind galen_view_kind(const GalenView *self) {
  return self->kind;
}

const char *galen_view_text(const GalenView *self) {
  return self->kind == GALEN_VIEW_TEXT ? self->as.text : NULL;
}

gboolean galen_view_is_true(const GalenView *self) {
  switch (self->kind) {
  case GALEN_VIEW_TEXT:
    return self->as.text != NULL && self->as.text[0] != '\0';
  case GALEN_VIEW_FLAG:
    return self->flag;
  case GALEN_VIEW_LIST:
    return self->as.children.n > 0;
  case GALEN_VIEW_RECORD:
  case GALEN_VIEW_DRAWING:
    break;
  }
  return TRUE;
}

guint galen_view_size(const GalenView *self) {
  return self->kind == GALEN_VIEW_LIST ? self->as.children.n : 0;
}

const GalenView *galen_view_first(const GalenView *self) {
  return self->kind == GALEN_VIEW_LIST ? self->as.children.first : NULL;
}

const GalenView *galen_view_next(const GalenView *self) {
  return self->next;
}

const GalenView *galen_view_item(const GalenView *self, guint index) {
  const GalenView *item = galen_view_first(self);
  for (guint i = 0; i < index && item != NULL; i++)
    item = item->next;
  return item;
}

const GalenView *galen_view_find(const GalenView *self, const GalenViewName *name) {
  if (self->kind != GALEN_VIEW_RECORD)
    return NULL;
  for (const GalenView *field = self->as.children.first; field != NULL; field = field->next)
    if (field->key.head == name->head && strcmp(field->key.name, name->name) == 0)
      return field;
  return NULL;
}

const GalenView *galen_view_get(const GalenView *self, const char *key, gsize len) {
  if (self->kind != GALEN_VIEW_RECORD)
    return NULL;
  for (const GalenView *field = self->as.children.first; field != NULL; field = field->next)
    if (strncmp(field->key.name, key, len) == 0 && field->key.name[len] == '\0')
      return field;
  return NULL;
}

void galen_view_draw(const GalenView *self, GalenMarkup *out) {
  if (self->kind == GALEN_VIEW_DRAWING)
    self->as.drawing.draw(out, self->as.drawing.data);
}
