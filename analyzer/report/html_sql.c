/* Statements set for reading: keywords in <b>, a line for each clause. No more than a look at words, quotes and
 * brackets: what is wrong in a statement stays as it is. */
#include "html_page.h"

#include <string.h>

/* Sorted, for bsearch. */
static const char *const keywords[] = {
    "all",       "alter",   "analyze",     "and",      "as",
    "asc",       "begin",   "between",     "by",       "call",
    "case",      "commit",  "create",      "cross",    "default",
    "delete",    "desc",    "distinct",    "do",       "drop",
    "duplicate", "else",    "end",         "exists",   "explain",
    "for",       "force",   "from",        "group",    "having",
    "ignore",    "in",      "index",       "inner",    "insert",
    "interval",  "into",    "is",          "join",     "key",
    "left",      "like",    "limit",       "load",     "lock",
    "natural",   "not",     "null",        "offset",   "on",
    "optimize",  "or",      "order",       "outer",    "over",
    "partition", "replace", "returning",   "right",    "rollback",
    "select",    "set",     "show",        "start",    "straight_join",
    "table",     "then",    "transaction", "truncate", "union",
    "update",    "use",     "using",       "value",    "values",
    "when",      "where",   "window",      "with",
};

/* Words that begin a line when they stand at the outermost level. */
static const char *const clauses[] = {
    "cross", "from",  "group",  "having", "inner",         "join",  "left",   "limit", "natural", "on duplicate",
    "order", "right", "select", "set",    "straight_join", "union", "values", "where", "window",
};

/* Words that hold the next one on their line: left JOIN, delete FROM, union all SELECT. */
static const char *const glue[] = {"all",  "cross",   "delete", "distinct", "for",   "inner",
                                   "left", "natural", "outer",  "right",    "start", "union"};

#define KEYWORD_MAX 13u

static gboolean is_word(char c) {
  return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

static gint compare(gconstpointer word, gconstpointer entry) {
  return strcmp(word, *(const char *const *)entry);
}

static gboolean is_keyword(const char *word, gsize len) {
  if (len == 0 || len > KEYWORD_MAX)
    return FALSE;
  char lower[KEYWORD_MAX + 1] = {0};
  for (gsize i = 0; i < len; i++)
    lower[i] = g_ascii_tolower(word[i]);
  return bsearch(lower, keywords, G_N_ELEMENTS(keywords), sizeof keywords[0], compare) != NULL;
}

static gboolean is_glue(const char *word, gsize len) {
  for (guint i = 0; i < G_N_ELEMENTS(glue); i++)
    if (strlen(glue[i]) == len && g_ascii_strncasecmp(word, glue[i], len) == 0)
      return TRUE;
  return FALSE;
}

static gboolean is_clause(const char *word, const char *end) {
  if (*end == '(' && g_ascii_strncasecmp(word, "values", 6) != 0) /* left(…), a function */
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(clauses); i++) {
    gsize len = strlen(clauses[i]);
    if (g_ascii_strncasecmp(word, clauses[i], len) == 0 && !is_word(word[len]))
      return TRUE;
  }
  return FALSE;
}

static const char *skip_quoted(const char *c) {
  char quote = *c++;
  while (*c != '\0' && *c != quote)
    c += *c == '\\' && quote != '`' && c[1] != '\0' ? 2 : 1;
  return *c != '\0' ? c + 1 : c;
}

static const char *skip_word(const char *c) {
  while (is_word(*c))
    c++;
  return c;
}

static void draw(GalenMarkup *out, const char *text, gboolean break_clauses) {
  const char *begin = text; /* of what is not yet written */
  gint depth = 0;
  char before = '\0';
  gboolean held = FALSE;
  for (const char *c = text; *c != '\0';) {
    const char *end = c + 1;
    if (*c == '\'' || *c == '"' || *c == '`')
      end = skip_quoted(c);
    else if (is_word(*c))
      end = skip_word(c);
    depth += *c == '(' ? 1 : *c == ')' ? -1 : 0;
    gboolean keyword = is_word(*c) && before != '.' && before != '@' && *end != '.' && is_keyword(c, (gsize)(end - c));
    if (keyword) {
      gboolean breaks = break_clauses && depth <= 0 && !held && c > begin && c[-1] == ' ' && is_clause(c, end);
      galen_markup_text_len(out, begin, (gsize)(c - begin) - (breaks ? 1 : 0));
      if (breaks)
        galen_markup_text(out, "\n");
      galen_markup_open(out, "b");
      galen_markup_text_len(out, c, (gsize)(end - c));
      galen_markup_close(out);
      begin = end;
    }
    if (*c != ' ')
      held = is_word(*c) && is_glue(c, (gsize)(end - c));
    before = *c;
    c = end;
  }
  galen_markup_text(out, begin);
}

void galen_html_draw_sql(GalenMarkup *out, gconstpointer text) {
  draw(out, text, FALSE);
}

void galen_html_draw_sql_clauses(GalenMarkup *out, gconstpointer text) {
  draw(out, text, TRUE);
}
