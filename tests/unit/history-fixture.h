/* What error logs add to the report model, made by hand: a cluster with a split brain, transfers, errors, drift. */
#pragma once

#include "report-fixture.h"

typedef struct {
  guint nodes, incidents, groups;
  gint64 from, length; /* µs */
  gboolean long_names;
} HistoryShape;

/* Three nodes in half an hour: the shape of a lab's capture. */
#define HISTORY_SHAPE                                                                                                  \
  ((HistoryShape){.nodes = 3,                                                                                          \
                  .incidents = 3,                                                                                      \
                  .groups = 8,                                                                                         \
                  .from = G_GINT64_CONSTANT(1795489200000000),                                                         \
                  .length = G_GINT64_CONSTANT(1800000000)})

typedef struct {
  Fixture *fixture;
  const FixtureOptions *options;
  const HistoryShape *shape;
  GalenHistory *history;
  GalenJournal *journal;
} HistoryMaker;

static inline gint64 history_at(const HistoryMaker *self, double part) {
  return self->shape->from + (gint64)((double)self->shape->length * part);
}

static inline char *history_text(const HistoryMaker *self, const char *text) {
  return fixture_text(self->fixture, self->options, text);
}

static inline GPtrArray *history_texts(const HistoryMaker *self, const char *first, const char *second) {
  GPtrArray *list = fixture_array(self->fixture);
  if (first != NULL)
    g_ptr_array_add(list, history_text(self, first));
  if (second != NULL)
    g_ptr_array_add(list, history_text(self, second));
  return list;
}

static inline GalenUuid history_uuid(guint8 first) {
  GalenUuid uuid = {.known = 16};
  for (guint i = 0; i < 16; i++)
    uuid.bytes[i] = (guint8)(first + i * 11);
  return uuid;
}

static inline const GalenFact *history_fact(const HistoryMaker *self, guint node, double part, const char *text) {
  GalenFact *fact = fixture_alloc(self->fixture, sizeof *fact);
  fact->input = MIN(node, self->journal->inputs->len - 1);
  fact->line = 300 + (guint)(part * 100);
  fact->time = fact->wall = history_at(self, part);
  fact->text = history_text(self, text);
  fact->raw_time = fixture_keep(self->fixture, g_strdup("2026-11-24  3:47:03"));
  return fact;
}

static inline void history_span(const HistoryMaker *self, GalenNode *node, guint index, const char *state, double from,
                                double to, const char *reason) {
  GalenStateSpan span = {.state = state, .from = history_at(self, from), .to = history_at(self, to)};
  span.reason = reason != NULL ? history_text(self, reason) : NULL;
  span.evidence = reason != NULL ? history_fact(self, index, from, "WSREP: Shifting SYNCED -> OPEN (TO: 150)") : NULL;
  g_array_append_val(node->states, span);
}

static inline void history_mark(const HistoryMaker *self, GalenNode *node, const char *kind, double at,
                                const char *text) {
  GalenMark mark = {.kind = kind, .time = history_at(self, at), .text = history_text(self, text)};
  g_array_append_val(node->marks, mark);
}

