#include "errors_private.h"

#include "error_template.h"

#include "../words.h"

/* The most bytes of a key: a rule's id and its captures, or a template. */
#define KEY_MAX 1024u
#define CAPTURE_MAX 100u
#define OTHER_KEY "\x02"

typedef struct {
  char text[KEY_MAX];
  gsize len;
} Key;

static void key_add(Key *self, const char *data, gsize len) {
  len = MIN(len, KEY_MAX - self->len);
  if (len > 0)
    galen_error_copy(self->text + self->len, data, len);
  self->len += len;
}

/* ---- the first record ---- */

static void keep(GString **into, GalenSlice text) {
  if (*into == NULL)
    *into = g_string_new(NULL);
  g_string_truncate(*into, 0);
  if (text.data != NULL)
    g_string_append_len(*into, text.data, (gssize)MIN(text.len, GALEN_ERROR_RAW_MAX));
}

static GalenSlice kept(const GString *text) {
  return text != NULL ? galen_slice(text->str, text->len) : galen_slice(NULL, 0);
}

static void first_set(GalenErrorFirst *self, const GalenErrorSpot *spot, const GalenErrorEvent *event) {
  self->spot = *spot;
  keep(&self->head, event->head.data != NULL ? event->head : event->text);
  keep(&self->text, event->text);
  keep(&self->raw_time, event->raw_time);
  self->code = event->code;
  self->shown = FALSE;
  gsize n = MIN(event->subsystem.len, sizeof self->subsystem - 1);
  if (event->subsystem.data != NULL)
    memcpy(self->subsystem, event->subsystem.data, n);
  self->subsystem[event->subsystem.data != NULL ? n : 0] = '\0';
}

static void first_copy(GalenErrorFirst *self, const GalenErrorFirst *other, const GalenErrorSpot *spot) {
  self->spot = *spot;
  self->entry = other->entry;
  keep(&self->head, kept(other->head));
  keep(&self->text, kept(other->text));
  keep(&self->raw_time, kept(other->raw_time));
  self->code = other->code;
  self->shown = other->shown;
  memcpy(self->subsystem, other->subsystem, sizeof self->subsystem);
}

static void first_clear(GalenErrorFirst *self) {
  GString *texts[] = {self->head, self->text, self->raw_time};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i] != NULL)
      g_string_free(texts[i], TRUE);
}

/* ---- buckets ---- */

static void count_of_free(gpointer data) {
  GalenErrorCountOf *self = data;
  g_free(self->name);
  g_free(self);
}

static void group_clear(GalenErrorGroup *self) {
  g_free(self->subsystem);
  g_free(self->template);
  g_clear_pointer(&self->nodes, g_ptr_array_unref);
  galen_error_place_clear(&self->first_place);
  memset(self, 0, sizeof *self);
}

void galen_error_bucket_free(gpointer bucket) {
  GalenErrorBucket *self = bucket;
  group_clear(&self->group);
  first_clear(&self->at);
  g_array_unref(self->nodes);
  galen_cells_clear(&self->span.cells);
  g_free(self->item.key);
  g_free(self);
}

GalenErrorBucket *galen_error_bucket_new(GalenErrorTrace *trace, const GalenLogRule *rule, const char *key, gsize len,
                                         guint64 hash) {
  GalenErrorBucket *self = g_new0(GalenErrorBucket, 1);
  self->item = (GalenErrorItem){.hash = hash, .key = g_memdup2(key, len), .key_len = len};
  /* There are not many rules: their groups always stay. */
  self->item.rank = rule != NULL && rule->groups == NULL ? 0 : hash | 1;
  self->rule = rule;
  self->rule_len = rule != NULL ? (guint)strlen(rule->id) : 0;
  self->span.first = self->span.last = self->at.spot.time = GALEN_TIME_NONE;
  self->nodes = g_array_new(FALSE, FALSE, sizeof(GalenErrorNode));
  if (trace != NULL)
    galen_error_trace_span(trace, &self->span);
  return self;
}

