#include "log_rules_private.h"

#include "../../parsers/scan.h"

#define MATCH_LIMIT 50000u     /* steps of a regex on one message: enough for honest ones */
#define HEAP_LIMIT 1024u       /* KiB */
#define JIT_STACK (256u << 10) /* bytes */

#define CANDIDATES_MAX 16u /* of one scan that are put in order */

struct GalenLogMatcher {
  const GalenLogRules *rules;
  pcre2_match_data *data;
  pcre2_match_context *context;
  pcre2_jit_stack *stack;
  const GalenErrorEvent *event;     /* during a match */
  const GalenLogRuleFull *best;     /* so far */
  const GalenLogRuleFull *captured; /* whose captures `data` holds */
  int n_captures;
  GalenSlice subject;  /* what they are pieces of: it may outlive the event */
  gboolean facts_only; /* regexes of rules without a fact are not run … */
  gboolean doubt;      /* … and there was one: what was found may not be it */
};

/* ---- conditions ---- */

static gboolean has_code(const GalenLogCodes *codes, guint32 code) {
  for (guint i = 0; i < codes->n; i++)
    if (codes->items[i] == code)
      return TRUE;
  return FALSE;
}

static gboolean is_subsystem(const char *wanted, GalenSlice subsystem) {
  if (galen_slice_is(subsystem, wanted))
    return TRUE;
  return g_str_equal(wanted, "WSREP") &&
         (galen_slice_is(subsystem, "Galera") || galen_slice_is(subsystem, "WSREP-SST"));
}

static gboolean starts_with_one(const GalenLogLiterals *literals, GalenSlice text) {
  for (guint i = 0; i < literals->n; i++) {
    const GalenSlice *literal = &literals->items[i];
    if (text.len >= literal->len && galen_same_bytes(text.data, literal->data, literal->len))
      return TRUE;
  }
  return FALSE;
}

static gboolean has_literal(GalenSlice text, const GalenSlice *literal, gsize rare) {
  if (text.len < literal->len)
    return FALSE;
  const char *at = text.data + rare, *last = at + (text.len - literal->len);
  for (; at <= last; at++) {
    at = galen_scan_either(at, last + 1, literal->data[rare], literal->data[rare]);
    if (at > last)
      return FALSE;
    if (galen_same_bytes(at - rare, literal->data, literal->len))
      return TRUE;
  }
  return FALSE;
}

static gboolean contains_one(const GalenLogRuleFull *rule, GalenSlice text) {
  for (guint i = 0; i < rule->contains.n; i++)
    if (has_literal(text, &rule->contains.items[i], rule->rare[i]))
      return TRUE;
  return FALSE;
}

