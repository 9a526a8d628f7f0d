#include "sqlite_private.h"

#include "../digest/series.h"
#include "../words.h"

#define DAY_US ((gint64)GALEN_SLOT_DAY * G_USEC_PER_SEC)

static void bind_slot(sqlite3_stmt *statement, const GalenSlot *slot) {
  sqlite3_bind_int64(statement, 1, slot->input);
  sqlite3_bind_int(statement, 2, (int)slot->kind);
  sqlite3_bind_int64(statement, 3, slot->from);
  sqlite3_bind_int64(statement, 4, slot->width);
}

/* Whether the same record stands there: then it need not be written. It is stale no more in any case. */
static gboolean stands(GalenSqlite *self, const GalenSlot *slot, gboolean *ret_same, GError **error) {
  sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_SLOT_FIND, error);
  if (statement == NULL)
    return FALSE;
  bind_slot(statement, slot);
  g_autoptr(GError) problem = NULL;
  *ret_same = FALSE;
  if (galen_sqlite_row(self, statement, &problem)) {
    gint64 id = sqlite3_column_int64(statement, 0);
    g_hash_table_remove(self->stale, &id);
    *ret_same = (gsize)sqlite3_column_bytes(statement, 1) == self->packed.len &&
                memcmp(sqlite3_column_blob(statement, 1), self->packed.data, self->packed.len) == 0;
  }
  sqlite3_reset(statement);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean write_slot(GalenSqlite *self, const GalenSlot *slot, GError **error) {
  sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_SLOT_SET, error);
  if (statement == NULL)
    return FALSE;
  bind_slot(statement, slot);
  sqlite3_bind_blob64(statement, 5, self->packed.data, self->packed.len, SQLITE_TRANSIENT);
  return galen_sqlite_done(self, statement, error);
}

/* ---- names ---- */

static gint64 class_number(GalenSqlite *self, const GalenSlotClass *class, GError **error) {
  g_autoptr(GError) problem = NULL;
  gint64 number = galen_sqlite_class_number(self, class->id, &problem);
  if (number != 0 || problem != NULL) {
    if (problem != NULL)
      g_propagate_error(error, g_steal_pointer(&problem));
    return number;
  }
  sqlite3_stmt *add = galen_sqlite_get(self, GALEN_SQL_CLASS_ADD, error);
  if (add == NULL)
    return 0;
  sqlite3_bind_blob(add, 1, class->id, sizeof class->id, SQLITE_TRANSIENT);
  galen_sqlite_bind_text(add, 2, class->command);
  galen_sqlite_bind_text(add, 3, class->label);
  GalenSlice raw = galen_slice(class->fingerprint.data != NULL ? class->fingerprint.data : "", class->fingerprint.len);
  g_autofree char *clean = galen_words_clean(raw, 0);
  galen_sqlite_bind_text(add, 4, clean);
  if (!galen_slice_equal(raw, galen_slice(clean, strlen(clean)))) /* what people see is not all that there is */
    sqlite3_bind_blob64(add, 6, raw.data, raw.len, SQLITE_TRANSIENT);
  sqlite3_bind_int64(add, 5, (gint64) class->full_len);
  return galen_sqlite_done(self, add, error) ? sqlite3_last_insert_rowid(self->db) : 0;
}

static void bind_group(sqlite3_stmt *statement, const GalenSlotError *group) {
  galen_sqlite_bind_text(statement, 1, group->id);
  galen_sqlite_bind_text(statement, 2, group->rule);
  galen_sqlite_bind_text(statement, 3, group->severity);
  sqlite3_bind_int64(statement, 4, group->code);
  galen_sqlite_bind_text(statement, 5, group->template);
}

/* What is known of a group: its row, whether that says something else, and whether what it says comes before. */
typedef struct {
  gint64 number;
  gboolean other, before;
} Group;

