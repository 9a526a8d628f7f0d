#include "slots.h"

#include "../../parsers/temp_file.h"
#include "../digest/digest_record.h"
#include "../digest/errors_record.h"
#include "slot_words.h"

#include <unistd.h>

/* Digests that are open at a time: a day and what reaches into it, so that a log of a day needs no file. And the step of their
 * series. */
#define OPEN_MAX 28u
#define OPEN_SHARE 4u /* of the memory of one digest: what each may have */
#define STEP 60u
/* Slots of one log: 22 years of hours. What is past it goes to the slot without a time, where no figure is lost. */
#define SLOTS_MAX 200000u
#define HOUR_US ((gint64)GALEN_SLOT_HOUR * G_USEC_PER_SEC)

typedef struct {
  guint64 at, len;
} Part;

typedef struct {
  GalenSlot slot;
  GalenDigest *queries; /* when it is open, one of the two */
  GalenErrors *errors;
  guint64 used;  /* when it was used last */
  GArray *parts; /* of Part: its records in the file; or NULL */
} Slot;

struct GalenSlots {
  GalenSlotsOptions options;
  char *node, *path;
  GHashTable *slots; /* of Slot *, as a set */
  Slot *open[OPEN_MAX];
  guint n_open;
  Slot *last; /* that was used */
  guint64 clock;
  int fd; /* of closed ones; -1: not yet */
  guint64 end;
  GalenBytes bytes;
  GError *error; /* the first one */
};

/* ---- slots by place ---- */

static guint hash_slot(gconstpointer data) {
  const GalenSlot *slot = &((const Slot *)data)->slot;
  return g_int64_hash(&slot->from) ^ (guint)slot->kind ^ (slot->width << 1);
}

static gboolean equal_slots(gconstpointer left, gconstpointer right) {
  const GalenSlot *a = &((const Slot *)left)->slot, *b = &((const Slot *)right)->slot;
  return a->from == b->from && a->kind == b->kind && a->width == b->width;
}

static void close_digests(Slot *self) {
  g_clear_pointer(&self->queries, galen_digest_free);
  g_clear_pointer(&self->errors, galen_errors_free);
}

static void slot_free(gpointer data) {
  Slot *self = data;
  close_digests(self);
  g_clear_pointer(&self->parts, g_array_unref);
  g_free(self);
}

GalenSlots *galen_slots_new(const GalenSlotsOptions *options) {
  GalenSlots *self = g_new0(GalenSlots, 1);
  self->options = *options;
  self->slots = g_hash_table_new_full(hash_slot, equal_slots, slot_free, NULL);
  self->fd = -1;
  galen_bytes_init(&self->bytes, GALEN_SLOT_RECORD_MAX);
  return self;
}

void galen_slots_free(GalenSlots *self) {
  if (self == NULL)
    return;
  g_hash_table_unref(self->slots);
  galen_bytes_clear(&self->bytes);
  g_clear_error(&self->error);
  if (self->fd >= 0)
    close(self->fd);
  g_free(self->node);
  g_free(self->path);
  g_free(self);
}

void galen_slots_begin(GalenSlots *self, const char *node, const char *path) {
  g_hash_table_remove_all(self->slots);
  self->n_open = 0;
  self->last = NULL;
  self->end = 0;
  g_clear_error(&self->error);
  g_free(self->node);
  g_free(self->path);
  self->node = g_strdup(node);
  self->path = g_strdup(path);
}

/* ---- closing and opening ---- */

static void write_part(GalenSlots *self, Slot *slot) {
  Part part = {self->end, self->bytes.len};
  if (self->fd < 0)
    self->fd = galen_temp_file_open(&self->error);
  if (self->fd < 0 ||
      !galen_temp_file_write(self->fd, (const char *)self->bytes.data, self->bytes.len, self->end, &self->error))
    return;
  if (slot->parts == NULL)
    slot->parts = g_array_new(FALSE, FALSE, sizeof(Part));
  g_array_append_val(slot->parts, part);
  self->end += part.len;
}

static void close_slot(GalenSlots *self, Slot *slot) {
  galen_bytes_reset(&self->bytes);
  gboolean put =
      self->error == NULL && (slot->queries != NULL ? galen_digest_put(slot->queries, NULL, &self->bytes, &self->error)
                                                    : galen_errors_put(slot->errors, &self->bytes, &self->error));
  if (put)
    write_part(self, slot);
  close_digests(slot);
}

