#include "errors_private.h"

#include "error_template.h"

#include "../../parsers/error_blocks.h"
#include "../words.h"

/* ---- freeing ---- */

static void side_free(gpointer data) {
  GalenDeadlockSide *self = data;
  g_free(self->query);
  g_free(self->table);
  g_free(self->index);
  g_free(self->lock);
  g_free(self);
}

GPtrArray *galen_error_sides_new(void) {
  return g_ptr_array_new_with_free_func(side_free);
}

static void block_free(gpointer data) {
  GalenErrorBlock *self = data;
  if (self->deadlock != NULL)
    g_ptr_array_unref(self->deadlock->sides);
  if (self->crash != NULL) {
    g_free(self->crash->query);
    g_free(self->crash->assertion);
    g_ptr_array_unref(self->crash->backtrace);
  }
  g_clear_pointer(&self->semaphore, galen_error_semaphore_free);
  g_free(self->deadlock);
  g_free(self->crash);
  g_free(self->assertion);
  galen_error_place_clear(&self->place);
  g_free(self);
}

void galen_error_blocks_init(GalenErrorBlocks *self, guint max) {
  self->blocks = g_ptr_array_new_with_free_func(block_free);
  self->max = max;
  self->count = 0;
}

void galen_error_blocks_clear(GalenErrorBlocks *self) {
  g_clear_pointer(&self->blocks, g_ptr_array_unref);
}

/* ---- texts ---- */

static char *name_of(GalenSlice text) {
  return text.data != NULL && text.len > 0 ? galen_words_clean(text, GALEN_ERROR_NAME_MAX) : NULL;
}

/* "`shop`.`products`" is shop.products. */
static char *table_of(GalenSlice text) {
  char *name = name_of(text);
  gsize kept = 0;
  for (gsize i = 0; name != NULL && name[i] != '\0'; i++) {
    gboolean quote = name[i] == '`';
    if (quote && name[i + 1] == '`')
      i++;
    else if (quote)
      continue;
    name[kept++] = name[i];
  }
  if (name != NULL)
    name[kept] = '\0';
  return name;
}

static GalenDeadlockSide *side_new(const GalenBlockDeadlockSide *from, guint victim, gboolean full) {
  const GalenBlockLock *lock = from->waits.table.data != NULL ? &from->waits : &from->holds;
  GalenDeadlockSide *self = g_new0(GalenDeadlockSide, 1);
  self->query = galen_error_query_mask(from->query, GALEN_ERROR_QUERY_MAX, full);
  self->table = table_of(lock->table);
  self->index = name_of(lock->index);
  self->lock = name_of(lock->mode);
  self->thread = from->thread;
  self->victim = victim != 0 && from->number == victim;
  return self;
}

static GalenDeadlock *deadlock_new(const GalenErrorEvent *event, gboolean full) {
  GalenDeadlock *self = g_new0(GalenDeadlock, 1);
  GalenBlockDeadlock block;
  self->sides = galen_error_sides_new();
  if (galen_block_deadlock(event, &block))
    for (guint i = 0; i < block.n_sides; i++)
      g_ptr_array_add(self->sides, side_new(&block.sides[i], block.victim, full));
  return self;
}

static GalenCrash *crash_new(const GalenErrorEvent *event, gboolean full) {
  GalenCrash *self = g_new0(GalenCrash, 1);
  g_autofree GalenBlockCrash *block = g_new0(GalenBlockCrash, 1);
  self->backtrace = g_ptr_array_new_with_free_func(g_free);
  if (!galen_block_crash(event, block))
    return self;
  self->signal = block->signal;
  self->query = galen_error_query_mask(block->query, GALEN_ERROR_QUERY_MAX, full);
  self->thread = block->connection;
  for (guint i = 0; i < MIN(block->n_frames, GALEN_ERROR_FRAMES_MAX); i++)
    g_ptr_array_add(self->backtrace, galen_words_clean(block->frames[i], GALEN_ERROR_TEXT_MAX));
  return self;
}

