/* Nodes: one for each set of joined stretches; their names, and their facts in order. */
#include "history_private.h"
#include "timeline.h"

#include <string.h>

#define COPY_MIN 2 /* facts that two inputs have in common at one distance to be copies */

/* ---- lists of texts ---- */

static guint place_in(const GPtrArray *list, const char *text, gboolean *ret_found) {
  guint low = 0, high = list->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    int order = strcmp(g_ptr_array_index(list, middle), text);
    if (order == 0) {
      *ret_found = TRUE;
      return middle;
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  *ret_found = FALSE;
  return low;
}

void galen_list_add(GPtrArray *list, const char *text) {
  gboolean found = FALSE;
  guint place = text == NULL ? 0 : place_in(list, text, &found);
  if (text != NULL && !found)
    g_ptr_array_insert(list, (gint)place, g_strdup(text));
}

gboolean galen_list_has(const GPtrArray *list, const char *text) {
  gboolean found = FALSE;
  place_in(list, text, &found);
  return found;
}

gboolean galen_list_equal(const GPtrArray *a, const GPtrArray *b) {
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
      return FALSE;
  return TRUE;
}

/* ---- a node ---- */

static void process_free(gpointer data) {
  GalenProcess *self = data;
  g_array_unref(self->uuids);
  g_hash_table_unref(self->options);
  g_free(self);
}

static void component_free(gpointer data) {
  GalenComponent *self = data;
  g_ptr_array_unref(self->members);
  g_array_unref(self->member_uuids);
  g_ptr_array_unref(self->lost);
  g_ptr_array_unref(self->gone);
  g_free(self);
}

static void span_clear(gpointer data) {
  g_free(((GalenStateSpan *)data)->reason);
}

static void mark_clear(gpointer data) {
  g_free(((GalenMark *)data)->text);
}

GalenNode *galen_node_new(GalenHistoryFull *full, const char *name) {
  GalenNode *self = g_new0(GalenNode, 1);
  self->name = g_strdup(name);
  self->aliases = g_ptr_array_new_with_free_func(g_free);
  self->addresses = g_ptr_array_new_with_free_func(g_free);
  self->inputs = g_array_new(FALSE, FALSE, sizeof(guint));
  self->facts = g_ptr_array_new();
  self->processes = g_ptr_array_new_with_free_func(process_free);
  self->components = g_ptr_array_new_with_free_func(component_free);
  self->states = g_array_new(FALSE, FALSE, sizeof(GalenStateSpan));
  g_array_set_clear_func(self->states, span_clear);
  self->marks = g_array_new(FALSE, FALSE, sizeof(GalenMark));
  g_array_set_clear_func(self->marks, mark_clear);
  self->steps = g_array_new(FALSE, FALSE, sizeof(GalenClockStep));
  self->holes = g_array_new(FALSE, FALSE, sizeof(GalenHole));
  self->first = self->last = self->offset = self->offset_error = GALEN_TIME_NONE;
  self->clock_source = "unknown";
  g_ptr_array_add(full->pub.nodes, self);
  return self;
}

void galen_node_free(gpointer data) {
  GalenNode *self = data;
  g_free(self->name);
  g_ptr_array_unref(self->aliases);
  g_ptr_array_unref(self->addresses);
  g_array_unref(self->inputs);
  g_ptr_array_unref(self->facts);
  galen_timeline_free(self->timeline);
  g_ptr_array_unref(self->processes);
  g_ptr_array_unref(self->components);
  g_array_unref(self->states);
  g_array_unref(self->marks);
  g_array_unref(self->steps);
  g_array_unref(self->holes);
  g_free(self->version);
  g_free(self->galera);
  g_free(self->cluster);
  g_free(self->zone);
  g_free(self);
}

/* ---- names ---- */

typedef struct {
  const char *given, *own, *label;
  gint64 own_last;
} Naming;

static void consider_name(Naming *naming, const GalenStretch *stretch, const GalenJournalInput *input) {
  if (input->node_given && (naming->given == NULL || strcmp(input->node, naming->given) < 0))
    naming->given = input->node;
  if (naming->label == NULL || strcmp(input->node, naming->label) < 0)
    naming->label = input->node;
  gboolean newer = naming->own == NULL || stretch->last > naming->own_last ||
                   (stretch->last == naming->own_last && g_strcmp0(stretch->name, naming->own) < 0);
  if (stretch->name != NULL && newer) {
    naming->own = stretch->name;
    naming->own_last = stretch->last;
  }
}

static void take_stretch(GalenHistoryFull *full, GalenNode *node, GalenStretch *stretch, gint64 *last_input) {
  const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, stretch->input);
  gboolean log = g_strcmp0(input->kind, "error-log") == 0;
  stretch->node = node;
  if (*last_input != stretch->input) {
    gboolean known = FALSE;
    for (guint i = 0; i < node->inputs->len; i++)
      known = known || g_array_index(node->inputs, guint, i) == stretch->input;
    if (!known)
      g_array_append_val(node->inputs, stretch->input);
  }
  *last_input = stretch->input;
  node->has_log = node->has_log || log;
  node->arbitrator = node->arbitrator || stretch->arbitrator;
  galen_list_add(node->aliases, stretch->name);
  galen_list_add(node->addresses, stretch->address);
  if (input->node_given)
    galen_list_add(node->aliases, input->node);
  if (node->server == NULL)
    node->server = input->server;
  if (g_ptr_array_index(full->pub.input_nodes, stretch->input) == NULL)
    g_ptr_array_index(full->pub.input_nodes, stretch->input) = node;
}

