#include "errors.h"

#include "errors_private.h"

GalenErrors *galen_errors_new(gboolean full_samples) {
  GalenErrors *self = g_new0(GalenErrors, 1);
  self->full = full_samples;
  self->strings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->node = self->path = galen_errors_intern(self, "");
  galen_error_table_init(&self->groups, galen_error_bucket_free);
  galen_error_table_init(&self->denied, galen_error_peer_free);
  galen_error_table_init(&self->aborted, galen_error_peer_free);
  self->by_rule = g_ptr_array_new();
  galen_error_steps_init(&self->steps);
  galen_error_blocks_init(&self->deadlocks, GALEN_DEADLOCKS_MAX);
  galen_error_blocks_init(&self->crashes, GALEN_CRASHES_MAX);
  galen_error_blocks_init(&self->semaphores, GALEN_SEMAPHORES_MAX);
  galen_error_blocks_init(&self->assertions, GALEN_CRASHES_MAX);
  return self;
}

GalenErrors *galen_errors_new_unplaced(gboolean full_samples) {
  GalenErrors *self = galen_errors_new(full_samples);
  self->trace = galen_error_trace_new();
  return self;
}

static void clear_shown(GalenErrors *self) {
  GPtrArray **lists[] = {&self->shown_groups,     &self->shown_deadlocks, &self->shown_crashes,
                         &self->shown_semaphores, &self->shown_denied,    &self->shown_aborted};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_clear_pointer(lists[i], g_ptr_array_unref);
  g_clear_pointer(&self->crash_blocks, g_ptr_array_unref);
  g_clear_pointer(&self->folded, galen_error_bucket_free);
  g_clear_pointer(&self->series, galen_error_series_free);
}

void galen_errors_free(GalenErrors *self) {
  if (self == NULL)
    return;
  clear_shown(self);
  galen_error_table_clear(&self->groups);
  galen_error_table_clear(&self->denied);
  galen_error_table_clear(&self->aborted);
  g_clear_pointer(&self->other, galen_error_bucket_free);
  g_clear_pointer(&self->trace, galen_error_trace_free);
  g_ptr_array_unref(self->by_rule);
  galen_error_blocks_clear(&self->deadlocks);
  galen_error_blocks_clear(&self->crashes);
  galen_error_blocks_clear(&self->semaphores);
  galen_error_blocks_clear(&self->assertions);
  g_hash_table_unref(self->strings);
  g_free(self);
}

const char *galen_errors_intern(GalenErrors *self, const char *text) {
  gpointer found = NULL;
  if (!g_hash_table_lookup_extended(self->strings, text, &found, NULL)) {
    found = g_strdup(text);
    g_hash_table_add(self->strings, found);
  }
  return found;
}

void galen_errors_set_source(GalenErrors *self, const char *node, const char *path) {
  self->node = galen_errors_intern(self, node != NULL ? node : "");
  self->path = galen_errors_intern(self, path != NULL ? path : "");
}

/* ---- places ---- */

void galen_error_span_add(GalenErrorSpan *self, gint64 first, gint64 last) {
  if (first == GALEN_TIME_NONE)
    return;
  self->first = self->first == GALEN_TIME_NONE ? first : MIN(self->first, first);
  self->last = self->last == GALEN_TIME_NONE ? last : MAX(self->last, last);
}

void galen_error_span_count(GalenErrorSpan *self, gint64 time, const GalenErrorSteps *steps) {
  if (galen_error_steps_has(time))
    galen_cells_add_in(&self->cells, (guint8)steps->step, steps->base + (gint64)steps->cell, 0, 1);
}

GalenErrorSpot galen_errors_spot(const GalenErrors *self, const GalenErrorEvent *event, gint64 time) {
  return (GalenErrorSpot){
      .time = time, .node = self->node, .path = self->path, .line = event->line, .utc = event->time != GALEN_TIME_NONE};
}

int galen_error_spot_compare(const GalenErrorSpot *a, const GalenErrorSpot *b) {
  if (a->time != b->time) {
    if (a->time == GALEN_TIME_NONE || b->time == GALEN_TIME_NONE)
      return a->time == GALEN_TIME_NONE ? 1 : -1;
    return a->time < b->time ? -1 : 1;
  }
  int by_node = strcmp(a->node, b->node);
  if (by_node != 0)
    return by_node;
  int by_path = strcmp(a->path, b->path);
  if (by_path != 0)
    return by_path;
  return a->line < b->line ? -1 : a->line > b->line;
}

