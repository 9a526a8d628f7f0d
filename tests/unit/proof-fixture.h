/* Clusters made by hand and judged: a world writes what its nodes would log.
 *
 * Nodes are numbers from 1, "12" is node1 and node2. Times are seconds after JF_BASE. A node that is `muted` has no log. */
#pragma once

#include <math.h>

#include "../../analyzer/cluster/history.h"
#include "journal-fixture.h"

#define PF_NODES 5

typedef struct {
  GalenJournal *journal;
  guint n;
  JfPen pen[PF_NODES + 1];
  GalenUuid self[PF_NODES + 1], group;
  gboolean up[PF_NODES + 1];
  const char *state[PF_NODES + 1]; /* NULL: closed */
  guint made;                      /* incarnations so far */
  gboolean bare;                   /* no view blocks, no Quorum results: lines that somebody filtered */
  gboolean old;                    /* Galera 2: no view blocks, and changes of members take no number */
  guint exchanges;
} World;

static inline const char *pf_name(guint node) {
  static const char *const names[] = {"", "node1", "node2", "node3", "node4", "node5"};
  return names[node];
}

/* The nodes of `muted` leave no log; `backwards` turns the order of inputs. */
static inline World *pf_world_order(guint n, const char *muted, gboolean backwards) {
  World *w = g_new0(World, 1);
  w->journal = galen_journal_new();
  w->n = n;
  w->group = jf_uuid(-100, 99);
  for (guint k = 1; k <= n; k++) {
    guint node = backwards ? n + 1 - k : k;
    g_autofree char *path = g_strdup_printf("%s/%s.log", backwards ? "b" : "a", pf_name(node));
    if (strchr(muted, (int)('0' + node)) == NULL)
      w->pen[node] = jf_pen(w->journal, path, pf_name(node));
    else
      w->pen[node].journal = NULL;
  }
  return w;
}

static inline World *pf_world(guint n, const char *muted) {
  return pf_world_order(n, muted, FALSE);
}

static inline JfPen *pf_pen(World *w, guint node) {
  return w->pen[node].journal != NULL ? &w->pen[node] : NULL;
}

static inline GalenFact *pf_fact(World *w, guint node, double at, GalenFactKind kind) {
  JfPen *pen = pf_pen(w, node);
  return pen != NULL ? jf_add(pen, at, kind) : NULL;
}

static inline GalenFact *pf_text(World *w, guint node, double at, GalenFactKind kind, const char *name,
                                 const char *value) {
  JfPen *pen = pf_pen(w, node);
  return pen != NULL ? jf_text(pen, at, kind, name, value) : NULL;
}

/* One change of state, with the one before it that the tests leave out: no state is skipped. */
static inline void pf_state(World *w, guint node, double at, const char *from, const char *to, gint64 seqno) {
  const char *last = w->state[node] != NULL ? w->state[node] : "CLOSED";
  gboolean leaves = g_str_equal(to, "CLOSED") || g_str_equal(to, "OPEN");
  if (leaves)
    from = last;
  if (!g_str_equal(last, from)) {
    GalenFact *bridge = pf_text(w, node, at, GALEN_FACT_STATE, last, from);
    if (bridge != NULL)
      bridge->seqno = seqno;
  }
  GalenFact *fact = g_str_equal(from, to) ? NULL : pf_text(w, node, at, GALEN_FACT_STATE, from, to);
  if (fact != NULL)
    fact->seqno = seqno;
  w->state[node] = to;
}

/* `peers` FALSE: bootstrap with no address at all. */
static inline void pf_start_of(World *w, guint node, double at, GalenUuid group, gint64 seqno, gint32 safe,
                               gboolean peers) {
  w->self[node] = jf_uuid(at, node * 100 + ++w->made);
  w->up[node] = TRUE;
  w->state[node] = NULL;
  g_autofree char *address = g_strdup_printf("10.0.0.%u", node);
  if (pf_pen(w, node) != NULL)
    jf_start(&w->pen[node], at, address, w->self[node], group, seqno, safe,
             peers ? "10.0.0.1,10.0.0.2,10.0.0.3" : NULL);
}

static inline void pf_start(World *w, guint node, double at, gint64 seqno, gint32 safe, gboolean peers) {
  GalenUuid nil = {.known = 16};
  pf_start_of(w, node, at, seqno < 0 && safe == 1 ? nil : w->group, seqno, safe, peers);
}

/* --wsrep_start_position, where grastate.dat says -1. */
static inline void pf_started_at(World *w, guint node, gint64 seqno) {
  const GPtrArray *facts = jf_input(&w->pen[node])->facts;
  for (guint i = facts->len; i-- > 0;) {
    GalenFact *fact = facts->pdata[i];
    if (fact->kind == GALEN_FACT_START_POSITION) {
      fact->seqno = seqno;
      return;
    }
  }
}

