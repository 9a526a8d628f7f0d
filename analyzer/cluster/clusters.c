/* Clusters: nodes that were members of one component, hold one history, or are configured for one group. */
#include "history_private.h"

#include <string.h>

#define DEFAULT_NAME "my_wsrep_cluster" /* what two clusters may have in common by chance */

typedef struct {
  GalenHistory *history;
  GHashTable *index; /* GalenNode to its number + 1 */
  guint *parent;
  GHashTable *keys; /* text to number + 1: what joins */
} Forest;

static guint root_of(Forest *self, guint at) {
  while (self->parent[at] != at)
    at = self->parent[at] = self->parent[self->parent[at]];
  return at;
}

static void join(Forest *self, guint a, guint b) {
  a = root_of(self, a);
  b = root_of(self, b);
  self->parent[MAX(a, b)] = MIN(a, b);
}

/* All nodes that have the same key are in one cluster. */
static void have_key(Forest *self, guint node, const char *prefix, const char *text) {
  char *key = g_strconcat(prefix, text, NULL);
  guint other = GPOINTER_TO_UINT(g_hash_table_lookup(self->keys, key));
  if (other == 0) {
    g_hash_table_insert(self->keys, key, GUINT_TO_POINTER(node + 1));
  } else {
    join(self, node, other - 1);
    g_free(key);
  }
}

static void have_uuid(Forest *self, guint node, const GalenUuid *uuid) {
  char text[GALEN_UUID_TEXT];
  if (uuid->known == 16 && !galen_uuid_is_nil(uuid))
    have_key(self, node, "uuid ", galen_uuid_write(uuid, text));
}

static void join_component(Forest *self, guint node, const GalenComponent *component) {
  have_uuid(self, node, &component->group);
  for (guint i = 0; i < component->members->len; i++) {
    GalenNode *member = galen_history_node(self->history, g_ptr_array_index(component->members, i));
    guint other = GPOINTER_TO_UINT(g_hash_table_lookup(self->index, member));
    if (other > 0)
      join(self, node, other - 1);
  }
}

static void join_facts(Forest *self, guint number, const GalenNode *node) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(node->facts, i);
    if (fact->kind == GALEN_FACT_SAVED_STATE || fact->kind == GALEN_FACT_START_POSITION ||
        fact->kind == GALEN_FACT_SERVER_VIEW || fact->kind == GALEN_FACT_QUORUM)
      have_uuid(self, number, &fact->uuid);
    if ((fact->kind == GALEN_FACT_GR_UNREACHABLE || fact->kind == GALEN_FACT_GR_PRIMARY) && fact->value != NULL)
      have_key(self, number, "gr ", fact->value);
    gboolean lists = fact->kind == GALEN_FACT_GR_VIEW || fact->kind == GALEN_FACT_GR_MEMBERS;
    for (guint m = 0; lists && fact->members != NULL && m < fact->members->len; m++) {
      const char *name = g_array_index(fact->members, GalenFactMember, m).name;
      if (name != NULL)
        have_key(self, number, "gr ", name);
    }
  }
}

static gboolean in_cluster(const GalenNode *node) {
  for (guint i = 0; i < node->processes->len; i++)
    if (GALEN_PROCESS(node, i)->galera)
      return TRUE;
  for (guint i = 0; i < node->facts->len; i++)
    if (galen_fact_at(node->facts, i)->kind == GALEN_FACT_GR_VIEW)
      return TRUE;
  return !node->has_log && node->inputs->len == 0;
}

static GalenClusterRow *cluster_new(void) {
  GalenClusterRow *self = g_new0(GalenClusterRow, 1);
  self->uuids = g_array_new(FALSE, FALSE, sizeof(GalenUuid));
  self->nodes = g_ptr_array_new();
  self->views = g_ptr_array_new_with_free_func(galen_view_row_free);
  self->transfers = g_ptr_array_new_with_free_func(galen_transfer_free);
  self->configuration = g_ptr_array_new_with_free_func(galen_config_change_free);
  self->drift = g_ptr_array_new_with_free_func(galen_config_drift_free);
  return self;
}

static int compare_from(gconstpointer a, gconstpointer b) {
  const GalenComponent *x = *(const GalenComponent *const *)a, *y = *(const GalenComponent *const *)b;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  return memcmp(x->group.bytes, y->group.bytes, sizeof x->group.bytes);
}