void galen_error_place_clear(GalenErrorPlace *self) {
  g_free(self->path);
  g_free(self->node);
  g_free(self->raw_time);
  g_free(self->text);
  memset(self, 0, sizeof *self);
}

GalenSeverity galen_error_severity(const GalenLogRule *rule, GalenLevel level) {
  if (rule != NULL)
    return rule->severity;
  return level == GALEN_LEVEL_ERROR ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_INFO;
}

/* ---- adding ---- */

void galen_errors_settle(GalenErrors *self) {
  GalenErrorPending *pending = &self->pending;
  if (!pending->waits)
    return;
  pending->waits = FALSE;
  const GalenErrorSpan *peer = galen_error_peers_add(self, &pending->wanted, pending->spot.time);
  if (self->trace != NULL)
    galen_error_trace_add(self->trace, &pending->spot, pending->severity, pending->group, peer, pending->list);
}

void galen_errors_add(GalenErrors *self, const GalenErrorEvent *event, gint64 time, const GalenLogRule *rule,
                      const GalenLogMatcher *matcher) {
  GalenErrorPending *pending = &self->pending;
  galen_errors_settle(self);
  pending->waits = TRUE;
  pending->spot = galen_errors_spot(self, event, time);
  pending->severity = galen_error_severity(rule, event->level);
  self->count++;
  /* The steps first: groups count in cells of the step that this one may have made coarser. */
  if (self->trace == NULL)
    galen_error_steps_add(&self->steps, time, pending->severity);
  galen_error_peers_read(self, event, &pending->wanted);
  if (self->trace == NULL)
    galen_error_peers_expect(&pending->wanted);
  pending->group = galen_error_groups_add(self, event, &pending->spot, rule, matcher);
  pending->list = event->block != GALEN_BLOCK_LINE ? galen_error_blocks_add(self, event, time) : -1;
  if (self->trace == NULL)
    galen_errors_settle(self); /* others may read it before it is told to end */
}

void galen_errors_prepare(const GalenErrors *self) {
  if (self->pending.waits)
    galen_error_peers_expect(&self->pending.wanted);
}

gboolean galen_errors_place(GalenErrors *self, const char *node, const char *path, GalenErrorClock clock, gpointer user,
                            gint64 *ret_first, gint64 *ret_last) {
  GalenErrorKept kept[GALEN_ERROR_BLOCK_LISTS];
  galen_errors_settle(self);
  galen_errors_set_source(self, node, path);
  galen_error_blocks_kept(self, kept);
  gboolean placed = galen_error_trace_replay(self->trace, clock, user, &self->steps, kept) &&
                    galen_error_groups_place(self) && galen_error_blocks_place(self, kept, clock, user);
  for (guint i = 0; i < GALEN_ERROR_BLOCK_LISTS; i++)
    g_array_unref(kept[i].kept);
  g_clear_pointer(&self->trace, galen_error_trace_free);
  *ret_first = self->steps.from;
  *ret_last = self->steps.to;
  return placed;
}

guint galen_errors_items(GalenErrors *self) {
  galen_errors_settle(self);
  return g_hash_table_size(self->groups.items) + g_hash_table_size(self->denied.items) +
         g_hash_table_size(self->aborted.items);
}

void galen_errors_merge(GalenErrors *self, const GalenErrors *other) {
  self->count += other->count;
  galen_error_steps_merge(&self->steps, &other->steps);
  galen_error_groups_merge(self, other);
  galen_error_peers_merge(self, other);
  galen_error_blocks_merge(self, other);
}

/* ---- what came of it ---- */

static int by_weight(gconstpointer a, gconstpointer b) {
  const GalenErrorGroup *x = *(const GalenErrorGroup *const *)a, *y = *(const GalenErrorGroup *const *)b;
  if (x->severity != y->severity)
    return x->severity > y->severity ? -1 : 1;
  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return strcmp(x->id, y->id);
}

static int by_count(gconstpointer a, gconstpointer b) {
  const GalenErrorPeer *x = *(const GalenErrorPeer *const *)a, *y = *(const GalenErrorPeer *const *)b;
  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  int by_user = g_strcmp0(x->user, y->user), by_host = g_strcmp0(x->host, y->host);
  return by_user != 0 ? by_user : by_host != 0 ? by_host : g_strcmp0(x->reason, y->reason);
}

