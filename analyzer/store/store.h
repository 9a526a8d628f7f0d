/* Stores: what nightly runs leave behind, so that a report needs the logs no more.
 *
 * A store is made of contributions. Each is of one input, which is a log's content wherever its file is now, and is replaced
 * whole when the input is read again: adding twice changes nothing. A contribution is
 *   the input's row, with what its content is known by again;
 *   its evidence, an opaque record of what reports need beside figures (facts, account, starts);
 *   slots, opaque records of the figures of one hour or day each, and of what has no time.
 * Beside them stands what people may read with SQL: names of classes and errors, and their figures by day.
 *
 * Two backends do this: sqlite*.c (a file) and clickhouse*.c (a server, "clickhouse://host:port/database"). Everything is in
 * transactions; what is not committed is as if it had never been. Times are µs UTC. Not thread-safe. */
#pragma once

#include "../../parsers/event.h"
#include "../digest/bytes.h"

#include <glib.h>

typedef struct GalenStore GalenStore;

#define GALEN_STORE_ERROR galen_store_error_quark()
GQuark galen_store_error_quark(void);
typedef enum {
  GALEN_STORE_ERROR_NONE_THERE, /* to be read, and not there */
  GALEN_STORE_ERROR_NO_STORE,   /* something else, or nothing that can be opened */
  GALEN_STORE_ERROR_NEWER,      /* of a later galen */
  GALEN_STORE_ERROR_DAMAGED,
  GALEN_STORE_ERROR_LOCKED, /* somebody else writes to it */
  GALEN_STORE_ERROR_WRITE,  /* it cannot be written: read-only, no space */
  GALEN_STORE_ERROR_FAILED,
} GalenStoreErrorCode;

typedef enum {
  GALEN_STORE_READ,
  GALEN_STORE_WRITE, /* made when it is not there */
} GalenStoreMode;

/* ---- what an input is known by ---- */

#define GALEN_STORE_HEAD 4096u
#define GALEN_STORE_TAIL 4096u
#define GALEN_STORE_MD5 16u

/* Unpacked content: its first and last bytes, and how much it is. Two contents are one log's when one begins with the other. */
typedef struct {
  guint64 size;
  guint head_len;               /* min(size, GALEN_STORE_HEAD) */
  guint8 head[GALEN_STORE_MD5]; /* of the first head_len bytes */
  guint8 tail[GALEN_STORE_MD5]; /* of the last min(size, GALEN_STORE_TAIL) bytes */
} GalenStoreContent;

/* The file as it was when it was read: the same file again need not be opened. All 0: unknown (stdin). */
typedef struct {
  guint64 device, inode, packed; /* bytes on disk */
  gint64 mtime;                  /* ns */
} GalenStoreFile;

typedef struct {
  gint64 id;   /* 0: not in the store */
  char *path;  /* where it was last */
  char *node;  /* by the folder, the file or NODE=; what logs call it is known only at a report */
  char *host;  /* of a wrapper's line; "" when all of it is one host's */
  char *kind;  /* "slow-log", "error-log" … */
  char *state; /* for people: server, version, zone, database at the end; or NULL */
  GalenStoreContent content;
  GalenStoreFile file;
  guint64 events;
  gint64 first, last; /* GALEN_TIME_NONE: none */
  gboolean complete;
} GalenStoreInput;

GalenStoreInput *galen_store_input_new(void);
void galen_store_input_free(GalenStoreInput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenStoreInput, galen_store_input_free)

/* ---- slots ---- */

typedef enum { GALEN_SLOT_QUERIES, GALEN_SLOT_ERRORS } GalenSlotKind;

#define GALEN_SLOT_HOUR 3600u
#define GALEN_SLOT_DAY 86400u
#define GALEN_SLOT_UNTIMED 0u /* width of the slot of what has no time, whose `from` is 0 */

typedef struct {
  gint64 input;
  GalenSlotKind kind;
  gint64 from;
  guint width; /* s */
} GalenSlot;

/* Longest record of a slot, before it is compressed. */
#define GALEN_SLOT_RECORD_MAX ((gsize)256 << 20)

/* How many took how long: a bucket of GalenHistogram, in µs. */
typedef struct {
  guint16 bucket;
  guint64 count;
} GalenSlotBucket;

/* One class's figures in a slot, for people; the record holds them too. */
typedef struct {
  guint8 id[16];
  GalenSlice fingerprint; /* needed only for the first slot of a class */
  guint64 full_len;       /* of the fingerprint, before it was cut */
  const char *command, *label;
  guint64 count, time, time_max, rows_examined;
  const GalenSlotBucket *buckets; /* of time, lowest first; none unless the store wants them */
  guint n_buckets;
} GalenSlotClass;

/* One error group's figures in a slot, for people. */
typedef struct {
  char id[33];
  const char *rule; /* NULL: none knows it */
  const char *severity;
  guint code;
  const char *template;
  guint64 count;
} GalenSlotError;

/* ---- the store ---- */

