#include "describe.h"

#include "../../parsers/sql_lexer.h"
#include "words.h"

#define TABLES_MAX 16u
#define LABEL_CHARS 60
#define WORD_BYTES 128u
/* A name of three parts; what is longer is no name. */
#define NAME_BYTES 256u
#define DEPTH_MAX 64u

typedef struct {
  GalenWordTable words;
  GalenQueryInfo *info;
  GHashTable *cte;                /* names of WITH: no tables */
  gboolean select[DEPTH_MAX];     /* a SELECT (or another statement) stands in this parenthesis */
  gboolean outer_list[DEPTH_MAX]; /* `list` of the parentheses around */
  guint depth;
  GString *name;   /* the table that is being read */
  gboolean expect; /* a table's name may come */
  gboolean list;   /* and after a comma another one */
  gboolean reads;  /* the name stands in FROM or JOIN */
  gboolean dot;    /* the last token was '.' */
  gboolean named;  /* the last token belonged to the name */
  gboolean with;   /* in WITH, names are defined */
  gboolean command_done;
  guint8 word, before;
  char last[WORD_BYTES]; /* the last word, lower case */
} Reader;

/* The text, with bytes that are no UTF-8 as \xf6: two names that differ in them must not look the same. */
static char *show_bytes(const char *text, gsize len) {
  g_autoptr(GString) shown = g_string_sized_new(len + 1);
  const char *bad, *end = text + len;
  while (!g_utf8_validate_len(text, (gsize)(end - text), &bad)) {
    g_string_append_len(shown, text, bad - text);
    g_string_append_printf(shown, "\\x%02x", (guint)(guint8)*bad);
    text = bad + 1;
  }
  g_string_append_len(shown, text, end - text);
  return g_string_free(g_steal_pointer(&shown), FALSE);
}

static void finish_name(Reader *self, gboolean is_call) {
  self->named = FALSE;
  if (self->name->len == 0)
    return;
  GPtrArray *tables = self->info->tables;
  gboolean known = is_call || tables->len == TABLES_MAX || g_hash_table_contains(self->cte, self->name->str);
  g_autofree char *valid = show_bytes(self->name->str, self->name->len);
  for (guint i = 0; !known && i < tables->len; i++)
    known = g_str_equal(g_ptr_array_index(tables, i), valid);
  if (!known)
    g_ptr_array_add(tables, g_steal_pointer(&valid));
  g_string_truncate(self->name, 0);
}

static void add_name_part(Reader *self, const char *text, gsize len) {
  if (self->name->len + len < NAME_BYTES)
    g_string_append_len(self->name, text, (gssize)len);
  self->named = TRUE;
  self->expect = FALSE;
}

static gboolean is_word(const char *text, gsize len, const char *const *words) {
  for (guint i = 0; words[i] != NULL; i++)
    if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0)
      return TRUE;
  return FALSE;
}

/* Words that may stand between INTO, TABLE or UPDATE and the name. */
static gboolean is_filler(const char *text, gsize len) {
  static const char *const words[] = {
      "ignore", "low_priority", "high_priority", "delayed",    "quick",   "if",
      "not",    "exists",       "only",          "table",      "tables",  "into",
      "from",   "local",        "index",         "concurrent", "lateral", "no_write_to_binlog",
      NULL};
  return is_word(text, len, words);
}

/* Statements whose first name is a table. */
static gboolean names_table(const char *text, gsize len) {
  static const char *const words[] = {"update", "insert", "replace", "truncate", "describe", "desc", "lock", NULL};
  return is_word(text, len, words);
}

static void set_command(Reader *self, const char *text, gsize len) {
  if (self->command_done)
    return;
  g_free(self->info->command);
  self->info->command = g_ascii_strup(text, (gssize)len);
  self->with = len == 4 && memcmp(text, "with", 4) == 0;
  /* WITH only leads to the statement that counts. */
  self->command_done = !self->with;
  if (names_table(text, len))
    self->expect = TRUE;
  self->select[0] = TRUE;
}

static gboolean is_main_verb(guint8 word) {
  return word == WORD_SELECT || word == WORD_INSERT || word == WORD_UPDATE || word == WORD_DELETE ||
         word == WORD_REPLACE;
}

