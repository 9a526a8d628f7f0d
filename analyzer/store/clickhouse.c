#include "clickhouse_private.h"

static void forget(GalenClickhouse *self) {
  for (guint i = 0; i < GALEN_CLICKHOUSE_TABLES; i++)
    galen_bytes_reset(&self->waiting[i]);
  self->months = 0;
  self->contributing = 0;
  g_clear_pointer(&self->contribution, galen_clickhouse_input_free);
  g_hash_table_remove_all(self->fresh);
}

static void clickhouse_rollback(GalenStore *base) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  forget(self);
  g_clear_pointer(&self->inputs, g_hash_table_unref); /* they may have been changed */
  galen_clickhouse_unlock(self);
}

static void clickhouse_close(GalenStore *base) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  if (self->lock != NULL)
    clickhouse_rollback(base);
  if (self->committed) /* what it does not do today the next run does */
    (void)galen_clickhouse_clean(self, NULL);
  g_clear_pointer(&self->inputs, g_hash_table_unref);
  g_clear_pointer(&self->contribution, galen_clickhouse_input_free);
  g_clear_pointer(&self->known, g_hash_table_unref);
  g_clear_pointer(&self->fresh, g_hash_table_unref);
  g_clear_pointer(&self->texts, g_hash_table_unref);
  g_clear_pointer(&self->shelf, g_hash_table_unref);
  for (guint i = 0; i < GALEN_CLICKHOUSE_TABLES; i++)
    galen_bytes_clear(&self->waiting[i]);
  galen_bytes_clear(&self->scratch);
  galen_http_free(self->http);
  galen_http_free(self->aside);
  g_free(self->group);
  galen_clickhouse_url_clear(&self->url);
  g_free(self);
}

static gboolean connect_to(GalenClickhouse *self, const char *where, GError **error) {
  if (!galen_clickhouse_url_parse(where, &self->url, error))
    return FALSE;
  self->group = galen_clickhouse_quote(self->url.group);
  self->http = galen_http_new(&self->url, self->writable, error);
  self->aside = self->http != NULL ? galen_http_new(&self->url, self->writable, error) : NULL;
  return self->aside != NULL && galen_clickhouse_look(self, error);
}

static GalenStore *clickhouse_open(const char *where, GalenStoreMode mode, GError **error) {
  GalenClickhouse *self = g_new0(GalenClickhouse, 1);
  self->base.class = &galen_store_clickhouse;
  self->writable = mode == GALEN_STORE_WRITE;
  self->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->fresh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  for (guint i = 0; i < GALEN_CLICKHOUSE_TABLES; i++)
    galen_bytes_init(&self->waiting[i], GALEN_CLICKHOUSE_ROW_MAX);
  galen_bytes_init(&self->scratch, GALEN_SLOT_RECORD_MAX);
  gboolean good = connect_to(self, where, error);
  if (good && !self->there && !self->writable) {
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NONE_THERE, "no store of galen in the database \"%s\"",
                self->url.database);
    good = FALSE;
  }
  if (!good) {
    clickhouse_close(&self->base);
    return NULL;
  }
  self->base.where = g_strdup(self->url.shown);
  self->base.is_new = !self->there;
  return &self->base;
}

/* Tables are made when there is something to be put into them. */
static gboolean clickhouse_begin(GalenStore *base, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  g_return_val_if_fail(self->lock == NULL && self->writable, FALSE);
  if (!self->complete && !galen_clickhouse_make(self, error))
    return FALSE;
  self->there = self->complete = TRUE;
  self->base.is_new = FALSE;
  self->lock = galen_clickhouse_lock(self, error);
  g_clear_pointer(&self->inputs, g_hash_table_unref); /* others may have written meanwhile */
  return self->lock != NULL;
}

static gboolean clickhouse_commit(GalenStore *base, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  gboolean done = galen_clickhouse_take_over(self, error) && galen_clickhouse_send_all(self, error) &&
                  galen_clickhouse_lock_holds(self, error) && galen_clickhouse_write_inputs(self, error);
  if (!done) {
    clickhouse_rollback(base);
    return FALSE;
  }
  self->committed = TRUE;
  forget(self);
  g_clear_pointer(&self->inputs, g_hash_table_unref);
  galen_clickhouse_unlock(self);
  return TRUE;
}

const GalenStoreClass galen_store_clickhouse = {
    .buckets = TRUE,
    .open = clickhouse_open,
    .close = clickhouse_close,
    .begin = clickhouse_begin,
    .commit = clickhouse_commit,
    .rollback = clickhouse_rollback,
    .inputs = galen_clickhouse_inputs,
    .evidence = galen_clickhouse_evidence,
    .put_input = galen_clickhouse_put_input,
    .put_slot = galen_clickhouse_put_slot,
    .end_input = galen_clickhouse_end_input,
    .touch_input = galen_clickhouse_touch_input,
    .remove_input = galen_clickhouse_remove_input,
    .slots = galen_clickhouse_slots,
    .put_incidents = galen_clickhouse_put_incidents,
    .get_setting = galen_clickhouse_get_setting,
    .put_setting = galen_clickhouse_put_setting,
    .widen = galen_clickhouse_widen,
    .fingerprint = galen_clickhouse_fingerprint,
    .figures = galen_clickhouse_figures,
    .days = galen_clickhouse_days,
    .replace_day = galen_clickhouse_replace_day,
    .drop = galen_clickhouse_drop,
    .vacuum = galen_clickhouse_vacuum,
};
