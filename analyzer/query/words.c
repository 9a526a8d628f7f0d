#include "words.h"

#include <string.h>

#define O GALEN_WORD_OPERAND
#define N GALEN_WORD_NO_COLUMN
#define W(text, word, flags)                                                                                           \
  { text, sizeof(text) - 1, word, flags }

static const GalenWordInfo words[] = {
    W("all", WORD_ALL, O | N),
    W("and", WORD_PLAIN, O | N),
    W("any", WORD_PLAIN, N),
    W("as", WORD_PLAIN, N),
    W("asc", WORD_ASC, N),
    W("between", WORD_BETWEEN, O | N),
    W("binary", WORD_PLAIN, O | N),
    W("both", WORD_PLAIN, N),
    W("by", WORD_BY, O | N),
    W("call", WORD_CALL, 0),
    W("case", WORD_PLAIN, O | N),
    W("cast", WORD_PLAIN, N),
    W("char", WORD_PLAIN, N),
    W("character", WORD_CHARACTER, N),
    W("collate", WORD_COLLATE, N),
    W("convert", WORD_PLAIN, N),
    W("current_date", WORD_PLAIN, N),
    W("current_time", WORD_PLAIN, N),
    W("current_timestamp", WORD_PLAIN, N),
    W("current_user", WORD_PLAIN, N),
    W("date", WORD_TYPED, 0),
    W("datetime", WORD_PLAIN, N),
    W("day", WORD_PLAIN, N),
    W("day_hour", WORD_PLAIN, N),
    W("day_microsecond", WORD_PLAIN, N),
    W("day_minute", WORD_PLAIN, N),
    W("day_second", WORD_PLAIN, N),
    W("decimal", WORD_PLAIN, N),
    W("default", WORD_PLAIN, O | N),
    W("delete", WORD_DELETE, 0),
    W("desc", WORD_PLAIN, N),
    W("distinct", WORD_DISTINCT, O | N),
    W("div", WORD_PLAIN, O | N),
    W("duplicate", WORD_DUPLICATE, 0),
    W("else", WORD_PLAIN, O | N),
    W("end", WORD_PLAIN, N),
    W("escape", WORD_PLAIN, N),
    W("exists", WORD_PLAIN, N),
    W("false", WORD_FALSE, N),
    W("for", WORD_FOR, N),
    W("from", WORD_FROM, N),
    W("group", WORD_GROUP, 0),
    W("having", WORD_HAVING, O),
    W("hour", WORD_PLAIN, N),
    W("hour_microsecond", WORD_PLAIN, N),
    W("hour_minute", WORD_PLAIN, N),
    W("hour_second", WORD_PLAIN, N),
    W("in", WORD_IN, O | N),
    W("insert", WORD_INSERT, 0),
    W("interval", WORD_PLAIN, O | N),
    W("into", WORD_INTO, 0),
    W("is", WORD_IS, N),
    W("join", WORD_JOIN, 0),
    W("json", WORD_PLAIN, N),
    W("leading", WORD_PLAIN, N),
    W("like", WORD_LIKE, O | N),
    W("limit", WORD_LIMIT, O | N),
    W("localtime", WORD_PLAIN, N),
    W("localtimestamp", WORD_PLAIN, N),
    W("lock", WORD_LOCK, 0),
    W("microsecond", WORD_PLAIN, N),
    W("minute", WORD_PLAIN, N),
    W("minute_microsecond", WORD_PLAIN, N),
    W("minute_second", WORD_PLAIN, N),
    W("mod", WORD_PLAIN, O | N),
    W("month", WORD_PLAIN, N),
    W("natural", WORD_NATURAL, 0),
    W("not", WORD_NOT, O | N),
    W("null", WORD_NULL, N),
    W("offset", WORD_OFFSET, 0),
    W("on", WORD_ON, O),
    W("or", WORD_OR, O | N),
    W("order", WORD_ORDER, 0),
    W("procedure", WORD_PROCEDURE, 0),
    W("quarter", WORD_PLAIN, N),
    W("range", WORD_RANGE, 0),
    W("regexp", WORD_PLAIN, O | N),
    W("replace", WORD_REPLACE, 0),
    W("return", WORD_PLAIN, O | N),
    W("rlike", WORD_PLAIN, O | N),
    W("row", WORD_ROW, N),
    W("rows", WORD_ROWS, 0),
    W("second", WORD_PLAIN, N),
    W("second_microsecond", WORD_PLAIN, N),
    W("select", WORD_SELECT, O | N),
    W("separator", WORD_PLAIN, N),
    W("set", WORD_SET, O),
    W("signed", WORD_PLAIN, N),
    W("some", WORD_PLAIN, N),
    W("sounds", WORD_PLAIN, N),
    W("sql_calc_found_rows", WORD_SQL_CALC_FOUND_ROWS, O | N),
    W("sql_cache", WORD_PLAIN, O | N),
    W("sql_no_cache", WORD_PLAIN, O | N),
    W("straight_join", WORD_JOIN, O | N),
    W("table", WORD_TABLE, N),
    W("then", WORD_PLAIN, O | N),
    W("time", WORD_TYPED, 0),
    W("timestamp", WORD_TYPED, 0),
    W("trailing", WORD_PLAIN, N),
    W("true", WORD_TRUE, N),
    W("union", WORD_UNION, O),
    W("unsigned", WORD_PLAIN, N),
    W("update", WORD_UPDATE, 0),
    W("use", WORD_USE, 0),
    W("using", WORD_USING, N),
    W("utc_date", WORD_PLAIN, N),
    W("utc_time", WORD_PLAIN, N),
    W("utc_timestamp", WORD_PLAIN, N),
    W("value", WORD_VALUE, 0),
    W("values", WORD_VALUES, N),
    W("week", WORD_PLAIN, N),
    W("when", WORD_PLAIN, O | N),
    W("where", WORD_WHERE, O),
    W("with", WORD_WITH, N),
    W("xor", WORD_PLAIN, O | N),
    W("year", WORD_PLAIN, N),
    W("year_month", WORD_PLAIN, N),
};

