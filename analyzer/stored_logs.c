#include "stored_logs.h"

#include "store/cut.h"
#include "store/known.h"
#include "words.h"

#define BLOCK (256u << 10)
#define GROWN_CUT "it was cut at its head, and what is new in it counts when it has been added to the store"
#define CUT_COPY "the store has more of it than this copy, which is cut"

typedef struct {
  GalenStored *stored;
  GalenInputs *logs;
  const GalenStoredLogsOptions *options;
  GHashTable *gone; /* of GalenStoredInput *: what others have */
  char *block;
  gboolean complete;
} Settling;

static void tell(void (*func)(gpointer, const char *, const char *), gpointer user, const char *what, const char *why) {
  g_autofree char *clean = galen_words_clean(galen_slice(what, strlen(what)), 0);
  if (func != NULL)
    func(user, clean, why);
}

static void leave_out(Settling *self, GalenStoredInput *stored, const char *whose) {
  g_autofree char *why =
      g_strdup_printf("also in %s: what %s has of it is left out", whose, galen_store_where(stored->store));
  tell(self->options->note, self->options->user, stored->input->path, why);
  g_hash_table_add(self->gone, stored);
}

/* What a store has, but for what is left out already. */
static GPtrArray *rows_of(const Settling *self, const GalenStore *store) {
  GPtrArray *rows = g_ptr_array_new();
  for (guint i = 0; i < self->stored->inputs->len; i++) {
    GalenStoredInput *stored = g_ptr_array_index(self->stored->inputs, i);
    if (stored->store == store && !g_hash_table_contains(self->gone, stored))
      g_ptr_array_add(rows, stored->input);
  }
  return rows;
}

static GalenStoredInput *find_stored(const Settling *self, const GalenStoreInput *row) {
  for (guint i = 0; i < self->stored->inputs->len; i++) {
    GalenStoredInput *stored = g_ptr_array_index(self->stored->inputs, i);
    if (stored->input == row)
      return stored;
  }
  return NULL;
}

/* ---- logs ---- */

/* Whether any stored log begins as this one does. */
static gboolean is_like_any(const Settling *self, const GalenContentTap *tap) {
  for (guint i = 0; i < self->stored->inputs->len; i++) {
    const GalenStoredInput *stored = g_ptr_array_index(self->stored->inputs, i);
    if (galen_content_tap_has_head(tap, &stored->input->content))
      return TRUE;
  }
  return FALSE;
}

/* FALSE: it is none of those that stores have. */
static gboolean read_like_stored(Settling *self, GalenStream *stream, GalenContentTap *tap) {
  gsize had = 0, n;
  for (guint i = 0; i < self->stored->inputs->len; i++)
    galen_content_tap_expect(
        tap, ((const GalenStoredInput *)g_ptr_array_index(self->stored->inputs, i))->input->content.size);
  while (had < GALEN_STORE_HEAD && (n = galen_stream_read(stream, self->block, BLOCK)) > 0) {
    galen_content_tap_add(tap, self->block, n);
    had += n;
  }
  if (!is_like_any(self, tap))
    return FALSE;
  while ((n = galen_stream_read(stream, self->block, BLOCK)) > 0)
    galen_content_tap_add(tap, self->block, n);
  return TRUE;
}

/* The store's is longer: the log is left out, where that is possible. */
static void keep_store(Settling *self, GalenStream *stream, const GalenStoreInput *row) {
  const GalenInput *input = galen_stream_input(stream);
  const GalenStoredInput *stored = find_stored(self, row);
  g_autofree char *why = g_strdup_printf("%s has more of it", galen_store_where(stored->store));
  if (galen_stream_error(stream) != NULL) {
    tell(self->options->warn, self->options->user, input->path, CUT_COPY);
    self->complete = FALSE;
  }
  if (galen_inputs_leave_out(self->logs, input, why))
    return;
  /* A member of an archive cannot be: its figures are counted twice unless the store's go, of which there are more. */
  tell(self->options->warn, self->options->user, input->path,
       "a store has more of it, and what is in an archive cannot be left out: it counts twice");
  self->complete = FALSE;
}

/* A log that was cut at its head has only a part of what the store has: the store's stays. */
static gboolean is_cut(const GalenStore *store, const GalenContentTap *tap) {
  GalenStoreContent content;
  GalenCut cut;
  galen_content_tap_result(tap, &content);
  return galen_cut_get((GalenStore *)store, &content, &cut, NULL) && cut.at > 0;
}

