#include "clickhouse_private.h"

#include "../words.h"

/* Ids asked for in one question. */
#define ASKED 500u
/* Memory for fingerprints that are read ahead; what is past it is asked for one by one. */
#define TEXTS_MAX ((gsize)64 << 20)
/* Names that are known to be written already. */
#define KNOWN_MAX 200000u

#define ID_BYTES 16u

/* ---- writing ---- */

/* Classes by their id in hex, errors with an e in front. */
static gboolean is_new(const GalenClickhouse *self, const char *name) {
  return !g_hash_table_contains(self->known, name) && !g_hash_table_contains(self->fresh, name);
}

static void note(GalenClickhouse *self, const char *name, GalenBytes *row) {
  if (!row->failed)
    g_hash_table_insert(self->fresh, g_strdup(name), g_bytes_new(row->data, row->len));
  galen_bytes_clear(row);
}

static void to_hex(const guint8 *id, char ret_hex[2 * ID_BYTES + 1]) {
  for (guint i = 0; i < ID_BYTES; i++)
    g_snprintf(ret_hex + (gsize)2 * i, 3, "%02X", id[i]);
}

void galen_clickhouse_note_class(GalenClickhouse *self, const GalenSlotClass *class) {
  char name[2 * ID_BYTES + 1];
  to_hex(class->id, name);
  if (class->fingerprint.data == NULL || !is_new(self, name))
    return;
  GalenBytes row;
  galen_bytes_init(&row, GALEN_CLICKHOUSE_ROW_MAX);
  g_autofree char *clean = galen_words_clean(class->fingerprint, 0);
  gboolean same = galen_slice_equal(class->fingerprint, galen_slice(clean, strlen(clean)));
  galen_bytes_put_raw(&row, class->id, sizeof class->id);
  galen_clickhouse_put_text(&row, class->command);
  galen_clickhouse_put_text(&row, class->label);
  galen_clickhouse_put_text(&row, clean);
  /* Only when what people see is not all that there is. */
  galen_clickhouse_put_data(&row, class->fingerprint.data, same ? 0 : class->fingerprint.len);
  galen_clickhouse_put_u64(&row, class->full_len);
  note(self, name, &row);
}

void galen_clickhouse_note_error(GalenClickhouse *self, const GalenSlotError *group) {
  const char *template = group->template != NULL ? group->template : "", *rule = group->rule != NULL ? group->rule : "";
  g_autofree char *name = g_strdup_printf("e%s%s %s %s", group->id, rule, group->severity, template);
  if (!is_new(self, name))
    return;
  GalenBytes row;
  galen_bytes_init(&row, GALEN_CLICKHOUSE_ROW_MAX);
  const char *texts[] = {group->id, group->rule, group->severity};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    galen_clickhouse_put_text(&row, texts[i]);
  galen_clickhouse_put_u32(&row, group->code);
  galen_clickhouse_put_text(&row, group->template);
  note(self, name, &row);
}

static gboolean take_known(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  GalenClickhouse *self = user;
  (void)error;
  g_hash_table_add(self->known, g_strndup(cells[0].text.data, cells[0].text.len));
  return TRUE;
}

/* Which of the new ones are there: those need not be sent. `ids` is a list for IN. */
static gboolean ask(GalenClickhouse *self, const GString *ids, gboolean errors, GError **error) {
  if (ids->len == 0)
    return TRUE;
  g_autofree char *rest =
      errors ? g_strdup_printf("concat('e', id, rule, ' ', severity, ' ', template) FROM galen_error WHERE id IN (%s)",
                               ids->str)
             : g_strdup_printf("hex(id) FROM galen_class WHERE id IN (%s)", ids->str);
  return galen_clickhouse_select(self, self->http, "s", rest, take_known, self, error);
}

static void add_id(GString *ids, const char *name, gboolean error) {
  g_string_append_printf(ids, error ? "%s'%.32s'" : "%stoFixedString(unhex('%.32s'), 16)", ids->len > 0 ? ", " : "",
                         error ? name + 1 : name);
}

static gboolean ask_for_fresh(GalenClickhouse *self, gboolean errors, GError **error) {
  g_autoptr(GString) ids = g_string_new(NULL);
  GHashTableIter iter;
  gpointer name;
  guint n = 0;
  g_hash_table_iter_init(&iter, self->fresh);
  while (g_hash_table_iter_next(&iter, &name, NULL)) {
    if ((*(const char *)name == 'e') != errors)
      continue;
    add_id(ids, name, errors);
    if (++n % ASKED != 0)
      continue;
    if (!ask(self, ids, errors, error))
      return FALSE;
    g_string_truncate(ids, 0);
  }
  return ask(self, ids, errors, error);
}

