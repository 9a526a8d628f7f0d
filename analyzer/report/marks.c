#include "marks.h"

#include "../words.h"

GalenMarked *galen_marked_new(void) {
  GalenMarked *self = g_new0(GalenMarked, 1);
  self->first = self->last = GALEN_TIME_NONE;
  self->nodes = g_ptr_array_new_with_free_func(g_free);
  return self;
}

void galen_marked_free(GalenMarked *self) {
  if (self == NULL)
    return;
  g_free(self->id);
  g_free(self->title);
  g_free(self->kind);
  g_ptr_array_unref(self->nodes);
  g_free(self);
}

GPtrArray *galen_marked_list_new(void) {
  return g_ptr_array_new_with_free_func((GDestroyNotify)galen_marked_free);
}

const char *galen_mark_word(GalenNightMark mark) {
  static const char *const words[] = {[GALEN_MARK_NEW] = "new", [GALEN_MARK_CONTINUING] = "continuing"};
  return words[mark];
}

static void copy_nodes(GalenMarked *self, const GPtrArray *nodes) {
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    g_ptr_array_add(self->nodes, g_strdup(g_ptr_array_index(nodes, i)));
}

GalenMarked *galen_marked_copy(const GalenMarked *one) {
  GalenMarked *self = galen_marked_new();
  self->id = g_strdup(one->id);
  self->title = g_strdup(one->title);
  self->kind = g_strdup(one->kind);
  self->severity = one->severity;
  self->muted = one->muted;
  self->first = one->first;
  self->last = one->last;
  copy_nodes(self, one->nodes);
  return self;
}

static GalenMarked *marked_of(const GalenRanked *one) {
  GalenMarked *self = galen_marked_new();
  const GalenIncident *incident = one->incident;
  self->id = g_strdup(incident != NULL ? incident->id : one->finding->id);
  self->title = g_strdup(incident != NULL ? incident->title : one->finding->title);
  self->kind = g_strdup(incident != NULL ? galen_incident_word(incident->kind) : "finding");
  self->severity = one->severity;
  self->muted = one->muted;
  copy_nodes(self, incident != NULL ? incident->nodes : one->finding->nodes);
  return self;
}

/* ---- what cannot be judged ---- */

/* A gap inside of a log that goes on. */
static gboolean is_of_a_part(const char *id) {
  return g_str_has_suffix(id, ":silence") || g_str_has_prefix(id, "coverage-gap:lost:") ||
         g_str_has_prefix(id, "coverage-gap:limit:");
}

/* Whether a finding of this night says that a log of the node is silent; NULL: of any node. Who mutes it knows of it. */
static gboolean is_silent(const GalenReport *report, const char *node, gboolean error_log) {
  g_autofree char *id = node != NULL ? g_strdup_printf("coverage-gap:%s", node) : NULL;
  g_autofree char *log = node != NULL ? g_strdup_printf("coverage-gap:%s:error-log", node) : NULL;
  for (guint i = 0; i < report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(report->findings, i);
    if (finding->muted || !g_str_has_prefix(finding->id, "coverage-gap:") || is_of_a_part(finding->id))
      continue;
    gboolean of_errors = g_str_has_suffix(finding->id, ":error-log");
    if (node == NULL ? of_errors == error_log : g_str_equal(finding->id, error_log ? log : id))
      return TRUE;
  }
  return FALSE;
}

/* An incident has its own end, and a gap is seen by itself. Anything else would be seen only in logs that go on. */
static gboolean is_unjudged(const GalenReport *report, const GalenMarked *one) {
  if (!g_str_equal(one->kind, "finding") || g_str_has_prefix(one->id, "coverage-gap:"))
    return FALSE;
  gboolean error_log = g_str_has_prefix(one->id, "error:");
  if (one->nodes->len == 0)
    return is_silent(report, NULL, error_log);
  for (guint i = 0; i < one->nodes->len; i++)
    if (!is_silent(report, g_ptr_array_index(one->nodes, i), error_log))
      return FALSE;
  return TRUE;
}

/* ---- all of them ---- */

static void count(GalenMarks *self, const GalenMarked *one, gboolean continues) {
  gboolean note = one->severity < GALEN_SEVERITY_WARNING;
  guint *const counts[2][2] = {{&self->n_new, &self->n_new_notes}, {&self->n_continuing, &self->n_continuing_notes}};
  if (!one->muted)
    ++*counts[continues][note];
}

static GHashTable *by_id(const GPtrArray *list) {
  GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; list != NULL && i < list->len; i++)
    g_hash_table_insert(table, ((GalenMarked *)g_ptr_array_index(list, i))->id, g_ptr_array_index(list, i));
  return table;
}

