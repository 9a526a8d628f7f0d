#include "advice.h"

#include "advice_tests.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>

#define FILE_NAME "query-advice.rules"
#define COMMON_FIGURES " calls "

/* Keys that every rule has and that are not thresholds, with where they go. */
static const struct {
  const char *key;
  gsize offset;
  gboolean figures; /* may name {figures} */
} texts[] = {
    {"title", G_STRUCT_OFFSET(GalenAdviceRule, title), TRUE},
    {"detail", G_STRUCT_OFFSET(GalenAdviceRule, detail), TRUE},
    {"meaning", G_STRUCT_OFFSET(GalenAdviceRule, meaning), FALSE},
    {"advice", G_STRUCT_OFFSET(GalenAdviceRule, advice), FALSE},
};

typedef struct {
  GalenAdviceRule rule;
  const GalenAdviceTest *test;
  double thresholds[GALEN_ADVICE_THRESHOLDS];
} Rule;

struct GalenAdviceRules {
  GPtrArray *rules; /* of Rule * */
};

/* ---- tests ---- */

static const GalenAdviceTest *find_in(const GalenAdviceTest *tests, guint n, const char *id) {
  for (guint i = 0; i < n; i++)
    if (g_str_equal(tests[i].id, id))
      return &tests[i];
  return NULL;
}

const GalenAdviceTest *galen_advice_test_find(const char *id) {
  const GalenAdviceTest *test = find_in(galen_advice_tests_access, galen_advice_n_tests_access, id);
  if (test == NULL)
    test = find_in(galen_advice_tests_text, galen_advice_n_tests_text, id);
  if (test == NULL)
    test = find_in(galen_advice_tests_cost, galen_advice_n_tests_cost, id);
  return test;
}

/* ---- {figures} ---- */

/* The name between the braces at the start of `text`, NULL when there is no closing one. */
static char *brace_name(const char *text) {
  const char *end = strchr(text, '}');
  return end != NULL ? g_strndup(text + 1, (gsize)(end - text) - 1) : NULL;
}

static gboolean check_figures(const GalenAdviceTest *test, const char *text, GError **error) {
  for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
    g_autofree char *name = brace_name(at);
    g_autofree char *word = g_strdup_printf(" %s ", name != NULL ? name : "");
    if (name != NULL && *name != '\0' && (strstr(test->figures, word) != NULL || strstr(COMMON_FIGURES, word) != NULL))
      continue;
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "“{%s” is none of the figures:%s%s",
                name != NULL ? name : at + 1, COMMON_FIGURES, test->figures);
    return FALSE;
  }
  return TRUE;
}

static char *fill_in(const char *text, GHashTable *figures) {
  GString *out = g_string_new(NULL);
  while (*text != '\0') {
    g_autofree char *name = *text == '{' ? brace_name(text) : NULL;
    const char *words = name != NULL ? g_hash_table_lookup(figures, name) : NULL;
    if (words != NULL) {
      g_string_append(out, words);
      text += strlen(name) + 2;
      continue;
    }
    g_string_append_c(out, *text++);
  }
  return g_string_free(out, FALSE);
}

/* ---- loading ---- */

static void rule_free(gpointer data) {
  Rule *self = data;
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(G_STRUCT_MEMBER(char *, &self->rule, texts[i].offset));
  g_free(self->rule.threshold);
  g_free(self);
}

static gboolean load_severity(Rule *self, GKeyFile *file, GError **error) {
  g_autofree char *word = g_key_file_get_string(file, self->test->id, "severity", error);
  if (word == NULL)
    return FALSE;
  for (GalenSeverity i = GALEN_SEVERITY_INFO; i <= GALEN_SEVERITY_CRITICAL; i++) {
    self->rule.severity = i;
    if (g_str_equal(word, galen_severity_word(i)))
      return TRUE;
  }
  g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "severity “%s” is not info, warning or critical",
              word);
  return FALSE;
}

static gboolean load_texts(Rule *self, GKeyFile *file, GError **error) {
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    char *text = g_key_file_get_string(file, self->test->id, texts[i].key, error);
    if (text == NULL)
      return FALSE;
    G_STRUCT_MEMBER(char *, &self->rule, texts[i].offset) = text;
    if (texts[i].figures && !check_figures(self->test, text, error)) {
      g_prefix_error(error, "%s: ", texts[i].key);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean load_thresholds(Rule *self, GKeyFile *file, GError **error) {
  GString *words = g_string_new(NULL);
  gboolean ok = TRUE;
  for (guint i = 0; ok && self->test->thresholds[i] != NULL; i++) {
    const char *key = self->test->thresholds[i];
    g_autofree char *text = g_key_file_get_string(file, self->test->id, key, error);
    char *end = NULL;
    double value = text != NULL ? g_ascii_strtod(text, &end) : -1;
    ok = text != NULL && end != text && *end == '\0' && isfinite(value) && value >= 0;
    if (!ok && text != NULL)
      g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s: “%s” is no number from 0 on", key,
                  text);
    self->thresholds[i] = value;
    g_string_append_printf(words, "%s%s = %s", i > 0 ? ", " : "", key, text != NULL ? text : "");
  }
  self->rule.threshold = g_string_free(words, FALSE);
  return ok;
}

static gboolean is_known_key(const GalenAdviceTest *test, const char *key) {
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    if (g_str_equal(key, texts[i].key))
      return TRUE;
  return g_str_equal(key, "severity") || g_strv_contains(test->thresholds, key);
}

static gboolean check_keys(const GalenAdviceTest *test, GKeyFile *file, GError **error) {
  g_auto(GStrv) keys = g_key_file_get_keys(file, test->id, NULL, error);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!is_known_key(test, keys[i])) {
      g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "unknown key “%s”", keys[i]);
      return FALSE;
    }
  return keys != NULL;
}