static void keyword(Reader *self, guint8 word, const char *text, gsize len) {
  static const char *const tables[] = {"table", "tables", NULL};
  static const char *const several[] = {"DROP", "LOCK", "FLUSH", "ANALYZE", "OPTIMIZE", "CHECK", "REPAIR", NULL};
  const char *command = self->info->command != NULL ? self->info->command : "";
  gboolean reads = self->select[MIN(self->depth, DEPTH_MAX - 1)];
  gboolean key_update = word == WORD_UPDATE && g_str_equal(self->last, "key");
  finish_name(self, FALSE);
  if (word == WORD_SELECT)
    self->select[MIN(self->depth, DEPTH_MAX - 1)] = TRUE;
  if (self->with && self->depth == 0 && is_main_verb(word)) {
    self->command_done = FALSE;
    set_command(self, text, len);
    return;
  }
  gboolean table = is_word(text, len, tables);
  self->reads = (word == WORD_FROM || word == WORD_JOIN) && reads;
  self->list = (word == WORD_FROM && reads) || (table && is_word(command, strlen(command), several));
  self->expect = self->list || table || (word == WORD_JOIN && reads) || word == WORD_INTO ||
                 (word == WORD_UPDATE && self->word != WORD_FOR && !key_update);
  if (word == WORD_FROM && self->word == WORD_DISTINCT)
    self->expect = FALSE; /* IS DISTINCT FROM */
}

static void plain_word(Reader *self, const char *text, gsize len) {
  static const char *const ends[] = {"where",  "set",   "group", "order", "having", "limit",
                                     "values", "value", "on",    "using", "union",  NULL};
  static const char *const files[] = {"outfile", "dumpfile", NULL};
  if (self->dot && self->named) {
    add_name_part(self, text, len);
    return;
  }
  if (self->expect && is_filler(text, len))
    return;
  if (self->expect && !is_word(text, len, files) && !is_word(text, len, ends)) {
    finish_name(self, FALSE);
    add_name_part(self, text, len);
    return;
  }
  finish_name(self, FALSE);
  self->expect = FALSE;
  if (is_word(text, len, ends))
    self->list = FALSE;
  /* WITH name AS (…), name AS (…) */
  if (self->with && self->depth == 0 && g_str_equal(self->last, "as") == FALSE && len < WORD_BYTES)
    g_hash_table_add(self->cte, g_strndup(text, len));
}

static void take_word(Reader *self, const GalenSqlToken *token) {
  char lower[WORD_BYTES];
  gsize len = MIN(token->len, WORD_BYTES - 1);
  for (gsize i = 0; i < len; i++)
    lower[i] = g_ascii_tolower(token->text[i]);
  lower[len] = '\0';
  const GalenWordInfo *info = self->dot ? NULL : galen_words_find(&self->words, lower, len);
  guint8 word = info != NULL ? info->word : (guint8)WORD_OTHER;
  gboolean first = self->info->command == NULL;
  if (first)
    set_command(self, lower, len);
  if (word == WORD_SELECT || word == WORD_FROM || word == WORD_JOIN || word == WORD_INTO || word == WORD_TABLE ||
      word == WORD_UPDATE || (self->with && is_main_verb(word)) || g_str_equal(lower, "tables"))
    keyword(self, word, lower, len);
  else if (!first)
    plain_word(self, lower, len);
  self->before = self->word;
  self->word = word;
  g_strlcpy(self->last, lower, sizeof self->last);
  self->dot = FALSE;
}

static void take_quoted(Reader *self, const GalenSqlToken *token) {
  gsize from = token->begins ? 1 : 0;
  gsize to = token->len - (token->ends && token->len > 1 ? 1 : 0);
  if ((self->expect && !self->dot) || (self->dot && self->named)) {
    if (!self->dot)
      finish_name(self, FALSE);
    add_name_part(self, token->text + from, to > from ? to - from : 0);
  } else {
    finish_name(self, FALSE);
    if (self->with && self->depth == 0 && to > from)
      g_hash_table_add(self->cte, g_strndup(token->text + from, to - from));
  }
  self->dot = FALSE;
  self->word = 0;
}

