/* The inside of the ClickHouse backend. There are no transactions in ClickHouse, so:
 *
 * What an input contributes is a *generation*, a random number that its slots and figures carry. Nobody sees a generation that no
 * row of `galen_input` names; a commit is one insert of such rows, which ClickHouse makes visible as a whole. The newest row of an
 * input, by `version`, counts. Rows are never changed: what no input names any more is written once more without its content, as a
 * newer version of the same key, and merges drop the older one.
 *
 * One writer of a group at a time: each says so in `galen_lock` until a time that it moves on while it works, and gives way when
 * somebody else said so, too. Should two write after all, the newest version of each input stands, whole.
 *
 * clickhouse.c opens and commits, clickhouse_lock.c keeps others away, clickhouse_rows.c has rows of either direction,
 * clickhouse_schema.c makes tables, clickhouse_input.c and clickhouse_slot.c write and read, clickhouse_names.c has names of classes
 * and errors, clickhouse_keep.c makes days of hours and forgets,
 * clickhouse_setting.c remembers. docs/fleet.md explains the tables. */
#pragma once

#include "clickhouse_http.h"
#include "store_private.h"

#define GALEN_CLICKHOUSE_VERSION 1
#define GALEN_CLICKHOUSE_DAY_US ((gint64)GALEN_SLOT_DAY * G_USEC_PER_SEC)
/* The day of a slot, that many days ahead: divisions of times before 1970 round down, too. */
#define GALEN_CLICKHOUSE_DAYS_AHEAD 10000000
#define GALEN_CLICKHOUSE_DAY_OF "intDiv(from_us + 864000000000000000, 86400000000)"
/* Evidence of an input is a slot without time, of this kind. */
#define GALEN_CLICKHOUSE_EVIDENCE 2u
#define GALEN_CLICKHOUSE_KINDS 2u
/* Rows that wait are sent when they are that many bytes, or of that many months: a server takes at most 100 partitions at once. */
#define GALEN_CLICKHOUSE_BATCH ((gsize)8 << 20)
#define GALEN_CLICKHOUSE_MONTHS 60u
/* Longest row that is sent or taken. */
#define GALEN_CLICKHOUSE_ROW_MAX (GALEN_SLOT_RECORD_MAX + ((gsize)16 << 20))

typedef enum {
  GALEN_CLICKHOUSE_INPUT,
  GALEN_CLICKHOUSE_SLOT,
  GALEN_CLICKHOUSE_CLASS,
  GALEN_CLICKHOUSE_CLASS_SLOT,
  GALEN_CLICKHOUSE_ERROR,
  GALEN_CLICKHOUSE_ERROR_SLOT,
  GALEN_CLICKHOUSE_INCIDENT,
  GALEN_CLICKHOUSE_SETTING,
  GALEN_CLICKHOUSE_TABLES,
} GalenClickhouseTable;

/* An input as its newest row has it. */
typedef struct {
  GalenStoreInput *input;
  guint64 version, generation;
  guint64 previous; /* the generation before it, which others may be reading */
  gint64 dropped;   /* slots that end at or before are forgotten; GALEN_TIME_NONE: none are */
  guint slots[GALEN_CLICKHOUSE_KINDS];
  gboolean removed;
  /* In the transaction: */
  gboolean changed;
  guint64 next; /* the generation that retention makes of it; 0: none */
  GArray *days; /* of GalenSlot: days that are made of hours in it */
} GalenClickhouseInput;

typedef struct GalenClickhouseLock GalenClickhouseLock;

typedef struct {
  GalenStore base;
  GalenClickhouseUrl url;
  GalenHttp *http;
  GalenHttp *aside; /* for questions while an answer comes */
  char *group;      /* quoted */
  gboolean writable;
  gboolean there;            /* a store: what has been written can be read */
  gboolean complete;         /* with all tables and views */
  GalenClickhouseLock *lock; /* while in a transaction */
  GHashTable *inputs;        /* gint64 * to GalenClickhouseInput *; NULL: not read yet */
  GalenBytes waiting[GALEN_CLICKHOUSE_TABLES];
  guint months;       /* of slots that wait, at most */
  gint64 month;       /* the last of them */
  GalenBytes scratch; /* packed */
  gint64 contributing;
  GalenClickhouseInput *contribution;
  GHashTable *known; /* classes and errors that need not be written: char *, as a set */
  GHashTable *fresh; /* names of this contribution: char * (in hex) to GBytes * (their row) */
  GHashTable *texts; /* fingerprints that were read: GBytes * to Text *; NULL: none yet */
  GHashTable *shelf; /* evidence that was read ahead: gint64 * to GBytes * */
  gsize text_bytes;
  gboolean committed; /* something, since it was opened */
} GalenClickhouse;

/* ---- clickhouse_rows.c ---- */

typedef struct {
  guint64 number;
  GalenSlice text; /* points into the answer */
} GalenClickhouseCell;

/* One row; FALSE with error ends it. */
typedef gboolean (*GalenClickhouseRowFunc)(const GalenClickhouseCell *cells, gpointer user, GError **error);

/* "SELECT " and `rest`, whose columns are of `types`, a letter each: b UInt8, u UInt32, q Int64 or UInt64, s String,
 * m FixedString(16). Rows are handed out as they come. */
gboolean galen_clickhouse_select(GalenClickhouse *self, GalenHttp *http, const char *types, const char *rest,
                                 GalenClickhouseRowFunc func, gpointer user, GError **error);
gboolean galen_clickhouse_do(GalenClickhouse *self, const char *sql, GError **error);
/* The only number of the only row; `fallback` when there is none. */
gboolean galen_clickhouse_number(GalenClickhouse *self, const char *rest, guint64 fallback, guint64 *ret_number,
                                 GError **error);

