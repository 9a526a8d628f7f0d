/* What a backend of store.h is: one table of functions, with its own struct that begins with a GalenStore. */
#pragma once

#include "store.h"

typedef struct {
  gboolean buckets; /* see galen_store_wants_buckets */
  GalenStore *(*open)(const char *where, GalenStoreMode mode, GError **error);
  void (*close)(GalenStore *self);
  gboolean (*begin)(GalenStore *self, GError **error);
  gboolean (*commit)(GalenStore *self, GError **error);
  void (*rollback)(GalenStore *self);
  GPtrArray *(*inputs)(GalenStore *self, GError **error);
  gboolean (*evidence)(GalenStore *self, gint64 input, GalenBytes *ret_evidence, GError **error);
  gboolean (*put_input)(GalenStore *self, GalenStoreInput *input, const GalenBytes *evidence, GError **error);
  gboolean (*put_slot)(GalenStore *self, const GalenSlot *slot, const GalenBytes *record, const GArray *classes,
                       const GArray *errors, GError **error);
  gboolean (*end_input)(GalenStore *self, gint64 input, GError **error);
  gboolean (*touch_input)(GalenStore *self, const GalenStoreInput *input, GError **error);
  gboolean (*remove_input)(GalenStore *self, gint64 input, GError **error);
  gboolean (*slots)(GalenStore *self, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                    GalenStoreSlotFunc func, gpointer user, GError **error);
  gboolean (*put_incidents)(GalenStore *self, const GArray *incidents, GError **error);
  gboolean (*get_setting)(GalenStore *self, const char *name, char **ret_value, GError **error);
  gboolean (*put_setting)(GalenStore *self, const char *name, const char *value, GError **error);
  gboolean (*widen)(GalenStore *self, gint64 *since, gint64 *until, GError **error);
  /* `without`: ids of inputs, as SQL has lists */
  gboolean (*figures)(GalenStore *self, GalenSlotKind kind, const char *without, GalenStoreFiguresFunc func,
                      gpointer user, GError **error);
  gboolean (*fingerprint)(GalenStore *self, const guint8 id[16], GString *ret_text, guint64 *ret_full_len);
  gboolean (*days)(GalenStore *self, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error);
  gboolean (*replace_day)(GalenStore *self, gint64 input, GalenSlotKind kind, gint64 day, const GalenBytes *record,
                          GError **error);
  gboolean (*drop)(GalenStore *self, gint64 until, GError **error);
  gboolean (*vacuum)(GalenStore *self, GError **error);
} GalenStoreClass;

struct GalenStore {
  const GalenStoreClass *class;
  char *where;
  gboolean is_new; /* see galen_store_is_new */
};

extern const GalenStoreClass galen_store_sqlite, galen_store_clickhouse;

/* An id of 16 bytes, or of 32 hex digits as errors have. FALSE: it is neither. */
gboolean galen_store_day_set_id(GalenStoreDay *self, GalenSlice id);

/* compress.c: zlib, with the length in front. FALSE with error: damaged, or too long. */
gboolean galen_store_pack(const GalenBytes *record, GalenBytes *ret_packed);
gboolean galen_store_unpack(const void *data, gsize len, gsize max, GalenBytes *ret_record, GError **error);
