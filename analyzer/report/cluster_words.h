/* Words for clusters, incidents and clocks that every format uses. Functions return newly allocated text unless they say
 * otherwise. */
#pragma once

#include "model.h"

/* What no log can show, and what shows it now. */
typedef struct {
  const char *what, *where, *command;
} GalenUnseen;

const GalenUnseen *galen_cluster_unseen(const GalenClusterRow *cluster, guint *ret_n);

/* The cluster's name, or words in its place; not allocated. */
const char *galen_cluster_name(const GalenClusterRow *cluster);

/* "43.0 s"; "a moment"; "at least 5 min 00 s, not over when the logs end"; "unknown". */
char *galen_incident_length(const GalenReport *report, const GalenIncident *incident);
/* A sentence of an incident with its times, "2026-11-24 03:47:03 UTC", in the report's zone. NULL stays NULL. */
char *galen_zone_words(const GalenReport *report, const char *text);
/* The time of a bound in the report's zone with its error: "2026-11-24 03:47:03.600 ± 1.00 s"; "unknown". */
char *galen_incident_bound(const GalenReport *report, gint64 time, gint64 error);
/* "node1, node2 against node3"; NULL: it has no two sides. */
char *galen_incident_sides(const GalenIncident *incident);

/* "SST", "IST", "state transfer"; not allocated. */
const char *galen_transfer_kind(const GalenTransfer *transfer);
/* What came after a change: "SYNCED 4.00 s later; 12.0 s later: node3 was lost"; NULL: nothing is known. */
char *galen_change_next(const GalenReport *report, const GalenConfigChange *change);

/* "151 to 593", "none", "unknown". */
char *galen_seqno_range(gint64 first, gint64 last);
char *galen_seqno_words(gint64 seqno);
/* "at least 593", "at most 593", "593". */
char *galen_range_last(const GalenRange *range);
/* As many write sets as its last seqno allows: "at most 453"; "unknown". */
char *galen_range_writes(const GalenRange *range);
/* What became of it, as words; not allocated. */
const char *galen_range_fate(const GalenRange *range);
/* A count of which -1 is unknown. */
char *galen_known_count(gint64 n);

/* "2.00 s ahead ± 1.00 s", "0 s ± 1.00 s", "unknown". */
char *galen_clock_offset(const GalenNode *node);
/* How zone and offset were found; not allocated. */
const char *galen_clock_zone_source(const char *source);
const char *galen_clock_source(const char *source);

/* How the run before a restart ended; not allocated. */
const char *galen_restart_words(const char *kind);

/* Names with ", " between, at most `max` of them. */
char *galen_names(const GPtrArray *names, guint max);
/* "MY-010119", or NULL. */
char *galen_error_code(guint32 code);
/* "thread 140 for 241 s, X-lock on RW-latch made at dict0dict.cc:2737; thread 139 has it, taken at row0ins.cc:2500". */
char *galen_wait_words(const GalenSemaphoreWait *wait);
/* What a group is called: its rule's title, else its template; not allocated. */
const char *galen_error_title(const GalenErrorGroup *group);
