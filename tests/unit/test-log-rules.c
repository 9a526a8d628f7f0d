#include "../../analyzer/rules/log_rules.h"
#include "../../parsers/format.h"
#include "../error-line.h"

#include <glib/gstdio.h>

#define ERRORS_TIME (G_GINT64_CONSTANT(1764000000) * G_USEC_PER_SEC)
#define RULES_DIR GALEN_SOURCE_DIR "/analyzer/rules"
#define TEXTS "severity=warning\ntitle=T\ncause=C\nadvice=A\n"

/* A folder with one file of rules in it, and one of a user's own. */
typedef struct {
  char *folder, *built_in, *own;
} Fixture;

static void set_up(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GError) error = NULL;
  self->folder = g_dir_make_tmp("galen-rules-XXXXXX", &error);
  g_assert_no_error(error);
  self->built_in = g_build_filename(self->folder, "error-test.rules", NULL);
  self->own = g_build_filename(self->folder, "own.rules", NULL);
}

static void tear_down(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_unlink(self->built_in);
  g_unlink(self->own);
  g_rmdir(self->folder);
  g_free(self->folder);
  g_free(self->built_in);
  g_free(self->own);
}

static GalenLogRules *load(Fixture *self, const char *built_in, const char *own, GError **error) {
  g_assert_true(g_file_set_contents(self->built_in, built_in, -1, NULL));
  if (own != NULL)
    g_assert_true(g_file_set_contents(self->own, own, -1, NULL));
  const char *const files[] = {self->own, NULL};
  return galen_log_rules_load(self->folder, own != NULL ? files : NULL, error);
}

static GalenLogRules *load_well(Fixture *self, const char *built_in, const char *own) {
  g_autoptr(GError) error = NULL;
  GalenLogRules *rules = load(self, built_in, own, &error);
  g_assert_no_error(error);
  return rules;
}

static const char *match(GalenLogMatcher *matcher, const char *line) {
  static GalenErrorEvent event; /* captures are read from it */
  event = error_line_event(line);
  const GalenLogRule *quick = galen_log_matcher_match_fact(matcher, &event);
  const GalenLogRule *rule = galen_log_matcher_match(matcher, &event);
  gboolean fact = rule != NULL && (rule->fact != NULL || rule->incident != NULL);
  g_assert_true(quick == (fact ? rule : NULL));
  return rule != NULL ? rule->id : NULL;
}

/* ---- matching ---- */

static void test_conditions(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GalenLogRules) rules = load_well(
      self,
      "[by-code]\ncode=10119\n" TEXTS "[by-code-or-text]\nalso-code=10910;MY-010911\nstarts=Shutdown complete\n" TEXTS
      "[short-start]\nstarts=Abo\n" TEXTS "[start]\nstarts=Shifting;view(\ncontains=(TO:\nsubsystem=WSREP\n" TEXTS
      "[inside]\ncontains=in the future;is far away\n" TEXTS "[inside-short]\ncontains=OOM\nlevel=error\n" TEXTS
      "[block]\nblock=crash;assertion\n" TEXTS,
      NULL);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_assert_cmpuint(galen_log_rules_size(rules), ==, 7);
  g_assert_cmpstr(match(matcher, "2026-11-24T03:07:10.1Z 0 [ERROR] [MY-010119] [Server] Whatever"), ==, "by-code");
  g_assert_cmpstr(match(matcher, "2026-11-24T03:07:10.1Z 0 [ERROR] [MY-010910] [Server] Whatever"), ==,
                  "by-code-or-text");
  g_assert_cmpstr(match(matcher, "2026-11-24T03:07:10.1Z 0 [ERROR] [MY-010911] [Server] Whatever"), ==,
                  "by-code-or-text");
  g_assert_cmpstr(match(matcher, "2026-11-24T03:07:10.1Z 0 [ERROR] [MY-000000] [Server] Whatever"), ==, NULL);
  g_assert_cmpstr(match(matcher, "130101  9:00:00 [Note] /usr/sbin/mysqld: Shutdown complete"), ==, NULL);
  g_assert_cmpstr(match(matcher, "130101  9:00:00 [Note] Shutdown complete, bye"), ==, "by-code-or-text");
  g_assert_cmpstr(match(matcher, "130101  9:00:00 [ERROR] Aborting"), ==, "short-start");
  g_assert_cmpstr(match(matcher, "2026-11-24  3:07:10 0 [Note] WSREP: Shifting OPEN -> CLOSED (TO: 12)"), ==, "start");
  g_assert_cmpstr(
      match(matcher, "2026-11-24T03:07:10.1Z 0 [Note] [MY-000000] [Galera] Shifting OPEN -> CLOSED (TO: 12)"), ==,
      "start");
  g_assert_cmpstr(match(matcher, "2026-11-24  3:07:10 0 [Note] Shifting OPEN -> CLOSED (TO: 12)"), ==, NULL);
  g_assert_cmpstr(match(matcher, "2026-11-24  3:07:10 0 [Note] WSREP: Shifting OPEN -> CLOSED"), ==, NULL);
  g_assert_cmpstr(match(matcher, "2026-11-24  3:07:10 0 [ERROR] the OOM killer"), ==, "inside-short");
  g_assert_cmpstr(match(matcher, "2026-11-24  3:07:10 0 [Note] the OOM killer"), ==, NULL);
  g_assert_cmpstr(match(matcher, "03:07:10 UTC - mysqld got signal 11 ;"), ==, "block");
}

