/* Reads one file of rules: from groups of keys to rules. */
#include "log_rules_private.h"
#include "log_rules_text.h"

#include "../cluster/facts.h"
#include "../cluster/incident.h"

#include <glib/gstdio.h>

typedef struct {
  const GalenRuleText *text;
  const char *origin;
  const GalenRuleGroup *group; /* that is read */
} Reader;

static const char *const level_words[] = {"none", "system", "error", "warning", "note"}; /* by GalenLevel */
static const char *const block_words[] = {"line",      "crash", "assertion",   "deadlock", "monitor", "semaphore",
                                          "page-dump", "view",  "server-view", "quorum",   "votes",   "sst-failure"};
static const char *const severity_words[] = {"info", "warning", "critical"};

static const char *const known_keys[] = {
    "code",     "also-code", "subsystem", "level",    "block",    "starts",   "contains", "lacks",   "regex",
    "severity", "title",     "cause",     "advice",   "group",    "fact",     "incident", "example", "example2",
    "example3", "example4",  "example5",  "example6", "example7", "example8", "example9", NULL};

void galen_log_rule_full_free(gpointer rule) {
  GalenLogRuleFull *self = rule;
  GalenLogLiterals *literals[] = {&self->starts, &self->contains, &self->lacks};
  for (guint i = 0; i < G_N_ELEMENTS(literals); i++) {
    for (guint j = 0; j < literals[i]->n; j++)
      g_free((char *)literals[i]->items[j].data);
    g_free((gpointer)literals[i]->items);
  }
  g_free((gpointer)self->codes.items);
  g_free((gpointer)self->also_codes.items);
  g_free((char *)self->subsystem);
  g_free((gpointer)self->rare);
  g_free((char *)self->pattern);
  g_free((char *)self->rule.id);
  g_free((char *)self->rule.title);
  g_free((char *)self->rule.cause);
  g_free((char *)self->rule.advice);
  g_free((char *)self->rule.fact);
  g_free((char *)self->rule.incident);
  g_free((char *)self->rule.origin);
  g_strfreev((GStrv)self->rule.groups);
  g_strfreev((GStrv)self->rule.examples);
  g_free((gpointer)self->example_lines);
  g_free(self);
}

/* ---- complaints ---- */

static const GalenRuleKey *find(const Reader *self, const char *key) {
  return galen_rule_text_find(self->text, self->group, key);
}

/* Where a key of the present rule stands, else the rule. */
static guint line_of(const Reader *self, const char *key) {
  const GalenRuleKey *entry = key != NULL ? find(self, key) : NULL;
  return entry != NULL ? entry->line : self->group->line;
}

G_GNUC_PRINTF(4, 5)
static gboolean refuse(const Reader *self, const char *key, GError **error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *why = g_strdup_vprintf(format, args);
  va_end(args);
  guint line = line_of(self, key);
  g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s:%u: [%s] %s%s%s", self->origin, line,
              self->group->id, key != NULL ? key : "", key != NULL ? ": " : "", why);
  return FALSE;
}

/* ---- values ---- */

/* The words of a list that is there; NULL: refused. */
static GStrv list(const Reader *self, const char *key, GError **error) {
  g_autoptr(GError) why = NULL;
  g_auto(GStrv) words = galen_rule_key_list(find(self, key), &why);
  gsize n = words != NULL ? g_strv_length(words) : 0;
  if (words == NULL || n == 0 || n > GALEN_LOG_RULE_LITERALS_MAX) {
    refuse(self, key, error, "%s", why != NULL ? why->message : n == 0 ? "nothing is given" : "more than 64 values");
    return NULL;
  }
  for (gsize i = 0; i < n; i++)
    if (*words[i] == '\0' || strlen(words[i]) > GALEN_LOG_RULE_LITERAL_MAX) {
      refuse(self, key, error, *words[i] == '\0' ? "an empty value" : "a value of more than %u bytes",
             GALEN_LOG_RULE_LITERAL_MAX);
      return NULL;
    }
  return g_steal_pointer(&words);
}