static void close_oldest(GalenSlots *self) {
  guint oldest = 0;
  for (guint i = 1; i < self->n_open; i++)
    if (self->open[i]->used < self->open[oldest]->used)
      oldest = i;
  close_slot(self, self->open[oldest]);
  self->open[oldest] = self->open[--self->n_open];
}

static void open_slot(GalenSlots *self, Slot *slot) {
  if (self->n_open == OPEN_MAX)
    close_oldest(self);
  self->open[self->n_open++] = slot;
  if (slot->slot.kind == GALEN_SLOT_ERRORS) {
    slot->errors = galen_errors_new_unplaced(self->options.samples == GALEN_SAMPLES_FULL);
    return;
  }
  GalenDigestOptions options = {.samples = self->options.samples, .share = OPEN_SHARE, .step = STEP};
  slot->queries = galen_digest_new(&options);
  galen_digest_set_source(slot->queries, self->node, self->path);
}

/* `time` GALEN_TIME_NONE: none. */
static Slot *slot_at(GalenSlots *self, GalenSlotKind kind, gint64 time) {
  gint64 from = time != GALEN_TIME_NONE ? galen_series_align(time, HOUR_US) : GALEN_TIME_NONE;
  Slot wanted = {.slot = {.kind = kind, .from = from, .width = GALEN_SLOT_HOUR}};
  if (from == GALEN_TIME_NONE || g_hash_table_size(self->slots) >= SLOTS_MAX)
    wanted.slot = (GalenSlot){.kind = kind, .width = GALEN_SLOT_UNTIMED};
  if (self->last == NULL || !equal_slots(self->last, &wanted)) {
    self->last = g_hash_table_lookup(self->slots, &wanted);
    if (self->last == NULL) {
      self->last = g_memdup2(&wanted, sizeof wanted);
      g_hash_table_add(self->slots, self->last);
    }
  }
  if (self->last->queries == NULL && self->last->errors == NULL)
    open_slot(self, self->last);
  self->last->used = ++self->clock;
  return self->last;
}

void galen_slots_add_query(GalenSlots *self, const GalenSlowEvent *event, const GalenFingerprint *fingerprint,
                           const GalenFingerprinter *fingerprinter, guint64 statement_bytes, GalenSlice sample) {
  Slot *slot = slot_at(self, GALEN_SLOT_QUERIES, event->timed ? event->start : GALEN_TIME_NONE);
  galen_digest_add(slot->queries, event, fingerprint, fingerprinter, statement_bytes, sample);
}

void galen_slots_add_error(GalenSlots *self, const GalenErrorEvent *event, const GalenLogRule *rule,
                           const GalenLogMatcher *matcher) {
  gint64 time = event->time != GALEN_TIME_NONE ? event->time : event->wall;
  Slot *slot = slot_at(self, GALEN_SLOT_ERRORS, time);
  galen_errors_add(slot->errors, event, time, rule, matcher);
}

/* ---- parts of slots of errors ---- */

void galen_slot_errors_add(GalenBytes *parts, const guint8 *record, gsize len) {
  galen_bytes_put_uint(parts, len);
  galen_bytes_put_raw(parts, record, len);
}

gboolean galen_slot_errors_next(GalenBytesReader *parts, GalenBytesReader *ret_record) {
  if (parts->failed || parts->data == parts->end)
    return FALSE;
  guint64 len = galen_bytes_get_uint(parts);
  if (len > (guint64)(parts->end - parts->data))
    parts->failed = TRUE;
  const guint8 *data = parts->failed ? NULL : galen_bytes_get_raw(parts, (gsize)len);
  if (data == NULL)
    return FALSE;
  *ret_record = (GalenBytesReader){data, data + len, FALSE};
  return TRUE;
}

/* ---- into the store ---- */

typedef struct {
  GalenSlots *slots;
  GalenStore *store;
  gint64 input;
  GalenSampleDays *days;
  GalenSlotWords *words;
  GalenBytes part, record;
} Putter;

static gboolean read_part(Putter *self, const Part *part, GalenBytesReader *ret_record, GError **error) {
  galen_bytes_reset(&self->part);
  guint8 *room = galen_bytes_extend(&self->part, (gsize)part->len);
  gssize n = room != NULL ? galen_temp_file_read(self->slots->fd, (char *)room, (gsize)part->len, part->at, error) : 0;
  if (n >= 0 && (guint64)n != part->len)
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "no memory, or a temporary file was cut");
  *ret_record = (GalenBytesReader){room, room + part->len, FALSE};
  return n >= 0 && (guint64)n == part->len;
}