static inline void history_states(const HistoryMaker *self, GalenNode *node, guint i) {
  switch (i % 3) {
  case 0:
    history_span(self, node, i, "STARTING", 0, 0.02, "the server starts");
    history_span(self, node, i, "SYNCED", 0.02, 0.10, "bootstrapped the cluster");
    history_span(self, node, i, "DONOR", 0.10, 0.14, "sends its state to node2");
    history_span(self, node, i, "SYNCED", 0.14, 0.70, NULL);
    history_span(self, node, i, "DONOR", 0.70, 0.74, "sends its state to node3");
    history_span(self, node, i, "SYNCED", 0.74, 1, NULL);
    history_mark(self, node, "start", 0, "the server starts");
    history_mark(self, node, "bootstrap", 0.015, "bootstraps the group shop_prod");
    history_mark(self, node, "view", 0.10, "view of 2 members");
    history_mark(self, node, "view", 0.21, "view of 3 members");
    history_mark(self, node, "vote", 0.83, "votes on seqno 912");
    return;
  case 1:
    history_span(self, node, i, "DOWN", 0, 0.08, NULL);
    history_span(self, node, i, "STARTING", 0.08, 0.10, "the server starts");
    history_span(self, node, i, "JOINER", 0.10, 0.14, "gets a full state transfer");
    history_span(self, node, i, "SYNCED", 0.14, 0.80, NULL);
    history_span(self, node, i, "DOWN", 0.80, 0.81, "signal 11");
    history_span(self, node, i, "SYNCED", 0.81, 1, NULL);
    history_mark(self, node, "start", 0.08, "the server starts");
    history_mark(self, node, "crash", 0.80, "signal 11");
    history_mark(self, node, "restart", 0.805, "restarted by mysqld_safe");
    history_mark(self, node, "stalled", 0.55, "did not run for 7.96 s");
    return;
  default:
    history_span(self, node, i, "UNKNOWN", 0, 0.20, NULL);
    history_span(self, node, i, "JOINER", 0.21, 0.25, "gets write sets 22 to 90");
    history_span(self, node, i, "SYNCED", 0.25, 0.40, NULL);
    history_span(self, node, i, "NON_PRIMARY", 0.40, 0.42, "lost sight of the majority");
    history_span(self, node, i, "DOWN", 0.42, 0.44, "shut down");
    history_span(self, node, i, "SYNCED", 0.44, 0.62, "bootstrapped alone");
    history_span(self, node, i, "DOWN", 0.62, 0.69, "shut down");
    history_span(self, node, i, "JOINER", 0.70, 0.74, "gets a full state transfer");
    history_span(self, node, i, "SYNCED", 0.74, 0.90, NULL);
    history_span(self, node, i, "UNKNOWN", 0.90, 1, "its log ends");
    history_mark(self, node, "refused", 0.43, "refused to bootstrap: safe_to_bootstrap is 0");
    history_mark(self, node, "bootstrap", 0.44, "bootstraps the group shop_prod");
    history_mark(self, node, "stop", 0.62, "shut down");
    history_mark(self, node, "kill", 0.90, "ends without a word");
    return;
  }
}

static inline GalenNode *history_node(const HistoryMaker *self, guint i) {
  Fixture *fixture = self->fixture;
  GalenNode *node = fixture_alloc(fixture, sizeof *node);
  g_autofree char *name =
      g_strdup_printf(self->shape->long_names ? "galera-production-frankfurt-1-pxc-node%u" : "node%u", i + 1);
  node->name = history_text(self, name);
  node->aliases = history_texts(self, "galera-1", NULL);
  node->addresses = history_texts(self, "10.77.0.11", "10.77.0.111");
  node->server = "MariaDB";
  node->version = history_text(self, "10.11.19-MariaDB");
  node->galera = history_text(self, "26.4.23");
  node->has_log = i % 5 != 4;
  node->arbitrator = i % 7 == 5;
  node->inputs = fixture_plain(fixture, sizeof(guint));
  node->facts = fixture_array(fixture);
  node->processes = fixture_array(fixture);
  node->components = fixture_array(fixture);
  node->states = fixture_plain(fixture, sizeof(GalenStateSpan));
  node->marks = fixture_plain(fixture, sizeof(GalenMark));
  node->steps = fixture_plain(fixture, sizeof(GalenClockStep));
  node->cluster = history_text(self, "shop_prod");
  node->first = history_at(self, 0);
  node->last = history_at(self, i % 3 == 2 ? 0.9 : 1);
  node->zone = history_text(self, "+01:00");
  node->zone_source = "uuid";
  node->offset = i % 3 == 0 ? 0 : i % 3 == 1 ? 2500000 : GALEN_TIME_NONE;
  node->offset_error = i % 3 == 2 ? GALEN_TIME_NONE : 1000000;
  node->clock_source = i % 3 == 2 ? "unknown" : "state-exchange";
  if (i % 3 == 1) {
    GalenClockStep step = {history_at(self, 0.5), -1250000};
    g_array_append_val(node->steps, step);
  }
  history_states(self, node, i);
  return node;
}

