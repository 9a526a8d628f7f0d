/* What is remembered by name, and incidents, whose list that is valid is named there. */
#include "clickhouse_private.h"

#define INCIDENTS "incidents"

typedef struct {
  guint64 version;
  char *value; /* NULL: none */
} Setting;

static gboolean take_setting(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Setting *self = user;
  (void)error;
  self->version = cells[0].number;
  g_free(self->value);
  self->value = g_strndup(cells[1].text.data, cells[1].text.len);
  return TRUE;
}

static gboolean read_setting(GalenClickhouse *self, const char *name, Setting *ret_setting, GError **error) {
  g_autofree char *quoted = galen_clickhouse_quote(name);
  g_autofree char *rest =
      g_strdup_printf("version, value FROM galen_setting WHERE site = %s AND name = %s ORDER BY version"
                      " DESC LIMIT 1",
                      self->group, quoted);
  *ret_setting = (Setting){0};
  return !self->there || galen_clickhouse_select(self, self->http, "qs", rest, take_setting, ret_setting, error);
}

gboolean galen_clickhouse_get_setting(GalenStore *base, const char *name, char **ret_value, GError **error) {
  Setting setting;
  if (!read_setting((GalenClickhouse *)base, name, &setting, error))
    return FALSE;
  *ret_value = setting.value;
  return TRUE;
}

gboolean galen_clickhouse_put_setting(GalenStore *base, const char *name, const char *value, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  GalenBytes *rows = &self->waiting[GALEN_CLICKHOUSE_SETTING];
  Setting before;
  if (!read_setting(self, name, &before, error))
    return FALSE;
  g_free(before.value);
  galen_clickhouse_put_text(rows, self->url.group);
  galen_clickhouse_put_text(rows, name);
  galen_clickhouse_put_text(rows, value);
  galen_clickhouse_put_u64(rows, MAX(before.version + 1, (guint64)g_get_real_time()));
  return TRUE;
}

/* ---- incidents ---- */

static char *join_nodes(const GPtrArray *nodes) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < nodes->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(nodes, i));
  return g_strdup(text->str);
}

static void put_incident(GalenBytes *rows, const GalenClickhouse *self, guint64 generation,
                         const GalenStoreIncident *incident) {
  g_autofree char *nodes = join_nodes(incident->nodes);
  const char *texts[] = {incident->id,         incident->kind,  incident->severity,
                         incident->confidence, incident->title, nodes};
  galen_clickhouse_put_text(rows, self->url.group);
  galen_clickhouse_put_u64(rows, generation);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    galen_clickhouse_put_text(rows, texts[i]);
  galen_clickhouse_put_u64(rows, (guint64)incident->from);
  galen_clickhouse_put_u64(rows, (guint64)incident->to);
  galen_bytes_put_u8(rows, incident->ongoing != FALSE);
}

/* The same list has the same number, so that what stands there already need not be written. */
static guint64 number_of(const GalenClickhouse *self, const GArray *incidents) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
  GalenBytes rows;
  guint8 digest[GALEN_STORE_MD5];
  gsize len = sizeof digest;
  guint64 number;
  galen_bytes_init(&rows, GALEN_CLICKHOUSE_ROW_MAX);
  for (guint i = 0; i < incidents->len; i++)
    put_incident(&rows, self, 0, &g_array_index(incidents, GalenStoreIncident, i));
  g_checksum_update(sum, rows.data != NULL ? rows.data : (const guchar *)"", (gssize)rows.len);
  galen_bytes_clear(&rows);
  g_checksum_get_digest(sum, digest, &len);
  memcpy(&number, digest, sizeof number);
  return GUINT64_FROM_LE(number) & G_MAXINT64;
}

gboolean galen_clickhouse_put_incidents(GalenStore *base, const GArray *incidents, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  guint64 generation = number_of(self, incidents);
  g_autofree char *before = NULL, *value = g_strdup_printf("%" G_GUINT64_FORMAT, generation);
  if (!galen_clickhouse_get_setting(base, INCIDENTS, &before, error))
    return FALSE;
  if (g_strcmp0(before, value) == 0)
    return TRUE;
  for (guint i = 0; i < incidents->len; i++)
    put_incident(&self->waiting[GALEN_CLICKHOUSE_INCIDENT], self, generation,
                 &g_array_index(incidents, GalenStoreIncident, i));
  return galen_clickhouse_put_setting(base, INCIDENTS, value, error);
}
