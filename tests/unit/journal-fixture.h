/* Journals made by hand: a pen writes the facts of one input, one after the other.
 *
 * Times are seconds after JF_BASE; a pen's `shift` is how far its node's clock (zone and error) runs ahead. */
#pragma once

#include <math.h>

#include "../../analyzer/cluster/fact.h"

#define JF_BASE (G_GINT64_CONSTANT(1795500000) * G_USEC_PER_SEC) /* 2026-11-24 06:00:00 UTC */
#define JF_US(seconds) (JF_BASE + (gint64)llround((seconds)*1e6))

typedef struct {
  GalenJournal *journal;
  guint input;
  double shift;
  gint64 resolution; /* 1 s; walls are rounded down to it */
  guint64 line;
} JfPen;

typedef struct {
  GalenUuid uuid;
  const char *name;
} JfMember;

#define JF_MEMBERS 8

/* One component as a node's log shows it. */
typedef struct {
  gboolean primary;
  JfMember members[JF_MEMBERS];     /* up to the first without a name */
  JfMember partitioned[JF_MEMBERS]; /* as in the view block */
  GalenUuid self;
  GalenUuid rep;
  gint64 seq;
  GalenUuid exchange; /* made by jf_uuid: sent by this node when it is member 0 */
  GalenUuid group;
  gint64 act_id, conf_id;
  gboolean bootstrap;  /* run-time pc.bootstrap */
  gboolean no_quorum;  /* leave out Quorum results */
  gboolean no_view;    /* leave out the gcomm view block (Galera 2) */
  gboolean no_cc;      /* leave out CC and server view (not yet, or Galera 3) */
  gint32 protocol_old; /* 1: Galera 3, a CC takes no seqno */
} JfComponent;

static inline GalenUuid jf_parse(const char *text) {
  GalenUuid uuid = {0};
  galen_uuid_parse(galen_slice(text, strlen(text)), &uuid);
  return uuid;
}

/* A UUID of version 1 made `at` seconds, told apart by `tag`. */
static inline GalenUuid jf_uuid(double at, guint tag) {
  guint64 ticks = (guint64)JF_US(at) * 10 + G_GUINT64_CONSTANT(0x01B21DD213814000);
  char text[GALEN_UUID_TEXT];
  g_snprintf(text, sizeof text, "%08x-%04x-1%03x-%04x-0242ac%06x", (guint)(ticks & 0xffffffff),
             (guint)(ticks >> 32 & 0xffff), (guint)(ticks >> 48 & 0xfff), 0x8000 | (tag & 0x3fff), tag);
  return jf_parse(text);
}

/* As gcomm prints it. */
static inline GalenUuid jf_short(GalenUuid uuid) {
  GalenUuid part = {.known = 6};
  memcpy(part.bytes, uuid.bytes, 4);
  memcpy(part.bytes + 8, uuid.bytes + 8, 2);
  return part;
}

/* A further input; `node` as the folder or NODE= says. Kind "error-log". */
static inline JfPen jf_pen(GalenJournal *journal, const char *path, const char *node) {
  galen_journal_add_input(journal, path, node, "error-log");
  return (JfPen){.journal = journal, .input = journal->inputs->len - 1, .resolution = G_USEC_PER_SEC};
}

static inline GalenJournalInput *jf_input(const JfPen *pen) {
  g_assert(pen->journal != NULL);
  return g_ptr_array_index(pen->journal->inputs, pen->input);
}

/* A fact at this moment, to be filled in further. */
static inline GalenFact *jf_add(JfPen *pen, double at, GalenFactKind kind) {
  GalenJournalInput *input = jf_input(pen);
  GalenFact *fact = galen_fact_new(kind);
  fact->input = pen->input;
  fact->line = ++pen->line;
  fact->level = GALEN_LEVEL_NOTE;
  fact->wall = JF_US(at + pen->shift);
  fact->wall -= fact->wall % pen->resolution;
  fact->last_wall = fact->wall;
  fact->resolution = pen->resolution;
  fact->text = g_strdup_printf("fact %d at %.3f", (int)kind, at);
  if (input->first_wall == GALEN_TIME_NONE)
    input->first_wall = fact->wall;
  input->last_wall = fact->wall;
  input->records++;
  g_ptr_array_add(input->facts, fact);
  return fact;
}

static inline GalenFact *jf_text(JfPen *pen, double at, GalenFactKind kind, const char *name, const char *value) {
  GalenFact *fact = jf_add(pen, at, kind);
  fact->name = g_strdup(name);
  fact->value = g_strdup(value);
  return fact;
}

static inline GalenFact *jf_position(JfPen *pen, double at, GalenFactKind kind, GalenUuid uuid, gint64 seqno) {
  GalenFact *fact = jf_add(pen, at, kind);
  fact->uuid = uuid;
  fact->seqno = seqno;
  return fact;
}

static inline GalenFact *jf_peer(JfPen *pen, double at, GalenFactKind kind, GalenUuid peer, const char *address) {
  GalenFact *fact = jf_text(pen, at, kind, NULL, address);
  fact->uuid = jf_short(peer);
  return fact;
}

static inline void jf_member(GalenFact *fact, GalenUuid uuid, const char *name, gint32 index, gboolean partitioned) {
  GalenFactMember member = {
      .uuid = uuid, .name = g_strdup(name), .segment = 0, .index = index, .partitioned = partitioned};
  galen_fact_add_member(fact, &member);
}

/* From the start line to the connection. `peers` NULL: none ("gcomm://" and bootstrap); saved nil: an empty datadir.
 * Own member UUID `self`. Returns the start. */