static inline const char *history_name(const HistoryMaker *self, guint i) {
  return ((const GalenNode *)g_ptr_array_index(self->history->nodes, i % MAX(self->history->nodes->len, 1)))->name;
}

/* ---- incidents ---- */

static inline void history_side(const HistoryMaker *self, GalenIncident *incident, guint first, guint n, gint64 last) {
  GalenSide *side = fixture_alloc(self->fixture, sizeof *side);
  GalenRange *range = fixture_alloc(self->fixture, sizeof *range);
  side->uuid = range->uuid = history_uuid(0xa0);
  side->members = fixture_array(self->fixture);
  range->nodes = fixture_array(self->fixture);
  for (guint i = 0; i < n; i++) {
    g_ptr_array_add(side->members, (gpointer)history_name(self, first + i));
    g_ptr_array_add(range->nodes, (gpointer)history_name(self, first + i));
  }
  side->from = incident->from;
  side->to = n > 1 ? GALEN_TIME_NONE : incident->to;
  side->first_seqno = range->first_seqno = 151;
  side->last_seqno = range->last_seqno = last;
  range->last_is = n > 1 ? "at-least" : "exact";
  range->write_sets = n > 1 ? 441 : 122;
  range->configuration_changes = n > 1 ? 2 : 1;
  range->fate = n > 1 ? "survivor" : "discarded-by-sst";
  g_ptr_array_add(incident->sides, side);
  g_ptr_array_add(incident->ranges, range);
}

static inline void history_split(const HistoryMaker *self, GalenIncident *incident) {
  incident->title = history_text(self, "Split brain: node1, node2 against node3");
  incident->severity = GALEN_SEVERITY_CRITICAL;
  incident->confidence = GALEN_PROVEN;
  incident->exposure_from = history_at(self, 0.40);
  incident->from = history_at(self, 0.45);
  incident->to = history_at(self, 0.60);
  incident->contaminated_until = history_at(self, 0.74);
  incident->diverged = TRUE;
  incident->common_seqno = 150;
  history_side(self, incident, 0, 2, 593);
  history_side(self, incident, 2, 1, 273);
  incident->cause = history_text(self, "node3 was started with an empty gcomm:// after safe_to_bootstrap in its "
                                       "grastate.dat was changed from 0 to 1, after one refused start.");
  incident->verdict =
      history_text(self, "Two primary components with one cluster UUID took writes at the same time for 4 min 30 s.");
  incident->rules = history_texts(self, "R3", "R4");
  g_ptr_array_add(incident->advice, history_text(self, "Send all clients to one side. Do not restart, rejoin or "
                                                       "bootstrap anything: an IST merges silently, an SST erases."));
  g_ptr_array_add(incident->advice,
                  history_text(self, "Copy datadir, binary logs, grastate.dat and gvwstate.dat of every side."));
  g_ptr_array_add(incident->would_change, history_text(self, "Proof that node3 took no writes between the two times."));
}

