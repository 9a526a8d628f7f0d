/* The words of SQL that matter to fingerprints and descriptions. */
#pragma once

#include <glib.h>

typedef enum {
  WORD_OTHER, /* a name, or a keyword that means nothing here */
  WORD_PLAIN, /* a keyword without a part of its own */
  WORD_ALL,
  WORD_ASC,
  WORD_BETWEEN,
  WORD_BY,
  WORD_CALL,
  WORD_CHARACTER,
  WORD_COLLATE,
  WORD_DELETE,
  WORD_DISTINCT,
  WORD_DUPLICATE,
  WORD_FALSE,
  WORD_FOR,
  WORD_FROM,
  WORD_GROUP,
  WORD_HAVING,
  WORD_IN,
  WORD_INSERT,
  WORD_INTO,
  WORD_IS,
  WORD_JOIN,
  WORD_LIKE,
  WORD_LIMIT,
  WORD_LOCK,
  WORD_NATURAL,
  WORD_NOT,
  WORD_NULL,
  WORD_OFFSET,
  WORD_ON,
  WORD_OR,
  WORD_ORDER,
  WORD_PROCEDURE,
  WORD_RANGE,
  WORD_REPLACE,
  WORD_ROW,
  WORD_ROWS,
  WORD_SELECT,
  WORD_SET,
  WORD_SQL_CALC_FOUND_ROWS,
  WORD_TABLE,
  WORD_TRUE,
  WORD_TYPED, /* DATE, TIME, TIMESTAMP: may stand before a literal */
  WORD_UNION,
  WORD_UPDATE,
  WORD_USE,
  WORD_USING,
  WORD_VALUE,
  WORD_VALUES,
  WORD_WHERE,
  WORD_WITH,
} GalenWord;

enum {
  GALEN_WORD_OPERAND = 1 << 0,   /* an operand follows: a sign behind it belongs to a literal */
  GALEN_WORD_NO_COLUMN = 1 << 1, /* never the name of a column where an expression stands */
};

typedef struct {
  const char *text; /* lower case */
  guint8 len;
  guint8 word; /* GalenWord */
  guint8 flags;
} GalenWordInfo;

#define GALEN_WORD_SLOTS 1024u
#define GALEN_WORD_LEN_MAX 19u

/* A look-up table; make one and keep it. */
typedef struct {
  guint8 slots[GALEN_WORD_SLOTS]; /* index + 1; 0: free */
} GalenWordTable;

void galen_words_init(GalenWordTable *self);
/* What `text` (lower case) is; NULL: no word of the table. */
const GalenWordInfo *galen_words_find(const GalenWordTable *self, const char *text, gsize len);

/* Whether `text` (lower case, '_' included) is the introducer of a character set. */
gboolean galen_words_is_introducer(const char *text, gsize len);
