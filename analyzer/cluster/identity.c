/* Identity: which inputs, and which parts of them, are one node's.
 *
 * Stretches are joined while the log's own words allow it: a name, an own member UUID, an address with a datadir. What says
 * nothing of itself follows its neighbours in the file, then its folder. Nothing here depends on the order of inputs. */
#include "history_private.h"

#include <string.h>

#define OVERLAP_MIN (G_TIME_SPAN_SECOND * 60) /* lives that overlap by less may be one, by clocks and last lines */
#define GCS_NAME_MAX 32                       /* longer names are cut in gcs messages */

/* ---- the forest ---- */

static guint root_of(GalenHistoryFull *full, guint index) {
  guint root = index;
  while (GALEN_STRETCH(full, root)->parent != root)
    root = GALEN_STRETCH(full, root)->parent;
  while (index != root) {
    guint next = GALEN_STRETCH(full, index)->parent;
    GALEN_STRETCH(full, index)->parent = root;
    index = next;
  }
  return root;
}

static guint join(GalenHistoryFull *full, guint a, guint b) {
  a = root_of(full, a);
  b = root_of(full, b);
  GALEN_STRETCH(full, MAX(a, b))->parent = MIN(a, b);
  return MIN(a, b);
}

static const GalenJournalInput *input_of(const GalenHistoryFull *full, const GalenStretch *stretch) {
  return GALEN_JOURNAL_INPUT(full->pub.journal, stretch->input);
}

static gboolean is_log(const GalenHistoryFull *full, const GalenStretch *stretch) {
  return g_strcmp0(input_of(full, stretch)->kind, "error-log") == 0;
}

static char *place_of(const GalenStretch *stretch) {
  return stretch->address == NULL || stretch->dir == NULL ? NULL
                                                          : g_strdup_printf("%s\n%s", stretch->address, stretch->dir);
}

/* ---- one file ---- */

/* Of the stretches of one server in one file: names tell nodes apart unless a node was renamed at its place. */
static void join_file(GalenHistoryFull *full, guint from, guint to) {
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  gint64 before = -1;
  for (guint i = from; i < to; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    g_autofree char *place = place_of(stretch);
    g_autofree char *name = stretch->name == NULL ? NULL : g_strdup_printf("=%s", stretch->name);
    const char *keys[] = {name, place};
    gboolean found = FALSE;
    for (guint k = 0; k < G_N_ELEMENTS(keys); k++) {
      gpointer other = NULL;
      if (keys[k] == NULL)
        continue;
      if (g_hash_table_lookup_extended(seen, keys[k], NULL, &other)) {
        join(full, i, GPOINTER_TO_UINT(other));
        found = TRUE;
      } else {
        g_hash_table_insert(seen, g_strdup(keys[k]), GUINT_TO_POINTER(i));
      }
    }
    if (!found && name == NULL && before >= 0)
      join(full, i, (guint)before);
    before = i;
  }
  /* what came before the first name is the same server's as what follows */
  for (guint i = to - 1; i-- > from;)
    if (GALEN_STRETCH(full, i)->name == NULL && GALEN_STRETCH(full, i)->address == NULL && root_of(full, i) == i &&
        i == from)
      join(full, i, i + 1);
}

static void join_files(GalenHistoryFull *full) {
  /* stretches of one input are neighbours; those of one of its instances need not be */
  g_autoptr(GHashTable) lists = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  guint from = 0;
  for (guint i = 1; i <= full->stretches->len; i++) {
    const GalenStretch *first = GALEN_STRETCH(full, from);
    gboolean same = i < full->stretches->len && GALEN_STRETCH(full, i)->input == first->input &&
                    GALEN_STRETCH(full, i)->instance == first->instance;
    if (same)
      continue;
    join_file(full, from, i);
    gint64 key = (gint64)first->input << 32 | first->instance;
    gpointer other = NULL;
    if (g_hash_table_lookup_extended(lists, &key, NULL, &other) && GALEN_STRETCH(full, from)->name == NULL)
      join(full, from, GPOINTER_TO_UINT(other));
    else
      g_hash_table_insert(lists, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(from));
    from = i;
  }
}