G_STATIC_ASSERT(G_N_ELEMENTS(words) < 255);

/* Mixes length, first, middle and last byte: enough to set the words of the table apart, mostly. */
static guint hash(const char *text, gsize len) {
  guint mix = (guint)len | (guint)(guint8)text[0] << 8 | (guint)(guint8)text[len - 1] << 16 |
              (guint)(guint8)text[len / 2] << 24;
  return (mix * 2654435761u) >> 22 & (GALEN_WORD_SLOTS - 1);
}

void galen_words_init(GalenWordTable *self) {
  memset(self, 0, sizeof *self);
  for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
    guint slot = hash(words[i].text, words[i].len);
    while (self->slots[slot] != 0)
      slot = (slot + 1) & (GALEN_WORD_SLOTS - 1);
    self->slots[slot] = (guint8)(i + 1);
  }
}

const GalenWordInfo *galen_words_find(const GalenWordTable *self, const char *text, gsize len) {
  if (len < 2 || len > GALEN_WORD_LEN_MAX)
    return NULL;
  for (guint slot = hash(text, len); self->slots[slot] != 0; slot = (slot + 1) & (GALEN_WORD_SLOTS - 1)) {
    const GalenWordInfo *info = &words[self->slots[slot] - 1];
    if (info->len == len && memcmp(info->text, text, len) == 0)
      return info;
  }
  return NULL;
}

gboolean galen_words_is_introducer(const char *text, gsize len) {
  static const char *const sets[] = {
      "armscii8", "ascii", "big5",    "binary", "cp1250",  "cp1251", "cp1256", "cp1257",  "cp850",    "cp852",  "cp866",
      "cp932",    "dec8",  "eucjpms", "euckr",  "gb18030", "gb2312", "gbk",    "geostd8", "greek",    "hebrew", "hp8",
      "keybcs2",  "koi8r", "koi8u",   "latin1", "latin2",  "latin5", "latin7", "macce",   "macroman", "sjis",   "swe7",
      "tis620",   "ucs2",  "ujis",    "utf16",  "utf16le", "utf32",  "utf8",   "utf8mb3", "utf8mb4",
  };
  if (len < 2 || text[0] != '_')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(sets); i++)
    if (strlen(sets[i]) == len - 1 && memcmp(sets[i], text + 1, len - 1) == 0)
      return TRUE;
  return FALSE;
}