static void mark_shown(GalenMarks *self, const GalenReport *report, GHashTable *before, gint64 night) {
  for (guint i = 0; i < report->ranking->len && self->shown->len < GALEN_MARKED_MAX; i++) {
    GalenMarked *one = marked_of(&g_array_index(report->ranking, GalenRanked, i));
    const GalenMarked *known = g_hash_table_lookup(before, one->id);
    one->first = known != NULL ? known->first : night;
    one->last = night;
    count(self, one, known != NULL);
    g_ptr_array_add(self->shown, one);
    g_hash_table_insert(self->of, one->id, one);
  }
}

static int compare_resolved(gconstpointer left, gconstpointer right) {
  const GalenMarked *a = *(GalenMarked *const *)left, *b = *(GalenMarked *const *)right;
  return a->severity != b->severity ? (a->severity > b->severity ? -1 : 1) : 0;
}

static void find_resolved(GalenMarks *self, const GalenReport *report, const GPtrArray *before) {
  for (guint i = 0; before != NULL && i < before->len; i++) {
    const GalenMarked *one = g_ptr_array_index(before, i);
    if (g_hash_table_contains(self->of, one->id))
      continue;
    if (is_unjudged(report, one) && self->shown->len < GALEN_MARKED_MAX)
      g_ptr_array_add(self->shown, galen_marked_copy(one));
    else if (!one->muted)
      g_ptr_array_add(self->resolved, galen_marked_copy(one));
  }
  g_ptr_array_sort(self->resolved, compare_resolved);
}

GalenMarks *galen_marks_new(const GalenReport *report, const GPtrArray *shown, gint64 before, gint64 night) {
  GalenMarks *self = g_new0(GalenMarks, 1);
  self->before = shown != NULL ? before : GALEN_TIME_NONE;
  self->of = g_hash_table_new(g_str_hash, g_str_equal);
  self->shown = galen_marked_list_new();
  self->resolved = galen_marked_list_new();
  g_autoptr(GHashTable) known = by_id(shown);
  mark_shown(self, report, known, night);
  find_resolved(self, report, shown);
  return self;
}

void galen_marks_free(GalenMarks *self) {
  if (self == NULL)
    return;
  g_hash_table_unref(self->of);
  g_ptr_array_unref(self->shown);
  g_ptr_array_unref(self->resolved);
  g_free(self);
}

gboolean galen_marks_find(const GalenReport *report, const char *id, GalenNightMark *ret_mark, gint64 *ret_since) {
  const GalenMarked *one = report->marks != NULL && id != NULL ? g_hash_table_lookup(report->marks->of, id) : NULL;
  if (one == NULL)
    return FALSE;
  gboolean fresh = one->first == one->last;
  *ret_mark = fresh ? GALEN_MARK_NEW : GALEN_MARK_CONTINUING;
  *ret_since = fresh ? GALEN_TIME_NONE : one->first;
  return TRUE;
}

/* ---- words ---- */

static char *since_words(const GalenReport *report, gint64 night) {
  g_autofree char *time = galen_words_time(night, report->zone, 0);
  return g_strdup_printf("since the night of %.*s", (int)strcspn(time, " "), time);
}

char *galen_marks_words(const GalenReport *report, const char *id) {
  GalenNightMark mark;
  gint64 since;
  /* In the first night all of it would be new. */
  if (!galen_marks_find(report, id, &mark, &since) || report->marks->before == GALEN_TIME_NONE)
    return NULL;
  return mark == GALEN_MARK_NEW ? g_strdup("new") : since_words(report, since);
}

char *galen_marks_sentence(const GalenReport *report) {
  const GalenMarks *marks = report->marks;
  if (marks == NULL)
    return NULL;
  if (marks->before == GALEN_TIME_NONE)
    return g_strdup("This is the first night: all of it is new.");
  guint fresh = marks->n_new, notes = marks->n_new_notes, on = marks->n_continuing + marks->n_continuing_notes;
  g_autofree char *more = notes > 0 ? g_strdup_printf(", %u new note%s", notes, notes == 1 ? "" : "s") : g_strdup("");
  g_autofree char *missed = marks->missed > 0 ? g_strdup_printf(" This report covers %u missed night%s, too.",
                                                                marks->missed, marks->missed == 1 ? "" : "s")
                                              : g_strdup("");
  return g_strdup_printf("Against the night before: %u new%s, %u continuing, %u resolved.%s", fresh, more, on,
                         marks->resolved->len, missed);
}

char *galen_marks_brief(const GalenReport *report) {
  if (report->marks == NULL)
    return NULL;
  if (report->marks->n_new > 0)
    return g_strdup_printf("(%u new)", report->marks->n_new);
  return g_strdup(report->marks->before != GALEN_TIME_NONE ? "(nothing new)" : "(first night)");
}

char *galen_resolved_words(const GalenReport *report, const GalenMarked *one) {
  g_autofree char *since = since_words(report, one->first);
  return g_strdup_printf("%s, %s", galen_severity_word(one->severity), since);
}