static int compare_names(gconstpointer a, gconstpointer b) {
  const GalenNode *x = *(const GalenNode *const *)a, *y = *(const GalenNode *const *)b;
  int order = strcmp(x->name, y->name);
  if (order == 0 && x->addresses->len > 0 && y->addresses->len > 0)
    order = strcmp(g_ptr_array_index(x->addresses, 0), g_ptr_array_index(y->addresses, 0));
  return order != 0 ? order : (x->first > y->first) - (x->first < y->first);
}

/* Several nodes of one name get their address behind it. */
static void tell_apart(GalenHistoryFull *full) {
  GPtrArray *nodes = full->pub.nodes;
  g_ptr_array_sort(nodes, compare_names);
  for (guint i = 0, end; i < nodes->len; i = end) {
    for (end = i + 1;
         end < nodes->len && strcmp(GALEN_NODE(&full->pub, i)->name, GALEN_NODE(&full->pub, end)->name) == 0; end++)
      ;
    for (guint k = i; k < end && end - i > 1; k++) {
      GalenNode *node = GALEN_NODE(&full->pub, k);
      g_autofree char *plain = node->name;
      node->name = node->addresses->len > 0
                       ? g_strdup_printf("%s@%s", plain, (const char *)g_ptr_array_index(node->addresses, 0))
                       : g_strdup_printf("%s (%u)", plain, k - i + 1);
      galen_list_add(node->aliases, plain);
    }
  }
  g_ptr_array_sort(nodes, compare_names);
}

static void know_name(GalenHistoryFull *full, const char *name, GalenNode *node) {
  gpointer other = NULL;
  gboolean known = g_hash_table_lookup_extended(full->names, name, NULL, &other);
  g_hash_table_insert(full->names, g_strdup(name), known && other != node ? NULL : node);
}

static void know_names(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.nodes->len; i++) {
    GalenNode *node = GALEN_NODE(&full->pub, i);
    guint own = 0;
    if (g_ptr_array_find_with_equal_func(node->aliases, node->name, g_str_equal, &own))
      g_ptr_array_remove_index(node->aliases, own);
    for (guint k = 0; k < node->aliases->len; k++)
      know_name(full, g_ptr_array_index(node->aliases, k), node);
  }
  /* a display name is unique and wins over aliases, these over folders */
  for (guint i = 0; i < full->pub.nodes->len; i++)
    g_hash_table_insert(full->names, g_strdup(GALEN_NODE(&full->pub, i)->name), GALEN_NODE(&full->pub, i));
  g_autoptr(GHashTable) labels = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    char *label = GALEN_JOURNAL_INPUT(full->pub.journal, stretch->input)->node;
    gpointer other = NULL;
    if (g_hash_table_contains(full->names, label))
      continue;
    gboolean known = g_hash_table_lookup_extended(labels, label, NULL, &other);
    g_hash_table_insert(labels, label, known && other != stretch->node ? NULL : stretch->node);
  }
  GHashTableIter iter;
  gpointer label = NULL, node = NULL;
  g_hash_table_iter_init(&iter, labels);
  while (g_hash_table_iter_next(&iter, &label, &node))
    g_hash_table_insert(full->names, g_strdup(label), node);
}