/* `needed`: a text; else it may be left out. */
static gboolean read_text(const Reader *self, const char *key, gboolean needed, const char **ret_text, GError **error) {
  g_autoptr(GError) why = NULL;
  const GalenRuleKey *entry = find(self, key);
  if (entry == NULL)
    return !needed || refuse(self, NULL, error, "“%s” is missing", key);
  g_autofree char *text = galen_rule_key_string(entry, &why);
  if (text == NULL)
    return refuse(self, key, error, "%s", why->message);
  g_strstrip(text);
  if (*text == '\0' || strlen(text) > GALEN_LOG_RULE_TEXT_MAX)
    return refuse(self, key, error, *text == '\0' ? "is empty" : "more than %u bytes", GALEN_LOG_RULE_TEXT_MAX);
  *ret_text = g_steal_pointer(&text);
  return TRUE;
}

/* Numbers, or "MY-010119". */
static gboolean read_codes(const Reader *self, const char *key, GalenLogCodes *ret_codes, GError **error) {
  if (find(self, key) == NULL)
    return TRUE;
  g_auto(GStrv) words = list(self, key, error);
  if (words == NULL)
    return FALSE;
  guint32 *codes = g_new(guint32, g_strv_length(words));
  ret_codes->items = codes;
  for (guint i = 0; words[i] != NULL; i++) {
    const char *digits = g_str_has_prefix(words[i], "MY-") ? words[i] + 3 : words[i];
    guint64 value = 0;
    if (!g_ascii_string_to_unsigned(digits, 10, 1, 999999, &value, NULL))
      return refuse(self, key, error, "“%s” is no number of a message", words[i]);
    codes[ret_codes->n++] = (guint32)value;
  }
  return TRUE;
}

static gboolean read_literals(const Reader *self, const char *key, GalenLogLiterals *ret_literals, GError **error) {
  if (find(self, key) == NULL)
    return TRUE;
  g_auto(GStrv) words = list(self, key, error);
  if (words == NULL)
    return FALSE;
  GalenSlice *literals = g_new(GalenSlice, g_strv_length(words));
  ret_literals->items = literals;
  for (guint i = 0; words[i] != NULL; i++)
    literals[ret_literals->n++] = galen_slice(g_strdup(words[i]), strlen(words[i]));
  return TRUE;
}

static gboolean read_mask(const Reader *self, const char *key, const char *const *words, guint n_words, guint *ret_mask,
                          GError **error) {
  if (find(self, key) == NULL)
    return TRUE;
  g_auto(GStrv) given = list(self, key, error);
  if (given == NULL)
    return FALSE;
  for (guint i = 0; given[i] != NULL; i++) {
    guint at = 0;
    while (at < n_words && !g_str_equal(words[at], given[i]))
      at++;
    if (at == n_words)
      return refuse(self, key, error, "“%s” is not known", given[i]);
    *ret_mask |= 1u << at;
  }
  return TRUE;
}

static gboolean read_severity(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  const char *word = NULL;
  if (!read_text(self, "severity", TRUE, &word, error))
    return FALSE;
  g_autofree char *owned = (char *)word;
  for (guint i = 0; i < G_N_ELEMENTS(severity_words); i++)
    if (g_str_equal(owned, severity_words[i])) {
      rule->rule.severity = (GalenSeverity)i;
      return TRUE;
    }
  return refuse(self, "severity", error, "“%s” is not info, warning or critical", owned);
}

/* Taken as written: backslashes are the regex's own. */
static gboolean read_regex(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  const GalenRuleKey *entry = find(self, "regex");
  if (entry == NULL)
    return TRUE;
  gsize len = entry->value.len;
  if (len == 0 || len > GALEN_LOG_RULE_REGEX_MAX)
    return refuse(self, "regex", error, len == 0 ? "is empty" : "more than %u bytes", GALEN_LOG_RULE_REGEX_MAX);
  rule->pattern = g_strndup(entry->value.data, len);
  return TRUE;
}

