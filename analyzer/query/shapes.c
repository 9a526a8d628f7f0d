#include "shapes.h"

/* Room for this many; when it is used up, all is forgotten and learnt again. */
#define SHAPES_MAX 1024u
#define NODES_MAX 8192u
#define TEXT_MAX (384u << 10)
/* What was seen once is remembered in so many places. */
#define SEEN_MAX 4096u
/* All is forgotten only after this many statements that were not known, so that learning never costs much. */
#define FORGET_AFTER 16384u

typedef struct {
  guint32 text; /* where its bytes begin in `text` */
  guint16 len;
  guint8 slot; /* GalenSlotKind that stands before its bytes */
  guint8 flags;
  char first;                    /* byte, without a slot */
  guint16 child, sibling, shape; /* numbers; 0: none. Slots come before bytes, lists before other slots */
} Node;

typedef struct {
  GalenFingerprint made; /* but for what the slots add; its text is at `text` */
  guint32 text;
  gint offset_slot;
  guint8 id[GALEN_QUERY_ID_BYTES];
} Shape;

struct GalenShapes {
  /* Nodes 0 and 1 are the roots, without and with no_backslash. */
  Node nodes[NODES_MAX];
  Shape shapes[SHAPES_MAX];
  char text[TEXT_MAX];
  guint32 seen[SEEN_MAX]; /* hashes of shapes that came once */
  guint n_nodes, n_shapes;
  guint32 text_len;
  guint unknown; /* statements since all was forgotten */
};

static void forget(GalenShapes *self) {
  memset(self->nodes, 0, 2 * sizeof *self->nodes);
  self->n_nodes = 2;
  self->n_shapes = 1;
  self->text_len = 0;
  self->unknown = 0;
}

GalenShapes *galen_shapes_new(void) {
  GalenShapes *self = g_malloc(sizeof *self);
  memset(self->seen, 0, sizeof self->seen);
  forget(self);
  return self;
}

void galen_shapes_free(GalenShapes *self) {
  g_free(self);
}

static inline gboolean same(const char *a, const char *b, gsize len) {
  guint64 x, y;
  if (len < sizeof x) {
    for (gsize i = 0; i < len; i++)
      if (a[i] != b[i])
        return FALSE;
    return TRUE;
  }
  for (gsize i = 0; i + sizeof x < len; i += sizeof x) {
    memcpy(&x, a + i, sizeof x);
    memcpy(&y, b + i, sizeof x);
    if (x != y)
      return FALSE;
  }
  memcpy(&x, a + len - sizeof x, sizeof x);
  memcpy(&y, b + len - sizeof x, sizeof x);
  return x == y;
}

/* The way down while a statement is read. */
typedef struct {
  const char *at, *end;
  gboolean no_backslash;
  GalenSlotFigures figures;
  guint n_slots;
  const char *slots[GALEN_SHAPE_SLOTS_MAX];
} Walk;

/* The child of a node that goes on with what stands at `at`; NULL: none does. */
static const Node *step(const GalenShapes *self, const Node *node, Walk *walk) {
  for (guint i = node->child; i != 0;) {
    const Node *child = &self->nodes[i];
    i = child->sibling;
    if (child->slot == GALEN_SLOT_NONE) {
      if (child->first == *walk->at)
        return child;
      continue;
    }
    const char *stop =
        galen_slot_skip(child->slot, child->flags, walk->at, walk->end, walk->no_backslash, &walk->figures);
    if (stop == NULL)
      continue;
    walk->slots[walk->n_slots++] = walk->at;
    walk->at = stop;
    return child;
  }
  return NULL;
}

gboolean galen_shapes_find(const GalenShapes *self, GalenSlice text, gboolean no_backslash, GalenFingerprint *ret,
                           const guint8 **ret_id) {
  Walk walk;
  walk.at = text.data;
  walk.end = text.data + text.len;
  walk.no_backslash = no_backslash;
  walk.figures = (GalenSlotFigures){0};
  walk.n_slots = 0;
  const Node *node = &self->nodes[no_backslash ? 1 : 0];
  while (walk.at < walk.end) {
    node = step(self, node, &walk);
    if (node == NULL || (gsize)(walk.end - walk.at) < node->len || !same(walk.at, self->text + node->text, node->len))
      return FALSE;
    walk.at += node->len;
  }
  if (node->shape == 0)
    return FALSE;
  const Shape *shape = &self->shapes[node->shape];
  *ret = shape->made;
  ret->text.data = self->text + shape->text;
  ret->facts |= walk.figures.facts;
  ret->in_items = MAX(ret->in_items, walk.figures.in_items);
  ret->rows += walk.figures.rows;
  if (shape->offset_slot >= 0)
    ret->offset = galen_slot_value(walk.slots[shape->offset_slot], walk.end);
  *ret_id = shape->id;
  return TRUE;
}

/* ---- learning ---- */

static gsize text_size(GalenSlice text, const GalenShapeNotes *notes) {
  gsize size = text.len;
  for (guint i = 0; i < notes->n; i++)
    size -= notes->slots[i].end - notes->slots[i].from;
  return size;
}

static guint64 mix(guint64 hash, guint64 word) {
  hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  return hash ^ hash >> 32;
}

