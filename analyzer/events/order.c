#include "order.h"

#include "../../parsers/event.h"
#include "../../parsers/temp_file.h"

#include <unistd.h>

#define WRITE_BLOCK (256u << 10)
#define READ_BLOCK_MAX (64u << 10)
#define READ_BLOCK_MIN 4096u
#define READ_MEMORY (32u << 20) /* of all runs together */

/* In a run each event is its time, its length and its bytes. */
typedef struct {
  gint64 time;
  guint32 len;
} Head;

typedef struct {
  gint64 time;
  guint64 number; /* of its input: equal times keep their order */
  char *json;     /* whole */
} Event;

typedef struct {
  char *name;
  guint64 from, to; /* in the file */
} Run;

struct GalenEventOrder {
  guint window;
  GArray *heap;     /* of Event, the earliest first */
  GArray *runs;     /* of Run */
  GString *pending; /* not yet in the file */
  guint64 end;      /* of the file with what is pending */
  int fd;
  guint64 number;
  gint64 last_time; /* of the last event that was added */
  gint64 released;  /* time of the last event that left the window */
};

/* ---- a binary heap ---- */

static gboolean before(const Event *a, const Event *b) {
  return a->time != b->time ? a->time < b->time : a->number < b->number;
}

static void swap(GArray *heap, guint a, guint b) {
  Event event = g_array_index(heap, Event, a);
  g_array_index(heap, Event, a) = g_array_index(heap, Event, b);
  g_array_index(heap, Event, b) = event;
}

static void heap_push(GArray *heap, Event event) {
  g_array_append_val(heap, event);
  for (guint at = heap->len - 1; at > 0;) {
    guint parent = (at - 1) / 2;
    if (!before(&g_array_index(heap, Event, at), &g_array_index(heap, Event, parent)))
      return;
    swap(heap, at, parent);
    at = parent;
  }
}

static Event heap_pop(GArray *heap) {
  Event top = g_array_index(heap, Event, 0);
  swap(heap, 0, heap->len - 1);
  g_array_set_size(heap, heap->len - 1);
  for (guint at = 0;;) {
    guint least = at;
    for (guint child = 2 * at + 1; child <= 2 * at + 2 && child < heap->len; child++)
      if (before(&g_array_index(heap, Event, child), &g_array_index(heap, Event, least)))
        least = child;
    if (least == at)
      return top;
    swap(heap, at, least);
    at = least;
  }
}

/* ---- writing runs ---- */

static void run_clear(gpointer data) {
  g_free(((Run *)data)->name);
}

static void event_clear(gpointer data) {
  g_free(((Event *)data)->json);
}

GalenEventOrder *galen_event_order_new(guint window) {
  GalenEventOrder *self = g_new0(GalenEventOrder, 1);
  self->window = window;
  self->heap = g_array_new(FALSE, FALSE, sizeof(Event));
  self->runs = g_array_new(FALSE, FALSE, sizeof(Run));
  g_array_set_clear_func(self->runs, run_clear);
  self->pending = g_string_new(NULL);
  self->fd = -1;
  return self;
}

void galen_event_order_free(GalenEventOrder *self) {
  if (self == NULL)
    return;
  for (guint i = 0; i < self->heap->len; i++)
    event_clear(&g_array_index(self->heap, Event, i));
  g_array_unref(self->heap);
  g_array_unref(self->runs);
  g_string_free(self->pending, TRUE);
  if (self->fd >= 0)
    close(self->fd);
  g_free(self);
}

static gboolean flush(GalenEventOrder *self, GError **error) {
  if (self->pending->len == 0)
    return TRUE;
  if (self->fd < 0)
    self->fd = galen_temp_file_open(error);
  if (self->fd < 0 ||
      !galen_temp_file_write(self->fd, self->pending->str, self->pending->len, self->end - self->pending->len, error))
    return FALSE;
  g_string_truncate(self->pending, 0);
  return TRUE;
}

static gboolean append(GalenEventOrder *self, gint64 time, const char *json, gsize len, GError **error) {
  Head head = {time, (guint32)len};
  g_string_append_len(self->pending, (const char *)&head, sizeof head);
  g_string_append_len(self->pending, json, (gssize)len);
  self->end += sizeof head + len;
  return self->pending->len < WRITE_BLOCK || flush(self, error);
}

static gboolean release_first(GalenEventOrder *self, GError **error) {
  Event event = heap_pop(self->heap);
  self->released = event.time;
  gboolean done = append(self, event.time, event.json, strlen(event.json), error);
  g_free(event.json);
  return done;
}

static gboolean end_run(GalenEventOrder *self, GError **error) {
  while (self->heap->len > 0)
    if (!release_first(self, error))
      return FALSE;
  if (self->runs->len > 0)
    g_array_index(self->runs, Run, self->runs->len - 1).to = self->end;
  return TRUE;
}

gboolean galen_event_order_begin(GalenEventOrder *self, const char *name, GError **error) {
  if (!end_run(self, error))
    return FALSE;
  Run run = {g_strdup(name), self->end, self->end};
  g_array_append_val(self->runs, run);
  self->number = 0;
  self->last_time = self->released = GALEN_TIME_NONE;
  return TRUE;
}