static inline GalenIncident *history_incident(const HistoryMaker *self, guint i) {
  static const GalenIncidentKind kinds[] = {GALEN_INCIDENT_SPLIT_BRAIN, GALEN_INCIDENT_NODE_CRASH,
                                            GALEN_INCIDENT_UNDETERMINED, GALEN_INCIDENT_SST_FAILURE,
                                            GALEN_INCIDENT_QUORUM_LOSS};
  GalenIncident *incident = fixture_alloc(self->fixture, sizeof *incident);
  incident->kind = kinds[i % G_N_ELEMENTS(kinds)];
  g_autofree char *id = g_strdup_printf("%s:a0abb6c1:%u", galen_incident_word(incident->kind), i);
  incident->id = history_text(self, id);
  incident->exposure_from = incident->contaminated_until = GALEN_TIME_NONE;
  incident->from_error = 1000000;
  incident->to_error = i % 2 == 0 ? 1000000 : -1;
  incident->common_seqno = GALEN_SEQNO_NONE;
  incident->sides = fixture_array(self->fixture);
  incident->ranges = fixture_array(self->fixture);
  incident->rules = fixture_array(self->fixture);
  incident->advice = fixture_array(self->fixture);
  incident->would_change = fixture_array(self->fixture);
  incident->needs = fixture_array(self->fixture);
  incident->nodes = fixture_array(self->fixture);
  incident->suspects = fixture_array(self->fixture);
  incident->evidence = fixture_array(self->fixture);
  for (guint n = 0; n < MIN(3, self->history->nodes->len); n++)
    g_ptr_array_add(incident->nodes, (gpointer)history_name(self, n));
  g_ptr_array_add(incident->suspects, (gpointer)history_name(self, 2));
  for (guint n = 0; n < 4; n++)
    g_ptr_array_add(incident->evidence,
                    (gpointer)history_fact(self, n % 3, 0.4 + n * 0.02,
                                           "2026-11-24  3:47:03 0 [Note] WSREP: gcomm: bootstrapping new group"));
  if (incident->kind == GALEN_INCIDENT_SPLIT_BRAIN) {
    history_split(self, incident);
    return incident;
  }
  g_autofree char *title = g_strdup_printf("%s on node2, number %u", galen_incident_word(incident->kind), i);
  incident->title = history_text(self, title);
  incident->severity = i % 5 == 1 ? GALEN_SEVERITY_CRITICAL : i % 2 == 0 ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_INFO;
  incident->confidence = i % 2 == 0 ? GALEN_POSSIBLE : GALEN_LIKELY;
  incident->from = incident->kind == GALEN_INCIDENT_UNDETERMINED ? GALEN_TIME_NONE : history_at(self, 0.80);
  incident->to = i % 3 == 1 ? history_at(self, 0.81) : GALEN_TIME_NONE;
  incident->ongoing = i % 3 == 0;
  incident->verdict = history_text(self, "mysqld got signal 11 in a query and was started again.");
  g_ptr_array_add(incident->advice, history_text(self, "Look at the query in the crash report first."));
  g_ptr_array_add(incident->needs, history_text(self, "the error log of node3 from 03:50 on"));
  return incident;
}

/* ---- the cluster ---- */

static inline void history_transfer(const HistoryMaker *self, GalenClusterRow *cluster, const char *kind, guint donor,
                                    guint joiner, double from, double to) {
  GalenTransfer *transfer = fixture_alloc(self->fixture, sizeof *transfer);
  *transfer = (GalenTransfer){.kind = kind,
                              .method = g_str_equal(kind, "SST") ? history_text(self, "mariabackup") : NULL,
                              .donor = (char *)history_name(self, donor),
                              .joiner = (char *)history_name(self, joiner),
                              .from = history_at(self, from),
                              .to = history_at(self, to),
                              .first_seqno = 22,
                              .last_seqno = 90,
                              .outcome = "complete",
                              .evidence = history_fact(self, joiner, to, "WSREP: SST succeeded for position")};
  g_ptr_array_add(cluster->transfers, transfer);
}

static inline void history_change(const HistoryMaker *self, GalenClusterRow *cluster, guint node, double at,
                                  const char *option, const char *before, const char *after) {
  GalenConfigChange *change = fixture_alloc(self->fixture, sizeof *change);
  *change = (GalenConfigChange){.node = (char *)history_name(self, node),
                                .time = history_at(self, at),
                                .option = history_text(self, option),
                                .before = before != NULL ? history_text(self, before) : NULL,
                                .after = after != NULL ? history_text(self, after) : NULL,
                                .evidence = history_fact(self, node, at, "WSREP: Passing config to GCS")};
  g_ptr_array_add(cluster->configuration, change);
}

