/* Sources and replicas: a replica that has transactions which its source lacks. */
#include "proof.h"

static gboolean runs(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_REPLICATION && fact->flag;
}

static const GalenFact *runs_after(const GalenNode *node, guint index) {
  for (guint i = index + 1; i < node->facts->len; i++)
    if (runs(node->facts->pdata[i]) && ((const GalenFact *)node->facts->pdata[i])->time != GALEN_TIME_NONE)
      return node->facts->pdata[i];
  return NULL;
}

/* When replication of this node was directed anew, or began, before: a failover may be the cause. */
static const GalenFact *started_before(const GalenNode *node, guint index) {
  for (guint i = index; i-- > 0;)
    if (runs(node->facts->pdata[i]))
      return node->facts->pdata[i];
  return NULL;
}

static void errant(GalenProof *proof, const GalenNode *node, guint index) {
  const GalenFact *fact = node->facts->pdata[index], *back = runs_after(node, index);
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_HIDDEN_DIVERGENCE, GALEN_LIKELY,
                                             GALEN_SEVERITY_CRITICAL, galen_proof_identity(node, fact, fact->time));
  gint64 to = back != NULL ? back->time : GALEN_TIME_NONE;
  galen_proof_window(self, fact->time, galen_proof_error(node, fact), to, galen_proof_error(node, back));
  self->ongoing = to == GALEN_TIME_NONE;
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_add_name(self->suspects, node->name);
  galen_proof_show(self, started_before(node, index));
  galen_proof_show(self, fact);
  galen_proof_show(self, back);
  g_autofree char *from = galen_proof_time(fact->time);
  self->title = g_strdup_printf("%s has transactions that its source does not have", node->name);
  self->cause =
      g_strdup("it was written to as a replica; or a failover went to a server that had not received the last "
               "transactions of the one before; or the source lost the end of its binary log in a crash");
  self->verdict = g_strdup_printf("At %s %s and its source could not agree on what was executed: %s", from, node->name,
                                  galen_text_words(fact->text));
  galen_proof_say(
      self->advice,
      g_strdup("Copy both data directories and binary logs first. GTID_SUBTRACT of both gtid_executed sets "
               "(MariaDB: gtid_binlog_state of both) names the transactions, mysqlbinlog shows them; people "
               "decide which server is right before anything is skipped or rebuilt."));
  galen_proof_say(self->would_change,
                  g_strdup("gtid_executed and the binary logs of both servers would make it sure, and say which one is "
                           "ahead."));
}

void galen_proof_errant(GalenProof *proof) {
  guint64 same = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_HIDDEN_DIVERGENCE;
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    for (guint j = 0; j < node->facts->len; j++) {
      const GalenFact *fact = node->facts->pdata[j];
      if (fact->kind == GALEN_FACT_TROUBLE && fact->time != GALEN_TIME_NONE &&
          galen_incident_kind(fact->value) == GALEN_INCIDENT_HIDDEN_DIVERGENCE &&
          !galen_proof_explained(proof, same, node->name, fact->time, fact->time))
        errant(proof, node, j);
    }
  }
}
