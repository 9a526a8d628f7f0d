/* The sample of a class: the worst event, by a total order of everything that is shown of it. */
#include "accum.h"

static int compare_u64(guint64 a, guint64 b) {
  return (a > b) - (a < b);
}

static int compare_times(gint64 a, gint64 b) {
  if (a == GALEN_TIME_NONE || b == GALEN_TIME_NONE)
    return (a == GALEN_TIME_NONE) - (b == GALEN_TIME_NONE);
  return (a > b) - (a < b);
}

static int compare_names(guint32 a, guint32 b, const GalenNames *names) {
  return a == b ? 0 : galen_name_compare(galen_names_text(names, a), galen_names_text(names, b));
}

static int compare_bytes(GalenSlice a, GalenSlice b) {
  gsize len = MIN(a.len, b.len);
  int order = len == 0 ? 0 : memcmp(a.data, b.data, len);
  return order != 0 ? order : compare_u64(a.len, b.len);
}

static GalenSlice text_of(const GalenWorst *self) {
  return galen_slice(self->text, self->len);
}

static GalenSlice explain_of(const GalenWorst *self) {
  return self->text == NULL ? galen_slice(NULL, 0) : galen_slice(self->text + self->len, self->explain_len);
}

int galen_worst_compare_head(const GalenWorst *a, const GalenWorst *b, const GalenNames *names) {
  if (a->query_time != b->query_time)
    return a->query_time > b->query_time ? -1 : 1;
  int order = compare_times(a->time, b->time);
  return order != 0 ? order : compare_names(a->node, b->node, names);
}

int galen_worst_compare(const GalenWorst *a, const GalenWorst *b, const GalenNames *names) {
  int order = galen_worst_compare_head(a, b, names);
  if (order == 0)
    order = compare_bytes(text_of(a), text_of(b));
  if (order == 0)
    order = compare_u64(a->line, b->line);
  if (order == 0)
    order = compare_names(a->path, b->path, names);
  if (order == 0)
    order = compare_u64(a->text_bytes, b->text_bytes);
  return order != 0 ? order : compare_bytes(explain_of(a), explain_of(b));
}

gboolean galen_worst_replace(GalenWorst *self, const GalenWorst *other, GalenSlice text, GalenSlice explain) {
  gsize text_len = MIN(text.len, (gsize)GALEN_SAMPLE_MAX), explain_len = MIN(explain.len, (gsize)GALEN_EXPLAIN_MAX);
  char *copy = NULL;
  if (text_len + explain_len > 0) {
    copy = galen_realloc_limited(NULL, text_len + explain_len, GALEN_SAMPLE_MAX + GALEN_EXPLAIN_MAX);
    if (copy == NULL)
      return FALSE;
    if (text_len > 0)
      memcpy(copy, text.data, text_len);
    if (explain_len > 0)
      memcpy(copy + text_len, explain.data, explain_len);
  }
  g_free(self->text);
  *self = *other;
  self->set = TRUE;
  self->text = copy;
  self->len = (guint32)text_len;
  self->explain_len = (guint32)explain_len;
  return TRUE;
}

void galen_worst_clear(GalenWorst *self) {
  g_free(self->text);
  memset(self, 0, sizeof *self);
}
