/* What the files of the lanes chart share. Not for others; chart_lanes.h is the way in.
 *
 *   chart_lanes.c         layout, names, incidents, words
 *   chart_lanes_states.c  bars and transfers
 *   chart_lanes_marks.c   signs and the legend
 *   chart_lanes_plots.c   errors, load, statements */
#pragma once

#include "chart_axis.h"
#include "chart_lanes.h"

#define GALEN_LANE_PITCH 38.0
#define GALEN_LANE_BAR_Y 13.0 /* of the bar within its lane: signs stand above it, transfers below */
#define GALEN_LANE_BAR_H 15.0

#define GALEN_LANE_STATES 12u
#define GALEN_LANE_SIGNS 12u

typedef struct {
  const GalenLanesForm *form;
  GalenScene *scene;
  GPtrArray *nodes;                                            /* of const GalenNode *, one a lane from the top */
  GalenPlot plot;                                              /* of all lanes */
  double bottom;                                               /* where the lowest plot ends */
  gboolean states[GALEN_LANE_STATES], signs[GALEN_LANE_SIGNS]; /* which the legend has to explain */
  gboolean sst, ist, errors;
} GalenLanes;

static inline const GalenNode *galen_lanes_node(const GalenLanes *self, guint lane) {
  return g_ptr_array_index(self->nodes, lane);
}

static inline double galen_lanes_bar_y(const GalenLanes *self, guint lane) {
  return self->plot.y + lane * GALEN_LANE_PITCH + GALEN_LANE_BAR_Y;
}

/* A text of a log, short enough to stand in a tip. Caller frees. */
char *galen_lanes_cut(const char *text);

void galen_lanes_draw_states(GalenLanes *self);
void galen_lanes_draw_transfers(GalenLanes *self);
void galen_lanes_draw_marks(GalenLanes *self);
/* Errors, load and statements from `y` on, as far as the report has them, and how much room they take. */
double galen_lanes_plots_height(const GalenLanes *self);
void galen_lanes_draw_plots(GalenLanes *self, double y);
/* Signs and colours that were used, in rows from `y` on; returns where they end. */
double galen_lanes_draw_legend(GalenLanes *self, double y);

/* What the legend says of a state class, and how it looks. */
typedef struct {
  const char *word, *letter;
  GalenStyle style, label;
} GalenLaneState;
const GalenLaneState *galen_lanes_state(guint index);