static inline void history_view(const HistoryMaker *self, GalenClusterRow *cluster, double at, gint64 seq,
                                gboolean primary) {
  GalenViewRow *view = fixture_alloc(self->fixture, sizeof *view);
  view->time = history_at(self, at);
  view->group = primary ? history_uuid(0xa0) : (GalenUuid){.known = 0};
  view->rep = (GalenUuid){.bytes = {0x1e, 0x92, 0x09, 0x58, 0, 0, 0, 0, 0x86, 0x74}, .known = 6};
  view->seq = seq;
  view->act_id = view->cc_seqno = primary ? 6 + seq : GALEN_SEQNO_NONE;
  view->primary = primary;
  view->members = fixture_array(self->fixture);
  g_ptr_array_add(view->members, (gpointer)history_name(self, 0));
  g_ptr_array_add(view->members, (gpointer)history_name(self, 1));
  view->joined = fixture_array(self->fixture);
  view->left = fixture_array(self->fixture);
  view->partitioned = fixture_array(self->fixture);
  g_ptr_array_add(view->partitioned, (gpointer)history_name(self, 2));
  view->seen_by = fixture_array(self->fixture);
  g_ptr_array_add(view->seen_by, (gpointer)history_name(self, 0));
  g_ptr_array_add(cluster->views, view);
}

static inline void history_cluster(const HistoryMaker *self) {
  Fixture *fixture = self->fixture;
  GalenClusterRow *cluster = fixture_alloc(fixture, sizeof *cluster);
  cluster->name = history_text(self, "shop_prod");
  cluster->uuids = fixture_plain(fixture, sizeof(GalenUuid));
  GalenUuid uuid = history_uuid(0xa0);
  g_array_append_val(cluster->uuids, uuid);
  cluster->nodes = self->history->nodes;
  cluster->views = fixture_array(fixture);
  cluster->transfers = fixture_array(fixture);
  cluster->configuration = fixture_array(fixture);
  cluster->drift = fixture_array(fixture);
  history_view(self, cluster, 0.10, 2, TRUE);
  history_view(self, cluster, 0.40, 4, FALSE);
  if (self->history->nodes->len > 1) {
    history_transfer(self, cluster, "SST", 0, 1, 0.10, 0.14);
    history_transfer(self, cluster, "IST", 0, 2, 0.21, 0.25);
    history_transfer(self, cluster, "SST", 0, 2, 0.70, 0.74);
  }
  history_change(self, cluster, 2, 0.44, "wsrep_cluster_address", "gcomm://10.77.0.11,10.77.0.12,10.77.0.13",
                 "gcomm://");
  history_change(self, cluster, 2, 0.69, "gcache.size", NULL, "512M");
  GalenConfigDrift *drift = fixture_alloc(fixture, sizeof *drift);
  drift->option = history_text(self, "pc.ignore_sb");
  drift->nodes = fixture_array(fixture);
  drift->values = fixture_array(fixture);
  for (guint i = 0; i < self->history->nodes->len; i++) {
    g_ptr_array_add(drift->nodes, (gpointer)history_name(self, i));
    g_ptr_array_add(drift->values, history_text(self, i == 2 ? "true" : "false"));
  }
  g_ptr_array_add(cluster->drift, drift);
  g_ptr_array_add(self->history->clusters, cluster);
}

static inline void history_restart(const HistoryMaker *self, guint node, double at, const char *kind, gint64 down) {
  GalenRestartRow *row = fixture_alloc(self->fixture, sizeof *row);
  *row = (GalenRestartRow){.node = (char *)history_name(self, node),
                           .time = history_at(self, at),
                           .kind = kind,
                           .down = down,
                           .evidence = history_fact(self, node, at, "starting as process 4711")};
  g_ptr_array_add(self->history->restarts, row);
}

