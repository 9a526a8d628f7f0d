/* What the rule families of proof*.c share: components that several nodes saw as one, and help with incidents.
 *
 * galen_history_judge runs the families in the order of their files' weight: what explains more comes first, and later
 * families ask galen_proof_explained() before they report a part of it once more. */
#pragma once

#include "history.h"

#define GALEN_PROOF_EVIDENCE_MAX 12u /* lines an incident */
#define GALEN_PROOF_PRIMS_MAX 4000u  /* joint components; more are not compared with each other */
#define GALEN_PROOF_SECOND G_GINT64_CONSTANT(1000000)
#define GALEN_PROOF_FLAPPING_LOSSES 3u                         /* of one node … */
#define GALEN_PROOF_FLAPPING_WINDOW (600 * GALEN_PROOF_SECOND) /* … each within this of the one before */

/* A primary component, as all of its members together saw it. */
typedef struct {
  guint number;         /* in the order of time */
  GalenClusterRow *row; /* borrowed */
  GPtrArray *seen;      /* of GalenComponent *, borrowed; none: known from the logs of others alone ("ghost") */
  GPtrArray *members;   /* of char *, names, sorted */
  GArray *uuids;        /* of GalenUuid */
  GalenUuid group, rep, parent_rep, exchange;
  gint64 seq, parent_seq;
  gint64 from, to; /* to: end of its last live interval */
  gint64 error;    /* of these times, µs; G_MAXINT64: a clock is unknown */
  gboolean open;   /* `to` is only the last line of a process */
  gboolean killed; /* … which is known to have ended later without a word */
  gboolean weak;   /* no Quorum results */
  GalenBoot boot;
  gint64 conf_id, act_id, cc_seqno;
  gint32 protocol;
} GalenPrim;

typedef struct {
  GalenHistory *history;
  const GPtrArray *activity; /* of GalenActivity *, or NULL */
  GPtrArray *prims;          /* of GalenPrim *, by from */
  GPtrArray *ghosts;         /* of GalenPrim *: sides without a log */
  GHashTable *by_component;  /* const GalenComponent * to GalenPrim * */
} GalenProof;

/* ---- proof_prims.c ---- */
void galen_prims_find(GalenProof *proof);
/* A component of which no log is there: `members` are copied. */
GalenPrim *galen_prim_ghost(GalenClusterRow *row, const GalenUuid *group, const GPtrArray *members, gint64 from,
                            gint64 to);
void galen_prim_free(GalenPrim *self);
/* The joint component of what one node saw; NULL: it is not primary. */
GalenPrim *galen_proof_prim_of(const GalenProof *proof, const GalenComponent *component);
gboolean galen_prim_disjoint(const GalenPrim *a, const GalenPrim *b);
gboolean galen_prim_has(const GalenPrim *self, const char *node);
/* The view of one node on it; NULL: it has none. */
const GalenComponent *galen_prim_seen_by(const GalenPrim *self, const GalenNode *node);
/* Whether `child` directly continues `parent` in some process. */
gboolean galen_prim_continues(const GalenPrim *child, const GalenPrim *parent);
/* Whether both lived at once by the order of lines alone: a process on one side saw a component before and one after
 * that the other side saw too, with its own between. */
gboolean galen_prim_sandwich(const GalenPrim *a, const GalenPrim *b);
/* Whether `a` was over before `b` began by the order of lines alone: a view that both sides saw lies between. */
gboolean galen_prim_before(const GalenPrim *a, const GalenPrim *b);

/* ---- proof_apart.c ---- */
typedef struct {
  const GPtrArray *prims; /* of GalenPrim *, borrowed */
  guint64 *sets;          /* of each: its members, a bit each */
  gboolean *some;         /* … whether any other of its cluster has none of them */
} GalenProofApart;

void galen_proof_apart_init(GalenProofApart *self, const GPtrArray *prims);
void galen_proof_apart_clear(GalenProofApart *self);
/* The next number after `j` of a component of the same cluster that may be disjoint with number `i`; prims->len: none. */
guint galen_proof_apart_next(const GalenProofApart *self, guint i, guint j);

