/* The "nodes" and "clusters" of the JSON document. */
#include "cluster_words.h"
#include "json_parts.h"

/* ---- nodes ---- */

static void write_states(GalenJson *json, const GalenReport *report, const GalenNode *node) {
  galen_json_open_list(json, "states", GALEN_JSON_BLOCK);
  for (guint i = 0; node != NULL && i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "state", span->state);
    galen_json_time(json, "from", span->from);
    galen_json_time(json, "to", span->to);
    galen_json_text(json, "reason", span->reason);
    galen_json_fact(json, "evidence", report, span->evidence);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_marks(GalenJson *json, const GalenReport *report, const GalenNode *node) {
  galen_json_open_list(json, "marks", GALEN_JSON_BLOCK);
  for (guint i = 0; node != NULL && i < node->marks->len; i++) {
    const GalenMark *mark = &g_array_index(node->marks, GalenMark, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "kind", mark->kind);
    galen_json_time(json, "time", mark->time);
    galen_json_text(json, "text", mark->text);
    galen_json_fact(json, "evidence", report, mark->evidence);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_clock(GalenJson *json, const GalenNode *node) {
  galen_json_known_seconds(json, "clock_offset_s", node != NULL ? node->offset : GALEN_TIME_NONE, GALEN_TIME_NONE);
  galen_json_known_seconds(json, "clock_offset_error_s", node != NULL ? node->offset_error : GALEN_TIME_NONE,
                           GALEN_TIME_NONE);
  galen_json_text(json, "clock_source", node != NULL ? node->clock_source : NULL);
  galen_json_open_list(json, "clock_steps", GALEN_JSON_BLOCK);
  for (guint i = 0; node != NULL && i < node->steps->len; i++) {
    const GalenClockStep *step = &g_array_index(node->steps, GalenClockStep, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_time(json, "from", step->from);
    galen_json_known_seconds(json, "offset_s", step->offset, GALEN_TIME_NONE);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_node(GalenJson *json, const GalenReport *report, const GalenNodeRow *row) {
  const GalenNode *node = row->life;
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_text(json, "name", row->name);
  galen_json_texts(json, "aliases", node != NULL ? node->aliases : NULL);
  galen_json_texts(json, "addresses", node != NULL ? node->addresses : NULL);
  galen_json_text(json, "server", row->server);
  galen_json_text(json, "version", row->version);
  galen_json_text(json, "galera", node != NULL ? node->galera : NULL);
  galen_json_text(json, "cluster", node != NULL ? node->cluster : NULL);
  galen_json_bool(json, "arbitrator", node != NULL && node->arbitrator);
  galen_json_bool(json, "error_log", node != NULL && node->has_log);
  galen_json_text(json, "timezone", row->timezone);
  galen_json_text(json, "timezone_source", row->timezone_source);
  write_clock(json, node);
  write_states(json, report, node);
  write_marks(json, report, node);
  galen_json_close_object(json);
}

void galen_json_write_nodes(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "nodes", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->nodes->len; i++)
    write_node(json, report, g_ptr_array_index(report->nodes, i));
  galen_json_close_list(json);
}

/* ---- clusters ---- */

/* gcomm's view id without its type: "1e920958-8674,3". */
static void write_view_id(GalenJson *json, const GalenViewRow *view) {
  char rep[GALEN_UUID_TEXT];
  if (galen_uuid_is_nil(&view->rep) || view->seq == GALEN_SEQNO_NONE) {
    galen_json_null(json, "id");
    return;
  }
  g_autofree char *id = g_strdup_printf("%s,%" G_GINT64_FORMAT, galen_uuid_write(&view->rep, rep), view->seq);
  galen_json_text(json, "id", id);
}

static void write_view(GalenJson *json, const GalenViewRow *view) {
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_time(json, "time", view->time);
  galen_json_uuid(json, "uuid", &view->group);
  write_view_id(json, view);
  galen_json_text(json, "status", view->primary ? "primary" : "non-primary");
  galen_json_texts(json, "members", view->members);
  galen_json_texts(json, "joined", view->joined);
  galen_json_texts(json, "left", view->left);
  galen_json_texts(json, "partitioned", view->partitioned);
  galen_json_texts(json, "seen_by", view->seen_by);
  galen_json_seqno(json, "act_id", view->act_id);
  galen_json_seqno(json, "cc_seqno", view->cc_seqno);
  galen_json_close_object(json);
}

static void write_transfer(GalenJson *json, const GalenReport *report, const GalenTransfer *transfer) {
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "kind", transfer->kind);
  galen_json_text(json, "method", transfer->method);
  galen_json_text(json, "donor", transfer->donor);
  galen_json_text(json, "joiner", transfer->joiner);
  galen_json_time(json, "from", transfer->from);
  galen_json_time(json, "to", transfer->to);
  galen_json_seqno(json, "first_seqno", transfer->first_seqno);
  galen_json_seqno(json, "last_seqno", transfer->last_seqno);
  galen_json_text(json, "outcome", transfer->outcome);
  galen_json_text(json, "reason", transfer->reason);
  galen_json_fact(json, "evidence", report, transfer->evidence);
  galen_json_close_object(json);
}

static void write_change(GalenJson *json, const GalenReport *report, const GalenConfigChange *change) {
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "node", change->node);
  galen_json_time(json, "time", change->time);
  galen_json_text(json, "option", change->option);
  galen_json_text(json, "before", change->before);
  galen_json_text(json, "after", change->after);
  g_autofree char *next = galen_change_next(report, change);
  galen_json_text(json, "next", next);
  galen_json_fact(json, "evidence", report, change->evidence);
  galen_json_close_object(json);
}

static void write_drift(GalenJson *json, const GalenConfigDrift *drift) {
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "option", drift->option);
  galen_json_open_list(json, "values", GALEN_JSON_LINE);
  for (guint i = 0; i < MIN(drift->nodes->len, drift->values->len); i++) {
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "node", g_ptr_array_index(drift->nodes, i));
    galen_json_text(json, "value", g_ptr_array_index(drift->values, i));
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
  galen_json_close_object(json);
}

static void write_unseen(GalenJson *json, const GalenClusterRow *cluster) {
  guint n = 0;
  const GalenUnseen *unseen = galen_cluster_unseen(cluster, &n);
  galen_json_open_list(json, "cannot_show", GALEN_JSON_BLOCK);
  for (guint i = 0; i < n; i++) {
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "what", unseen[i].what);
    galen_json_text(json, "where", unseen[i].where);
    galen_json_text(json, "command", unseen[i].command);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static const char *name_of(gconstpointer item) {
  return ((const GalenNode *)item)->name;
}

static void write_identity(GalenJson *json, const GalenClusterRow *cluster) {
  galen_json_text(json, "name", cluster->name);
  galen_json_text(json, "kind", cluster->group_replication ? "group-replication" : "galera");
  galen_json_open_list(json, "uuids", GALEN_JSON_LINE);
  for (guint i = 0; i < cluster->uuids->len; i++) {
    const GalenUuid *uuid = &g_array_index(cluster->uuids, GalenUuid, i);
    if (!galen_uuid_is_nil(uuid))
      galen_json_uuid(json, NULL, uuid);
  }
  galen_json_close_list(json);
  galen_json_texts_of(json, "nodes", cluster->nodes, name_of);
}

static void write_cluster(GalenJson *json, const GalenReport *report, const GalenClusterRow *cluster) {
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  write_identity(json, cluster);
  galen_json_open_list(json, "views", GALEN_JSON_BLOCK);
  for (guint i = 0; i < cluster->views->len; i++)
    write_view(json, g_ptr_array_index(cluster->views, i));
  galen_json_close_list(json);
  galen_json_open_list(json, "transfers", GALEN_JSON_BLOCK);
  for (guint i = 0; i < cluster->transfers->len; i++)
    write_transfer(json, report, g_ptr_array_index(cluster->transfers, i));
  galen_json_close_list(json);
  galen_json_open_list(json, "configuration", GALEN_JSON_BLOCK);
  for (guint i = 0; i < cluster->configuration->len; i++)
    write_change(json, report, g_ptr_array_index(cluster->configuration, i));
  galen_json_close_list(json);
  galen_json_open_list(json, "drift", GALEN_JSON_BLOCK);
  for (guint i = 0; i < cluster->drift->len; i++)
    write_drift(json, g_ptr_array_index(cluster->drift, i));
  galen_json_close_list(json);
  write_unseen(json, cluster);
  galen_json_close_object(json);
}

void galen_json_write_clusters(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "clusters", GALEN_JSON_BLOCK);
  for (guint i = 0; report->history != NULL && i < report->history->clusters->len; i++)
    write_cluster(json, report, g_ptr_array_index(report->history->clusters, i));
  galen_json_close_list(json);
}
