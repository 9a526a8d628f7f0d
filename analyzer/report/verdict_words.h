/* The answer of a report in words, the same in every format: healthy or not, what first, since when. */
#pragma once

#include "model.h"

typedef struct {
  gboolean urgent;          /* something asks for attention */
  const GalenRanked *first; /* what the answer is about; NULL: nothing is ranked */
  char *headline;           /* "Split brain: node1 and node2 against node3", "Nothing here needs you today." */
  char *since;           /* "Since 2026-11-24 03:47:03 UTC, over after 42.0 s."; NULL: unknown, or nothing is urgent */
  char *others;          /* "2 more findings ask for attention, below."; NULL: none */
  char *night;           /* "Against the night before: 2 new, 1 continuing, 0 resolved."; NULL: no nightly report */
  const char *todo_word; /* "Do this first", "When there is time" */
  char *todo;            /* or NULL */
  char *about;           /* what to do something about, where the headline does not say it; or NULL */
} GalenVerdict;

void galen_verdict_init(GalenVerdict *self, const GalenReport *report);
void galen_verdict_clear(GalenVerdict *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenVerdict, galen_verdict_clear)

/* A line of the ranking. Its title, not allocated; its size, time and nodes in a few words ("proven, 42.0 s, from 2026-11-24
 * 03:47:03, node1, node2 and node3"), caller frees; NULL: nothing to add. */
const char *galen_ranked_title(const GalenRanked *one);
char *galen_ranked_figures(const GalenReport *report, const GalenRanked *one);
/* What it says in a sentence or two, and what to do first: caller frees; or NULL. */
char *galen_ranked_detail(const GalenReport *report, const GalenRanked *one);
char *galen_ranked_advice(const GalenReport *report, const GalenRanked *one);
