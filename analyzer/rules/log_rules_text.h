/* A file of rules as text: groups of keys and values, with the lines where they stand. What a value says is what GKeyFile
 * would say; most are what is written. */
#pragma once

#include "../../parsers/slice.h"

typedef struct {
  const char *key; /* one of the known ones */
  GalenSlice value;
  guint line;
} GalenRuleKey;

typedef struct {
  char *id;
  guint line;
  guint first, n; /* its part of `keys` */
} GalenRuleGroup;

typedef struct {
  const char *origin; /* what the file is called in complaints */
  GArray *keys;       /* of GalenRuleKey */
  GArray *groups;     /* of GalenRuleGroup */
} GalenRuleText;

/* Takes the text apart; it must outlive the result. Only keys of `known` (NULL-terminated) may be in it, each once in a group. */
gboolean galen_rule_text_init(GalenRuleText *self, const char *text, gsize len, const char *origin,
                              const char *const *known, GError **error);
void galen_rule_text_clear(GalenRuleText *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenRuleText, galen_rule_text_clear)

/* NULL: the group has no such key. */
const GalenRuleKey *galen_rule_text_find(const GalenRuleText *self, const GalenRuleGroup *group, const char *key);
/* The value with its escapes resolved. NULL with error: it has a wrong one. */
char *galen_rule_key_string(const GalenRuleKey *self, GError **error);
/* The values of a list. */
GStrv galen_rule_key_list(const GalenRuleKey *self, GError **error);