/* A literal is found wherever it stands. */
static void test_every_offset(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GalenLogRules) rules =
      load_well(self, "[inside]\ncontains=in the future\n" TEXTS "[seven]\ncontains=exactly\n" TEXTS, NULL);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  for (gsize before = 0; before < 20; before++)
    for (gsize after = 0; after < 6; after++) {
      g_autofree char *head = g_strnfill(before, 'x'), *tail = g_strnfill(after, 'y');
      g_autofree char *text = g_strconcat(head, "in the future", tail, NULL);
      g_assert_cmpstr(match(matcher, text), ==, "inside");
      g_autofree char *seven = g_strconcat(head, "exactly", tail, NULL);
      g_assert_cmpstr(match(matcher, seven), ==, "seven");
      g_autofree char *cut = g_strconcat(head, "in the futur", tail, NULL);
      g_assert_cmpstr(match(matcher, cut), ==, NULL);
    }
}

/* What it holds can speak against a rule; the first that holds wins, wherever its words stand. */
static void test_lacks(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GalenLogRules) rules =
      load_well(self,
                "[a]\ncontains=happened here\nlacks=by hand;again\n" TEXTS "[b]\nstarts=Something\nlacks=there\n" TEXTS
                "[c]\ncontains=Nothing else\nregex=^Nothing (?<what>\\w+)\n" TEXTS,
                NULL);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_assert_cmpstr(match(matcher, "[Note] Nothing else happened here"), ==, "a");
  g_assert_cmpstr(match(matcher, "[Note] Nothing else happened here again"), ==, "c");
  g_assert_cmpstr(match(matcher, "[Note] It happened here by hand"), ==, NULL);
  g_assert_cmpstr(match(matcher, "[Note] Something happened here"), ==, "b");
  g_assert_cmpstr(match(matcher, "[Note] Something happened there"), ==, NULL);
}

/* Code, first words, others; in each the order of the file; own rules before all. */
static void test_order(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  const char *built_in =
      "[inside]\ncontains=two three\n" TEXTS "[first]\nstarts=One two\nregex=four\n" TEXTS
      "[second]\nstarts=One \n" TEXTS "[third]\nstarts=One two three\n" TEXTS "[code]\ncode=7\n" TEXTS;
  g_autoptr(GalenLogRules) rules = load_well(self, built_in, NULL);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_assert_cmpstr(match(matcher, "[Note] One two three"), ==, "second");
  g_assert_cmpstr(match(matcher, "[Note] One two three four"), ==, "first");
  g_assert_cmpstr(match(matcher, "[Note] A two three four"), ==, "inside");
  g_assert_cmpstr(match(matcher, "[Note] [MY-000007] [Server] One two three four"), ==, "code");
  g_autoptr(GalenLogRules) with_own = load_well(self, built_in, "[own]\ncontains=three four\n" TEXTS);
  g_autoptr(GalenLogMatcher) other = galen_log_matcher_new(with_own);
  g_assert_cmpstr(match(other, "[Note] [MY-000007] [Server] One two three four"), ==, "own");
  g_assert_cmpstr(match(other, "[Note] [MY-000007] [Server] One two three"), ==, "code");
}