static inline GalenFact *jf_start(JfPen *pen, double at, const char *address, GalenUuid self, GalenUuid group,
                                  gint64 seqno, gint32 safe, const char *peers) {
  GalenFact *start = jf_text(pen, at, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB-log");
  start->number = (gint32)(1000 + pen->line);
  jf_text(pen, at, GALEN_FACT_PROVIDER, NULL, "4.23(rXXXX)");
  jf_position(pen, at, GALEN_FACT_SAVED_STATE, group, seqno)->number = safe;
  g_autofree char *options = g_strdup_printf("base_dir = /var/lib/mysql/; base_host = %s; base_port = 4567; "
                                             "gcache.size = 128M; pc.ignore_sb = false; pc.weight = 1",
                                             address);
  jf_text(pen, at, GALEN_FACT_OPTIONS, NULL, options);
  jf_add(pen, at, GALEN_FACT_BOOTSTRAP_OPTION)->number = peers == NULL;
  jf_position(pen, at, GALEN_FACT_START_POSITION, group, seqno);
  jf_peer(pen, at, GALEN_FACT_LISTENING, self, "tcp://0.0.0.0:4567");
  jf_text(pen, at, peers == NULL ? GALEN_FACT_BOOTSTRAP : GALEN_FACT_CONNECTING, "shop", peers);
  return start;
}

static inline void jf_component_view(JfPen *pen, double at, const JfComponent *c) {
  GalenFact *view = jf_add(pen, at, GALEN_FACT_VIEW);
  view->number = c->primary ? GALEN_VIEW_PRIM : GALEN_VIEW_NON_PRIM;
  view->uuid = jf_short(c->rep);
  view->seqno = c->seq;
  for (gint32 i = 0; i < JF_MEMBERS && c->members[i].name != NULL; i++)
    jf_member(view, jf_short(c->members[i].uuid), NULL, -1, FALSE);
  for (gint32 i = 0; i < JF_MEMBERS && c->partitioned[i].name != NULL; i++)
    jf_member(view, jf_short(c->partitioned[i].uuid), NULL, -1, TRUE);
}

/* CC and the server's view of it (act_id + 1), or "New cluster view" of Galera 3. */
static inline void jf_server_view(JfPen *pen, double at, const JfComponent *c, gint32 own, gint32 total) {
  gint64 seqno = c->protocol_old ? c->act_id : c->act_id + 1;
  if (c->primary && !c->protocol_old)
    jf_add(pen, at, GALEN_FACT_CC)->seqno = seqno;
  if (c->primary)
    jf_position(pen, at, GALEN_FACT_MY_UUID, c->self, GALEN_SEQNO_NONE);
  GalenFact *view = jf_position(pen, at, GALEN_FACT_SERVER_VIEW, c->group, seqno);
  view->number = own;
  view->total = c->primary;
  view->last = c->primary ? c->conf_id + 1 : -1;
  for (gint32 i = 0; i < total && !c->protocol_old; i++)
    jf_member(view, c->members[i].uuid, c->members[i].name, i, FALSE);
}

/* View, New COMPONENT, state exchange, Quorum results, CC, server view: what is not left out. */
static inline void jf_component(JfPen *pen, double at, const JfComponent *c) {
  gint32 own = -1, total = 0;
  for (; total < JF_MEMBERS && c->members[total].name != NULL; total++)
    if (galen_uuid_same(&c->members[total].uuid, &c->self))
      own = total;
  if (!c->no_view)
    jf_component_view(pen, at, c);
  GalenFact *component = jf_add(pen, at, GALEN_FACT_COMPONENT);
  component->flag = c->primary;
  component->number = own;
  component->total = total;
  component->seqno = c->bootstrap;
  if (c->primary && own == 0)
    jf_position(pen, at, GALEN_FACT_STATE_UUID_SENT, c->exchange, GALEN_SEQNO_NONE);
  for (gint32 i = 0; i < total && c->primary; i++) {
    GalenFact *msg = jf_text(pen, at, GALEN_FACT_STATE_MSG, c->members[i].name, NULL);
    msg->uuid = c->exchange;
    msg->number = i;
  }
  if (c->primary && !c->no_quorum) {
    GalenFact *quorum = jf_text(pen, at, GALEN_FACT_QUORUM, NULL, c->protocol_old ? "2/9/3" : "5/11/4");
    quorum->flag = TRUE;
    quorum->uuid = c->group;
    quorum->seqno = c->act_id;
    quorum->last = c->conf_id;
    quorum->number = quorum->total = total;
  }
  if (!c->no_cc)
    jf_server_view(pen, at, c, own, total);
}

static inline GalenFact *jf_state(JfPen *pen, double at, const char *from, const char *to, gint64 seqno) {
  GalenFact *fact = jf_text(pen, at, GALEN_FACT_STATE, from, to);
  fact->seqno = seqno;
  return fact;
}

/* An orderly stop as the leaving node logs it: it was in view (rep, seq) as `self`, at position `seqno`. */
static inline void jf_stop(JfPen *pen, double at, GalenUuid self, GalenUuid rep, gint64 seq, gint64 seqno) {
  jf_text(pen, at, GALEN_FACT_SHUTDOWN_BEGIN, NULL, "unknown");
  jf_add(pen, at, GALEN_FACT_CLOSING);
  GalenFact *view = jf_add(pen, at, GALEN_FACT_VIEW);
  view->number = GALEN_VIEW_NON_PRIM;
  view->uuid = jf_short(rep);
  view->seqno = seq;
  jf_member(view, jf_short(self), NULL, -1, FALSE);
  jf_add(pen, at, GALEN_FACT_VIEW)->flag = TRUE;
  jf_add(pen, at, GALEN_FACT_SELF_LEAVE);
  jf_state(pen, at, "SYNCED", "CLOSED", seqno);
  jf_add(pen, at, GALEN_FACT_SHUTDOWN_END);
}