static void keep_cut(Settling *self, GalenStream *stream, gboolean grown) {
  const GalenInput *input = galen_stream_input(stream);
  if (grown) {
    tell(self->options->warn, self->options->user, input->path, GROWN_CUT);
    self->complete = FALSE;
  }
  (void)galen_inputs_leave_out(self->logs, input, "cut at its head, and a store has all of it");
}

static void settle_in(Settling *self, GalenStream *stream, const GalenStore *store, const GalenKnownFile *file,
                      const GalenContentTap *tap) {
  g_autoptr(GPtrArray) rows = rows_of(self, store);
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  g_autoptr(GHashTable) taken = g_hash_table_new(g_int64_hash, g_int64_equal);
  GalenKnown known = galen_known_find(rows, taken, file, tap, found);
  if ((known == GALEN_KNOWN_SAME || known == GALEN_KNOWN_MORE) && is_cut(store, tap)) {
    keep_cut(self, stream, known == GALEN_KNOWN_MORE);
    return;
  }
  if (known == GALEN_KNOWN_LESS && found->len > 0)
    keep_store(self, stream, g_ptr_array_index(found, 0));
  for (guint i = 0; known != GALEN_KNOWN_LESS && i < found->len; i++)
    leave_out(self, find_stored(self, g_ptr_array_index(found, i)), "the logs");
}

static void on_stream(GalenStream *stream, gpointer user) {
  Settling *self = user;
  const GalenInput *input = galen_stream_input(stream);
  g_autoptr(GalenContentTap) tap = galen_content_tap_new();
  if (input->status != GALEN_INPUT_OK || !read_like_stored(self, stream, tap))
    return;
  g_autofree char *path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  g_autofree char *node = galen_words_clean(galen_slice(input->node, strlen(input->node)), 0);
  GalenKnownFile file = {.path = path, .node = node};
  galen_known_stat(input->path, &file.file);
  for (guint i = 0; i < self->stored->stores->len; i++)
    settle_in(self, stream, g_ptr_array_index(self->stored->stores, i), &file, tap);
}

/* ---- several stores ---- */

static gboolean is_same_log(const GalenStoredInput *a, const GalenStoredInput *b) {
  const GalenStoreContent *x = &a->input->content, *y = &b->input->content;
  return a->store != b->store && x->head_len == y->head_len && memcmp(x->head, y->head, sizeof x->head) == 0 &&
         (x->head_len == GALEN_STORE_HEAD || galen_store_content_equal(x, y)) && x->size > 0 &&
         g_str_equal(a->input->host, b->input->host) && g_str_equal(a->input->kind, b->input->kind) &&
         (x->head_len == GALEN_STORE_HEAD || g_str_equal(a->input->node, b->input->node));
}

static guint hash_head(gconstpointer stored) {
  guint hash;
  memcpy(&hash, ((const GalenStoredInput *)stored)->input->content.head, sizeof hash);
  return hash;
}

static gboolean equal_logs(gconstpointer a, gconstpointer b) {
  return a == b || is_same_log(a, b);
}

static void leave_double(Settling *self, GalenStoredInput *stored, const GalenStoredInput *other) {
  GalenStoredDouble twice = {stored->store, stored->input->id};
  leave_out(self, stored, galen_store_where(other->store));
  g_array_append_val(self->stored->doubles, twice);
}

/* Of what several stores have the longest stays, of equal ones the first. */
static void settle_stores(Settling *self) {
  g_autoptr(GHashTable) known = g_hash_table_new(hash_head, equal_logs);
  for (guint i = 0; self->stored->stores->len > 1 && i < self->stored->inputs->len; i++) {
    GalenStoredInput *stored = g_ptr_array_index(self->stored->inputs, i);
    GalenStoredInput *other = g_hash_table_lookup(known, stored);
    if (other != NULL && other->input->content.size >= stored->input->content.size) {
      leave_double(self, stored, other);
      continue;
    }
    if (other != NULL)
      leave_double(self, other, stored);
    g_hash_table_replace(known, stored, stored);
  }
}

gboolean galen_stored_settle(GalenStored *self, GalenInputs *logs, const GalenStoredLogsOptions *options) {
  Settling settling = {self, logs, options, g_hash_table_new(NULL, NULL), g_malloc(BLOCK), TRUE};
  settle_stores(&settling);
  if (galen_inputs_n_arguments(logs) > 0 && self->inputs->len > 0)
    galen_inputs_survey(logs, on_stream, &settling);
  for (guint i = self->inputs->len; i > 0; i--)
    if (g_hash_table_contains(settling.gone, g_ptr_array_index(self->inputs, i - 1)))
      g_ptr_array_remove_index(self->inputs, i - 1);
  g_hash_table_unref(settling.gone);
  g_free(settling.block);
  return settling.complete;
}
