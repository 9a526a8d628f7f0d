/* How many facts are kept: of an input while it is read, and of all inputs of a node. */
#include "facts_private.h"

gboolean galen_fact_is_decisive(const GalenFact *fact) {
  return (galen_fact_kind_rows[fact->kind].traits & GALEN_FACT_DECISIVE) != 0 ||
         (fact->kind == GALEN_FACT_DONOR_SELECTED && fact->value != NULL);
}

guint galen_fact_limit(const GalenJournalInput *input, gboolean decisive) {
  return decisive ? input->facts_max + input->facts_max / 2 : input->facts_max;
}

/* Leaves what a reader would have kept with the limit `max`. */
static void cut(GalenJournalInput *input, guint max) {
  guint kept = 0;
  input->facts_max = max;
  for (guint i = 0; i < input->facts->len; i++) {
    GalenFact *fact = g_ptr_array_index(input->facts, i);
    if (kept < galen_fact_limit(input, galen_fact_is_decisive(fact))) {
      input->facts->pdata[kept++] = fact;
      continue;
    }
    galen_fact_free(fact);
    input->folded++;
  }
  /* What is left behind `kept` was moved or freed. */
  for (guint i = kept; i < input->facts->len; i++)
    input->facts->pdata[i] = NULL;
  g_ptr_array_set_size(input->facts, (gint)kept);
}

static int compare_sizes(gconstpointer a, gconstpointer b) {
  guint x = *(const guint *)a, y = *(const guint *)b;
  return (x > y) - (x < y);
}

/* The most that each may have so that all together have GALEN_JOURNAL_FACTS_MAX. */
static guint share_of(const guint *sizes, guint n) {
  guint left = GALEN_JOURNAL_FACTS_MAX;
  for (guint i = 0; i < n; i++) {
    guint share = left / (n - i);
    if (sizes[i] > share)
      return share;
    left -= sizes[i];
  }
  return GALEN_JOURNAL_FACTS_MAX;
}

void galen_journal_limit(GalenJournal *self, const char *node) {
  g_autoptr(GArray) sizes = g_array_new(FALSE, FALSE, sizeof(guint));
  guint share = GALEN_JOURNAL_FACTS_MAX;
  for (guint i = 0; i < self->inputs->len; i++) {
    const GalenJournalInput *input = g_ptr_array_index(self->inputs, i);
    if (!g_str_equal(input->node, node))
      continue;
    share = MIN(share, input->facts_max); /* it only ever gets less: what was cut does not come back */
    g_array_append_val(sizes, input->facts->len);
  }
  g_array_sort(sizes, compare_sizes);
  share = MAX(MIN(share, share_of((const guint *)(gconstpointer)sizes->data, sizes->len)), GALEN_JOURNAL_FACTS_MIN);
  for (guint i = 0; i < self->inputs->len; i++) {
    GalenJournalInput *input = g_ptr_array_index(self->inputs, i);
    if (g_str_equal(input->node, node))
      cut(input, share);
  }
}
