/* Facts of state transfers. */
#include "facts_private.h"

static const GalenFactPattern rows[] = {
    {GALEN_FACT_DONOR_SELECTED, "Member %n.%_ (%N) requested state transfer from '%_'. Selected %t.%_ (%V)(", FALSE,
     NULL, NULL},
    {GALEN_FACT_DONOR_SELECTED, "Node %n (%N) requested state transfer from '%_'. Selected %t (%V)(", FALSE, NULL,
     NULL},
    {GALEN_FACT_DONOR_SELECTED, "Member %n.%_ (%N) requested state transfer from '%_', but it is impossible", FALSE,
     NULL, NULL},
    {GALEN_FACT_DONOR_SELECTED, "Node %n (%N) requested state transfer from '%_', but it is impossible", FALSE, NULL,
     NULL},
    {GALEN_FACT_TRANSFER_END, "%_ (%N): State transfer to %_ (%V) complete", TRUE, NULL, NULL},
    {GALEN_FACT_TRANSFER_END, "%_ (%N): State transfer from %_ (%V) complete", FALSE, NULL, NULL},
    {GALEN_FACT_TRANSFER_END, "%_ (%N): State transfer to %_ (%V) failed: %n", TRUE, NULL, NULL},
    {GALEN_FACT_TRANSFER_END, "%_ (%N): State transfer from %_ (%V) failed: %n", FALSE, NULL, NULL},
    {GALEN_FACT_TRANSFER_END, "%_ (%N): State transfer to %_ (%V) failed", TRUE, NULL, NULL},
    {GALEN_FACT_TRANSFER_END, "%_ (%N): State transfer from %_ (%V) failed", FALSE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "Running: 'wsrep_sst_%N --role 'donor' --address '%V'", TRUE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "Running: 'wsrep_sst_%N --role 'joiner' --address '%V'", FALSE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "Initiating SST/IST transfer on DONOR side (wsrep_sst_%N --role 'donor' --address '%V'",
     TRUE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "Initiating SST/IST transfer on JOINER side (wsrep_sst_%N --role 'joiner' --address '%V'",
     FALSE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "Initiating SST/IST transfer on DONOR side (wsrep_sst_%N ", TRUE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "Initiating SST/IST transfer on JOINER side (wsrep_sst_%N ", FALSE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "%N SST started on donor", TRUE, NULL, NULL},
    {GALEN_FACT_SST_SCRIPT, "%N SST started on joiner", FALSE, NULL, NULL},
    {GALEN_FACT_SST_RECEIVED, "SST received: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_SST_RECEIVED, "SST complete, seqno: %s", FALSE, NULL, NULL},
    {GALEN_FACT_SST_RECEIVED, "SST received", FALSE, NULL, NULL},
    {GALEN_FACT_SST_SENT, "SST sent: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_SST_SENT, "SST sent", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "SST sending failed: %n", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "Process completed with error: %_: %n (%V)", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "Process completed with error: %_: %n: %V", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "Cleanup after exit with status:%n", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "Cleanup after exit with status: %n", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "SST failed: %n (%V)", FALSE, NULL, NULL},
    {GALEN_FACT_SST_FAILED, "%V", FALSE, NULL, NULL},
    {GALEN_FACT_IST_REQUEST, "IST request: %u:%s-%l|%V", FALSE, NULL, NULL},
    {GALEN_FACT_IST_SENDING, "async IST sender starting to serve %V sending %s-%l", FALSE, NULL, NULL},
    {GALEN_FACT_IST_SENDING, "async IST sender served", TRUE, NULL, NULL},
    {GALEN_FACT_IST_RECEIVING, "Receiving IST: %n writesets, seqnos %s-%l", FALSE, NULL, NULL},
    {GALEN_FACT_IST_RECEIVED, "IST received: %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_STATE_LOST, "", FALSE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_transfer = {rows, G_N_ELEMENTS(rows)};

/* Without a position ("00000000-…:-1") the script has failed, whatever the words are. */
gboolean galen_fact_read_sst_received(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  return galen_fact_reader_match(reader, event->text, fact) && (fact->seqno == GALEN_SEQNO_NONE || fact->seqno >= 0);
}

gboolean galen_fact_read_transfer_end(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (galen_fact_has(event->text, ") complete"))
    fact->number = 0;
  return TRUE;
}

/* "State transfer required: ⏎⇥Group state: U:n⏎⇥Local state: V:m" */
gboolean galen_fact_read_transfer_required(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)reader;
  GalenSlice rest = event->more, line;
  GalenFactOperands found;
  gboolean told = FALSE;
  while (galen_fact_line(&rest, &line)) {
    line = galen_fact_trim(line);
    if (galen_fact_pattern_match("Group state: %u:%s", line, &found)) {
      fact->uuid = found.uuid;
      fact->seqno = found.seqno;
      told = TRUE;
    } else if (galen_fact_pattern_match("Local state: %u:%s", line, &found)) {
      fact->other = found.uuid;
      fact->last = found.seqno;
    }
  }
  return told;
}

/* The server's own arguments stand in the script's: "--wsrep-cluster-address=gcomm:// --wsrep-node-name=n1". */
static void read_arguments(GalenFactReader *reader, const GalenErrorEvent *event) {
  GalenSlice rest = event->text;
  gssize at;
  for (guint n = 0; n < 64 && (at = galen_fact_find(rest, " --wsrep")) >= 0; n++) {
    rest = galen_fact_rest(rest, (gsize)at + 3);
    gsize name = 0, end;
    while (name < rest.len && (g_ascii_isalnum(rest.data[name]) || rest.data[name] == '-' || rest.data[name] == '_'))
      name++;
    if (name == rest.len || rest.data[name] != '=')
      continue;
    char quote = name + 1 < rest.len ? rest.data[name + 1] : 0;
    gsize from = quote == '"' || quote == '\'' ? name + 2 : name + 1;
    for (end = from; end < rest.len && rest.data[end] != (from > name + 1 ? quote : ' '); end++)
      ;
    if (end == rest.len) /* the line was cut in it */
      return;
    GalenFact *option = galen_fact_reader_option(reader, event, galen_slice(rest.data, name),
                                                 galen_slice(rest.data + from, end - from));
    g_strdelimit(option->name, "-", '_');
    rest = galen_fact_rest(rest, end);
  }
}

gboolean galen_fact_read_sst_script(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  read_arguments(reader, event);
  return TRUE;
}