/* ---- across files ---- */

static gboolean names_agree(const char *a, const char *b) {
  if (a == NULL || b == NULL || g_str_equal(a, b))
    return TRUE;
  gsize len = MIN(strlen(a), strlen(b));
  return len >= GCS_NAME_MAX - 1 && strncmp(a, b, len) == 0;
}

static void join_by_uuid(GalenHistoryFull *full) {
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL); /* head to stretch + 1 */
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    for (guint k = 0; k < stretch->uuids->len; k++) {
      const GalenUuid *uuid = &g_array_index(stretch->uuids, GalenUuid, k);
      guint32 head;
      memcpy(&head, uuid->bytes, sizeof head);
      guint other = GPOINTER_TO_UINT(g_hash_table_lookup(seen, GUINT_TO_POINTER(head)));
      if (other == 0)
        g_hash_table_insert(seen, GUINT_TO_POINTER(head), GUINT_TO_POINTER(i + 1));
      else if (names_agree(stretch->name, GALEN_STRETCH(full, other - 1)->name))
        join(full, i, other - 1);
    }
  }
}

/* What others call the member with its UUID names a stretch that never says its own name. */
static void borrow_names(GalenHistoryFull *full) {
  g_autoptr(GHashTable) names = g_hash_table_new(NULL, NULL); /* head to name, borrowed */
  for (guint i = 0; i < full->pub.journal->inputs->len; i++) {
    const GPtrArray *facts = GALEN_JOURNAL_INPUT(full->pub.journal, i)->facts;
    for (guint k = 0; k < facts->len; k++) {
      const GalenFact *fact = galen_fact_at(facts, k);
      for (guint m = 0; fact->kind == GALEN_FACT_SERVER_VIEW && fact->members != NULL && m < fact->members->len; m++) {
        const GalenFactMember *member = &g_array_index(fact->members, GalenFactMember, m);
        guint32 head;
        memcpy(&head, member->uuid.bytes, sizeof head);
        if (member->uuid.known > 0 && member->name != NULL)
          g_hash_table_insert(names, GUINT_TO_POINTER(head), member->name);
      }
    }
  }
  for (guint i = 0; i < full->stretches->len; i++) {
    GalenStretch *stretch = GALEN_STRETCH(full, i);
    for (guint k = 0; k < stretch->uuids->len && stretch->name == NULL; k++) {
      guint32 head;
      memcpy(&head, g_array_index(stretch->uuids, GalenUuid, k).bytes, sizeof head);
      stretch->name = g_strdup(g_hash_table_lookup(names, GUINT_TO_POINTER(head)));
    }
  }
}

/* Lists of stretch indices by a text. */
static GHashTable *lists_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
}

static void lists_add(GHashTable *lists, char *key, guint index) {
  GArray *list = g_hash_table_lookup(lists, key);
  if (list == NULL) {
    list = g_array_new(FALSE, FALSE, sizeof index);
    g_hash_table_insert(lists, key, list);
  } else {
    g_free(key);
  }
  g_array_append_val(list, index);
}

/* Calls `func` for each list in the order of the keys. */
static void lists_foreach(GHashTable *lists, GalenHistoryFull *full,
                          void (*func)(GalenHistoryFull *, GArray *, gpointer), gpointer user) {
  g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(lists), (GCompareFunc)g_strcmp0);
  for (const GList *key = keys; key != NULL; key = key->next)
    func(full, g_hash_table_lookup(lists, key->data), user);
}

static int compare_first(gconstpointer a, gconstpointer b, gpointer user) {
  GalenHistoryFull *full = user;
  const GalenStretch *x = GALEN_STRETCH(full, *(const guint *)a), *y = GALEN_STRETCH(full, *(const guint *)b);
  return x->first != y->first ? (x->first < y->first ? -1 : 1) : (x->last > y->last) - (x->last < y->last);
}

