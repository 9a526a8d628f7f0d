#include "log_rules_private.h"

#define REGEX_OPTIONS (PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY)

const GalenLogRulesBuiltIn *galen_log_rules_built_in;

static int by_name(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* error-*.rules of the folder, by name. */
static GPtrArray *list_files(const char *folder, GError **error) {
  g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
  if (dir == NULL)
    return NULL;
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_prefix(name, "error-") && g_str_has_suffix(name, ".rules"))
      g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
  g_ptr_array_sort(paths, by_name);
  return paths;
}

static gboolean read_folder(GalenLogRules *self, const char *folder, GError **error) {
  g_autoptr(GPtrArray) paths = list_files(folder, error);
  if (paths == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++)
    if (!galen_log_rules_read(g_ptr_array_index(paths, i), FALSE, self->rules, self->ids, error))
      return FALSE;
  return TRUE;
}

static GalenLogRules *rules_new(GDestroyNotify free_rule) {
  GalenLogRules *self = g_new0(GalenLogRules, 1);
  self->rules = g_ptr_array_new_with_free_func(free_rule);
  self->ids = g_hash_table_new(g_str_hash, g_str_equal);
  return self;
}

void galen_log_rules_finish(GalenLogRules *self) {
  for (guint i = 0; i < self->rules->len; i++)
    ((GalenLogRuleFull *)g_ptr_array_index(self->rules, i))->rule.index = i;
  self->regexes = g_new0(GalenLogRegex, self->rules->len);
  galen_log_index_init(&self->own, self->rules, TRUE);
  galen_log_index_init(&self->read_index, self->rules, FALSE);
  self->built_in = &self->read_index;
}

static gboolean read_all(GalenLogRules *self, const char *folder, const char *const *own, GError **error) {
  for (guint i = 0; own != NULL && own[i] != NULL; i++)
    if (!galen_log_rules_read(own[i], TRUE, self->rules, self->ids, error))
      return FALSE;
  if (!read_folder(self, folder, error))
    return FALSE;
  galen_log_rules_finish(self);
  return TRUE;
}

GalenLogRules *galen_log_rules_load(const char *folder, const char *const *own, GError **error) {
  g_autoptr(GalenLogRules) self = rules_new(galen_log_rule_full_free);
  if (!read_all(self, folder, own, error) || !galen_log_rules_check_own(self, error))
    return NULL;
  return g_steal_pointer(&self);
}

GalenLogRules *galen_log_rules_own(void) {
  const GalenLogRulesBuiltIn *from = galen_log_rules_built_in;
  if (from == NULL)
    return NULL;
  GalenLogRules *self = rules_new(NULL);
  for (guint i = 0; i < from->n; i++) {
    g_ptr_array_add(self->rules, (gpointer)&from->rules[i]);
    g_hash_table_insert(self->ids, (gpointer)from->rules[i].rule.id, (gpointer)&from->rules[i]);
  }
  self->regexes = g_new0(GalenLogRegex, from->n);
  self->built_in = from->index;
  return self;
}

pcre2_code *galen_log_regex_compile(const char *pattern, int *ret_code, gsize *ret_at) {
  return pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern), REGEX_OPTIONS, ret_code, ret_at, NULL);
}

const GalenLogRegex *galen_log_rules_regex(const GalenLogRules *rules, const GalenLogRuleFull *rule) {
  GalenLogRegex *self = &rules->regexes[rule->rule.index];
  if (g_once_init_enter(&self->made)) {
    int code = 0;
    gsize at = 0;
    self->code = galen_log_regex_compile(rule->pattern, &code, &at);
    self->jit = self->code != NULL && pcre2_jit_compile(self->code, PCRE2_JIT_COMPLETE) == 0;
    g_once_init_leave(&self->made, TRUE);
  }
  return self;
}

void galen_log_rules_free(GalenLogRules *self) {
  if (self == NULL)
    return;
  galen_log_index_clear(&self->own);
  galen_log_index_clear(&self->read_index);
  for (guint i = 0; self->regexes != NULL && i < self->rules->len; i++)
    pcre2_code_free(self->regexes[i].code);
  g_free(self->regexes);
  g_hash_table_unref(self->ids);
  g_ptr_array_unref(self->rules);
  g_free(self);
}

guint galen_log_rules_size(const GalenLogRules *self) {
  return self->rules->len;
}

const GalenLogRule *galen_log_rules_get(const GalenLogRules *self, guint index) {
  return &((const GalenLogRuleFull *)g_ptr_array_index(self->rules, index))->rule;
}

const GalenLogRule *galen_log_rules_find(const GalenLogRules *self, const char *id) {
  const GalenLogRuleFull *full = g_hash_table_lookup(self->ids, id);
  return full != NULL ? &full->rule : NULL;
}