void galen_clickhouse_put_u32(GalenBytes *bytes, guint32 value);
void galen_clickhouse_put_u64(GalenBytes *bytes, guint64 value);
void galen_clickhouse_put_text(GalenBytes *bytes, const char *text); /* NULL is "" */
void galen_clickhouse_put_data(GalenBytes *bytes, const void *data, gsize len);
/* Days since 1970, within what a Date can be: others are 1970-01-01. */
void galen_clickhouse_put_date(GalenBytes *bytes, gint64 time);
/* Sends what waits for a table, or for all. */
gboolean galen_clickhouse_send(GalenClickhouse *self, GalenClickhouseTable table, GError **error);
gboolean galen_clickhouse_send_all(GalenClickhouse *self, GError **error);
/* A text in quotes. */
char *galen_clickhouse_quote(const char *text);
guint64 galen_clickhouse_random(void);

/* ---- clickhouse_schema.c ---- */

/* Whether the tables are there. A later version is an error. */
gboolean galen_clickhouse_look(GalenClickhouse *self, GError **error);
gboolean galen_clickhouse_make(GalenClickhouse *self, GError **error);

/* ---- clickhouse_lock.c ---- */

GalenClickhouseLock *galen_clickhouse_lock(GalenClickhouse *self, GError **error);
/* FALSE with error: it ran out, and somebody else may write. */
gboolean galen_clickhouse_lock_holds(GalenClickhouse *self, GError **error);
void galen_clickhouse_unlock(GalenClickhouse *self);

/* ---- clickhouse_input.c ---- */

void galen_clickhouse_input_free(gpointer data);
/* Reads all inputs of the group anew. */
gboolean galen_clickhouse_load(GalenClickhouse *self, GError **error);
/* NULL with error: there is none. */
GalenClickhouseInput *galen_clickhouse_find(GalenClickhouse *self, gint64 id, GError **error);
/* Has a new row of it written at the commit. */
void galen_clickhouse_change(GalenClickhouse *self, GalenClickhouseInput *input);
/* All rows that were changed, in one insert. */
gboolean galen_clickhouse_write_inputs(GalenClickhouse *self, GError **error);

GPtrArray *galen_clickhouse_inputs(GalenStore *base, GError **error);
gboolean galen_clickhouse_evidence(GalenStore *base, gint64 input, GalenBytes *ret_evidence, GError **error);
gboolean galen_clickhouse_put_input(GalenStore *base, GalenStoreInput *input, const GalenBytes *evidence,
                                    GError **error);
gboolean galen_clickhouse_touch_input(GalenStore *base, const GalenStoreInput *input, GError **error);
gboolean galen_clickhouse_remove_input(GalenStore *base, gint64 input, GError **error);

/* ---- clickhouse_slot.c ---- */

/* One record that is packed in `scratch`. */
gboolean galen_clickhouse_put_record(GalenClickhouse *self, guint64 generation, const GalenSlot *slot, guint kind,
                                     GError **error);
gboolean galen_clickhouse_put_slot(GalenStore *base, const GalenSlot *slot, const GalenBytes *record,
                                   const GArray *classes, const GArray *errors, GError **error);
gboolean galen_clickhouse_end_input(GalenStore *base, gint64 input, GError **error);
gboolean galen_clickhouse_slots(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                                GalenStoreSlotFunc func, gpointer user, GError **error);
gboolean galen_clickhouse_widen(GalenStore *base, gint64 *since, gint64 *until, GError **error);
gboolean galen_clickhouse_figures(GalenStore *base, GalenSlotKind kind, const char *without, GalenStoreFiguresFunc func,
                                  gpointer user, GError **error);
/* Whether a slot of a generation counts now: `cells` are its input and generation. */
const GalenClickhouseInput *galen_clickhouse_live(const GalenClickhouse *self, const GalenClickhouseCell *cells);

/* ---- clickhouse_names.c ---- */

void galen_clickhouse_note_class(GalenClickhouse *self, const GalenSlotClass *class);
void galen_clickhouse_note_error(GalenClickhouse *self, const GalenSlotError *group);
/* Writes the names of a contribution that are not known yet. */
gboolean galen_clickhouse_put_names(GalenClickhouse *self, GError **error);
/* Reads the fingerprints of all classes of the group, as far as memory is meant for them. */
gboolean galen_clickhouse_read_texts(GalenClickhouse *self, GError **error);
gboolean galen_clickhouse_fingerprint(GalenStore *base, const guint8 id[16], GString *ret_text, guint64 *ret_full_len);

/* ---- clickhouse_keep.c ---- */

gboolean galen_clickhouse_days(GalenStore *base, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error);
gboolean galen_clickhouse_replace_day(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 day,
                                      const GalenBytes *record, GError **error);
gboolean galen_clickhouse_drop(GalenStore *base, gint64 until, GError **error);
gboolean galen_clickhouse_vacuum(GalenStore *base, GError **error);
/* What retention made of inputs: all else of their generation is taken over into the next one. */
gboolean galen_clickhouse_take_over(GalenClickhouse *self, GError **error);
/* Empties what no input names any more. */
gboolean galen_clickhouse_clean(GalenClickhouse *self, GError **error);

/* ---- clickhouse_setting.c ---- */

gboolean galen_clickhouse_put_incidents(GalenStore *base, const GArray *incidents, GError **error);
gboolean galen_clickhouse_get_setting(GalenStore *base, const char *name, char **ret_value, GError **error);
gboolean galen_clickhouse_put_setting(GalenStore *base, const char *name, const char *value, GError **error);
