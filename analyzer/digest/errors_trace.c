#include "errors_private.h"

#include "../../parsers/temp_file.h"

#include <unistd.h>

#define TRACE_MEMORY (64u << 10)
/* A record's time, its group, its peer and its list: four numbers of ten bytes at most. */
#define ENTRY_MAX 40u
/* Groups and peers that were ever made: few more than are kept, for a new one seldom has a low rank. */
#define SLOTS_MAX 65536u

/* What stands in the low bits of an entry's first number, below the step from the time before, zigzag. */
#define SEVERITY 3u
#define UTC 4u
#define PEER 8u
#define BLOCK 16u
#define FLAG_BITS 5u
/* So that a step between two times leaves these bits free. */
#define TIME_MAX (GALEN_SERIES_TIME_MAX / 2)

/* Numbers are written in groups of seven bits, low ones first. */
struct GalenErrorTrace {
  guint8 *buffer;
  gsize len;
  int fd; /* -1: all is in the buffer */
  guint64 written;
  gboolean failed;
  gint64 before;
  guint64 line;
  guint64 n;        /* entries */
  GPtrArray *slots; /* of GalenErrorSpan * */
};

GalenErrorTrace *galen_error_trace_new(void) {
  GalenErrorTrace *self = g_new0(GalenErrorTrace, 1);
  self->buffer = g_malloc(TRACE_MEMORY);
  self->fd = -1;
  self->slots = g_ptr_array_new();
  return self;
}

void galen_error_trace_free(GalenErrorTrace *self) {
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close(self->fd);
  g_ptr_array_unref(self->slots);
  g_free(self->buffer);
  g_free(self);
}

/* ---- spans ---- */

void galen_error_trace_span(GalenErrorTrace *self, GalenErrorSpan *span) {
  span->slot = self->slots->len;
  if (span->slot < SLOTS_MAX)
    g_ptr_array_add(self->slots, span);
  else
    self->failed = TRUE;
}

void galen_error_trace_join(GalenErrorTrace *self, const GalenErrorSpan *gone, GalenErrorSpan *into) {
  /* What goes has never been joined to: those are the groups and peers of all others. */
  if (gone->slot < self->slots->len)
    self->slots->pdata[gone->slot] = into;
}

/* ---- writing ---- */

static void flush(GalenErrorTrace *self) {
  if (self->fd < 0 && !self->failed)
    self->fd = galen_temp_file_open(NULL);
  self->failed = self->failed || self->fd < 0 ||
                 !galen_temp_file_write(self->fd, (const char *)self->buffer, self->len, self->written, NULL);
  self->written += self->len;
  self->len = 0;
}

static void put(GalenErrorTrace *self, guint64 number) {
  for (; number >= 0x80; number >>= 7)
    self->buffer[self->len++] = (guint8)(number | 0x80);
  self->buffer[self->len++] = (guint8)number;
}

void galen_error_trace_add(GalenErrorTrace *self, const GalenErrorSpot *spot, GalenSeverity severity,
                           const GalenErrorSpan *group, const GalenErrorSpan *peer, int list) {
  /* Of records of one time the first line comes first: then the trace knows it without lines. */
  self->failed = self->failed || spot->line < self->line;
  self->line = spot->line;
  if (spot->time == GALEN_TIME_NONE)
    return;
  if (spot->time > TIME_MAX || spot->time < -TIME_MAX)
    self->failed = TRUE;
  if (self->failed)
    return;
  if (self->len + ENTRY_MAX > TRACE_MEMORY)
    flush(self);
  gint64 step = spot->time - self->before;
  guint64 number = step < 0 ? ((guint64)-step << 1) - 1 : (guint64)step << 1;
  self->before = spot->time;
  number = number << FLAG_BITS | (list >= 0 ? BLOCK : 0) | (peer != NULL ? PEER : 0) | (spot->utc ? UTC : 0);
  put(self, number | severity);
  put(self, group->slot);
  if (peer != NULL)
    put(self, peer->slot);
  if (list >= 0)
    put(self, (guint64)list);
  self->n++;
}

guint64 galen_error_trace_length(const GalenErrorTrace *self) {
  return self->n;
}

/* ---- reading ---- */

/* Peers are many and far in memory: so many wait until theirs has come near. */
#define LATE 8u

typedef struct {
  GalenErrorSpan *span;
  gint64 time;
  guint64 entry;
} Late;

typedef struct {
  GalenErrorTrace *trace;
  const guint8 *at, *end;
  guint64 pos; /* in the file, of `end` */
  GalenErrorClock clock;
  gpointer user;
  GalenErrorSteps *steps;
  GalenErrorKept *kept;
  gint64 time, placed; /* of the entry before: as written, and on the clock */
  gboolean utc;
  Late late[LATE];
  guint n_late;
} Replay;

