/* The history of all nodes: who they are, what their clocks say, how they lived, and what happened between them.
 *
 * Built from a journal (fact.h) in steps, one file each:
 *   identity.c   which inputs are one node's; names, aliases, addresses, member UUIDs; rotated sets in order
 *   clock.c      zone and offset of each node's clock, with an error; sets GalenFact.time of all facts
 *   process.c    lives of server processes: start, end, how it ended, where it started from
 *   life.c       states over time; views; transfers; configuration
 *   component.c  primary and non-primary components as each node saw them
 *   proof*.c     incidents (incident.h)
 * Times are µs UTC on the reference clock: that of the node with the median offset (the lower of two middle ones, ties by
 * name). Pointers to facts stay valid as long as the journal. Lists own what is in them. */
#pragma once

#include "fact.h"
#include "incident.h"

typedef struct GalenNode GalenNode;
typedef struct GalenProcess GalenProcess;
typedef struct GalenComponent GalenComponent;
typedef struct GalenTimeline GalenTimeline;

typedef enum {
  GALEN_END_RUNNING, /* its log ends while it runs: nothing is known behind its last line */
  GALEN_END_CLEAN,   /* shutdown complete */
  GALEN_END_ABORT,   /* it gave up by itself: fatal error, inconsistency, refused start */
  GALEN_END_CRASH,   /* a signal that it reports itself */
  GALEN_END_KILL,    /* the next start follows without any end, or with crash recovery */
  GALEN_END_UNKNOWN, /* the log has a gap there */
} GalenEnd;

typedef enum { GALEN_BOOT_NONE, GALEN_BOOT_STARTUP, GALEN_BOOT_RUNTIME, GALEN_BOOT_RECOVERY } GalenBoot;

/* One life of a server process, from start line to end. */
struct GalenProcess {
  GalenNode *node;
  gint64 from, to;           /* to: its last line (and the end, when it has one) */
  const GalenFact *start;    /* NULL: the log begins in its middle */
  const GalenFact *end_fact; /* what shows how it ended; NULL: nothing does */
  GalenEnd end;
  gboolean started;  /* it became ready for connections, or a member */
  gboolean galera;   /* a provider was loaded */
  gboolean beside;   /* it was started while the one before it ran, and gave up: a second server on the same data */
  guint first, last; /* into node->facts, inclusive */
  GalenUuid saved_uuid;
  gint64 saved_seqno;
  gint32 safe_to_bootstrap; /* grastate.dat at its start; -1: not said */
  const GalenFact *saved;
  GalenUuid position_uuid;
  gint64 position_seqno; /* where it started from: recovered, else initial, else saved */
  const GalenFact *position;
  const GalenFact *bootstrap; /* gcomm bootstrapped at start-up; NULL: no */
  gboolean empty_address;     /* … with an empty gcomm://, as far as its log shows */
  GArray *uuids;              /* of GalenUuid: own member UUIDs, in order */
  GHashTable *options;        /* char * to char *: provider options, cluster address, name, version; may be empty */
};

/* What it says, without time and labels; never NULL. Belongs to the fact. */
const char *galen_fact_words(const GalenFact *fact);
const char *galen_text_words(const char *text);

/* The first line of a process that says why it could not start; NULL: none does. */
const GalenFact *galen_process_start_error(const GalenProcess *process);

/* One component as one node saw it. */
struct GalenComponent {
  GalenNode *node;
  GalenProcess *process;
  gboolean primary;     /* Quorum results said so */
  gboolean quorum_seen; /* … or only the view and New COMPONENT did: weaker */
  GalenBoot boot;       /* how a primary came to be when not from its parent */
  gint64 from, to;      /* live interval */
  gboolean open;        /* `to` is only the last line of its process */
  GalenUuid group;      /* cluster state UUID; unknown when non-primary */
  GalenUuid view_rep;
  gint64 view_seq; /* gcomm view id; GALEN_SEQNO_NONE: no view block */
  GalenUuid parent_rep;
  gint64 parent_seq;                /* of the primary view directly before it in the same process */
  GalenUuid exchange;               /* state-exchange UUID */
  gint64 conf_id, act_id, cc_seqno; /* GALEN_SEQNO_NONE: unknown */
  gint32 protocol;                  /* replication protocol; -1 unknown; from 10 on a CC takes a seqno */
  gint64 first_seqno, last_seqno;   /* lowest and highest position seen while it lived; GALEN_SEQNO_NONE */
  GPtrArray *members;               /* of char *: names, sorted; a member that cannot be named has its UUID */
  GArray *member_uuids;             /* of GalenUuid */
  GPtrArray *lost, *gone;           /* of char *: newly missing, suspected before / left gracefully */
  const GalenFact *view, *component, *quorum, *cc, *end; /* evidence; NULL: none */
};