/* Two hosts that run at the same time under one name are two nodes; a pod that moves has one life after the other. */
static gboolean lives_overlap(GalenHistoryFull *full, GArray *list) {
  g_array_sort_with_data(list, compare_first, full);
  gint64 last = G_MININT64, other_last = G_MININT64; /* of `address`, and of every other one */
  const char *address = NULL;
  for (guint i = 0; i < list->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, g_array_index(list, guint, i));
    if (stretch->address == NULL || stretch->first == GALEN_TIME_NONE)
      continue;
    gboolean same = address == NULL || g_str_equal(address, stretch->address);
    gint64 limit = same ? other_last : last;
    if (limit != G_MININT64 && MIN(limit, stretch->last) - stretch->first >= OVERLAP_MIN)
      return TRUE;
    if (same)
      last = MAX(last, stretch->last);
    else if (stretch->last > last)
      other_last = MAX(other_last, last), last = stretch->last;
    else {
      other_last = MAX(other_last, stretch->last);
      continue;
    }
    address = stretch->address;
  }
  return FALSE;
}

static gboolean several_given(GalenHistoryFull *full, const GArray *list) {
  const char *given = NULL;
  for (guint i = 0; i < list->len; i++) {
    const GalenJournalInput *input = input_of(full, GALEN_STRETCH(full, g_array_index(list, guint, i)));
    if (input->node_given && given != NULL && !g_str_equal(given, input->node))
      return TRUE;
    given = input->node_given ? input->node : given;
  }
  return FALSE;
}

/* Within a name: one node, or one a host, or one a NODE=. */
static void join_named(GalenHistoryFull *full, GArray *list, gpointer unused) {
  (void)unused;
  gboolean hosts = lives_overlap(full, list), given = several_given(full, list);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < list->len; i++) {
    guint index = g_array_index(list, guint, i);
    const GalenStretch *stretch = GALEN_STRETCH(full, index);
    const GalenJournalInput *input = input_of(full, stretch);
    char *key = g_strdup_printf("%s\n%s", given && input->node_given ? input->node : "",
                                hosts && stretch->address != NULL ? stretch->address : "");
    gpointer other = NULL;
    if (g_hash_table_lookup_extended(seen, key, NULL, &other)) {
      join(full, index, GPOINTER_TO_UINT(other));
      g_free(key);
    } else {
      g_hash_table_insert(seen, key, GUINT_TO_POINTER(index));
    }
  }
}

static void join_names(GalenHistoryFull *full) {
  g_autoptr(GHashTable) lists = lists_new();
  for (guint i = 0; i < full->stretches->len; i++)
    if (GALEN_STRETCH(full, i)->name != NULL)
      lists_add(lists, g_strndup(GALEN_STRETCH(full, i)->name, GCS_NAME_MAX - 1), i);
  lists_foreach(lists, full, join_named, NULL);
}

/* ---- what says nothing of itself ---- */

/* By root: whether any stretch of it has a name. */
static gboolean *named_roots(GalenHistoryFull *full) {
  gboolean *named = g_new0(gboolean, full->stretches->len + 1);
  for (guint i = 0; i < full->stretches->len; i++)
    if (GALEN_STRETCH(full, i)->name != NULL)
      named[root_of(full, i)] = TRUE;
  return named;
}

/* Joins nameless stretches with the only named node that has the same key, else with one another. */
static void join_nameless(GalenHistoryFull *full, GArray *list, gpointer user) {
  gboolean *named = user;
  gint64 node = -1;
  gboolean several = FALSE;
  for (guint i = 0; i < list->len; i++) {
    guint root = root_of(full, g_array_index(list, guint, i));
    if (!named[root])
      continue;
    several = several || (node >= 0 && node != root);
    node = root;
  }
  gint64 with = several ? -1 : node;
  for (guint i = 0; i < list->len; i++) {
    guint root = root_of(full, g_array_index(list, guint, i));
    if (named[root])
      continue;
    gboolean name = with >= 0 && named[with];
    with = with >= 0 ? join(full, root, (guint)with) : root;
    named[with] = name;
  }
}

