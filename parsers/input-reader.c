/* Reading an input's unpacked bytes apart from the main pass over all inputs. */
#include "input-private.h"

#define SKIP_BLOCK (64u << 10)

gboolean galen_reader_open(GalenReader *self, const GalenInputEntry *entry) {
  g_autofree char *error = NULL;
  *self = (GalenReader){.compression = "none"};
  self->meter = (GalenMeter){.packed = entry->size, .read = &self->counter};
  GalenSource *packed = galen_input_open(entry, &self->counter, &error);
  if (packed != NULL)
    self->source = galen_source_unpack(packed, &self->meter, &self->compression);
  return self->source != NULL;
}

void galen_reader_close(GalenReader *self) {
  g_clear_pointer(&self->source, galen_source_free);
}

gsize galen_reader_fill(GalenReader *self, char *buf, gsize len) {
  gsize filled = 0, n = 1;
  while (n > 0 && filled < len) {
    n = galen_source_read(self->source, buf + filled, len - filled);
    filled += n;
  }
  return filled;
}

gboolean galen_reader_skip(GalenReader *self, guint64 n) {
  g_autofree char *block = g_malloc(SKIP_BLOCK);
  while (n > 0) {
    /* The last byte is read: only that shows whether the file is still so long. */
    guint64 passed = galen_source_skip(self->source, n - 1);
    if (passed == 0)
      passed = galen_source_read(self->source, block, (gsize)MIN(n, (guint64)SKIP_BLOCK));
    if (passed == 0)
      return FALSE;
    n -= passed;
  }
  return TRUE;
}
