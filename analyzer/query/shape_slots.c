#include "shapes.h"

/* Longer numbers are read by the lexer. */
#define NUMBER_MAX 256

/* The lexer for the sake of its setting. */
static GalenSqlLexer setting(gboolean no_backslash) {
  return (GalenSqlLexer){.no_backslash = no_backslash};
}

/* Whether a number that is read up to `at` ends there for the lexer, and for lists of plain literals. */
static gboolean number_ends(const char *at, const char *end) {
  return at == end || (!galen_sql_is_word_byte(*at) && *at != '.' && *at != '(' && *at != '\'' && *at != '"');
}

static const char *skip_number(const char *at, const char *end) {
  const char *stop = galen_sql_skip_number(at, end);
  return stop != NULL && stop - at < NUMBER_MAX ? stop : NULL;
}

static const char *skip_hex(const char *at, const char *end) {
  if (end - at < 3 || at[0] != '0' || (at[1] | 0x20) != 'x')
    return NULL;
  const char *stop = at + 2;
  while (stop < end && g_ascii_isxdigit(*stop))
    stop++;
  return stop > at + 2 && stop - at < NUMBER_MAX && number_ends(stop, end) ? stop : NULL;
}

static const char *skip_list(const char *at, const char *end, gboolean no_backslash, guint32 *ret_commas) {
  gboolean filled;
  GalenSqlLexer lexer = setting(no_backslash);
  const char *stop = galen_sql_skip_literals(&lexer, at, end, ret_commas, &filled);
  return stop != NULL && filled ? stop : NULL;
}

static const char *skip_space(const char *at, const char *end) {
  while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
    at++;
  return at;
}

const char *galen_slot_next_row(const char *at, const char *end) {
  at = skip_space(at, end);
  if (at == end || *at != ',')
    return NULL;
  at = skip_space(at + 1, end);
  return at < end && *at == '(' ? at + 1 : NULL;
}

static const char *skip_rows(const char *at, const char *end, gboolean no_backslash, guint64 *rows) {
  guint32 commas;
  const char *stop = NULL;
  while (at != NULL && (at = skip_list(at, end, no_backslash, &commas)) != NULL) {
    ++*rows;
    stop = at;
    at = galen_slot_next_row(stop, end);
  }
  return stop;
}

/* Block comments, but those whose content the server runs and those that mean something to us. */
static const char *skip_comment(const char *at, const char *end) {
  if (end - at < 4 || at[0] != '/' || at[1] != '*' || at[2] == '!' || (at[2] == 'M' && at[3] == '!'))
    return NULL;
  const char *stop = memmem(at + 2, (gsize)(end - at) - 2, "*/", 2);
  if (stop == NULL)
    return NULL;
  gsize len = (gsize)(stop + 2 - at);
  return galen_comment_is_checksum_mark(at, len) || galen_comment_is_repeat_mark(at, len) ? NULL : stop + 2;
}

static const char *skip_string(char quote, guint8 flags, const char *at, const char *end, gboolean no_backslash,
                               GalenSlotFigures *figures) {
  if (*at != quote)
    return NULL;
  GalenSqlLexer lexer = setting(no_backslash);
  const char *stop = galen_sql_skip_string(&lexer, at, end);
  if (stop != NULL && (flags & GALEN_SLOT_PATTERN) != 0 && (at[1] == '%' || at[1] == '_'))
    figures->facts |= GALEN_FACT_LEADING_WILDCARD;
  return stop;
}

const char *galen_slot_skip(guint8 kind, guint8 flags, const char *at, const char *end, gboolean no_backslash,
                            GalenSlotFigures *figures) {
  switch ((GalenSlotKind)kind) {
  case GALEN_SLOT_LIST: {
    guint32 commas;
    const char *stop = skip_list(at, end, no_backslash, &commas);
    if (stop != NULL && (flags & GALEN_SLOT_IN) != 0)
      figures->in_items = MAX(figures->in_items, (guint64)commas + 1);
    return stop;
  }
  case GALEN_SLOT_ROWS:
    return skip_rows(at, end, no_backslash, &figures->rows);
  case GALEN_SLOT_NUMBER:
    return skip_number(at, end);
  case GALEN_SLOT_HEX:
    return skip_hex(at, end);
  case GALEN_SLOT_SINGLE:
    return skip_string('\'', flags, at, end, no_backslash, figures);
  case GALEN_SLOT_DOUBLE:
    return skip_string('"', flags, at, end, no_backslash, figures);
  case GALEN_SLOT_COMMENT:
    return skip_comment(at, end);
  case GALEN_SLOT_NONE:
    break;
  }
  return NULL;
}

GalenSlotKind galen_slot_kind(const GalenSqlToken *token) {
  const char *text = token->text;
  switch (token->type) {
  case GALEN_SQL_STRING:
    return *text == '"' ? GALEN_SLOT_DOUBLE : GALEN_SLOT_SINGLE;
  case GALEN_SQL_NUMBER:
    return token->len > 2 && (text[1] | 0x20) == 'x' ? GALEN_SLOT_HEX : GALEN_SLOT_NUMBER;
  case GALEN_SQL_COMMENT:
    return GALEN_SLOT_COMMENT;
  default:
    return GALEN_SLOT_NONE;
  }
}

guint64 galen_slot_value(const char *at, const char *end) {
  guint64 value = 0;
  for (; at < end && g_ascii_isdigit(*at) && value < G_MAXUINT64 / 100; at++)
    value = value * 10 + (guint64)(*at - '0');
  return value;
}

gboolean galen_comment_is_repeat_mark(const char *text, gsize len) {
  static const char *const marks[] = {"/*repeat union*/", "/*repeat union all*/"};
  for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
    if (len == strlen(marks[i]) && memcmp(text, marks[i], len) == 0)
      return TRUE;
  return FALSE;
}

static const char *skip_name(const char *at, const char *end) {
  while (at < end && (galen_sql_is_word_byte(*at) || *at == '$'))
    at++;
  return at;
}

/* pt-table-checksum's mark: "/" "*db.tbl:3/10*" "/" */
gboolean galen_comment_is_checksum_mark(const char *text, gsize len) {
  const char *at = text + 2, *end = text + len;
  const char *stop = len > 4 ? skip_name(at, end) : at;
  if (stop == at || stop == end || *stop != '.')
    return FALSE;
  at = stop + 1;
  stop = skip_name(at, end);
  if (stop == at || stop == end || *stop != ':')
    return FALSE;
  for (at = ++stop; stop < end && g_ascii_isdigit(*stop);)
    stop++;
  return stop > at && stop + 1 < end && *stop == '/' && g_ascii_isdigit(stop[1]);
}
