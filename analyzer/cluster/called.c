/* What users call a node: the name in its logs, an alias, an address, or the folder or file of one of its inputs. */
#include "history_private.h"

#include <string.h>

static gboolean has_address(const GalenNode *node, const char *name) {
  g_autofree char *host = galen_address_host(name);
  return galen_list_has(node->addresses, name) || (host != NULL && galen_list_has(node->addresses, host));
}

static gboolean has_label(const GalenHistory *self, const GalenNode *node, const char *name) {
  for (guint i = 0; i < node->inputs->len; i++)
    if (g_str_equal(GALEN_JOURNAL_INPUT(self->journal, g_array_index(node->inputs, guint, i))->node, name))
      return TRUE;
  return FALSE;
}

gboolean galen_history_is_called(const GalenHistory *self, const GalenNode *node, const char *name) {
  if (g_str_equal(node->name, name))
    return TRUE;
  for (guint i = 0; i < self->nodes->len; i++)
    if (g_str_equal(GALEN_NODE(self, i)->name, name))
      return FALSE; /* another one's own name */
  return galen_list_has(node->aliases, name) || has_address(node, name) || has_label(self, node, name);
}

gpointer galen_history_given(const GalenHistory *self, const GalenNode *node, GHashTable *given) {
  gpointer value = g_hash_table_lookup(given, node->name);
  if (value != NULL)
    return value;
  g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(given), (GCompareFunc)g_strcmp0);
  for (const GList *name = names; name != NULL && value == NULL; name = name->next)
    if (galen_history_is_called(self, node, name->data))
      value = g_hash_table_lookup(given, name->data);
  return value;
}