static Rule *load_rule(GKeyFile *file, const char *id, GError **error) {
  const GalenAdviceTest *test = galen_advice_test_find(id);
  if (test == NULL) {
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND, "there is no test for this rule");
    return NULL;
  }
  Rule *self = g_new0(Rule, 1);
  self->test = test;
  self->rule.id = test->id;
  if (check_keys(test, file, error) && load_severity(self, file, error) && load_texts(self, file, error) &&
      load_thresholds(self, file, error))
    return self;
  rule_free(self);
  return NULL;
}

static GKeyFile *load_file(const char *path, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  GStatBuf info;
  if (g_stat(path, &info) == 0 && (!S_ISREG(info.st_mode) || info.st_size > (goffset)GALEN_ADVICE_FILE_MAX)) {
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "%s: no regular file of at most %u bytes", path,
                GALEN_ADVICE_FILE_MAX);
    return NULL;
  }
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
    g_prefix_error(error, "%s: ", path);
    return NULL;
  }
  return g_steal_pointer(&file);
}

GalenAdviceRules *galen_advice_rules_load(const char *dir, GError **error) {
  g_autofree char *path = g_build_filename(dir, FILE_NAME, NULL);
  g_autoptr(GKeyFile) file = load_file(path, error);
  if (file == NULL)
    return NULL;
  g_autoptr(GalenAdviceRules) self = g_new0(GalenAdviceRules, 1);
  self->rules = g_ptr_array_new_with_free_func(rule_free);
  g_auto(GStrv) ids = g_key_file_get_groups(file, NULL);
  for (guint i = 0; ids[i] != NULL; i++) {
    Rule *rule = load_rule(file, ids[i], error);
    if (rule == NULL) {
      g_prefix_error(error, "%s: [%s] ", path, ids[i]);
      return NULL;
    }
    g_ptr_array_add(self->rules, rule);
  }
  return g_steal_pointer(&self);
}

void galen_advice_rules_free(GalenAdviceRules *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref(self->rules);
  g_free(self);
}

guint galen_advice_rules_size(const GalenAdviceRules *self) {
  return self->rules->len;
}

const GalenAdviceRule *galen_advice_rules_get(const GalenAdviceRules *self, guint index) {
  return &((const Rule *)g_ptr_array_index(self->rules, index))->rule;
}

const GalenAdviceRule *galen_advice_rules_find(const GalenAdviceRules *self, const char *id) {
  for (guint i = 0; i < self->rules->len; i++) {
    const GalenAdviceRule *rule = galen_advice_rules_get(self, i);
    if (g_str_equal(rule->id, id))
      return rule;
  }
  return NULL;
}

/* ---- asking ---- */

static GalenAdvice *apply(const Rule *self, GalenAdviceCase *subject) {
  subject->threshold = self->thresholds;
  g_hash_table_remove_all(subject->figures);
  galen_advice_set_count(subject, "calls", (double)subject->totals->count);
  if (!self->test->test(subject))
    return NULL;
  GalenAdvice *advice = g_new0(GalenAdvice, 1);
  advice->id = self->rule.id;
  advice->severity = self->rule.severity;
  advice->title = fill_in(self->rule.title, subject->figures);
  advice->detail = fill_in(self->rule.detail, subject->figures);
  advice->advice = g_strdup(self->rule.advice);
  return advice;
}

GPtrArray *galen_advice_for_class(const GalenAdviceRules *self, const GalenClass *klass, const GalenTotals *all) {
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)galen_advice_free);
  g_autoptr(GHashTable) figures = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  GalenAdviceCase subject = {.klass = klass, .totals = &klass->totals, .all = all, .figures = figures};
  for (int severity = GALEN_SEVERITY_CRITICAL; severity >= GALEN_SEVERITY_INFO; severity--)
    for (guint i = 0; i < self->rules->len; i++) {
      const Rule *rule = g_ptr_array_index(self->rules, i);
      GalenAdvice *advice = (int)rule->rule.severity == severity ? apply(rule, &subject) : NULL;
      if (advice != NULL)
        g_ptr_array_add(list, advice);
    }
  return list;
}
