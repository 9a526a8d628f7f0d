/* Views: each component once, however many nodes saw it. */
#include "history_private.h"

#include <string.h>

#define PASSING (G_TIME_SPAN_SECOND * 5)

void galen_view_row_free(gpointer data) {
  GalenViewRow *self = data;
  GPtrArray *lists[] = {self->members, self->left, self->partitioned, self->seen_by, self->joined};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_ptr_array_unref(lists[i]);
  g_free(self);
}

static GalenViewRow *row_new(const GalenComponent *component) {
  GalenViewRow *self = g_new0(GalenViewRow, 1);
  GPtrArray **lists[] = {&self->members, &self->left, &self->partitioned, &self->seen_by, &self->joined};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    *lists[i] = g_ptr_array_new_with_free_func(g_free);
  self->time = component->from;
  self->primary = component->primary;
  self->rep = component->view_rep;
  self->seq = component->view_seq;
  self->act_id = self->cc_seqno = GALEN_SEQNO_NONE;
  return self;
}

/* The same view id, members and kind are one component; without an id its exchange or its place in the history. */
static char *key_of(const GalenComponent *component) {
  GString *key = g_string_new(component->primary ? "P" : "N");
  char text[GALEN_UUID_TEXT];
  if (component->view_seq != GALEN_SEQNO_NONE)
    g_string_append_printf(key, " %s %" G_GINT64_FORMAT, galen_uuid_write(&component->view_rep, text),
                           component->view_seq);
  else if (component->exchange.known > 0)
    g_string_append_printf(key, " %s", galen_uuid_write(&component->exchange, text));
  else
    g_string_append_printf(key, " %s %" G_GINT64_FORMAT, galen_uuid_write(&component->group, text), component->conf_id);
  for (guint i = 0; i < component->members->len; i++)
    g_string_append_printf(key, "\n%s", (const char *)g_ptr_array_index(component->members, i));
  return g_string_free(key, FALSE);
}

static void add_all(GPtrArray *list, const GPtrArray *more) {
  for (guint i = 0; i < more->len; i++)
    galen_list_add(list, g_ptr_array_index(more, i));
}

/* `before`: of the same process; NULL: the observer is new itself. */
static void see(GalenViewRow *row, const GalenComponent *component, const GalenComponent *before) {
  row->time = MIN(row->time, component->from);
  if (row->group.known == 0)
    row->group = component->group;
  if (row->act_id == GALEN_SEQNO_NONE)
    row->act_id = component->act_id;
  if (row->cc_seqno == GALEN_SEQNO_NONE)
    row->cc_seqno = component->cc_seqno;
  add_all(row->members, component->members);
  add_all(row->left, component->gone);
  add_all(row->partitioned, component->lost);
  galen_list_add(row->seen_by, component->node->name);
  for (guint i = 0; i < component->members->len; i++) {
    const char *name = g_ptr_array_index(component->members, i);
    gboolean self = strcmp(name, component->node->name) == 0;
    if (before != NULL ? !galen_list_has(before->members, name) : self)
      galen_list_add(row->joined, name);
  }
}

/* Who is lost to one observer and known to have left to another one left. */
static void settle(GalenViewRow *row) {
  for (guint i = row->partitioned->len; i-- > 0;)
    if (galen_list_has(row->left, g_ptr_array_index(row->partitioned, i)))
      g_ptr_array_remove_index(row->partitioned, i);
}

static int compare_rows(gconstpointer a, gconstpointer b) {
  const GalenViewRow *x = *(const GalenViewRow *const *)a, *y = *(const GalenViewRow *const *)b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  if (x->seq != y->seq)
    return x->seq < y->seq ? -1 : 1;
  int order = memcmp(x->rep.bytes, y->rep.bytes, sizeof x->rep.bytes);
  if (order != 0 || x->members->len == 0 || y->members->len == 0)
    return order != 0 ? order : x->primary - y->primary;
  return strcmp(g_ptr_array_index(x->members, 0), g_ptr_array_index(y->members, 0));
}

gboolean galen_component_passes(const GalenComponent *component, const GalenComponent *next) {
  return next != NULL && !component->primary && !next->primary && next->process == component->process &&
         next->from - component->from <= PASSING && galen_list_equal(component->members, next->members);
}

