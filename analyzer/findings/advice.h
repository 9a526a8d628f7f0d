/* Query advice: what a class's figures say about it, and what to do.
 *
 * The words are data: analyzer/rules/query-advice.rules, a key file with one group a rule. What a rule looks at is a
 * test in C, found by the rule's id. A rule says what the log shows and is careful where the log cannot prove: it names
 * the figures, and a threshold has to be reached first. All advice has severity info here: whether a class matters today
 * is the report's question, not the rule's.
 *
 * Rules are loaded once and only read afterwards: any number of threads may share them. */
#pragma once

#include "../report/model.h"

/* Limits on the rules file. */
#define GALEN_ADVICE_FILE_MAX (256u << 10) /* bytes */
#define GALEN_ADVICE_THRESHOLDS 4u         /* thresholds of one rule */

/* A rule as it is explained to people. Strings belong to the rules. */
typedef struct {
  const char *id;
  GalenSeverity severity;
  char *title;     /* with {figures} */
  char *detail;    /* with {figures} */
  char *meaning;   /* what it is and why it matters */
  char *advice;    /* what to do */
  char *threshold; /* "min-ratio = 100, min-examined = 1000" */
} GalenAdviceRule;

/* Loads `dir`/query-advice.rules. NULL with error, which names file, rule and key, when the file is missing or too long,
 * a rule has no test, a key is missing or unknown, a threshold is no number, or a {figure} is not one of its test's. */
GalenAdviceRules *galen_advice_rules_load(const char *dir, GError **error);
void galen_advice_rules_free(GalenAdviceRules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenAdviceRules, galen_advice_rules_free)

/* In the file's order, which is the order of weight. */
guint galen_advice_rules_size(const GalenAdviceRules *self);
const GalenAdviceRule *galen_advice_rules_get(const GalenAdviceRules *self, guint index);
/* NULL: no such rule. */
const GalenAdviceRule *galen_advice_rules_find(const GalenAdviceRules *self, const char *id);

/* What the rules say of a class, worst first, then in the file's order: of GalenAdvice *, newly allocated, may be empty.
 * `all`: the totals of everything. */
GPtrArray *galen_advice_for_class(const GalenAdviceRules *self, const GalenClass *klass, const GalenTotals *all);
