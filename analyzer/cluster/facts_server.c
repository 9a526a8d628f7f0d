/* Facts of the node's own state: gcs states, configuration changes, the server's views. */
#include "facts_private.h"

static const GalenFactPattern rows[] = {
    {GALEN_FACT_STATE, "Shifting %N -> %V (TO: %s)", FALSE, NULL, NULL},
    {GALEN_FACT_STATE, "Restored state %N -> %V (%s)", TRUE, NULL, NULL},
    {GALEN_FACT_CC, "%_processing CC %s, local", FALSE, NULL, "local"},
    {GALEN_FACT_CC, "%_processing CC %s from IST", TRUE, NULL, NULL},
    {GALEN_FACT_CC, "%_processing CC %s", FALSE, NULL, NULL},
    {GALEN_FACT_CC, "%_skipping local CC %s", FALSE, NULL, "local"},
    {GALEN_FACT_CC, "%_skipping CC %s", FALSE, NULL, NULL},
    {GALEN_FACT_SERVER_VIEW, "New cluster view: global state: %u:%s, view# %l: %N, number of nodes: %t, my index: %n",
     FALSE, NULL, NULL},
    {GALEN_FACT_SERVER_VIEW, "New cluster view: group UUID: %u, conf# %l: %N, number of nodes: %t, my index: %n", FALSE,
     NULL, NULL},
    {GALEN_FACT_MY_UUID, "%_My UUID: %u", FALSE, NULL, NULL},
    {GALEN_FACT_MY_UUID, "Process first view: %_ my uuid: %u", FALSE, NULL, NULL},
    {GALEN_FACT_SERVER_CONNECTED, "Server %N connected to cluster at position %u:%s with ID %o", FALSE, NULL, NULL},
    {GALEN_FACT_GROUP_CHANGE, "Process group change: %u -> %o", FALSE, NULL, NULL},
    {GALEN_FACT_SERVER_STATUS, "Server status change %N -> %V$", FALSE, NULL, NULL},
    {GALEN_FACT_SYNCED, "", FALSE, NULL, NULL},
    {GALEN_FACT_MEMBER_SYNCED, "Member %n.%_ (%N) synced with group", FALSE, NULL, NULL},
    {GALEN_FACT_MEMBER_SYNCED, "Member %n (%N) synced with group", FALSE, NULL, NULL},
    {GALEN_FACT_DESYNC, "Member %n.%_ (%N) desyncs itself from group", TRUE, NULL, NULL},
    {GALEN_FACT_DESYNC, "Node %n (%N) desyncs itself from group", TRUE, NULL, NULL},
    {GALEN_FACT_DESYNC, "Member %n.%_ (%N) resyncs itself to group", FALSE, NULL, NULL},
    {GALEN_FACT_DESYNC, "Node %n (%N) resyncs itself to group", FALSE, NULL, NULL},
    {GALEN_FACT_PAUSED, "Provider paused at %u:%s", TRUE, NULL, NULL},
    {GALEN_FACT_PAUSED, "Provider resumed", FALSE, NULL, NULL},
    {GALEN_FACT_FLOW_CONTROL, "Flow-control interval: [%n, %t]", FALSE, NULL, NULL},
    {GALEN_FACT_FLOW_CONTROL, "%Vhard limit on the writeset queue size", TRUE, NULL, NULL},
    {GALEN_FACT_FLOW_CONTROL, "%Vrecv queue hard limit", TRUE, NULL, NULL},
    {GALEN_FACT_FLOW_CONTROL, "Recv queue hard limit%V", TRUE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_server = {rows, G_N_ELEMENTS(rows)};

/* What appliers say while an IST is received is history of the donor, unless the group itself delivers it ("local"). */
gboolean galen_fact_read_cc(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  fact->replayed = fact->flag || (fact->value == NULL && galen_fact_reader_server(reader, event)->receiving);
  g_clear_pointer(&fact->value, g_free);
  return TRUE;
}

/* Told with each view: once is enough. */
gboolean galen_fact_read_my_uuid(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenFactServer *server = galen_fact_reader_server(reader, event);
  if (!galen_fact_reader_match(reader, event->text, fact) || galen_uuid_same(&fact->uuid, &server->own))
    return FALSE;
  server->own = fact->uuid;
  fact->replayed = server->receiving;
  return TRUE;
}

gboolean galen_fact_read_flow_control(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenFactServer *server = galen_fact_reader_server(reader, event);
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (fact->flag)
    return TRUE;
  if (server->limits[0] == fact->number && server->limits[1] == fact->total)
    return FALSE;
  server->limits[0] = fact->number;
  server->limits[1] = fact->total;
  return TRUE;
}

/* "⇥0: 1e920958-e7b4-11f1-8674-4a31f3eb9484, n1" */
static void read_member(GalenSlice line, GalenFact *fact) {
  GalenFactOperands found;
  if (!galen_fact_pattern_match("%n: %u, %N", galen_fact_trim(line), &found) || found.number < 0 ||
      found.number > G_MAXINT32 || (fact->members != NULL && fact->members->len >= GALEN_FACT_MEMBERS_MAX))
    return;
  GalenFactMember member = {
      .uuid = found.uuid, .name = galen_fact_word(found.name), .segment = -1, .index = (gint32)found.number};
  galen_fact_add_member(fact, &member);
}

static void read_pair(GalenSlice key, GalenSlice value, GalenFact *fact) {
  GalenFactOperands found;
  gint64 number;
  if (galen_slice_is(key, "id") && galen_fact_pattern_match("%u:%s", value, &found)) {
    fact->uuid = found.uuid;
    fact->seqno = found.seqno;
  } else if (galen_slice_is(key, "status")) {
    fact->total = galen_slice_is(value, "primary") ? 1 : 0;
  } else if (galen_slice_is(key, "final")) {
    fact->flag = galen_slice_is(value, "yes");
  } else if (galen_slice_is(key, "own_index") && galen_fact_number(value, &number) > 0 && number >= -1 &&
             number <= G_MAXINT32) {
    fact->number = (gint32)number;
  }
}

static gboolean read_view_block(const GalenErrorEvent *event, GalenFact *fact) {
  GalenSlice rest = event->more, line, key, value;
  gboolean members = FALSE;
  while (galen_fact_line(&rest, &line)) {
    GalenSlice text = galen_fact_trim(line);
    if (galen_slice_starts(text, "members(")) {
      members = TRUE;
    } else if (members) {
      read_member(text, fact);
    } else if (galen_fact_pair(line, ':', &key, &value)) {
      read_pair(key, value, fact);
    }
  }
  return fact->total >= 0;
}

/* wsrep-lib's block, or the one line of Galera 2 and 3, which names no members. */
gboolean galen_fact_read_server_view(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (galen_fact_reader_match(reader, event->text, fact)) {
    fact->total = g_ascii_strncasecmp(fact->name, "Primary", 7) == 0 ? 1 : 0;
    g_clear_pointer(&fact->name, g_free);
    return TRUE;
  }
  fact->replayed =
      galen_fact_reader_server(reader, event)->receiving || galen_fact_has(event->text, "Recovered view from SST");
  return read_view_block(event, fact);
}
