/* galen explain: what a rule, finding or column means, and what to do. */
#include "commands.h"

#include "../data_dir.h"
#include "../findings/advice.h"
#include "../findings/terms.h"
#include "../rules/log_rules.h"

#include <stdio.h>

typedef struct {
  GalenAdviceRules *rules;
  GalenTerms *terms;
  GalenLogRules *log_rules;
} Book;

static void print_rule(const GalenAdviceRule *rule) {
  g_print("%s (query advice)\n\n  %s\n\nWhat it means\n  %s\n\nWhat to do\n  %s\n\nThreshold\n  %s\n", rule->id,
          rule->title, rule->meaning, rule->advice, rule->threshold);
}

static void print_log_rule(const GalenLogRule *rule) {
  g_print("%s (error log, %s)\n\n  %s\n\nWhat it means\n  %s\n\nWhat to do\n  %s\n", rule->id,
          galen_severity_word(rule->severity), rule->title, rule->cause, rule->advice);
  for (guint i = 0; rule->examples != NULL && rule->examples[i] != NULL; i++)
    g_print("%s  %s\n", i == 0 ? "\nFor example\n" : "", rule->examples[i]);
}

static void print_term(const GalenTerm *term) {
  g_print("%s (%s)\n\n  %s\n\nWhat it means\n  %s\n", term->id, term->kind, term->title, term->meaning);
  if (term->advice != NULL)
    g_print("\nWhat to do\n  %s\n", term->advice);
}

static void list_all(const Book *book) {
  g_print("Query advice\n");
  for (guint i = 0; i < galen_advice_rules_size(book->rules); i++) {
    const GalenAdviceRule *rule = galen_advice_rules_get(book->rules, i);
    g_print("  %-24s %s\n", rule->id, rule->title);
  }
  const char *file = NULL;
  for (guint i = 0; i < galen_log_rules_size(book->log_rules); i++) {
    const GalenLogRule *rule = galen_log_rules_get(book->log_rules, i);
    if (g_strcmp0(file, rule->origin) != 0)
      g_print("\nMessages of error logs (%s)\n", rule->origin);
    file = rule->origin;
    g_print("  %-24s %s\n", rule->id, rule->title);
  }
  const char *kind = NULL;
  for (guint i = 0; i < galen_terms_size(book->terms); i++) {
    const GalenTerm *term = galen_terms_get(book->terms, i);
    if (g_strcmp0(kind, term->kind) != 0)
      g_print("\n%c%ss\n", g_ascii_toupper(term->kind[0]), term->kind + 1);
    kind = term->kind;
    g_print("  %-24s %s\n", term->id, term->title);
  }
}

/* Incidents' ids are their kind and so many hex digits: "split-brain-04b1c09e7d". */
#define INCIDENT_DIGITS 10u

static gsize kind_length(const char *id) {
  gsize len = strlen(id), kind = len;
  while (kind > 0 && g_ascii_isxdigit(id[kind - 1]) && !g_ascii_isupper(id[kind - 1]))
    kind--;
  return len - kind >= INCIDENT_DIGITS && kind > 1 && id[kind - 1] == '-' ? kind - 1 : len;
}

/* "advice:full-scan:9A3F…", "error:too-many-connections:4C…" and "coverage-gap:node1" are findings' ids: their rule is in them. */
static char *rule_of(const char *id) {
  g_auto(GStrv) parts = g_strsplit(id, ":", 3);
  if (parts[0] == NULL)
    return g_strdup("");
  gboolean second = (g_str_equal(parts[0], "advice") || g_str_equal(parts[0], "error")) && parts[1] != NULL;
  const char *name = second ? parts[1] : parts[0];
  return g_strndup(name, kind_length(name));
}

static gboolean explain_one(const Book *book, const char *id) {
  g_autofree char *name = rule_of(id);
  const GalenAdviceRule *rule = galen_advice_rules_find(book->rules, name);
  const GalenLogRule *log_rule = galen_log_rules_find(book->log_rules, name);
  const GalenTerm *term = galen_terms_find(book->terms, name);
  if (rule != NULL)
    print_rule(rule);
  if (rule != NULL && log_rule != NULL)
    g_print("\n");
  if (log_rule != NULL)
    print_log_rule(log_rule);
  if ((rule != NULL || log_rule != NULL) && term != NULL)
    g_print("\n");
  if (term != NULL)
    print_term(term);
  return rule != NULL || log_rule != NULL || term != NULL;
}

static GalenExit explain_ids(const Book *book, int argc, char **argv) {
  GalenExit code = GALEN_EXIT_OK;
  for (int i = 1; i < argc; i++) {
    if (i > 1)
      g_print("\n");
    if (explain_one(book, argv[i]))
      continue;
    galen_complain(argv[i], "no such rule, finding, incident or column; galen explain lists them all");
    code = GALEN_EXIT_USAGE;
  }
  return code;
}

GalenExit galen_command_explain(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) own = NULL;
  const GOptionEntry entries[] = {
      {"rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &own, "own rules for error logs, beside the built-in ones", "FILE"},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr(GOptionContext) context = g_option_context_new("[ID…]");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error))
    return galen_usage("explain", error->message);
  g_autofree char *folder = galen_data_dir("rules", &error);
  g_autoptr(GalenAdviceRules) rules = folder != NULL ? galen_advice_rules_load(folder, &error) : NULL;
  g_autoptr(GalenTerms) terms = rules != NULL ? galen_terms_load(folder, &error) : NULL;
  const char *const *files = (const char *const *)own;
  g_autoptr(GalenLogRules) log_rules = terms != NULL ? galen_log_rules_load(folder, files, &error) : NULL;
  if (log_rules == NULL) {
    galen_complain("rules", error->message);
    return terms != NULL && own != NULL ? GALEN_EXIT_USAGE : GALEN_EXIT_NO_INPUT;
  }
  Book book = {rules, terms, log_rules};
  if (argc > 1)
    return explain_ids(&book, argc, argv);
  list_all(&book);
  return GALEN_EXIT_OK;
}
