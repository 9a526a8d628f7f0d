#include "clickhouse_private.h"

/* Evidence that is read ahead: of that many inputs at a time. */
#define AHEAD 64u

void galen_clickhouse_input_free(gpointer data) {
  GalenClickhouseInput *self = data;
  galen_store_input_free(self->input);
  g_clear_pointer(&self->days, g_array_unref);
  g_free(self);
}

static GalenStoreInput *copy_input(const GalenStoreInput *input) {
  GalenStoreInput *copy = g_memdup2(input, sizeof *input);
  copy->path = g_strdup(input->path);
  copy->node = g_strdup(input->node);
  copy->host = g_strdup(input->host != NULL ? input->host : "");
  copy->kind = g_strdup(input->kind);
  copy->state = g_strdup(input->state);
  return copy;
}

/* ---- reading ---- */

static char *text_of(const GalenClickhouseCell *cell) {
  return cell->text.len > 0 ? g_utf8_make_valid(cell->text.data, (gssize)cell->text.len) : g_strdup("");
}

static gboolean take_input(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  GalenClickhouse *self = user;
  GalenClickhouseInput *row = g_new0(GalenClickhouseInput, 1);
  GalenStoreInput *input = row->input = galen_store_input_new();
  (void)error;
  row->version = cells[1].number;
  row->generation = cells[2].number;
  row->previous = cells[3].number;
  row->removed = cells[4].number != 0;
  row->dropped = (gint64)cells[5].number;
  row->slots[GALEN_SLOT_QUERIES] = (guint)cells[6].number;
  row->slots[GALEN_SLOT_ERRORS] = (guint)cells[7].number;
  input->id = (gint64)cells[0].number;
  input->path = text_of(&cells[8]);
  input->node = text_of(&cells[9]);
  input->host = text_of(&cells[10]);
  input->kind = text_of(&cells[11]);
  input->state = cells[12].text.len > 0 ? text_of(&cells[12]) : NULL;
  input->events = cells[13].number;
  input->first = (gint64)cells[14].number;
  input->last = (gint64)cells[15].number;
  input->complete = cells[16].number != 0;
  input->content.size = cells[17].number;
  input->content.head_len = (guint)MIN(cells[18].number, GALEN_STORE_HEAD);
  memcpy(input->content.head, cells[19].text.data, GALEN_STORE_MD5);
  memcpy(input->content.tail, cells[20].text.data, GALEN_STORE_MD5);
  input->file = (GalenStoreFile){cells[21].number, cells[22].number, cells[23].number, (gint64)cells[24].number};
  g_hash_table_replace(self->inputs, &input->id, row);
  return TRUE;
}

gboolean galen_clickhouse_load(GalenClickhouse *self, GError **error) {
  g_autofree char *rest = g_strdup_printf(
      "id, version, generation, previous, removed, dropped_us, query_slots, error_slots, path, node, host,"
      " kind, state, events, first_us, last_us, complete, size, head_len, head, tail, device, inode,"
      " packed, mtime_ns FROM galen_input WHERE site = %s ORDER BY id, version DESC LIMIT 1 BY id",
      self->group);
  g_clear_pointer(&self->inputs, g_hash_table_unref);
  g_clear_pointer(&self->shelf, g_hash_table_unref);
  self->inputs = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, galen_clickhouse_input_free);
  if (!self->there ||
      galen_clickhouse_select(self, self->http, "qqqqbquusssssqqqbqummqqqq", rest, take_input, self, error))
    return TRUE;
  g_clear_pointer(&self->inputs, g_hash_table_unref);
  return FALSE;
}

static gboolean loaded(GalenClickhouse *self, GError **error) {
  return self->inputs != NULL || galen_clickhouse_load(self, error);
}

GalenClickhouseInput *galen_clickhouse_find(GalenClickhouse *self, gint64 id, GError **error) {
  GalenClickhouseInput *row = loaded(self, error) ? g_hash_table_lookup(self->inputs, &id) : NULL;
  if (row != NULL && !row->removed)
    return row;
  if (self->inputs != NULL)
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "an input of the store is gone");
  return NULL;
}

static int compare_ids(const void *left, const void *right) {
  gint64 a = **(gint64 *const *)left, b = **(gint64 *const *)right;
  return (a > b) - (a < b);
}

