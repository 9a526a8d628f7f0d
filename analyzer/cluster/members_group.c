/* Members of Group Replication: they call each other host:port. Whose that is, and those of which no log was read. */
#include "history_private.h"

#include <string.h>

#define ELECTED_WITHIN (2 * G_TIME_SPAN_SECOND) /* of an election: the line of the new primary about itself */

/* One member as views name it. */
typedef struct {
  char *text, *host, *label, *port; /* label: the first part of a host's name; an IP address as it is */
  GalenNode *owner;
  gboolean in_view; /* else only called unreachable, or removed */
} Member;

/* What one log, from start to start, leaves open about which member it is. */
typedef struct {
  const GalenStretch *stretch;
  GPtrArray *may; /* of Member *, borrowed */
} Guess;

typedef struct {
  GalenHistoryFull *full;
  GHashTable *by_text; /* text to Member */
  GPtrArray *members;  /* of Member *, by text */
  GArray *guesses;     /* of Guess */
  GHashTable *views;   /* id to GalenFact, one of all logs */
  gboolean blind;      /* a log begins without a view: whom others name without one may be it */
} Group;

static void member_free(gpointer data) {
  Member *self = data;
  g_free(self->text);
  g_free(self->host);
  g_free(self->label);
  g_free(self->port);
  g_free(self);
}

static void guess_clear(gpointer data) {
  g_ptr_array_unref(((Guess *)data)->may);
}

/* "db1.example.com" is "db1"; an address stays. */
static char *label_of(const char *host) {
  gboolean name = strchr(host, ':') == NULL && strspn(host, "0123456789.") < strlen(host);
  return g_strndup(host, name ? strcspn(host, ".") : strlen(host));
}

static void split_address(const char *text, char **ret_host, char **ret_port) {
  const char *colon = strrchr(text, ':');
  gboolean bare = colon == NULL || (text[0] != '[' && strchr(text, ':') != colon); /* "fe80::1" has no port */
  *ret_host = bare ? g_strdup(text) : g_strndup(text, (gsize)(colon - text));
  *ret_port = g_strdup(bare ? "" : colon + 1);
}

static gboolean is_name(const char *text) {
  return text != NULL && text[0] != '\0' && text[0] != ':';
}

static Member *member_of(Group *self, const char *text) {
  Member *member = g_hash_table_lookup(self->by_text, text);
  if (member != NULL)
    return member;
  member = g_new0(Member, 1);
  member->text = g_strdup(text);
  split_address(text, &member->host, &member->port);
  member->label = label_of(member->host);
  g_hash_table_insert(self->by_text, member->text, member);
  g_ptr_array_add(self->members, member);
  return member;
}

static guint with_same(const Group *self, const char *text, gboolean label) {
  guint n = 0;
  for (guint i = 0; i < self->members->len; i++) {
    const Member *member = g_ptr_array_index(self->members, i);
    n += g_str_equal(label ? member->label : member->host, text);
  }
  return n;
}

static void only(GPtrArray *list, Member *member) {
  g_ptr_array_set_size(list, 0);
  g_ptr_array_add(list, member);
}

/* ---- which member a log is of ---- */

/* A member is in its own views. */
static void read_view(Group *self, Guess *guess, const GalenFact *fact, gboolean first) {
  g_autoptr(GPtrArray) now = g_ptr_array_new();
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++) {
    const char *name = g_array_index(fact->members, GalenFactMember, i).name;
    Member *member = is_name(name) ? member_of(self, name) : NULL;
    if (member != NULL)
      member->in_view = TRUE;
    if (member != NULL && (first || g_ptr_array_find(guess->may, member, NULL)))
      g_ptr_array_add(now, member);
  }
  if (now->len == 0)
    return; /* it was given another address meanwhile */
  g_ptr_array_set_size(guess->may, 0);
  g_ptr_array_extend(guess->may, now, NULL, NULL);
}

static void rule_out(Group *self, Guess *guess, const char *text) {
  Member *member = text != NULL ? g_hash_table_lookup(self->by_text, text) : NULL;
  if (member != NULL && guess->may->len > 1)
    g_ptr_array_remove(guess->may, member);
}

