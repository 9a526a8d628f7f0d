/* Facts: what single records of error logs and state files say, before anybody draws conclusions.
 *
 * A rule file names the message (rules/log_rules.h, key `fact`), an extractor (facts.c and its parts) reads the operands.
 * Facts are kept per input in the order of the file; their times become comparable in history.h. A fact owns its
 * texts, which are valid UTF-8, cleaned and masked. */
#pragma once

#include "../../parsers/event.h"
#include "uuid.h"

#include <stdbool.h>

/* The operands of each kind: u = uuid, o = other, s = seqno, l = last, n = number, t = total, name, value, flag, members.
 * What is not named is unset: unknown UUID, seqno and last GALEN_SEQNO_NONE, number and total -1, texts NULL. */
typedef enum {
  GALEN_FACT_NONE,
  /* process */
  GALEN_FACT_PROCESS_START,  /* n pid, name "MariaDB" "MySQL" "Percona" "garbd", value version */
  GALEN_FACT_READY,          /* n port, value version */
  GALEN_FACT_SHUTDOWN_BEGIN, /* value who asked */
  GALEN_FACT_SHUTDOWN_END,   /* shutdown complete */
  GALEN_FACT_ABORTING,       /* fatal start-up error or unrecoverable: value text */
  GALEN_FACT_CRASH,          /* n signal, value "" or the query, masked */
  GALEN_FACT_RESTARTED,      /* mysqld_safe or systemd starts it again */
  GALEN_FACT_CRASH_RECOVERY, /* InnoDB was not shut down normally */
  GALEN_FACT_RECOVER_RUN,    /* this process only recovers a position: no run of the server */
  GALEN_FACT_TROUBLE,        /* a rule with `incident`: name rule id, value the incident kind */
  GALEN_FACT_START_ERROR,    /* the first error of a start before it is ready: name rule id or NULL */
  /* provider and options */
  GALEN_FACT_PROVIDER,          /* name vendor or NULL, value Galera version, NULL for "none" */
  GALEN_FACT_OPTIONS,           /* value the whole "Passing config to GCS" list */
  GALEN_FACT_OPTION,            /* name, value: one option named in a start line or a configuration file */
  GALEN_FACT_CONNECTING,        /* name group (wsrep_cluster_name), value peers as written, "" for gcomm:// */
  GALEN_FACT_CLUSTER_ADDRESS,   /* value "gcomm://…" as written in wsrep::connect(…) or a file */
  GALEN_FACT_BOOTSTRAP,         /* name group: gcomm bootstraps at start-up */
  GALEN_FACT_BOOTSTRAP_OPTION,  /* n 0 or 1 */
  GALEN_FACT_BOOTSTRAP_REFUSED, /* "It may not be safe to bootstrap" */
  GALEN_FACT_NEW_GROUP,         /* u: "Starting new group from scratch" */
  /* positions */
  GALEN_FACT_SAVED_STATE, /* u s, n safe_to_bootstrap (-1 not said); value "file" when read from grastate.dat itself */
  GALEN_FACT_STATE_FILE_MISSING,
  GALEN_FACT_START_POSITION,     /* u s: Setting GCS initial position */
  GALEN_FACT_RECOVERED_POSITION, /* u s */
  GALEN_FACT_POSITION,           /* u s: seen in any other message */
  GALEN_FACT_GCACHE,             /* u, s…l found gapless, or a reset: o and value "reset" */
  GALEN_FACT_MONITOR_ENTERED,    /* s: actions of this run, at unload; name "local" "apply" "commit" when told */
  /* links */
  GALEN_FACT_LISTENING,           /* u self, value address */
  GALEN_FACT_LINK_UP,             /* u peer, value address */
  GALEN_FACT_LINK_TIMEOUT,        /* u peer, value address */
  GALEN_FACT_LINK_REFUSED,        /* value address: connection refused */
  GALEN_FACT_RECONNECTING,        /* u peer, value address, n attempt */
  GALEN_FACT_RELAY,               /* flag on/off, members nonlive peers (value addresses) */
  GALEN_FACT_STABLE,              /* u peer, value address */
  GALEN_FACT_SUSPECT,             /* u peer */
  GALEN_FACT_INACTIVE,            /* u peer declared inactive */
  GALEN_FACT_FORGETTING,          /* u peer, value address */
  GALEN_FACT_PENDING_PEER,        /* value address: configured, and not reached */
  GALEN_FACT_OWN_ADDRESS,         /* value address */
  GALEN_FACT_ADDRESS_CHANGED,     /* u before, o after, value address */
  GALEN_FACT_STALLED,             /* s µs that this process did not run */
  GALEN_FACT_EVICTED,             /* u peer, or flag: this node itself */
  GALEN_FACT_ISOLATED,            /* flag on/off */
  GALEN_FACT_GROUP_NAME_CONFLICT, /* name own group, value the peer's */
  /* components */
  GALEN_FACT_VIEW,      /* n GalenViewType, u representative, s view seq, members, flag: empty view */
  GALEN_FACT_COMPONENT, /* flag primary, n my index, t members, s 1 when bootstrap = yes */
  GALEN_FACT_SELF_LEAVE,
  GALEN_FACT_CLOSING,         /* gcomm closes its backend */
  GALEN_FACT_STATE_UUID_SENT, /* u: made here and now */
  GALEN_FACT_STATE_MSG,       /* u, n index, name node */
  GALEN_FACT_QUORUM,     /* flag primary, u group, s act_id, l conf_id, n joined, t total, value protocols "5/11/4" */
  GALEN_FACT_STATE_DUMP, /* of one node: name, value state, u group, o prim, s last seqno, l prim seqno, n index */
  GALEN_FACT_REMERGE,    /* u prim, n found, t of, flag full */
  GALEN_FACT_BOOTSTRAPPED_PRIM,  /* u, n found */
  GALEN_FACT_REBOOTSTRAP,        /* prim is made again from its parts */
  GALEN_FACT_PC_RESTORED,        /* flag: read from gvwstate.dat; FALSE: failed */
  GALEN_FACT_BOOTSTRAP_IGNORED,  /* pc.bootstrap had no effect: value state */
  GALEN_FACT_NO_PRIM,            /* no nodes coming from prim view, no quorum: value text */
  GALEN_FACT_IGNORE_SPLIT_BRAIN, /* pc.ignore_sb took effect */
  GALEN_FACT_IGNORE_QUORUM,      /* pc.ignore_quorum took effect */
  GALEN_FACT_WEIGHT,             /* u, s before, l after */
  GALEN_FACT_CONFLICTING_PRIMS,  /* two primary components met: value text */
  GALEN_FACT_CONFLICTING_UUIDS,  /* two group UUIDs met */
  GALEN_FACT_DIFFERENT_HISTORY,  /* name of the demoted member */
  GALEN_FACT_HISTORY_GAP,        /* name of the demoted member, s it has, l the group has */
  GALEN_FACT_REVERSING,          /* s this node, l the group, n further events: refused */
  GALEN_FACT_DIVERGED,           /* s this node, l the group: old wording of the same */
  /* server side */
  GALEN_FACT_STATE,       /* name from, value to, s TO; flag: "Restored state" */
  GALEN_FACT_CC,          /* s, flag from IST (replayed) */
  GALEN_FACT_SERVER_VIEW, /* u group, s seqno, n own index, t 1 primary 0 not, flag final, l view number, members */
  GALEN_FACT_MY_UUID,     /* u */
  GALEN_FACT_SERVER_CONNECTED, /* name node, u group, s position, o own member UUID */
  GALEN_FACT_GROUP_CHANGE,     /* u before, o after */
  GALEN_FACT_SERVER_STATUS,    /* name from, value to */
  GALEN_FACT_SYNCED,           /* ready for connections with the group */
  GALEN_FACT_MEMBER_SYNCED,    /* n index, name */
  GALEN_FACT_DESYNC,           /* n index, name, flag: TRUE desync, FALSE resync */
  GALEN_FACT_PAUSED,           /* u s; flag: TRUE paused, FALSE resumed */
  GALEN_FACT_FLOW_CONTROL,     /* n, t interval, or value text of a hard limit, flag: the hard limit */
  /* state transfers */
  GALEN_FACT_TRANSFER_REQUIRED, /* u s group state, o l local state */
  GALEN_FACT_DONOR_SELECTED,    /* name joiner, n its index; value donor (NULL: none found), t its index */
  GALEN_FACT_TRANSFER_END,    /* name the reporting member, value its peer, flag: TRUE it is the donor, n 0 or error */
  GALEN_FACT_SST_SCRIPT,      /* name method, value address, flag: TRUE donor, FALSE joiner */
  GALEN_FACT_SST_RECEIVED,    /* u s */
  GALEN_FACT_SST_SENT,        /* u s */
  GALEN_FACT_SST_FAILED,      /* n error, value text */
  GALEN_FACT_IST_REQUEST,     /* u, s…l, value address: seen at the donor */
  GALEN_FACT_IST_UNAVAILABLE, /* value text: SST is forced */
  GALEN_FACT_IST_SENDING,     /* s…l, value address; flag: served */
  GALEN_FACT_IST_RECEIVING,   /* s…l, n write sets */
  GALEN_FACT_IST_RECEIVED,    /* u s */
  GALEN_FACT_IST_FAILED,      /* value text */
  GALEN_FACT_STATE_LOST,      /* will never receive state */
  /* inconsistency */
  GALEN_FACT_VOTE,             /* u s, n index, name, value result, flag: initiates */
  GALEN_FACT_VOTE_RESULT,      /* u s, value winner, n of the winner, t of all; members hold no names */
  GALEN_FACT_INCONSISTENT,     /* u s: this node is found inconsistent */
  GALEN_FACT_CONSISTENCY_LOST, /* this node leaves the cluster */
  GALEN_FACT_APPLY_ERROR,      /* u s when told, n error code, value text masked */
  GALEN_FACT_DDL_FAILED,       /* value text masked */
  /* Group Replication and replication */
  GALEN_FACT_GR_VIEW,        /* name view id, members (names are addresses), n of them */
  GALEN_FACT_GR_UNREACHABLE, /* value address; flag: reachable again */
  GALEN_FACT_GR_MAJORITY,    /* flag: TRUE majority is back, FALSE lost; n seconds when it leaves */
  GALEN_FACT_GR_MEMBERS,     /* value addresses, flag: TRUE joined, FALSE removed */
  GALEN_FACT_GR_EXPELLED,
  GALEN_FACT_GR_PRIMARY,   /* value address, flag: this server */
  GALEN_FACT_GR_STATE,     /* value ONLINE RECOVERING ERROR OFFLINE */
  GALEN_FACT_GR_BOOTSTRAP, /* this member starts a group */
  GALEN_FACT_GR_FORCED,    /* force_members: value addresses */
  GALEN_FACT_GR_ERRANT,    /* name local GTID set, value the group's */
  GALEN_FACT_REPLICATION,  /* name channel, n error code, value text masked; flag: TRUE running, FALSE stopped */
  GALEN_FACT_KINDS,
} GalenFactKind;

