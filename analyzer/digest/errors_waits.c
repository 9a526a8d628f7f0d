/* Long semaphore waits: which thread waits where for what, and who has it. */
#include "errors_private.h"

#include "../../parsers/error_blocks.h"
#include "../words.h"

static char *word_of(GalenSlice text) {
  return text.data != NULL && text.len > 0 ? galen_words_clean(text, GALEN_ERROR_NAME_MAX) : NULL;
}

/* "/build/row0ins.cc line 2533" is "row0ins.cc:2533": folders differ from build to build. */
static char *place_of(GalenSlice text) {
  g_autofree char *name = word_of(text);
  if (name == NULL)
    return NULL;
  char *number = strstr(name, " line ");
  const char *slash = strrchr(name, '/');
  if (number != NULL)
    *number = '\0';
  return g_strdup_printf("%s%s%s", slash != NULL ? slash + 1 : name, number != NULL ? ":" : "",
                         number != NULL ? number + strlen(" line ") : "");
}

static gint64 span_of(gdouble seconds) {
  return (gint64)(MIN(seconds, 1e9) * (gdouble)G_USEC_PER_SEC);
}

static void wait_free(gpointer data) {
  GalenSemaphoreWait *self = data;
  g_free(self->thread);
  g_free(self->place);
  g_free(self->lock);
  g_free(self->created);
  g_free(self->holder);
  g_free(self->held_at);
  g_free(self);
}

GPtrArray *galen_error_waits_new(void) {
  return g_ptr_array_new_with_free_func(wait_free);
}

static GalenSemaphoreWait *wait_new(const GalenBlockWait *from) {
  GalenSemaphoreWait *self = g_new0(GalenSemaphoreWait, 1);
  g_autofree char *at = place_of(from->file);
  self->thread = word_of(from->thread);
  self->place = at != NULL ? g_strdup_printf("%s:%u", at, from->line) : NULL;
  self->lock = word_of(from->lock);
  self->created = place_of(from->created);
  self->holder = word_of(from->holder);
  self->held_at = place_of(from->held_at);
  self->span = span_of(from->seconds);
  return self;
}

GalenSemaphore *galen_error_semaphore_new(const GalenErrorEvent *event) {
  GalenBlockSemaphore block;
  if (!galen_block_semaphore(event, &block) || block.total == 0)
    return NULL;
  GalenSemaphore *self = g_new0(GalenSemaphore, 1);
  self->waits = galen_error_waits_new();
  self->total = block.total;
  self->longest = span_of(block.longest);
  for (guint i = 0; i < block.n_waits; i++)
    g_ptr_array_add(self->waits, wait_new(&block.waits[i]));
  return self;
}

GalenSemaphore *galen_error_semaphore_copy(const GalenSemaphore *from) {
  GalenSemaphore *self = g_memdup2(from, sizeof *from);
  self->waits = galen_error_waits_new();
  for (guint i = 0; i < from->waits->len; i++) {
    const GalenSemaphoreWait *wait = g_ptr_array_index(from->waits, i);
    GalenSemaphoreWait *copy = g_memdup2(wait, sizeof *wait);
    copy->thread = g_strdup(wait->thread);
    copy->place = g_strdup(wait->place);
    copy->lock = g_strdup(wait->lock);
    copy->created = g_strdup(wait->created);
    copy->holder = g_strdup(wait->holder);
    copy->held_at = g_strdup(wait->held_at);
    g_ptr_array_add(self->waits, copy);
  }
  return self;
}

void galen_error_semaphore_free(GalenSemaphore *self) {
  g_ptr_array_unref(self->waits);
  g_free(self);
}