static void span_add(GalenErrorSpan *self, gint64 time, guint64 entry) {
  if (self->first == GALEN_TIME_NONE || time < self->first) {
    self->first = time;
    self->first_entry = entry;
  }
  self->last = self->last == GALEN_TIME_NONE ? time : MAX(self->last, time);
}

/* Adds the one that waited longest; `span` NULL: no other comes. */
static void add_late(Replay *self, GalenErrorSpan *span, gint64 time, guint64 entry) {
  Late *late = &self->late[self->n_late++ % LATE];
  if (late->span != NULL)
    span_add(late->span, late->time, late->entry);
  *late = (Late){span, time, entry};
  __builtin_prefetch(span);
}

static guint64 get(Replay *self) {
  guint64 number = 0;
  for (guint bits = 0; self->at < self->end; bits += 7) {
    number |= (guint64)(*self->at & 0x7f) << bits;
    if (*self->at++ < 0x80)
      break;
  }
  return number;
}

/* Reads on when the next entry may not be whole. FALSE: the file cannot be read. */
static gboolean fill(Replay *self) {
  GalenErrorTrace *trace = self->trace;
  gsize left = (gsize)(self->end - self->at);
  if (trace->fd < 0 || left >= ENTRY_MAX || self->pos == trace->written)
    return TRUE;
  if (left > 0)
    memmove(trace->buffer, self->at, left);
  gsize len = (gsize)MIN(trace->written - self->pos, TRACE_MEMORY - left);
  if (galen_temp_file_read(trace->fd, (char *)trace->buffer + left, len, self->pos, NULL) != (gssize)len)
    return FALSE;
  self->pos += len;
  self->at = trace->buffer;
  self->end = self->at + left + len;
  return TRUE;
}

/* Whether the block is kept; if not, it may come before one that is. */
static void note_block(GalenErrorKept *self, gint64 time, guint64 entry) {
  if (self->next < self->kept->len && g_array_index(self->kept, guint64, self->next) == entry)
    self->next++;
  else
    span_add(&self->rest, time, entry);
}

static void replay_entry(Replay *self, guint64 entry) {
  guint64 number = get(self), step = number >> FLAG_BITS;
  self->time += step & 1 ? -(gint64)((step + 1) >> 1) : (gint64)(step >> 1);
  gboolean utc = (number & UTC) != 0;
  if (step != 0 || utc != self->utc || entry == 0)
    self->placed = self->clock(self->user, self->time, utc);
  self->utc = utc;
  gint64 time = self->placed;
  galen_error_steps_add(self->steps, time, (GalenSeverity)(number & SEVERITY));
  GalenErrorSpan *group = g_ptr_array_index(self->trace->slots, get(self));
  span_add(group, time, entry);
  galen_error_span_count(group, time, self->steps);
  if (number & PEER)
    add_late(self, g_ptr_array_index(self->trace->slots, get(self)), time, entry);
  if (number & BLOCK)
    note_block(&self->kept[get(self)], time, entry);
}

gboolean galen_error_trace_replay(GalenErrorTrace *self, GalenErrorClock clock, gpointer user, GalenErrorSteps *steps,
                                  GalenErrorKept kept[GALEN_ERROR_BLOCK_LISTS]) {
  Replay replay = {.trace = self, .clock = clock, .user = user, .steps = steps, .kept = kept};
  if (self->fd >= 0)
    flush(self);
  if (self->failed)
    return FALSE;
  replay.at = self->buffer;
  replay.end = self->buffer + self->len;
  for (guint i = 0; i < self->slots->len; i++) {
    GalenErrorSpan *span = g_ptr_array_index(self->slots, i);
    span->first = span->last = GALEN_TIME_NONE;
  }
  for (guint64 entry = 0; entry < self->n; entry++) {
    if (!fill(&replay))
      return FALSE;
    replay_entry(&replay, entry);
  }
  for (guint i = 0; i < LATE; i++)
    add_late(&replay, NULL, 0, 0);
  return TRUE;
}

/* ---- records ---- */

/* One entry as it stands in the file. */
typedef struct {
  guint64 step; /* zigzag, from the time before */
  guint flags;
  guint64 group, peer, list;
} Entry;

static Entry next_entry(Replay *self) {
  guint64 number = get(self);
  Entry entry = {.step = number >> FLAG_BITS, .flags = (guint)(number & ((1u << FLAG_BITS) - 1)), .group = get(self)};
  entry.peer = entry.flags & PEER ? get(self) : 0;
  entry.list = entry.flags & BLOCK ? get(self) : 0;
  return entry;
}

