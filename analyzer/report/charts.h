/* The charts of a report by name: one scene description for the page, PNG, PDF and mail. */
#pragma once

#include "model.h"
#include "scene.h"

/* "clock" (lanes of nodes and what goes with them), "load" (stacked step area), "heat", "users", "errors" … in the order
 * of the report; ends with NULL. */
extern const char *const galen_chart_names[];

/* The chart laid out for `width` CSS pixels, or NULL when the report has no data for it or there is no such chart. Its
 * title and description say in words what it shows. */
GalenScene *galen_chart_scene(const GalenReport *report, const char *name, double width);