GPtrArray *galen_clickhouse_inputs(GalenStore *base, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  /* Within a transaction nobody else changes them. */
  if (!(self->lock != NULL ? loaded(self, error) : galen_clickhouse_load(self, error)))
    return NULL;
  GPtrArray *inputs = g_ptr_array_new_with_free_func((GDestroyNotify)galen_store_input_free);
  guint n;
  g_autofree gint64 **ids = (gint64 **)g_hash_table_get_keys_as_array(self->inputs, &n);
  if (n > 0)
    qsort(ids, n, sizeof *ids, compare_ids);
  for (guint i = 0; i < n; i++) {
    const GalenClickhouseInput *row = g_hash_table_lookup(self->inputs, ids[i]);
    if (!row->removed)
      g_ptr_array_add(inputs, copy_input(row->input));
  }
  return inputs;
}

/* ---- evidence ---- */

static gboolean take_evidence(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  (void)error;
  gint64 *id = g_new(gint64, 1);
  *id = (gint64)cells[0].number;
  g_hash_table_replace(((GalenClickhouse *)user)->shelf, id, g_bytes_new(cells[1].text.data, cells[1].text.len));
  return TRUE;
}

/* That of the inputs from `id` on: they are asked for in order. */
static gboolean read_ahead(GalenClickhouse *self, gint64 id, GError **error) {
  guint n, asked = 0;
  g_autofree gint64 **ids = (gint64 **)g_hash_table_get_keys_as_array(self->inputs, &n);
  g_autoptr(GString) rest = g_string_new(NULL);
  g_string_append_printf(rest,
                         "input, record FROM galen_slot WHERE site = %s AND kind = %u AND emptied = 0 AND"
                         " (input, generation) IN (",
                         self->group, GALEN_CLICKHOUSE_EVIDENCE);
  qsort(ids, n, sizeof *ids, compare_ids);
  for (guint i = 0; i < n && asked < AHEAD; i++) {
    const GalenClickhouseInput *row = g_hash_table_lookup(self->inputs, ids[i]);
    if (*ids[i] < id || row->removed)
      continue;
    g_string_append_printf(rest, "%s(%" G_GINT64_FORMAT ", %" G_GUINT64_FORMAT ")", asked > 0 ? ", " : "", *ids[i],
                           row->generation);
    asked++;
  }
  g_string_append_c(rest, ')');
  g_clear_pointer(&self->shelf, g_hash_table_unref);
  self->shelf = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_bytes_unref);
  return galen_clickhouse_select(self, self->http, "qs", rest->str, take_evidence, self, error);
}

gboolean galen_clickhouse_evidence(GalenStore *base, gint64 input, GalenBytes *ret_evidence, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  if (galen_clickhouse_find(self, input, error) == NULL)
    return FALSE;
  if ((self->shelf == NULL || !g_hash_table_contains(self->shelf, &input)) && !read_ahead(self, input, error))
    return FALSE;
  GBytes *packed = g_hash_table_lookup(self->shelf, &input);
  if (packed == NULL) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "the evidence of an input is gone");
    return FALSE;
  }
  gsize len;
  const void *data = g_bytes_get_data(packed, &len);
  gboolean good = galen_store_unpack(data, len, GALEN_SLOT_RECORD_MAX, ret_evidence, error);
  g_hash_table_remove(self->shelf, &input);
  return good;
}

/* ---- writing ---- */

/* Newer than what is there, whatever the clocks of the machines that write. */
void galen_clickhouse_change(GalenClickhouse *self, GalenClickhouseInput *input) {
  (void)self;
  if (!input->changed)
    input->version = MAX(input->version + 1, (guint64)g_get_real_time());
  input->changed = TRUE;
}

static void put_row(GalenBytes *rows, const GalenClickhouse *self, const GalenClickhouseInput *row) {
  const GalenStoreInput *input = row->input;
  galen_clickhouse_put_text(rows, self->url.group);
  galen_clickhouse_put_u64(rows, (guint64)input->id);
  galen_clickhouse_put_u64(rows, row->version);
  galen_clickhouse_put_u64(rows, row->generation);
  galen_clickhouse_put_u64(rows, row->previous);
  galen_bytes_put_u8(rows, row->removed != FALSE);
  galen_clickhouse_put_u64(rows, (guint64)row->dropped);
  galen_clickhouse_put_u32(rows, row->slots[GALEN_SLOT_QUERIES]);
  galen_clickhouse_put_u32(rows, row->slots[GALEN_SLOT_ERRORS]);
  const char *texts[] = {input->path, input->node, input->host, input->kind, input->state};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    galen_clickhouse_put_text(rows, texts[i]);
  galen_clickhouse_put_u64(rows, input->events);
  galen_clickhouse_put_u64(rows, (guint64)input->first);
  galen_clickhouse_put_u64(rows, (guint64)input->last);
  galen_bytes_put_u8(rows, input->complete != FALSE);
  galen_clickhouse_put_u64(rows, input->content.size);
  galen_clickhouse_put_u32(rows, input->content.head_len);
  galen_bytes_put_raw(rows, input->content.head, GALEN_STORE_MD5);
  galen_bytes_put_raw(rows, input->content.tail, GALEN_STORE_MD5);
  galen_clickhouse_put_u64(rows, input->file.device);
  galen_clickhouse_put_u64(rows, input->file.inode);
  galen_clickhouse_put_u64(rows, input->file.packed);
  galen_clickhouse_put_u64(rows, (guint64)input->file.mtime);
}

