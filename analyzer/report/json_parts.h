/* What the JSON writer's files share.
 *
 *   json.c            the document: head, inputs, findings
 *   json_queries.c    queries: totals, classes, shares, series
 *   json_errors.c     errors: groups, series, deadlocks, crashes, restarts
 *   json_nodes.c      nodes and clusters
 *   json_incidents.c  incidents
 *   json_comparison.c comparison
 *   json_seen.c       what stores tell beyond the window */
#pragma once

#include "json_out.h"
#include "place.h"

void galen_json_write_queries(GalenJson *json, const GalenReport *report);
void galen_json_write_errors(GalenJson *json, const GalenReport *report);
void galen_json_write_nodes(GalenJson *json, const GalenReport *report);
void galen_json_write_clusters(GalenJson *json, const GalenReport *report);
void galen_json_write_incidents(GalenJson *json, const GalenReport *report);
void galen_json_write_comparison(GalenJson *json, const GalenReport *report);

/* Keys of what stores have seen of something; null: none has. */
void galen_json_seen(GalenJson *json, const GalenSeen *seen);
/* "trend". */
void galen_json_weeks(GalenJson *json, const GalenWeeks *weeks);

/* A list of char *; NULL is an empty one. */
void galen_json_texts(GalenJson *json, const char *key, const GPtrArray *texts);
/* `evidence` of the schema. */
void galen_json_place(GalenJson *json, const char *key, const GalenPlace *place);
/* … of a fact; NULL is null. */
void galen_json_fact(GalenJson *json, const char *key, const GalenReport *report, const GalenFact *fact);
/* "mark" and "since" of an incident or a finding; nothing when the report has no marks. */
void galen_json_mark(GalenJson *json, const GalenReport *report, const char *id);
/* Unknown is null. */
void galen_json_seqno(GalenJson *json, const char *key, gint64 seqno);
void galen_json_uuid(GalenJson *json, const char *key, const GalenUuid *uuid);
void galen_json_known_seconds(GalenJson *json, const char *key, gint64 us, gint64 unknown);
/* "requested": the window asked for, or null. */
void galen_json_requested(GalenJson *json, const GalenReport *report);