/* ---- errors ---- */

static inline GalenErrorPlace history_place(const HistoryMaker *self, guint node, double at, const char *text) {
  g_autofree char *path = g_strdup_printf("node%u/error.log", node + 1);
  return (GalenErrorPlace){.path = history_text(self, path),
                           .node = (char *)history_name(self, node),
                           .raw_time = fixture_keep(self->fixture, g_strdup("2026-11-24  3:28:57")),
                           .text = history_text(self, text),
                           .line = 309 + node,
                           .time = history_at(self, at)};
}

static inline GPtrArray *history_groups(const HistoryMaker *self) {
  static const GalenLogRule denied = {.id = "access-denied",
                                      .severity = GALEN_SEVERITY_WARNING,
                                      .title = "Access denied",
                                      .cause = "A client gave a wrong user, host or password.",
                                      .advice = "Find the client by its host; someone may be trying passwords.",
                                      .origin = "error-connections.rules"};
  static const GalenLogRule page = {.id = "innodb-page-corrupt",
                                    .severity = GALEN_SEVERITY_CRITICAL,
                                    .title = "InnoDB read a damaged page",
                                    .cause = "The page's checksum does not fit: storage, memory, or a bug.",
                                    .advice = "Copy the datadir first. Then check memory and disks, and rebuild the "
                                              "table from a backup or another node.",
                                    .origin = "error-innodb.rules"};
  static const GalenLogRule *const rules[] = {&page, &denied, NULL, NULL};
  GPtrArray *groups = fixture_array(self->fixture);
  for (guint i = 0; i < self->shape->groups; i++) {
    GalenErrorGroup *group = fixture_alloc(self->fixture, sizeof *group);
    g_snprintf(group->id, sizeof group->id, "%08X%024X", 0x51u + i, i);
    group->rule = rules[MIN(i, 3)];
    group->level = i < 2 ? GALEN_LEVEL_ERROR : i % 2 == 0 ? GALEN_LEVEL_WARNING : GALEN_LEVEL_NOTE;
    group->severity = group->rule != NULL ? group->rule->severity
                      : i % 2 == 0        ? GALEN_SEVERITY_WARNING
                                          : GALEN_SEVERITY_INFO;
    group->code = i == 1 ? 10926 : 0;
    group->subsystem = i % 2 == 0 ? history_text(self, "InnoDB") : NULL;
    group->template = history_text(self, "Cannot open table ? from the internal data dictionary");
    group->count = 65 + 3 * i;
    group->first = history_at(self, 0.2);
    group->last = history_at(self, 0.9);
    group->nodes = fixture_array(self->fixture);
    for (guint n = 0; n < MIN(2, self->history->nodes->len); n++) {
      GalenErrorCountOf *of = fixture_alloc(self->fixture, sizeof *of);
      *of = (GalenErrorCountOf){(char *)history_name(self, n), group->count / 2};
      g_ptr_array_add(group->nodes, of);
    }
    group->first_place =
        history_place(self, i % 3, 0.2, "2026-11-24  3:28:57 139 [Warning] Access denied for user 'app'@'10.77.0.102'");
    g_ptr_array_add(groups, group);
  }
  return groups;
}

static inline GPtrArray *history_deadlocks(const HistoryMaker *self) {
  GPtrArray *list = fixture_array(self->fixture);
  GalenDeadlock *deadlock = fixture_alloc(self->fixture, sizeof *deadlock);
  deadlock->time = history_at(self, 0.3);
  deadlock->place =
      history_place(self, 0, 0.3, "InnoDB: Transactions deadlock detected, dumping detailed information.");
  deadlock->sides = fixture_array(self->fixture);
  for (guint i = 0; i < 2; i++) {
    GalenDeadlockSide *side = fixture_alloc(self->fixture, sizeof *side);
    *side = (GalenDeadlockSide){.query = history_text(self, "UPDATE stock SET quantity = ? WHERE product_id = ?"),
                                .table = history_text(self, "`shop`.`stock`"),
                                .index = i == 0 ? history_text(self, "PRIMARY") : NULL,
                                .lock = history_text(self, "X locks rec but not gap"),
                                .thread = 139 + i,
                                .victim = i == 1};
    g_ptr_array_add(deadlock->sides, side);
  }
  g_ptr_array_add(list, deadlock);
  return list;
}

