/* Incidents: what went wrong in a cluster or a server, how sure that is, and the lines that prove it. */
#pragma once

#include "../report/severity.h"
#include "fact.h"

typedef enum {
  GALEN_INCIDENT_SPLIT_BRAIN,
  GALEN_INCIDENT_HIDDEN_DIVERGENCE,
  GALEN_INCIDENT_DATA_LOSS,
  GALEN_INCIDENT_UNSAFE_BOOTSTRAP,
  GALEN_INCIDENT_CLUSTER_REINITIALISED,
  GALEN_INCIDENT_QUORUM_LOSS,
  GALEN_INCIDENT_FLAPPING,
  GALEN_INCIDENT_NODE_LOSS,
  GALEN_INCIDENT_NODE_INCONSISTENT,
  GALEN_INCIDENT_NODE_CRASH,
  GALEN_INCIDENT_CLUSTER_DOWN,
  GALEN_INCIDENT_RESTART_LOOP,
  GALEN_INCIDENT_START_FAILURE,
  GALEN_INCIDENT_SST_FAILURE,
  GALEN_INCIDENT_CORRUPTION,
  GALEN_INCIDENT_DISK_FULL,
  GALEN_INCIDENT_REPLICATION_STOPPED,
  GALEN_INCIDENT_FLOW_CONTROL,
  GALEN_INCIDENT_COVERAGE_GAP,
  GALEN_INCIDENT_UNDETERMINED,
  GALEN_N_INCIDENTS,
} GalenIncidentKind;

/* The word in JSON: "split-brain" … */
const char *galen_incident_word(GalenIncidentKind kind);
/* GALEN_N_INCIDENTS: no such word. */
GalenIncidentKind galen_incident_kind(const char *word);

typedef enum { GALEN_POSSIBLE, GALEN_LIKELY, GALEN_PROVEN } GalenConfidence;
const char *galen_confidence_word(GalenConfidence confidence);

typedef struct {
  GalenUuid uuid;
  GPtrArray *members;             /* of char *, sorted */
  gint64 from, to;                /* to GALEN_TIME_NONE: open */
  gint64 first_seqno, last_seqno; /* GALEN_SEQNO_NONE: unknown */
} GalenSide;

typedef struct {
  GPtrArray *nodes; /* of char *, sorted */
  GalenUuid uuid;
  gint64 first_seqno, last_seqno;
  const char *last_is;          /* "exact" "at-least" "at-most"; NULL: unknown */
  gint64 write_sets;            /* without configuration changes; -1: unknown */
  gint64 configuration_changes; /* -1: unknown */
  const char *fate;             /* "survivor" "discarded-by-sst" "aborted" "merged-by-ist" "unknown" */
} GalenRange;

typedef struct {
  char *id; /* the same on every run over the same logs: kind and what identifies it in the logs */
  GalenIncidentKind kind;
  char *title;
  GalenSeverity severity;
  GalenConfidence confidence;
  gint64 exposure_from;        /* GALEN_TIME_NONE: null */
  gint64 from, to;             /* to GALEN_TIME_NONE: not over, or unknown */
  gint64 from_error, to_error; /* µs; -1: unknown */
  gboolean ongoing;
  gint64 contaminated_until;   /* GALEN_TIME_NONE: null */
  GPtrArray *nodes, *suspects; /* of char *, sorted */
  GPtrArray *rules;            /* of char *: "R4" … */
  GPtrArray *sides;            /* of GalenSide *: `components` in JSON */
  char *cause;                 /* or NULL */
  gboolean diverged;           /* common_seqno and ranges mean something */
  gint64 common_seqno;         /* GALEN_SEQNO_NONE: unknown */
  GPtrArray *ranges;           /* of GalenRange * */
  char *verdict;
  GPtrArray *advice, *would_change, *needs; /* of char * */
  GPtrArray *evidence;                      /* of const GalenFact *: decisive lines in order of time */
  gboolean muted;
} GalenIncident;

/* Lists there and empty, times GALEN_TIME_NONE. Elements of `sides` and `ranges` are g_new0 with a `members` or `nodes` list of
 * their own. */
GalenIncident *galen_incident_new(GalenIncidentKind kind);
void galen_incident_free(GalenIncident *self);