/* "btr0cur.cc:336:expression": the file without its folders, which differ from build to build. */
static char *assertion_of(const GalenErrorEvent *event) {
  GalenBlockAssertion block;
  if (!galen_block_assertion(event, &block))
    return g_strdup("");
  const char *slash = block.file.len > 0 ? memrchr(block.file.data, '/', block.file.len) : NULL;
  if (slash != NULL)
    block.file = galen_slice(slash + 1, block.file.len - (gsize)(slash + 1 - block.file.data));
  g_autofree char *file = galen_words_clean(block.file, GALEN_ERROR_NAME_MAX);
  g_autofree char *expression = galen_words_clean(block.expression, GALEN_ERROR_TEXT_MAX);
  return g_strdup_printf("%s:%u%s%s", file, block.line, *expression != '\0' ? ":" : "", expression);
}

/* ---- keeping the earliest ---- */

/* Where a block of this spot belongs. */
static guint place_for(const GalenErrorBlocks *self, const GalenErrorSpot *spot) {
  guint low = 0, high = self->blocks->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    const GalenErrorBlock *at = g_ptr_array_index(self->blocks, middle);
    if (galen_error_spot_compare(&at->spot, spot) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void insert(GalenErrorBlocks *self, guint at, GalenErrorBlock *block) {
  g_ptr_array_insert(self->blocks, (int)at, block);
  if (self->blocks->len > self->max)
    g_ptr_array_set_size(self->blocks, (int)self->max);
}

static GalenErrorBlock *block_new(const GalenErrors *errors, const GalenErrorEvent *event, const GalenErrorSpot *spot) {
  GalenErrorBlock *self = g_new0(GalenErrorBlock, 1);
  GalenSlice head = event->head.data != NULL ? event->head : event->text;
  self->spot = *spot;
  self->entry = errors->trace != NULL ? galen_error_trace_length(errors->trace) : 0;
  self->place = (GalenErrorPlace){
      .path = g_strdup(spot->path),
      .node = g_strdup(spot->node),
      .raw_time = galen_words_clean(event->raw_time, GALEN_ERROR_NAME_MAX),
      .text = galen_error_text_mask(head, 0, errors->full),
      .line = spot->line,
      .time = spot->time,
  };
  if (event->block == GALEN_BLOCK_DEADLOCK)
    self->deadlock = deadlock_new(event, errors->full);
  else if (event->block == GALEN_BLOCK_CRASH)
    self->crash = crash_new(event, errors->full);
  else if (event->block == GALEN_BLOCK_SEMAPHORE)
    self->semaphore = galen_error_semaphore_new(event);
  else
    self->assertion = assertion_of(event);
  return self;
}

/* A line may speak of waits that are not below it. */
static gboolean has_parts(const GalenErrorEvent *event) {
  GalenBlockSemaphore block;
  return event->block != GALEN_BLOCK_SEMAPHORE || (galen_block_semaphore(event, &block) && block.total > 0);
}

int galen_error_blocks_add(GalenErrors *self, const GalenErrorEvent *event, gint64 time) {
  /* Each list's number + 1. */
  static const int list_of[] = {
      [GALEN_BLOCK_DEADLOCK] = 1, [GALEN_BLOCK_CRASH] = 2, [GALEN_BLOCK_SEMAPHORE] = 3, [GALEN_BLOCK_ASSERTION] = 4};
  int number = (guint)event->block < G_N_ELEMENTS(list_of) ? list_of[event->block] - 1 : -1;
  if (number < 0 || !has_parts(event))
    return -1;
  GalenErrorBlocks *list = &self->lists[number];
  list->count++;
  GalenErrorSpot spot = galen_errors_spot(self, event, time);
  guint at = place_for(list, &spot);
  if (at < list->max)
    insert(list, at, block_new(self, event, &spot));
  return number;
}

/* ---- placing ---- */

static int by_spot(gconstpointer a, gconstpointer b) {
  const GalenErrorBlock *x = *(const GalenErrorBlock *const *)a, *y = *(const GalenErrorBlock *const *)b;
  return galen_error_spot_compare(&x->spot, &y->spot);
}

static int by_entry(gconstpointer a, gconstpointer b) {
  guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
  return x < y ? -1 : x > y;
}

void galen_error_blocks_kept(const GalenErrors *self, GalenErrorKept ret_kept[GALEN_ERROR_BLOCK_LISTS]) {
  for (guint i = 0; i < GALEN_ERROR_BLOCK_LISTS; i++) {
    const GPtrArray *blocks = self->lists[i].blocks;
    ret_kept[i] = (GalenErrorKept){.kept = g_array_new(FALSE, FALSE, sizeof(guint64)),
                                   .rest = {.first = GALEN_TIME_NONE, .last = GALEN_TIME_NONE}};
    for (guint j = 0; j < blocks->len; j++) {
      const GalenErrorBlock *block = g_ptr_array_index(blocks, j);
      if (block->spot.time != GALEN_TIME_NONE)
        g_array_append_val(ret_kept[i].kept, block->entry);
    }
    g_array_sort(ret_kept[i].kept, by_entry);
  }
}

static gboolean comes_before(const GalenErrorBlock *block, const GalenErrorSpan *rest) {
  return block->spot.time < rest->first || (block->spot.time == rest->first && block->entry < rest->first_entry);
}

static gboolean place_list(const GalenErrors *errors, const GalenErrorBlocks *self, const GalenErrorSpan *rest,
                           GalenErrorClock clock, gpointer user) {
  for (guint i = 0; i < self->blocks->len; i++) {
    GalenErrorBlock *block = g_ptr_array_index(self->blocks, i);
    if (block->spot.time != GALEN_TIME_NONE) {
      block->spot.time = clock(user, block->spot.time, block->spot.utc);
      if (rest->first != GALEN_TIME_NONE && !comes_before(block, rest))
        return FALSE;
    }
    block->spot.node = errors->node;
    block->spot.path = errors->path;
    block->place.time = block->spot.time;
    g_free(block->place.node);
    g_free(block->place.path);
    block->place.node = g_strdup(errors->node);
    block->place.path = g_strdup(errors->path);
  }
  g_ptr_array_sort(self->blocks, by_spot);
  return TRUE;
}

gboolean galen_error_blocks_place(GalenErrors *self, const GalenErrorKept kept[GALEN_ERROR_BLOCK_LISTS],
                                  GalenErrorClock clock, gpointer user) {
  for (guint i = 0; i < GALEN_ERROR_BLOCK_LISTS; i++)
    if (!place_list(self, &self->lists[i], &kept[i].rest, clock, user))
      return FALSE;
  return TRUE;
}

/* ---- merging ---- */

static GalenDeadlock *deadlock_copy(const GalenDeadlock *from) {
  GalenDeadlock *self = g_new0(GalenDeadlock, 1);
  self->sides = galen_error_sides_new();
  for (guint i = 0; i < from->sides->len; i++) {
    const GalenDeadlockSide *side = g_ptr_array_index(from->sides, i);
    GalenDeadlockSide *copy = g_memdup2(side, sizeof *side);
    copy->query = g_strdup(side->query);
    copy->table = g_strdup(side->table);
    copy->index = g_strdup(side->index);
    copy->lock = g_strdup(side->lock);
    g_ptr_array_add(self->sides, copy);
  }
  return self;
}

static GalenErrorPlace place_copy(const GalenErrorPlace *from) {
  GalenErrorPlace copy = *from;
  copy.path = g_strdup(from->path);
  copy.node = g_strdup(from->node);
  copy.raw_time = g_strdup(from->raw_time);
  copy.text = g_strdup(from->text);
  return copy;
}

static gpointer copy_text(gconstpointer text, G_GNUC_UNUSED gpointer user) {
  return g_strdup(text);
}

static GalenCrash *crash_copy(const GalenCrash *from) {
  GalenCrash *self = g_memdup2(from, sizeof *from);
  self->query = g_strdup(from->query);
  self->assertion = g_strdup(from->assertion);
  self->backtrace = g_ptr_array_copy(from->backtrace, copy_text, NULL);
  g_ptr_array_set_free_func(self->backtrace, g_free);
  return self;
}

static GalenErrorBlock *block_copy(const GalenErrorBlock *from, const GalenErrorSpot *spot) {
  GalenErrorBlock *self = g_new0(GalenErrorBlock, 1);
  self->spot = *spot;
  self->place = place_copy(&from->place);
  self->deadlock = from->deadlock != NULL ? deadlock_copy(from->deadlock) : NULL;
  self->crash = from->crash != NULL ? crash_copy(from->crash) : NULL;
  self->semaphore = from->semaphore != NULL ? galen_error_semaphore_copy(from->semaphore) : NULL;
  self->assertion = g_strdup(from->assertion);
  return self;
}

static void merge_list(GalenErrors *errors, GalenErrorBlocks *self, const GalenErrorBlocks *other) {
  self->count += other->count;
  for (guint i = 0; i < other->blocks->len; i++) {
    const GalenErrorBlock *block = g_ptr_array_index(other->blocks, i);
    GalenErrorSpot spot = block->spot;
    spot.node = galen_errors_intern(errors, spot.node);
    spot.path = galen_errors_intern(errors, spot.path);
    guint at = place_for(self, &spot);
    if (at < self->max)
      insert(self, at, block_copy(block, &spot));
  }
}

void galen_error_blocks_merge(GalenErrors *self, const GalenErrors *other) {
  merge_list(self, &self->deadlocks, &other->deadlocks);
  merge_list(self, &self->crashes, &other->crashes);
  merge_list(self, &self->semaphores, &other->semaphores);
  merge_list(self, &self->assertions, &other->assertions);
}

/* ---- crashes with their assertions ---- */

/* Whether a crash comes of this assertion: the same file, a little further down. */
static gboolean follows(const GalenErrorSpot *assertion, const GalenErrorSpot *crash) {
  if (assertion->node != crash->node || assertion->path != crash->path || crash->line <= assertion->line ||
      crash->line - assertion->line > GALEN_ERROR_CRASH_LINES)
    return FALSE;
  if (assertion->time == GALEN_TIME_NONE || crash->time == GALEN_TIME_NONE)
    return TRUE;
  return crash->time - assertion->time <= GALEN_ERROR_CRASH_TIME;
}

static GalenErrorBlock *crash_of(const GPtrArray *crashes, const GalenErrorBlock *assertion) {
  for (guint i = 0; i < crashes->len; i++) {
    GalenErrorBlock *block = g_ptr_array_index(crashes, i);
    if (block->crash->assertion == NULL && follows(&assertion->spot, &block->spot))
      return block;
  }
  return NULL;
}

static void take_place(GalenErrorBlock *self) {
  if (self->deadlock != NULL) {
    self->deadlock->time = self->spot.time;
    self->deadlock->place = self->place;
  } else if (self->crash != NULL) {
    self->crash->time = self->spot.time;
    self->crash->place = self->place;
  }
}

GPtrArray *galen_error_blocks_crashes(const GalenErrors *self, guint64 *ret_count) {
  GPtrArray *all = g_ptr_array_new_with_free_func(block_free);
  guint64 paired = 0;
  for (guint i = 0; i < self->crashes.blocks->len; i++) {
    const GalenErrorBlock *block = g_ptr_array_index(self->crashes.blocks, i);
    g_ptr_array_add(all, block_copy(block, &block->spot));
  }
  g_autoptr(GPtrArray) alone = g_ptr_array_new();
  for (guint i = 0; i < self->assertions.blocks->len; i++) {
    const GalenErrorBlock *block = g_ptr_array_index(self->assertions.blocks, i);
    GalenErrorBlock *crash = crash_of(all, block);
    if (crash != NULL) {
      crash->crash->assertion = g_strdup(block->assertion);
      paired++;
      continue;
    }
    GalenErrorBlock *copy = block_copy(block, &block->spot);
    copy->crash = g_new0(GalenCrash, 1);
    copy->crash->assertion = g_strdup(block->assertion);
    copy->crash->backtrace = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(alone, copy);
  }
  for (guint i = 0; i < alone->len; i++)
    g_ptr_array_add(all, g_ptr_array_index(alone, i));
  g_ptr_array_sort(all, by_spot);
  if (all->len > GALEN_CRASHES_MAX)
    g_ptr_array_set_size(all, GALEN_CRASHES_MAX);
  for (guint i = 0; i < all->len; i++)
    take_place(g_ptr_array_index(all, i));
  for (guint i = 0; i < self->deadlocks.blocks->len; i++)
    take_place(g_ptr_array_index(self->deadlocks.blocks, i));
  *ret_count = self->crashes.count + self->assertions.count - paired;
  return all;
}