static inline GPtrArray *history_crashes(const HistoryMaker *self) {
  GPtrArray *list = fixture_array(self->fixture);
  for (guint i = 0; i < 2; i++) {
    GalenCrash *crash = fixture_alloc(self->fixture, sizeof *crash);
    crash->time = history_at(self, 0.80);
    crash->signal = i == 0 ? 11 : 0;
    crash->query = i == 0 ? history_text(self, "SELECT o.id, SLEEP(?) FROM orders o WHERE o.note IS NULL") : NULL;
    crash->thread = i == 0 ? 204 : 0;
    crash->assertion = i == 1 ? history_text(self, "btr0cur.cc:336:btr_page_get_next(...)") : NULL;
    crash->backtrace =
        history_texts(self, "mariadbd(my_print_stacktrace+0x2e)[0x55c56]", "mariadbd(handle_fatal_signal+0x307)");
    crash->place = history_place(self, 1, 0.80, "[ERROR] mysqld got signal 11 ;");
    g_ptr_array_add(list, crash);
  }
  return list;
}

static inline GPtrArray *history_semaphores(const HistoryMaker *self) {
  GPtrArray *list = fixture_array(self->fixture);
  GalenSemaphore *semaphore = fixture_alloc(self->fixture, sizeof *semaphore);
  semaphore->time = history_at(self, 0.75);
  semaphore->place = history_place(self, 0, 0.75, "[Warning] InnoDB: A long semaphore wait:");
  semaphore->total = 40;
  semaphore->longest = 241 * G_USEC_PER_SEC;
  semaphore->waits = fixture_array(self->fixture);
  for (guint i = 0; i < 2; i++) {
    GalenSemaphoreWait *wait = fixture_alloc(self->fixture, sizeof *wait);
    *wait = (GalenSemaphoreWait){.thread = history_text(self, "140"),
                                 .place = history_text(self, "row0ins.cc:2533"),
                                 .span = (gint64)(241 - i) * G_USEC_PER_SEC};
    if (i == 0) {
      wait->lock = history_text(self, "X-lock (wait_ex) on RW-latch");
      wait->created = history_text(self, "dict0dict.cc:2737");
      wait->holder = history_text(self, "139");
      wait->held_at = history_text(self, "row0ins.cc:2500");
    }
    g_ptr_array_add(semaphore->waits, wait);
  }
  g_ptr_array_add(list, semaphore);
  return list;
}

static inline GPtrArray *history_peers(const HistoryMaker *self, const char *reason) {
  GPtrArray *list = fixture_array(self->fixture);
  for (guint i = 0; i < 4; i++) {
    GalenErrorPeer *peer = fixture_alloc(self->fixture, sizeof *peer);
    *peer = (GalenErrorPeer){.user = i < 3 ? history_text(self, "app") : NULL,
                             .host = i < 3 ? history_text(self, "10.77.0.102") : NULL,
                             .reason = history_text(self, reason),
                             .count = 60 - 17 * i,
                             .first = history_at(self, 0.2),
                             .last = history_at(self, 0.9)};
    g_ptr_array_add(list, peer);
  }
  return list;
}