static inline void pf_ready(World *w, guint node, double at, gint64 seqno) {
  pf_state(w, node, at, "JOINED", "SYNCED", seqno);
  pf_fact(w, node, at, GALEN_FACT_SYNCED);
  GalenFact *ready = pf_fact(w, node, at, GALEN_FACT_READY);
  if (ready != NULL)
    ready->number = 3306;
}

typedef struct {
  const char *members, *gone; /* gone: partitioned in the view */
  gint64 seq, act, conf;
  gboolean non_primary, runtime, no_quorum, galera3;
  const GalenUuid *group;
} View;

/* The view as each of its members logs it. */
static inline void pf_view(World *w, double at, View v) {
  JfComponent c = {.primary = !v.non_primary,
                   .seq = v.seq,
                   .act_id = v.act,
                   .conf_id = v.conf,
                   .bootstrap = v.runtime,
                   .no_quorum = v.no_quorum || w->bare,
                   .no_cc = v.non_primary,
                   .no_view = w->bare || w->old,
                   .protocol_old = v.galera3 || w->old,
                   .group = v.group != NULL ? *v.group : w->group,
                   .exchange = jf_uuid(at, 5000 + ++w->exchanges)};
  for (guint i = 0; v.members[i] != '\0'; i++)
    c.members[i] = (JfMember){w->self[v.members[i] - '0'], pf_name((guint)(v.members[i] - '0'))};
  for (guint i = 0; v.gone != NULL && v.gone[i] != '\0'; i++)
    c.partitioned[i] = (JfMember){w->self[v.gone[i] - '0'], pf_name((guint)(v.gone[i] - '0'))};
  c.rep = c.members[0].uuid;
  for (guint i = 0; v.members[i] != '\0'; i++) {
    JfPen *pen = pf_pen(w, (guint)(v.members[i] - '0'));
    c.self = w->self[v.members[i] - '0'];
    if (pen != NULL)
      jf_component(pen, at, &c);
    if (v.non_primary)
      pf_state(w, (guint)(v.members[i] - '0'), at, "SYNCED", "OPEN", v.act);
  }
}

/* `by` miss `peers` from `at` on and suspect them 5 s later; links time out after 3 s. */
static inline void pf_miss(World *w, double at, const char *by, const char *peers) {
  for (guint i = 0; by[i] != '\0'; i++)
    for (guint j = 0; peers[j] != '\0'; j++) {
      JfPen *pen = pf_pen(w, (guint)(by[i] - '0'));
      if (pen == NULL)
        continue;
      jf_peer(pen, at + 3, GALEN_FACT_LINK_TIMEOUT, w->self[peers[j] - '0'], NULL);
      jf_peer(pen, at + 5, GALEN_FACT_SUSPECT, w->self[peers[j] - '0'], NULL);
    }
}

/* A clean shutdown at the position, of which `others` log that it left. */
static inline void pf_stop(World *w, guint node, double at, const char *others, gint64 seqno) {
  w->up[node] = FALSE;
  if (pf_pen(w, node) != NULL) {
    pf_fact(w, node, at, GALEN_FACT_SHUTDOWN_BEGIN);
    pf_fact(w, node, at, GALEN_FACT_CLOSING);
    pf_fact(w, node, at, GALEN_FACT_SELF_LEAVE);
    pf_state(w, node, at, "SYNCED", "CLOSED", seqno);
    pf_fact(w, node, at + 1, GALEN_FACT_SHUTDOWN_END);
  }
  for (guint i = 0; others[i] != '\0'; i++) {
    JfPen *pen = pf_pen(w, (guint)(others[i] - '0'));
    if (pen != NULL)
      jf_peer(pen, at, GALEN_FACT_FORGETTING, w->self[node], NULL);
  }
}

static inline void pf_refused(World *w, guint node, double at, gint64 seqno) {
  pf_start(w, node, at, seqno, 0, FALSE);
  pf_fact(w, node, at, GALEN_FACT_BOOTSTRAP_REFUSED);
  pf_text(w, node, at, GALEN_FACT_CLUSTER_ADDRESS, NULL, "gcomm://");
  pf_text(w, node, at, GALEN_FACT_ABORTING, NULL, "Aborting");
}

