/* The one clock: a lane a node with its states, transfers between lanes, marks, incidents as shades over all of them, and
 * below on the same axis of time errors, query load and statements.
 *
 * A state has a colour and a word or letter; what is not known is hatched. A state shorter than a pixel is still seen: of
 * those that share one, the worst is drawn. */
#pragma once

#include "model.h"
#include "scene.h"

#define GALEN_LANES_MAX 24u /* nodes drawn; more are in the table only */

typedef struct {
  const char *id, *title;
  const GalenReport *report;
  gint64 from, to;        /* what is shown */
  double width;           /* of the scene */
  const GPtrArray *nodes; /* of char *: the lanes; NULL: all nodes that error logs know */
  gboolean plots;         /* with errors, load and statements */
  gboolean tips;          /* words where it is pointed at */
} GalenLanesForm;

/* NULL: there is no such node, or no time to show. */
GalenScene *galen_lanes_scene(const GalenLanesForm *form);

/* From when to when error logs tell of any node; FALSE: that is not known. */
gboolean galen_lanes_covered(const GalenReport *report, gint64 *ret_first, gint64 *ret_last);

/* Words for a state: "synced", "non-primary"; the state itself in lower case when it is none of the known. Caller frees. */
char *galen_lanes_state_words(const char *state);
