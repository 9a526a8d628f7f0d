#include "batch.h"

typedef struct {
  gsize size; /* of all that belongs to it */
  GalenSlowEvent event;
} Record;

#define ALIGNED(n) (((n) + sizeof(guint64) - 1) & ~(sizeof(guint64) - 1))

void galen_batch_init(GalenBatch *self, gsize capacity) {
  *self = (GalenBatch){.arena = g_malloc(capacity), .capacity = capacity, .dict = galen_attr_dict_new()};
}

void galen_batch_clear(GalenBatch *self) {
  g_free(self->window.data);
  g_free(self->arena);
  g_clear_pointer(&self->dict, galen_attr_dict_free);
  *self = (GalenBatch){0};
}

void galen_batch_begin(GalenBatch *self, const char *node, const char *path) {
  self->node = node;
  self->path = path;
  self->used = 0;
  self->n_events = 0;
  self->schema = galen_slice(NULL, 0);
}

static gboolean is_in(GalenSlice text, const GalenWindow *window) {
  return text.data == NULL || (text.data >= window->data && text.data <= window->data + window->capacity);
}

/* Copies `text` to *at unless it stays where it is. */
static GalenSlice keep(GalenSlice text, const GalenWindow *window, char **at) {
  if (is_in(text, window))
    return text;
  if (text.len > 0)
    memcpy(*at, text.data, text.len);
  GalenSlice copy = galen_slice(*at, text.len);
  *at += text.len;
  return copy;
}

static gboolean equal(GalenSlice a, GalenSlice b) {
  return a.data != NULL && a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

gboolean galen_batch_add(GalenBatch *self, const GalenSlowEvent *event, const GalenWindow *window) {
  gboolean schema_known = equal(self->schema, event->schema);
  const GalenSlice texts[] = {event->text, event->user, event->host, event->routine, event->explain};
  gsize size = sizeof(Record) + event->n_attrs * sizeof *event->attrs + (schema_known ? 0 : event->schema.len);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    size += is_in(texts[i], window) ? 0 : texts[i].len;
  size = ALIGNED(size);
  if (size > self->capacity - self->used)
    return FALSE;
  Record *record = (Record *)(gpointer)(self->arena + self->used);
  record->size = size;
  record->event = *event;
  GalenAttr *attrs = (GalenAttr *)(record + 1);
  if (event->n_attrs > 0)
    memcpy(attrs, event->attrs, event->n_attrs * sizeof *attrs);
  char *at = (char *)(attrs + event->n_attrs);
  record->event.text = keep(event->text, window, &at);
  record->event.user = keep(event->user, window, &at);
  record->event.host = keep(event->host, window, &at);
  record->event.routine = keep(event->routine, window, &at);
  record->event.explain = keep(event->explain, window, &at);
  record->event.schema = schema_known ? self->schema : keep(event->schema, window, &at);
  record->event.attrs = attrs;
  record->event.dict = self->dict;
  self->parsers_dict = event->dict;
  self->schema = record->event.schema;
  self->used += size;
  self->n_events++;
  return TRUE;
}

void galen_batch_end(GalenBatch *self) {
  if (self->n_events > 0)
    galen_attr_dict_assign(self->dict, self->parsers_dict);
}

const GalenSlowEvent *galen_batch_next(const GalenBatch *self, gsize *at) {
  if (*at >= self->used)
    return NULL;
  const Record *record = (const Record *)(gconstpointer)(self->arena + *at);
  *at += record->size;
  return &record->event;
}