static void join_by(GalenHistoryFull *full, char *(*key)(const GalenHistoryFull *full, const GalenStretch *stretch)) {
  g_autoptr(GHashTable) lists = lists_new();
  g_autofree gboolean *named = named_roots(full);
  for (guint i = 0; i < full->stretches->len; i++) {
    char *text = key(full, GALEN_STRETCH(full, i));
    if (text != NULL)
      lists_add(lists, text, i);
  }
  lists_foreach(lists, full, join_nameless, named);
}

static char *key_place(const GalenHistoryFull *full, const GalenStretch *stretch) {
  return is_log(full, stretch) ? place_of(stretch) : NULL;
}

/* NODE= joins whatever it names, but not several nodes that one file holds. */
static void join_given(GalenHistoryFull *full, GArray *list, gpointer unused) {
  (void)unused;
  gint64 with = -1;
  for (guint i = 0; i < list->len;) {
    guint index = g_array_index(list, guint, i), input = GALEN_STRETCH(full, index)->input;
    gboolean several = FALSE;
    for (; i < list->len && GALEN_STRETCH(full, g_array_index(list, guint, i))->input == input; i++)
      several = several || root_of(full, g_array_index(list, guint, i)) != root_of(full, index);
    if (!several)
      with = with >= 0 ? join(full, index, (guint)with) : index;
  }
}

static void join_all_given(GalenHistoryFull *full) {
  g_autoptr(GHashTable) lists = lists_new();
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenJournalInput *input = input_of(full, GALEN_STRETCH(full, i));
    if (input->node_given)
      lists_add(lists, g_strdup(input->node), i);
  }
  lists_foreach(lists, full, join_given, NULL);
}

static char *key_log_label(const GalenHistoryFull *full, const GalenStretch *stretch) {
  return is_log(full, stretch) ? g_strdup(input_of(full, stretch)->node) : NULL;
}

static char *key_folder(const GalenHistoryFull *full, const GalenStretch *stretch) {
  const GalenJournalInput *input = input_of(full, stretch);
  char *folder = input->path == NULL ? NULL : g_path_get_dirname(input->path);
  return folder;
}

static char *key_label(const GalenHistoryFull *full, const GalenStretch *stretch) {
  return g_strdup(input_of(full, stretch)->node);
}

/* Files beside a log follow the only node of their folder; a folder of several nodes' files says nothing. */
static void join_folder(GalenHistoryFull *full, GArray *list, gpointer unused) {
  (void)unused;
  gint64 node = -1;
  for (guint i = 0; i < list->len; i++) {
    guint index = g_array_index(list, guint, i), root = root_of(full, index);
    if (!is_log(full, GALEN_STRETCH(full, index)))
      continue;
    if (node >= 0 && node != root)
      return;
    node = root;
  }
  for (guint i = 0; i < list->len && node >= 0; i++) {
    guint index = g_array_index(list, guint, i);
    const GalenStretch *stretch = GALEN_STRETCH(full, index);
    gboolean own = stretch->name != NULL || input_of(full, stretch)->node_given;
    if (!is_log(full, stretch) && !own)
      node = join(full, index, (guint)node);
  }
}

static void join_sides(GalenHistoryFull *full) {
  g_autoptr(GHashTable) folders = lists_new();
  for (guint i = 0; i < full->stretches->len; i++) {
    char *folder = key_folder(full, GALEN_STRETCH(full, i));
    if (folder != NULL)
      lists_add(folders, folder, i);
  }
  lists_foreach(folders, full, join_folder, NULL);
}

void galen_identity_find(GalenHistoryFull *full) {
  join_files(full);
  borrow_names(full);
  join_by_uuid(full);
  join_names(full);
  join_all_given(full);
  join_by(full, key_place);
  join_by(full, key_log_label);
  join_sides(full);
  join_by(full, key_label);
  for (guint i = 0; i < full->stretches->len; i++)
    GALEN_STRETCH(full, i)->parent = root_of(full, i);
}
