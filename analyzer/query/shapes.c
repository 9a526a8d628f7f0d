#include "shapes.h"

/* Room for this many; when it is used up, all is forgotten and learnt again. */
#define SHAPES_MAX 2048u
#define NODES_MAX 10240u
#define TEXT_MAX (640u << 10)
/* What was seen once is remembered in so many places. */
#define SEEN_MAX 8192u
/* All is forgotten only after this many statements that were not known, so that learning never costs much. */
#define FORGET_AFTER 32768u
/* Of so many statements, at least one in sixteen should be known; else shapes are left alone for a while, which is longer each
 * time: where each statement is a class of its own, looking for them would only cost. */
#define TRIAL 1024u
#define REST_MAX 16384u

/* Numbers of nodes, 0: none. Byte children are found by their first byte, all of a group at once. */
#define GROUP 8u

typedef struct {
  guint32 text; /* where its bytes begin in `text` */
  guint16 len;
  guint8 slot; /* GalenSlotKind that stands before its bytes */
  guint8 flags;
  guint16 slots, sibling; /* children that are slots: they are tried first, lists before others */
  guint16 shape;
  guint16 more;       /* a node that only holds further children */
  char firsts[GROUP]; /* of children, 0: none or a NUL */
  guint16 bytes[GROUP];
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
  guint tried, found, rest, resting;
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
  self->tried = self->found = self->resting = 0;
  self->rest = TRIAL;
  forget(self);
  return self;
}

void galen_shapes_free(GalenShapes *self) {
  g_free(self);
}

gboolean galen_shapes_ready(GalenShapes *self) {
  if (self->resting > 0) {
    self->resting--;
    return FALSE;
  }
  if (++self->tried < TRIAL)
    return TRUE;
  gboolean worth = self->found >= TRIAL / 16;
  self->resting = worth ? 0 : self->rest;
  self->rest = worth ? TRIAL : MIN(2 * self->rest, REST_MAX);
  self->tried = self->found = 0;
  return TRUE;
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

/* The child whose bytes begin with `first`; 0: none. */
static inline guint find_bytes(const GalenShapes *self, const Node *node, char first) {
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), tops = ones << 7;
  for (;; node = &self->nodes[node->more]) {
    guint64 differs;
    G_STATIC_ASSERT(sizeof differs == GROUP);
    memcpy(&differs, node->firsts, sizeof differs);
    differs = GUINT64_FROM_LE(differs) ^ (guint8)first * ones;
    guint64 same = (differs - ones) & ~differs & tops; /* its lowest bit is right */
    guint found = same != 0 ? node->bytes[(guint)__builtin_ctzll(same) / 8] : 0;
    if (found != 0 || node->more == 0)
      return found;
  }
}

/* The child of a node that goes on with what stands at `at`; 0: none does. */
static guint step(const GalenShapes *self, const Node *node, Walk *walk) {
  for (guint i = node->slots; i != 0; i = self->nodes[i].sibling) {
    const Node *child = &self->nodes[i];
    const char *stop =
        galen_slot_skip(child->slot, child->flags, walk->at, walk->end, walk->no_backslash, &walk->figures);
    if (stop == NULL)
      continue;
    walk->slots[walk->n_slots++] = walk->at;
    walk->at = stop;
    return i;
  }
  return find_bytes(self, node, *walk->at);
}

gboolean galen_shapes_find(GalenShapes *self, GalenSlice text, gboolean no_backslash, GalenFingerprint *ret,
                           const guint8 **ret_id) {
  Walk walk;
  walk.at = text.data;
  walk.end = text.data + text.len;
  walk.no_backslash = no_backslash;
  walk.figures = (GalenSlotFigures){0};
  walk.n_slots = 0;
  const Node *node = &self->nodes[no_backslash ? 1 : 0];
  while (walk.at < walk.end) {
    guint next = step(self, node, &walk);
    node = &self->nodes[next];
    if (next == 0 || (gsize)(walk.end - walk.at) < node->len || !same(walk.at, self->text + node->text, node->len))
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
  self->found++;
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
  /* Each slot makes a node, and where the way leaves one that is known there are two more. */
  return self->n_shapes < SHAPES_MAX && self->n_nodes + GALEN_SHAPE_SLOTS_MAX + 4 < NODES_MAX &&
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

static guint add_node(GalenShapes *self, Node node) {
  self->nodes[self->n_nodes] = node;
  return self->n_nodes++;
}

static void add_bytes(GalenShapes *self, guint parent, guint child) {
  guint i = 0;
  while (i < GROUP && self->nodes[parent].bytes[i] != 0)
    i++;
  if (i < GROUP) {
    self->nodes[parent].bytes[i] = (guint16)child;
    self->nodes[parent].firsts[i] = self->text[self->nodes[child].text];
    return;
  }
  if (self->nodes[parent].more == 0)
    self->nodes[parent].more = (guint16)add_node(self, (Node){0});
  add_bytes(self, self->nodes[parent].more, child);
}

static guint find_slot(const GalenShapes *self, guint parent, guint8 slot) {
  guint i = self->nodes[parent].slots;
  while (i != 0 && self->nodes[i].slot != slot)
    i = self->nodes[i].sibling;
  return i;
}

/* Puts a new slot behind those that have to be tried before it. */
static guint add_slot_node(GalenShapes *self, guint parent, Node node) {
  guint16 *link = &self->nodes[parent].slots;
  while (*link != 0 && self->nodes[*link].slot < node.slot)
    link = &self->nodes[*link].sibling;
  node.sibling = *link;
  *link = (guint16)self->n_nodes;
  return add_node(self, node);
}

static void split(GalenShapes *self, guint at, guint16 len) {
  Node *node = &self->nodes[at];
  Node rest = *node;
  rest.text += len;
  rest.len = (guint16)(node->len - len);
  rest.slot = GALEN_SLOT_NONE;
  rest.flags = 0;
  rest.sibling = 0;
  *node = (Node){.text = node->text, .len = len, .slot = node->slot, .flags = node->flags, .sibling = node->sibling};
  add_bytes(self, at, add_node(self, rest));
}

/* Goes down along the bytes of a node as far as they are the same, and makes that its end. Returns how many are. */
static guint16 go_along(GalenShapes *self, guint node, const char *text, gsize len) {
  guint16 n = 0;
  while (n < self->nodes[node].len && n < len && self->text[self->nodes[node].text + n] == text[n])
    n++;
  if (n < self->nodes[node].len)
    split(self, node, n);
  return n;
}

/* From the node's end down along bytes, which are added where they are not there. */
static guint add_text(GalenShapes *self, guint node, const char *text, gsize len) {
  while (len > 0) {
    guint child = find_bytes(self, &self->nodes[node], *text);
    if (child == 0) {
      child = add_node(self, (Node){.text = keep(self, text, len), .len = (guint16)len});
      add_bytes(self, node, child);
      return child;
    }
    guint16 n = go_along(self, child, text, len);
    node = child;
    text += n;
    len -= n;
  }
  return node;
}

/* A slot, and the bytes behind it. */
static guint add_slot(GalenShapes *self, guint node, const GalenSlot *slot, const char *text, gsize len) {
  guint child = find_slot(self, node, slot->kind);
  if (child == 0)
    return add_slot_node(
        self, node,
        (Node){.text = keep(self, text, len), .len = (guint16)len, .slot = slot->kind, .flags = slot->flags});
  guint16 n = go_along(self, child, text, len);
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
