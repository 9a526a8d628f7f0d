#include "keep.h"

#include "../digest/digest_record.h"
#include "../digest/series.h"
#include "slots.h"

#define DAY_US ((gint64)GALEN_SLOT_DAY * G_USEC_PER_SEC)

typedef struct {
  GalenStore *store;
  GalenDigest *digest; /* of the day that is made */
  GalenBytes record;
  GString *text; /* the fingerprint asked for last */
} Keeper;

/* Fingerprints stay in the store: a day's record has none either, but reading an hour needs them. */
static gboolean find_text(const guint8 id[GALEN_QUERY_ID_BYTES], gpointer user, GalenSlice *ret_text,
                          guint64 *ret_full_len, GError **error) {
  Keeper *self = user;
  g_string_truncate(self->text, 0);
  if (!galen_store_fingerprint(self->store, id, self->text, ret_full_len)) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "a class of the store has no name");
    return FALSE;
  }
  *ret_text = galen_slice(self->text->str, self->text->len);
  return TRUE;
}

static gboolean add_queries(const GalenSlot *slot, GalenBytesReader *record, gpointer user, GError **error) {
  Keeper *self = user;
  GalenDigestGet how = {.text = find_text, .text_user = self};
  (void)slot;
  if (self->digest == NULL) { /* samples stay as they were written: masked, or full */
    GalenDigestOptions options = {.samples = galen_digest_record_samples(record), .step = GALEN_SLOT_DAY};
    self->digest = galen_digest_new(&options);
  }
  return galen_digest_get(self->digest, record, &how, error);
}

/* Records of errors cannot be merged before they are placed: a day is the list of its hours. */
static gboolean add_errors(const GalenSlot *slot, GalenBytesReader *record, gpointer user, GError **error) {
  Keeper *self = user;
  (void)slot;
  galen_bytes_put_raw(&self->record, record->data, (gsize)(record->end - record->data));
  if (!self->record.failed)
    return TRUE;
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for a day of errors");
  return FALSE;
}

static gboolean make_queries(Keeper *self, gint64 input, gint64 day, GError **error) {
  GalenDigestPut how = {.without_fingerprints = TRUE, .without_paths = TRUE};
  gboolean made =
      galen_store_slots(self->store, input, GALEN_SLOT_QUERIES, day, day + DAY_US, add_queries, self, error) &&
      self->digest != NULL && galen_digest_put(self->digest, &how, &self->record, error);
  g_clear_pointer(&self->digest, galen_digest_free);
  return made;
}

static gboolean make_day(gint64 input, GalenSlotKind kind, gint64 day, guint slots, gpointer user, GError **error) {
  Keeper *self = user;
  (void)slots;
  galen_bytes_reset(&self->record);
  gboolean made = kind == GALEN_SLOT_QUERIES
                      ? make_queries(self, input, day, error)
                      : galen_store_slots(self->store, input, kind, day, day + DAY_US, add_errors, self, error);
  return made && galen_store_replace_day(self->store, input, kind, day, &self->record, error);
}

gboolean galen_store_keep(GalenStore *self, const GalenKeep *keep, GError **error) {
  if (!galen_store_begin(self, error))
    return FALSE;
  Keeper keeper = {.store = self, .text = g_string_new(NULL)};
  galen_bytes_init(&keeper.record, GALEN_SLOT_RECORD_MAX);
  gboolean done =
      (keep->days == GALEN_TIME_NONE || galen_store_drop(self, galen_series_align(keep->days, DAY_US), error)) &&
      (keep->hours == GALEN_TIME_NONE || galen_store_days(self, keep->hours, make_day, &keeper, error));
  galen_bytes_clear(&keeper.record);
  g_string_free(keeper.text, TRUE);
  if (done)
    return galen_store_commit(self, error);
  galen_store_rollback(self);
  return FALSE;
}
