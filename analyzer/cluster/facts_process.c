/* Facts of server processes, their options and the positions they start from. */
#include "../../parsers/error_blocks.h"
#include "../digest/error_template.h"
#include "facts_private.h"

static const GalenFactPattern rows[] = {
    {GALEN_FACT_PROCESS_START, "Starting MariaDB %V source revision %_ as process %n", FALSE, "MariaDB", NULL},
    {GALEN_FACT_PROCESS_START, "Starting MariaDB %V as process %n", FALSE, "MariaDB", NULL},
    {GALEN_FACT_PROCESS_START, "%_ (%_ %V) starting as process %n", FALSE, NULL, NULL},
    {GALEN_FACT_PROCESS_START, "%_ (%_ %V) initializing of server in progress as process %n", FALSE, NULL, NULL},
    {GALEN_FACT_PROCESS_START, "Starting %_ daemon with databases from ", FALSE, NULL, NULL},
    {GALEN_FACT_PROCESS_START, "Read config:", FALSE, "garbd", NULL},
    {GALEN_FACT_READY, "%_: ready for connections. Version: '%V' %_port: %n", FALSE, NULL, NULL},
    {GALEN_FACT_READY, "%_: ready for connections. Version: '%V'", FALSE, NULL, NULL},
    {GALEN_FACT_READY, "Version: '%V' %_port: %n", FALSE, NULL, NULL},
    {GALEN_FACT_READY, "Version: '%V'", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_BEGIN, "%_(initiated by: %V): Normal shutdown", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_BEGIN, "%_Normal shutdown", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_BEGIN, "Received SHUTDOWN from user %V. Shutting", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_BEGIN, "Received SHUTDOWN from user %V", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_BEGIN, "Received signal %n", FALSE, NULL, "signal"},
    {GALEN_FACT_SHUTDOWN_END, "%_hutdown complete", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_END, "Exiting main loop", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_END, "%_initializing of server has completed", FALSE, NULL, NULL},
    {GALEN_FACT_SHUTDOWN_END, "%_ from pid file %_ ended", FALSE, NULL, "mysqld_safe"},
    {GALEN_FACT_SHUTDOWN_END, "mysqld_safe %_ from pid file %_ ended", FALSE, NULL, "mysqld_safe"},
    {GALEN_FACT_CRASH, "%_got signal %n", FALSE, NULL, ""},
    {GALEN_FACT_CRASH, "%_got exception ", FALSE, NULL, ""},
    {GALEN_FACT_RESTARTED, "%_Scheduled restart job, restart counter is at %n", FALSE, NULL, NULL},
    {GALEN_FACT_RESTARTED, "%_restarted", FALSE, NULL, NULL},
    {GALEN_FACT_CRASH_RECOVERY, "", FALSE, NULL, NULL},
    {GALEN_FACT_OPTION, "%_Generating a new UUID: %V.", FALSE, "server_uuid", NULL},
    {GALEN_FACT_PROVIDER, "wsrep_load(): Galera %V by %_(modified by %N <", FALSE, NULL, NULL},
    {GALEN_FACT_PROVIDER, "wsrep_load(): Galera %V by %N <", FALSE, NULL, NULL},
    {GALEN_FACT_PROVIDER, "wsrep_load(): Galera %V by %N loaded", FALSE, NULL, NULL},
    {GALEN_FACT_PROVIDER, "wsrep_load(): Galera %V loaded", FALSE, NULL, NULL},
    {GALEN_FACT_PROVIDER, "wsrep_load(): loading provider library 'none'", FALSE, NULL, NULL},
    {GALEN_FACT_CONNECTING, "gcomm: connecting to group '%N', peer '%V'", FALSE, NULL, NULL},
    {GALEN_FACT_CLUSTER_ADDRESS, "wsrep::connect(%V) failed", FALSE, NULL, NULL},
    {GALEN_FACT_CLUSTER_ADDRESS, "Failed to open channel '%N' at '%V':", FALSE, NULL, NULL},
    {GALEN_FACT_CLUSTER_ADDRESS, "%_gcomm://%V$", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAP, "gcomm: bootstrapping new group '%N'", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAP_OPTION, "Connecting with bootstrap option: %n", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAP_REFUSED, "", FALSE, NULL, NULL},
    {GALEN_FACT_NEW_GROUP, "Starting new group from scratch: %u", FALSE, NULL, NULL},
    {GALEN_FACT_SAVED_STATE, "Found saved state: %u:%s, safe_to_boots%_: %n", FALSE, NULL, NULL},
    {GALEN_FACT_SAVED_STATE, "Found saved state: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_STATE_FILE_MISSING, "", FALSE, NULL, NULL},
    {GALEN_FACT_START_POSITION, "Setting GCS initial position to %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_START_POSITION, "Setting initial position to %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_START_POSITION, "Position %u:%s given at startup", FALSE, NULL, NULL},
    {GALEN_FACT_START_POSITION, "WSREP: Position %u:%s given at startup", FALSE, NULL, NULL},
    {GALEN_FACT_RECOVERED_POSITION, "Recovered position: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_RECOVERED_POSITION, "Recovered position %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_RECOVERED_POSITION, "WSREP: Recovered position: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_RECOVERED_POSITION, "WSREP: Recovered position %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "Loading provider %_ initial position: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "Recovered position from storage: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "Bootstrapping a new cluster, setting initial position to %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "%_Assign initial position for certification: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "Installed new state from SST: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "Installed new state: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "SST succeeded for position %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "%_co-ords from %_: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_POSITION, "%_position%_ %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_GCACHE, "Recovering GCache ring buffer: version: %_, UUID: %u,", FALSE, NULL, "preamble"},
    {GALEN_FACT_GCACHE, "%_found gapless sequence %s-%l", FALSE, NULL, NULL},
    {GALEN_FACT_GCACHE, "GCache history reset: old(%u:%s) -> new(%o:", FALSE, NULL, "reset"},
    {GALEN_FACT_GCACHE, "GCache history reset: old(%u:%s -> %o:", FALSE, NULL, "reset"},
    {GALEN_FACT_GCACHE, "GCache history reset: %u:%s -> %o:", FALSE, NULL, "reset"},
    {GALEN_FACT_MONITOR_ENTERED, "mon: entered %s", FALSE, NULL, NULL},
    {GALEN_FACT_MONITOR_ENTERED, "%N mon: entered %s", FALSE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_process = {rows, G_N_ELEMENTS(rows)};

/* ---- start and end ---- */

/* Whose version "8.0.28-19.1", "10.4.12-MariaDB" or "8.0.41" is: Percona counts its own releases behind the version. */
static const char *server_of(const char *version) {
  const char *p = version;
  if (version == NULL)
    return NULL;
  if (strstr(version, "MariaDB") != NULL)
    return "MariaDB";
  while (g_ascii_isdigit(*p) || *p == '.')
    p++;
  if (p[0] != '-' || !g_ascii_isdigit(p[1]) || strstr(version, "ubuntu") != NULL || strchr(version, '+') != NULL)
    return "MySQL";
  for (p++; g_ascii_isdigit(*p) || *p == '.' || (*p == '-' && g_ascii_isdigit(p[1])); p++)
    ;
  return *p == '\0' || (*p == '-' && g_ascii_isalpha(p[1])) ? "Percona" : "MySQL";
}

/* garbd's "Read config:" with a line an option. */
static void read_garbd_config(GalenFactReader *reader, const GalenErrorEvent *event) {
  GalenSlice rest = event->more, line, key, value;
  while (galen_fact_line(&rest, &line)) {
    if (!galen_fact_pair(line, ':', &key, &value) || key.len == 0 || value.len == 0)
      continue;
    if (galen_slice_is(key, "address")) {
      GalenFact *fact = galen_fact_new(GALEN_FACT_CLUSTER_ADDRESS);
      fact->value = galen_fact_text(value);
      galen_fact_reader_emit(reader, event, fact);
    } else {
      galen_fact_reader_option(reader, event, key, value);
    }
  }
}

static void read_server_uid(GalenFactReader *reader, const GalenErrorEvent *event) {
  GalenFactOperands found;
  if (galen_fact_pattern_match("%_ server_uid %V as process ", event->text, &found))
    galen_fact_reader_option(reader, event, galen_slice("server_uid", 10), found.value);
}

static void emit_recover_run(GalenFactReader *reader, const GalenErrorEvent *event, const char *value) {
  GalenFactServer *server = galen_fact_reader_server(reader, event);
  if (server->recovering)
    return;
  server->recovering = TRUE;
  GalenFact *run = galen_fact_new(GALEN_FACT_RECOVER_RUN);
  run->value = g_strdup(value);
  galen_fact_reader_emit(reader, event, run);
}

/* mysqld_safe's line and the server's own are one start: the first stays, with what the second knows. */
static gboolean is_told_by_safe(GalenFactReader *reader, const GalenErrorEvent *event, const GalenFact *fact) {
  GalenFactServer *server = galen_fact_reader_server(reader, event);
  GalenFact *start = server->safe_start;
  if (start == NULL)
    return FALSE;
  if (fact->name == NULL && fact->number < 0)
    return FALSE;
  start->number = fact->number;
  start->name = g_strdup(fact->name);
  start->value = g_strdup(fact->value);
  server->safe_start = NULL;
  return TRUE;
}

gboolean galen_fact_read_process_start(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (fact->name == NULL)
    fact->name = g_strdup(server_of(fact->value));
  if (g_strcmp0(fact->name, "garbd") == 0)
    read_garbd_config(reader, event);
  read_server_uid(reader, event);
  if (galen_fact_has(event->text, "initializing of server"))
    emit_recover_run(reader, event, "initialize");
  return !is_told_by_safe(reader, event, fact);
}

/* mysqld_safe has said it all when the server of old says nothing itself. */
gboolean galen_fact_read_restarted(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (fact->number < 0)
    galen_fact_reader_emit(reader, event, galen_fact_new(GALEN_FACT_PROCESS_START));
  return TRUE;
}

gboolean galen_fact_read_recover_run(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)fact;
  emit_recover_run(reader, event, NULL);
  return FALSE;
}

/* The version stands on the next line in MariaDB and in MySQL before 8.0. */
gboolean galen_fact_read_ready(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenSlice rest = event->more, line;
  if (galen_fact_reader_match(reader, event->text, fact))
    return TRUE;
  if (!galen_fact_has(event->text, "ready for connections"))
    return FALSE;
  while (galen_fact_line(&rest, &line))
    if (galen_fact_reader_match(reader, galen_fact_trim(line), fact))
      return TRUE;
  return TRUE;
}

/* mysqld_safe tells the end once more. */
gboolean galen_fact_read_shutdown_end(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  return fact->value == NULL || !galen_fact_reader_server(reader, event)->down;
}

gboolean galen_fact_read_crash(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenBlockCrash crash;
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (galen_block_crash(event, &crash) && crash.query.data != NULL) {
    char *query = galen_error_query_mask(crash.query, GALEN_FACT_TEXT_MAX, FALSE);
    if (query != NULL) {
      g_free(fact->value);
      fact->value = query;
    }
  }
  return TRUE;
}

gboolean galen_fact_read_text(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)reader;
  fact->value = galen_fact_text(event->text);
  return TRUE;
}

/* ---- provider, options ---- */

gboolean galen_fact_read_provider(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  return galen_fact_reader_match(reader, event->text, fact);
}

gboolean galen_fact_read_options(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)reader;
  GalenFactOperands found;
  if (!galen_fact_pattern_match("Passing config to GCS: %V", event->text, &found))
    return FALSE;
  fact->value = galen_error_text_mask(galen_fact_trim(found.value), GALEN_FACT_OPTIONS_MAX, FALSE);
  return TRUE;
}

/* ---- positions ---- */

/* The server itself tells a recovered position only when it was started for nothing else. */
gboolean galen_fact_read_recovered(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (event->raw_time.data != NULL && !galen_slice_starts(event->subsystem, "mysqld_safe"))
    emit_recover_run(reader, event, NULL);
  return TRUE;
}

gboolean galen_fact_read_position(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  return galen_fact_reader_match(reader, event->text, fact) && !galen_uuid_is_nil(&fact->uuid) && fact->seqno >= 0;
}

/* Two lines: the history of the file, then the seqnos found in it. */
gboolean galen_fact_read_gcache(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenFactServer *server = galen_fact_reader_server(reader, event);
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (g_strcmp0(fact->value, "preamble") == 0) {
    server->cache = fact->uuid;
    return FALSE;
  }
  if (fact->value == NULL)
    fact->uuid = server->cache;
  else if (!galen_uuid_is_nil(&fact->other))
    server->cache = fact->other;
  return TRUE;
}
