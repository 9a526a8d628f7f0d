/* The data table of every stacked chart of a page. */
#pragma once

#include "chart_stack.h"
#include "html_page.h"

void galen_html_stack_table(GalenView *figure, const GalenStack *stack, const GalenReport *report, guint rows_max);