static gboolean number_groups(const Reader *self, GalenLogRuleFull *rule, const pcre2_code *code, GStrv names,
                              GError **error) {
  if (g_strv_length(names) > GALEN_LOG_RULE_GROUPS_MAX)
    return refuse(self, "group", error, "more than %u names", GALEN_LOG_RULE_GROUPS_MAX);
  for (guint i = 0; names[i] != NULL; i++) {
    int number = code != NULL ? pcre2_substring_number_from_name(code, (PCRE2_SPTR)names[i]) : -1;
    if (number < 0 || number >= (int)GALEN_LOG_RULE_CAPTURES)
      return refuse(self, "group", error, "the regex has no capture “%s”", names[i]);
    rule->group_numbers[i] = (guint8)number;
  }
  return TRUE;
}

static gboolean read_groups(const Reader *self, GalenLogRuleFull *rule, const pcre2_code *code, GError **error) {
  if (find(self, "group") == NULL)
    return TRUE;
  g_auto(GStrv) names = list(self, "group", error);
  if (names == NULL || !number_groups(self, rule, code, names, error))
    return FALSE;
  rule->rule.groups = (const char *const *)g_steal_pointer(&names);
  return TRUE;
}

/* It is compiled again when it is needed; here it is seen whether it can be. */
static gboolean check_regex(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  if (rule->pattern == NULL)
    return read_groups(self, rule, NULL, error);
  int number = 0;
  gsize at = 0;
  pcre2_code *code = galen_log_regex_compile(rule->pattern, &number, &at);
  if (code == NULL) {
    PCRE2_UCHAR why[128];
    pcre2_get_error_message(number, why, sizeof why);
    return refuse(self, "regex", error, "%s at byte %zu of “%s”", (const char *)why, at, rule->pattern);
  }
  gboolean good = read_groups(self, rule, code, error);
  pcre2_code_free(code);
  return good;
}

static gboolean read_words(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  if (!read_text(self, "fact", FALSE, &rule->rule.fact, error) ||
      !read_text(self, "incident", FALSE, &rule->rule.incident, error))
    return FALSE;
  if (rule->rule.fact != NULL && galen_fact_kind(rule->rule.fact) == GALEN_FACT_NONE)
    return refuse(self, "fact", error, "“%s” is no fact", rule->rule.fact);
  if (rule->rule.incident != NULL && galen_incident_kind(rule->rule.incident) == GALEN_N_INCIDENTS)
    return refuse(self, "incident", error, "“%s” is no kind of incident", rule->rule.incident);
  return TRUE;
}

static gboolean read_examples(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  g_autoptr(GStrvBuilder) found = g_strv_builder_new();
  guint *lines = NULL, n = 0;
  for (guint i = 0; known_keys[i] != NULL; i++) {
    const char *text = NULL;
    if (!g_str_has_prefix(known_keys[i], "example") || find(self, known_keys[i]) == NULL)
      continue;
    if (!read_text(self, known_keys[i], TRUE, &text, error))
      return FALSE;
    g_strv_builder_add(found, text);
    g_free((char *)text);
    lines = g_renew(guint, lines, n + 1);
    lines[n++] = line_of(self, known_keys[i]);
    rule->example_lines = lines;
  }
  rule->rule.examples = n > 0 ? (const char *const *)g_strv_builder_end(found) : NULL;
  return TRUE;
}

/* ---- rules ---- */