static guint64 hash_bytes(guint64 hash, const char *at, const char *end) {
  guint64 word;
  for (; end - at >= 8; at += 8) {
    memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  word = (guint64)(end - at) << 56;
  memcpy(&word, at, MIN((gsize)(end - at), 7));
  return mix(hash, word);
}

/* Of the bytes and the kinds of the slots. */
static guint64 hash_shape(GalenSlice text, const GalenShapeNotes *notes) {
  guint64 hash = 0;
  guint32 at = 0;
  for (guint i = 0; i < notes->n; i++) {
    hash = mix(hash_bytes(hash, text.data + at, text.data + notes->slots[i].from), notes->slots[i].kind);
    at = notes->slots[i].end;
  }
  return hash_bytes(hash, text.data + at, text.data + text.len);
}

static gboolean has_room(const GalenShapes *self) {
  /* Each slot makes one node for itself and one for a text that splits. */
  return self->n_shapes < SHAPES_MAX && self->n_nodes + 2 * GALEN_SHAPE_SLOTS_MAX + 4 < NODES_MAX &&
         self->text_len + 2 * GALEN_SHAPE_TEXT_MAX < TEXT_MAX;
}

gboolean galen_shapes_wants(GalenShapes *self, GalenSlice text, const GalenShapeNotes *notes) {
  self->unknown++;
  if (notes->off || text_size(text, notes) > GALEN_SHAPE_TEXT_MAX)
    return FALSE;
  guint64 hash = hash_shape(text, notes);
  guint32 *seen = &self->seen[hash % SEEN_MAX], mark = (guint32)(hash >> 32) | 1;
  if (*seen != mark) {
    *seen = mark;
    return FALSE;
  }
  if (!has_room(self) && self->unknown >= FORGET_AFTER)
    forget(self);
  return has_room(self);
}

static guint32 keep(GalenShapes *self, const char *text, gsize len) {
  guint32 at = self->text_len;
  memcpy(self->text + at, text, len);
  self->text_len += (guint32)len;
  return at;
}

/* Puts a new child behind those that have to be tried before it. */
static guint add_child(GalenShapes *self, guint parent, Node node) {
  guint16 *link = &self->nodes[parent].child;
  while (*link != 0 && (node.slot == GALEN_SLOT_NONE ||
                        (self->nodes[*link].slot != GALEN_SLOT_NONE && self->nodes[*link].slot <= node.slot)))
    link = &self->nodes[*link].sibling;
  guint at = self->n_nodes++;
  node.sibling = *link;
  *link = (guint16)at;
  self->nodes[at] = node;
  return at;
}

static guint find_child(const GalenShapes *self, guint parent, guint8 slot, char first) {
  guint i = self->nodes[parent].child;
  while (i != 0 && (self->nodes[i].slot != slot || (slot == GALEN_SLOT_NONE && self->nodes[i].first != first)))
    i = self->nodes[i].sibling;
  return i;
}

static void split(GalenShapes *self, guint at, guint16 len) {
  Node *node = &self->nodes[at];
  guint rest = self->n_nodes++;
  self->nodes[rest] = (Node){.text = node->text + len,
                             .len = (guint16)(node->len - len),
                             .first = self->text[node->text + len],
                             .child = node->child,
                             .shape = node->shape};
  node->len = len;
  node->child = (guint16)rest;
  node->shape = 0;
}

/* Goes from the node's end down along bytes, which it adds where they are not there. */
static guint add_text(GalenShapes *self, guint node, const char *text, gsize len) {
  while (len > 0) {
    guint child = find_child(self, node, GALEN_SLOT_NONE, *text);
    if (child == 0)
      return add_child(
          self, node,
          (Node){.text = keep(self, text, len), .len = (guint16)len, .slot = GALEN_SLOT_NONE, .first = *text});
    guint16 n = 0;
    while (n < self->nodes[child].len && n < len && self->text[self->nodes[child].text + n] == text[n])
      n++;
    if (n < self->nodes[child].len)
      split(self, child, n);
    node = child;
    text += n;
    len -= n;
  }
  return node;
}

/* A slot, and the bytes behind it. */
static guint add_slot(GalenShapes *self, guint node, const GalenSlot *slot, const char *text, gsize len) {
  guint child = find_child(self, node, slot->kind, '\0');
  if (child == 0)
    return add_child(
        self, node,
        (Node){.text = keep(self, text, len), .len = (guint16)len, .slot = slot->kind, .flags = slot->flags});
  guint16 n = 0;
  while (n < self->nodes[child].len && n < len && self->text[self->nodes[child].text + n] == text[n])
    n++;
  if (n < self->nodes[child].len)
    split(self, child, n);
  return add_text(self, child, text + n, len - n);
}

void galen_shapes_learn(GalenShapes *self, GalenSlice text, gboolean no_backslash, const GalenShapeNotes *notes,
                        const GalenFingerprint *base, const guint8 id[GALEN_QUERY_ID_BYTES]) {
  g_return_if_fail(has_room(self) && !notes->off && base->text.len == base->full_len);
  if (base->text.len > GALEN_SHAPE_TEXT_MAX)
    return;
  gsize to = notes->n > 0 ? notes->slots[0].from : text.len;
  guint node = add_text(self, no_backslash ? 1 : 0, text.data, to);
  for (guint i = 0; i < notes->n; i++) {
    gsize from = notes->slots[i].end;
    to = i + 1 < notes->n ? notes->slots[i + 1].from : text.len;
    node = add_slot(self, node, &notes->slots[i], text.data + from, to - from);
  }
  Shape *shape = &self->shapes[self->n_shapes];
  *shape = (Shape){.made = *base, .offset_slot = notes->offset_slot};
  shape->text = keep(self, base->text.data, base->text.len);
  memcpy(shape->id, id, sizeof shape->id);
  self->nodes[node].shape = (guint16)self->n_shapes++;
}