void galen_error_bucket_count(GalenErrorBucket *self, const char *node, guint64 count) {
  for (guint i = self->nodes->len; i > 0; i--) {
    GalenErrorNode *at = &g_array_index(self->nodes, GalenErrorNode, i - 1);
    if (at->node == node) {
      at->count += count;
      return;
    }
  }
  GalenErrorNode added = {node, count};
  g_array_append_val(self->nodes, added);
}

static GalenErrorSpan *bucket_add(const GalenErrors *errors, GalenErrorBucket *self, const GalenErrorEvent *event,
                                  const GalenErrorSpot *spot) {
  if (errors->trace == NULL)
    galen_error_span_count(&self->span, spot->time, &errors->steps);
  self->levels[MIN((guint)event->level, GALEN_LEVEL_NOTE)]++;
  galen_error_span_add(&self->span, spot->time, spot->time);
  galen_error_bucket_count(self, spot->node, 1);
  if (self->count++ == 0 || galen_error_spot_compare(spot, &self->at.spot) < 0) {
    first_set(&self->at, spot, event);
    self->at.entry = errors->trace != NULL ? galen_error_trace_length(errors->trace) : 0;
  }
  return &self->span;
}

/* `other` may be of another digest. */
static void bucket_merge(GalenErrors *errors, GalenErrorBucket *self, const GalenErrorBucket *other) {
  GalenErrorSpot spot = other->at.spot;
  spot.node = galen_errors_intern(errors, spot.node);
  spot.path = galen_errors_intern(errors, spot.path);
  if (self->count == 0 || galen_error_spot_compare(&spot, &self->at.spot) < 0)
    first_copy(&self->at, &other->at, &spot);
  for (guint i = 0; i < G_N_ELEMENTS(self->levels); i++)
    self->levels[i] += other->levels[i];
  self->count += other->count;
  galen_error_span_add(&self->span, other->span.first, other->span.last);
  galen_cells_merge(&self->span.cells, &other->span.cells, (guint8)errors->steps.step);
  for (guint i = 0; i < other->nodes->len; i++) {
    const GalenErrorNode *node = &g_array_index(other->nodes, GalenErrorNode, i);
    galen_error_bucket_count(self, galen_errors_intern(errors, node->node), node->count);
  }
}

/* ---- which one ---- */

GalenErrorBucket *galen_error_groups_other(GalenErrors *self) {
  if (self->other == NULL)
    self->other = galen_error_bucket_new(self->trace, NULL, OTHER_KEY, strlen(OTHER_KEY), 0);
  return self->other;
}

/* The bucket of the key; the one for others when there is no room. */
static GalenErrorBucket *bucket_for(GalenErrors *self, const GalenLogRule *rule, const char *key, gsize len) {
  guint64 hash = galen_error_hash(key, len);
  GalenErrorItem *found = galen_error_table_find(&self->groups, key, len, hash);
  if (found != NULL)
    return (GalenErrorBucket *)found;
  gboolean always = rule != NULL && rule->groups == NULL;
  if (!galen_error_table_has_room(&self->groups, always ? 0 : hash | 1, key, len))
    return galen_error_groups_other(self);
  GalenErrorBucket *added = galen_error_bucket_new(self->trace, rule, key, len, hash);
  GalenErrorBucket *gone = (GalenErrorBucket *)galen_error_table_insert(&self->groups, &added->item);
  if (gone != NULL) {
    bucket_merge(self, galen_error_groups_other(self), gone);
    if (self->trace != NULL)
      galen_error_trace_join(self->trace, &gone->span, &self->other->span);
    galen_error_bucket_free(gone);
  }
  return added;
}

