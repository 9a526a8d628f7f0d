/* A history as text, for tests that compare whole histories and for people who read them. */
#pragma once

#include "../../analyzer/cluster/history.h"
#include "../../analyzer/words.h"

static inline void hd_time(GString *out, gint64 time) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autofree char *text = galen_words_time(time, utc, 3);
  g_string_append_printf(out, " %s", text);
}

static inline void hd_list(GString *out, const char *key, const GPtrArray *list) {
  if (list == NULL || list->len == 0)
    return;
  g_string_append_printf(out, " %s=[", key);
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf(out, "%s%s", i > 0 ? " " : "", (const char *)g_ptr_array_index(list, i));
  g_string_append_c(out, ']');
}

static inline void hd_seqno(GString *out, const char *key, gint64 seqno) {
  if (seqno != GALEN_SEQNO_NONE)
    g_string_append_printf(out, " %s=%" G_GINT64_FORMAT, key, seqno);
}

static inline void hd_uuid(GString *out, const char *key, const GalenUuid *uuid) {
  char text[GALEN_UUID_TEXT];
  if (uuid->known > 0)
    g_string_append_printf(out, " %s=%s", key, galen_uuid_write(uuid, text));
}

static inline void hd_fact(GString *out, const char *key, const GalenFact *fact) {
  if (fact != NULL)
    g_string_append_printf(out, " %s@%" G_GUINT64_FORMAT, key, fact->line);
}

static inline void hd_process(GString *out, const GalenProcess *p) {
  static const char *const ends[] = {"running", "clean", "abort", "crash", "kill", "unknown"};
  g_string_append(out, "  process");
  hd_time(out, p->from);
  g_string_append(out, " ..");
  hd_time(out, p->to);
  g_string_append_printf(out, " end=%s%s%s%s", ends[p->end], p->started ? " started" : "", p->galera ? " galera" : "",
                         p->empty_address ? " empty-address" : "");
  hd_fact(out, "start", p->start);
  hd_fact(out, "end", p->end_fact);
  hd_fact(out, "bootstrap", p->bootstrap);
  hd_uuid(out, "saved", &p->saved_uuid);
  hd_seqno(out, "seqno", p->saved_seqno);
  g_string_append_printf(out, " safe=%d", p->safe_to_bootstrap);
  hd_uuid(out, "position", &p->position_uuid);
  hd_seqno(out, "seqno", p->position_seqno);
  for (guint i = 0; i < p->uuids->len; i++)
    hd_uuid(out, "own", &g_array_index(p->uuids, GalenUuid, i));
  g_string_append_printf(out, " options=%u facts=%u..%u\n", g_hash_table_size(p->options), p->first, p->last);
}

static inline void hd_component(GString *out, const GalenComponent *c) {
  static const char *const boots[] = {"", " boot=startup", " boot=runtime", " boot=recovery"};
  g_string_append(out, c->primary ? "  PRIMARY    " : "  non-primary");
  hd_time(out, c->from);
  g_string_append(out, " ..");
  hd_time(out, c->to);
  g_string_append_printf(out, "%s%s%s", c->open ? " open" : "", c->quorum_seen ? " quorum" : "", boots[c->boot]);
  hd_list(out, "members", c->members);
  hd_list(out, "lost", c->lost);
  hd_list(out, "gone", c->gone);
  hd_uuid(out, "view", &c->view_rep);
  hd_seqno(out, "seq", c->view_seq);
  hd_uuid(out, "parent", &c->parent_rep);
  hd_seqno(out, "seq", c->parent_seq);
  hd_seqno(out, "conf", c->conf_id);
  hd_seqno(out, "act", c->act_id);
  hd_seqno(out, "cc", c->cc_seqno);
  hd_seqno(out, "first", c->first_seqno);
  hd_seqno(out, "last", c->last_seqno);
  hd_uuid(out, "group", &c->group);
  g_string_append_printf(out, " protocol=%d", c->protocol);
  hd_fact(out, "view", c->view);
  hd_fact(out, "component", c->component);
  hd_fact(out, "quorum", c->quorum);
  hd_fact(out, "cc", c->cc);
  hd_fact(out, "end", c->end);
  g_string_append_c(out, '\n');
}

static inline void hd_lane(GString *out, const GalenNode *node) {
  for (guint i = 0; i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    g_string_append_printf(out, "  %-11s", span->state);
    hd_time(out, span->from);
    g_string_append(out, " ..");
    hd_time(out, span->to);
    g_string_append_printf(out, " %s", span->reason != NULL ? span->reason : "");
    hd_fact(out, "", span->evidence);
    g_string_append_c(out, '\n');
  }
  for (guint i = 0; i < node->marks->len; i++) {
    const GalenMark *mark = &g_array_index(node->marks, GalenMark, i);
    g_string_append_printf(out, "  * %-9s", mark->kind);
    hd_time(out, mark->time);
    g_string_append_printf(out, " %s", mark->text);
    hd_fact(out, "", mark->evidence);
    g_string_append_c(out, '\n');
  }
}