static void add_uuid(GalenClusterRow *cluster, const GalenUuid *uuid) {
  if (galen_uuid_is_nil(uuid) || uuid->known != 16)
    return;
  for (guint i = 0; i < cluster->uuids->len; i++)
    if (galen_uuid_same(&g_array_index(cluster->uuids, GalenUuid, i), uuid))
      return;
  g_array_append_val(cluster->uuids, *uuid);
}

static void fill_cluster(GalenClusterRow *cluster) {
  g_autoptr(GPtrArray) components = g_ptr_array_new();
  gint64 latest = G_MININT64;
  for (guint i = 0; i < cluster->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(cluster->nodes, i);
    for (guint k = 0; k < node->components->len; k++)
      if (GALEN_COMPONENT(node, k)->primary)
        g_ptr_array_add(components, GALEN_COMPONENT(node, k));
    if (node->cluster != NULL && node->last >= latest) {
      latest = node->last;
      g_free(cluster->name);
      cluster->name = g_strdup(node->cluster);
    }
    for (guint k = 0; k < node->facts->len && !cluster->group_replication; k++)
      cluster->group_replication = galen_fact_at(node->facts, k)->kind == GALEN_FACT_GR_VIEW;
  }
  g_ptr_array_sort(components, compare_from);
  for (guint i = 0; i < components->len; i++)
    add_uuid(cluster, &((const GalenComponent *)g_ptr_array_index(components, i))->group);
  for (guint i = 0; i < cluster->nodes->len && components->len == 0; i++) {
    const GalenNode *node = g_ptr_array_index(cluster->nodes, i);
    for (guint k = 0; k < node->processes->len; k++)
      add_uuid(cluster, &GALEN_PROCESS(node, k)->position_uuid);
  }
}

static void join_node(Forest *self, guint number) {
  const GalenNode *node = GALEN_NODE(self->history, number);
  for (guint i = 0; i < node->components->len; i++)
    join_component(self, number, GALEN_COMPONENT(node, i));
  join_facts(self, number, node);
  if (node->cluster != NULL && !g_str_equal(node->cluster, DEFAULT_NAME))
    have_key(self, number, "name ", node->cluster);
}

/* A member without a log is where views of a group name its address. */
static void join_unlogged(Forest *self, guint number) {
  const GalenNode *node = GALEN_NODE(self->history, number);
  for (guint i = 0; !node->has_log && i < node->addresses->len; i++) {
    g_autofree char *key = g_strconcat("gr ", g_ptr_array_index(node->addresses, i), NULL);
    guint other = GPOINTER_TO_UINT(g_hash_table_lookup(self->keys, key));
    if (other > 0)
      join(self, number, other - 1);
  }
}

void galen_clusters_find(GalenHistoryFull *full) {
  GPtrArray *nodes = full->pub.nodes;
  Forest self = {.history = &full->pub, .index = g_hash_table_new(NULL, NULL)};
  self.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self.parent = g_new0(guint, nodes->len + 1);
  for (guint i = 0; i < nodes->len; i++) {
    self.parent[i] = i;
    g_hash_table_insert(self.index, g_ptr_array_index(nodes, i), GUINT_TO_POINTER(i + 1));
  }
  for (guint i = 0; i < nodes->len; i++)
    join_node(&self, i);
  for (guint i = 0; i < nodes->len; i++)
    join_unlogged(&self, i);
  g_autofree GalenClusterRow **rows = g_new0(GalenClusterRow *, nodes->len + 1);
  for (guint i = 0; i < nodes->len; i++) {
    guint root = root_of(&self, i);
    if (!in_cluster(GALEN_NODE(&full->pub, i)))
      continue;
    if (rows[root] == NULL) {
      rows[root] = cluster_new();
      g_ptr_array_add(full->pub.clusters, rows[root]);
    }
    g_ptr_array_add(rows[root]->nodes, g_ptr_array_index(nodes, i));
  }
  for (guint i = 0; i < full->pub.clusters->len; i++)
    fill_cluster(g_ptr_array_index(full->pub.clusters, i));
  g_free(self.parent);
  g_hash_table_unref(self.index);
  g_hash_table_unref(self.keys);
}
