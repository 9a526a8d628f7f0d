/* Axes: round ticks for values and for times in the report's zone, and drawing them. */
#pragma once

#include "scene.h"

/* Where a chart draws its data, in scene pixels. */
typedef struct {
  double x, y, w, h;
} GalenPlot;

/* From 0 to top in steps of 1, 2 or 5 times a power of ten. */
typedef struct {
  double step, top;
} GalenValueAxis;

/* About `want` steps that reach `max`; an axis to 1 when max is not above 0. */
GalenValueAxis galen_axis_values(double max, guint want);

typedef struct {
  gint64 at;    /* µs since the epoch */
  char *label;  /* "14:30", "24 Nov", "2026" */
  char *second; /* second line, where it begins to hold: "24 Nov", "2026"; or NULL */
} GalenTick;

/* At most want + 1 ticks (GalenTick *) on round wall clock times within [from, to]. Empty outside the years 1 to 9999. */
GPtrArray *galen_axis_times(gint64 from, gint64 to, GTimeZone *zone, guint want);

/* A plain number with up to 3 significant digits, no trailing zeros: "0", "0.25", "12.5", "1 200". Caller frees. */
char *galen_axis_number(double value);
/* The same for a figure in a table, where what is below 0.001 is "<0.001". Caller frees. */
char *galen_axis_figure(double value);
/* A latency at an axis: galen_words_duration without zeros behind the point: "1 ms", "2.15 s". Caller frees. */
char *galen_axis_duration(double us);
/* A bucket's width: "5 s", "30 min", "1 h", "2 d". Caller frees. */
char *galen_axis_step(gint64 us);

/* Grid lines and numbers left of the plot, `unit` above it. */
void galen_axis_draw_values(GalenScene *scene, const GalenPlot *plot, GalenValueAxis axis, const char *unit);
/* The base line, with ticks and times below it. */
void galen_axis_draw_times(GalenScene *scene, const GalenPlot *plot, gint64 from, gint64 to, GTimeZone *zone);

/* A stretch of time without data. */
typedef struct {
  gint64 from, to; /* µs since the epoch */
} GalenSpan;

/* Adds the part of a span that lies within [from, to] to `spans` (of GalenSpan), if any. */
void galen_axis_add_span(GArray *spans, GalenSpan span, gint64 from, gint64 to);
/* Hatches spans in a plot that shows [from, to]; each is at least a pixel wide. */
void galen_axis_draw_spans(GalenScene *scene, const GalenPlot *plot, gint64 from, gint64 to, const GArray *spans);

/* Where a time is in a plot that shows [from, to], clamped to it. */
double galen_axis_x(const GalenPlot *plot, gint64 from, gint64 to, gint64 time);
