/* Tables on what was read, what went wrong, and how nodes and clusters lived. */
#include "csv_out.h"

#include "cluster_words.h"
#include "place.h"

static void put_span(GalenCsv *csv, gint64 from, gint64 to) {
  gboolean known = from != GALEN_TIME_NONE && to != GALEN_TIME_NONE && to >= from;
  galen_csv_time(csv, from);
  galen_csv_time(csv, to);
  galen_csv_seconds(csv, known ? to - from : -1, -1);
}

/* ---- findings, incidents ---- */

static void write_findings(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(report->findings, i);
    GalenPlace place =
        finding->evidence->len > 0 ? galen_place_of_evidence(g_ptr_array_index(finding->evidence, 0)) : (GalenPlace){0};
    galen_csv_text(csv, finding->id);
    galen_csv_text(csv, galen_severity_word(finding->severity));
    galen_csv_bool(csv, finding->muted);
    galen_csv_text(csv, finding->title);
    galen_csv_text(csv, finding->figure);
    galen_csv_names(csv, finding->nodes);
    put_span(csv, finding->from, finding->to);
    galen_csv_texts(
        csv, (const char *const[]){finding->query_id, finding->incident_id, finding->detail, finding->advice}, 4);
    galen_csv_place(csv, &place);
    galen_csv_end(csv);
  }
}

static void put_incident_times(GalenCsv *csv, const GalenIncident *incident) {
  galen_csv_time(csv, incident->exposure_from);
  put_span(csv, incident->from, incident->to);
  galen_csv_seconds(csv, MAX(incident->from_error, -1), -1);
  galen_csv_seconds(csv, MAX(incident->to_error, -1), -1);
  galen_csv_bool(csv, incident->ongoing);
}

static void write_incidents(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    galen_csv_text(csv, incident->id);
    galen_csv_text(csv, galen_incident_word(incident->kind));
    galen_csv_text(csv, galen_severity_word(incident->severity));
    galen_csv_text(csv, galen_confidence_word(incident->confidence));
    galen_csv_bool(csv, incident->muted);
    galen_csv_text(csv, incident->title);
    put_incident_times(csv, incident);
    galen_csv_names(csv, incident->nodes);
    galen_csv_names(csv, incident->suspects);
    galen_csv_seqno(csv, incident->diverged ? incident->common_seqno : GALEN_SEQNO_NONE);
    galen_csv_text(csv, incident->cause);
    galen_csv_text(csv, incident->verdict);
    galen_csv_text(csv, incident->advice->len > 0 ? g_ptr_array_index(incident->advice, 0) : NULL);
    galen_csv_fact(csv, report, incident->evidence->len > 0 ? g_ptr_array_index(incident->evidence, 0) : NULL);
    galen_csv_end(csv);
  }
}

/* ---- inputs ---- */

static void write_inputs(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    const GalenAccount *account = &row->account;
    galen_csv_texts(csv,
                    (const char *const[]){row->path, row->node, row->kind, row->server, row->version, row->compression,
                                          row->envelope},
                    7);
    galen_csv_bool(csv, row->complete);
    galen_csv_texts(csv, (const char *const[]){row->problem, row->timezone, row->timezone_source}, 3);
    galen_csv_count(csv, account->bytes);
    galen_csv_count(csv, account->bytes_events);
    galen_csv_count(csv, account->bytes_headers);
    galen_csv_count(csv, account->bytes_skipped);
    galen_csv_count(csv, account->events);
    galen_csv_count(csv, account->untimed);
    galen_csv_time(csv, account->first);
    galen_csv_time(csv, account->last);
    galen_csv_end(csv);
  }
}

/* ---- nodes ---- */

static void put_clock(GalenCsv *csv, const GalenNode *life) {
  galen_csv_seconds(csv, life != NULL ? life->offset : GALEN_TIME_NONE, GALEN_TIME_NONE);
  galen_csv_seconds(csv, life != NULL ? life->offset_error : GALEN_TIME_NONE, GALEN_TIME_NONE);
  galen_csv_text(csv, life != NULL ? life->clock_source : NULL);
}

static void put_last_state(GalenCsv *csv, const GalenNode *life) {
  const GalenStateSpan *span = life != NULL && life->states->len > 0
                                   ? &g_array_index(life->states, GalenStateSpan, life->states->len - 1)
                                   : NULL;
  galen_csv_text(csv, span != NULL ? span->state : NULL);
  galen_csv_time(csv, span != NULL ? span->from : GALEN_TIME_NONE);
}

static void write_nodes(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(report->nodes, i);
    const GalenNode *life = row->life;
    galen_csv_texts(csv,
                    (const char *const[]){row->name, row->server, row->version, life != NULL ? life->galera : NULL,
                                          life != NULL ? life->cluster : NULL},
                    5);
    galen_csv_bool(csv, life != NULL && life->arbitrator);
    galen_csv_bool(csv, life != NULL && life->has_log);
    galen_csv_texts(csv, (const char *const[]){row->timezone, row->timezone_source}, 2);
    put_clock(csv, life);
    put_last_state(csv, life);
    galen_csv_names(csv, life != NULL ? life->aliases : NULL);
    galen_csv_names(csv, life != NULL ? life->addresses : NULL);
    galen_csv_end(csv);
  }
}