static Replay reread(GalenErrorTrace *self) {
  Replay replay = {.trace = self};
  if (self->fd >= 0 && self->len > 0)
    flush(self);
  replay.at = self->buffer;
  replay.end = self->buffer + (self->fd >= 0 ? 0 : self->len);
  return replay;
}

/* Most logs write whole seconds. */
#define WHOLE ((guint64)G_USEC_PER_SEC)

/* What all steps are multiples of. 0: temporary space failed. */
static guint64 unit_of(GalenErrorTrace *self) {
  Replay replay = reread(self);
  for (guint64 i = 0; i < self->n; i++) {
    if (!fill(&replay))
      return 0;
    guint64 step = next_entry(&replay).step;
    if ((step + (step & 1)) / 2 % WHOLE != 0)
      return 1;
  }
  return WHOLE;
}

/* Zigzag, of a step in units. */
static guint64 in_units(guint64 step, guint64 unit) {
  return (step + (step & 1)) / unit - (step & 1);
}

static void put_entry(const GalenErrorTrace *self, const Entry *entry, guint64 unit, const GArray *numbers,
                      GalenBytes *bytes) {
  const GalenErrorSpan *group = g_ptr_array_index(self->slots, entry->group);
  galen_bytes_put_uint(bytes, in_units(entry->step, unit) << FLAG_BITS | entry->flags);
  galen_bytes_put_uint(bytes, g_array_index(numbers, guint32, group->slot));
  if (entry->flags & PEER) {
    const GalenErrorSpan *peer = g_ptr_array_index(self->slots, entry->peer);
    galen_bytes_put_uint(bytes, g_array_index(numbers, guint32, peer->slot));
  }
  if (entry->flags & BLOCK)
    galen_bytes_put_uint(bytes, entry->list);
}

/* A trace that is not whole stays so. */
gboolean galen_error_trace_put(GalenErrorTrace *self, const GArray *numbers, GalenBytes *bytes) {
  guint64 unit = self->failed ? 0 : unit_of(self);
  if (unit == 0 || self->failed) {
    galen_bytes_put_uint(bytes, 0);
    return self->failed;
  }
  galen_bytes_put_uint(bytes, unit);
  galen_bytes_put_uint(bytes, self->n);
  Replay replay = reread(self);
  for (guint64 i = 0; i < self->n && !bytes->failed; i++) {
    if (!fill(&replay))
      return FALSE;
    Entry entry = next_entry(&replay);
    put_entry(self, &entry, unit, numbers, bytes);
  }
  return TRUE;
}

static gboolean get_entry(GalenErrorTrace *self, guint64 unit, guint groups, GalenBytesReader *reader) {
  guint64 number = galen_bytes_get_uint(reader), group = galen_bytes_get_uint(reader);
  guint64 peer = number & PEER ? galen_bytes_get_uint(reader) : 0;
  guint64 list = number & BLOCK ? galen_bytes_get_uint(reader) : 0;
  guint64 step = number >> FLAG_BITS, size = (step + (step & 1)) / 2;
  if (reader->failed || (number & SEVERITY) > GALEN_SEVERITY_CRITICAL || group >= groups ||
      (number & PEER && (peer < groups || peer >= self->slots->len)) || list >= GALEN_ERROR_BLOCK_LISTS ||
      size > 2 * (guint64)TIME_MAX / unit)
    return FALSE;
  size *= unit;
  self->before += step & 1 ? -(gint64)size : (gint64)size;
  if (self->before > TIME_MAX || self->before < -TIME_MAX)
    return FALSE;
  if (self->len + ENTRY_MAX > TRACE_MEMORY)
    flush(self);
  put(self, (size * 2 - (step & 1)) << FLAG_BITS | (number & ((1u << FLAG_BITS) - 1)));
  put(self, group);
  if (number & PEER)
    put(self, peer);
  if (number & BLOCK)
    put(self, list);
  self->n++;
  return TRUE;
}

gboolean galen_error_trace_get(GalenErrorTrace *self, guint groups, GalenBytesReader *reader) {
  guint64 unit = galen_bytes_get_uint(reader);
  self->failed = unit == 0;
  if (unit == 0)
    return !reader->failed;
  if (unit != 1 && unit != WHOLE)
    return FALSE;
  for (guint64 n = galen_bytes_get_uint(reader); n > 0; n--)
    if (!get_entry(self, unit, groups, reader))
      return FALSE;
  return !reader->failed;
}