static GalenErrorBucket *bucket_of_rule(GalenErrors *self, const GalenLogRule *rule) {
  if (rule->index >= self->by_rule->len)
    g_ptr_array_set_size(self->by_rule, (int)rule->index + 1);
  GalenErrorBucket *bucket = g_ptr_array_index(self->by_rule, rule->index);
  if (bucket == NULL)
    bucket = self->by_rule->pdata[rule->index] = bucket_for(self, rule, rule->id, strlen(rule->id));
  return bucket;
}

static void key_of_captures(Key *key, const GalenLogRule *rule, const GalenLogMatcher *matcher) {
  key_add(key, rule->id, strlen(rule->id));
  for (guint i = 0; rule->groups[i] != NULL; i++) {
    GalenSlice capture = {0};
    if (matcher != NULL)
      capture = galen_log_matcher_capture(matcher, rule->groups[i]);
    key_add(key, "\x01", 1);
    key_add(key, capture.data, MIN(capture.len, CAPTURE_MAX));
  }
}

GalenErrorSpan *galen_error_groups_add(GalenErrors *self, const GalenErrorEvent *event, const GalenErrorSpot *spot,
                                       const GalenLogRule *rule, const GalenLogMatcher *matcher) {
  if (rule != NULL && rule->groups == NULL)
    return bucket_add(self, bucket_of_rule(self, rule), event, spot);
  Key key;
  key.len = 0;
  if (rule != NULL) {
    key_of_captures(&key, rule, matcher);
  } else {
    G_STATIC_ASSERT(KEY_MAX >= GALEN_ERROR_TEMPLATE_MAX + 1);
    key.text[0] = '\x03';
    key.len = 1 + galen_error_template(event->text, key.text + 1);
  }
  return bucket_add(self, bucket_for(self, rule, key.text, key.len), event, spot);
}

static gboolean bucket_place(const GalenErrors *errors, GalenErrorBucket *self) {
  if (self->span.first != GALEN_TIME_NONE && self->span.first_entry != self->at.entry)
    return FALSE;
  self->at.spot.time = self->span.first;
  self->at.spot.node = errors->node;
  self->at.spot.path = errors->path;
  for (guint i = 0; i < self->nodes->len; i++)
    g_array_index(self->nodes, GalenErrorNode, i).node = errors->node;
  return TRUE;
}

gboolean galen_error_groups_place(GalenErrors *self) {
  GHashTableIter iter;
  gpointer item;
  g_hash_table_iter_init(&iter, self->groups.items);
  while (g_hash_table_iter_next(&iter, &item, NULL))
    if (!bucket_place(self, item))
      return FALSE;
  return self->other == NULL || bucket_place(self, self->other);
}

void galen_error_groups_merge(GalenErrors *self, const GalenErrors *other) {
  GHashTableIter iter;
  gpointer item;
  g_hash_table_iter_init(&iter, other->groups.items);
  while (g_hash_table_iter_next(&iter, &item, NULL)) {
    const GalenErrorBucket *bucket = item;
    bucket_merge(self, bucket_for(self, bucket->rule, bucket->item.key, bucket->item.key_len), bucket);
  }
  if (other->other != NULL)
    bucket_merge(self, galen_error_groups_other(self), other->other);
}

void galen_error_groups_fold(GalenErrors *self, const GalenErrorGroup *group) {
  const char *at = (const char *)group - G_STRUCT_OFFSET(GalenErrorBucket, group);
  if (self->folded == NULL) {
    self->folded = galen_error_bucket_new(self->trace, NULL, OTHER_KEY, strlen(OTHER_KEY), 0);
    if (self->other != NULL)
      bucket_merge(self, self->folded, self->other);
  }
  bucket_merge(self, self->folded, (const GalenErrorBucket *)(gconstpointer)at);
}

/* ---- what is shown ---- */

