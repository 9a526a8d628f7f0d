/* Classes in memory, found by fingerprint or by id. Owns them. */
#pragma once

#include "accum.h"

typedef struct {
  guint64 key;
  GalenAccum *accum; /* NULL: free */
} GalenTableSlot;

typedef struct {
  GalenTableSlot *slots;
  guint n, n_slots;
  gsize bytes; /* of all accumulators, as of the last account */
} GalenTable;

void galen_table_clear(GalenTable *self);
/* Keys are the hash of the fingerprint, or galen_table_id_key: one sort a table. */
guint64 galen_table_id_key(const guint8 id[GALEN_QUERY_ID_BYTES]);
void galen_table_insert(GalenTable *self, guint64 key, GalenAccum *accum);
/* By whole text; `id` decides where the fingerprint was cut, and may be NULL where it was not. */
GalenAccum *galen_table_find_text(const GalenTable *self, guint64 hash, GalenSlice text, guint64 full_len,
                                  const guint8 *id);
/* A class that probably is the one of the hash, without looking at it; NULL: there is none. */
const GalenAccum *galen_table_peek(const GalenTable *self, guint64 hash);
GalenAccum *galen_table_find_id(const GalenTable *self, const guint8 id[GALEN_QUERY_ID_BYTES]);
/* Notes what a class weighs now. */
void galen_table_account(GalenTable *self, GalenAccum *accum);
/* All classes, in no order; the table is empty afterwards. The array does not own them. */
GPtrArray *galen_table_steal(GalenTable *self);
