/* Facts of the connections between nodes: gcomm's gmcast and evs layers. */
#include "facts_private.h"

static const GalenFactPattern rows[] = {
    {GALEN_FACT_LISTENING, "(%u, '%_') listening at %V", FALSE, NULL, NULL},
    {GALEN_FACT_LINK_UP, "(%_) connection established to %u %V", FALSE, NULL, NULL},
    {GALEN_FACT_LINK_TIMEOUT, "(%_) connection to peer %u with addr timed out", FALSE, NULL, NULL},
    {GALEN_FACT_LINK_TIMEOUT, "(%_) connection to peer %u with addr %V timed out", FALSE, NULL, NULL},
    {GALEN_FACT_LINK_REFUSED, "%_onnect to '%V': %_onnection refused", FALSE, NULL, NULL},
    {GALEN_FACT_LINK_REFUSED, "%_onnection refused", FALSE, NULL, NULL},
    {GALEN_FACT_RECONNECTING, "(%_) reconnecting to %u (%V), attempt %n", FALSE, NULL, NULL},
    {GALEN_FACT_RELAY, "(%_) turning message relay requesting on, nonlive peers: %V", TRUE, NULL, NULL},
    {GALEN_FACT_RELAY, "(%_) turning message relay requesting on", TRUE, NULL, NULL},
    {GALEN_FACT_RELAY, "(%_) turning message relay requesting off", FALSE, NULL, NULL},
    {GALEN_FACT_STABLE, "declaring %u at %V stable", FALSE, NULL, NULL},
    {GALEN_FACT_STABLE, "declaring %u stable", FALSE, NULL, NULL},
    {GALEN_FACT_SUSPECT, "evs::proto(%_ suspecting node: %u", FALSE, NULL, NULL},
    {GALEN_FACT_SUSPECT, "%_suspecting node: %u", FALSE, NULL, NULL},
    {GALEN_FACT_SUSPECT, "declaring node with index %n suspected", FALSE, NULL, NULL},
    {GALEN_FACT_INACTIVE, "%_detected inactive node: %u", FALSE, NULL, NULL},
    {GALEN_FACT_INACTIVE, "%_node %u failed to commit for install message", FALSE, NULL, NULL},
    {GALEN_FACT_INACTIVE, "%_node %u marked with nil view id", FALSE, NULL, NULL},
    {GALEN_FACT_INACTIVE, "declaring node with index %n inactive", FALSE, NULL, NULL},
    {GALEN_FACT_INACTIVE, "%_suspected node without join message", FALSE, NULL, NULL},
    {GALEN_FACT_FORGETTING, "forgetting %u (%V)", FALSE, NULL, NULL},
    {GALEN_FACT_PENDING_PEER, "discarding pending addr without UUID: %V", FALSE, NULL, NULL},
    {GALEN_FACT_OWN_ADDRESS, "%_Found matching local endpoint for a connection, blacklisting address %V", FALSE, NULL,
     NULL},
    {GALEN_FACT_OWN_ADDRESS, "%_address '%V' points to own listening address", FALSE, NULL, NULL},
    {GALEN_FACT_ADDRESS_CHANGED, "remote endpoint %V changed identity %u -> %o", FALSE, NULL, NULL},
    {GALEN_FACT_STALLED, "last inactive check more than %_ ago (%V), skipping", FALSE, NULL, NULL},
    {GALEN_FACT_EVICTED, "%_this node has been evicted out of the cluster", TRUE, NULL, NULL},
    {GALEN_FACT_EVICTED, "%_peer %u from %V has been evicted out", FALSE, NULL, NULL},
    {GALEN_FACT_EVICTED, "%_peer %u from %V has been fenced out", FALSE, NULL, NULL},
    {GALEN_FACT_EVICTED, "evicting member %u at %V permanently", FALSE, NULL, NULL},
    {GALEN_FACT_EVICTED, "Evicting node %u permanently", FALSE, NULL, NULL},
    {GALEN_FACT_ISOLATED, "turning isolation off", FALSE, NULL, NULL},
    {GALEN_FACT_ISOLATED, "turning isolation %V", TRUE, NULL, NULL},
    {GALEN_FACT_GROUP_NAME_CONFLICT, "%_handshake failed, my group: '%N', peer group: '%V'", FALSE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_link = {rows, G_N_ELEMENTS(rows)};

/* Addresses of peers, separated by blanks, become members. */
gboolean galen_fact_read_relay(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenFactOperands found;
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  if (!galen_fact_pattern_match("%_ nonlive peers: %V", event->text, &found))
    return TRUE;
  GalenSlice rest = galen_fact_trim(found.value);
  while (rest.len > 0 && (fact->members == NULL || fact->members->len < GALEN_FACT_MEMBERS_MAX)) {
    gsize len = 0;
    while (len < rest.len && rest.data[len] != ' ')
      len++;
    GalenFactMember member = {.name = galen_fact_word(galen_slice(rest.data, len)), .segment = -1, .index = -1};
    galen_fact_add_member(fact, &member);
    rest = galen_fact_trim(galen_fact_rest(rest, len));
  }
  return TRUE;
}

/* "PT7.96123S", "PT1M2.5S", "P1DT2H": µs; FALSE: no such period. */
static gboolean read_period(const char *text, gint64 *ret_us) {
  static const struct {
    char unit;
    gdouble seconds;
  } units[] = {{'D', 86400}, {'H', 3600}, {'M', 60}, {'S', 1}};
  gdouble seconds = 0;
  if (*text != 'P')
    return FALSE;
  for (text++; *text != '\0';) {
    if (*text == 'T') {
      text++;
      continue;
    }
    char *end;
    gdouble number = g_ascii_strtod(text, &end);
    gsize unit = 0;
    while (unit < G_N_ELEMENTS(units) && units[unit].unit != *end)
      unit++;
    if (end == text || unit == G_N_ELEMENTS(units))
      return FALSE;
    seconds += number * units[unit].seconds;
    text = end + 1;
  }
  if (!(seconds >= 0 && seconds < 1e9))
    return FALSE;
  *ret_us = (gint64)(seconds * 1e6 + 0.5);
  return TRUE;
}

/* PXC writes "more than PT1.5S (3*evs.inactive_check_period) ago (PT7.9S), skipping". */
gboolean galen_fact_read_stalled(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  gint64 us;
  if (!galen_fact_reader_match(reader, event->text, fact) || fact->value == NULL)
    return FALSE;
  if (read_period(fact->value, &us))
    fact->seqno = us;
  g_clear_pointer(&fact->value, g_free);
  return TRUE;
}
