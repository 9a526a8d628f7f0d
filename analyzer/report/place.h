/* Where a log says something: `evidence` of the JSON schema, whatever part of the model it is from. */
#pragma once

#include "model.h"

/* All borrowed; NULL, 0 and GALEN_TIME_NONE are unknown. */
typedef struct {
  const char *path, *node, *raw_time, *text;
  guint64 line;
  gint64 time;
} GalenPlace;

GalenPlace galen_place_of_fact(const GalenReport *report, const GalenFact *fact);
GalenPlace galen_place_of_error(const GalenErrorPlace *place);
GalenPlace galen_place_of_evidence(const GalenEvidence *evidence);

/* "node1/error.log:342"; "" when neither is known. Caller frees. */
char *galen_place_words(const GalenPlace *place);