/* As much of it as a regex would look at. */
static gboolean lacks_all(const GalenLogRuleFull *rule, GalenSlice text) {
  text.len = MIN(text.len, GALEN_LOG_RULE_SUBJECT_MAX);
  for (guint i = 0; i < rule->lacks.n; i++) {
    const GalenSlice *literal = &rule->lacks.items[i];
    if (memmem(text.data, text.len, literal->data, literal->len) != NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean run_regex(GalenLogMatcher *self, const GalenLogRuleFull *rule) {
  GalenSlice text = self->event->text;
  const GalenLogRegex *regex = galen_log_rules_regex(self->rules, rule);
  self->captured = NULL;
  if (regex->code == NULL)
    return FALSE;
  PCRE2_SPTR subject = (PCRE2_SPTR)text.data;
  gsize len = MIN(text.len, GALEN_LOG_RULE_SUBJECT_MAX);
  /* The same without checks of what cannot be otherwise. */
  int n = regex->jit ? pcre2_jit_match(regex->code, subject, len, 0, 0, self->data, self->context)
                     : pcre2_match(regex->code, subject, len, 0, 0, self->data, self->context);
  if (n < 0)
    return FALSE;
  self->captured = rule;
  self->subject = text;
  self->n_captures = n > 0 ? n : (int)GALEN_LOG_RULE_CAPTURES;
  return TRUE;
}

gboolean galen_log_rule_tells_fact(const GalenLogRule *rule) {
  return rule->fact != NULL || rule->incident != NULL;
}

/* What of a rule's literals a candidate is known to have. */
typedef enum { FOUND_NOTHING, FOUND_START, FOUND_INSIDE } Found;

/* All conditions; literals before the regex. */
static gboolean holds(GalenLogMatcher *self, const GalenLogRuleFull *rule, Found literal) {
  const GalenErrorEvent *event = self->event;
  if (rule->levels != 0 && !(rule->levels & (1u << event->level)))
    return FALSE;
  if (rule->blocks != 0 && !(rule->blocks & (1u << event->block)))
    return FALSE;
  if (rule->subsystem != NULL && !is_subsystem(rule->subsystem, event->subsystem))
    return FALSE;
  if (event->code != 0 && has_code(&rule->also_codes, event->code))
    return TRUE;
  if (rule->codes.n > 0 && !has_code(&rule->codes, event->code))
    return FALSE;
  if (rule->starts.n > 0 && literal != FOUND_START && !starts_with_one(&rule->starts, event->text))
    return FALSE;
  if (rule->contains.n > 0 && literal != FOUND_INSIDE && !contains_one(rule, event->text))
    return FALSE;
  if (rule->lacks.n > 0 && !lacks_all(rule, event->text))
    return FALSE;
  if (rule->pattern == NULL)
    return TRUE;
  if (self->facts_only && !galen_log_rule_tells_fact(&rule->rule)) {
    self->doubt = TRUE;
    return FALSE;
  }
  return run_regex(self, rule);
}

/* Returns whether later rules of the same list can be left out. */
static gboolean consider(GalenLogMatcher *self, const GalenLogRuleFull *rule, Found literal) {
  if (self->best != NULL && rule->rule.index >= self->best->rule.index)
    return TRUE;
  if (!holds(self, rule, literal))
    return FALSE;
  self->best = rule;
  return TRUE;
}

/* ---- candidates ---- */

/* Literals with the same first bytes often end otherwise. */
static inline gboolean literal_at(const GalenLogEntry *entry, const char *at) {
  return at[entry->len - 1] == entry->last && galen_same_bytes(at, entry->literal, entry->len);
}

static void try_code(GalenLogMatcher *self, const GalenLogIndex *index) {
  const GalenLogSlot *slot = galen_log_table_find(&index->codes, self->event->code);
  for (guint i = 0; slot != NULL && i < slot->n; i++)
    if (consider(self, index->codes.entries[slot->first + i].rule, FOUND_NOTHING))
      return;
}

/* The message begins with `key`: does it with the whole literal? */
static void try_start(GalenLogMatcher *self, const GalenLogTable *table, guint64 key) {
  GalenSlice text = self->event->text;
  const GalenLogSlot *slot = galen_log_table_find(table, key);
  for (guint i = 0; slot != NULL && i < slot->n; i++) {
    const GalenLogEntry *entry = &table->entries[slot->first + i];
    if (text.len >= entry->len && literal_at(entry, text.data) && consider(self, entry->rule, FOUND_START))
      return;
  }
}

static void try_starts(GalenLogMatcher *self, const GalenLogIndex *index) {
  GalenSlice text = self->event->text;
  for (guint i = 0; i < G_N_ELEMENTS(galen_log_start_sizes) && text.len >= galen_log_start_sizes[i]; i++)
    try_start(self, &index->starts[i], galen_log_start_key(text.data, galen_log_start_sizes[i]));
}

/* Rules whose literals the scan found, in their order: mostly the first one holds, and no regex of another is run. */
typedef struct {
  const GalenLogRuleFull *rules[CANDIDATES_MAX];
  guint n;
} Candidates;

static void note_candidate(GalenLogMatcher *self, Candidates *found, const GalenLogRuleFull *rule) {
  guint at = found->n;
  while (at > 0 && found->rules[at - 1]->rule.index > rule->rule.index)
    at--;
  if (at > 0 && found->rules[at - 1] == rule)
    return;
  if (found->n == CANDIDATES_MAX) {
    consider(self, rule, FOUND_INSIDE);
    return;
  }
  memmove(found->rules + at + 1, found->rules + at, (found->n - at) * sizeof *found->rules);
  found->rules[at] = rule;
  found->n++;
}

/* A gram of a literal stands at `at`: is the whole literal there? */
static void try_gram(GalenLogMatcher *self, const GalenLogIndex *index, guint32 gram, gsize at, Candidates *found) {
  GalenSlice text = self->event->text;
  const GalenLogSlot *slot = galen_log_table_find(&index->grams, gram);
  for (guint i = 0; slot != NULL && i < slot->n; i++) {
    const GalenLogEntry *entry = &index->grams.entries[slot->first + i];
    if (at < entry->offset || text.len - (at - entry->offset) < entry->len)
      continue;
    if (literal_at(entry, text.data + at - entry->offset))
      note_candidate(self, found, entry->rule);
  }
}

static void scan(GalenLogMatcher *self, const GalenLogIndex *index) {
  GalenSlice text = self->event->text;
  const guint64 *filter = index->filter;
  Candidates found;
  found.n = 0;
  for (gsize at = 0; at + GALEN_LOG_GRAM <= text.len; at += GALEN_LOG_STRIDE) {
    guint32 gram;
    memcpy(&gram, text.data + at, sizeof gram);
    if (G_UNLIKELY(galen_log_filter_has(filter, gram)))
      try_gram(self, index, gram, at, &found);
  }
  for (guint i = 0; i < found.n; i++)
    if (consider(self, found.rules[i], FOUND_INSIDE))
      return;
}

static void try_list(GalenLogMatcher *self, const GalenLogRuleList *rules) {
  for (guint i = 0; i < rules->n; i++)
    if (consider(self, rules->items[i], FOUND_NOTHING))
      return;
}

/* Code, first words, others: the first kind that has a match decides. */
static const GalenLogRuleFull *match_in(GalenLogMatcher *self, const GalenLogIndex *index) {
  const GalenErrorEvent *event = self->event;
  if (index == NULL || index->n == 0)
    return NULL;
  self->best = NULL;
  if (event->code != 0)
    try_code(self, index);
  if (self->best == NULL)
    try_starts(self, index);
  if (self->best != NULL)
    return self->best;
  try_list(self, &index->slow);
  scan(self, index);
  if ((guint)event->block < G_N_ELEMENTS(index->blocks))
    try_list(self, &index->blocks[event->block]);
  return self->best;
}

const GalenLogRule *galen_log_matcher_match(GalenLogMatcher *self, const GalenErrorEvent *event) {
  self->event = event;
  self->captured = NULL;
  const GalenLogRuleFull *found = match_in(self, &self->rules->own);
  if (found == NULL)
    found = match_in(self, self->rules->built_in);
  /* Others may have been tried since, or a code was enough. */
  if (found == NULL || found->pattern == NULL || (self->facts_only && !galen_log_rule_tells_fact(&found->rule)))
    self->captured = NULL;
  else if (self->captured != found)
    run_regex(self, found);
  return found != NULL ? &found->rule : NULL;
}

const GalenLogRule *galen_log_matcher_match_fact(GalenLogMatcher *self, const GalenErrorEvent *event) {
  self->facts_only = TRUE;
  self->doubt = FALSE;
  const GalenLogRule *found = galen_log_matcher_match(self, event);
  self->facts_only = FALSE;
  if (found == NULL || !galen_log_rule_tells_fact(found))
    return NULL;
  if (self->doubt)
    found = galen_log_matcher_match(self, event);
  return found != NULL && galen_log_rule_tells_fact(found) ? found : NULL;
}

/* ---- kept matches ---- */

#define UNSET G_MAXUINT16
G_STATIC_ASSERT(GALEN_LOG_RULE_SUBJECT_MAX < UNSET);

void galen_log_matcher_find(GalenLogMatcher *self, const GalenErrorEvent *event, GalenLogMatch *ret_match) {
  ret_match->rule = galen_log_matcher_match(self, event);
  ret_match->n = 0;
  ret_match->known = self->captured == NULL || self->n_captures <= (int)GALEN_LOG_MATCH_CAPTURES;
  if (self->captured == NULL || !ret_match->known)
    return;
  const PCRE2_SIZE *at = pcre2_get_ovector_pointer(self->data);
  ret_match->n = (guint8)self->n_captures;
  for (guint i = 0; i < 2 * (guint)ret_match->n; i++)
    ret_match->at[i] = at[i] == PCRE2_UNSET ? UNSET : (guint16)at[i];
}

const GalenLogRule *galen_log_matcher_take(GalenLogMatcher *self, const GalenErrorEvent *event,
                                           const GalenLogMatch *match) {
  if (!match->known)
    return galen_log_matcher_match(self, event);
  self->event = event;
  self->captured = NULL;
  if (match->n == 0)
    return match->rule;
  PCRE2_SIZE *at = pcre2_get_ovector_pointer(self->data);
  for (guint i = 0; i < 2 * (guint)match->n; i++)
    at[i] = match->at[i] == UNSET ? PCRE2_UNSET : match->at[i];
  self->captured = (const GalenLogRuleFull *)g_ptr_array_index(self->rules->rules, match->rule->index);
  self->subject = event->text;
  self->n_captures = match->n;
  return match->rule;
}

/* Names that a rule groups by are mostly asked for as they stand there. */
static int capture_number(const GalenLogMatcher *self, const char *name) {
  const GalenLogRuleFull *rule = self->captured;
  for (guint i = 0; rule->rule.groups != NULL && rule->rule.groups[i] != NULL; i++)
    if (rule->rule.groups[i] == name)
      return rule->group_numbers[i];
  return pcre2_substring_number_from_name(galen_log_rules_regex(self->rules, rule)->code, (PCRE2_SPTR)name);
}

GalenSlice galen_log_matcher_capture(const GalenLogMatcher *self, const char *name) {
  GalenSlice none = {NULL, 0};
  if (self->captured == NULL)
    return none;
  int number = capture_number(self, name);
  if (number < 0 || number >= self->n_captures)
    return none;
  const PCRE2_SIZE *at = pcre2_get_ovector_pointer(self->data) + 2 * (gsize)number;
  if (at[0] == PCRE2_UNSET || at[1] < at[0])
    return none;
  return galen_slice(self->subject.data + at[0], at[1] - at[0]);
}

GalenLogMatcher *galen_log_matcher_new(const GalenLogRules *rules) {
  GalenLogMatcher *self = g_new0(GalenLogMatcher, 1);
  self->rules = rules;
  self->data = pcre2_match_data_create(GALEN_LOG_RULE_CAPTURES, NULL);
  self->context = pcre2_match_context_create(NULL);
  self->stack = pcre2_jit_stack_create(32u << 10, JIT_STACK, NULL);
  pcre2_set_match_limit(self->context, MATCH_LIMIT);
  pcre2_set_heap_limit(self->context, HEAP_LIMIT);
  pcre2_jit_stack_assign(self->context, NULL, self->stack);
  return self;
}

void galen_log_matcher_free(GalenLogMatcher *self) {
  if (self == NULL)
    return;
  pcre2_match_data_free(self->data);
  pcre2_match_context_free(self->context);
  pcre2_jit_stack_free(self->stack);
  g_free(self);
}
