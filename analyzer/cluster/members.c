/* Members: whose a member UUID is, and the nodes that only others' logs know. */
#include "history_private.h"

#include <string.h>

#define NAME_CUT 32 /* gcs cuts names here */

static guint32 head_of(const GalenUuid *uuid) {
  guint32 head;
  memcpy(&head, uuid->bytes, sizeof head);
  return head;
}

void galen_members_add(GalenHistoryFull *full, const GalenUuid *uuid, GalenNode *node, gint64 seen) {
  if (galen_uuid_is_nil(uuid) || node == NULL)
    return;
  gpointer head = GUINT_TO_POINTER(head_of(uuid));
  GArray *list = g_hash_table_lookup(full->members, head);
  if (list == NULL) {
    list = g_array_new(FALSE, FALSE, sizeof(GalenKnownMember));
    g_hash_table_insert(full->members, head, list);
  }
  for (guint i = 0; i < list->len; i++) {
    GalenKnownMember *old = &g_array_index(list, GalenKnownMember, i);
    if (old->node != node || !galen_uuid_same(&old->uuid, uuid))
      continue;
    if (old->uuid.known < uuid->known)
      old->uuid = *uuid;
    return;
  }
  GalenKnownMember member = {*uuid, node, seen};
  g_array_append_val(list, member);
}

static gint64 away(const GalenKnownMember *member, gint64 time) {
  if (time == GALEN_TIME_NONE || member->seen == GALEN_TIME_NONE)
    return 0;
  return ABS(member->seen / 2 - time / 2);
}

/* How many reconnections lie between them; a UUID in its oldest form does not say. */
static gint counts_between(const GalenUuid *a, const GalenUuid *b) {
  if (a->known < 6 || b->known < 6)
    return 0;
  return ABS((a->bytes[8] << 8 | a->bytes[9]) - (b->bytes[8] << 8 | b->bytes[9]));
}

/* The nearest one, in reconnections and in time; `exact`: none that differs in the former. */
static GalenNode *find_member(const GArray *list, const GalenUuid *uuid, gint64 time, gboolean exact) {
  const GalenKnownMember *best = NULL;
  gint best_count = 0;
  gint64 best_away = 0;
  for (guint i = 0; i < list->len; i++) {
    const GalenKnownMember *member = &g_array_index(list, GalenKnownMember, i);
    if (member->node == NULL || (exact && !galen_uuid_same(&member->uuid, uuid)))
      continue;
    gint count = counts_between(&member->uuid, uuid);
    gint64 distance = away(member, time);
    gint order = count != best_count ? count - best_count : distance < best_away ? -1 : distance > best_away;
    if (best != NULL && order == 0)
      order = strcmp(member->node->name, best->node->name);
    if (best != NULL && order >= 0)
      continue;
    best = member;
    best_count = count;
    best_away = distance;
  }
  return best == NULL ? NULL : best->node;
}

GalenNode *galen_history_member(const GalenHistory *self, const GalenUuid *uuid, gint64 time) {
  const GalenHistoryFull *full = (const GalenHistoryFull *)self;
  if (galen_uuid_is_nil(uuid))
    return NULL;
  const GArray *list = g_hash_table_lookup(full->members, GUINT_TO_POINTER(head_of(uuid)));
  if (list == NULL)
    return NULL;
  GalenNode *node = find_member(list, uuid, time, TRUE);
  return node != NULL ? node : find_member(list, uuid, time, FALSE);
}

GalenNode *galen_history_node(const GalenHistory *self, const char *name) {
  const GalenHistoryFull *full = (const GalenHistoryFull *)self;
  GalenNode *node = name == NULL ? NULL : g_hash_table_lookup(full->names, name);
  if (node != NULL || name == NULL || strlen(name) < NAME_CUT - 1)
    return node;
  for (guint i = 0; i < self->nodes->len; i++)
    if (g_str_has_prefix(GALEN_NODE(self, i)->name, name))
      return GALEN_NODE(self, i);
  return NULL;
}

/* ---- what logs say of UUIDs ---- */

typedef struct {
  GalenUuid uuid;
  const char *name;
  gint64 seen;
} Saying;

/* A view's block has its members in the order of their indices; the state messages of the component name these. */
typedef struct {
  const GalenFact *view;
  gint32 total, own;
} Present;

static void say(GArray *sayings, const GalenUuid *uuid, const char *name, gint64 seen) {
  if (galen_uuid_is_nil(uuid) || name == NULL || name[0] == '\0')
    return;
  Saying saying = {*uuid, name, seen};
  g_array_append_val(sayings, saying);
}

static const GalenFactMember *view_member(const GalenFact *view, gint32 index) {
  for (guint i = 0; view->members != NULL && i < view->members->len; i++) {
    const GalenFactMember *member = &g_array_index(view->members, GalenFactMember, i);
    if (!member->partitioned && index-- == 0)
      return member;
  }
  return NULL;
}