typedef struct {
  const char *
      state; /* "SYNCED" "DONOR" "JOINER" "JOINED" "OPEN" "PRIMARY" "NON_PRIMARY" "CLOSED" "STARTING" "UP" "DOWN" "ERROR" "UNKNOWN" */
  gint64 from, to;
  char *reason;              /* in words, or NULL */
  const GalenFact *evidence; /* or NULL */
} GalenStateSpan;

/* Something at one moment, for the lane of a node: "start" "stop" "crash" "kill" "bootstrap" "vote" "evicted" "paused"
 * "resumed" "desync" "resync" "stalled" "refused" "pc-bootstrap" "restart" "view". */
typedef struct {
  const char *kind;
  gint64 time;
  char *text;
  const GalenFact *evidence;
} GalenMark;

typedef struct {
  gint64 from;   /* reference clock */
  gint64 offset; /* µs that the node's clock runs ahead of the reference from then on */
} GalenClockStep;

#define GALEN_HOLES_MAX 1000u /* a node */

/* Between two facts of a node lines are missing, for the second cannot follow the first. */
typedef struct {
  gint64 from, to;
  const GalenFact *before, *after;
  const char *why;
} GalenHole;

struct GalenNode {
  char *name;
  GPtrArray *aliases, *addresses; /* of char *, sorted, without `name` */
  const char *server;             /* "MariaDB" …, or NULL */
  char *version, *galera;         /* or NULL */
  gboolean arbitrator;            /* garbd: a voter without data */
  gboolean named_by_path;         /* its log says no name, and nobody gave it one */
  gboolean has_log;               /* an error log of its own was read; else it is only known from others */
  GArray *inputs;                 /* of guint: journal inputs of this node, in order of time */
  GPtrArray *facts;               /* of const GalenFact *, in order */
  GalenTimeline *timeline;        /* timeline.h: the same by time; made by galen_history_judge */
  GPtrArray *processes;           /* of GalenProcess * */
  GPtrArray *components;          /* of GalenComponent * */
  GArray *states;                 /* of GalenStateSpan, without holes: silence is UNKNOWN */
  GArray *marks;                  /* of GalenMark */
  char *cluster;                  /* wsrep_cluster_name or Group Replication's name, or NULL */
  gint64 first, last;             /* of its error logs, reference clock; GALEN_TIME_NONE */
  char *zone;                     /* "UTC", "+02:00", "Europe/Berlin"; NULL: unknown */
  const char *zone_source;        /* "log" "option" "uuid" "epoch" "shared-events" "assumed", or NULL */
  gint64 offset, offset_error;    /* µs ahead of the reference clock; GALEN_TIME_NONE: unknown */
  const char *clock_source;       /* "state-exchange" "views" "uuid" "option" "single" "unknown" */
  GArray *steps;                  /* of GalenClockStep */
  GArray *holes;                  /* of GalenHole, in order */
};

typedef struct {
  gint64 time;
  GalenUuid group, rep;
  gint64 seq;
  gint64 act_id, cc_seqno;
  gboolean primary;
  GPtrArray *members, *left, *partitioned, *seen_by; /* of char * */
  GPtrArray *joined;
} GalenViewRow;

typedef struct {
  const char *kind;     /* "SST" "IST"; NULL: only others than donor and joiner logged it, who do not know */
  char *method;         /* "rsync" "mariabackup" "xtrabackup-v2" …, or NULL */
  char *donor, *joiner; /* names, or NULL */
  gint64 from, to;      /* to GALEN_TIME_NONE: its end was not seen */
  gint64 first_seqno, last_seqno;
  const char *outcome; /* "complete" "failed" "unknown" */
  char *reason;        /* of a failure, or NULL */
  const GalenFact *evidence;
} GalenTransfer;

