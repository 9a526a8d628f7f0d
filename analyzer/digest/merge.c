#include "digest-private.h"

#include <gio/gio.h>

/* Takes a record of another digest into memory, into `target` or as a new class. */
static void take_record(GalenDigest *self, GalenAccum *target, const GalenBytes *record) {
  GalenBytesReader reader = {record->data, record->data + record->len, record->failed};
  GalenAccum *accum = g_new0(GalenAccum, 1);
  if (!galen_accum_get(accum, &self->context, &reader)) {
    galen_accum_free(accum);
    galen_digest_context_fail(&self->context,
                              g_error_new_literal(G_IO_ERROR, G_IO_ERROR_NO_SPACE, "no memory to merge classes"));
    return;
  }
  if (target == NULL) {
    galen_table_insert(&self->hot, accum->hash, accum);
    return;
  }
  galen_accum_merge(target, accum, &self->context);
  galen_accum_free(accum);
  galen_digest_account(self, target);
}

static void merge_class(GalenDigest *self, const GalenAccum *accum, const GalenDigestContext *context) {
  galen_bytes_reset(&self->record);
  galen_accum_put(accum, TRUE, context, &self->record);
  GalenAccum *target =
      galen_table_find_text(&self->hot, accum->hash, galen_slice(accum->text, accum->len), accum->full_len, accum->id);
  if (target == NULL && !galen_digest_admits(self))
    galen_digest_spill_record(self, accum->id);
  else
    take_record(self, target, &self->record);
}

static void merge_spill(GalenSpill **self, GalenSpill **other, GalenDigestContext *context) {
  GError *error = NULL;
  if (*self == NULL) {
    *self = g_steal_pointer(other);
  } else if (*other != NULL && !galen_spill_append(*self, *other, &error)) {
    galen_digest_context_fail(context, error);
  }
}

void galen_digest_merge(GalenDigest *self, GalenDigest *other) {
  g_return_if_fail(!self->finished && !other->finished && self != other);
  if (other->context.error != NULL)
    galen_digest_context_fail(&self->context, g_steal_pointer(&other->context.error));
  galen_timeline_merge(&self->timeline, &other->timeline);
  galen_digest_sync(self);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_merge(&self->tops[kind], &other->tops[kind], other->context.names, &self->context);
  merge_spill(&self->spill, &other->spill, &self->context);
  merge_spill(&self->context.values, &other->context.values, &self->context);
  g_autoptr(GPtrArray) accums = galen_table_steal(&other->hot);
  for (guint i = 0; i < accums->len; i++) {
    GalenAccum *accum = g_ptr_array_index(accums, i);
    merge_class(self, accum, &other->context);
    galen_accum_free(accum);
  }
  galen_digest_close(other);
  galen_digest_open(other);
}
