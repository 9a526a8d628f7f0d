#include "clickhouse_url.h"
#include "store_private.h"

#include <fcntl.h>
#include <unistd.h>

G_DEFINE_QUARK(galen - store - error - quark, galen_store_error)

#define SQLITE_MAGIC "SQLite format 3"

GalenStoreInput *galen_store_input_new(void) {
  GalenStoreInput *self = g_new0(GalenStoreInput, 1);
  self->first = self->last = GALEN_TIME_NONE;
  return self;
}

void galen_store_input_free(GalenStoreInput *self) {
  if (self == NULL)
    return;
  g_free(self->path);
  g_free(self->node);
  g_free(self->host);
  g_free(self->kind);
  g_free(self->state);
  g_free(self);
}

gboolean galen_store_is(const char *where) {
  if (galen_clickhouse_is_url(where))
    return TRUE;
  char head[sizeof SQLITE_MAGIC];
  int fd = open(where, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return FALSE;
  gboolean found =
      pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head && memcmp(head, SQLITE_MAGIC, sizeof head) == 0;
  close(fd);
  return found;
}

gboolean galen_store_may_be_there(const char *where) {
  return galen_clickhouse_is_url(where) || g_file_test(where, G_FILE_TEST_EXISTS);
}

char *galen_store_shown(const char *where) {
  return galen_clickhouse_url_show(where);
}

GalenStore *galen_store_open(const char *where, GalenStoreMode mode, GError **error) {
  const GalenStoreClass *class = galen_clickhouse_is_url(where) ? &galen_store_clickhouse : &galen_store_sqlite;
  return class->open(where, mode, error);
}

gboolean galen_store_is_new(const GalenStore *self) {
  return self->is_new;
}

gboolean galen_store_wants_buckets(const GalenStore *self) {
  return self->class->buckets;
}

void galen_store_free(GalenStore *self) {
  if (self == NULL)
    return;
  g_free(g_steal_pointer(&self->where));
  self->class->close(self);
}

const char *galen_store_where(const GalenStore *self) {
  return self->where;
}

gboolean galen_store_begin(GalenStore *self, GError **error) {
  return self->class->begin(self, error);
}

gboolean galen_store_commit(GalenStore *self, GError **error) {
  return self->class->commit(self, error);
}

void galen_store_rollback(GalenStore *self) {
  self->class->rollback(self);
}

GPtrArray *galen_store_inputs(GalenStore *self, GError **error) {
  return self->class->inputs(self, error);
}

gboolean galen_store_evidence(GalenStore *self, gint64 input, GalenBytes *ret_evidence, GError **error) {
  return self->class->evidence(self, input, ret_evidence, error);
}

gboolean galen_store_put_input(GalenStore *self, GalenStoreInput *input, const GalenBytes *evidence, GError **error) {
  return self->class->put_input(self, input, evidence, error);
}

gboolean galen_store_put_slot(GalenStore *self, const GalenSlot *slot, const GalenBytes *record, const GArray *classes,
                              const GArray *errors, GError **error) {
  return self->class->put_slot(self, slot, record, classes, errors, error);
}

gboolean galen_store_end_input(GalenStore *self, gint64 input, GError **error) {
  return self->class->end_input(self, input, error);
}

gboolean galen_store_touch_input(GalenStore *self, const GalenStoreInput *input, GError **error) {
  return self->class->touch_input(self, input, error);
}

gboolean galen_store_remove_input(GalenStore *self, gint64 input, GError **error) {
  return self->class->remove_input(self, input, error);
}

gboolean galen_store_slots(GalenStore *self, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                           GalenStoreSlotFunc func, gpointer user, GError **error) {
  return self->class->slots(self, input, kind, since, until, func, user, error);
}

gboolean galen_store_put_incidents(GalenStore *self, const GArray *incidents, GError **error) {
  return self->class->put_incidents(self, incidents, error);
}

gboolean galen_store_get_setting(GalenStore *self, const char *name, char **ret_value, GError **error) {
  return self->class->get_setting(self, name, ret_value, error);
}

gboolean galen_store_put_setting(GalenStore *self, const char *name, const char *value, GError **error) {
  return self->class->put_setting(self, name, value, error);
}

gboolean galen_store_widen(GalenStore *self, gint64 *since, gint64 *until, GError **error) {
  return self->class->widen(self, since, until, error);
}

gboolean galen_store_fingerprint(GalenStore *self, const guint8 id[16], GString *ret_text, guint64 *ret_full_len) {
  return self->class->fingerprint(self, id, ret_text, ret_full_len);
}

gboolean galen_store_day_set_id(GalenStoreDay *self, GalenSlice id) {
  if (id.len == sizeof self->id)
    memcpy(self->id, id.data, sizeof self->id);
  for (gsize i = 0; id.len == 2 * sizeof self->id && i < sizeof self->id; i++) {
    int high = g_ascii_xdigit_value(id.data[2 * i]), low = g_ascii_xdigit_value(id.data[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    self->id[i] = (guint8)(high << 4 | low);
  }
  return id.len == sizeof self->id || id.len == 2 * sizeof self->id;
}

gboolean galen_store_figures(GalenStore *self, GalenSlotKind kind, const GArray *without, GalenStoreFiguresFunc func,
                             gpointer user, GError **error) {
  /* One that is no id makes an empty list a list. */
  g_autoptr(GString) ids = g_string_new("0");
  for (guint i = 0; i < without->len; i++)
    g_string_append_printf(ids, ", %" G_GINT64_FORMAT, g_array_index(without, gint64, i));
  return self->class->figures(self, kind, ids->str, func, user, error);
}

gboolean galen_store_days(GalenStore *self, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error) {
  return self->class->days(self, until, func, user, error);
}

gboolean galen_store_replace_day(GalenStore *self, gint64 input, GalenSlotKind kind, gint64 day,
                                 const GalenBytes *record, GError **error) {
  return self->class->replace_day(self, input, kind, day, record, error);
}

gboolean galen_store_drop(GalenStore *self, gint64 until, GError **error) {
  return self->class->drop(self, until, error);
}

gboolean galen_store_vacuum(GalenStore *self, GError **error) {
  return self->class->vacuum(self, error);
}