gboolean galen_event_order_add(GalenEventOrder *self, gint64 time, const char *json, gsize len, GError **error) {
  if (time == GALEN_TIME_NONE)
    time = MAX(self->last_time, self->released);
  self->last_time = time;
  if (time < self->released) {
    g_autofree char *late = g_strdup_printf("%.*s, \"late\": true}\n", (int)len, json);
    return append(self, self->released, late, strlen(late), error);
  }
  Event event = {time, self->number++, g_strdup_printf("%.*s}\n", (int)len, json)};
  heap_push(self->heap, event);
  return self->heap->len <= self->window || release_first(self, error);
}

/* ---- merging runs ---- */

typedef struct {
  const Run *run;
  guint rank;
  guint64 at; /* of the next bytes to read */
  char *buffer;
  gsize capacity, pos, len;
  Head head; /* of the next event */
} Cursor;

static void cursor_free(gpointer data) {
  g_free(((Cursor *)data)->buffer);
  g_free(data);
}

/* Makes sure of `wanted` bytes at pos; FALSE with error. */
static gboolean cursor_need(Cursor *self, int fd, gsize wanted, GError **error) {
  if (self->len - self->pos >= wanted)
    return TRUE;
  memmove(self->buffer, self->buffer + self->pos, self->len - self->pos);
  self->len -= self->pos;
  self->pos = 0;
  if (wanted > self->capacity) {
    self->capacity = wanted;
    self->buffer = g_realloc(self->buffer, wanted);
  }
  gsize room = (gsize)MIN((guint64)(self->capacity - self->len), self->run->to - self->at);
  gssize n = galen_temp_file_read(fd, self->buffer + self->len, room, self->at, error);
  if (n < 0)
    return FALSE;
  self->len += (gsize)n;
  self->at += (guint64)n;
  if (self->len >= wanted)
    return TRUE;
  g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the temporary file was cut");
  return FALSE;
}

static gboolean cursor_done(const Cursor *self) {
  return self->at == self->run->to && self->pos == self->len;
}

static gboolean cursor_head(Cursor *self, int fd, GError **error) {
  if (!cursor_need(self, fd, sizeof self->head, error))
    return FALSE;
  memcpy(&self->head, self->buffer + self->pos, sizeof self->head);
  self->pos += sizeof self->head;
  return cursor_need(self, fd, self->head.len, error);
}

static gboolean cursor_before(const Cursor *a, const Cursor *b) {
  return a->head.time != b->head.time ? a->head.time < b->head.time : a->rank < b->rank;
}

static void sink(GPtrArray *heap, guint at) {
  for (;;) {
    guint least = at;
    for (guint child = 2 * at + 1; child <= 2 * at + 2 && child < heap->len; child++)
      if (cursor_before(g_ptr_array_index(heap, child), g_ptr_array_index(heap, least)))
        least = child;
    if (least == at)
      return;
    gpointer moved = g_ptr_array_index(heap, at);
    g_ptr_array_index(heap, at) = g_ptr_array_index(heap, least);
    g_ptr_array_index(heap, least) = moved;
    at = least;
  }
}

static int compare_runs(gconstpointer left, gconstpointer right) {
  const Run *a = left, *b = right;
  int order = g_strcmp0(a->name, b->name);
  return order != 0 ? order : (a->from > b->from) - (a->from < b->from);
}

/* Cursors on all runs that hold something, at their first event, as a heap. */
static gboolean open_cursors(GalenEventOrder *self, GPtrArray *heap, GError **error) {
  g_array_sort(self->runs, compare_runs);
  gsize block = CLAMP(READ_MEMORY / MAX(self->runs->len, 1), READ_BLOCK_MIN, READ_BLOCK_MAX);
  for (guint i = 0; i < self->runs->len; i++) {
    const Run *run = &g_array_index(self->runs, Run, i);
    if (run->from == run->to)
      continue;
    Cursor *cursor = g_new0(Cursor, 1);
    *cursor = (Cursor){.run = run, .rank = i, .at = run->from, .buffer = g_malloc(block), .capacity = block};
    g_ptr_array_add(heap, cursor);
    if (!cursor_head(cursor, self->fd, error))
      return FALSE;
  }
  for (guint i = heap->len / 2; i-- > 0;)
    sink(heap, i);
  return TRUE;
}

gboolean galen_event_order_finish(GalenEventOrder *self, GalenEventOut out, gpointer user, GError **error) {
  g_autoptr(GPtrArray) heap = g_ptr_array_new_with_free_func(cursor_free);
  if (!end_run(self, error) || !flush(self, error) || !open_cursors(self, heap, error))
    return FALSE;
  while (heap->len > 0) {
    Cursor *first = g_ptr_array_index(heap, 0);
    if (!out(user, first->buffer + first->pos, first->head.len, error))
      return FALSE;
    first->pos += first->head.len;
    if (cursor_done(first))
      g_ptr_array_remove_index_fast(heap, 0);
    else if (!cursor_head(first, self->fd, error))
      return FALSE;
    if (heap->len > 0)
      sink(heap, 0);
  }
  return TRUE;
}