static gboolean has_member(const GalenFact *view, const char *name) {
  for (guint i = 0; view->members != NULL && i < view->members->len; i++)
    if (g_strcmp0(g_array_index(view->members, GalenFactMember, i).name, name) == 0)
      return TRUE;
  return FALSE;
}

/* "17286390123456789:7" comes after "17286390123456789:6"; NULL: no log has that. */
static const GalenFact *view_before(const Group *self, const GalenFact *view) {
  const char *colon = view->name != NULL ? strrchr(view->name, ':') : NULL;
  gint64 number = colon != NULL ? g_ascii_strtoll(colon + 1, NULL, 10) : 0;
  if (number < 2)
    return NULL;
  g_autofree char *name = g_strdup_printf("%.*s:%" G_GINT64_FORMAT, (int)(colon - view->name), view->name, number - 1);
  return g_hash_table_lookup(self->views, name);
}

/* The first view behind a start is the one with which the server joined: who is new in it is itself. */
static void read_joining(Group *self, Guess *guess) {
  const GPtrArray *facts = guess->stretch->facts;
  if (facts->len == 0 || galen_fact_at(facts, 0)->kind != GALEN_FACT_PROCESS_START)
    return;
  const GalenFact *view = NULL, *before = NULL;
  for (guint i = 0; view == NULL && i < facts->len; i++)
    if (galen_fact_at(facts, i)->kind == GALEN_FACT_GR_VIEW)
      view = galen_fact_at(facts, i);
  if (view == NULL || (before = view_before(self, view)) == NULL)
    return;
  Member *joined = NULL;
  guint n = 0;
  for (guint i = 0; view->members != NULL && i < view->members->len; i++) {
    const char *name = g_array_index(view->members, GalenFactMember, i).name;
    if (name == NULL || has_member(before, name))
      continue;
    joined = g_hash_table_lookup(self->by_text, name);
    n++;
  }
  if (n == 1 && joined != NULL && g_ptr_array_find(guess->may, joined, NULL))
    only(guess->may, joined);
}

/* Whom it calls unreachable, removed or its primary is another one; the one elected when it becomes primary is itself. */
static void read_others(Group *self, Guess *guess) {
  const GPtrArray *facts = guess->stretch->facts;
  const GalenFact *elected = NULL;
  for (guint i = 0; i < facts->len; i++) {
    const GalenFact *fact = galen_fact_at(facts, i);
    if (fact->kind == GALEN_FACT_GR_UNREACHABLE)
      rule_out(self, guess, fact->value);
    for (guint k = 0;
         fact->kind == GALEN_FACT_GR_MEMBERS && !fact->flag && fact->members != NULL && k < fact->members->len; k++)
      rule_out(self, guess, g_array_index(fact->members, GalenFactMember, k).name);
    if (fact->kind != GALEN_FACT_GR_PRIMARY)
      continue;
    gboolean elects = fact->value != NULL && fact->text != NULL && strstr(fact->text, "was elected") != NULL;
    if (elects)
      elected = fact;
    else if (!fact->flag)
      rule_out(self, guess, fact->value);
    else if (elected != NULL && fact->wall - elected->wall <= ELECTED_WITHIN && elected->value != NULL) {
      Member *member = g_hash_table_lookup(self->by_text, elected->value);
      if (member != NULL && g_ptr_array_find(guess->may, member, NULL))
        only(guess->may, member);
    }
  }
}

/* Those of `may` that `same` takes, unless that is none. */
static void keep(GPtrArray *may, gboolean (*same)(const Member *member, const char *text), const char *text) {
  g_autoptr(GPtrArray) kept = g_ptr_array_new();
  for (guint i = 0; i < may->len; i++)
    if (same(g_ptr_array_index(may, i), text))
      g_ptr_array_add(kept, g_ptr_array_index(may, i));
  if (kept->len == 0 || kept->len == may->len)
    return;
  g_ptr_array_set_size(may, 0);
  g_ptr_array_extend(may, kept, NULL, NULL);
}