gboolean galen_clickhouse_put_names(GalenClickhouse *self, GError **error) {
  if (!ask_for_fresh(self, FALSE, error) || !ask_for_fresh(self, TRUE, error))
    return FALSE;
  GHashTableIter iter;
  gpointer name, row;
  g_hash_table_iter_init(&iter, self->fresh);
  while (g_hash_table_iter_next(&iter, &name, &row)) {
    if (g_hash_table_contains(self->known, name))
      continue;
    gsize len;
    const void *data = g_bytes_get_data(row, &len);
    GalenClickhouseTable table = *(const char *)name == 'e' ? GALEN_CLICKHOUSE_ERROR : GALEN_CLICKHOUSE_CLASS;
    galen_bytes_put_raw(&self->waiting[table], data, len);
  }
  g_hash_table_remove_all(self->fresh);
  if (g_hash_table_size(self->known) > KNOWN_MAX)
    g_hash_table_remove_all(self->known);
  return TRUE;
}

/* ---- reading ---- */

typedef struct {
  GBytes *text;
  guint64 full_len;
} Text;

static void text_free(gpointer data) {
  Text *self = data;
  g_bytes_unref(self->text);
  g_free(self);
}

/* The cells of a class: id, fingerprint, raw, full_len. */
static Text *text_of(const GalenClickhouseCell *cells) {
  const GalenSlice *slice = cells[2].text.len > 0 ? &cells[2].text : &cells[1].text;
  Text *text = g_new0(Text, 1);
  text->text = g_bytes_new(slice->data, slice->len);
  text->full_len = cells[3].number;
  return text;
}

static gboolean take_text(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  GalenClickhouse *self = user;
  (void)error;
  if (self->text_bytes > TEXTS_MAX)
    return TRUE;
  Text *text = text_of(cells);
  self->text_bytes += g_bytes_get_size(text->text) + sizeof *text + ID_BYTES;
  g_hash_table_replace(self->texts, g_bytes_new(cells[0].text.data, ID_BYTES), text);
  return TRUE;
}

gboolean galen_clickhouse_read_texts(GalenClickhouse *self, GError **error) {
  if (self->texts != NULL)
    return TRUE;
  g_autofree char *rest =
      g_strdup_printf("id, fingerprint, raw, full_len FROM galen_class WHERE id GLOBAL IN (SELECT class"
                      " FROM galen_class_slot WHERE site = %s)",
                      self->group);
  self->text_bytes = 0;
  self->texts = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, text_free);
  if (galen_clickhouse_select(self, self->aside, "mssq", rest, take_text, self, error))
    return TRUE;
  g_clear_pointer(&self->texts, g_hash_table_unref);
  return FALSE;
}

static gboolean take_one(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  (void)error;
  Text **text = user;
  if (*text == NULL)
    *text = text_of(cells);
  return TRUE;
}

static gboolean ask_for_text(GalenClickhouse *self, const guint8 *id, Text **ret_text) {
  char name[2 * ID_BYTES + 1];
  to_hex(id, name);
  g_autofree char *rest = g_strdup_printf(
      "id, fingerprint, raw, full_len FROM galen_class WHERE id = toFixedString(unhex('%s'), 16) LIMIT 1", name);
  *ret_text = NULL;
  return galen_clickhouse_select(self, self->aside, "mssq", rest, take_one, ret_text, NULL) && *ret_text != NULL;
}

gboolean galen_clickhouse_fingerprint(GalenStore *base, const guint8 id[16], GString *ret_text, guint64 *ret_full_len) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  g_autoptr(GBytes) key = g_bytes_new(id, ID_BYTES);
  Text *asked = NULL, *text = self->texts != NULL ? g_hash_table_lookup(self->texts, key) : NULL;
  if (text == NULL && ask_for_text(self, id, &asked))
    text = asked;
  if (text == NULL)
    return FALSE;
  gsize len;
  const char *data = g_bytes_get_data(text->text, &len);
  g_string_append_len(ret_text, data, (gssize)len);
  *ret_full_len = text->full_len;
  if (asked != NULL)
    text_free(asked);
  return TRUE;
}