gboolean galen_clickhouse_write_inputs(GalenClickhouse *self, GError **error) {
  GHashTableIter iter;
  gpointer value;
  if (self->inputs == NULL)
    return TRUE;
  g_hash_table_iter_init(&iter, self->inputs);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    if (((GalenClickhouseInput *)value)->changed)
      put_row(&self->waiting[GALEN_CLICKHOUSE_INPUT], self, value);
  return galen_clickhouse_send(self, GALEN_CLICKHOUSE_INPUT, error);
}

/* The same log gets the same number whoever writes it: should two do so at once, one of them stands. */
static gint64 number_for(const GalenClickhouse *self, const GalenStoreInput *input) {
  for (guint try = 0;; try++) {
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
    const char *texts[] = {self->url.group, input->node, input->host != NULL ? input->host : "", input->kind};
    guint8 digest[GALEN_STORE_MD5];
    gsize len = sizeof digest;
    guint64 bits;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
      g_checksum_update(sum, (const guchar *)texts[i], (gssize)strlen(texts[i]) + 1);
    g_checksum_update(sum, input->content.head, GALEN_STORE_MD5);
    g_checksum_update(sum, (const guchar *)&input->content.head_len, sizeof input->content.head_len);
    g_checksum_update(sum, (const guchar *)&try, sizeof try);
    g_checksum_get_digest(sum, digest, &len);
    memcpy(&bits, digest, sizeof bits);
    gint64 id = (gint64)(GUINT64_FROM_LE(bits) & G_MAXINT64);
    const GalenClickhouseInput *other = g_hash_table_lookup(self->inputs, &id);
    if (id != 0 && (other == NULL || other->removed))
      return id;
  }
}

gboolean galen_clickhouse_put_input(GalenStore *base, GalenStoreInput *input, const GalenBytes *evidence,
                                    GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  g_return_val_if_fail(self->lock != NULL && self->contributing == 0, FALSE);
  if (!loaded(self, error))
    return FALSE;
  if (input->id == 0)
    input->id = number_for(self, input);
  const GalenClickhouseInput *before = g_hash_table_lookup(self->inputs, &input->id);
  GalenClickhouseInput *row = g_new0(GalenClickhouseInput, 1);
  row->input = copy_input(input);
  row->generation = galen_clickhouse_random();
  row->previous = before != NULL ? before->generation : 0;
  row->version = before != NULL ? before->version : 0;
  row->dropped = GALEN_TIME_NONE;
  self->contribution = row;
  self->contributing = input->id;
  GalenSlot slot = {.input = input->id, .width = GALEN_SLOT_UNTIMED};
  if (galen_store_pack(evidence, &self->scratch))
    return galen_clickhouse_put_record(self, row->generation, &slot, GALEN_CLICKHOUSE_EVIDENCE, error);
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for the evidence of an input");
  return FALSE;
}

gboolean galen_clickhouse_touch_input(GalenStore *base, const GalenStoreInput *input, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  GalenClickhouseInput *row = galen_clickhouse_find(self, input->id, error);
  if (row == NULL)
    return FALSE;
  g_free(row->input->path);
  row->input->path = g_strdup(input->path);
  row->input->file = input->file;
  galen_clickhouse_change(self, row);
  return TRUE;
}

gboolean galen_clickhouse_remove_input(GalenStore *base, gint64 input, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  GalenClickhouseInput *row = galen_clickhouse_find(self, input, error);
  if (row == NULL)
    return FALSE;
  row->removed = TRUE;
  galen_clickhouse_change(self, row);
  return TRUE;
}
