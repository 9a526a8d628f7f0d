/* The lives of nodes and clusters: states, transfers, configuration, and what logs cannot show. */
#include "../words.h"
#include "cluster_words.h"
#include "text_parts.h"

#define INDENT 4u
#define STATES_MAX 60u /* of a node, lines of a table */
#define ROWS_MAX 60u
#define NAMES_MAX 12u

static void print_more(GalenText *out, guint n, guint max, const char *noun) {
  if (n <= max)
    return;
  g_autofree char *text = g_strdup_printf("%u further %s are in the JSON.", n - max, noun);
  galen_text_wrap(out, INDENT, GALEN_TEXT_DIM, text, 0);
}

static void print_states(GalenText *out, const GalenReport *report, const GalenNode *node) {
  static const GalenTextColumn columns[] = {
      {"from", FALSE, FALSE, 0}, {"state", FALSE, FALSE, 0}, {"for", TRUE, FALSE, 1}, {"why", FALSE, TRUE, 0}};
  if (node->states->len == 0)
    return;
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < MIN(node->states->len, STATES_MAX); i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    galen_text_table_take(table, galen_text_when(report, span->from));
    galen_text_table_take(table, g_strdup(span->state));
    galen_text_table_take(table, galen_words_duration((double)span->to - (double)span->from));
    galen_text_table_take(table, g_strdup(span->reason));
  }
  galen_text_table_print(table, out, INDENT);
  print_more(out, node->states->len, STATES_MAX, "states");
}

static void print_node(GalenText *out, const GalenReport *report, const GalenNodeRow *row) {
  const GalenNode *node = row->life;
  g_autofree char *offset = galen_clock_offset(node);
  g_autofree char *aliases = galen_names(node->aliases, NAMES_MAX);
  g_autofree char *text =
      g_strdup_printf("%s%s%s%s%s%s%s; zone %s (%s); clock %s (%s)", node->arbitrator ? "arbitrator, " : "",
                      row->server != NULL ? row->server : "server unknown", row->version != NULL ? " " : "",
                      row->version != NULL ? row->version : "", node->galera != NULL ? ", Galera " : "",
                      node->galera != NULL ? node->galera : "", node->has_log ? "" : "; no error log of its own",
                      row->timezone != NULL ? row->timezone : "unknown", galen_clock_zone_source(row->timezone_source),
                      offset, galen_clock_source(node->clock_source));
  galen_text_wrap(out, 2, GALEN_TEXT_BOLD, row->name, 0);
  galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, text, 0);
  if (*aliases != '\0')
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "also", aliases);
  print_states(out, report, node);
}

static void print_transfers(GalenText *out, const GalenReport *report, const GalenClusterRow *cluster) {
  for (guint i = 0; i < MIN(cluster->transfers->len, ROWS_MAX); i++) {
    const GalenTransfer *transfer = g_ptr_array_index(cluster->transfers, i);
    g_autofree char *from = galen_text_when(report, transfer->from);
    g_autofree char *seqnos = galen_seqno_range(transfer->first_seqno, transfer->last_seqno);
    g_autofree char *took = transfer->to != GALEN_TIME_NONE
                                ? galen_words_duration((double)transfer->to - (double)transfer->from)
                                : g_strdup("its end was not seen");
    g_autofree char *text = g_strdup_printf(
        "%s  %s → %s%s%s, seqnos %s, %s: %s%s%s", from, transfer->donor != NULL ? transfer->donor : "unknown",
        transfer->joiner != NULL ? transfer->joiner : "unknown", transfer->method != NULL ? " by " : "",
        transfer->method != NULL ? transfer->method : "", seqnos, took, transfer->outcome,
        transfer->reason != NULL ? ", " : "", transfer->reason != NULL ? transfer->reason : "");
    galen_text_labelled(out, 2, GALEN_TEXT_PLAIN, galen_transfer_kind(transfer), text);
  }
  print_more(out, cluster->transfers->len, ROWS_MAX, "transfers");
}

