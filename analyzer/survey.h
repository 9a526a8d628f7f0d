/* The first look at all inputs: what error logs and state files say of nodes, clocks and clusters, before anything is counted.
 *
 * Nodes' names, zones and clocks come out of all logs together, so they must be known before events are summed up by node and
 * time. Slow logs are only looked at for their zone; without error logs a survey reads little more than heads. */
#pragma once

#include "../parsers/input.h"
#include "cluster/history.h"
#include "reading.h"
#include "rules/log_rules.h"
#include "tally.h"

typedef struct {
  const GalenLogRules *rules;
  GTimeZone *log_zone;             /* of logs that name none; NULL: not given */
  GHashTable *log_zones;           /* node to GTimeZone *; or NULL */
  GHashTable *clock_offsets;       /* node to gint64 *, µs; or NULL */
  const char *const *expect_nodes; /* or NULL */
  gboolean tally;                  /* count what error logs say on the way */
  gboolean full_samples;           /* for that */
  void (*tick)(gpointer user);     /* now and then; or NULL */
  gpointer user;
} GalenSurveyOptions;

typedef struct {
  GalenJournal *journal;
  GArray *streams;       /* of int: journal input of each stream in the order of galen_inputs_foreach, -1: none */
  GPtrArray *tallies;    /* of GalenTally *: of each stream, NULL: it is to be read again */
  GalenHistory *history; /* NULL: no error log among the inputs */
} GalenSurvey;

void galen_survey_run(GalenSurvey *ret_survey, GalenInputs *inputs, const GalenSurveyOptions *options);
void galen_survey_clear(GalenSurvey *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenSurvey, galen_survey_clear)

/* What was counted of stream `index`, which becomes the caller's; NULL: nothing. */
GalenTally *galen_survey_take_tally(const GalenSurvey *self, guint index);
/* The node of stream `index`, NULL when its folder's or file's name stands. */
const GalenNode *galen_survey_node(const GalenSurvey *self, guint index);
/* The zone that was given for a node's logs: its own in `zones` (or NULL), else `fallback`; NULL: none was given. */
GTimeZone *galen_survey_zone(GHashTable *zones, GTimeZone *fallback, const char *node);