static gboolean has_host(const Member *member, const char *text) {
  return g_ascii_strcasecmp(member->host, text) == 0;
}
static gboolean has_label(const Member *member, const char *text) {
  return g_ascii_strcasecmp(member->label, text) == 0 || g_ascii_strcasecmp(member->host, text) == 0;
}
static gboolean has_port(const Member *member, const char *text) {
  return g_str_equal(member->port, text);
}

/* Its own address and port, as it logged them at its start; else what the node is called. */
static void read_self(Guess *guess) {
  const GalenNode *node = guess->stretch->node;
  for (guint i = 0; i < guess->stretch->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(guess->stretch->facts, i);
    if (fact->kind == GALEN_FACT_READY && fact->number > 0) {
      g_autofree char *port = g_strdup_printf("%d", fact->number);
      keep(guess->may, has_port, port);
    }
    if (fact->kind != GALEN_FACT_OPTION || fact->value == NULL)
      continue;
    g_autofree char *host = NULL, *port = NULL;
    split_address(fact->value, &host, &port);
    if (g_strcmp0(fact->name, "group_replication_local_address") == 0)
      keep(guess->may, has_host, host);
    if (g_strcmp0(fact->name, "report_host") == 0 || g_strcmp0(fact->name, "report-host") == 0)
      keep(guess->may, has_host, fact->value);
  }
  keep(guess->may, has_label, node->name);
  for (guint i = 0; i < node->aliases->len && guess->may->len > 1; i++)
    keep(guess->may, has_label, g_ptr_array_index(node->aliases, i));
}

static void name_others(Group *self, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_GR_UNREACHABLE && is_name(fact->value))
    member_of(self, fact->value);
  for (guint i = 0; fact->kind == GALEN_FACT_GR_MEMBERS && fact->members != NULL && i < fact->members->len; i++)
    if (is_name(g_array_index(fact->members, GalenFactMember, i).name))
      member_of(self, g_array_index(fact->members, GalenFactMember, i).name);
}

static void guess_all(Group *self) {
  for (guint i = 0; i < self->full->stretches->len; i++) {
    Guess guess = {GALEN_STRETCH(self->full, i), g_ptr_array_new()};
    gboolean first = TRUE;
    for (guint k = 0; k < guess.stretch->facts->len; k++) {
      const GalenFact *fact = galen_fact_at(guess.stretch->facts, k);
      self->blind = self->blind || (first && fact->kind == GALEN_FACT_GR_UNREACHABLE);
      name_others(self, fact);
      if (fact->kind != GALEN_FACT_GR_VIEW)
        continue;
      if (fact->name != NULL)
        g_hash_table_insert(self->views, fact->name, (gpointer)fact);
      read_view(self, &guess, fact, first);
      first = FALSE;
    }
    if (guess.may->len > 0)
      g_array_append_val(self->guesses, guess);
    else
      g_ptr_array_unref(guess.may);
  }
  for (guint i = 0; i < self->guesses->len; i++) {
    Guess *guess = &g_array_index(self->guesses, Guess, i);
    read_joining(self, guess);
    read_others(self, guess);
    read_self(guess);
  }
}

/* A member is one node's: whose it is for sure it is of nobody else. */
static void eliminate(Group *self) {
  for (gboolean changed = TRUE; changed;) {
    changed = FALSE;
    for (guint i = 0; i < self->guesses->len; i++) {
      Guess *guess = &g_array_index(self->guesses, Guess, i);
      GalenNode *node = guess->stretch->node;
      for (guint k = guess->may->len; k-- > 0 && guess->may->len > 1;) {
        Member *member = g_ptr_array_index(guess->may, k);
        if (member->owner == node) { /* servers seldom change their addresses */
          only(guess->may, member);
          break;
        }
        if (member->owner != NULL)
          g_ptr_array_remove_index(guess->may, k);
      }
      Member *last = g_ptr_array_index(guess->may, 0);
      if (guess->may->len == 1 && last->owner == NULL) {
        last->owner = node;
        changed = TRUE;
      }
    }
  }
}

