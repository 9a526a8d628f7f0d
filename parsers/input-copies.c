/* Copies of one log, plain or compressed, whole or older: which inputs hold nothing of their own? */
#include "input-private.h"

/* Bytes by which files are sorted before they are compared; a shorter file must be equal, not a beginning. */
#define HEAD_BYTES (4u << 10)
/* Different logs of one node that begin alike: more are not compared, to bound the reading. */
#define RIVALS_MAX 8
#define COMPARE_BLOCK (256u << 10)

typedef enum {
  DIFFERENT,
  EQUAL,
  FIRST_IS_COPY,
  SECOND_IS_COPY,
} Verdict;

/* What follows the heads; of equal ones, one that ends in damage is the copy. */
static Verdict compare_open(GalenReader *first, GalenReader *second) {
  g_autofree char *a = g_malloc(COMPARE_BLOCK);
  g_autofree char *b = g_malloc(COMPARE_BLOCK);
  for (;;) {
    gsize n = galen_reader_fill(first, a, COMPARE_BLOCK);
    gsize m = galen_reader_fill(second, b, COMPARE_BLOCK);
    if (memcmp(a, b, MIN(n, m)) != 0)
      return DIFFERENT;
    if (n != m)
      return n < m ? FIRST_IS_COPY : SECOND_IS_COPY;
    if (n == COMPARE_BLOCK)
      continue;
    gboolean first_damaged = first->source->error != NULL, second_damaged = second->source->error != NULL;
    if (first_damaged == second_damaged)
      return EQUAL;
    return first_damaged ? FIRST_IS_COPY : SECOND_IS_COPY;
  }
}

/* Of equal ones the one whose node the user gave stays, else the first. */
static Verdict compare(const GalenInputEntry *first, const GalenInputEntry *second) {
  GalenReader a = {0}, b = {0};
  Verdict verdict = DIFFERENT;
  if (galen_reader_open(&a, first) && galen_reader_open(&b, second))
    verdict = compare_open(&a, &b);
  galen_reader_close(&a);
  galen_reader_close(&b);
  if (verdict == EQUAL)
    return second->input.node_given && !first->input.node_given ? FIRST_IS_COPY : SECOND_IS_COPY;
  return verdict;
}

/* Files that may be copies of each other have the same key; NULL: this one has nothing to compare. A small
 * file may be the same on two nodes: it holds perhaps a start-up block and no more. */
static char *entry_key(const GalenInputEntry *entry) {
  GalenReader reader = {0};
  if (!galen_reader_open(&reader, entry))
    return NULL;
  char head[HEAD_BYTES];
  gsize len = galen_reader_fill(&reader, head, sizeof head);
  galen_reader_close(&reader);
  if (len == 0)
    return NULL;
  g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)head, len);
  return g_strdup_printf("%s %" G_GSIZE_FORMAT " %s", sum, len, len < HEAD_BYTES ? entry->input.node : "");
}

/* `rivals` are files of one key of which none begins with another. */
static void add_rival(GPtrArray *rivals, GalenInputEntry *entry) {
  for (guint i = 0; i < rivals->len; i++) {
    GalenInputEntry *rival = g_ptr_array_index(rivals, i);
    switch (compare(rival, entry)) {
    case FIRST_IS_COPY:
      galen_input_mark_copy(&rival->input, &entry->input);
      g_ptr_array_index(rivals, i) = entry;
      return;
    case SECOND_IS_COPY:
      galen_input_mark_copy(&entry->input, &rival->input);
      return;
    case DIFFERENT:
    case EQUAL:
      break;
    }
  }
  if (rivals->len < RIVALS_MAX)
    g_ptr_array_add(rivals, entry);
}

static gboolean comparable(const GalenInputEntry *entry) {
  return entry->regular && entry->input.status == GALEN_INPUT_OK && entry->size > 0;
}

/* One alone need not be opened. */
static gboolean several_comparable(const GalenInputs *self) {
  guint n = 0;
  for (guint i = 0; i < self->entries->len && n < 2; i++)
    n += comparable(g_ptr_array_index(self->entries, i)) ? 1 : 0;
  return n > 1;
}

void galen_inputs_find_copies(GalenInputs *self) {
  if (!several_comparable(self))
    return;
  g_autoptr(GHashTable) by_key =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < self->entries->len; i++) {
    GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    if (!comparable(entry))
      continue;
    char *key = entry_key(entry);
    if (key == NULL)
      continue;
    GPtrArray *rivals = g_hash_table_lookup(by_key, key);
    if (rivals == NULL) {
      rivals = g_ptr_array_new();
      g_hash_table_insert(by_key, g_strdup(key), rivals);
    }
    g_free(key);
    add_rival(rivals, entry);
  }
}