static void write_states(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(report->nodes, i);
    for (guint s = 0; row->life != NULL && s < row->life->states->len; s++) {
      const GalenStateSpan *span = &g_array_index(row->life->states, GalenStateSpan, s);
      galen_csv_text(csv, row->name);
      galen_csv_text(csv, span->state);
      put_span(csv, span->from, span->to);
      galen_csv_text(csv, span->reason);
      galen_csv_fact(csv, report, span->evidence);
      galen_csv_end(csv);
    }
  }
}

/* ---- clusters ---- */

typedef void (*PutRow)(GalenCsv *csv, const GalenReport *report, gconstpointer row);

/* A row for each entry of a list of each cluster, which is `offset` bytes into it. */
static void write_of_clusters(GalenCsv *csv, const GalenReport *report, gsize offset, PutRow put) {
  for (guint i = 0; report->history != NULL && i < report->history->clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, i);
    const GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, cluster, offset);
    for (guint r = 0; r < list->len; r++) {
      galen_csv_text(csv, cluster->name);
      put(csv, report, g_ptr_array_index(list, r));
      galen_csv_end(csv);
    }
  }
}

static void put_transfer(GalenCsv *csv, const GalenReport *report, gconstpointer row) {
  const GalenTransfer *transfer = row;
  galen_csv_texts(csv, (const char *const[]){transfer->kind, transfer->method, transfer->donor, transfer->joiner}, 4);
  put_span(csv, transfer->from, transfer->to);
  galen_csv_seqno(csv, transfer->first_seqno);
  galen_csv_seqno(csv, transfer->last_seqno);
  galen_csv_texts(csv, (const char *const[]){transfer->outcome, transfer->reason}, 2);
  galen_csv_fact(csv, report, transfer->evidence);
}

static void put_view(GalenCsv *csv, G_GNUC_UNUSED const GalenReport *report, gconstpointer row) {
  const GalenViewRow *view = row;
  char uuid[GALEN_UUID_TEXT], rep[GALEN_UUID_TEXT];
  gboolean named = !galen_uuid_is_nil(&view->rep) && view->seq != GALEN_SEQNO_NONE;
  g_autofree char *id =
      named ? g_strdup_printf("%s,%" G_GINT64_FORMAT, galen_uuid_write(&view->rep, rep), view->seq) : NULL;
  galen_csv_time(csv, view->time);
  galen_csv_text(csv, view->primary ? "primary" : "non-primary");
  galen_csv_text(csv, id);
  galen_csv_text(csv, galen_uuid_is_nil(&view->group) ? NULL : galen_uuid_write(&view->group, uuid));
  galen_csv_names(csv, view->members);
  galen_csv_names(csv, view->joined);
  galen_csv_names(csv, view->left);
  galen_csv_names(csv, view->partitioned);
  galen_csv_names(csv, view->seen_by);
  galen_csv_seqno(csv, view->cc_seqno);
}

static void put_change(GalenCsv *csv, const GalenReport *report, gconstpointer row) {
  const GalenConfigChange *change = row;
  galen_csv_text(csv, change->node);
  galen_csv_time(csv, change->time);
  galen_csv_texts(csv, (const char *const[]){change->option, change->before, change->after}, 3);
  galen_csv_fact(csv, report, change->evidence);
}

static void write_transfers(GalenCsv *csv, const GalenReport *report) {
  write_of_clusters(csv, report, G_STRUCT_OFFSET(GalenClusterRow, transfers), put_transfer);
}

static void write_views(GalenCsv *csv, const GalenReport *report) {
  write_of_clusters(csv, report, G_STRUCT_OFFSET(GalenClusterRow, views), put_view);
}

static void write_configuration(GalenCsv *csv, const GalenReport *report) {
  write_of_clusters(csv, report, G_STRUCT_OFFSET(GalenClusterRow, configuration), put_change);
}

const GalenCsvTable galen_csv_log_tables[] = {
    {"findings",
     "id,severity,muted,title,figure,nodes,from,to,duration_seconds,query_id,incident_id,detail,advice,path,line",
     write_findings},
    {"incidents",
     "id,kind,severity,confidence,muted,title,exposure_from,from,to,duration_seconds,from_error_seconds,"
     "to_error_seconds,ongoing,nodes,suspects,common_seqno,cause,verdict,advice,path,line",
     write_incidents},
    {"nodes",
     "node,server,version,galera,cluster,arbitrator,error_log,timezone,timezone_source,clock_offset_seconds,"
     "clock_offset_error_seconds,clock_source,last_state,last_state_from,aliases,addresses",
     write_nodes},
    {"states", "node,state,from,to,duration_seconds,reason,path,line", write_states},
    {"transfers",
     "cluster,kind,method,donor,joiner,from,to,duration_seconds,first_seqno,last_seqno,outcome,reason,path,line",
     write_transfers},
    {"views", "cluster,time,status,view,uuid,members,joined,left,partitioned,seen_by,cc_seqno", write_views},
    {"configuration", "cluster,node,time,option,before,after,path,line", write_configuration},
    {"inputs",
     "path,node,kind,server,version,compression,wrapper,complete,problem,timezone,timezone_source,bytes,bytes_events,"
     "bytes_headers,bytes_skipped,events,untimed,first,last",
     write_inputs},
    {NULL, NULL, NULL},
};
