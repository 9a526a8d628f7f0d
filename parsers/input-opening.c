/* Opening inputs for a reading of all of them: each at its turn, with threads some before it, so that several are unpacked
 * at the same time. */
#include "input-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* However many threads there may be: each has its buffers and a file descriptor. */
#define EARLY_MAX 3

static int open_path(const GalenInputEntry *entry) {
  return entry->is_stdin ? STDIN_FILENO : open(entry->input.path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

GalenSource *galen_input_open(const GalenInputEntry *entry, guint64 *counter, char **ret_error) {
  int fd = open_path(entry);
  if (fd < 0) {
    *ret_error = g_strdup(g_strerror(errno));
    return NULL;
  }
  return galen_source_file_new(fd, !entry->is_stdin, entry->size, counter);
}

/* What can be read only once is kept while a survey reads it. */
static GalenSource *open_once(GalenInputs *self, GalenInputEntry *entry, guint64 *counter, char **ret_error) {
  if (entry->spool == NULL && entry->is_stdin && self->stdin_entry != NULL) {
    *ret_error = g_strdup("stdin can be read only once");
    return NULL;
  }
  if (entry->is_stdin)
    self->stdin_entry = entry;
  if (entry->spool == NULL && self->surveying) {
    int fd = open_path(entry);
    if (fd < 0) {
      *ret_error = g_strdup(g_strerror(errno));
      return NULL;
    }
    entry->spool = galen_spool_new(fd, !entry->is_stdin);
  }
  return entry->spool != NULL ? galen_spool_open(entry->spool, self->surveying, counter)
                              : galen_input_open(entry, counter, ret_error);
}

/* Not what waits for a pipe: the survey may leave it at any time. Nor an archive of unknown size, whose members may unpack
 * to so much as was read of it: that must not depend on how far the thread is. */
static gboolean may_run_ahead(const GalenInputs *self, const GalenInputEntry *entry, const GalenOpening *opening) {
  if (self->threads < 2 || g_str_equal(opening->compression, "none"))
    return FALSE;
  return entry->regular || !(self->surveying || galen_source_is_archive(opening->source));
}

static GalenOpening *open_entry(GalenInputs *self, GalenInputEntry *entry) {
  GalenOpening *opening = g_new0(GalenOpening, 1);
  opening->compression = "none";
  opening->packed = (GalenMeter){.packed = entry->size, .read = &opening->counter};
  GalenSource *packed = entry->regular ? galen_input_open(entry, &opening->counter, &opening->error)
                                       : open_once(self, entry, &opening->counter, &opening->error);
  if (packed == NULL)
    return opening;
  opening->source = galen_source_unpack(packed, &opening->packed, &opening->compression);
  opening->ahead = may_run_ahead(self, entry, opening);
  if (opening->ahead)
    opening->source = galen_source_ahead_new(opening->source);
  return opening;
}

/* xz and zstd may want many MiB each: one of them at most is unpacked before its turn. */
static gboolean wants_much(const GalenOpening *opening) {
  return opening->ahead && !g_str_equal(opening->compression, "gzip");
}

/* Of those behind `index`. What cannot be opened is tried again at its turn. */
static void open_next(GalenInputs *self, guint index) {
  guint early = 0, room = MIN(self->threads - 1, EARLY_MAX);
  gboolean much = FALSE;
  for (guint i = index + 1; i < self->entries->len && early < room && !much; i++) {
    GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    if (entry->input.status != GALEN_INPUT_OK || !entry->regular || entry->size == 0)
      continue;
    if (entry->opening == NULL) {
      entry->opening = open_entry(self, entry);
      if (entry->opening->source == NULL)
        g_clear_pointer(&entry->opening, galen_opening_free);
      else if (entry->opening->ahead)
        galen_source_ahead_begin(entry->opening->source, self->surveying);
    }
    early++;
    much = entry->opening != NULL && wants_much(entry->opening);
  }
}

GalenOpening *galen_inputs_take_opening(GalenInputs *self, guint index) {
  GalenInputEntry *entry = g_ptr_array_index(self->entries, index);
  GalenOpening *opening = g_steal_pointer(&entry->opening);
  if (opening == NULL)
    opening = open_entry(self, entry);
  if (self->threads > 1)
    open_next(self, index);
  return opening;
}

void galen_opening_free(GalenOpening *self) {
  if (self == NULL)
    return;
  galen_source_free(self->source);
  g_free(self->error);
  g_free(self);
}
