/* Load over time as findings look at it: statements active at a time in a stretch, and what is usual. Not for others. */
#pragma once

#include "findings_private.h"

/* Fewer cells tell nothing of what is usual. */
#define GALEN_LOAD_CELLS_MIN 6u
/* A load counts as high when it is so many times the usual one, so many statements more, and above nine of ten cells. */
#define GALEN_LOAD_RATIO 3.0
#define GALEN_LOAD_MORE 0.5

typedef struct {
  double during; /* statements active at a time */
  double usual;  /* median of the cells outside */
  double ninth;  /* nine of ten cells outside are at most this */
} GalenLoad;

/* Query time of `series` in [from, to), µs; of a cell that reaches over an end only a part. */
double galen_load_time(const GalenSeries *series, gint64 from, gint64 to);

/* For sorting loads (double). */
int galen_load_compare(gconstpointer left, gconstpointer right);

/* The load in [from, to), and outside of it (a cell's length away) within the series and [begin, end). FALSE: the stretch is
 * shorter than half a cell, outside of the series, or too little is known of the rest. */
gboolean galen_load_look(const GalenSeries *series, gint64 from, gint64 to, gint64 begin, gint64 end,
                         GalenLoad *ret_load);
gboolean galen_load_is_high(const GalenLoad *load);

/* "4.20 statements active at a time, usually 0.310". Caller frees. */
char *galen_load_words(const GalenLoad *load);
