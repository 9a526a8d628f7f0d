/* Facts of components: gcomm's views, state exchange, quorum. */
#include "facts_private.h"

static const GalenFactPattern rows[] = {
    {GALEN_FACT_COMPONENT, "New COMPONENT: primary = %N, bootstrap = %V, my_idx = %n, memb_num = %t", FALSE, NULL,
     NULL},
    {GALEN_FACT_SELF_LEAVE, "New SELF-LEAVE", FALSE, NULL, NULL},
    {GALEN_FACT_SELF_LEAVE, "Received self-leave", FALSE, NULL, NULL},
    {GALEN_FACT_SELF_LEAVE, "Received SELF-LEAVE", FALSE, NULL, NULL},
    {GALEN_FACT_CLOSING, "", FALSE, NULL, NULL},
    {GALEN_FACT_STATE_UUID_SENT, "STATE_EXCHANGE: sent state UUID: %u", FALSE, NULL, NULL},
    {GALEN_FACT_STATE_UUID_SENT, "STATE EXCHANGE: sent state UUID: %u", FALSE, NULL, NULL},
    {GALEN_FACT_STATE_MSG, "STATE EXCHANGE: got state msg: %u from %n (%N)$", FALSE, NULL, NULL},
    {GALEN_FACT_REMERGE, "%N re-merge of primary %u found: %n of %t", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAPPED_PRIM, "Bootstrapped primary %u found: %n", FALSE, NULL, NULL},
    {GALEN_FACT_REBOOTSTRAP, "promote to primary component", FALSE, NULL, "restored view"},
    {GALEN_FACT_REBOOTSTRAP, "", FALSE, NULL, NULL},
    {GALEN_FACT_PC_RESTORED, "%_ from disk successful", TRUE, NULL, NULL},
    {GALEN_FACT_PC_RESTORED, "%_ from disk failed", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAP_IGNORED, "ignoring 'pc.bootstrap%_' in state %V$", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAP_IGNORED, "ignoring bootstrap install in %V state", FALSE, NULL, NULL},
    {GALEN_FACT_BOOTSTRAP_IGNORED, "Dropping bootstrap install in %V state", FALSE, NULL, NULL},
    {GALEN_FACT_IGNORE_SPLIT_BRAIN, "", FALSE, NULL, NULL},
    {GALEN_FACT_IGNORE_QUORUM, "", FALSE, NULL, NULL},
    {GALEN_FACT_WEIGHT, "%_changing node %u weight (%_) %s -> %l", FALSE, NULL, NULL},
    {GALEN_FACT_DIFFERENT_HISTORY, "'%N' has a different history, demoted", FALSE, NULL, NULL},
    {GALEN_FACT_HISTORY_GAP, "'%N' demoted %_ due to gap in history: %s - %l", FALSE, NULL, NULL},
    {GALEN_FACT_REVERSING, "Reversing history: %s -> %l, this member has applied %n more", FALSE, NULL, NULL},
    {GALEN_FACT_REVERSING, "Reversing history: %s -> %l", FALSE, NULL, NULL},
    {GALEN_FACT_DIVERGED, "%_Local state seqno (%s) is greater than group seqno (%l)", FALSE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_component = {rows, G_N_ELEMENTS(rows)};

/* ---- views ---- */

static gboolean read_view_id(GalenSlice text, GalenFact *fact) {
  static const struct {
    const char *word;
    GalenViewType type;
  } types[] = {{"PRIM", GALEN_VIEW_PRIM},
               {"NON_PRIM", GALEN_VIEW_NON_PRIM},
               {"REG", GALEN_VIEW_REG},
               {"TRANS", GALEN_VIEW_TRANS}};
  GalenFactOperands found;
  if (!galen_fact_pattern_match("%_view_id(%N,%u,%s)", text, &found))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (galen_slice_is(found.name, types[i].word)) {
      fact->number = types[i].type;
      fact->uuid = found.uuid;
      fact->seqno = found.seqno;
      return TRUE;
    }
  return FALSE;
}

/* "⇥1e920958-8674,0": UUID and segment; Galera before 3 writes no segment. */
static void read_view_member(GalenSlice line, gboolean partitioned, GalenFact *fact) {
  GalenFactMember member = {.segment = -1, .index = -1, .partitioned = partitioned};
  gint64 segment;
  line = galen_fact_trim(line);
  gsize len = galen_uuid_parse(line, &member.uuid);
  if (len == 0)
    return;
  line = galen_fact_rest(line, len);
  if (line.len > 0 && line.data[0] == ',' && galen_fact_number(galen_fact_rest(line, 1), &segment) > 0 &&
      segment >= 0 && segment <= 255)
    member.segment = (gint32)segment;
  if (fact->members == NULL || fact->members->len < GALEN_FACT_MEMBERS_MAX)
    galen_fact_add_member(fact, &member);
}

/* Which set a line opens: "memb {", "} joined {", "joined {", …: 'm' 'j' 'l' 'p'; 0: none. */
static char opened_set(GalenSlice line) {
  static const struct {
    const char *word;
    char set;
  } sets[] = {{"memb", 'm'}, {"joined", 'j'}, {"left", 'l'}, {"partitioned", 'p'}};
  if (galen_fact_find(line, "{") < 0)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS(sets); i++)
    if (galen_fact_has(line, sets[i].word))
      return sets[i].set;
  return 0;
}

/* Upstream begins with "view(view_id(", PXC with "Current view of cluster as seen by this node" and has a blank behind
 * "view" and braces of their own. */
gboolean galen_fact_read_view(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)reader;
  GalenSlice rest = event->more, line = event->text;
  gboolean known = FALSE;
  char set = 0;
  do {
    if (!known && (galen_fact_has(line, "view((empty))") || galen_fact_has(line, "view ((empty))"))) {
      fact->flag = TRUE;
      return TRUE;
    }
    if (!known)
      known = read_view_id(line, fact);
    if (!known)
      continue;
    char opened = opened_set(line);
    if (opened != 0)
      set = opened;
    else if (set == 'm' || set == 'p')
      read_view_member(line, set == 'p', fact);
  } while (galen_fact_line(&rest, &line));
  return known;
}

