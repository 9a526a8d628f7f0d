/* The first look at all inputs: what error logs and state files say of nodes, clocks and clusters, before anything is counted.
 *
 * Nodes' names, zones and clocks come out of all logs together, so they must be known before events are summed up by node and
 * time. Slow logs are only looked at for their zone; without error logs a survey reads little more than heads. */
#pragma once

#include "../parsers/input.h"
#include "cluster/history.h"
#include "reading.h"
#include "rules/log_rules.h"
#include "stored.h"
#include "tally.h"

typedef struct {
  const GalenLogRules *rules;
  GTimeZone *log_zone;             /* of logs that name none; NULL: not given */
  GHashTable *log_zones;           /* whatever a node is called to GTimeZone *; or NULL */
  GHashTable *clock_offsets;       /* the same to gint64 *, µs; or NULL */
  const char *const *expect_nodes; /* or NULL */
  gboolean tally;                  /* count what error logs say on the way */
  gboolean full_samples;           /* for that */
  guint threads;                   /* at least 1 */
  const GalenStored *stored;       /* or NULL */
  void (*tick)(gpointer user);     /* now and then; or NULL */
  gpointer user;
} GalenSurveyOptions;

typedef struct {
  GalenJournal *journal;
  GArray *several;    /* of gboolean, in the order of galen_inputs_foreach: has lines of several hosts, each a stream */
  GArray *streams;    /* of int: journal input of each stream in the same order, -1: none */
  GPtrArray *tallies; /* of GalenTally *: the same, NULL: it is to be read again */
  GPtrArray *stored;  /* of GalenStoredLog *: what stores have, each a stream behind those of the inputs */
  GalenHistory *history; /* NULL: no error log among the inputs */
} GalenSurvey;

void galen_survey_run(GalenSurvey *ret_survey, GalenInputs *inputs, const GalenSurveyOptions *options);
void galen_survey_clear(GalenSurvey *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenSurvey, galen_survey_clear)

/* What was counted of stream `index`, which becomes the caller's; NULL: nothing. */
GalenTally *galen_survey_take_tally(const GalenSurvey *self, guint index);
/* The node of stream `index`, NULL when its folder's or file's name stands. */
const GalenNode *galen_survey_node(const GalenSurvey *self, guint index);
/* The zone that was given for the logs of stream `index`, under whatever name; NULL: none, or no journal input. */
GTimeZone *galen_survey_log_zone(const GalenSurvey *self, guint index);
/* For galen_log_reader_open of the n-th input. */
gboolean galen_survey_several(const GalenSurvey *self, guint n);
