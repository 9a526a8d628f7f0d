/* What every stacked chart of a page needs: gaps, caption, legend, table. */
#pragma once

#include "chart_stack.h"
#include "html_page.h"

/* Gaps drawn: more than anyone can see at once. */
#define GALEN_HTML_GAPS_MAX 400u

static inline const GalenGap *galen_html_gap(const GalenReport *report, guint i) {
  return g_ptr_array_index(report->gaps, i);
}

void galen_html_stack_gaps(GalenStack *stack, const GalenReport *report);
/* Step and zone in a sentence. Caller frees. */
char *galen_html_stack_caption(const GalenStack *stack, const GalenReport *report);
void galen_html_stack_table(GalenView *figure, const GalenStack *stack, const GalenReport *report, guint rows_max);
void galen_html_stack_legend(GalenView *figure, const GalenStack *stack);