gboolean galen_fact_read_component(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  fact->flag = g_strcmp0(fact->name, "yes") == 0;
  if (g_strcmp0(fact->value, "yes") == 0)
    fact->seqno = 1;
  g_clear_pointer(&fact->name, g_free);
  g_clear_pointer(&fact->value, g_free);
  return TRUE;
}

gboolean galen_fact_read_remerge(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  fact->flag = g_ascii_strcasecmp(fact->name, "full") == 0;
  g_clear_pointer(&fact->name, g_free);
  return TRUE;
}

/* ---- quorum ---- */

static void read_int32(GalenSlice text, gint32 *number) {
  gint64 found;
  if (galen_fact_number(text, &found) > 0 && found >= G_MININT32 && found <= G_MAXINT32)
    *number = (gint32)found;
}

static void read_quorum_pair(GalenSlice key, GalenSlice value, GalenFact *fact) {
  GalenFactOperands found;
  if (galen_slice_is(key, "component")) {
    fact->flag = galen_slice_is(value, "PRIMARY");
  } else if (galen_slice_is(key, "conf_id")) {
    galen_fact_number(value, &fact->last);
  } else if (galen_slice_is(key, "act_id")) {
    galen_fact_number(value, &fact->seqno);
  } else if (galen_slice_is(key, "members") && galen_fact_pattern_match("%n/%t", value, &found)) {
    read_int32(value, &fact->number);
    read_int32(galen_fact_rest(value, (gsize)galen_fact_find(value, "/") + 1), &fact->total);
  } else if (galen_slice_is(key, "protocols")) {
    gsize len = 0;
    while (len < value.len && value.data[len] != ' ')
      len++;
    g_free(fact->value);
    fact->value = galen_fact_word(galen_slice(value.data, len));
  } else if (galen_slice_is(key, "group UUID")) {
    galen_uuid_parse(value, &fact->uuid);
  }
}

gboolean galen_fact_read_quorum(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)reader;
  GalenSlice rest = event->more, line, key, value;
  gboolean told = FALSE;
  while (galen_fact_line(&rest, &line))
    if (galen_fact_pair(line, '=', &key, &value)) {
      told |= galen_slice_is(key, "component");
      read_quorum_pair(key, value, fact);
    }
  return told;
}

/* "'n2'": without its quotes. */
static GalenSlice unquoted(GalenSlice text) {
  if (text.len >= 2 && text.data[0] == '\'' && text.data[text.len - 1] == '\'')
    return galen_slice(text.data + 1, text.len - 2);
  return text;
}

static void read_dump_pair(GalenSlice key, GalenSlice value, GalenFact *fact) {
  if (galen_slice_is(key, "State")) {
    g_free(fact->value);
    fact->value = galen_fact_word(value);
  } else if (galen_slice_is(key, "Prim UUID")) {
    galen_uuid_parse(value, &fact->other);
  } else if (galen_slice_is(key, "Group UUID")) {
    galen_uuid_parse(value, &fact->uuid);
  } else if (galen_slice_starts(key, "Prim") && galen_fact_has(key, "seqno")) {
    galen_fact_number(value, &fact->last);
  } else if (galen_slice_starts(key, "Last") && galen_fact_has(key, "seqno")) {
    galen_fact_number(value, &fact->seqno);
  } else if (galen_slice_is(key, "Name")) {
    g_free(fact->name);
    fact->name = galen_fact_word(unquoted(value));
  }
}

/* A dump of each node in the order of their indices; each begins with "Version". */
static guint read_dumps(GalenFactReader *reader, const GalenErrorEvent *event) {
  GalenSlice rest = event->more, line, key, value;
  g_autoptr(GalenFact) dump = NULL;
  guint n = 0;
  while (galen_fact_line(&rest, &line) && n < GALEN_FACT_MEMBERS_MAX) {
    if (!galen_fact_pair(line, ':', &key, &value))
      continue;
    if (galen_slice_is(key, "Version")) {
      if (dump != NULL)
        galen_fact_reader_emit(reader, event, g_steal_pointer(&dump));
      dump = galen_fact_new(GALEN_FACT_STATE_DUMP);
      dump->number = (gint32)n++;
    }
    if (dump != NULL)
      read_dump_pair(key, value, dump);
  }
  if (dump != NULL)
    galen_fact_reader_emit(reader, event, g_steal_pointer(&dump));
  return n;
}

gboolean galen_fact_read_state_dumps(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)fact;
  read_dumps(reader, event);
  return FALSE;
}

gboolean galen_fact_read_conflicting_uuids(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  (void)fact;
  read_dumps(reader, event);
  return TRUE;
}