void galen_nodes_make(GalenHistoryFull *full) {
  guint n = full->stretches->len;
  g_autofree Naming *naming = g_new0(Naming, n + 1);
  g_autofree GalenNode **nodes = g_new0(GalenNode *, n + 1);
  gint64 last_input = -1;
  for (guint i = 0; i < n; i++) {
    GalenStretch *stretch = GALEN_STRETCH(full, i);
    consider_name(&naming[stretch->parent], stretch, GALEN_JOURNAL_INPUT(full->pub.journal, stretch->input));
    if (nodes[stretch->parent] == NULL)
      nodes[stretch->parent] = galen_node_new(full, NULL);
    take_stretch(full, nodes[stretch->parent], stretch, &last_input);
  }
  for (guint i = 0; i < n; i++) {
    if (nodes[i] == NULL)
      continue;
    const char *name = naming[i].given != NULL ? naming[i].given : naming[i].own;
    nodes[i]->named_by_path = name == NULL;
    if (name == NULL)
      name = naming[i].label != NULL ? naming[i].label : "unknown";
    nodes[i]->name = g_strdup(name);
  }
  tell_apart(full);
  know_names(full);
}

/* ---- facts in order ---- */

typedef struct {
  GPtrArray *facts; /* of one input, of this node */
  guint input, next;
  gint64 key; /* highest time so far */
  gint64 first, last;
} Feed;

static void feed_free(gpointer data) {
  Feed *self = data;
  g_ptr_array_unref(self->facts);
  g_free(self);
}

static int compare_feeds(gconstpointer a, gconstpointer b, gpointer user) {
  const Feed *x = *(const Feed *const *)a, *y = *(const Feed *const *)b;
  const GalenJournal *journal = user;
  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;
  if (x->last != y->last)
    return x->last > y->last ? -1 : 1;
  if (x->facts->len != y->facts->len)
    return x->facts->len > y->facts->len ? -1 : 1;
  return g_strcmp0(GALEN_JOURNAL_INPUT(journal, x->input)->path, GALEN_JOURNAL_INPUT(journal, y->input)->path);
}

static gboolean same_fact(const GalenFact *a, const GalenFact *b) {
  return a->kind == b->kind && a->wall == b->wall && g_strcmp0(a->text, b->text) == 0;
}

static guint fact_hash(gconstpointer data) {
  const GalenFact *fact = data;
  return g_int64_hash(&fact->wall) ^ (fact->text == NULL ? 0 : g_str_hash(fact->text)) ^ (guint)fact->kind;
}

static gboolean fact_equal(gconstpointer a, gconstpointer b) {
  return same_fact(a, b);
}

/* Takes out of `feed` what `seen` (fact to its index + 1 in `other`) has at one distance of lines. */
static void drop_copies(Feed *feed, const Feed *other, GHashTable *seen) {
  g_autoptr(GHashTable) distances = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  gint64 best = 0;
  guint best_count = 0;
  for (guint i = 0; i < feed->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(feed->facts, i);
    guint index = GPOINTER_TO_UINT(g_hash_table_lookup(seen, fact));
    if (index == 0)
      continue;
    gint64 distance = (gint64)(fact->line - galen_fact_at(other->facts, index - 1)->line);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(distances, &distance)) + 1;
    g_hash_table_insert(distances, g_memdup2(&distance, sizeof distance), GUINT_TO_POINTER(count));
    if (count > best_count) {
      best = distance;
      best_count = count;
    }
  }
  if (best_count < COPY_MIN && best_count < feed->facts->len)
    return;
  g_autoptr(GHashTable) lines = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; i < other->facts->len; i++) {
    GalenFact *fact = galen_fact_at(other->facts, i);
    g_hash_table_insert(lines, &fact->line, fact);
  }
  guint kept = 0;
  for (guint i = 0; i < feed->facts->len; i++) {
    GalenFact *fact = galen_fact_at(feed->facts, i);
    guint64 line = fact->line - (guint64)best;
    const GalenFact *copy = g_hash_table_lookup(lines, &line);
    /* one record may make several facts */
    if (copy == NULL || copy->wall != fact->wall || g_strcmp0(copy->text, fact->text) != 0)
      feed->facts->pdata[kept++] = fact;
  }
  g_ptr_array_set_size(feed->facts, (gint)kept);
}

/* Copies can only be where times overlap. */
static void drop_all_copies(GPtrArray *feeds) {
  for (guint i = 0; i < feeds->len; i++) {
    Feed *other = g_ptr_array_index(feeds, i);
    g_autoptr(GHashTable) seen = NULL;
    for (guint k = i + 1; k < feeds->len; k++) {
      Feed *feed = g_ptr_array_index(feeds, k);
      if (feed->first > other->last)
        break;
      if (seen == NULL) {
        seen = g_hash_table_new(fact_hash, fact_equal);
        for (guint f = other->facts->len; f-- > 0;)
          g_hash_table_insert(seen, galen_fact_at(other->facts, f), GUINT_TO_POINTER(f + 1));
      }
      drop_copies(feed, other, seen);
    }
  }
}

