/* Deadlocks, crashes, semaphore waits and assertions of an error digest in a record. */
#include "errors_record_private.h"

#include "error_template.h"

#include "../../parsers/error_blocks.h"

/* ---- texts ---- */

/* How many parts follow; more than `max` are none. */
static guint get_number(guint max, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  reader->failed = reader->failed || n > max;
  return reader->failed ? 0 : (guint)n;
}

static void put_texts(gconstpointer self, const glong *offsets, guint n, GalenBytes *bytes) {
  for (guint i = 0; i < n; i++)
    galen_record_put_text(bytes, G_STRUCT_MEMBER(const char *, self, offsets[i]));
}

static void get_texts(gpointer self, const glong *offsets, guint n, GalenBytesReader *reader) {
  for (guint i = 0; i < n; i++)
    G_STRUCT_MEMBER(char *, self, offsets[i]) = galen_record_get_text(reader);
}

static void remask_query(char **query, gboolean remask) {
  if (!remask || *query == NULL)
    return;
  g_autofree char *full = *query;
  *query = galen_error_query_mask(galen_slice(full, strlen(full)), GALEN_ERROR_QUERY_MAX, FALSE);
}

/* ---- deadlocks ---- */

static const glong side_texts[] = {G_STRUCT_OFFSET(GalenDeadlockSide, query), G_STRUCT_OFFSET(GalenDeadlockSide, table),
                                   G_STRUCT_OFFSET(GalenDeadlockSide, index), G_STRUCT_OFFSET(GalenDeadlockSide, lock)};

static void put_deadlock(const GalenErrorBlock *block, GalenBytes *bytes) {
  const GPtrArray *sides = block->deadlock->sides;
  galen_bytes_put_uint(bytes, sides->len);
  for (guint i = 0; i < sides->len; i++) {
    const GalenDeadlockSide *side = g_ptr_array_index(sides, i);
    put_texts(side, side_texts, G_N_ELEMENTS(side_texts), bytes);
    galen_bytes_put_uint(bytes, side->thread);
    galen_bytes_put_u8(bytes, side->victim != FALSE);
  }
}

static gboolean get_deadlock(GalenErrorBlock *block, gboolean remask, GalenBytesReader *reader) {
  block->deadlock = g_new0(GalenDeadlock, 1);
  block->deadlock->sides = galen_error_sides_new();
  for (guint n = get_number(GALEN_DEADLOCK_SIDES_MAX, reader); n > 0 && !reader->failed; n--) {
    GalenDeadlockSide *side = g_new0(GalenDeadlockSide, 1);
    g_ptr_array_add(block->deadlock->sides, side);
    get_texts(side, side_texts, G_N_ELEMENTS(side_texts), reader);
    remask_query(&side->query, remask);
    side->thread = galen_bytes_get_uint(reader);
    side->victim = galen_bytes_get_u8(reader) != 0;
  }
  return !reader->failed;
}

/* ---- crashes ---- */

static void put_crash(const GalenErrorBlock *block, GalenBytes *bytes) {
  const GalenCrash *crash = block->crash;
  galen_bytes_put_int(bytes, crash->signal);
  galen_record_put_text(bytes, crash->query);
  galen_bytes_put_uint(bytes, crash->thread);
  galen_record_put_text(bytes, crash->assertion);
  galen_bytes_put_uint(bytes, crash->backtrace->len);
  for (guint i = 0; i < crash->backtrace->len; i++)
    galen_record_put_text(bytes, g_ptr_array_index(crash->backtrace, i));
}

static gboolean get_crash(GalenErrorBlock *block, gboolean remask, GalenBytesReader *reader) {
  GalenCrash *crash = block->crash = g_new0(GalenCrash, 1);
  crash->backtrace = g_ptr_array_new_with_free_func(g_free);
  gint64 signal = galen_bytes_get_int(reader);
  crash->signal = (gint32)CLAMP(signal, G_MININT32, G_MAXINT32);
  crash->query = galen_record_get_text(reader);
  remask_query(&crash->query, remask);
  crash->thread = galen_bytes_get_uint(reader);
  crash->assertion = galen_record_get_text(reader);
  for (guint n = get_number(GALEN_ERROR_FRAMES_MAX, reader); n > 0 && !reader->failed; n--) {
    char *frame = galen_record_get_text(reader);
    g_ptr_array_add(crash->backtrace, frame != NULL ? frame : g_strdup(""));
  }
  return !reader->failed;
}

/* ---- semaphore waits ---- */

static const glong wait_texts[] = {
    G_STRUCT_OFFSET(GalenSemaphoreWait, thread), G_STRUCT_OFFSET(GalenSemaphoreWait, place),
    G_STRUCT_OFFSET(GalenSemaphoreWait, lock),   G_STRUCT_OFFSET(GalenSemaphoreWait, created),
    G_STRUCT_OFFSET(GalenSemaphoreWait, holder), G_STRUCT_OFFSET(GalenSemaphoreWait, held_at)};

static void put_semaphore(const GalenErrorBlock *block, GalenBytes *bytes) {
  const GalenSemaphore *semaphore = block->semaphore;
  galen_bytes_put_uint(bytes, semaphore->total);
  galen_bytes_put_int(bytes, semaphore->longest);
  galen_bytes_put_uint(bytes, semaphore->waits->len);
  for (guint i = 0; i < semaphore->waits->len; i++) {
    const GalenSemaphoreWait *wait = g_ptr_array_index(semaphore->waits, i);
    put_texts(wait, wait_texts, G_N_ELEMENTS(wait_texts), bytes);
    galen_bytes_put_int(bytes, wait->span);
  }
}

