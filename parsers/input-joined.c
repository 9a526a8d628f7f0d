/* Several inputs as one stream: of each what the one before it does not have. */
#include "input-private.h"

typedef struct {
  GalenSource base;
  const GalenInputEntry *entry; /* the one that is being read */
  GalenSource *source;          /* its bytes; the first one's own, then the reader's */
  GalenReader reader;
  guint64 left; /* bytes to take of it */
} JoinedSource;

static guint64 bytes_of(const GalenInputEntry *entry) {
  return entry->next != NULL ? entry->length - entry->input.overlap : G_MAXUINT64;
}

static void close_current(JoinedSource *self) {
  if (self->source != self->reader.source)
    galen_source_free(self->source);
  galen_reader_close(&self->reader);
  self->source = NULL;
}

static void fail(JoinedSource *self, const char *why) {
  g_autofree char *message = g_strdup_printf("%s: %s", self->entry->input.path, why);
  galen_source_fail(&self->base, message);
}

/* FALSE: it could not be opened, or it is shorter than before. */
static gboolean open_next(JoinedSource *self) {
  close_current(self);
  self->entry = self->entry->next;
  self->left = bytes_of(self->entry);
  if (!galen_reader_open(&self->reader, self->entry)) {
    fail(self, "cannot be opened again");
    return FALSE;
  }
  self->source = self->reader.source;
  if (!galen_reader_skip(&self->reader, self->entry->input.overlap)) {
    fail(self, "changed while it was read");
    return FALSE;
  }
  return TRUE;
}

static gsize joined_read(GalenSource *base, char *buf, gsize len) {
  JoinedSource *self = (JoinedSource *)base;
  while (self->left == 0)
    if (!open_next(self))
      return 0;
  gsize n = galen_source_read(self->source, buf, (gsize)MIN((guint64)len, self->left));
  if (n > 0) {
    if (self->entry->next != NULL)
      self->left -= n;
    return n;
  }
  if (self->source->error != NULL)
    fail(self, self->source->error);
  else if (self->entry->next != NULL)
    fail(self, "changed while it was read");
  return 0;
}

static void joined_clear(GalenSource *base) {
  close_current((JoinedSource *)base);
}

GalenSource *galen_source_joined_new(GalenSource *source, const GalenInputEntry *entry) {
  static const GalenSourceClass class = {.read = joined_read, .clear = joined_clear};
  JoinedSource *self = g_new0(JoinedSource, 1);
  self->base.class = &class;
  self->entry = entry;
  self->source = source;
  self->left = bytes_of(entry);
  return &self->base;
}