static gboolean find_group(GalenSqlite *self, const GalenSlotError *group, Group *ret_group, GError **error) {
  sqlite3_stmt *find = galen_sqlite_get(self, GALEN_SQL_ERROR_FIND, error);
  if (find == NULL)
    return FALSE;
  bind_group(find, group);
  g_autoptr(GError) problem = NULL;
  *ret_group = (Group){0};
  if (galen_sqlite_row(self, find, &problem))
    *ret_group =
        (Group){sqlite3_column_int64(find, 0), sqlite3_column_int(find, 1) != 0, sqlite3_column_int(find, 2) != 0};
  sqlite3_reset(find);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

/* Whether any log has the group; of the log whose contribution is put, what was put so far. */
static gboolean is_used(GalenSqlite *self, gint64 number, GError **error) {
  sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_ERROR_USED, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, number);
  gboolean used = galen_sqlite_row(self, statement, error) && sqlite3_column_int(statement, 0) != 0;
  sqlite3_reset(statement);
  return used;
}

/* Of what is said of a group the longest stands, so that it does not depend on which came first, and a record that is half written
 * gives way to its whole. */
static gint64 error_number(GalenSqlite *self, const GalenSlotError *group, GError **error) {
  Group known;
  g_autoptr(GError) problem = NULL;
  if (!find_group(self, group, &known, error))
    return 0;
  gboolean set = known.other && (known.before || !is_used(self, known.number, &problem));
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return 0;
  }
  if (known.number != 0 && !set)
    return known.number;
  sqlite3_stmt *write = galen_sqlite_get(self, set ? GALEN_SQL_ERROR_SET : GALEN_SQL_ERROR_ADD, error);
  if (write == NULL)
    return 0;
  bind_group(write, group);
  if (!galen_sqlite_done(self, write, error))
    return 0;
  return set ? known.number : sqlite3_last_insert_rowid(self->db);
}

/* ---- figures by day ---- */

static gint64 clamp_count(guint64 count) {
  return (gint64)MIN(count, (guint64)G_MAXINT64 / 4);
}

static gboolean put_class(GalenSqlite *self, const GalenSlot *slot, const GalenSlotClass *class, GError **error) {
  gint64 number = class_number(self, class, error);
  sqlite3_stmt *statement = number != 0 ? galen_sqlite_get(self, GALEN_SQL_CLASS_DAY, error) : NULL;
  if (statement == NULL)
    return FALSE;
  if (slot->width == GALEN_SLOT_UNTIMED) /* its fingerprint is kept; it has no day */
    return TRUE;
  sqlite3_bind_int64(statement, 1, galen_series_cell(slot->from, DAY_US));
  sqlite3_bind_int64(statement, 2, number);
  sqlite3_bind_int64(statement, 3, slot->input);
  sqlite3_bind_int64(statement, 4, clamp_count(class->count));
  sqlite3_bind_int64(statement, 5, clamp_count(class->time));
  sqlite3_bind_int64(statement, 6, clamp_count(class->time_max));
  sqlite3_bind_int64(statement, 7, clamp_count(class->rows_examined));
  return galen_sqlite_done(self, statement, error);
}

static gboolean put_error(GalenSqlite *self, const GalenSlot *slot, const GalenSlotError *group, GError **error) {
  if (slot->width == GALEN_SLOT_UNTIMED)
    return TRUE;
  gint64 number = error_number(self, group, error);
  sqlite3_stmt *statement = number != 0 ? galen_sqlite_get(self, GALEN_SQL_ERROR_DAY, error) : NULL;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, galen_series_cell(slot->from, DAY_US));
  sqlite3_bind_int64(statement, 2, number);
  sqlite3_bind_int64(statement, 3, slot->input);
  sqlite3_bind_int64(statement, 4, clamp_count(group->count));
  return galen_sqlite_done(self, statement, error);
}

gboolean galen_sqlite_put_slot(GalenStore *base, const GalenSlot *slot, const GalenBytes *record, const GArray *classes,
                               const GArray *errors, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  g_return_val_if_fail(self->contributing == slot->input, FALSE);
  for (guint i = 0; classes != NULL && i < classes->len; i++)
    if (!put_class(self, slot, &g_array_index(classes, GalenSlotClass, i), error))
      return FALSE;
  for (guint i = 0; errors != NULL && i < errors->len; i++)
    if (!put_error(self, slot, &g_array_index(errors, GalenSlotError, i), error))
      return FALSE;
  gboolean same;
  return galen_sqlite_pack(self, record, error) && stands(self, slot, &same, error) &&
         (same || write_slot(self, slot, error));
}