static gboolean get_semaphore(GalenErrorBlock *block, G_GNUC_UNUSED gboolean remask, GalenBytesReader *reader) {
  GalenSemaphore *semaphore = block->semaphore = g_new0(GalenSemaphore, 1);
  semaphore->waits = galen_error_waits_new();
  semaphore->total = (guint)galen_bytes_get_uint(reader);
  semaphore->longest = galen_bytes_get_int(reader);
  for (guint n = get_number(GALEN_SEMAPHORE_WAITS_MAX, reader); n > 0 && !reader->failed; n--) {
    GalenSemaphoreWait *wait = g_new0(GalenSemaphoreWait, 1);
    g_ptr_array_add(semaphore->waits, wait);
    get_texts(wait, wait_texts, G_N_ELEMENTS(wait_texts), reader);
    wait->span = galen_bytes_get_int(reader);
  }
  return !reader->failed;
}

/* ---- assertions ---- */

static void put_assertion(const GalenErrorBlock *block, GalenBytes *bytes) {
  galen_record_put_text(bytes, block->assertion);
}

static gboolean get_assertion(GalenErrorBlock *block, G_GNUC_UNUSED gboolean remask, GalenBytesReader *reader) {
  block->assertion = galen_record_get_text(reader);
  return block->assertion != NULL;
}

/* ---- all ---- */

/* In the order of GalenErrors.lists. */
static const struct {
  void (*put)(const GalenErrorBlock *block, GalenBytes *bytes);
  gboolean (*get)(GalenErrorBlock *block, gboolean remask, GalenBytesReader *reader);
} kinds[GALEN_ERROR_BLOCK_LISTS] = {{put_deadlock, get_deadlock},
                                    {put_crash, get_crash},
                                    {put_semaphore, get_semaphore},
                                    {put_assertion, get_assertion}};

enum { HAS_TIME = 1, IS_UTC = 2 };

void galen_error_blocks_put(const GalenErrors *errors, guint number, GalenBytes *bytes) {
  const GalenErrorBlocks *self = &errors->lists[number];
  galen_bytes_put_uint(bytes, self->count);
  galen_bytes_put_uint(bytes, self->blocks->len);
  for (guint i = 0; i < self->blocks->len; i++) {
    const GalenErrorBlock *block = g_ptr_array_index(self->blocks, i);
    gboolean timed = block->spot.time != GALEN_TIME_NONE;
    galen_bytes_put_u8(bytes, (guint8)((timed ? HAS_TIME : 0u) | (block->spot.utc ? IS_UTC : 0u)));
    if (timed)
      galen_bytes_put_int(bytes, block->spot.time);
    galen_bytes_put_uint(bytes, block->spot.line);
    galen_bytes_put_uint(bytes, block->entry);
    galen_record_put_text(bytes, block->place.raw_time);
    galen_record_put_text(bytes, block->place.text);
    kinds[number].put(block, bytes);
  }
}

static char *get_place_text(gboolean remask, GalenBytesReader *reader) {
  g_autofree char *text = galen_record_get_text(reader);
  if (text == NULL)
    return g_strdup("");
  return remask ? galen_error_text_mask(galen_slice(text, strlen(text)), 0, FALSE) : g_steal_pointer(&text);
}

static gboolean get_block(const GalenErrors *errors, GalenErrorBlock *block, guint number, gboolean remask,
                          GalenBytesReader *reader) {
  guint8 has = galen_bytes_get_u8(reader);
  gint64 time = has & HAS_TIME ? galen_bytes_get_int(reader) : GALEN_TIME_NONE;
  block->spot = (GalenErrorSpot){.time = time, .node = errors->node, .path = errors->path, .utc = (has & IS_UTC) != 0};
  block->spot.line = galen_bytes_get_uint(reader);
  block->entry = galen_bytes_get_uint(reader);
  block->place.raw_time = galen_record_get_text(reader);
  block->place.text = get_place_text(remask, reader);
  block->place.node = g_strdup(errors->node);
  block->place.path = g_strdup(errors->path);
  block->place.line = block->spot.line;
  block->place.time = time;
  /* Both parts are read: what is freed has all that its kind has. */
  return kinds[number].get(block, remask, reader) && !reader->failed &&
         (time == GALEN_TIME_NONE || (time >= -GALEN_SERIES_TIME_MAX && time <= GALEN_SERIES_TIME_MAX));
}

gboolean galen_error_blocks_get(GalenErrors *errors, guint number, gboolean remask, GalenBytesReader *reader) {
  GalenErrorBlocks *self = &errors->lists[number];
  self->count = galen_bytes_get_uint(reader);
  guint64 n = galen_bytes_get_uint(reader);
  if (reader->failed || n > self->max)
    return FALSE;
  for (guint64 i = 0; i < n; i++) {
    GalenErrorBlock *block = g_new0(GalenErrorBlock, 1);
    g_ptr_array_add(self->blocks, block);
    if (!get_block(errors, block, number, remask, reader))
      return FALSE;
  }
  return TRUE;
}
