/* What records of several lines say, part by part: crashes, assertions, deadlocks, long semaphore waits.
 *
 * Pure readers of one GalenErrorEvent: no state, no allocation. Slices point into the event and live as long as it does.
 * The text is as written: queries are neither cleaned nor masked. Each returns FALSE, with ret untouched, when the record
 * is no such block. Whatever is missing (an older version, a record that was cut) stays 0 or NULL. */
#pragma once

#include "event.h"

#define GALEN_CRASH_FRAMES_MAX 64u
#define GALEN_DEADLOCK_SIDES_MAX 8u
#define GALEN_SEMAPHORE_WAITS_MAX 32u

/* GALEN_BLOCK_CRASH. */
typedef struct {
  gint32 signal;        /* "got signal 11": 11; 0: unknown */
  GalenSlice exception; /* Windows: "0xc0000005", else NULL */
  GalenSlice version;   /* "10.11.6-MariaDB-log" of "Server version:", or NULL */
  GalenSlice query; /* "Query (0x7f…): SELECT …" without its head; may have several lines; NULL: none or "(null)" */
  guint64 connection;                        /* "Connection ID (thread ID): 152"; 0: a background thread or unknown */
  GalenSlice status;                         /* "NOT_KILLED", or NULL */
  GalenSlice core;                           /* "/var/lib/mysql" of "Working directory at", or NULL */
  guint n_frames;                            /* kept ones, innermost first */
  guint frames_total;                        /* also those past GALEN_CRASH_FRAMES_MAX */
  GalenSlice frames[GALEN_CRASH_FRAMES_MAX]; /* "/usr/sbin/mysqld(handle_fatal_signal+0x269)[0x55fc3e9af0f9]" */
} GalenBlockCrash;

gboolean galen_block_crash(const GalenErrorEvent *event, GalenBlockCrash *ret_crash);

/* "mysqld" and "handle_fatal_signal" of a frame; data NULL: a frame that names none. */
GalenSlice galen_block_frame_function(GalenSlice frame);

/* GALEN_BLOCK_ASSERTION. */
typedef struct {
  GalenSlice file; /* "/build/…/btr0cur.cc", as written */
  guint32 line;
  GalenSlice expression; /* "btr_page_get_next(get_block->frame) == block->page.id.page_no()", or NULL */
  GalenSlice thread;     /* "140000000000000" of "in thread …", or NULL */
} GalenBlockAssertion;

gboolean galen_block_assertion(const GalenErrorEvent *event, GalenBlockAssertion *ret_assertion);

/* One lock of a deadlock: "RECORD LOCKS space id 6 page no 5 n bits 320 index PRIMARY of table `shop`.`products` trx id 145
 * lock_mode X locks rec but not gap waiting". All NULL: not shown. */
typedef struct {
  GalenSlice index; /* "PRIMARY"; NULL for a table lock */
  GalenSlice table; /* "`shop`.`products`" as written */
  GalenSlice mode;  /* "X locks rec but not gap", without "lock_mode" and "waiting" */
} GalenBlockLock;

typedef struct {
  guint number;     /* of "*** (1) TRANSACTION:" */
  guint64 trx;      /* "TRANSACTION 145"; 0: unknown */
  guint64 thread;   /* "MariaDB thread id 139" */
  GalenSlice query; /* may have several lines; NULL: none shown */
  GalenBlockLock waits, holds;
} GalenBlockDeadlockSide;

/* GALEN_BLOCK_DEADLOCK. */
typedef struct {
  guint n_sides;
  guint victim; /* number of the transaction rolled back; 0: unknown */
  GalenBlockDeadlockSide sides[GALEN_DEADLOCK_SIDES_MAX];
} GalenBlockDeadlock;

gboolean galen_block_deadlock(const GalenErrorEvent *event, GalenBlockDeadlock *ret_deadlock);

typedef struct {
  GalenSlice thread; /* "140000000000000" */
  GalenSlice file;   /* "row0ins.cc" */
  guint32 line;
  gdouble seconds;
  GalenSlice lock;    /* "X-lock (wait_ex) on RW-latch", "Mutex"; data NULL, as in all further ones: not said */
  GalenSlice created; /* where the latch was made: "dict0dict.cc line 2737", "dict0dict.cc:1172" */
  GalenSlice holder;  /* the thread that has it */
  GalenSlice held_at; /* where that was taken: "file row0ins.cc line 2500" without "file " */
} GalenBlockWait;

/* GALEN_BLOCK_SEMAPHORE: "--Thread 1400… has waited at row0ins.cc line 2533 for 241.00 seconds the semaphore:" */
typedef struct {
  guint n_waits; /* kept ones */
  guint total;   /* also those past GALEN_SEMAPHORE_WAITS_MAX */
  GalenBlockWait waits[GALEN_SEMAPHORE_WAITS_MAX];
  gdouble longest; /* seconds, of all; 0: unknown */
} GalenBlockSemaphore;

gboolean galen_block_semaphore(const GalenErrorEvent *event, GalenBlockSemaphore *ret_semaphore);

/* The lines of `event->more`, one after the other, without their ends: start with *ret_line = (GalenSlice){0}. FALSE: no more. */
gboolean galen_block_next_line(const GalenErrorEvent *event, GalenSlice *ret_line);