static void test_captures(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GalenLogRules) rules = load_well(
      self,
      "[a]\nstarts=Access denied\nregex=user '(?<user>[^']*)'@'(?<host>[^']*)'(?<rest> .*)?\ngroup=user;host\n" TEXTS
      "[b]\nalso-code=99\nstarts=Accept\n" TEXTS,
      NULL);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_assert_cmpstr(match(matcher, "[Warning] Access denied for user 'u'@'h'"), ==, "a");
  g_assert_true(galen_slice_is(galen_log_matcher_capture(matcher, "user"), "u"));
  g_assert_true(galen_slice_is(galen_log_matcher_capture(matcher, "host"), "h"));
  g_assert_null(galen_log_matcher_capture(matcher, "rest").data);
  g_assert_null(galen_log_matcher_capture(matcher, "none").data);
  const GalenLogRule *rule = galen_log_rules_find(rules, "a");
  g_assert_cmpstr(rule->groups[0], ==, "user");
  g_assert_cmpstr(rule->groups[1], ==, "host");
  g_assert_null(rule->groups[2]);
  g_assert_cmpstr(match(matcher, "[Warning] Access denied for nobody"), ==, NULL);
  g_assert_cmpstr(match(matcher, "[Warning] [MY-000099] [Server] Access denied for user 'u'@'h'"), ==, "b");
  g_assert_null(galen_log_matcher_capture(matcher, "user").data);
}

static GalenSlice taken_capture(GalenLogMatcher *finder, GalenLogMatcher *taker, const char *line, const char *name,
                                gboolean *ret_known) {
  static GalenErrorEvent event;
  GalenLogMatch kept;
  event = error_line_event(line);
  galen_log_matcher_find(finder, &event, &kept);
  g_assert_true(galen_log_matcher_take(taker, &event, &kept) == kept.rule);
  *ret_known = kept.known;
  return galen_log_matcher_capture(taker, name);
}

/* What one matcher found, another one has as if it had found it: with captures, also of which there are too many to be kept. */
static void test_kept(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GalenLogRules) rules =
      load_well(self,
                "[a]\nstarts=Access\nregex=user '(?<user>[^']*)'@'(?<host>[^']*)'(?<rest> .*)?\ngroup=user;host\n" TEXTS
                "[b]\nstarts=Many\nregex=(.)(.)(.)(.)(.)(.)(?<last>.)$\n" TEXTS
                "[c]\nstarts=More\nregex=(.)(.)(.)(.)(.)(.)(.)(?<last>.)$\n" TEXTS "[d]\nstarts=None\n" TEXTS,
                NULL);
  g_autoptr(GalenLogMatcher) finder = galen_log_matcher_new(rules), taker = galen_log_matcher_new(rules);
  gboolean known = FALSE;
  const char *denied = "[Warning] Access denied for user 'u'@'h'";
  GalenSlice taken = taken_capture(finder, taker, denied, "host", &known);
  g_assert_true(galen_slice_is(taken, "h"));
  g_assert_true(known);
  g_assert_null(taken_capture(finder, taker, denied, "rest", &known).data);
  taken = taken_capture(finder, taker, "[Note] Many 123456", "last", &known);
  g_assert_true(galen_slice_is(taken, "6"));
  g_assert_true(known);
  taken = taken_capture(finder, taker, "[Note] More 1234567", "last", &known);
  g_assert_true(galen_slice_is(taken, "7"));
  g_assert_false(known);
  g_assert_null(taken_capture(finder, taker, "[Note] None", "last", &known).data);
  g_assert_null(taken_capture(finder, taker, "[Note] others", "last", &known).data);
  g_assert_true(known);
}

/* A pattern that would take for ever gives up. */
static void test_catastrophe(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GalenLogRules) rules = load_well(self, "[a]\nstarts=aaaa\nregex=^(a+)+(a|aa)+$\n" TEXTS, NULL);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_autofree char *text = g_strnfill(5000, 'a');
  g_autofree char *line = g_strconcat(text, "!", NULL);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpstr(match(matcher, line), ==, NULL);
}

/* ---- refusals ---- */

