/* Rules of error logs and their index as constants: analyzer/rules/log_rules_private.h. */
#include "bake.h"

#include "analyzer/rules/log_rules_private.h"

/* The C of an array's address, or "NULL"; the array is what `items` holds. Caller frees. */
static char *array_of(GalenBake *self, const char *type, GString *items) {
  char *name = items->len > 0 ? g_strdup_printf("r%u", self->n++) : g_strdup("NULL");
  if (items->len > 0)
    galen_bake_put(self, "static const %s %s[] = {%s};\n", type, name, items->str);
  g_string_free(items, TRUE);
  return name;
}

static char *numbers_of(GalenBake *self, const guint32 *numbers, guint n) {
  GString *items = g_string_new(NULL);
  for (guint i = 0; i < n; i++)
    g_string_append_printf(items, "%u, ", numbers[i]);
  return array_of(self, "guint32", items);
}

static char *codes_of(GalenBake *self, const GalenLogCodes *codes) {
  g_autofree char *items = numbers_of(self, codes->items, codes->n);
  return g_strdup_printf("{%s, %u}", items, codes->n);
}

static char *literals_of(GalenBake *self, const GalenLogLiterals *literals) {
  GString *items = g_string_new(NULL);
  for (guint i = 0; i < literals->n; i++)
    g_string_append_printf(items, "{%s, %zu}, ", galen_bake_name(self, literals->items[i].data).c,
                           literals->items[i].len);
  g_autofree char *array = array_of(self, "GalenSlice", items);
  return g_strdup_printf("{%s, %u}", array, literals->n);
}

static char *bytes_of(GalenBake *self, const guint8 *bytes, guint n) {
  GString *items = g_string_new(NULL);
  for (guint i = 0; i < n; i++)
    g_string_append_printf(items, "%u, ", bytes[i]);
  return array_of(self, "guint8", items);
}

/* NULL-terminated. */
static char *texts_of(GalenBake *self, const char *const *texts) {
  GString *items = g_string_new(NULL);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    g_string_append_printf(items, "%s, ", galen_bake_name(self, texts[i]).c);
  if (items->len > 0)
    g_string_append(items, "NULL");
  return array_of(self, "char *const", items);
}

static void put_rule(GalenBake *self, GString *rules, const GalenLogRuleFull *full) {
  const GalenLogRule *rule = &full->rule;
  g_autofree char *codes = codes_of(self, &full->codes), *also = codes_of(self, &full->also_codes);
  g_autofree char *starts = literals_of(self, &full->starts), *contains = literals_of(self, &full->contains);
  g_autofree char *lacks = literals_of(self, &full->lacks), *rare = bytes_of(self, full->rare, full->contains.n);
  g_autofree char *groups = texts_of(self, rule->groups), *examples = texts_of(self, rule->examples);
  g_string_append_printf(
      rules,
      "  {.rule = {.id = %s, .severity = (GalenSeverity)%d, .title = %s, .cause = %s, .advice = %s, .fact = %s, "
      ".incident = %s, .groups = %s, .examples = %s, .origin = %s, .index = %u}, ",
      galen_bake_name(self, rule->id).c, rule->severity, galen_bake_name(self, rule->title).c,
      galen_bake_name(self, rule->cause).c, galen_bake_name(self, rule->advice).c, galen_bake_name(self, rule->fact).c,
      galen_bake_name(self, rule->incident).c, groups, examples, galen_bake_name(self, rule->origin).c, rule->index);
  g_string_append_printf(rules,
                         ".codes = %s, .also_codes = %s, .subsystem = %s, .levels = %u, .blocks = %u, .starts = %s, "
                         ".contains = %s, .lacks = %s, .rare = %s, .pattern = %s, .group_numbers = {",
                         codes, also, galen_bake_name(self, full->subsystem).c, full->levels, full->blocks, starts,
                         contains, lacks, rare, galen_bake_name(self, full->pattern).c);
  for (guint i = 0; i < G_N_ELEMENTS(full->group_numbers); i++)
    g_string_append_printf(rules, "%u, ", full->group_numbers[i]);
  g_string_append(rules, "}},\n");
}

