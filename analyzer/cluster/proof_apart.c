/* Which primary components can have no member in common, without comparing each with each.
 *
 * The names of a cluster are numbered, and a component is the set of its members' bits. There are few such sets, and mostly any
 * two of them meet. */
#include "proof.h"

#define BITS 64u

typedef struct {
  GHashTable *names; /* char * to its number + 1 */
  GArray *sets;      /* of guint64, each once */
  GHashTable *seen;  /* the same */
} Row;

static void row_free(gpointer data) {
  Row *self = data;
  g_hash_table_unref(self->names);
  g_hash_table_unref(self->seen);
  g_array_unref(self->sets);
  g_free(self);
}

static Row *row_of(GHashTable *rows, const GalenPrim *prim) {
  Row *row = g_hash_table_lookup(rows, prim->row);
  if (row != NULL)
    return row;
  row = g_new0(Row, 1);
  row->names = g_hash_table_new(g_str_hash, g_str_equal);
  row->seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  row->sets = g_array_new(FALSE, FALSE, sizeof(guint64));
  g_hash_table_insert(rows, (gpointer)prim->row, row);
  return row;
}

static void number_names(Row *row, const GalenPrim *prim) {
  for (guint i = 0; i < prim->members->len; i++)
    if (!g_hash_table_contains(row->names, prim->members->pdata[i]))
      g_hash_table_insert(row->names, prim->members->pdata[i], GUINT_TO_POINTER(g_hash_table_size(row->names)));
}

/* The empty set, which meets none, when the names are too many to tell. */
static guint64 set_of(const Row *row, const GalenPrim *prim) {
  guint64 set = 0;
  for (guint i = 0; i < prim->members->len && g_hash_table_size(row->names) <= BITS; i++)
    set |= (guint64)1 << GPOINTER_TO_UINT(g_hash_table_lookup(row->names, prim->members->pdata[i]));
  return set;
}

static void note_set(Row *row, guint64 set) {
  if (g_hash_table_contains(row->seen, &set))
    return;
  g_hash_table_add(row->seen, g_memdup2(&set, sizeof set));
  g_array_append_val(row->sets, set);
}

static gboolean has_apart(const Row *row, guint64 set) {
  for (guint i = 0; i < row->sets->len; i++)
    if ((g_array_index(row->sets, guint64, i) & set) == 0)
      return TRUE;
  return FALSE;
}

void galen_proof_apart_init(GalenProofApart *self, const GPtrArray *prims) {
  g_autoptr(GHashTable) rows = g_hash_table_new_full(NULL, NULL, NULL, row_free);
  self->prims = prims;
  self->sets = g_new0(guint64, prims->len + 1);
  self->some = g_new0(gboolean, prims->len + 1);
  for (guint i = 0; i < prims->len; i++)
    number_names(row_of(rows, prims->pdata[i]), prims->pdata[i]);
  for (guint i = 0; i < prims->len; i++) {
    Row *row = row_of(rows, prims->pdata[i]);
    self->sets[i] = set_of(row, prims->pdata[i]);
    note_set(row, self->sets[i]);
  }
  for (guint i = 0; i < prims->len; i++)
    self->some[i] = has_apart(row_of(rows, prims->pdata[i]), self->sets[i]);
}

void galen_proof_apart_clear(GalenProofApart *self) {
  g_free(self->sets);
  g_free(self->some);
}

guint galen_proof_apart_next(const GalenProofApart *self, guint i, guint j) {
  const GalenPrim *prim = self->prims->pdata[i];
  if (!self->some[i])
    return self->prims->len;
  for (j++; j < self->prims->len; j++)
    if ((self->sets[i] & self->sets[j]) == 0 && ((const GalenPrim *)self->prims->pdata[j])->row == prim->row)
      break;
  return j;
}