static guint count_lives(const GalenReport *report) {
  guint n = 0;
  for (guint i = 0; i < report->nodes->len; i++)
    n += ((const GalenNodeRow *)g_ptr_array_index(report->nodes, i))->life != NULL;
  return n;
}

void galen_text_nodes(GalenText *out, const GalenReport *report) {
  if (report->history == NULL || count_lives(report) == 0)
    return;
  galen_text_heading(out, "NODES");
  for (guint i = 0; i < report->nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(report->nodes, i);
    if (row->life != NULL)
      print_node(out, report, row);
  }
  guint transfers = 0;
  for (guint i = 0; i < report->history->clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, i);
    if (cluster->transfers->len > 0 && transfers++ == 0)
      galen_text_heading(out, "STATE TRANSFERS");
    print_transfers(out, report, cluster);
  }
}

/* ---- configuration ---- */

/* `last` of those of one start: what came next is said once. */
static void print_change(GalenText *out, const GalenReport *report, const GalenConfigChange *change, gboolean last) {
  g_autofree char *when = galen_text_when(report, change->time);
  g_autofree char *next = last ? galen_change_next(report, change) : NULL;
  g_autofree char *text = g_strdup_printf("%s  %s  %s: %s → %s%s%s", when, change->node, change->option,
                                          change->before != NULL ? change->before : "(not set)",
                                          change->after != NULL ? change->after : "(not set)",
                                          next != NULL ? "; then " : "", next != NULL ? next : "");
  galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, text, 0);
}

static void print_drift(GalenText *out, const GalenConfigDrift *drift) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < MIN(drift->nodes->len, drift->values->len); i++) {
    const char *value = g_ptr_array_index(drift->values, i);
    g_string_append_printf(text, "%s%s: %s", i > 0 ? "; " : "", (const char *)g_ptr_array_index(drift->nodes, i),
                           value == NULL    ? "(not set)"
                           : *value == '\0' ? "(empty)"
                                            : value);
  }
  g_string_prepend(text, " differs: ");
  g_string_prepend(text, drift->option);
  galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, text->str, 0);
  g_string_free(text, TRUE);
}

static void print_cluster(GalenText *out, const GalenReport *report, const GalenClusterRow *cluster) {
  for (guint i = 0; i < MIN(cluster->configuration->len, ROWS_MAX); i++) {
    const GalenConfigChange *change = g_ptr_array_index(cluster->configuration, i), *next = NULL;
    if (i + 1 < MIN(cluster->configuration->len, ROWS_MAX))
      next = g_ptr_array_index(cluster->configuration, i + 1);
    print_change(out, report, change,
                 next == NULL || next->time != change->time || g_strcmp0(next->node, change->node) != 0);
  }
  print_more(out, cluster->configuration->len, ROWS_MAX, "changes");
  for (guint i = 0; i < MIN(cluster->drift->len, ROWS_MAX); i++)
    print_drift(out, g_ptr_array_index(cluster->drift, i));
  print_more(out, cluster->drift->len, ROWS_MAX, "differences");
}

void galen_text_configuration(GalenText *out, const GalenReport *report) {
  guint known = 0;
  for (guint i = 0; report->history != NULL && i < report->history->clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, i);
    if (cluster->configuration->len + cluster->drift->len == 0)
      continue;
    if (known++ == 0)
      galen_text_heading(out, "CONFIGURATION");
    print_cluster(out, report, cluster);
  }
}

void galen_text_unseen(GalenText *out, const GalenReport *report) {
  for (guint i = 0; report->history != NULL && i < report->history->clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, i);
    guint n = 0;
    const GalenUnseen *unseen = galen_cluster_unseen(cluster, &n);
    g_autofree char *heading = g_strdup_printf("WHAT LOGS CANNOT SHOW OF %s", galen_cluster_name(cluster));
    galen_text_heading(out, heading);
    for (guint k = 0; k < n; k++) {
      g_autofree char *text = g_strdup_printf("%s. On %s:", unseen[k].what, unseen[k].where);
      galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, text, 0);
      galen_text_wrap(out, INDENT, GALEN_TEXT_DIM, unseen[k].command, 0);
    }
  }
}