static inline void hd_node(GString *out, const GalenNode *node) {
  g_string_append_printf(out, "node %s%s%s", node->name, node->arbitrator ? " arbitrator" : "",
                         node->has_log ? "" : " no-log");
  hd_list(out, "aliases", node->aliases);
  hd_list(out, "addresses", node->addresses);
  g_string_append_printf(out, " server=%s version=%s galera=%s cluster=%s inputs=%u facts=%u\n", node->server,
                         node->version, node->galera, node->cluster, node->inputs->len, node->facts->len);
  g_string_append_printf(out, "  clock zone=%s (%s) offset=%.3f error=%.3f (%s)", node->zone, node->zone_source,
                         node->offset == GALEN_TIME_NONE ? 0 / 1.0 : (double)node->offset / 1e6,
                         node->offset_error == GALEN_TIME_NONE ? -1 : (double)node->offset_error / 1e6,
                         node->clock_source);
  for (guint i = 0; i < node->steps->len; i++) {
    const GalenClockStep *step = &g_array_index(node->steps, GalenClockStep, i);
    hd_time(out, step->from);
    g_string_append_printf(out, " %+.3f", (double)step->offset / 1e6);
  }
  g_string_append(out, "\n ");
  hd_time(out, node->first);
  g_string_append(out, " ..");
  hd_time(out, node->last);
  g_string_append_c(out, '\n');
  for (guint i = 0; i < node->processes->len; i++)
    hd_process(out, g_ptr_array_index(node->processes, i));
  for (guint i = 0; i < node->components->len; i++)
    hd_component(out, g_ptr_array_index(node->components, i));
  hd_lane(out, node);
}

static inline void hd_view(GString *out, const GalenViewRow *row) {
  g_string_append(out, row->primary ? "  view PRIMARY" : "  view non-primary");
  hd_time(out, row->time);
  hd_uuid(out, "rep", &row->rep);
  hd_seqno(out, "seq", row->seq);
  hd_seqno(out, "act", row->act_id);
  hd_seqno(out, "cc", row->cc_seqno);
  hd_list(out, "members", row->members);
  hd_list(out, "joined", row->joined);
  hd_list(out, "left", row->left);
  hd_list(out, "partitioned", row->partitioned);
  hd_list(out, "seen_by", row->seen_by);
  g_string_append_c(out, '\n');
}

static inline void hd_transfer(GString *out, const GalenTransfer *row) {
  g_string_append_printf(out, "  transfer %s %s %s -> %s", row->kind, row->method, row->donor, row->joiner);
  hd_time(out, row->from);
  g_string_append(out, " ..");
  hd_time(out, row->to);
  hd_seqno(out, "first", row->first_seqno);
  hd_seqno(out, "last", row->last_seqno);
  g_string_append_printf(out, " %s %s\n", row->outcome, row->reason != NULL ? row->reason : "");
}

static inline void hd_cluster(GString *out, const GalenClusterRow *cluster) {
  g_string_append_printf(out, "cluster %s%s", cluster->name, cluster->group_replication ? " group-replication" : "");
  for (guint i = 0; i < cluster->uuids->len; i++)
    hd_uuid(out, "uuid", &g_array_index(cluster->uuids, GalenUuid, i));
  for (guint i = 0; i < cluster->nodes->len; i++)
    g_string_append_printf(out, " %s", ((const GalenNode *)g_ptr_array_index(cluster->nodes, i))->name);
  g_string_append_c(out, '\n');
  for (guint i = 0; i < cluster->views->len; i++)
    hd_view(out, g_ptr_array_index(cluster->views, i));
  for (guint i = 0; i < cluster->transfers->len; i++)
    hd_transfer(out, g_ptr_array_index(cluster->transfers, i));
  for (guint i = 0; i < cluster->configuration->len; i++) {
    const GalenConfigChange *row = g_ptr_array_index(cluster->configuration, i);
    g_string_append_printf(out, "  change %s", row->node);
    hd_time(out, row->time);
    g_string_append_printf(out, " %s: %s -> %s\n", row->option, row->before, row->after);
  }
  for (guint i = 0; i < cluster->drift->len; i++) {
    const GalenConfigDrift *row = g_ptr_array_index(cluster->drift, i);
    g_string_append_printf(out, "  drift %s", row->option);
    hd_list(out, "nodes", row->nodes);
    hd_list(out, "values", row->values);
    g_string_append_c(out, '\n');
  }
}

static inline char *hd_history(const GalenHistory *self) {
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < self->nodes->len; i++)
    hd_node(out, g_ptr_array_index(self->nodes, i));
  for (guint i = 0; i < self->clusters->len; i++)
    hd_cluster(out, g_ptr_array_index(self->clusters, i));
  for (guint i = 0; i < self->restarts->len; i++) {
    const GalenRestartRow *row = g_ptr_array_index(self->restarts, i);
    g_string_append_printf(out, "restart %s %s", row->node, row->kind);
    hd_time(out, row->time);
    if (row->down != GALEN_TIME_NONE)
      g_string_append_printf(out, " down=%.3f", (double)row->down / 1e6);
    g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}
