/* Stretches: the facts of one server between two of its starts, and what they say about whose they are. */
#include "history_private.h"

#include <string.h>

#define PORT_DEFAULT "4567"
#define JUMP_BACK (5 * G_TIME_SPAN_SECOND) /* a log does not go back so far by itself */

char *galen_address_host(const char *address) {
  if (address == NULL)
    return NULL;
  const char *host = strstr(address, "://");
  host = host != NULL ? host + 3 : address;
  gsize len = strcspn(host, "?/, ");
  g_autofree char *part = g_strndup(host, len);
  if (part[0] == '\0' || g_str_has_prefix(part, "0.0.0.0") || g_str_has_prefix(part, "[::]") ||
      g_str_has_prefix(part, "AUTO"))
    return NULL;
  char *colon = strrchr(part, ':');
  gboolean bracket = strchr(part, ']') != NULL;
  if (colon != NULL && (bracket ? colon[-1] == ']' : strchr(part, ':') == colon) &&
      (colon[1] == '\0' || g_str_equal(colon + 1, PORT_DEFAULT)))
    *colon = '\0';
  return g_steal_pointer(&part);
}

char *galen_options_get(const char *options, const char *name) {
  gsize len = strlen(name);
  for (const char *at = options; at != NULL && *at != '\0'; at = strchr(at, ';'), at = at == NULL ? NULL : at + 1) {
    at += strspn(at, " ");
    if (strncmp(at, name, len) != 0)
      continue;
    const char *value = at + len + strspn(at + len, " ");
    if (*value != '=')
      continue;
    value += 1 + strspn(value + 1, " ");
    return g_strstrip(g_strndup(value, strcspn(value, ";")));
  }
  return NULL;
}

void galen_stretch_free(gpointer data) {
  GalenStretch *self = data;
  g_ptr_array_unref(self->facts);
  g_array_unref(self->uuids);
  g_free(self->name);
  g_free(self->address);
  g_free(self->dir);
  g_free(self);
}

static GalenStretch *stretch_new(GalenHistoryFull *full, guint input, guint instance) {
  GalenStretch *self = g_new0(GalenStretch, 1);
  self->input = input;
  self->instance = instance;
  self->facts = g_ptr_array_new();
  self->uuids = g_array_new(FALSE, FALSE, sizeof(GalenUuid));
  self->first = self->last = GALEN_TIME_NONE;
  self->parent = full->stretches->len;
  g_ptr_array_add(full->stretches, self);
  return self;
}

/* ---- what it says ---- */

static void add_uuid(GalenStretch *self, const GalenUuid *uuid) {
  if (galen_uuid_is_nil(uuid))
    return;
  for (guint i = 0; i < self->uuids->len; i++) {
    GalenUuid *old = &g_array_index(self->uuids, GalenUuid, i);
    if (galen_uuid_same(old, uuid)) {
      if (old->known < uuid->known)
        *old = *uuid;
      return;
    }
  }
  g_array_append_val(self->uuids, *uuid);
}

static void say_address(GalenStretch *self, const char *address) {
  char *host = galen_address_host(address);
  if (host == NULL)
    return;
  g_free(self->address);
  self->address = host;
}

static void read_options(GalenStretch *self, const GalenFact *fact) {
  g_autofree char *host = galen_options_get(fact->value, "base_host");
  g_autofree char *port = galen_options_get(fact->value, "base_port");
  g_autofree char *listen = galen_options_get(fact->value, "gmcast.listen_addr");
  g_autofree char *dir = galen_options_get(fact->value, "base_dir");
  g_autofree char *listening = galen_address_host(listen);
  g_autofree char *address =
      host == NULL || strchr(host, ':') != NULL ? g_strdup(host) : g_strdup_printf("%s:%s", host, port ? port : "");
  say_address(self, listening != NULL ? listening : address);
  if (dir != NULL) {
    g_free(self->dir);
    self->dir = g_steal_pointer(&dir);
  }
}

static void read_option(GalenStretch *self, const GalenFact *fact) {
  if (fact->name == NULL || fact->value == NULL || fact->value[0] == '\0')
    return;
  if (g_str_equal(fact->name, "wsrep_node_address") && self->address == NULL)
    say_address(self, fact->value);
}

