#include "prom.h"

#include "../findings/comparison.h"
#include "../words.h"

#include <math.h>

#define NODES_MAX 64u
#define CLASSES_MAX 20u
#define ERRORS_MAX 200u /* series of rule, severity and node; further ones are summed up as rule "other" */
#define LABEL_MAX 120u  /* bytes */

typedef struct {
  GString *out;
  const GalenReport *report;
  const char *title; /* a label of every series, when the user gave one: several files can be told apart */
} Prom;

/* ---- the text format ---- */

/* `help` is ours: it needs no escapes. */
static void family(Prom *prom, const char *name, const char *help) {
  g_string_append_printf(prom->out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void append_label(GString *out, const char *before, const char *name, const char *value) {
  gsize len = strlen(value);
  if (len > LABEL_MAX)
    len = (gsize)(g_utf8_find_prev_char(value, value + LABEL_MAX + 1) - value);
  g_string_append_printf(out, "%s%s=\"", before, name);
  for (gsize i = 0; i < len; i++) {
    if (value[i] == '\\' || value[i] == '"')
      g_string_append_c(out, '\\');
    g_string_append_c(out, (guchar)value[i] < 0x20 ? ' ' : value[i]);
  }
  g_string_append_c(out, '"');
}

/* `labels` are names and values in turn, NULL at the end. NaN is not written. */
static void sample(Prom *prom, const char *name, const char *const *labels, double value) {
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isfinite(value))
    return;
  const char *before = "{";
  g_string_append(prom->out, name);
  if (prom->title != NULL) {
    append_label(prom->out, before, "report", prom->title);
    before = ",";
  }
  for (guint i = 0; labels != NULL && labels[i] != NULL; i += 2) {
    append_label(prom->out, before, labels[i], labels[i + 1]);
    before = ",";
  }
  g_string_append_printf(prom->out, "%s %s\n", *before == ',' ? "}" : "",
                         g_ascii_formatd(number, sizeof number, "%.15g", value));
}

static void alone(Prom *prom, const char *name, const char *help, double value) {
  if (!isfinite(value))
    return;
  family(prom, name, help);
  sample(prom, name, NULL, value);
}

static double seconds(gint64 us) {
  return us != GALEN_TIME_NONE ? (double)us / (double)G_USEC_PER_SEC : NAN;
}

/* ---- the report as a whole ---- */

static void put_status(Prom *prom) {
  const GalenReport *report = prom->report;
  family(prom, "galen_build_info", "Version of Galen that wrote this file.");
  sample(prom, "galen_build_info", (const char *const[]){"version", GALEN_VERSION, NULL}, 1);
  alone(prom, "galen_status", "Status of the report: 0 ok, 1 warning, 2 critical.", report->status);
  alone(prom, "galen_report_incomplete", "1: some input could not be read whole.", report->incomplete ? 1 : 0);
  alone(prom, "galen_window_from_timestamp_seconds", "Begin of the window that the figures are of.",
        seconds(report->from));
  alone(prom, "galen_window_to_timestamp_seconds", "End of the window that the figures are of.", seconds(report->to));
}

static void put_findings(Prom *prom) {
  guint counts[GALEN_SEVERITY_CRITICAL + 1] = {0}, muted = 0;
  for (guint i = 0; i < prom->report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(prom->report->findings, i);
    muted += finding->muted ? 1 : 0;
    counts[finding->severity] += finding->muted ? 0 : 1;
  }
  family(prom, "galen_findings", "Findings that are not muted, by severity.");
  for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
    sample(prom, "galen_findings", (const char *const[]){"severity", galen_severity_word(i), NULL}, counts[i]);
  alone(prom, "galen_findings_muted", "Findings that are muted.", muted);
}

static void put_incidents(Prom *prom) {
  guint counts[GALEN_N_INCIDENTS][GALEN_SEVERITY_CRITICAL + 1] = {{0}}, muted = 0;
  for (guint i = 0; i < prom->report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(prom->report->incidents, i);
    muted += incident->muted ? 1 : 0;
    counts[incident->kind][incident->severity] += incident->muted ? 0 : 1;
  }
  family(prom, "galen_incidents",
         "Incidents that are not muted, by kind and severity; kinds that did not occur are left out.");
  for (guint kind = 0; kind < GALEN_N_INCIDENTS; kind++)
    for (guint severity = 0; severity <= GALEN_SEVERITY_CRITICAL; severity++)
      if (counts[kind][severity] > 0)
        sample(
            prom, "galen_incidents",
            (const char *const[]){"kind", galen_incident_word(kind), "severity", galen_severity_word(severity), NULL},
            counts[kind][severity]);
  alone(prom, "galen_incidents_muted", "Incidents that are muted.", muted);
}

static void put_inputs(Prom *prom) {
  double bytes = 0, skipped = 0, incomplete = 0;
  for (guint i = 0; i < prom->report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(prom->report->inputs, i);
    bytes += (double)row->account.bytes;
    skipped += (double)row->account.bytes_skipped;
    incomplete += row->complete ? 0 : 1;
  }
  alone(prom, "galen_inputs", "Inputs that were given.", prom->report->inputs->len);
  alone(prom, "galen_inputs_incomplete", "Inputs that could not be read whole.", incomplete);
  alone(prom, "galen_read_bytes", "Bytes of logs read, after unpacking.", bytes);
  alone(prom, "galen_skipped_bytes", "Bytes of these that were skipped with a reason.", skipped);
}

/* ---- nodes ---- */

static gint64 last_of_inputs(const GalenReport *report, const char *node) {
  gint64 last = GALEN_TIME_NONE;
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    if (row->node != NULL && g_str_equal(row->node, node))
      last = MAX(last, row->account.last);
  }
  return last;
}