static void read_saying(GArray *sayings, Present *present, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_VIEW && !fact->flag && fact->number == GALEN_VIEW_PRIM) {
    present->view = fact;
    present->total = -1;
  } else if (fact->kind == GALEN_FACT_COMPONENT) {
    present->total = fact->total;
    present->own = fact->number;
    if (!fact->flag)
      present->view = NULL;
  } else if (fact->kind == GALEN_FACT_STATE_MSG && present->view != NULL && present->total > fact->number &&
             fact->number >= 0) {
    gboolean whole =
        view_member(present->view, present->total - 1) != NULL && view_member(present->view, present->total) == NULL;
    const GalenFactMember *member = whole ? view_member(present->view, fact->number) : NULL;
    if (member != NULL)
      say(sayings, &member->uuid, fact->name, fact->time);
  }
  for (guint i = 0; fact->kind == GALEN_FACT_SERVER_VIEW && fact->members != NULL && i < fact->members->len; i++) {
    const GalenFactMember *member = &g_array_index(fact->members, GalenFactMember, i);
    say(sayings, &member->uuid, member->name, fact->replayed ? GALEN_TIME_NONE : fact->time);
  }
}

static GArray *all_sayings(GalenHistoryFull *full) {
  GArray *sayings = g_array_new(FALSE, FALSE, sizeof(Saying));
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    Present present = {0};
    for (guint k = 0; k < stretch->facts->len; k++)
      read_saying(sayings, &present, galen_fact_at(stretch->facts, k));
  }
  return sayings;
}

static void add_own(GalenHistoryFull *full) {
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    for (guint k = 0; k < stretch->uuids->len; k++)
      galen_members_add(full, &g_array_index(stretch->uuids, GalenUuid, k), stretch->node, stretch->first);
  }
}

static int compare_sayings(gconstpointer a, gconstpointer b) {
  const Saying *x = a, *y = b;
  int order = strcmp(x->name, y->name);
  return order != 0 ? order : (x->seen > y->seen) - (x->seen < y->seen);
}

/* Members that no log is of become nodes by their names. */
static void add_others(GalenHistoryFull *full, GArray *sayings) {
  g_array_sort(sayings, compare_sayings);
  for (guint i = 0; i < sayings->len; i++) {
    const Saying *saying = &g_array_index(sayings, Saying, i);
    if (galen_history_member(&full->pub, &saying->uuid, saying->seen) != NULL)
      continue;
    GalenNode *node = galen_history_node(&full->pub, saying->name);
    if (node == NULL && g_hash_table_contains(full->names, saying->name))
      continue; /* one of several nodes of this name: cannot be told */
    if (node == NULL) {
      node = galen_node_new(full, saying->name);
      node->arbitrator = g_str_equal(saying->name, "garb") || g_str_equal(saying->name, "garbd");
      g_hash_table_insert(full->names, g_strdup(saying->name), node);
    }
    galen_members_add(full, &saying->uuid, node, saying->seen);
  }
}

/* ---- addresses ---- */

static const struct {
  GalenFactKind kind;
} address_facts[] = {{GALEN_FACT_LINK_UP},      {GALEN_FACT_STABLE},     {GALEN_FACT_LINK_TIMEOUT},
                     {GALEN_FACT_RECONNECTING}, {GALEN_FACT_FORGETTING}, {GALEN_FACT_ADDRESS_CHANGED}};

static gboolean has_address(const GalenFact *fact) {
  for (guint i = 0; i < G_N_ELEMENTS(address_facts); i++)
    if (address_facts[i].kind == fact->kind)
      return fact->value != NULL;
  return FALSE;
}

/* What links show: the address of a member; and the member by its address, when nothing else tells who it is. */
static void read_addresses(GalenHistoryFull *full) {
  g_autoptr(GHashTable) owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL); /* NULL: several */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < full->stretches->len; i++) {
      const GalenStretch *stretch = GALEN_STRETCH(full, i);
      for (guint k = 0; k < stretch->facts->len; k++) {
        const GalenFact *fact = galen_fact_at(stretch->facts, k);
        if (!has_address(fact))
          continue;
        const GalenUuid *uuid = fact->kind == GALEN_FACT_ADDRESS_CHANGED ? &fact->other : &fact->uuid;
        g_autofree char *address = galen_address_host(fact->value);
        GalenNode *node = address == NULL ? NULL : galen_history_member(&full->pub, uuid, fact->time);
        if (pass == 0 && node != NULL) {
          gpointer owner = NULL;
          gboolean known = g_hash_table_lookup_extended(owners, address, NULL, &owner);
          galen_list_add(node->addresses, address);
          g_hash_table_insert(owners, g_strdup(address), known && owner != node ? NULL : node);
        } else if (pass == 1 && node == NULL && address != NULL) {
          galen_members_add(full, uuid, g_hash_table_lookup(owners, address), fact->time);
        }
      }
    }
}

static int compare_nodes(gconstpointer a, gconstpointer b) {
  return strcmp((*(const GalenNode *const *)a)->name, (*(const GalenNode *const *)b)->name);
}

void galen_members_find(GalenHistoryFull *full) {
  add_own(full);
  g_autoptr(GArray) sayings = all_sayings(full);
  add_others(full, sayings);
  read_addresses(full);
  galen_members_of_groups(full);
  g_ptr_array_sort(full->pub.nodes, compare_nodes);
}