/* The node's name by this fact; `index`: its own in the present component. */
static const char *own_name(const GalenFact *fact, gint32 index) {
  if (fact->replayed)
    return NULL;
  if (fact->kind == GALEN_FACT_SERVER_CONNECTED)
    return fact->name;
  if (fact->kind == GALEN_FACT_OPTION && g_strcmp0(fact->name, "wsrep_node_name") == 0)
    return fact->value;
  if (fact->kind == GALEN_FACT_STATE_MSG && index >= 0 && fact->number == index)
    return fact->name;
  if (fact->kind != GALEN_FACT_SERVER_VIEW || fact->number < 0)
    return NULL;
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++) {
    const GalenFactMember *member = &g_array_index(fact->members, GalenFactMember, i);
    if (member->index == fact->number)
      return member->name;
  }
  return NULL;
}

static void read_uuids(GalenStretch *self, const GalenFact *fact) {
  if (fact->replayed)
    return;
  if (fact->kind == GALEN_FACT_MY_UUID || fact->kind == GALEN_FACT_LISTENING)
    add_uuid(self, &fact->uuid);
  if (fact->kind == GALEN_FACT_SERVER_CONNECTED)
    add_uuid(self, &fact->other);
  for (guint i = 0; fact->kind == GALEN_FACT_SERVER_VIEW && fact->members != NULL && i < fact->members->len; i++) {
    const GalenFactMember *member = &g_array_index(fact->members, GalenFactMember, i);
    if (member->index >= 0 && member->index == fact->number)
      add_uuid(self, &member->uuid);
  }
}

static void read_stretch(GalenStretch *self) {
  gint32 index = -1;
  for (guint i = 0; i < self->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(self->facts, i);
    if (fact->kind == GALEN_FACT_COMPONENT)
      index = fact->number;
    else if (fact->kind == GALEN_FACT_OPTIONS && fact->value != NULL)
      read_options(self, fact);
    else if (fact->kind == GALEN_FACT_OPTION)
      read_option(self, fact);
    else if (fact->kind == GALEN_FACT_OWN_ADDRESS && self->address == NULL)
      say_address(self, fact->value);
    else if (fact->kind == GALEN_FACT_PROCESS_START && g_strcmp0(fact->name, "garbd") == 0)
      self->arbitrator = TRUE;
    read_uuids(self, fact);
    const char *name = own_name(fact, index);
    if (name != NULL && name[0] != '\0' && self->name == NULL)
      self->name = g_strdup(name);
    if (fact->time != GALEN_TIME_NONE) {
      self->first = self->first == GALEN_TIME_NONE ? fact->time : MIN(self->first, fact->time);
      self->last = self->last == GALEN_TIME_NONE ? fact->time : MAX(self->last, fact->time);
    }
  }
}

/* ---- cutting ---- */

/* Several servers in one file: facts that cannot be told apart belong to none. */
static gboolean several_instances(const GalenJournalInput *input) {
  guint first = GALEN_INSTANCE_UNKNOWN;
  for (guint i = 0; i < input->facts->len; i++) {
    guint instance = galen_fact_at(input->facts, i)->instance;
    if (instance == GALEN_INSTANCE_UNKNOWN)
      continue;
    if (first != GALEN_INSTANCE_UNKNOWN && instance != first)
      return TRUE;
    first = instance;
  }
  return FALSE;
}

#define SERVERS_MAX 64u

typedef struct {
  guint64 ready, starting; /* sets of instances: ever ready; between start and ready or end */
} Servers;

static guint64 bit_of(guint instance) {
  return instance < SERVERS_MAX ? G_GUINT64_CONSTANT(1) << instance : 0;
}

/* The only member of a set; GALEN_INSTANCE_UNKNOWN: none, or several. */
static guint only_one(guint64 set) {
  return set == 0 || (set & (set - 1)) != 0 ? GALEN_INSTANCE_UNKNOWN : (guint)g_bit_nth_lsf((gulong)set, -1);
}

static void follow_servers(Servers *servers, const GalenFact *fact) {
  guint64 bit = bit_of(fact->instance);
  if (fact->kind == GALEN_FACT_PROCESS_START)
    servers->starting |= bit;
  if (fact->kind == GALEN_FACT_READY || fact->kind == GALEN_FACT_ABORTING || fact->kind == GALEN_FACT_CRASH ||
      fact->kind == GALEN_FACT_SHUTDOWN_END)
    servers->starting &= ~bit;
  if (fact->kind == GALEN_FACT_READY)
    servers->ready |= bit;
}

