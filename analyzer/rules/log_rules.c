#include "log_rules_private.h"

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

static GalenLogRules *rules_new(const char *folder) {
  GalenLogRules *self = g_new0(GalenLogRules, 1);
  self->folder = g_strdup(folder);
  self->rules = g_ptr_array_new_with_free_func(galen_log_rule_full_free);
  self->ids = g_hash_table_new(g_str_hash, g_str_equal);
  return self;
}

static gboolean read_all(GalenLogRules *self, const char *const *own, GError **error) {
  for (guint i = 0; own != NULL && own[i] != NULL; i++)
    if (!galen_log_rules_read(own[i], TRUE, self->rules, self->ids, error))
      return FALSE;
  if (!read_folder(self, self->folder, error))
    return FALSE;
  for (guint i = 0; i < self->rules->len; i++)
    ((GalenLogRuleFull *)g_ptr_array_index(self->rules, i))->rule.index = i;
  galen_log_index_init(&self->own, self->rules, TRUE);
  galen_log_index_init(&self->built_in, self->rules, FALSE);
  return TRUE;
}

GalenLogRules *galen_log_rules_load(const char *folder, const char *const *own, GError **error) {
  g_autoptr(GalenLogRules) self = rules_new(folder);
  self->read = TRUE;
  if (!read_all(self, own, error) || !galen_log_rules_check_own(self, error))
    return NULL;
  return g_steal_pointer(&self);
}

GalenLogRules *galen_log_rules_later(const char *folder) {
  return rules_new(folder);
}

void galen_log_rules_need(const GalenLogRules *rules) {
  GalenLogRules *self = (GalenLogRules *)rules;
  if (!g_once_init_enter(&self->read))
    return;
  (void)read_all(self, NULL, &self->error);
  g_once_init_leave(&self->read, TRUE);
}

const GError *galen_log_rules_error(const GalenLogRules *self) {
  return self->error;
}

void galen_log_rules_free(GalenLogRules *self) {
  if (self == NULL)
    return;
  galen_log_index_clear(&self->own);
  galen_log_index_clear(&self->built_in);
  g_hash_table_unref(self->ids);
  g_ptr_array_unref(self->rules);
  g_clear_error(&self->error);
  g_free(self->folder);
  g_free(self);
}

guint galen_log_rules_size(const GalenLogRules *self) {
  galen_log_rules_need(self);
  return self->rules->len;
}

const GalenLogRule *galen_log_rules_get(const GalenLogRules *self, guint index) {
  galen_log_rules_need(self);
  return &((const GalenLogRuleFull *)g_ptr_array_index(self->rules, index))->rule;
}

const GalenLogRule *galen_log_rules_find(const GalenLogRules *self, const char *id) {
  galen_log_rules_need(self);
  const GalenLogRuleFull *full = g_hash_table_lookup(self->ids, id);
  return full != NULL ? &full->rule : NULL;
}
