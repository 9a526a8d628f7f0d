#include "value.h"

#define VALUE_RECORD_MAX (64u << 10)

guint64 galen_value_hash(const GalenValue *self) {
  guint64 hash = (guint64)self->kind + 1;
  if (self->owner != NULL)
    hash = galen_name_hash(galen_slice((const char *)self->owner, GALEN_QUERY_ID_BYTES), hash);
  return self->name.data == NULL ? galen_name_hash(galen_slice("", 0), ~hash) : galen_name_hash(self->name, hash);
}

void galen_value_spill(const GalenValue *self, GalenDigestContext *context) {
  if (context->values == NULL)
    context->values = galen_spill_new(context->share);
  char buffer[GALEN_NAME_MAX];
  GalenValue value = *self;
  if (value.name.data != NULL)
    value.name = galen_name_clean(value.name, buffer);
  GalenBytes bytes;
  galen_bytes_init(&bytes, VALUE_RECORD_MAX);
  galen_bytes_put_u8(&bytes, value.owner != NULL);
  if (value.owner != NULL)
    galen_bytes_put_raw(&bytes, value.owner, GALEN_QUERY_ID_BYTES);
  galen_bytes_put_u8(&bytes, (guint8)value.kind);
  galen_bytes_put_slice(&bytes, value.name);
  galen_bytes_put_uint(&bytes, value.count);
  galen_bytes_put_uint(&bytes, value.time);
  galen_cells_put(&value.cells, &bytes);
  GError *error = NULL;
  guint8 partition = (guint8)galen_value_hash(&value);
  if (bytes.failed)
    g_set_error_literal(&error, G_FILE_ERROR, G_FILE_ERROR_NOMEM, "no memory for a temporary record");
  else
    galen_spill_write(context->values, partition, bytes.data, bytes.len, &error);
  galen_digest_context_fail(context, error);
  galen_bytes_clear(&bytes);
}

gboolean galen_cells_fit(const GalenCells *self, const GalenDigestContext *context) {
  if (self->n == 0)
    return TRUE;
  if (context->from == GALEN_TIME_NONE || self->step > context->step)
    return FALSE;
  gint64 width = galen_series_step_at(self->step);
  gint64 last = self->base + (gint64)(self->cells[self->n - 1].cell >> 48);
  return self->base >= galen_series_cell(context->from, width) && last <= galen_series_cell(context->to, width);
}

gboolean galen_value_get(GalenValue *self, const GalenDigestContext *context, GalenBytesReader *reader) {
  memset(self, 0, sizeof *self);
  if (galen_bytes_get_u8(reader) != 0)
    self->owner = galen_bytes_get_raw(reader, GALEN_QUERY_ID_BYTES);
  guint8 kind = galen_bytes_get_u8(reader);
  self->kind = (GalenTopKind)kind;
  self->name = galen_bytes_get_slice(reader);
  self->count = galen_bytes_get_uint(reader);
  self->time = galen_bytes_get_uint(reader);
  return galen_cells_get(&self->cells, reader) && !reader->failed && kind < GALEN_N_TOPS &&
         galen_cells_fit(&self->cells, context);
}