/* As both and the third parties see it. */
static inline void pf_transfer(World *w, double at, guint donor, guint joiner, gboolean sst, gint64 from, gint64 to) {
  for (guint node = 1; node <= w->n; node++) {
    if (!w->up[node])
      continue;
    GalenFact *fact = pf_text(w, node, at, GALEN_FACT_DONOR_SELECTED, pf_name(joiner), pf_name(donor));
    if (fact != NULL) {
      fact->number = (gint32)joiner - 1;
      fact->total = (gint32)donor - 1;
    }
  }
  JfPen *give = pf_pen(w, donor), *take = pf_pen(w, joiner);
  pf_state(w, joiner, at, "PRIMARY", "JOINER", to);
  if (sst) {
    GalenFact *run = pf_text(w, donor, at, GALEN_FACT_SST_SCRIPT, "rsync", NULL);
    if (run != NULL)
      run->flag = TRUE;
    pf_text(w, joiner, at, GALEN_FACT_SST_SCRIPT, "rsync", NULL);
    if (give != NULL)
      jf_position(give, at + 2, GALEN_FACT_SST_SENT, w->group, to);
    if (take != NULL)
      jf_position(take, at + 2, GALEN_FACT_SST_RECEIVED, w->group, to);
  } else {
    if (give != NULL)
      jf_position(give, at, GALEN_FACT_IST_REQUEST, w->group, from)->last = to;
    if (take != NULL) {
      GalenFact *fact = jf_add(take, at, GALEN_FACT_IST_RECEIVING);
      fact->seqno = from + 1;
      fact->last = to;
      fact->number = (gint32)(to - from);
      jf_position(take, at + 1, GALEN_FACT_IST_RECEIVED, w->group, to);
    }
  }
  for (guint node = 1; node <= w->n; node++) {
    if (!w->up[node])
      continue;
    GalenFact *fact = pf_text(w, node, at + 2, GALEN_FACT_TRANSFER_END, pf_name(joiner), pf_name(donor));
    if (fact != NULL)
      fact->number = 0;
  }
  pf_state(w, joiner, at + 2, "JOINER", "JOINED", to);
  pf_ready(w, joiner, at + 2, to);
}

/* node1 bootstraps, the others come one after the other; all are in sync before 40 s at seqno 20; view seq and conf n. */
static inline void pf_cluster(World *w) {
  static const char *const members[] = {"", "1", "12", "123", "1234", "12345"};
  pf_start(w, 1, 0, -1, 1, FALSE);
  JfPen *pen = pf_pen(w, 1);
  if (pen != NULL)
    jf_position(pen, 0, GALEN_FACT_NEW_GROUP, w->group, GALEN_SEQNO_NONE);
  pf_view(w, 1, (View){.members = "1", .seq = 1, .act = 0, .conf = 0});
  pf_ready(w, 1, 2, 1);
  for (guint node = 2; node <= w->n; node++) {
    double at = 8.0 * (node - 1);
    pf_start(w, node, at, -1, 1, TRUE);
    pf_view(w, at + 1, (View){.members = members[node], .seq = node, .act = 10 + node, .conf = node - 1});
    pf_transfer(w, at + 2, 1, node, TRUE, 0, 11 + node);
  }
}

static inline GalenHistory *pf_judge(World *w) {
  GalenHistory *history = galen_history_new(w->journal, NULL);
  galen_history_judge(history, NULL);
  return history;
}

static inline void pf_free(World *w, GalenHistory *history) {
  galen_history_free(history);
  galen_journal_free(w->journal);
  g_free(w);
}

static inline GalenIncident *pf_find(const GalenHistory *history, GalenIncidentKind kind) {
  for (guint i = 0; i < history->incidents->len; i++)
    if (((GalenIncident *)history->incidents->pdata[i])->kind == kind)
      return history->incidents->pdata[i];
  return NULL;
}

static inline guint pf_count(const GalenHistory *history, GalenIncidentKind kind) {
  guint n = 0;
  for (guint i = 0; i < history->incidents->len; i++)
    n += ((GalenIncident *)history->incidents->pdata[i])->kind == kind ? 1u : 0u;
  return n;
}

/* "kind:node1,node2 kind:…": what there is, for a test that fails. */
static inline char *pf_text_of(const GalenHistory *history) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < history->incidents->len; i++) {
    const GalenIncident *one = history->incidents->pdata[i];
    g_string_append_printf(text, "%s%s(%s)", i > 0 ? " " : "", galen_incident_word(one->kind),
                           galen_confidence_word(one->confidence));
    for (guint j = 0; j < one->nodes->len; j++)
      g_string_append_printf(text, "%c%s", j == 0 ? ':' : ',', (const char *)one->nodes->pdata[j]);
  }
  return g_string_free(text, FALSE);
}

static inline gboolean pf_has(const GPtrArray *list, const char *word) {
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal(list->pdata[i], word))
      return TRUE;
  return FALSE;
}

/* The range of the side that begins with this node. */
static inline const GalenRange *pf_range(const GalenIncident *incident, const char *node) {
  for (guint i = 0; i < incident->ranges->len; i++)
    if (pf_has(((GalenRange *)incident->ranges->pdata[i])->nodes, node))
      return incident->ranges->pdata[i];
  g_assert_not_reached();
}

#define pf_assert_near(time, seconds, slack) g_assert_cmpfloat(fabs((double)((time)-JF_US(seconds)) / 1e6), <=, (slack))

static inline void pf_assert_only(const GalenHistory *history, const char *expected) {
  g_autofree char *text = pf_text_of(history);
  g_assert_cmpstr(text, ==, expected);
}
