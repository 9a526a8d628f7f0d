/* Compact records: writing and reading variable-length integers and strings.
 *
 * For records that live no longer than the process (temporary files, merging), so there is no versioning. A buffer has
 * a largest size, given at its birth; what does not fit, or cannot be allocated, sets `failed` and is dropped. */
#pragma once

#include "../../parsers/slice.h"
#include "stat.h"

typedef struct {
  guint8 *data;
  gsize len, size, max;
  gboolean failed;
} GalenBytes;

/* Memory whose size input decides: NULL past `limit` or when there is none; `memory` is untouched then. */
gpointer galen_realloc_limited(gpointer memory, gsize size, gsize limit);

void galen_bytes_init(GalenBytes *self, gsize max);
void galen_bytes_clear(GalenBytes *self);
/* Empty again; memory is kept. */
void galen_bytes_reset(GalenBytes *self);
/* Room for `len` more bytes, added to the length; NULL when failed. */
guint8 *galen_bytes_extend(GalenBytes *self, gsize len);
void galen_bytes_put_u8(GalenBytes *self, guint8 value);
void galen_bytes_put_uint(GalenBytes *self, guint64 value);
void galen_bytes_put_int(GalenBytes *self, gint64 value);
void galen_bytes_put_u128(GalenBytes *self, GalenU128 value);
/* Length and bytes. A slice without data is kept apart from an empty one. */
void galen_bytes_put_slice(GalenBytes *self, GalenSlice value);
void galen_bytes_put_raw(GalenBytes *self, const void *data, gsize len);

typedef struct {
  const guint8 *data, *end;
  gboolean failed; /* read past the end, or a number too long; values read since are 0 */
} GalenBytesReader;

guint8 galen_bytes_get_u8(GalenBytesReader *self);
guint64 galen_bytes_get_uint(GalenBytesReader *self);
gint64 galen_bytes_get_int(GalenBytesReader *self);
GalenU128 galen_bytes_get_u128(GalenBytesReader *self);
/* Points into the reader's data. */
GalenSlice galen_bytes_get_slice(GalenBytesReader *self);
/* NULL when failed. */
const guint8 *galen_bytes_get_raw(GalenBytesReader *self, gsize len);