/* ---- proof_words.c ---- */
/* "node1, node2 and node3"; "no node" when empty. */
char *galen_proof_names(const GPtrArray *names);
/* "2026-11-24 03:47:03 UTC". */
char *galen_proof_time(gint64 time);
/* The line of a fact without time and labels; says so when there is none. Never NULL. */
const char *galen_proof_fact_words(const GalenFact *fact);
/* A new incident in the history. The id is made of the kind and `identity`, which is taken over. */
GalenIncident *galen_proof_incident(GalenProof *proof, GalenIncidentKind kind, GalenConfidence confidence,
                                    GalenSeverity severity, char *identity);
/* Adds a copy unless it is there; the list stays sorted. */
void galen_proof_add_name(GPtrArray *names, const char *name);
gboolean galen_proof_has_name(const GPtrArray *names, const char *name);
/* Adds a text, taken over. */
void galen_proof_say(GPtrArray *texts, char *text);
/* Adds a decisive line; the first ones win when there are too many. NULL is nothing. */
void galen_proof_show(GalenIncident *incident, const GalenFact *fact);
void galen_proof_rule(GalenIncident *incident, const char *rule);
void galen_proof_window(GalenIncident *incident, gint64 from, gint64 from_error, gint64 to, gint64 to_error);
/* "a, b" of a fact for identities: the node's name and the time as written. */
char *galen_proof_identity(const GalenNode *node, const GalenFact *fact, gint64 time);
/* Error of a time of a node: of its clock and of the stamps. G_MAXINT64: its clock is unknown. */
gint64 galen_proof_error(const GalenNode *node, const GalenFact *fact);
/* "2026-11-24  3:47:03" as the node wrote it, else galen_proof_time. */
char *galen_proof_raw(const GalenFact *fact, gint64 time);

/* ---- proof_look.c: questions to the history ---- */
gboolean galen_proof_arbitrator(const GalenProof *proof, const char *name);
/* The last fact of a kind (and its position) in a process at or before `time`; NULL: none. */
const GalenFact *galen_proof_fact_before(const GalenNode *node, GalenFactKind kind, gint64 time, gint64 not_before);
const GalenFact *galen_proof_fact_after(const GalenNode *node, GalenFactKind kind, gint64 time, gint64 not_after);
/* Facts of a process: the first of a kind; NULL: none. */
const GalenFact *galen_proof_process_fact(const GalenProcess *process, GalenFactKind kind);
/* Whether a process failed to get its state, and not for a reason that it met before. */
gboolean galen_proof_transfer_failed(const GalenProcess *process);
/* The highest position of the group that `node` shows in [from, to]; GALEN_SEQNO_NONE. */
gint64 galen_proof_position(const GalenNode *node, const GalenUuid *group, gint64 from, gint64 to);
/* Until when the lines of a component's process tell of its side: the next primary component, else the process's end. */
gint64 galen_proof_told_until(const GalenComponent *component);
/* The highest position that the node had as a member of the group's primary components, up to `until`. */
gint64 galen_proof_group_position(const GalenNode *node, const GalenUuid *group, gint64 until);
/* When the nodes of `names` began to be missed by `component`'s node before `time`, by the lines of links. */
gint64 galen_proof_missed(const GalenProof *proof, const GPtrArray *names, const GPtrArray *by, gint64 time,
                          const GalenFact **ret_fact);
/* When the node is in sync again after `time`; GALEN_TIME_NONE: never. */
gint64 galen_proof_back(const GalenProof *proof, const char *name, gint64 time, const GalenFact **ret_fact);
/* Whether the first transfer to the node after `time` was an IST from `seqno` or before: it had nothing beyond that. */
gboolean galen_proof_back_behind(const GalenClusterRow *row, const char *name, gint64 time, gint64 seqno);
/* The process that follows on the same node when this one has ended; NULL: none. */
const GalenProcess *galen_proof_next_life(const GalenProcess *process);
/* The first process of a node that starts after `time`; NULL: none. The one that runs at `time`. */
const GalenProcess *galen_proof_next_process(const GalenNode *node, gint64 time);
const GalenProcess *galen_proof_process_at(const GalenNode *node, gint64 time);
/* The last sign of life in [from, to]: a line, a statement in its slow log; `from` when there is none. */
gint64 galen_proof_alive(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to);
/* Whether more than a start without an end before it shows that the process died: its own words, crash recovery, a saved
 * state of a running server. Where the logs of several servers are mixed, starts alone say little. */
gboolean galen_proof_surely_died(const GalenProcess *process);
/* When a process died of which nothing is known but its last sign of life and its next start: the middle, with the error
 * that this has; when that is long ago, for servers are started again soon, five minutes before the start. */