#define GALEN_START_POSITION "start position" /* stands among the options: cluster UUID and seqno */

typedef struct {
  char *node;
  gint64 time;
  char *option, *before, *after; /* before or after NULL: not set; secrets masked */
  const GalenFact *evidence;
} GalenConfigChange;

/* An option that differs between nodes at the end. */
typedef struct {
  char *option;
  GPtrArray *nodes, *values; /* of char *, of the same length */
} GalenConfigDrift;

typedef struct {
  char *name; /* wsrep_cluster_name, or NULL */
  gboolean group_replication;
  GArray *uuids;            /* of GalenUuid: group UUIDs, in order of time */
  GPtrArray *nodes;         /* of GalenNode *, borrowed */
  GPtrArray *views;         /* of GalenViewRow * */
  GPtrArray *transfers;     /* of GalenTransfer * */
  GPtrArray *configuration; /* of GalenConfigChange * */
  GPtrArray *drift;         /* of GalenConfigDrift * */
} GalenClusterRow;

typedef struct {
  char *node;
  gint64 time;      /* of the new start */
  const char *kind; /* "clean" "crash" "kill" "unknown" */
  gint64 down;      /* µs; GALEN_TIME_NONE: unknown */
  const GalenFact *evidence;
} GalenRestartRow;

typedef struct {
  const GalenJournal *journal; /* borrowed */
  GPtrArray *nodes;            /* of GalenNode *, by name; those without a log too */
  GPtrArray *clusters;         /* of GalenClusterRow * */
  GPtrArray *restarts;         /* of GalenRestartRow *, by time */
  GPtrArray *incidents;        /* of GalenIncident *, by severity, from, id: filled by galen_history_judge */
  GPtrArray *input_nodes;      /* of GalenNode *: the node of each journal input; NULL: none */
} GalenHistory;

typedef struct {
  GHashTable *clock_offsets;       /* --clock-offset: what nodes are called to gint64 * µs; or NULL */
  const char *const *expect_nodes; /* or NULL */
} GalenHistoryOptions;

/* Everything but incidents. */
GalenHistory *galen_history_new(GalenJournal *journal, const GalenHistoryOptions *options);
void galen_history_free(GalenHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenHistory, galen_history_free)

/* Puts a time of an input on the reference clock: `wall` as written, or UTC when `utc` says so. */
gint64 galen_history_time(const GalenHistory *self, guint input, gint64 wall, gboolean utc);

/* Times as written, from `from` to before `end`, for which an input's zone is `shift`; all 0: none. */
typedef struct {
  gint64 from, end, shift;
} GalenZoneStretch;

/* The same for one of many times of one input: `stretch` is that of the time before, which is mostly of the same. */
gint64 galen_history_time_near(const GalenHistory *self, guint input, gint64 wall, gboolean utc,
                               GalenZoneStretch *stretch);

/* The node that is called so, by name or alias; NULL: none. */
GalenNode *galen_history_node(const GalenHistory *self, const char *name);
/* Whether users may call the node so: its name, an alias, an address, the folder or file of one of its inputs; unless another
 * node has that very name. */
gboolean galen_history_is_called(const GalenHistory *self, const GalenNode *node, const char *name);
/* What options give for the node under anything it is called, its name first: a value of `given` (char * to any); NULL: nothing. */
gpointer galen_history_given(const GalenHistory *self, const GalenNode *node, GHashTable *given);
/* The node that members of a group call so: host, host:port, host.domain:port. */
GalenNode *galen_history_address(const GalenHistory *self, const char *address);
/* The node that had this member UUID (at `time`, should a UUID be short); NULL: none known. */
GalenNode *galen_history_member(const GalenHistory *self, const GalenUuid *uuid, gint64 time);

/* What slow logs add: from when until when a node is known to live. Several spans a node, one for each run of the server
 * that its slow logs tell apart. */
typedef struct {
  char *node;
  gint64 first, last; /* UTC */
} GalenActivity;

/* Incidents by the proof rules. `activity` (of GalenActivity *) may be NULL. */
void galen_history_judge(GalenHistory *self, const GPtrArray *activity);