gboolean galen_sqlite_end_input(GalenStore *base, gint64 input, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  g_return_val_if_fail(self->contributing == input, FALSE);
  g_autoptr(GHashTable) stale = g_steal_pointer(&self->stale);
  self->contributing = 0;
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init(&iter, stale);
  while (g_hash_table_iter_next(&iter, &id, NULL)) {
    sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_SLOT_DROP, error);
    if (statement == NULL)
      return FALSE;
    sqlite3_bind_int64(statement, 1, *(gint64 *)id);
    if (!galen_sqlite_done(self, statement, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- reading ---- */

static gboolean unpack(GalenSqlite *self, sqlite3_stmt *statement, GalenSlot *slot, GError **error) {
  slot->from = sqlite3_column_int64(statement, 0);
  slot->width = (guint)CLAMP(sqlite3_column_int64(statement, 1), 0, (gint64)GALEN_SLOT_DAY);
  return galen_sqlite_unpack(self, sqlite3_column_blob(statement, 2), (gsize)sqlite3_column_bytes(statement, 2), error);
}

gboolean galen_sqlite_slots(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                            GalenStoreSlotFunc func, gpointer user, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  gboolean open = since == GALEN_TIME_NONE && until == GALEN_TIME_NONE;
  if (!self->in_transaction) /* others may have forgotten some since */
    galen_sqlite_forget_classes(self);
  static const char sql[] = "SELECT from_us, width_s, record FROM slot WHERE input = ?1 AND kind = ?2 AND"
                            " (width_s = 0 AND ?5 OR width_s > 0 AND from_us + width_s * 1000000 > ?3 AND from_us < ?4)"
                            " ORDER BY width_s > 0, from_us";
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, input);
  sqlite3_bind_int(statement, 2, (int)kind);
  sqlite3_bind_int64(statement, 3, since == GALEN_TIME_NONE ? G_MININT64 : since);
  sqlite3_bind_int64(statement, 4, until == GALEN_TIME_NONE ? G_MAXINT64 : until);
  sqlite3_bind_int(statement, 5, open);
  GalenSlot slot = {.input = input, .kind = kind};
  g_autoptr(GError) problem = NULL;
  g_autoptr(GError) damage = NULL;
  gboolean more = TRUE;
  while (more && galen_sqlite_row(self, statement, &problem))
    if (unpack(self, statement, &slot, damage == NULL ? &damage : NULL))
      more = func(&slot, &(GalenBytesReader){self->record.data, self->record.data + self->record.len, FALSE}, user,
                  &problem);
  sqlite3_finalize(statement);
  if (problem == NULL && damage != NULL)
    problem = g_steal_pointer(&damage);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

/* One side: the least start, or the greatest end, of the slots that it lies within. */
static gboolean widen_side(GalenSqlite *self, const char *sql, gint64 *side, GError **error) {
  sqlite3_stmt *statement = *side != GALEN_TIME_NONE ? galen_sqlite_prepare(self, sql, error) : NULL;
  if (statement == NULL)
    return *side == GALEN_TIME_NONE;
  sqlite3_bind_int64(statement, 1, *side);
  g_autoptr(GError) problem = NULL;
  if (galen_sqlite_row(self, statement, &problem) && sqlite3_column_type(statement, 0) != SQLITE_NULL)
    *side = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

gboolean galen_sqlite_widen(GalenStore *base, gint64 *since, gint64 *until, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  static const char within[] = " FROM slot WHERE width_s > 0 AND from_us < ?1 AND from_us + width_s * 1000000 > ?1";
  g_autofree char *first = g_strconcat("SELECT min(from_us)", within, NULL);
  g_autofree char *last = g_strconcat("SELECT max(from_us + width_s * 1000000)", within, NULL);
  return widen_side(self, first, since, error) && widen_side(self, last, until, error);
}

gboolean galen_sqlite_fingerprint(GalenStore *base, const guint8 id[16], GString *ret_text, guint64 *ret_full_len) {
  GalenSqlite *self = (GalenSqlite *)base;
  sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_FINGERPRINT, NULL);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_blob(statement, 1, id, 16, SQLITE_TRANSIENT);
  gboolean found = galen_sqlite_row(self, statement, NULL);
  if (found) {
    const char *text = sqlite3_column_blob(statement, 0);
    if (text != NULL)
      g_string_append_len(ret_text, text, sqlite3_column_bytes(statement, 0));
    *ret_full_len = (guint64)sqlite3_column_int64(statement, 1);
  }
  sqlite3_reset(statement);
  return found;
}
