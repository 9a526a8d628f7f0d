#include "cluster_words.h"

#include "../words.h"

#include <inttypes.h>
#include <string.h>

static const GalenUnseen unseen_galera[] = {
    {"A second primary component of which no log was given", "every node, at the same time",
     "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_status', 'wsrep_cluster_state_uuid', "
     "'wsrep_cluster_conf_id', 'wsrep_cluster_size', 'wsrep_last_committed')"},
    {"Rows that differ between nodes without any message", "one node, when the load is low",
     "pt-table-checksum --no-check-binlog-format h=NODE"},
    {"Flow control: how long nodes waited for a slow one", "every node, twice",
     "SHOW GLOBAL STATUS LIKE 'wsrep_flow_control%'"},
    {"Clients that were refused because there were too many (error 1040)", "every node",
     "SHOW GLOBAL STATUS LIKE 'Connection_errors_max_connections'"},
};

static const GalenUnseen unseen_group[] = {
    {"A second group with the same data of which no log was given", "every member, at the same time",
     "SELECT * FROM performance_schema.replication_group_members"},
    {"Transactions that only one member has", "every member, then compare with GTID_SUBTRACT",
     "SELECT @@global.gtid_executed"},
    {"Rows that differ between members without any message", "one member, when the load is low",
     "pt-table-checksum --no-check-binlog-format h=MEMBER"},
    {"Flow control: how far members are behind", "one member",
     "SELECT * FROM performance_schema.replication_group_member_stats"},
    {"Clients that were refused because there were too many (error 1040)", "every member",
     "SHOW GLOBAL STATUS LIKE 'Connection_errors_max_connections'"},
};

const GalenUnseen *galen_cluster_unseen(const GalenClusterRow *cluster, guint *ret_n) {
  *ret_n = cluster->group_replication ? G_N_ELEMENTS(unseen_group) : G_N_ELEMENTS(unseen_galera);
  return cluster->group_replication ? unseen_group : unseen_galera;
}

const char *galen_cluster_name(const GalenClusterRow *cluster) {
  if (cluster->name != NULL && *cluster->name != '\0')
    return cluster->name;
  return cluster->group_replication ? "a replication group" : "a cluster without a name";
}

/* ---- incidents ---- */

char *galen_incident_length(const GalenReport *report, const GalenIncident *incident) {
  if (incident->from == GALEN_TIME_NONE)
    return g_strdup("unknown");
  gboolean ended = incident->to != GALEN_TIME_NONE && !incident->ongoing;
  gint64 to = incident->to != GALEN_TIME_NONE ? incident->to : report->to;
  if (ended && to == incident->from)
    return g_strdup("a moment");
  if (ended)
    return galen_words_duration((double)to - (double)incident->from);
  if (to == GALEN_TIME_NONE || to <= incident->from)
    return g_strdup("not over when the logs end");
  g_autofree char *seen = galen_words_duration((double)to - (double)incident->from);
  return g_strdup_printf("at least %s, not over when the logs end", seen);
}

/* "2026-11-24 03:47:03 UTC" that ends before `mark`, the place of " UTC"; GALEN_TIME_NONE: no time. */
static gint64 time_before(const char *text, const char *mark) {
  char when[21];
  if (mark - text < 19)
    return GALEN_TIME_NONE;
  g_strlcpy(when, mark - 19, 20);
  if (when[4] != '-' || when[10] != ' ' || when[13] != ':')
    return GALEN_TIME_NONE;
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  when[10] = 'T';
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(when, utc);
  return time != NULL ? g_date_time_to_unix(time) * G_USEC_PER_SEC : GALEN_TIME_NONE;
}

char *galen_zone_words(const GalenReport *report, const char *text) {
  if (text == NULL || report->zone_name == NULL || g_str_equal(report->zone_name, "UTC"))
    return g_strdup(text);
  GString *out = g_string_new(NULL);
  const char *rest = text;
  for (const char *mark = strstr(text, " UTC"); mark != NULL; mark = strstr(mark + 4, " UTC")) {
    gint64 time = time_before(rest, mark);
    if (time == GALEN_TIME_NONE)
      continue;
    g_autofree char *when = galen_words_time(time, report->zone, 0);
    g_string_append_len(out, rest, mark - 19 - rest);
    g_string_append_printf(out, "%s %s", when, report->zone_name);
    rest = mark + 4;
  }
  g_string_append(out, rest);
  return g_string_free(out, FALSE);
}

char *galen_incident_bound(const GalenReport *report, gint64 time, gint64 error) {
  if (time == GALEN_TIME_NONE)
    return g_strdup("unknown");
  g_autofree char *when = galen_words_time(time, report->zone, time % G_USEC_PER_SEC != 0 ? 3 : 0);
  if (error <= 0)
    return g_steal_pointer(&when);
  g_autofree char *about = galen_words_duration((double)error);
  return g_strdup_printf("%s ± %s", when, about);
}

char *galen_names(const GPtrArray *names, guint max) {
  GString *text = g_string_new(NULL);
  guint n = names != NULL ? names->len : 0;
  for (guint i = 0; i < MIN(n, max); i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(names, i));
  if (n > max)
    g_string_append_printf(text, " and %u more", n - max);
  return g_string_free(text, FALSE);
}

char *galen_incident_sides(const GalenIncident *incident) {
  if (incident->sides->len < 2)
    return NULL;
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < MIN(incident->sides->len, 4); i++) {
    const GalenSide *side = g_ptr_array_index(incident->sides, i);
    g_autofree char *members = galen_names(side->members, 8);
    g_string_append_printf(text, "%s%s", i > 0 ? " against " : "", *members != '\0' ? members : "unknown");
  }
  return g_string_free(text, FALSE);
}

