/* Which wrapper's words hold for which unwrapped byte: a ring of entries, one a record, of what was put out of late. */
#include "envelope-private.h"

/* Records shorter than this on average get no entry of their own once CREDIT_MAX is used up: that bounds the ring, and
 * depends on the input alone. */
#define ENTRY_BYTES 32u
#define CREDIT_MAX (4u << 20)
#define CAPACITY_FIRST 1024u

void galen_env_lines_init(EnvLines *self) {
  *self = (EnvLines){.capacity = CAPACITY_FIRST, .credit = CREDIT_MAX};
  self->items = g_new(EnvLine, CAPACITY_FIRST);
}

void galen_env_lines_clear(EnvLines *self) {
  g_clear_pointer(&self->items, g_free);
}

static EnvLine *at(const EnvLines *self, gsize i) {
  return &self->items[(self->head + i) & (self->capacity - 1)];
}

static void grow(EnvLines *self) {
  EnvLine *items = g_new(EnvLine, self->capacity * 2);
  for (gsize i = 0; i < self->n; i++)
    items[i] = *at(self, i);
  g_free(self->items);
  self->items = items;
  self->head = 0;
  self->capacity *= 2;
}

void galen_env_lines_add(EnvLines *self, guint64 offset, const GalenLineInfo *info, gsize bytes) {
  self->credit = MIN(self->credit + MIN(bytes, (gsize)CREDIT_MAX), (gsize)CREDIT_MAX);
  if (self->credit < ENTRY_BYTES)
    return;
  self->credit -= ENTRY_BYTES;
  if (self->n == self->capacity)
    grow(self);
  *at(self, self->n++) = (EnvLine){offset, *info};
}

/* The last entry at or before `offset`; entries are never all dropped. */
static gsize find(const EnvLines *self, guint64 offset) {
  gsize low = 0, high = self->n;
  while (high - low > 1) {
    gsize middle = low + (high - low) / 2;
    if (at(self, middle)->offset <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void galen_env_lines_drop(EnvLines *self, guint64 before) {
  if (self->n < 2 || at(self, 1)->offset > before)
    return;
  gsize n = find(self, before);
  self->head = (self->head + n) & (self->capacity - 1);
  self->n -= n;
}

const GalenLineInfo *galen_env_lines_find(const EnvLines *self, guint64 offset) {
  return self->n == 0 ? NULL : &at(self, find(self, offset))->info;
}