typedef enum { GALEN_VIEW_PRIM, GALEN_VIEW_NON_PRIM, GALEN_VIEW_REG, GALEN_VIEW_TRANS } GalenViewType;

#define GALEN_SEQNO_NONE G_MININT64

typedef struct {
  GalenUuid uuid;
  char *name;           /* or NULL */
  gint32 segment;       /* -1: unknown */
  gint32 index;         /* -1: unknown */
  gboolean partitioned; /* in the view's partitioned set, not a member */
} GalenFactMember;

/* Tens of thousands of them are most of the memory that large logs take: flags are bits. */
typedef struct GalenFact GalenFact;
struct GalenFact {
  GalenFactKind kind : 8;
  GalenLevel level : 8;
  bool inherited : 1;
  bool gap_before : 1;
  bool flag : 1;
  bool replayed : 1; /* between "Receiving IST" and "IST received": history of the donor, not of now */
  guint input;       /* index into the journal's inputs */
  guint instance;    /* see GalenErrorEvent */
  guint32 count;     /* 1, or of folded repeats */
  guint64 line;
  gint64 wall;       /* as written; GALEN_TIME_NONE: none */
  gint64 time;       /* UTC when the record said so itself; history.h puts all on one clock in `time` */
  gint64 resolution; /* µs */
  gint64 last_wall;  /* of folded repeats; else wall */
  gint64 alive_wall; /* of a start: the last line of a connection before it; GALEN_TIME_NONE: none */
  guint64 thread;
  GalenUuid uuid, other;
  gint64 seqno, last;
  gint32 number, total;
  char *name, *value;
  GArray *members;                    /* of GalenFactMember, or NULL */
  char *text;                         /* the first line as written, cleaned, masked, at most 300 bytes: for evidence */
  char *raw_time;                     /* as written, or NULL */
  const char *title, *cause, *advice; /* of TROUBLE and START_ERROR: the rule's, borrowed from it; or NULL */
};

