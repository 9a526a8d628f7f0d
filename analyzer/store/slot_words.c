#include "slot_words.h"

#include "../digest/digest_record.h"
#include "../digest/errors_record.h"
#include "../query/describe.h"
#include "../report/severity.h"
#include "../words.h"

struct GalenSlotWords {
  GHashTable *known; /* ids as GBytes * */
  GArray *classes;   /* of GalenSlotClass */
  GArray *errors;    /* of GalenSlotError */
  GPtrArray *texts;  /* that they point to */
  gboolean buckets;
};

GalenSlotWords *galen_slot_words_new(gboolean buckets) {
  GalenSlotWords *self = g_new0(GalenSlotWords, 1);
  self->buckets = buckets;
  self->known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  self->classes = g_array_new(FALSE, TRUE, sizeof(GalenSlotClass));
  self->errors = g_array_new(FALSE, TRUE, sizeof(GalenSlotError));
  self->texts = g_ptr_array_new_with_free_func(g_free);
  return self;
}

void galen_slot_words_free(GalenSlotWords *self) {
  if (self == NULL)
    return;
  g_hash_table_unref(self->known);
  g_array_unref(self->classes);
  g_array_unref(self->errors);
  g_ptr_array_unref(self->texts);
  g_free(self);
}

static const char *keep(GalenSlotWords *self, char *take_text) {
  if (take_text != NULL)
    g_ptr_array_add(self->texts, take_text);
  return take_text;
}

static const char *keep_clean(GalenSlotWords *self, const char *text) {
  return text != NULL ? keep(self, galen_words_clean(galen_slice(text, strlen(text)), 0)) : NULL;
}

static void add_bucket(guint index, guint64 count, gpointer user) {
  GalenSlotBucket **next = user;
  *(*next)++ = (GalenSlotBucket){(guint16)index, count};
}

static void add_buckets(GalenSlotWords *self, GalenSlotClass *class, const GalenHistogram *histogram) {
  class->n_buckets = galen_histogram_size(histogram);
  GalenSlotBucket *buckets = g_new(GalenSlotBucket, class->n_buckets), *next = buckets;
  if (buckets == NULL)
    return;
  galen_histogram_foreach(histogram, add_bucket, &next);
  class->buckets = buckets;
  g_ptr_array_add(self->texts, buckets);
}

static void add_class(const GalenClassFigures *figures, gpointer user) {
  GalenSlotWords *self = user;
  GalenSlotClass class = {.count = figures->count,
                          .time = figures->time,
                          .time_max = figures->time_max,
                          .rows_examined = figures->rows_examined};
  memcpy(class.id, figures->id, sizeof class.id);
  g_autoptr(GBytes) id = g_bytes_new(figures->id, sizeof figures->id);
  if (!g_hash_table_contains(self->known, id)) {
    g_autoptr(GalenQueryInfo) info = galen_query_describe(figures->fingerprint);
    class.command = keep_clean(self, info->command);
    class.label = keep_clean(self, info->label);
    class.full_len = figures->full_len;
    char *text =
        g_memdup2(figures->fingerprint.data != NULL ? figures->fingerprint.data : "", MAX(figures->fingerprint.len, 1));
    class.fingerprint = galen_slice(keep(self, text), figures->fingerprint.len);
    g_hash_table_add(self->known, g_steal_pointer(&id));
  }
  if (self->buckets)
    add_buckets(self, &class, figures->histogram);
  g_array_append_val(self->classes, class);
}

const GArray *galen_slot_words_classes(GalenSlotWords *self, GalenDigest *digest, GError **error) {
  g_array_set_size(self->classes, 0);
  g_ptr_array_set_size(self->texts, 0);
  return galen_digest_foreach_class(digest, add_class, self, error) ? self->classes : NULL;
}

void galen_slot_words_begin_errors(GalenSlotWords *self) {
  g_array_set_size(self->errors, 0);
  g_ptr_array_set_size(self->texts, 0);
}

static void add_error(const GalenErrorGroup *group, gpointer user) {
  GalenSlotWords *self = user;
  for (guint i = 0; i < self->errors->len; i++) {
    GalenSlotError *known = &g_array_index(self->errors, GalenSlotError, i);
    if (memcmp(known->id, group->id, sizeof known->id) == 0) {
      known->count += group->count;
      return;
    }
  }
  GalenSlotError error = {.rule = group->rule != NULL ? group->rule->id : NULL,
                          .severity = galen_severity_word(group->severity),
                          .code = group->code,
                          .template = keep_clean(self, group->template),
                          .count = group->count};
  memcpy(error.id, group->id, sizeof error.id);
  g_array_append_val(self->errors, error);
}

void galen_slot_words_add_errors(GalenSlotWords *self, GalenErrors *errors) {
  galen_errors_foreach_group(errors, add_error, self);
}

const GArray *galen_slot_words_errors(GalenSlotWords *self) {
  return self->errors;
}