/* Its parts in the file, and what is still open. NULL with error. */
static GalenDigest *join_queries(Putter *self, Slot *slot, GError **error) {
  g_autoptr(GalenDigest) digest = g_steal_pointer(&slot->queries);
  if (digest == NULL) {
    GalenDigestOptions options = {.samples = self->slots->options.samples, .step = STEP};
    digest = galen_digest_new(&options);
  }
  for (guint i = 0; slot->parts != NULL && i < slot->parts->len; i++) {
    GalenBytesReader reader;
    if (!read_part(self, &g_array_index(slot->parts, Part, i), &reader, error) ||
        !galen_digest_get(digest, &reader, NULL, error))
      return NULL;
  }
  return g_steal_pointer(&digest);
}

static gboolean put_queries(Putter *self, Slot *slot, GError **error) {
  g_autoptr(GalenDigest) digest = join_queries(self, slot, error);
  if (digest == NULL)
    return FALSE;
  GalenDigestPut how = {.without_fingerprints = TRUE,
                        .without_paths = TRUE,
                        .days = slot->slot.width != GALEN_SLOT_UNTIMED ? self->days : NULL,
                        .day = slot->slot.from};
  const GArray *classes = galen_slot_words_classes(self->words, digest, error);
  return classes != NULL && galen_digest_put(digest, &how, &self->record, error) &&
         galen_store_put_slot(self->store, &slot->slot, &self->record, classes, NULL, error);
}

static gboolean put_errors(Putter *self, const Slot *slot, GError **error) {
  galen_slot_words_begin_errors(self->words);
  for (guint i = 0; i < slot->parts->len; i++) {
    GalenBytesReader reader;
    if (!read_part(self, &g_array_index(slot->parts, Part, i), &reader, error))
      return FALSE;
    galen_slot_errors_add(&self->record, reader.data, (gsize)(reader.end - reader.data));
    g_autoptr(GalenErrors) errors = galen_errors_get(&reader, self->slots->options.rules, FALSE, error);
    if (errors == NULL)
      return FALSE;
    galen_slot_words_add_errors(self->words, errors);
  }
  return galen_store_put_slot(self->store, &slot->slot, &self->record, NULL, galen_slot_words_errors(self->words),
                              error);
}

static int compare_slots(const void *left, const void *right) {
  const GalenSlot *a = &(*(Slot *const *)left)->slot, *b = &(*(Slot *const *)right)->slot;
  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;
  return a->from != b->from ? (a->from > b->from) - (a->from < b->from) : (a->width > b->width) - (a->width < b->width);
}

static gboolean put_all(Putter *self, GError **error) {
  guint n;
  g_autofree Slot **slots = (Slot **)g_hash_table_get_keys_as_array(self->slots->slots, &n);
  qsort(slots, n, sizeof *slots, compare_slots);
  for (guint i = 0; i < n; i++) {
    Slot *slot = slots[i];
    slot->slot.input = self->input;
    galen_bytes_reset(&self->record);
    if (!(slot->slot.kind == GALEN_SLOT_QUERIES ? put_queries(self, slot, error) : put_errors(self, slot, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean galen_slots_put(GalenSlots *self, GalenStore *store, gint64 input, GError **error) {
  while (self->n_open > 0) {
    Slot *slot = self->open[--self->n_open];
    if (slot->errors != NULL)
      close_slot(self, slot);
  }
  if (self->error != NULL) {
    g_propagate_error(error, g_steal_pointer(&self->error));
    return FALSE;
  }
  g_autoptr(GalenSampleDays) days = galen_sample_days_new();
  g_autoptr(GalenSlotWords) words = galen_slot_words_new(galen_store_wants_buckets(store));
  Putter putter = {.slots = self, .store = store, .input = input, .days = days, .words = words};
  galen_bytes_init(&putter.part, GALEN_SLOT_RECORD_MAX);
  galen_bytes_init(&putter.record, GALEN_SLOT_RECORD_MAX);
  gboolean put = put_all(&putter, error);
  galen_bytes_clear(&putter.part);
  galen_bytes_clear(&putter.record);
  return put;
}