gint64 galen_proof_died_about(gint64 last, gint64 next, gint64 *ret_error);
/* Whether an incident of one of the kinds (bits 1 << kind) covers the node at some time of [from, to]. */
gboolean galen_proof_explained(const GalenProof *proof, guint64 kinds, const char *node, gint64 from, gint64 to);

/* The joint components that follow `first` one after the other, until one has a member of `without` in it. */
GPtrArray *galen_proof_chain(const GalenProof *proof, GalenPrim *first, const GPtrArray *without);

/* ---- proof_weight.c: pc.weight, by the options of a member's start and by changes that any member logged ---- */
/* Of a member of the component; -1: not told. */
gint64 galen_proof_weight(const GalenProof *proof, const GalenComponent *component, const char *name, gint64 time);
/* Of several; a weight that is not told is 1. */
gint64 galen_proof_votes(const GalenProof *proof, const GalenComponent *component, const GPtrArray *names, gint64 time);
/* Those whose weight is not told. */
GPtrArray *galen_proof_unweighed(const GalenProof *proof, const GalenComponent *component, const GPtrArray *names,
                                 gint64 time);
/* "node1 2, node2 1"; NULL: none is known to have another weight than 1. */
char *galen_proof_weights(const GalenProof *proof, const GalenComponent *component, gint64 time);

/* ---- proof_life.c ---- */
/* Lanes: the last state before a silence lasts until the node's last sign of life. */
void galen_proof_live_on(const GalenProof *proof);

/* ---- the families ---- */
void galen_proof_split(GalenProof *proof);    /* proof_split.c: R1-R4, R6, R11-R13 */
void galen_proof_opted_in(GalenProof *proof); /* proof_single.c: R11, R12 of one side alone */
void galen_proof_bootstrap(
    GalenProof *proof);                     /* proof_bootstrap.c: R4 without the other side, R5, R6 without overlap */
void galen_proof_return(GalenProof *proof); /* proof_return.c: R7-R10, votes */
void galen_proof_quorum(GalenProof *proof); /* proof_quorum.c: quorum loss, all nodes down */
void galen_proof_loss(GalenProof *proof);   /* proof_loss.c: node loss, flapping */
void galen_proof_group_down(GalenProof *proof); /* proof_group_down.c: all members of a group dead at once */
void galen_proof_process(GalenProof *proof);    /* proof_process.c: crashes, failed starts, loops */
void galen_proof_trouble(GalenProof *proof);    /* proof_trouble.c: transfers, disks, corruption, replication */
void galen_proof_errant(GalenProof *proof);     /* proof_errant.c: replicas ahead of their source */
void galen_proof_group(GalenProof *proof);      /* proof_group*.c: Group Replication */
void galen_proof_coverage(GalenProof *proof);   /* proof_coverage.c: what cannot be seen */

/* ---- proof_hole.c: lines that are missing ---- */
void galen_proof_holes(GalenProof *proof); /* those that the others' logs show */
/* Lowers the confidence of what spans a hole of a node that takes part, and says which lines are needed. */
void galen_proof_doubt(GalenProof *proof);

/* ---- proof_sides.c: the two histories of a fork ---- */

/* One history after a fork. */
typedef struct {
  GPtrArray *prims; /* of GalenPrim *, borrowed, by from */
  GPtrArray *nodes; /* of char *, data nodes, sorted */
  gint64 from, to;
  gboolean open, ghost;
} GalenForkSide;

GalenForkSide *galen_fork_side_new(const GalenProof *proof, GPtrArray *prims);
void galen_fork_side_free(GalenForkSide *self);

/* Fills ranges, fates, write sets, suspects of an incident whose `common_seqno`, `from` and `to` are set. */
void galen_proof_ranges(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides);
/* The advice of a fork: people decide, data first. */
void galen_proof_fork_advice(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides);
/* Cause, title and its evidence (proof_story.c). Before the ranges: what it shows is the most decisive. */
void galen_proof_fork_cause(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides);
/* Verdict and what would change it. After the ranges. */
void galen_proof_fork_verdict(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides);
/* The cause of a start-up bootstrap in words, with its lines shown; its start failures were its refusals. */
char *galen_proof_bootstrap_cause(const GalenProof *proof, GalenIncident *incident, const GalenProcess *process);
