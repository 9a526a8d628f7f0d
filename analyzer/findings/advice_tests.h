/* The tests behind the advice rules: from a class's figures to yes or no, and the figures that led to it. Not for others;
 * advice.h is the way in. */
#pragma once

#include "advice.h"

/* Figures of one piece of advice: names are constants, values words. */
typedef struct {
  const GalenClass *klass;
  const GalenTotals *totals; /* of the class */
  const GalenTotals *all;    /* of everything */
  const double *threshold;   /* in the order of the test's thresholds */
  GHashTable *figures;       /* name to newly allocated words */
} GalenAdviceCase;

typedef struct {
  const char *id;
  gboolean (*test)(GalenAdviceCase *self);
  const char *thresholds[GALEN_ADVICE_THRESHOLDS + 1]; /* keys the rule must have */
  const char *figures;                                 /* names it may use, separated by blanks, blanks around */
} GalenAdviceTest;

/* Tables of tests, one a file: how a class reads, what its text says, what it waits for. */
extern const GalenAdviceTest galen_advice_tests_access[];
extern const guint galen_advice_n_tests_access;
extern const GalenAdviceTest galen_advice_tests_text[];
extern const guint galen_advice_n_tests_text;
extern const GalenAdviceTest galen_advice_tests_cost[];
extern const guint galen_advice_n_tests_cost;

/* NULL: no such test. */
const GalenAdviceTest *galen_advice_test_find(const char *id);

/* What tests share. Values are in the digest's units; -1 means that the log does not have it. */
double galen_advice_mean(const GalenAdviceCase *self, GalenMainAttr attr);
double galen_advice_sum(const GalenAdviceCase *self, GalenMainAttr attr);
/* A further attribute, or `other` (may be NULL) where the server names it so; NULL when the log has neither. */
const GalenAttrStat *galen_advice_attr(const GalenAdviceCase *self, const char *name, const char *other);
/* Its sum in counts, bytes, or µs for times of any unit; -1: not there. */
double galen_advice_attr_sum(const GalenAdviceCase *self, const char *name, const char *other);
/* A flag: NULL when the log does not have it. */
const GalenFlagStat *galen_advice_flag(const GalenAdviceCase *self, const char *name);
/* The fingerprint begins with this word, in lower case. */
gboolean galen_advice_begins(const GalenAdviceCase *self, const char *word);
gboolean galen_advice_is_read(const GalenAdviceCase *self);   /* SELECT, also with WITH or in brackets */
gboolean galen_advice_is_write(const GalenAdviceCase *self);  /* UPDATE or DELETE */
gboolean galen_advice_is_insert(const GalenAdviceCase *self); /* INSERT or REPLACE */

void galen_advice_set_count(GalenAdviceCase *self, const char *name, double value);
void galen_advice_set_share(GalenAdviceCase *self, const char *name, double part);
void galen_advice_set_duration(GalenAdviceCase *self, const char *name, double us);
void galen_advice_set_bytes(GalenAdviceCase *self, const char *name, double bytes);
void galen_advice_set_text(GalenAdviceCase *self, const char *name, char *text);