/* ---- the index ---- */

static char *table_of(GalenBake *self, const GalenLogTable *table) {
  GString *entries = g_string_new(NULL), *slots = g_string_new(NULL);
  for (guint i = 0; i < table->n; i++) {
    const GalenLogEntry *entry = &table->entries[i];
    g_string_append_printf(entries, "\n  {G_GUINT64_CONSTANT(%" G_GUINT64_FORMAT "), &rules[%u], %s, %u, %u, %d},",
                           entry->key, entry->rule->rule.index, galen_bake_name(self, entry->literal).c, entry->len,
                           entry->offset, entry->last);
  }
  gsize n = table->n > 0 ? (gsize)1 << (64 - table->shift) : 0;
  for (gsize i = 0; i < n; i++)
    if (table->slots[i].n > 0)
      g_string_append_printf(slots, "\n  [%zu] = {G_GUINT64_CONSTANT(%" G_GUINT64_FORMAT "), %u, %u},", i,
                             table->slots[i].key, table->slots[i].first, table->slots[i].n);
  /* The array is as long as its last slot that is named. */
  if (n > 0 && table->slots[n - 1].n == 0)
    g_string_append_printf(slots, "\n  [%zu] = {0, 0, 0},", n - 1);
  g_autofree char *entries_name = array_of(self, "GalenLogEntry", entries);
  g_autofree char *slots_name = array_of(self, "GalenLogSlot", slots);
  return g_strdup_printf("{%s, %u, %s, %u}", entries_name, table->n, slots_name, table->shift);
}

static char *list_of(GalenBake *self, const GalenLogRuleList *list) {
  GString *items = g_string_new(NULL);
  for (guint i = 0; i < list->n; i++)
    g_string_append_printf(items, "&rules[%u], ", list->items[i]->rule.index);
  g_autofree char *array = array_of(self, "GalenLogRuleFull *const", items);
  return g_strdup_printf("{%s, %u}", array, list->n);
}

static void put_index(GalenBake *self, const GalenLogIndex *index) {
  g_autofree char *codes = table_of(self, &index->codes), *grams = table_of(self, &index->grams);
  g_autofree char *slow = list_of(self, &index->slow);
  g_autoptr(GString) rest = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(index->starts); i++) {
    g_autofree char *table = table_of(self, &index->starts[i]);
    g_string_append_printf(rest, "  .starts[%u] = %s,\n", i, table);
  }
  for (guint i = 0; i < G_N_ELEMENTS(index->blocks); i++) {
    g_autofree char *list = list_of(self, &index->blocks[i]);
    g_string_append_printf(rest, "  .blocks[%u] = %s,\n", i, list);
  }
  galen_bake_put(self, "static const GalenLogIndex log_index = {\n  .codes = %s,\n  .grams = %s,\n  .slow = %s,\n%s",
                 codes, grams, slow, rest->str);
  galen_bake_put(self, "  .n = %u,\n  .filter = {", index->n);
  for (guint i = 0; i < G_N_ELEMENTS(index->filter); i++)
    galen_bake_put(self, "G_GUINT64_CONSTANT(%" G_GUINT64_FORMAT "), ", index->filter[i]);
  galen_bake_put(self, "}};\n");
}

gboolean galen_bake_log_rules(GalenBake *self, const char *folder, GError **error) {
  g_autoptr(GalenLogRules) read = galen_log_rules_load(folder, NULL, error);
  if (read == NULL)
    return FALSE;
  g_autoptr(GString) rules = g_string_new(NULL);
  guint n = read->rules->len;
  galen_bake_put(self, "static const GalenLogRuleFull rules[%u];\n", n);
  for (guint i = 0; i < n; i++)
    put_rule(self, rules, g_ptr_array_index(read->rules, i));
  galen_bake_put(self, "static const GalenLogRuleFull rules[%u] = {\n%s};\n", n, rules->str);
  put_index(self, read->built_in);
  galen_bake_put(self, "static const GalenLogRulesBuiltIn log_rules = {rules, %u, &log_index};\n", n);
  return TRUE;
}