static inline void history_errors(const HistoryMaker *self) {
  Fixture *fixture = self->fixture;
  GalenErrorLists *errors = fixture_alloc(fixture, sizeof *errors);
  fixture->report.errors = errors;
  errors->groups = errors->deadlocks = errors->crashes = errors->semaphores = errors->denied = errors->aborted =
      fixture_array(fixture);
  if (self->shape->nodes == 0)
    return;
  GalenErrorSeries *series = fixture_alloc(fixture, sizeof *series);
  series->n = 60;
  series->step = MAX(self->shape->length / 60, 1);
  series->from = self->shape->from;
  series->critical = fixture_alloc(fixture, series->n * sizeof(guint64));
  series->warning = fixture_alloc(fixture, series->n * sizeof(guint64));
  series->info = fixture_alloc(fixture, series->n * sizeof(guint64));
  for (guint i = 0; i < series->n; i++) {
    series->critical[i] = i > 24 && i < 30 ? 3 + i % 4 : 0;
    series->warning[i] = i % 7 == 0 ? 5 : i % 3;
    series->info[i] = i % 5 * 4;
  }
  *errors = (GalenErrorLists){.count = 1234,
                              .deadlock_count = 3,
                              .crash_count = 2,
                              .semaphore_count = 2,
                              .groups = history_groups(self),
                              .deadlocks = history_deadlocks(self),
                              .crashes = history_crashes(self),
                              .semaphores = history_semaphores(self),
                              .denied = history_peers(self, "using password: YES"),
                              .aborted = history_peers(self, "Got timeout reading communication packets"),
                              .series = series};
}

static inline void history_inputs(const HistoryMaker *self) {
  for (guint i = 0; i < self->shape->nodes; i++) {
    GalenJournalInput *input = fixture_alloc(self->fixture, sizeof *input);
    g_autofree char *path = g_strdup_printf("node%u/error.log", i + 1);
    input->path = history_text(self, path);
    input->node = history_text(self, "folder");
    input->kind = "error-log";
    g_ptr_array_add(self->journal->inputs, input);
  }
}

/* Adds all of it to the fixture's report; nodes that the fixture made are replaced. */
static inline void fixture_add_history(Fixture *fixture, const FixtureOptions *options, const HistoryShape *shape) {
  HistoryMaker self = {fixture, options, shape, fixture_alloc(fixture, sizeof(GalenHistory)),
                       fixture_alloc(fixture, sizeof(GalenJournal))};
  GalenReport *report = &fixture->report;
  GalenHistory *history = self.history;
  self.journal->inputs = fixture_array(fixture);
  history_inputs(&self);
  *history = (GalenHistory){.journal = self.journal,
                            .nodes = fixture_array(fixture),
                            .clusters = fixture_array(fixture),
                            .restarts = fixture_array(fixture),
                            .incidents = fixture_array(fixture),
                            .input_nodes = fixture_array(fixture)};
  g_ptr_array_set_size(report->nodes, 0);
  for (guint i = 0; i < shape->nodes; i++) {
    GalenNode *node = history_node(&self, i);
    GalenNodeRow *row = fixture_alloc(fixture, sizeof *row);
    *row = (GalenNodeRow){node->name, node->server, node->version, node->zone, node->zone_source, node};
    g_ptr_array_add(history->nodes, node);
    g_ptr_array_add(history->input_nodes, node);
    g_ptr_array_add(report->nodes, row);
  }
  if (shape->nodes > 0)
    history_cluster(&self);
  for (guint i = 0; i < shape->incidents && shape->nodes > 0; i++) {
    g_ptr_array_add(history->incidents, history_incident(&self, i));
    g_ptr_array_add(report->incidents, g_ptr_array_index(history->incidents, i));
    report->status = GALEN_STATUS_CRITICAL;
  }
  if (shape->nodes > 0) {
    history_restart(&self, 1, 0.81, "crash", 18000000);
    history_restart(&self, 2, 0.44, "clean", 36000000);
    history_restart(&self, 0, 0.95, "unknown", GALEN_TIME_NONE);
  }
  history_errors(&self);
  galen_ranking_build(report);
  report->history = history;
  report->from = report->from == GALEN_TIME_NONE ? shape->from : MIN(report->from, shape->from);
  report->to = MAX(report->to, shape->from + shape->length);
}