static void test_refused(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const struct {
    const char *text;
    const char *line, *why;
  } cases[] = {
      {"[a]\nstarts=x\nseverity=warning\ncause=C\nadvice=A\n", ":1:", "“title” is missing"},
      {"[a]\nstarts=x\nseverity=warning\ntitle=T\ncause=C\n", ":1:", "“advice” is missing"},
      {"[a]\nstarts=x\ntitle=T\ncause=C\nadvice=A\n", ":1:", "“severity” is missing"},
      {"# c\n[a]\n" TEXTS, ":2:", "none of code, starts, contains, block"},
      {"[a]\nregex=x\n" TEXTS, ":1:", "none of code, starts, contains, block"},
      {"[a]\nstarts=x\n" TEXTS "\nstart=y\n", ":8:", "start: there is no such key"},
      {"[a]\nstarts=x\n\nseverity=bad\ntitle=T\ncause=C\nadvice=A\n", ":4:", "“bad” is not info"},
      {"[a]\nstarts=x\nregex=(\n" TEXTS, ":3:", "regex: "},
      {"[a]\nstarts=x\nregex=\\C\n" TEXTS, ":3:", "regex: "},
      {"[a]\nstarts=x\nlevel=fatal\n" TEXTS, ":3:", "“fatal” is not known"},
      {"[a]\nstarts=x\nblock=error;lump\n" TEXTS, ":3:", "“error” is not known"},
      {"[a]\ncode=x\n" TEXTS, ":2:", "“x” is no number"},
      {"[a]\ncode=0\n" TEXTS, ":2:", "“0” is no number"},
      {"[a]\nstarts=x;;y\n" TEXTS, ":2:", "an empty value"},
      {"[a]\nstarts=\n" TEXTS, ":2:", "nothing is given"},
      {"[a]\nstarts=x\nfact=nonsense\n" TEXTS, ":3:", "“nonsense” is no fact"},
      {"[a]\nstarts=x\nincident=nonsense\n" TEXTS, ":3:", "“nonsense” is no kind"},
      {"[a]\nstarts=x\ngroup=user\n" TEXTS, ":3:", "no capture “user”"},
      {"[a]\nstarts=x\nregex=(?<host>y)\ngroup=user\n" TEXTS, ":4:", "no capture “user”"},
      {"[a]\nstarts=x\n" TEXTS "[b]\nstarts=y\n" TEXTS "[a]\nstarts=z\n" TEXTS, ":13:", "was there before"},
      {"[a]\nstarts=x\nstarts=y\n" TEXTS, ":3:", "was there before"},
      {"[A]\nstarts=x\n" TEXTS, ":1:", "an id has"},
      {"[a]\nstarts=x\nwhat is this\n" TEXTS, ":3:", "what is this"},
      {"starts=x\n[a]\n" TEXTS, ":1:", "before the first"},
      {"[a]\nstarts=x\ntitle=\xff\n", ":3:", "UTF-8"},
      {"[a]\nstarts=x\nseverity=info\ntitle=a\\qb\ncause=C\nadvice=A\n", ":4:", "title"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_test_message("%s", cases[i].why);
    g_assert_null(load(self, cases[i].text, NULL, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "error-test.rules"));
    g_assert_nonnull(strstr(error->message, cases[i].line));
    g_assert_nonnull(strstr(error->message, cases[i].why));
  }
}

static void test_refused_files(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_assert_null(load(self, "[a]\nstarts=x\n" TEXTS, "[a]\nstarts=y\n" TEXTS, &error));
  g_assert_nonnull(strstr(error->message, "error-test.rules:1: [a] "));
  g_assert_nonnull(strstr(error->message, "own.rules has a rule of this id"));
  g_clear_error(&error);
  g_assert_null(
      load(self, "", "[a]\nstarts=x\n" TEXTS "example=x and more\nexample2=2026-11-24  3:28:50 0 [Note] y\n", &error));
  g_assert_nonnull(strstr(error->message, "own.rules:7: [a] example: the rule does not match it"));
  g_clear_error(&error);
  g_assert_null(load(
      self, "", "[a]\nstarts=x\n" TEXTS "[b]\nstarts=x\n" TEXTS "example=2026-11-24  3:28:50 0 [Note] x\n", &error));
  g_assert_nonnull(strstr(error->message, "[b] example: the rule does not match it, [a] does"));
  g_clear_error(&error);
  g_autofree char *large = g_strnfill((1u << 20) + 1, '\n');
  g_assert_null(load(self, "", large, &error));
  g_assert_nonnull(strstr(error->message, "own.rules"));
  g_clear_error(&error);
  const char *const missing[] = {"/nonexistent/x.rules", NULL};
  g_assert_null(galen_log_rules_load(self->folder, missing, &error));
  g_assert_nonnull(strstr(error->message, "/nonexistent/x.rules"));
  g_clear_error(&error);
  g_assert_null(galen_log_rules_load("/nonexistent", NULL, &error));
  g_assert_nonnull(error);
}

/* ---- the rules that come with the program ---- */

/* Every example matches its rule, and no other first. */
static void test_examples(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenLogRules) rules = galen_log_rules_load(RULES_DIR, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  guint wrong = 0;
  for (guint i = 0; i < galen_log_rules_size(rules); i++) {
    const GalenLogRule *rule = galen_log_rules_get(rules, i);
    for (guint j = 0; rule->examples != NULL && rule->examples[j] != NULL; j++) {
      const GalenLogRule *found = galen_log_rule_of_line(matcher, rule->examples[j]);
      if (found == rule)
        continue;
      g_test_message("[%s] matches [%s]: %s", rule->id, found != NULL ? found->id : "nothing", rule->examples[j]);
      wrong++;
    }
  }
  g_assert_cmpuint(wrong, ==, 0);
}

/* What administrators want to know, in the words of several versions: "severity<TAB>line". */
static void test_patterns(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenLogRules) rules = galen_log_rules_load(RULES_DIR, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_autofree char *table = NULL;
  g_assert_true(g_file_get_contents(GALEN_SOURCE_DIR "/tests/unit/error-patterns.tsv", &table, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(g_strchomp(table), "\n", -1);
  g_assert_cmpuint(g_strv_length(lines), >, 130);
  guint wrong = 0;
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], "\t", 2);
    const GalenLogRule *found = galen_log_rule_of_line(matcher, cells[1]);
    const char *severity = found != NULL ? galen_severity_word(found->severity) : "nothing";
    if (g_str_equal(severity, cells[0]))
      continue;
    g_test_message("%s, not %s: %s", severity, cells[0], cells[1]);
    wrong++;
  }
  g_assert_cmpuint(wrong, ==, 0);
}

