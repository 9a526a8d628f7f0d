/* The users, hosts, schemas and nodes of one class: the first few in memory, further ones as records. */
#include "value.h"

#define NOT_FOUND G_MAXUINT

static guint16 *hint_of(GalenTopSet *self, guint kind, guint32 name) {
  return &self->hint[(name * GALEN_N_TOPS + kind + name / 4) % GALEN_TOP_HINTS];
}

static guint find(GalenTopSet *self, guint kind, guint32 name) {
  guint16 *hint = hint_of(self, kind, name);
  guint at = *hint;
  if (at < self->n && self->entries[at].name == name && self->entries[at].kind == kind)
    return at;
  for (at = 0; at < self->n; at++) {
    if (self->entries[at].name == name && self->entries[at].kind == kind) {
      *hint = (guint16)at;
      return at;
    }
  }
  return NOT_FOUND;
}

static void insert(GalenTopSet *self, GalenTopEntry entry) {
  if (self->n == self->allocated) {
    self->allocated = (guint16)(self->allocated + MAX(self->allocated, GALEN_N_TOPS));
    self->entries = g_renew(GalenTopEntry, self->entries, self->allocated);
  }
  *hint_of(self, entry.kind, entry.name) = self->n;
  self->used[entry.kind]++;
  self->entries[self->n++] = entry;
}

/* Whether the class may keep one more: `key` has a number then. */
static gboolean admit(const GalenTopSet *self, guint kind, GalenTopKey *key, GalenDigestContext *context) {
  if (self->used[kind] >= context->top_inline)
    return FALSE;
  if (key->name == GALEN_NAME_NONE && galen_names_bytes(context->names) < context->names_max)
    key->name = galen_names_intern(context->names, key->text);
  return key->name != GALEN_NAME_NONE;
}

void galen_top_set_add_one(GalenTopSet *self, guint kind, GalenTopKey key, guint64 count, guint64 time,
                           const guint8 *id, GalenDigestContext *context) {
  guint at = key.name == GALEN_NAME_NONE ? NOT_FOUND : find(self, kind, key.name);
  if (at != NOT_FOUND) {
    self->entries[at].count = galen_add_u64(self->entries[at].count, count);
    self->entries[at].time = galen_add_u64(self->entries[at].time, time);
  } else if (admit(self, kind, &key, context)) {
    insert(self, (GalenTopEntry){count, time, key.name, (guint16)kind});
  } else {
    GalenSlice name = key.name == GALEN_NAME_NONE ? key.text : galen_names_slice(context->names, key.name);
    GalenValue value = {.owner = id, .kind = (GalenTopKind)kind, .name = name, .count = count, .time = time};
    galen_value_spill(&value, context);
  }
}

void galen_top_set_add(GalenTopSet *self, const GalenTopKey keys[GALEN_N_TOPS], guint64 time, const guint8 *id,
                       GalenDigestContext *context) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_set_add_one(self, kind, keys[kind], 1, time, id, context);
}

void galen_top_set_add_batch(GalenTopSet *self, const GalenWaitingEvent *events, guint n, const guint8 *id,
                             GalenDigestContext *context) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    for (guint from = 0, to; from < n; from = to) {
      guint64 time = 0;
      guint32 name = events[from].names[kind];
      for (to = from; to < n && events[to].names[kind] == name; to++)
        time = galen_add_u64(time, events[to].main[GALEN_MAIN_TIME]);
      galen_top_set_add_one(self, kind, (GalenTopKey){.name = name}, to - from, time, id, context);
    }
  }
}

void galen_top_set_merge(GalenTopSet *self, const GalenTopSet *other, const guint8 *id, GalenDigestContext *context) {
  for (guint i = 0; i < other->n; i++) {
    const GalenTopEntry *entry = &other->entries[i];
    galen_top_set_add_one(self, entry->kind, (GalenTopKey){.name = entry->name}, entry->count, entry->time, id,
                          context);
  }
}

void galen_top_set_clear(GalenTopSet *self) {
  g_free(self->entries);
  memset(self, 0, sizeof *self);
}
