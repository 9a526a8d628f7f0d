/* The inside of the SQLite backend: sqlite.c opens and commits, sqlite_schema.c makes tables and upgrades, sqlite_input.c and
 * sqlite_slot.c write and read, sqlite_figures.c reads what is kept for people, sqlite_keep.c makes days of hours and forgets. */
#pragma once

#include "store_private.h"

#include <sqlite3.h>

#define GALEN_SQLITE_APPLICATION 0x47616c6e /* "Galn", in the file's header */
#define GALEN_SQLITE_VERSION 2

/* Statements that are prepared once. */
typedef enum {
  GALEN_SQL_INPUT_ADD,
  GALEN_SQL_INPUT_SET,
  GALEN_SQL_INPUT_TOUCH,
  GALEN_SQL_INPUT_REMOVE,
  GALEN_SQL_SLOT_FIND,
  GALEN_SQL_SLOT_SET,
  GALEN_SQL_SLOT_DROP,
  GALEN_SQL_CLASS_FIND,
  GALEN_SQL_CLASS_ADD,
  GALEN_SQL_CLASS_ID,
  GALEN_SQL_CLASS_DAY,
  GALEN_SQL_ERROR_FIND,
  GALEN_SQL_ERROR_ADD,
  GALEN_SQL_ERROR_SET,
  GALEN_SQL_ERROR_USED,
  GALEN_SQL_ERROR_DAY,
  GALEN_SQL_FINGERPRINT,
  GALEN_SQL_COUNT,
} GalenSqlName;

typedef struct {
  GalenStore base;
  sqlite3 *db;
  gboolean writable, in_transaction;
  sqlite3_stmt *statements[GALEN_SQL_COUNT];
  GalenBytes packed, record; /* scratch */
  GHashTable *class_ids;     /* gint64 * to what is known of a class, both ways; or NULL */
  GHashTable *class_numbers; /* the same by id */
  gint64 contributing;       /* the input whose contribution is being put; 0: none */
  GHashTable *stale;         /* of its slots, those not put yet: gint64 * rowid, as a set; or NULL */
} GalenSqlite;

/* Sets the error for the code that SQLite returned last; FALSE always. */
gboolean galen_sqlite_fail(GalenSqlite *self, int code, GError **error);
/* Runs statements without results. */
/* How long a writer waits for another one, ms. */
int galen_sqlite_wait_ms(void);
gboolean galen_sqlite_run(GalenSqlite *self, const char *sql, GError **error);
/* Prepares one for single use; NULL with error. */
sqlite3_stmt *galen_sqlite_prepare(GalenSqlite *self, const char *sql, GError **error);
/* One that is kept, ready to be bound; NULL with error. */
sqlite3_stmt *galen_sqlite_get(GalenSqlite *self, GalenSqlName name, GError **error);
/* Steps a statement to its end without rows and resets it. */
gboolean galen_sqlite_done(GalenSqlite *self, sqlite3_stmt *statement, GError **error);
/* The next row: TRUE. FALSE at the end, and with error. */
gboolean galen_sqlite_row(GalenSqlite *self, sqlite3_stmt *statement, GError **error);

/* Makes the tables of an empty file, upgrades those of an older one. */
gboolean galen_sqlite_schema(GalenSqlite *self, GError **error);

/* sqlite_record.c: a slot's record into self->packed, and what stands in the file into self->record. */
gboolean galen_sqlite_pack(GalenSqlite *self, const GalenBytes *record, GError **error);
gboolean galen_sqlite_unpack(GalenSqlite *self, const void *data, gsize len, GError **error);
/* The row of a class; 0: there is none, or error. */
gint64 galen_sqlite_class_number(GalenSqlite *self, const guint8 *id, GError **error);
/* After rows of classes have gone. */
void galen_sqlite_forget_classes(GalenSqlite *self);

void galen_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text);
void galen_sqlite_bind_time(sqlite3_stmt *statement, int index, gint64 time);
gint64 galen_sqlite_time(sqlite3_stmt *statement, int column);

GPtrArray *galen_sqlite_inputs(GalenStore *base, GError **error);
gboolean galen_sqlite_evidence(GalenStore *base, gint64 input, GalenBytes *ret_evidence, GError **error);
gboolean galen_sqlite_put_input(GalenStore *base, GalenStoreInput *input, const GalenBytes *evidence, GError **error);
gboolean galen_sqlite_touch_input(GalenStore *base, const GalenStoreInput *input, GError **error);
gboolean galen_sqlite_remove_input(GalenStore *base, gint64 input, GError **error);
gboolean galen_sqlite_put_slot(GalenStore *base, const GalenSlot *slot, const GalenBytes *record, const GArray *classes,
                               const GArray *errors, GError **error);
gboolean galen_sqlite_end_input(GalenStore *base, gint64 input, GError **error);
gboolean galen_sqlite_slots(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                            GalenStoreSlotFunc func, gpointer user, GError **error);
gboolean galen_sqlite_put_incidents(GalenStore *base, const GArray *incidents, GError **error);
gboolean galen_sqlite_get_setting(GalenStore *base, const char *name, char **ret_value, GError **error);
gboolean galen_sqlite_put_setting(GalenStore *base, const char *name, const char *value, GError **error);
gboolean galen_sqlite_widen(GalenStore *base, gint64 *since, gint64 *until, GError **error);
gboolean galen_sqlite_fingerprint(GalenStore *base, const guint8 id[16], GString *ret_text, guint64 *ret_full_len);
gboolean galen_sqlite_figures(GalenStore *base, GalenSlotKind kind, const char *without, GalenStoreFiguresFunc func,
                              gpointer user, GError **error);
gboolean galen_sqlite_days(GalenStore *base, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error);
gboolean galen_sqlite_replace_day(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 day,
                                  const GalenBytes *record, GError **error);
gboolean galen_sqlite_drop(GalenStore *base, gint64 until, GError **error);
gboolean galen_sqlite_vacuum(GalenStore *base, GError **error);
