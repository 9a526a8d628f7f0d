/* Any bytes as a rule file: read or refused with a reason; and what is read matches what the conditions say. The input is a file of
 * rules, then a line "---" and messages, one a line. */
#include "analyzer/rules/log_rules_private.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean has_one(const GalenLogLiterals *literals, GalenSlice text, gboolean at_start) {
  for (guint i = 0; i < literals->n; i++) {
    GalenSlice literal = literals->items[i];
    if (text.len < literal.len)
      continue;
    if (at_start ? memcmp(text.data, literal.data, literal.len) == 0
                 : memmem(text.data, text.len, literal.data, literal.len) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* Whether a rule with nothing but literals matches, without any index. */
static gboolean plainly_matches(const GalenLogRuleFull *rule, GalenSlice text) {
  if (rule->codes.n > 0 || rule->subsystem != NULL || rule->levels != 0 || rule->blocks != 0 || rule->pattern != NULL)
    return FALSE;
  return (rule->starts.n == 0 || has_one(&rule->starts, text, TRUE)) &&
         (rule->contains.n == 0 || has_one(&rule->contains, text, FALSE));
}

static void match_line(const GalenLogRules *rules, GalenLogMatcher *matcher, GalenSlice text) {
  GalenErrorEvent event = {.text = text, .time = GALEN_TIME_NONE, .wall = GALEN_TIME_NONE};
  const GalenLogRule *found = galen_log_matcher_match(matcher, &event);
  for (guint i = 0; found == NULL && i < galen_log_rules_size(rules); i++)
    if (plainly_matches(g_ptr_array_index(rules->rules, i), text))
      abort();
  const GalenLogRuleFull *full = found != NULL ? g_ptr_array_index(rules->rules, found->index) : NULL;
  if (full != NULL && full->starts.n > 0 && !has_one(&full->starts, text, TRUE))
    abort();
  if (full != NULL && full->contains.n > 0 && !has_one(&full->contains, text, FALSE))
    abort();
  for (guint i = 0; full != NULL && full->rule.groups != NULL && full->rule.groups[i] != NULL; i++) {
    GalenSlice capture = galen_log_matcher_capture(matcher, full->rule.groups[i]);
    if (capture.data != NULL && (capture.data < text.data || capture.data + capture.len > text.data + text.len))
      abort();
  }
}

static void match_lines(const GalenLogRules *rules, const char *at, const char *end) {
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules);
  while (at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    stop = stop != NULL ? stop : end;
    g_autofree char *line = g_memdup2(at, (size_t)(stop - at));
    match_line(rules, matcher, galen_slice(line, (size_t)(stop - at)));
    at = stop + 1;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data, *end = text + size;
  const char *mark = size > 0 ? memmem(text, size, "\n---\n", 5) : NULL;
  size_t len = mark != NULL ? (size_t)(mark - text) + 1 : size;
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenLogRules) rules = g_new0(GalenLogRules, 1);
  rules->rules = g_ptr_array_new_with_free_func(galen_log_rule_full_free);
  rules->ids = g_hash_table_new(g_str_hash, g_str_equal);
  gboolean ok = galen_log_rules_parse(text, len, "fuzz.rules", FALSE, rules->rules, rules->ids, &error);
  if (ok == (error != NULL) || (error != NULL && strstr(error->message, "fuzz.rules") == NULL))
    abort();
  if (ok) {
    galen_log_rules_finish(rules);
    if (mark != NULL)
      match_lines(rules, mark + 5, end);
  }
  return 0;
}