/* Everything but the kind unset; times GALEN_TIME_NONE, count 1. */
GalenFact *galen_fact_new(GalenFactKind kind);
/* The member's name is taken over. */
void galen_fact_add_member(GalenFact *self, const GalenFactMember *member);
void galen_fact_free(GalenFact *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenFact, galen_fact_free)

/* ---- the journal: facts by input ---- */

#define GALEN_JOURNAL_FACTS_MAX                                                                                        \
  20000u /* a node; repeats are folded, past it only decisive kinds are kept, half as many */

#define GALEN_JOURNAL_FACTS_MIN 200u /* … but of each of its logs as many */

typedef struct {
  char *path, *node;            /* as shown; the node's name by the folder, file or NODE= */
  gboolean node_given;          /* NODE= */
  const char *kind;             /* "error-log", "recover-log", "galera-state", "configuration", "slow-log" */
  const char *server;           /* or NULL */
  char *version;                /* or NULL */
  char *host;                   /* the wrapper's, or NULL */
  GTimeZone *log_zone;          /* --log-tz for it, or NULL */
  gint64 epoch_offset;          /* slow log: local time less UTC, µs, by SET timestamp; GALEN_TIME_NONE: unknown */
  gint64 first_wall, last_wall; /* error log: of all records; GALEN_TIME_NONE: none */
  gint64 first, last;           /* slow log: confirmed starts, UTC */
  guint64 records;
  guint facts_max;  /* GALEN_JOURNAL_FACTS_MAX, or less when the node has more inputs with many facts */
  guint64 folded;   /* facts that were left out because of the limit */
  GPtrArray *facts; /* of GalenFact *, in file order */
} GalenJournalInput;

typedef struct {
  GPtrArray *inputs; /* of GalenJournalInput *, in the order in which they were added */
} GalenJournal;

GalenJournal *galen_journal_new(void);
void galen_journal_free(GalenJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenJournal, galen_journal_free)
/* The new input; path and node are copied. Its index is inputs->len - 1. */
GalenJournalInput *galen_journal_add_input(GalenJournal *self, const char *path, const char *node, const char *kind);
/* Leaves GALEN_JOURNAL_FACTS_MAX facts of the inputs of `node`, whatever their order: each input has the same share, of which what the
 * smaller ones do not need goes to the larger ones. After each input, so that no more than two nodes' limits are in memory. */
void galen_journal_limit(GalenJournal *self, const char *node);