/* Of most records; of equally many the worse. */
static GalenLevel most_common_level(const GalenErrorBucket *self) {
  static const GalenLevel worst_first[] = {GALEN_LEVEL_ERROR, GALEN_LEVEL_WARNING, GALEN_LEVEL_SYSTEM, GALEN_LEVEL_NOTE,
                                           GALEN_LEVEL_NONE};
  GalenLevel best = GALEN_LEVEL_ERROR;
  for (guint i = 0; i < G_N_ELEMENTS(worst_first); i++)
    if (self->levels[worst_first[i]] > self->levels[best])
      best = worst_first[i];
  return best;
}

/* Stable: only rule, captures and template enter. */
static void write_id(const GalenErrorBucket *self, char ret_id[33]) {
  g_autofree char *sum =
      g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)self->item.key, self->item.key_len);
  g_autofree char *upper = g_ascii_strup(sum, -1);
  memcpy(ret_id, upper, 33);
}

static char *shown(const GString *text) {
  return text != NULL ? g_strndup(text->str, text->len) : g_strdup("");
}

char *galen_error_bucket_head(const GalenErrorBucket *self, gboolean full) {
  return self->at.shown ? shown(self->at.head) : galen_error_text_mask(kept(self->at.head), 0, full);
}

char *galen_error_bucket_raw_time(const GalenErrorBucket *self) {
  return self->at.shown ? shown(self->at.raw_time) : galen_words_clean(kept(self->at.raw_time), GALEN_ERROR_NAME_MAX);
}

char *galen_error_bucket_template(const GalenErrorBucket *self) {
  char template[GALEN_ERROR_TEMPLATE_MAX];
  if (galen_slice_is(galen_slice(self->item.key, self->item.key_len), OTHER_KEY))
    return g_strdup("other messages");
  if (self->at.shown)
    return shown(self->at.text);
  gsize len = galen_error_template(kept(self->at.text), template);
  return galen_words_clean(galen_slice(template, len), GALEN_ERROR_TEMPLATE_MAX);
}

static int by_name(gconstpointer a, gconstpointer b) {
  return strcmp((*(const GalenErrorCountOf *const *)a)->name, (*(const GalenErrorCountOf *const *)b)->name);
}

static GPtrArray *node_counts(const GalenErrorBucket *self) {
  GPtrArray *counts = g_ptr_array_new_with_free_func(count_of_free);
  for (guint i = 0; i < self->nodes->len; i++) {
    const GalenErrorNode *node = &g_array_index(self->nodes, GalenErrorNode, i);
    GalenErrorCountOf *count = g_new0(GalenErrorCountOf, 1);
    count->name = galen_words_clean(galen_slice(node->node, strlen(node->node)), GALEN_ERROR_NAME_MAX);
    count->count = node->count;
    g_ptr_array_add(counts, count);
  }
  g_ptr_array_sort(counts, by_name);
  return counts;
}

void galen_error_bucket_finish(GalenErrorBucket *self, const GalenErrors *errors) {
  GalenErrorGroup *group = &self->group;
  group_clear(group);
  write_id(self, group->id);
  group->rule = self->rule;
  group->level = most_common_level(self);
  group->severity = galen_error_severity(self->rule, group->level);
  group->code = self->at.code;
  GalenSlice subsystem = galen_slice(self->at.subsystem, strlen(self->at.subsystem));
  group->subsystem = subsystem.len > 0 ? galen_words_clean(subsystem, 0) : NULL;
  group->template = galen_error_bucket_template(self);
  group->count = self->count;
  group->first = self->span.first;
  group->last = self->span.last;
  group->nodes = node_counts(self);
  const GalenErrorSteps *steps = &errors->steps;
  galen_cells_blocks(&self->span.cells, (guint8)steps->step, steps->base, galen_error_steps_n(steps), &group->blocks);
  group->first_place = (GalenErrorPlace){
      .path = g_strdup(self->at.spot.path),
      .node = g_strdup(self->at.spot.node),
      .raw_time = galen_error_bucket_raw_time(self),
      .text = galen_error_bucket_head(self, errors->full),
      .line = self->at.spot.line,
      .time = self->at.spot.time,
  };
}
