/* Facts of Group Replication and of source/replica replication. */
#include "facts_private.h"

/* Group Replication's own words, without "Plugin group_replication reported: '…'". */
static const GalenFactPattern rows[] = {
    {GALEN_FACT_GR_VIEW, "Group membership changed to %V on view %N", FALSE, NULL, NULL},
    {GALEN_FACT_GR_UNREACHABLE, "Member with address %V has become unreachable", FALSE, NULL, NULL},
    {GALEN_FACT_GR_UNREACHABLE, "Member with address %V is reachable again", TRUE, NULL, NULL},
    {GALEN_FACT_GR_MAJORITY, "%_resumed contact with a majority", TRUE, NULL, NULL},
    {GALEN_FACT_GR_MAJORITY, "%_more than %n seconds", FALSE, NULL, NULL},
    {GALEN_FACT_GR_MAJORITY, "%_majority of %_members", FALSE, NULL, NULL},
    {GALEN_FACT_GR_MEMBERS, "Members joined the group: %V", TRUE, NULL, NULL},
    {GALEN_FACT_GR_MEMBERS, "Members removed from the group: %V", FALSE, NULL, NULL},
    {GALEN_FACT_GR_EXPELLED, "", FALSE, NULL, NULL},
    {GALEN_FACT_GR_PRIMARY, "This server is working as primary member", TRUE, NULL, NULL},
    {GALEN_FACT_GR_PRIMARY, "This server is working as secondary member with primary member address %V.$", FALSE, NULL,
     NULL},
    {GALEN_FACT_GR_PRIMARY, "This server is working as secondary member with primary member address %V", FALSE, NULL,
     NULL},
    {GALEN_FACT_GR_PRIMARY, "A new primary with address %V was elected", FALSE, NULL, NULL},
    {GALEN_FACT_GR_STATE, "This server was declared online within the replication group", FALSE, NULL, "ONLINE"},
    {GALEN_FACT_GR_STATE, "%_changing member status to ERROR", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "The member is now in ERROR", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "The server was automatically set into read only mode after an error", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "Starting group replication recovery", FALSE, NULL, "RECOVERING"},
    {GALEN_FACT_GR_STATE, "Establishing group recovery connection", FALSE, NULL, "RECOVERING"},
    {GALEN_FACT_GR_STATE, "Distributed recovery will transfer data using", FALSE, NULL, "RECOVERING"},
    {GALEN_FACT_GR_STATE, "%_during the auto-rejoin procedure", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "%_ember was not able to join the group", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "%_ecovery process of Group Replication", FALSE, "recovery", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_ecovery process in Group Replication", FALSE, "recovery", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_borting group replication recovery", FALSE, "recovery", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_borting group replication incremental recovery", FALSE, "recovery", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_ecovery will shutdown to avoid data corruption", FALSE, "recovery", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_on the Applier process", FALSE, "applier", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_pplier thread execution was aborted", FALSE, "applier", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_pplier module", FALSE, "applier", "ERROR"},
    {GALEN_FACT_GR_STATE, "Timeout on wait for view after joining group", FALSE, "join", "ERROR"},
    {GALEN_FACT_GR_STATE, "Timeout while waiting for the group", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "%_ember join failed", FALSE, "join", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_rror connecting to all peers", FALSE, "join", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_nable to join the group", FALSE, "join", "ERROR"},
    {GALEN_FACT_GR_STATE, "%_nable to start Group Replication", FALSE, "join", "ERROR"},
    {GALEN_FACT_GR_STATE, "There was a previous plugin error while the member joined the group", FALSE, "join",
     "ERROR"},
    {GALEN_FACT_GR_STATE, "%_This member has left the group", FALSE, NULL, "OFFLINE"},
    {GALEN_FACT_GR_STATE, "Plugin 'group_replication' has been stopped", FALSE, NULL, "OFFLINE"},
    {GALEN_FACT_GR_STATE, "%_will now leave the group", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_STATE, "%_will leave the group", FALSE, NULL, "ERROR"},
    {GALEN_FACT_GR_FORCED, "%_force_members value '%V'", FALSE, NULL, NULL},
    {GALEN_FACT_GR_FORCED, "%_force_members%_'%V'", FALSE, NULL, NULL},
    {GALEN_FACT_GR_FORCED, "", FALSE, NULL, NULL},
    {GALEN_FACT_GR_ERRANT, "%_Local transactions: %N > Group transactions: %V$", FALSE, NULL, NULL},
    {GALEN_FACT_GR_ERRANT, "", FALSE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_replication = {rows, G_N_ELEMENTS(rows)};

/* ---- Group Replication ---- */

static GalenSlice unwrapped(GalenSlice text) {
  static const char prefix[] = "Plugin group_replication reported: '";
  text = galen_fact_trim(text);
  if (!galen_slice_starts(text, prefix))
    return text;
  text = galen_fact_rest(text, sizeof prefix - 1);
  if (text.len > 0 && text.data[text.len - 1] == '\'')
    text.len--;
  return text;
}

gboolean galen_fact_read_group(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  return galen_fact_reader_match(reader, unwrapped(event->text), fact);
}

/* "a:3306, b:3306": addresses become members' names. */
gboolean galen_fact_read_group_members(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, unwrapped(event->text), fact))
    return FALSE;
  g_auto(GStrv) names = g_strsplit(fact->value != NULL ? fact->value : "", ",", GALEN_FACT_MEMBERS_MAX);
  for (guint i = 0; names[i] != NULL; i++) {
    g_strstrip(names[i]);
    gsize len = strlen(names[i]);
    if (len > 0 && names[i][len - 1] == '.')
      names[i][--len] = '\0';
    if (len == 0)
      continue;
    GalenFactMember member = {.name = g_strdup(names[i]), .segment = -1, .index = -1};
    galen_fact_add_member(fact, &member);
  }
  if (fact->kind == GALEN_FACT_GR_VIEW) {
    g_clear_pointer(&fact->value, g_free);
    fact->number = fact->members != NULL ? (gint32)fact->members->len : 0;
    if (fact->name != NULL && g_str_has_suffix(fact->name, "."))
      fact->name[strlen(fact->name) - 1] = '\0';
  }
  return TRUE;
}

/* "Initialized group communication with configuration: group_replication_group_name: 'U'; …; group_replication_bootstrap_group:
 * 'true'; …": 5.7 without quotes, and with commas in places. */
gboolean galen_fact_read_group_bootstrap(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  static const char *const shown[] = {"group_replication_group_name", "group_replication_local_address",
                                      "group_replication_group_seeds"};
  GalenSlice text = unwrapped(event->text);
  g_autofree char *line = g_strndup(text.data, text.len);
  g_auto(GStrv) parts = g_strsplit(line, ";", 64);
  gboolean bootstraps = FALSE;
  for (guint i = 0; parts[i] != NULL; i++) {
    char *at = strstr(parts[i], "group_replication_"), *colon = at != NULL ? strchr(at, ':') : NULL;
    if (colon == NULL)
      continue;
    *colon = '\0';
    char *value = g_strstrip(colon + 1);
    gsize len = strlen(value);
    if (len >= 2 && (value[0] == '\'' || value[0] == '"') && value[len - 1] == value[0]) {
      value[len - 1] = '\0';
      value++;
    }
    if (strcmp(at, "group_replication_bootstrap_group") == 0)
      bootstraps = g_ascii_strcasecmp(value, "true") == 0;
    for (gsize k = 0; k < G_N_ELEMENTS(shown); k++)
      if (strcmp(at, shown[k]) == 0)
        galen_fact_reader_option(reader, event, galen_slice(at, strlen(at)), galen_slice(value, strlen(value)));
  }
  (void)fact;
  return bootstraps;
}

/* ---- source and replica ---- */

/* The number behind the last of these words; MariaDB tells its own last. */
static gint32 error_code(GalenSlice text) {
  static const char *const words[] = {"rror_code: MY-", "rror_code: ", "error code: ", "fatal error "};
  gint64 number;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    gssize at = galen_fact_find(text, words[i]);
    if (at >= 0 && galen_fact_number(galen_fact_rest(text, (gsize)at + strlen(words[i])), &number) > 0 && number > 0 &&
        number <= G_MAXINT32)
      return (gint32)number;
  }
  return -1;
}

static char *channel(GalenSlice text) {
  static const char *const patterns[] = {"Master '%N': ", "%_for channel '%N'", "%_channel %N:"};
  GalenFactOperands found;
  for (gsize i = 0; i < G_N_ELEMENTS(patterns) - 1; i++)
    if ((i == 0 || galen_fact_has(text, " for channel '")) && galen_fact_pattern_match(patterns[i], text, &found))
      return galen_fact_word(found.name);
  return g_strdup("");
}

gboolean galen_fact_read_replication(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  static const char *const good[] = {"starting replication", "connected to master", "connected to source",
                                     "replication resumed", "replication started"};
  (void)reader;
  fact->name = channel(event->text);
  fact->number = error_code(event->text);
  for (gsize i = 0; i < G_N_ELEMENTS(good) && fact->number < 0; i++)
    fact->flag |= galen_fact_has(event->text, good[i]);
  if (galen_fact_has(event->text, "error connecting") || galen_fact_has(event->text, "exiting"))
    fact->flag = FALSE;
  return TRUE;
}