/* Order within a file beats time; between files the lower time comes first. */
static void merge_feeds(GalenNode *node, GPtrArray *feeds) {
  g_autoptr(GPtrArray) open = g_ptr_array_new();
  guint coming = 0;
  while (coming < feeds->len || open->len > 0) {
    guint best = 0;
    for (guint i = 1; i < open->len; i++) {
      const Feed *a = g_ptr_array_index(open, best), *b = g_ptr_array_index(open, i);
      if (MAX(b->key, galen_fact_at(b->facts, b->next)->time) < MAX(a->key, galen_fact_at(a->facts, a->next)->time))
        best = i;
    }
    Feed *feed = open->len > 0 ? g_ptr_array_index(open, best) : NULL;
    gint64 key = feed == NULL ? G_MAXINT64 : MAX(feed->key, galen_fact_at(feed->facts, feed->next)->time);
    if (feed == NULL || (coming < feeds->len && ((const Feed *)g_ptr_array_index(feeds, coming))->first <= key)) {
      Feed *next = g_ptr_array_index(feeds, coming++);
      if (next->facts->len > 0)
        g_ptr_array_add(open, next);
      continue;
    }
    feed->key = key;
    g_ptr_array_add(node->facts, galen_fact_at(feed->facts, feed->next++));
    if (feed->next == feed->facts->len)
      g_ptr_array_remove_index(open, best);
  }
}

/* The facts of `node` in each of its error logs, one feed an input. */
static GHashTable *feeds_of_nodes(GalenHistoryFull *full) {
  GHashTable *nodes = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, stretch->input);
    if (g_strcmp0(input->kind, "error-log") != 0 || stretch->facts->len == 0)
      continue;
    GPtrArray *feeds = g_hash_table_lookup(nodes, stretch->node);
    if (feeds == NULL) {
      feeds = g_ptr_array_new_with_free_func(feed_free);
      g_hash_table_insert(nodes, stretch->node, feeds);
    }
    Feed *feed = feeds->len > 0 ? g_ptr_array_index(feeds, feeds->len - 1) : NULL;
    if (feed == NULL || feed->input != stretch->input) {
      feed = g_new0(Feed, 1);
      feed->input = stretch->input;
      feed->facts = g_ptr_array_new();
      feed->key = G_MININT64;
      g_ptr_array_add(feeds, feed);
    }
    /* what has no time, not even of a neighbour, has no place in a history */
    for (guint f = 0; f < stretch->facts->len; f++)
      if (galen_fact_at(stretch->facts, f)->time != GALEN_TIME_NONE)
        g_ptr_array_add(feed->facts, stretch->facts->pdata[f]);
  }
  return nodes;
}

static void order_node(GalenHistoryFull *full, GalenNode *node, GPtrArray *feeds) {
  for (guint i = 0; i < feeds->len; i++) {
    Feed *feed = g_ptr_array_index(feeds, i);
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, feed->input);
    if (feed->facts->len == 0)
      continue;
    feed->first = galen_fact_at(feed->facts, 0)->time;
    feed->last = MAX(galen_fact_at(feed->facts, feed->facts->len - 1)->time,
                     galen_clock_correct(node, galen_zone_utc(full, feed->input, input->last_wall)));
  }
  g_ptr_array_sort_with_data(feeds, compare_feeds, (gpointer)full->pub.journal);
  drop_all_copies(feeds);
  merge_feeds(node, feeds);
}

static int compare_inputs(gconstpointer a, gconstpointer b, gpointer user) {
  const GalenHistoryFull *full = user;
  const GalenJournalInput *x = GALEN_JOURNAL_INPUT(full->pub.journal, *(const guint *)a);
  const GalenJournalInput *y = GALEN_JOURNAL_INPUT(full->pub.journal, *(const guint *)b);
  gint64 from_x = x->first_wall != GALEN_TIME_NONE ? galen_zone_utc(full, *(const guint *)a, x->first_wall) : x->first;
  gint64 from_y = y->first_wall != GALEN_TIME_NONE ? galen_zone_utc(full, *(const guint *)b, y->first_wall) : y->first;
  return from_x != from_y ? (from_x < from_y ? -1 : 1) : g_strcmp0(x->path, y->path);
}

void galen_nodes_order(GalenHistoryFull *full) {
  g_autoptr(GHashTable) nodes = feeds_of_nodes(full);
  for (guint i = 0; i < full->pub.nodes->len; i++) {
    GalenNode *node = GALEN_NODE(&full->pub, i);
    GPtrArray *feeds = g_hash_table_lookup(nodes, node);
    if (feeds != NULL)
      order_node(full, node, feeds);
    g_array_sort_with_data(node->inputs, compare_inputs, full);
  }
}