/* Who has a rule without an example has no test of it: only whole blocks may. */
static void test_all_have_examples(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenLogRules) rules = galen_log_rules_load(RULES_DIR, NULL, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < galen_log_rules_size(rules); i++) {
    const GalenLogRule *rule = galen_log_rules_get(rules, i);
    if (rule->examples != NULL || g_str_has_suffix(rule->id, "-block") || strstr(rule->origin, "galera") != NULL)
      continue;
    g_assert_true(g_str_equal(rule->id, "innodb-page-dump") || g_str_equal(rule->id, "innodb-monitor"));
  }
}

/* The example of docs/error-rules.md. */
static void test_documented(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(GALEN_SOURCE_DIR "/docs/error-rules.md", &text, NULL, NULL));
  char *from = strstr(text, "```ini\n");
  g_assert_nonnull(from);
  from += strlen("```ini\n");
  char *end = strstr(from, "```");
  g_assert_nonnull(end);
  *end = '\0';
  g_autoptr(GalenLogRules) rules = load_well(self, "", from);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  g_assert_cmpuint(galen_log_rules_size(rules), ==, 2);
  for (guint i = 0; i < 2; i++) {
    const GalenLogRule *rule = galen_log_rules_get(rules, i);
    for (guint j = 0; rule->examples[j] != NULL; j++)
      g_assert_true(galen_log_rule_of_line(matcher, rule->examples[j]) == rule);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/log-rules/" name, Fixture, NULL, set_up, func, tear_down)
  ADD("conditions", test_conditions);
  ADD("every-offset", test_every_offset);
  ADD("lacks", test_lacks);
  ADD("order", test_order);
  ADD("captures", test_captures);
  ADD("kept", test_kept);
  ADD("catastrophe", test_catastrophe);
  ADD("refused", test_refused);
  ADD("refused-files", test_refused_files);
  ADD("documented", test_documented);
  g_test_add_func("/log-rules/examples", test_examples);
  g_test_add_func("/log-rules/patterns", test_patterns);
  g_test_add_func("/log-rules/all-have-examples", test_all_have_examples);
  return g_test_run();
}