static void take_punct(Reader *self, char c) {
  if (c == '.') {
    if (self->named)
      g_string_append_c(self->name, '.');
    self->dot = TRUE;
    return;
  }
  /* "from f(…)" is a call; "insert into t (…)" is not. */
  finish_name(self, c == '(' && self->reads);
  self->dot = FALSE;
  if (c == '(') {
    self->depth++;
    if (self->depth < DEPTH_MAX) {
      self->select[self->depth] = self->expect && self->list;
      self->outer_list[self->depth] = self->list;
    }
  } else if (c == ')') {
    self->list = self->depth > 0 && self->depth < DEPTH_MAX && self->outer_list[self->depth];
    self->depth -= self->depth > 0;
  } else if (c == ',') {
    self->expect = self->list;
    return;
  }
  /* "from (a, b)": the list goes on inside. */
  self->expect = c == '(' && self->expect;
}

static void read_all(Reader *self, GalenSlice text) {
  GalenSqlLexer lexer;
  GalenSqlToken token;
  galen_sql_lexer_init(&lexer, FALSE);
  const char *at = text.data, *end = text.data + text.len;
  while (at < end && (at = galen_sql_lexer_next(&lexer, at, end, TRUE, &token)) != NULL) {
    if (token.type == GALEN_SQL_WORD)
      take_word(self, &token);
    else if (token.type == GALEN_SQL_NAME)
      take_quoted(self, &token);
    else if (token.type == GALEN_SQL_PUNCT)
      take_punct(self, *token.text);
    else if (token.type == GALEN_SQL_NUMBER || token.type == GALEN_SQL_STRING)
      finish_name(self, FALSE);
  }
  finish_name(self, FALSE);
}

/* At most LABEL_CHARS characters, one line, controls made visible as blanks. */
static char *cut_label(const char *text, gsize len) {
  g_autofree char *valid = show_bytes(text, MIN(len, 4 * LABEL_CHARS + 8));
  g_autoptr(GString) label = g_string_new(NULL);
  guint n = 0;
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
    if (++n == LABEL_CHARS && *g_utf8_next_char(at) != '\0') {
      g_string_append(label, "…");
      break;
    }
    gunichar c = g_utf8_get_char(at);
    g_string_append_unichar(label, g_unichar_iscntrl(c) ? ' ' : c);
  }
  return g_string_free(g_steal_pointer(&label), FALSE);
}

static char *make_label(const GalenQueryInfo *info, GalenSlice fingerprint) {
  g_autoptr(GString) text = g_string_new(info->command);
  if (info->tables->len == 0) {
    /* Nothing to name: the statement itself, its command set off. */
    gsize command = strlen(info->command);
    gboolean begins = fingerprint.len >= command && g_ascii_strncasecmp(fingerprint.data, info->command, command) == 0;
    if (!begins)
      return cut_label(fingerprint.data, fingerprint.len);
    g_string_append_len(text, fingerprint.data + command, (gssize)(fingerprint.len - command));
  }
  for (guint i = 0; i < info->tables->len; i++)
    g_string_append_printf(text, "%s %s", i > 0 ? "," : "", (char *)g_ptr_array_index(info->tables, i));
  return cut_label(text->str, text->len);
}

GalenQueryInfo *galen_query_describe(GalenSlice fingerprint) {
  static const char admin[] = "administrator command: ";
  GalenQueryInfo *info = g_new0(GalenQueryInfo, 1);
  info->tables = g_ptr_array_new_with_free_func(g_free);
  if (galen_slice_starts(fingerprint, admin)) {
    info->command = g_strdup("admin");
    g_autofree char *name = g_strndup(fingerprint.data + strlen(admin), fingerprint.len - strlen(admin));
    g_autofree char *label = g_strconcat("admin ", name, NULL);
    info->label = cut_label(label, strlen(label));
    return info;
  }
  Reader reader = {.info = info, .name = g_string_new(NULL)};
  galen_words_init(&reader.words);
  reader.cte = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  read_all(&reader, fingerprint);
  g_string_free(reader.name, TRUE);
  g_hash_table_unref(reader.cte);
  if (info->command == NULL)
    info->command = g_strdup("empty");
  g_autofree char *command = show_bytes(info->command, strlen(info->command));
  info->label = fingerprint.len == 0 ? g_strdup("empty statement") : NULL;
  g_free(info->command);
  info->command = g_steal_pointer(&command);
  if (info->label == NULL)
    info->label = make_label(info, fingerprint);
  return info;
}

void galen_query_info_free(GalenQueryInfo *self) {
  g_free(self->command);
  g_free(self->label);
  g_ptr_array_unref(self->tables);
  g_free(self);
}