static gboolean check_id(const Reader *self, GHashTable *ids, GError **error) {
  const char *id = self->group->id;
  gsize len = strlen(id);
  if (len == 0 || len > GALEN_LOG_RULE_ID_MAX || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
    return refuse(self, NULL, error, "an id has 1 to %u of the characters a-z, 0-9 and '-'", GALEN_LOG_RULE_ID_MAX);
  const GalenLogRuleFull *before = g_hash_table_lookup(ids, id);
  return before == NULL || refuse(self, NULL, error, "%s has a rule of this id", before->rule.origin);
}

static gboolean read_conditions(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  const char *subsystem = NULL;
  gboolean ok =
      read_codes(self, "code", &rule->codes, error) && read_codes(self, "also-code", &rule->also_codes, error) &&
      read_mask(self, "level", level_words, G_N_ELEMENTS(level_words), &rule->levels, error) &&
      read_mask(self, "block", block_words, G_N_ELEMENTS(block_words), &rule->blocks, error) &&
      read_literals(self, "starts", &rule->starts, error) && read_literals(self, "contains", &rule->contains, error) &&
      read_literals(self, "lacks", &rule->lacks, error) && read_regex(self, rule, error) &&
      read_text(self, "subsystem", FALSE, &subsystem, error);
  rule->subsystem = subsystem;
  if (ok && rule->codes.n == 0 && rule->starts.n == 0 && rule->contains.n == 0 && rule->blocks == 0)
    return refuse(self, NULL, error, "none of code, starts, contains, block is given");
  return ok;
}

static gboolean read_rule(const Reader *self, GalenLogRuleFull *rule, GError **error) {
  rule->rule.id = g_strdup(self->group->id);
  rule->rule.origin = g_strdup(self->origin);
  return read_conditions(self, rule, error) && read_severity(self, rule, error) &&
         read_text(self, "title", TRUE, &rule->rule.title, error) &&
         read_text(self, "cause", TRUE, &rule->rule.cause, error) &&
         read_text(self, "advice", TRUE, &rule->rule.advice, error) && check_regex(self, rule, error) &&
         read_words(self, rule, error) && read_examples(self, rule, error);
}

static gboolean read_rules(Reader *self, gboolean own, GPtrArray *rules, GHashTable *ids, GError **error) {
  for (guint i = 0; i < self->text->groups->len; i++) {
    self->group = &g_array_index(self->text->groups, GalenRuleGroup, i);
    if (rules->len >= GALEN_LOG_RULES_MAX)
      return refuse(self, NULL, error, "more than %u rules", GALEN_LOG_RULES_MAX);
    if (!check_id(self, ids, error))
      return FALSE;
    GalenLogRuleFull *rule = g_new0(GalenLogRuleFull, 1);
    rule->own = own;
    g_ptr_array_add(rules, rule);
    if (!read_rule(self, rule, error))
      return FALSE;
    g_hash_table_insert(ids, (gpointer)rule->rule.id, rule);
  }
  return TRUE;
}

gboolean galen_log_rules_parse(const char *text, gsize len, const char *origin, gboolean own, GPtrArray *rules,
                               GHashTable *ids, GError **error) {
  if (len > GALEN_LOG_RULES_FILE_MAX) {
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "%s: more than %u bytes", origin,
                GALEN_LOG_RULES_FILE_MAX);
    return FALSE;
  }
  g_auto(GalenRuleText) lines = {0};
  Reader reader = {.text = &lines, .origin = origin};
  return galen_rule_text_init(&lines, text, len, origin, known_keys, error) &&
         read_rules(&reader, own, rules, ids, error);
}

gboolean galen_log_rules_read(const char *path, gboolean own, GPtrArray *rules, GHashTable *ids, GError **error) {
  g_autofree char *text = NULL;
  gsize len = 0;
  GStatBuf info;
  /* A pipe or device could go on for ever. */
  if (g_stat(path, &info) == 0 && (!S_ISREG(info.st_mode) || info.st_size > (goffset)GALEN_LOG_RULES_FILE_MAX)) {
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "%s: no regular file of at most %u bytes", path,
                GALEN_LOG_RULES_FILE_MAX);
    return FALSE;
  }
  if (!g_file_get_contents(path, &text, &len, error))
    return FALSE;
  return galen_log_rules_parse(text, len, path, own, rules, ids, error);
}