/* Names are cut for labels, and what was two names must not become one. */
static GPtrArray *nodes_told_apart(const GalenReport *report) {
  GPtrArray *nodes = g_ptr_array_new();
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < report->nodes->len && nodes->len < NODES_MAX; i++) {
    GalenNodeRow *row = g_ptr_array_index(report->nodes, i);
    GString *label = g_string_new(NULL);
    append_label(label, "", "node", row->name);
    if (g_hash_table_add(seen, g_string_free(label, FALSE)))
      g_ptr_array_add(nodes, row);
  }
  return nodes;
}

static void put_nodes(Prom *prom) {
  g_autoptr(GPtrArray) nodes = nodes_told_apart(prom->report);
  alone(prom, "galen_nodes", "Nodes that the logs name.", prom->report->nodes->len);
  if (nodes->len == 0)
    return;
  family(prom, "galen_last_event_timestamp_seconds", "Time of the last event in a node's logs.");
  for (guint i = 0; i < nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(nodes, i);
    gint64 last = last_of_inputs(prom->report, row->name);
    if (row->life != NULL)
      last = MAX(last, row->life->last);
    sample(prom, "galen_last_event_timestamp_seconds", (const char *const[]){"node", row->name, NULL}, seconds(last));
  }
  family(prom, "galen_node_state", "State in which a node was when its logs end, as a label; always 1.");
  for (guint i = 0; i < nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(nodes, i);
    const GArray *states = row->life != NULL ? row->life->states : NULL;
    if (states != NULL && states->len > 0)
      sample(prom, "galen_node_state",
             (const char *const[]){"node", row->name, "state",
                                   g_array_index(states, GalenStateSpan, states->len - 1).state, NULL},
             1);
  }
}

/* ---- statements ---- */

typedef struct {
  const char *name, *help;
  double (*value)(const GalenFigures *figures);
} ClassMetric;

static double class_time(const GalenFigures *figures) {
  return (double)figures->main[GALEN_MAIN_TIME].sum / 1e6;
}

static double class_calls(const GalenFigures *figures) {
  return (double)figures->count;
}

static double class_p95(const GalenFigures *figures) {
  return figures->main[GALEN_MAIN_TIME].p95 / 1e6;
}

static const ClassMetric class_metrics[] = {
    {"galen_class_time_seconds", "Query time of a leading class of statements in the window.", class_time},
    {"galen_class_calls", "Statements of a leading class in the window.", class_calls},
    {"galen_class_p95_seconds", "95th percentile of the latency of a leading class.", class_p95},
};

static void put_queries(Prom *prom) {
  const GalenReport *report = prom->report;
  alone(prom, "galen_query_time_seconds", "Query time of all statements in the window.", class_time(&report->total));
  alone(prom, "galen_queries", "Statements in the window.", (double)report->total.count);
  alone(prom, "galen_classes", "Distinct classes of statements.", (double)report->classes);
  const GPtrArray *leading = report->leading->len > 0 ? report->leading : report->top;
  for (guint m = 0; m < G_N_ELEMENTS(class_metrics) && leading->len > 0; m++) {
    family(prom, class_metrics[m].name, class_metrics[m].help);
    for (guint i = 0; i < MIN(leading->len, CLASSES_MAX); i++) {
      const GalenQuery *query = g_ptr_array_index(leading, i);
      sample(prom, class_metrics[m].name,
             (const char *const[]){"id", query->id, "label", query->label != NULL ? query->label : "", NULL},
             class_metrics[m].value(&query->figures));
    }
  }
}

