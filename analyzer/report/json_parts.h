/* What the JSON writer's files share.
 *
 *   json.c          the document: head, inputs, nodes, findings
 *   json_queries.c  queries: totals, classes, shares, series */
#pragma once

#include "json_out.h"

void galen_json_write_queries(GalenJson *json, const GalenReport *report);
