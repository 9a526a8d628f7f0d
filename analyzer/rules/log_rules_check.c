/* Examples of rules, tried as the lines of an error log that they are. */
#include "log_rules_private.h"

#include "../../parsers/format.h"

typedef struct {
  GalenLogMatcher *matcher;
  const GalenLogRule *first; /* rule of the first record that has one */
  GalenLineInfo info;
  char program[32];
} Reading;

static void on_error(gpointer user, const GalenErrorEvent *event) {
  Reading *self = user;
  if (self->first == NULL)
    self->first = galen_log_matcher_match(self->matcher, event);
}

static const GalenLineInfo *line_info(gpointer user, G_GNUC_UNUSED guint64 offset) {
  return &((Reading *)user)->info;
}

/* "Jan  1 12:00:00 db1 systemd[1]: text": returns the text, and whose it is; NULL: it is no line of syslog. */
static const char *unwrap(Reading *self, const char *line) {
  static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  const char *colon = strlen(line) > 16 ? strstr(line + 16, ": ") : NULL;
  char month[5] = {0};
  g_strlcpy(month, line, sizeof month);
  if (colon == NULL || strlen(month) != 4 || strstr(months, month) == NULL || line[6] != ' ' || line[15] != ' ')
    return NULL;
  self->info = (GalenLineInfo){.line = 1, .time = GALEN_TIME_NONE, .host = "host", .program = self->program};
  const char *from = colon;
  while (from > line && from[-1] != ' ')
    from--;
  g_strlcpy(self->program, from, MIN(sizeof self->program, 1 + strcspn(from, "[:")));
  return colon + 2 + (colon[2] == '[' ? strcspn(colon + 2, " ") + 1 : 0);
}

const GalenLogRule *galen_log_rule_of_line(GalenLogMatcher *matcher, const char *line) {
  Reading reading = {.matcher = matcher};
  const char *inner = unwrap(&reading, line);
  g_autofree char *text = g_strconcat(inner != NULL ? inner : line, "\n", NULL);
  GalenFormatOptions options = {.line_user = &reading, .line_info = inner != NULL ? line_info : NULL};
  GalenSink sink = {.user = &reading, .error = on_error};
  gpointer parser = galen_format_error_log.open(&options, &sink);
  galen_format_error_log.parse(parser, text, strlen(text), TRUE);
  galen_format_error_log.close(parser);
  return reading.first;
}

static gboolean check_rule(GalenLogMatcher *matcher, const GalenLogRuleFull *rule, GError **error) {
  const char *const *examples = rule->rule.examples;
  for (guint i = 0; examples != NULL && examples[i] != NULL; i++) {
    const GalenLogRule *found = galen_log_rule_of_line(matcher, examples[i]);
    if (found == &rule->rule)
      continue;
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                "%s:%u: [%s] example: the rule does not match it%s%s%s", rule->rule.origin, rule->example_lines[i],
                rule->rule.id, found != NULL ? ", [" : "", found != NULL ? found->id : "",
                found != NULL ? "] does" : "");
    return FALSE;
  }
  return TRUE;
}

gboolean galen_log_rules_check_own(const GalenLogRules *rules, GError **error) {
  g_autoptr(GalenLogMatcher) matcher = NULL;
  for (guint i = 0; i < rules->rules->len; i++) {
    const GalenLogRuleFull *rule = g_ptr_array_index(rules->rules, i);
    if (!rule->own)
      continue;
    if (matcher == NULL)
      matcher = galen_log_matcher_new(rules);
    if (!check_rule(matcher, rule, error))
      return FALSE;
  }
  return TRUE;
}