/* TRUE when a path is to be opened as a store: "clickhouse://…", or a file that begins as one. */
gboolean galen_store_is(const char *where);
/* TRUE when there may be a store already: the file, or a server that can be asked only by opening it. */
gboolean galen_store_may_be_there(const char *where);
/* For people: without the password that may be in a "clickhouse://…". */
char *galen_store_shown(const char *where);
GalenStore *galen_store_open(const char *where, GalenStoreMode mode, GError **error);
void galen_store_free(GalenStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenStore, galen_store_free)
/* As galen_store_shown. */
const char *galen_store_where(const GalenStore *self);
/* Opened to be written, and there is nothing yet: the first transaction makes it. */
gboolean galen_store_is_new(const GalenStore *self);
/* Whether slots are put with buckets of their classes. */
gboolean galen_store_wants_buckets(const GalenStore *self);

/* One writer at a time: begin waits for another one, and gives up with LOCKED. */
gboolean galen_store_begin(GalenStore *self, GError **error);
gboolean galen_store_commit(GalenStore *self, GError **error);
void galen_store_rollback(GalenStore *self);

/* All inputs, of GalenStoreInput *, by id. */
GPtrArray *galen_store_inputs(GalenStore *self, GError **error);
/* An input's opaque record. */
gboolean galen_store_evidence(GalenStore *self, gint64 input, GalenBytes *ret_evidence, GError **error);

/* Begins the contribution of an input; a new one gets its id. What stood there of it is replaced when all its slots have been
 * put and the contribution is ended. */
gboolean galen_store_put_input(GalenStore *self, GalenStoreInput *input, const GalenBytes *evidence, GError **error);
/* Within a contribution: one slot, only once. `classes` of GalenSlotClass, `errors` of GalenSlotError, for the slot's kind; the
 * other is NULL. */
gboolean galen_store_put_slot(GalenStore *self, const GalenSlot *slot, const GalenBytes *record, const GArray *classes,
                              const GArray *errors, GError **error);
gboolean galen_store_end_input(GalenStore *self, gint64 input, GError **error);
/* One incident, for people. Borrowed texts. */
typedef struct {
  const char *id, *kind, *severity, *confidence, *title;
  const GPtrArray *nodes; /* of char * */
  gint64 from, to;        /* GALEN_TIME_NONE: unknown, or not over */
  gboolean ongoing;
} GalenStoreIncident;

/* All incidents of what the store has, of GalenStoreIncident: those that stood there are replaced. */
gboolean galen_store_put_incidents(GalenStore *self, const GArray *incidents, GError **error);
/* What is remembered under a name from run to run; `ret_value` NULL: nothing. FALSE with error: it cannot be read. */
gboolean galen_store_get_setting(GalenStore *self, const char *name, char **ret_value, GError **error);
/* Within a transaction. */
gboolean galen_store_put_setting(GalenStore *self, const char *name, const char *value, GError **error);
/* Only what it is known by: the same content, in another file. */
gboolean galen_store_touch_input(GalenStore *self, const GalenStoreInput *input, GError **error);
/* An input and all that it contributed. */
gboolean galen_store_remove_input(GalenStore *self, gint64 input, GError **error);

/* Called for each slot; FALSE with error ends the search. */
typedef gboolean (*GalenStoreSlotFunc)(const GalenSlot *slot, GalenBytesReader *record, gpointer user, GError **error);
/* The slots of an input and kind that touch [since, until), in order of time, the untimed one first when both sides are open.
 * GALEN_TIME_NONE: that side open. A slot that is damaged is left out, and told when all others have been handed over. */
gboolean galen_store_slots(GalenStore *self, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                           GalenStoreSlotFunc func, gpointer user, GError **error);
/* Moves the sides of a window, GALEN_TIME_NONE when open, out to the ends of slots that they lie within. */
gboolean galen_store_widen(GalenStore *self, gint64 *since, gint64 *until, GError **error);
/* The fingerprint of a class; FALSE: not known. `ret_text` is appended to. */
gboolean galen_store_fingerprint(GalenStore *self, const guint8 id[16], GString *ret_text, guint64 *ret_full_len);

/* What a class or a group of errors did on a day, by the figures for people: all inputs together. */
typedef struct {
  guint8 id[16];
  gint64 day; /* since 1970, UTC */
  guint64 count;
  guint64 time, time_max; /* µs; of errors 0 */
} GalenStoreDay;

/* Called for each of them, in order of days; FALSE with error ends the search. `without`: ids of inputs that do not count, gint64. */
typedef gboolean (*GalenStoreFiguresFunc)(const GalenStoreDay *day, gpointer user, GError **error);
gboolean galen_store_figures(GalenStore *self, GalenSlotKind kind, const GArray *without, GalenStoreFiguresFunc func,
                             gpointer user, GError **error);

/* Retention: slots of GALEN_SLOT_HOUR that end at or before `until`, one call for each input, kind and day with its number of
 * slots. */
typedef gboolean (*GalenStoreDayFunc)(gint64 input, GalenSlotKind kind, gint64 day, guint slots, gpointer user,
                                      GError **error);
gboolean galen_store_days(GalenStore *self, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error);
/* The hourly slots of a day become one record. */
gboolean galen_store_replace_day(GalenStore *self, gint64 input, GalenSlotKind kind, gint64 day,
                                 const GalenBytes *record, GError **error);
/* Slots that end at or before `until`, figures by day, and inputs that then have neither slots nor later times. */
gboolean galen_store_drop(GalenStore *self, gint64 until, GError **error);
/* Gives space back to the file system. */
gboolean galen_store_vacuum(GalenStore *self, GError **error);
