#include "table.h"

#define SLOTS_MIN 64u

guint64 galen_table_id_key(const guint8 id[GALEN_QUERY_ID_BYTES]) {
  guint64 key;
  memcpy(&key, id + (GALEN_QUERY_ID_BYTES - sizeof key), sizeof key);
  return key;
}

void galen_table_clear(GalenTable *self) {
  for (guint i = 0; i < self->n_slots; i++)
    galen_accum_free(self->slots[i].accum);
  g_free(self->slots);
  memset(self, 0, sizeof *self);
}

static void place(GalenTable *self, GalenTableSlot slot) {
  guint mask = self->n_slots - 1;
  guint at = (guint)slot.key & mask;
  while (self->slots[at].accum != NULL)
    at = (at + 1) & mask;
  self->slots[at] = slot;
}

static void grow(GalenTable *self) {
  GalenTableSlot *old = self->slots;
  guint n_old = self->n_slots;
  self->n_slots = MAX(n_old * 2, SLOTS_MIN);
  self->slots = g_new0(GalenTableSlot, self->n_slots);
  for (guint i = 0; i < n_old; i++)
    if (old[i].accum != NULL)
      place(self, old[i]);
  g_free(old);
}

void galen_table_insert(GalenTable *self, guint64 key, GalenAccum *accum) {
  if (self->n_slots == 0 || self->n >= self->n_slots / 4 * 3)
    grow(self);
  place(self, (GalenTableSlot){key, accum});
  self->n++;
  accum->bytes = 0;
  galen_table_account(self, accum);
}

GalenAccum *galen_table_find_text(const GalenTable *self, guint64 hash, GalenSlice text, guint64 full_len,
                                  const guint8 *id) {
  if (self->n_slots == 0)
    return NULL;
  guint mask = self->n_slots - 1;
  for (guint at = (guint)hash & mask; self->slots[at].accum != NULL; at = (at + 1) & mask) {
    GalenAccum *accum = self->slots[at].accum;
    if (self->slots[at].key != hash || accum->full_len != full_len ||
        !galen_slice_equal(galen_slice(accum->text, accum->len), text))
      continue;
    if (full_len <= text.len || (id != NULL && memcmp(accum->id, id, GALEN_QUERY_ID_BYTES) == 0))
      return accum;
  }
  return NULL;
}

const GalenAccum *galen_table_peek(const GalenTable *self, guint64 hash) {
  return self->n_slots == 0 ? NULL : self->slots[(guint)hash & (self->n_slots - 1)].accum;
}

GalenAccum *galen_table_find_id(const GalenTable *self, const guint8 id[GALEN_QUERY_ID_BYTES]) {
  if (self->n_slots == 0)
    return NULL;
  guint mask = self->n_slots - 1;
  for (guint at = (guint)galen_table_id_key(id) & mask; self->slots[at].accum != NULL; at = (at + 1) & mask)
    if (memcmp(self->slots[at].accum->id, id, GALEN_QUERY_ID_BYTES) == 0)
      return self->slots[at].accum;
  return NULL;
}

void galen_table_account(GalenTable *self, GalenAccum *accum) {
  gsize bytes = galen_accum_bytes(accum);
  self->bytes = self->bytes - accum->bytes + bytes;
  accum->bytes = bytes;
}

GPtrArray *galen_table_steal(GalenTable *self) {
  GPtrArray *accums = g_ptr_array_sized_new(self->n);
  for (guint i = 0; i < self->n_slots; i++)
    if (self->slots[i].accum != NULL)
      g_ptr_array_add(accums, self->slots[i].accum);
  g_free(self->slots);
  memset(self, 0, sizeof *self);
  return accums;
}