/* Of a report with a baseline. */
static void put_changes(Prom *prom) {
  const GalenComparison *comparison = prom->report->comparison;
  if (comparison == NULL)
    return;
  const struct {
    GalenChangeKind kind;
    const GPtrArray *changes;
  } lists[] = {{GALEN_CHANGE_NEW, comparison->new},
               {GALEN_CHANGE_GONE, comparison->gone},
               {GALEN_CHANGE_SLOWER, comparison->slower},
               {GALEN_CHANGE_FASTER, comparison->faster}};
  family(prom, "galen_changed_classes", "Classes of statements that are not as they were in the baseline, by change.");
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    sample(prom, "galen_changed_classes", (const char *const[]){"change", galen_change_word(lists[i].kind), NULL},
           lists[i].changes->len);
}

/* ---- errors: groups of one rule are one series a node ---- */

typedef struct {
  const char *rule;
  GalenSeverity severity;
  const char *node;
  guint64 count;
  char *key;
} ErrorSum;

static void error_sum_free(gpointer data) {
  ErrorSum *sum = data;
  g_free(sum->key);
  g_free(sum);
}

static void add_errors(GPtrArray *sums, GHashTable *by_key, const GalenErrorGroup *group,
                       const GalenErrorCountOf *node) {
  const char *rule = group->rule != NULL ? group->rule->id : "none";
  const char *name = node->name != NULL ? node->name : "";
  for (guint attempt = 0; attempt < 2; attempt++) {
    g_autoptr(GString) key = g_string_new(rule);
    append_label(key, " ", galen_severity_word(group->severity), name);
    ErrorSum *sum = g_hash_table_lookup(by_key, key->str);
    if (sum == NULL && sums->len >= ERRORS_MAX && attempt == 0) {
      rule = "other";
      name = "";
      continue;
    }
    if (sum == NULL) {
      sum = g_new0(ErrorSum, 1);
      *sum = (ErrorSum){rule, group->severity, name, 0, g_strdup(key->str)};
      g_ptr_array_add(sums, sum);
      g_hash_table_insert(by_key, sum->key, sum);
    }
    sum->count = galen_add_u64(sum->count, node->count);
    return;
  }
}

static void put_errors(Prom *prom) {
  const GalenErrorLists *errors = prom->report->errors;
  if (errors == NULL)
    return;
  g_autoptr(GPtrArray) sums = g_ptr_array_new_with_free_func(error_sum_free);
  g_autoptr(GHashTable) by_key = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(errors->groups, i);
    for (guint n = 0; group->nodes != NULL && n < group->nodes->len; n++)
      add_errors(sums, by_key, group, g_ptr_array_index(group->nodes, n));
  }
  family(prom, "galen_errors",
         "Records of error logs in the window by rule, severity and node; rule \"none\": none knows it.");
  for (guint i = 0; i < sums->len; i++) {
    const ErrorSum *sum = g_ptr_array_index(sums, i);
    sample(prom, "galen_errors",
           (const char *const[]){"rule", sum->rule, "severity", galen_severity_word(sum->severity), "node", sum->node,
                                 NULL},
           (double)sum->count);
  }
  alone(prom, "galen_deadlocks", "Deadlocks that were logged in the window.", (double)errors->deadlock_count);
  alone(prom, "galen_crashes", "Crashes that were logged in the window.", (double)errors->crash_count);
}

GBytes *galen_prom_write(const GalenReport *report, G_GNUC_UNUSED const GalenWriteOptions *options,
                         G_GNUC_UNUSED GError **error) {
  Prom prom = {.out = g_string_sized_new(8192), .report = report, .title = report->titled ? report->title : NULL};
  put_status(&prom);
  put_findings(&prom);
  put_incidents(&prom);
  put_inputs(&prom);
  put_nodes(&prom);
  put_queries(&prom);
  put_changes(&prom);
  put_errors(&prom);
  g_string_append(prom.out, "# EOF\n");
  return g_string_free_to_bytes(prom.out);
}