/* Trouble that no prefix assigns has still only one server that it can be of: what keeps a server from starting is told
 * by the one that starts; all else by the one that ran, when the others never did. */
static void settle_troubles(GalenJournalInput *input) {
  Servers all = {0}, now = {0};
  for (guint i = 0; i < input->facts->len; i++)
    follow_servers(&all, galen_fact_at(input->facts, i));
  for (guint i = 0; i < input->facts->len; i++) {
    GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->instance != GALEN_INSTANCE_UNKNOWN)
      follow_servers(&now, fact);
    else if (fact->kind == GALEN_FACT_TROUBLE)
      fact->instance =
          only_one(galen_incident_kind(fact->value) == GALEN_INCIDENT_START_FAILURE ? now.starting : all.ready);
  }
}

typedef struct {
  GalenStretch *stretch;
  char *name; /* own name so far */
  gint32 index;
} Cut;

static void cut_free(gpointer data) {
  Cut *self = data;
  g_free(self->name);
  g_free(self);
}

/* Where another node's log was appended without a start line: its name changes, and the time before it jumps back. The
 * facts from there on move to a stretch of their own. */
static void cut_at_name(GalenHistoryFull *full, Cut *cut) {
  GPtrArray *facts = cut->stretch->facts;
  guint at = facts->len - 1;
  for (guint i = facts->len - 1; i > 0; i--) {
    const GalenFact *fact = galen_fact_at(facts, i), *before = galen_fact_at(facts, i - 1);
    gboolean back = before->wall != GALEN_TIME_NONE && fact->wall < before->wall - JUMP_BACK;
    if (back || fact->gap_before) {
      at = i;
      break;
    }
    if (fact->kind == GALEN_FACT_VIEW || fact->kind == GALEN_FACT_COMPONENT)
      at = MIN(at, i);
  }
  GalenStretch *next = stretch_new(full, cut->stretch->input, cut->stretch->instance);
  for (guint i = at; i < facts->len; i++)
    g_ptr_array_add(next->facts, facts->pdata[i]);
  g_ptr_array_set_size(facts, (gint)at);
  cut->stretch = next;
}

static void cut_fact(GalenHistoryFull *full, Cut *cut, GalenFact *fact, guint input, guint instance) {
  if (cut->stretch == NULL || (fact->kind == GALEN_FACT_PROCESS_START && cut->stretch->facts->len > 0)) {
    cut->stretch = stretch_new(full, input, instance);
    g_clear_pointer(&cut->name, g_free);
    cut->index = -1;
  }
  g_ptr_array_add(cut->stretch->facts, fact);
  if (fact->kind == GALEN_FACT_COMPONENT)
    cut->index = fact->number;
  const char *name = own_name(fact, cut->index);
  if (name == NULL || name[0] == '\0' || g_strcmp0(name, cut->name) == 0)
    return;
  /* a short and a long form of a name too long for gcs are one */
  gboolean cut_name = cut->name != NULL && (g_str_has_prefix(cut->name, name) || g_str_has_prefix(name, cut->name));
  if (cut->name != NULL && !cut_name)
    cut_at_name(full, cut);
  g_free(cut->name);
  cut->name = g_strdup(name);
}

static void cut_input(GalenHistoryFull *full, guint index) {
  GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, index);
  gboolean several = several_instances(input);
  if (several)
    settle_troubles(input);
  g_autoptr(GHashTable) cuts = g_hash_table_new_full(NULL, NULL, NULL, cut_free);
  for (guint i = 0; i < input->facts->len; i++) {
    GalenFact *fact = galen_fact_at(input->facts, i);
    if (several && fact->instance == GALEN_INSTANCE_UNKNOWN)
      continue;
    guint instance = several ? fact->instance : 0;
    Cut *cut = g_hash_table_lookup(cuts, GUINT_TO_POINTER(instance));
    if (cut == NULL) {
      cut = g_new0(Cut, 1);
      cut->index = -1;
      g_hash_table_insert(cuts, GUINT_TO_POINTER(instance), cut);
    }
    cut_fact(full, cut, fact, index, instance);
  }
  if (g_hash_table_size(cuts) == 0)
    stretch_new(full, index, 0);
}

void galen_stretches_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.journal->inputs->len; i++)
    cut_input(full, i);
  for (guint i = 0; i < full->stretches->len; i++)
    read_stretch(GALEN_STRETCH(full, i));
}