char *galen_seqno_words(gint64 seqno) {
  return seqno != GALEN_SEQNO_NONE ? g_strdup_printf("%" PRId64, seqno) : g_strdup("unknown");
}

char *galen_seqno_range(gint64 first, gint64 last) {
  if (first == GALEN_SEQNO_NONE && last == GALEN_SEQNO_NONE)
    return g_strdup("unknown");
  if (first != GALEN_SEQNO_NONE && last != GALEN_SEQNO_NONE && last < first)
    return g_strdup("none");
  g_autofree char *begin = galen_seqno_words(first);
  g_autofree char *end = galen_seqno_words(last);
  return g_strdup_printf("%s to %s", begin, end);
}

static char *as_sure_as_last(const GalenRange *range, char *words) {
  const char *how = g_strcmp0(range->last_is, "at-least") == 0  ? "at least "
                    : g_strcmp0(range->last_is, "at-most") == 0 ? "at most "
                                                                : "";
  char *all = g_strconcat(how, words, NULL);
  g_free(words);
  return all;
}

char *galen_range_last(const GalenRange *range) {
  return as_sure_as_last(range, galen_seqno_words(range->last_seqno));
}

char *galen_range_writes(const GalenRange *range) {
  char *writes = galen_known_count(range->write_sets);
  return range->write_sets >= 0 ? as_sure_as_last(range, writes) : writes;
}

const char *galen_range_fate(const GalenRange *range) {
  static const struct {
    const char *fate, *words;
  } fates[] = {
      {"survivor", "the cluster goes on with it"},
      {"discarded-by-sst", "overwritten by a full state transfer (SST)"},
      {"aborted", "refused: the node gave up when it met the cluster"},
      {"merged-by-ist", "joined by IST without a word: the data still differ"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(fates); i++)
    if (g_strcmp0(range->fate, fates[i].fate) == 0)
      return fates[i].words;
  return "not known";
}

char *galen_known_count(gint64 n) {
  return n >= 0 ? galen_words_count((double)n) : g_strdup("unknown");
}

/* ---- clocks ---- */

char *galen_clock_offset(const GalenNode *node) {
  if (node->offset == GALEN_TIME_NONE)
    return g_strdup("unknown");
  g_autofree char *size = galen_words_duration(node->offset < 0 ? -(double)node->offset : (double)node->offset);
  const char *way = node->offset > 0 ? " ahead" : node->offset < 0 ? " behind" : "";
  if (node->offset_error == GALEN_TIME_NONE || node->offset_error <= 0)
    return g_strdup_printf("%s%s", size, way);
  g_autofree char *error = galen_words_duration((double)node->offset_error);
  return g_strdup_printf("%s%s ± %s", size, way, error);
}

typedef struct {
  const char *source, *words;
} SourceWords;

static const char *find_source(const SourceWords *table, gsize n, const char *source) {
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0(table[i].source, source) == 0)
      return table[i].words;
  return source != NULL ? source : "not known";
}

const char *galen_clock_zone_source(const char *source) {
  static const SourceWords table[] = {
      {"log", "its times carry it"},
      {"epoch", "found by SET timestamp against # Time"},
      {"option", "given on the command line"},
      {"uuid", "found by the UTC times inside UUIDs that the node made"},
      {"shared-events", "found by events that other nodes logged, too"},
      {"assumed", "assumed: nothing in the log says it"},
  };
  return find_source(table, G_N_ELEMENTS(table), source);
}

const char *galen_clock_source(const char *source) {
  static const SourceWords table[] = {
      {"state-exchange", "state exchanges that all members log"},
      {"views", "views that all members log"},
      {"uuid", "UTC times inside UUIDs that the node made"},
      {"option", "given on the command line"},
      {"single", "no other node to compare with"},
      {"unknown", "nothing shared with another node"},
  };
  return find_source(table, G_N_ELEMENTS(table), source);
}

const char *galen_restart_words(const char *kind) {
  static const SourceWords table[] = {{"clean", "a clean shutdown"},
                                      {"crash", "a crash"},
                                      {"kill", "a kill"},
                                      {"unknown", "an end that no line shows"}};
  return find_source(table, G_N_ELEMENTS(table), kind);
}

/* ---- errors ---- */

char *galen_error_code(guint32 code) {
  return code > 0 ? g_strdup_printf("MY-%06u", code) : NULL;
}

const char *galen_error_title(const GalenErrorGroup *group) {
  if (group->rule != NULL && group->rule->title != NULL && *group->rule->title != '\0')
    return group->rule->title;
  return group->template != NULL ? group->template : "";
}

char *galen_wait_words(const GalenSemaphoreWait *wait) {
  g_autofree char *span = galen_words_duration((double)wait->span);
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "thread %s for %s", wait->thread != NULL ? wait->thread : "?", span);
  if (wait->lock != NULL)
    g_string_append_printf(text, ", %s", wait->lock);
  if (wait->created != NULL)
    g_string_append_printf(text, "%s made at %s", wait->lock != NULL ? "" : ", a latch", wait->created);
  if (wait->holder != NULL)
    g_string_append_printf(text, "; thread %s has it", wait->holder);
  if (wait->held_at != NULL)
    g_string_append_printf(text, "%s taken at %s", wait->holder != NULL ? "," : "; last", wait->held_at);
  return g_string_free(text, FALSE);
}

const char *galen_transfer_kind(const GalenTransfer *transfer) {
  return transfer->kind != NULL ? transfer->kind : "state transfer";
}