/* ---- names ---- */

static void know(GalenHistoryFull *full, const char *name, GalenNode *node) {
  if (name[0] != '\0' && !g_hash_table_contains(full->names, name))
    g_hash_table_insert(full->names, g_strdup(name), node);
}

/* The shortest that names it alone. */
static char *name_of(const Group *self, const Member *member) {
  if (with_same(self, member->label, TRUE) == 1 && !g_hash_table_contains(self->full->names, member->label))
    return g_strdup(member->label);
  if (with_same(self, member->host, FALSE) == 1 && !g_hash_table_contains(self->full->names, member->host))
    return g_strdup(member->host);
  return g_strdup(member->text);
}

static gboolean may_have_log(const Group *self, Member *member) {
  if (!member->in_view && self->blind && self->guesses->len < self->full->stretches->len)
    return TRUE;
  for (guint i = 0; i < self->guesses->len; i++)
    if (g_ptr_array_find(g_array_index(self->guesses, Guess, i).may, member, NULL))
      return TRUE;
  return FALSE;
}

static void own_names(Group *self, Member *member) {
  GalenNode *node = member->owner;
  galen_list_add(node->addresses, member->text);
  know(self->full, member->text, node);
  if (with_same(self, member->host, FALSE) == 1)
    know(self->full, member->host, node);
  if (with_same(self, member->label, TRUE) == 1)
    know(self->full, member->label, node);
}

/* group_replication_force_members and the seeds name the ports of the group's own protocol. */
static void local_addresses(Group *self) {
  for (guint i = 0; i < self->guesses->len; i++) {
    const GalenStretch *stretch = g_array_index(self->guesses, Guess, i).stretch;
    for (guint k = 0; k < stretch->facts->len; k++) {
      const GalenFact *fact = galen_fact_at(stretch->facts, k);
      if (fact->kind == GALEN_FACT_OPTION && g_strcmp0(fact->name, "group_replication_local_address") == 0 &&
          fact->value != NULL)
        know(self->full, fact->value, stretch->node);
    }
  }
}

static int compare_members(gconstpointer a, gconstpointer b) {
  return strcmp((*(const Member *const *)a)->text, (*(const Member *const *)b)->text);
}

void galen_members_of_groups(GalenHistoryFull *full) {
  Group self = {.full = full,
                .by_text = g_hash_table_new(g_str_hash, g_str_equal),
                .members = g_ptr_array_new_with_free_func(member_free),
                .guesses = g_array_new(FALSE, FALSE, sizeof(Guess)),
                .views = g_hash_table_new(g_str_hash, g_str_equal)};
  g_array_set_clear_func(self.guesses, guess_clear);
  guess_all(&self);
  eliminate(&self);
  g_ptr_array_sort(self.members, compare_members);
  for (guint i = 0; i < self.members->len; i++) {
    Member *member = g_ptr_array_index(self.members, i);
    if (member->owner == NULL && !may_have_log(&self, member)) {
      g_autofree char *name = name_of(&self, member);
      member->owner = galen_node_new(full, name);
      know(full, name, member->owner);
    }
  }
  for (guint i = 0; i < self.members->len; i++)
    if (((const Member *)g_ptr_array_index(self.members, i))->owner != NULL)
      own_names(&self, g_ptr_array_index(self.members, i));
  local_addresses(&self);
  g_array_unref(self.guesses);
  g_hash_table_unref(self.by_text);
  g_hash_table_unref(self.views);
  g_ptr_array_unref(self.members);
}

GalenNode *galen_history_address(const GalenHistory *self, const char *address) {
  GalenNode *node = galen_history_node(self, address);
  if (node != NULL || address == NULL)
    return node;
  g_autofree char *host = NULL, *port = NULL;
  split_address(address, &host, &port);
  node = galen_history_node(self, host);
  g_autofree char *label = node == NULL ? label_of(host) : NULL;
  return label != NULL ? galen_history_node(self, label) : node;
}
