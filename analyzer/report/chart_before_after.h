/* Two stacked step areas side by side, before and after, on one scale. */
#pragma once

#include "../findings/comparison.h"
#include "chart_stack.h"

typedef struct {
  GalenStack *sides[2]; /* NULL: nothing of that side has a time */
} GalenBeforeAfter;

/* The layers are the report's five leading classes on both sides, in their colours, and all others. */
void galen_before_after_init(GalenBeforeAfter *self, const GalenComparison *comparison);
void galen_before_after_clear(GalenBeforeAfter *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenBeforeAfter, galen_before_after_clear)

/* NULL when neither side has a time. */
GalenScene *galen_before_after_scene(const GalenBeforeAfter *self, const GalenComparison *comparison, const char *id,
                                     double width, gboolean tips);
/* "One step is 5 min, times in UTC. Hatched: no log." Caller frees. */
char *galen_before_after_caption(const GalenBeforeAfter *self, const GalenComparison *comparison);