static GPtrArray *show_peers(const GalenErrorTable *table) {
  GPtrArray *list = g_ptr_array_new_with_free_func(galen_error_peer_shown_free);
  GHashTableIter iter;
  gpointer item;
  g_hash_table_iter_init(&iter, table->items);
  while (g_hash_table_iter_next(&iter, &item, NULL))
    g_ptr_array_add(list, galen_error_peer_show(item));
  g_ptr_array_sort(list, by_count);
  if (list->len > GALEN_ERROR_PEERS_MAX)
    g_ptr_array_set_size(list, GALEN_ERROR_PEERS_MAX);
  return list;
}

static void show_group(GalenErrors *self, GPtrArray *list, GalenErrorBucket *bucket) {
  galen_error_bucket_finish(bucket, self);
  g_ptr_array_add(list, &bucket->group);
}

/* Groups past the limit become "other messages" too, in a bucket of its own: the digest stays as it is. */
static void fold_rest(GalenErrors *self, GPtrArray *list) {
  if (list->len + (self->other != NULL) <= GALEN_ERROR_GROUPS_MAX)
    return;
  guint keep = GALEN_ERROR_GROUPS_MAX - 1;
  for (guint i = keep; i < list->len; i++)
    galen_error_groups_fold(self, list->pdata[i]);
  g_ptr_array_set_size(list, (int)keep);
}

static GPtrArray *show_groups(GalenErrors *self) {
  GPtrArray *list = g_ptr_array_new();
  GHashTableIter iter;
  gpointer item;
  g_hash_table_iter_init(&iter, self->groups.items);
  while (g_hash_table_iter_next(&iter, &item, NULL))
    show_group(self, list, item);
  g_ptr_array_sort(list, by_weight);
  fold_rest(self, list);
  GalenErrorBucket *rest = self->folded != NULL ? self->folded : self->other;
  if (rest != NULL)
    show_group(self, list, rest);
  g_ptr_array_sort(list, by_weight);
  return list;
}

static void set_deadlocks(GalenErrors *self) {
  self->shown_deadlocks = g_ptr_array_new();
  for (guint i = 0; i < self->deadlocks.blocks->len; i++)
    g_ptr_array_add(self->shown_deadlocks, ((GalenErrorBlock *)self->deadlocks.blocks->pdata[i])->deadlock);
}

static void set_crashes(GalenErrors *self) {
  self->crash_blocks = galen_error_blocks_crashes(self, &self->crash_count);
  self->shown_crashes = g_ptr_array_new();
  for (guint i = 0; i < self->crash_blocks->len; i++)
    g_ptr_array_add(self->shown_crashes, ((GalenErrorBlock *)self->crash_blocks->pdata[i])->crash);
}

static void set_semaphores(GalenErrors *self) {
  self->shown_semaphores = g_ptr_array_new();
  for (guint i = 0; i < self->semaphores.blocks->len; i++) {
    GalenErrorBlock *block = g_ptr_array_index(self->semaphores.blocks, i);
    block->semaphore->time = block->spot.time;
    block->semaphore->place = block->place;
    g_ptr_array_add(self->shown_semaphores, block->semaphore);
  }
}

void galen_errors_finish(GalenErrors *self) {
  clear_shown(self);
  self->shown_groups = show_groups(self);
  set_crashes(self);
  set_deadlocks(self);
  set_semaphores(self);
  self->shown_denied = show_peers(&self->denied);
  self->shown_aborted = show_peers(&self->aborted);
  self->series = galen_error_steps_export(&self->steps);
}

guint64 galen_errors_count(const GalenErrors *self) {
  return self->count;
}

const GPtrArray *galen_errors_groups(const GalenErrors *self) {
  return self->shown_groups;
}

const GPtrArray *galen_errors_deadlocks(const GalenErrors *self) {
  return self->shown_deadlocks;
}

const GPtrArray *galen_errors_crashes(const GalenErrors *self) {
  return self->shown_crashes;
}

const GPtrArray *galen_errors_semaphores(const GalenErrors *self) {
  return self->shown_semaphores;
}

guint64 galen_errors_semaphore_count(const GalenErrors *self) {
  return self->semaphores.count;
}

const GPtrArray *galen_errors_denied(const GalenErrors *self) {
  return self->shown_denied;
}

const GPtrArray *galen_errors_aborted(const GalenErrors *self) {
  return self->shown_aborted;
}

const GalenErrorSeries *galen_errors_series(const GalenErrors *self) {
  return self->series;
}

guint64 galen_errors_deadlock_count(const GalenErrors *self) {
  return self->deadlocks.count;
}

guint64 galen_errors_crash_count(const GalenErrors *self) {
  return self->crash_count;
}