static void find_of_node(GalenClusterRow *cluster, const GalenNode *node, GHashTable *rows) {
  const GalenComponent *passed = NULL;
  for (guint k = 0; k < node->components->len; k++) {
    const GalenComponent *component = GALEN_COMPONENT(node, k);
    const GalenComponent *before = k > 0 ? GALEN_COMPONENT(node, k - 1) : NULL;
    if (galen_component_passes(component, k + 1 < node->components->len ? GALEN_COMPONENT(node, k + 1) : NULL)) {
      passed = component;
      continue;
    }
    g_autofree char *key = key_of(component);
    GalenViewRow *row = g_hash_table_lookup(rows, key);
    if (row == NULL) {
      row = row_new(component);
      g_ptr_array_add(cluster->views, row);
      g_hash_table_insert(rows, g_steal_pointer(&key), row);
    }
    see(row, component, before != NULL && before->process == component->process ? before : NULL);
    if (passed != NULL) {
      add_all(row->left, passed->gone);
      add_all(row->partitioned, passed->lost);
      passed = NULL;
    }
  }
}

static void find_galera(GalenClusterRow *cluster) {
  g_autoptr(GHashTable) rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < cluster->nodes->len; i++)
    find_of_node(cluster, g_ptr_array_index(cluster->nodes, i), rows);
}

/* ---- Group Replication ---- */

static const char *address_name(const GalenHistory *history, const char *address) {
  const GalenNode *node = galen_history_address(history, address);
  return node != NULL ? node->name : address;
}

static void see_group(const GalenHistory *history, GalenViewRow *row, const GalenNode *node, const GalenFact *fact,
                      const GalenFact *before) {
  row->time = MIN(row->time, fact->time);
  galen_list_add(row->seen_by, node->name);
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++) {
    const char *name = g_array_index(fact->members, GalenFactMember, i).name;
    if (name != NULL)
      galen_list_add(row->members, address_name(history, name));
  }
  g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; before != NULL && before->members != NULL && i < before->members->len; i++) {
    const char *name = g_array_index(before->members, GalenFactMember, i).name;
    if (name != NULL)
      galen_list_add(old, address_name(history, name));
  }
  for (guint i = 0; i < old->len; i++)
    if (!galen_list_has(row->members, g_ptr_array_index(old, i)))
      galen_list_add(row->left, g_ptr_array_index(old, i));
  for (guint i = 0; before != NULL && i < row->members->len; i++)
    if (!galen_list_has(old, g_ptr_array_index(row->members, i)))
      galen_list_add(row->joined, g_ptr_array_index(row->members, i));
}

static void find_group(const GalenHistory *history, GalenClusterRow *cluster) {
  static const GalenComponent none = {.primary = TRUE, .view_seq = GALEN_SEQNO_NONE};
  g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < cluster->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(cluster->nodes, i);
    const GalenFact *before = NULL;
    for (guint k = 0; k < node->facts->len; k++) {
      const GalenFact *fact = galen_fact_at(node->facts, k);
      if (fact->kind == GALEN_FACT_PROCESS_START)
        before = NULL;
      if (fact->kind != GALEN_FACT_GR_VIEW || fact->name == NULL)
        continue;
      GalenViewRow *row = g_hash_table_lookup(rows, fact->name);
      if (row == NULL) {
        row = row_new(&none);
        row->time = fact->time;
        const char *colon = strchr(fact->name, ':'); /* "16000000:3": the third view since the group was made */
        row->seq = colon == NULL ? GALEN_SEQNO_NONE : g_ascii_strtoll(colon + 1, NULL, 10);
        g_ptr_array_add(cluster->views, row);
        g_hash_table_insert(rows, fact->name, row);
      }
      see_group(history, row, node, fact, before);
      before = fact;
    }
  }
}

void galen_views_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.clusters->len; i++) {
    GalenClusterRow *cluster = g_ptr_array_index(full->pub.clusters, i);
    find_galera(cluster);
    if (cluster->group_replication)
      find_group(&full->pub, cluster);
    for (guint k = 0; k < cluster->views->len; k++)
      settle(g_ptr_array_index(cluster->views, k));
    g_ptr_array_sort(cluster->views, compare_rows);
  }
}
