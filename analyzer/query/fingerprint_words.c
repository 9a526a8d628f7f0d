#include "fingerprint_private.h"

/* Words that end an ORDER BY. */
static gboolean ends_order(guint8 word) {
  return word == WORD_LIMIT || word == WORD_FOR || word == WORD_INTO || word == WORD_LOCK || word == WORD_PROCEDURE ||
         word == WORD_OFFSET || word == WORD_ROWS || word == WORD_RANGE || word == WORD_UNION || word == WORD_SELECT;
}

/* Clauses of the frame that the word stands in. */
static void note_clause(GalenFingerprinter *self, FpFrame *frame, guint8 word) {
  if (frame->order_by && ends_order(word))
    frame->order_by = FALSE;
  switch (word) {
  case WORD_BY:
    frame->order_by = self->word == WORD_ORDER;
    frame->where = frame->from = FALSE;
    break;
  case WORD_FROM:
    frame->from = TRUE;
    break;
  case WORD_WHERE:
    frame->where = TRUE;
    frame->from = FALSE;
    break;
  case WORD_GROUP:
  case WORD_HAVING:
  case WORD_ORDER:
  case WORD_LIMIT:
  case WORD_UNION:
  case WORD_SET:
    frame->where = frame->from = FALSE;
    break;
  case WORD_OR:
    if (frame->where)
      self->facts |= GALEN_FACT_OR_IN_WHERE;
    break;
  default:
    break;
  }
}

/* What the outer level has: a table without conditions is read whole. */
static void note_outer(GalenFingerprinter *self, guint8 word) {
  switch (word) {
  case WORD_WHERE:
  case WORD_LIMIT:
  case WORD_HAVING:
    self->bounded = TRUE;
    if (word == WORD_WHERE)
      self->tied = TRUE;
    break;
  case WORD_JOIN:
    self->joined = TRUE;
    if (self->word == WORD_NATURAL)
      self->tied = TRUE;
    break;
  case WORD_ON:
  case WORD_USING:
    self->tied = TRUE;
    break;
  default:
    break;
  }
}

static void note_facts(GalenFingerprinter *self, guint8 word) {
  FpFrame *frame = galen_fp_frame(self);
  if (word == WORD_OTHER && !frame->after_union)
    return;
  note_clause(self, frame, word);
  if (self->depth == 0)
    note_outer(self, word);
  if (self->called_column && (word == WORD_LIKE || word == WORD_BETWEEN || word == WORD_IN))
    self->facts |= GALEN_FACT_WHERE_FUNCTION;
  if (word == WORD_UPDATE && self->word == WORD_FOR)
    self->facts |= GALEN_FACT_FOR_UPDATE;
  if (word == WORD_SQL_CALC_FOUND_ROWS)
    self->facts |= GALEN_FACT_SQL_CALC_FOUND_ROWS;
  if (frame->after_union && word != WORD_ALL)
    self->facts |= GALEN_FACT_UNION_DISTINCT;
  if (frame->after_union && word == WORD_ALL)
    frame->union_all = TRUE;
  frame->after_union = FALSE;
  if (word == WORD_LIMIT)
    self->limit = 1;
  else if (word == WORD_OFFSET && self->limit == 2)
    self->limit = 3;
  else if (word != 0)
    self->limit = 0;
}

static void set_offset(GalenFingerprinter *self, guint64 value, gint slot) {
  self->offset = value;
  self->offset_slot = slot;
  self->limit = 0;
}

void galen_fp_note_literal(GalenFingerprinter *self) {
  if (self->limit == 1) {
    self->limit_first = self->number;
    self->limit_slot = self->number_slot;
    self->limit = 2;
  } else if (self->limit == 2 && self->last == LAST_COMMA) {
    set_offset(self, self->limit_first, self->limit_slot); /* LIMIT offset, count */
  } else if (self->limit == 3) {
    set_offset(self, self->number, self->number_slot);
  }
}

/* rand() behind ORDER BY. */
static void note_name(GalenFingerprinter *self, const char *text, gsize len) {
  if (self->word == WORD_BY && self->word_before == WORD_ORDER && len == 4 && memcmp(text, "rand", 4) == 0)
    self->facts |= GALEN_FACT_ORDER_BY_RAND;
}

/* The statement's first word decides on its form. */
static gboolean first_word(GalenFingerprinter *self, guint8 word) {
  self->command = word != 0 ? word : (guint8)WORD_PLAIN;
  if (word == WORD_CALL)
    self->mode = MODE_CALL;
  if (word == WORD_USE)
    self->mode = MODE_USE;
  return word == WORD_USE;
}

/* Words that have a part in lists. */
static void list_word(GalenFingerprinter *self, guint8 word, guint32 at) {
  switch (word) {
  case WORD_IN:
  case WORD_VALUES:
  case WORD_VALUE:
    self->list_word = word;
    self->list_pos = self->pos;
    break;
  case WORD_ROW:
    if (self->list_word == WORD_VALUES)
      self->list_pos = self->pos;
    break;
  case WORD_SELECT:
  case WORD_WITH:
    if (galen_fp_frame(self)->negated)
      self->facts |= GALEN_FACT_NOT_IN_SUBQUERY;
    galen_fp_select(self, at);
    break;
  case WORD_UNION:
    galen_fp_union(self, at);
    break;
  default:
    break;
  }
}

/* NULL, TRUE and FALSE are literals, ASC in ORDER BY is nothing. TRUE: the word is done with. */
static gboolean literal_word(GalenFingerprinter *self, guint8 word, guint32 at, gboolean space) {
  if (word == WORD_ASC && galen_fp_frame(self)->order_by && self->last == LAST_OPERAND) {
    self->pos = at - (at > 0 && self->out[at - 1] == ' ' && space ? 1 : 0);
    return TRUE;
  }
  /* IS [NOT] NULL, ON DELETE SET NULL, and NULL behind a column's type, are no values. */
  gboolean kept = self->word == WORD_IS || self->word == WORD_NOT || self->word == WORD_SET;
  gboolean null = word == WORD_NULL && self->last != LAST_OPERAND && !kept;
  if (!null && word != WORD_TRUE && word != WORD_FALSE)
    return FALSE;
  self->pos = at;
  self->number = 0;
  self->number_slot = -1;
  galen_fp_literal(self);
  return TRUE;
}

/* The X or B of a literal behind an introducer, if it is one: then neither is a column. Returns where the introducer begins,
 * FP_NOWHERE: there is none. */
static guint32 introducer_before(const GalenFingerprinter *self, const char *text, gsize len) {
  gboolean letter = len == 1 && strchr("xXbB", *text) != NULL;
  return letter && galen_fp_behind_introducer(self) ? self->word_pos : FP_NOWHERE;
}

void galen_fp_word(GalenFingerprinter *self, const char *text, gsize len) {
  gboolean bound = self->last == LAST_DOT || self->last == LAST_AT || self->last == LAST_COLON;
  gboolean space = self->space;
  guint32 word_sign = self->word_sign;
  self->intro_pos = introducer_before(self, text, len);
  if (self->intro_pos == FP_NOWHERE)
    galen_fp_settle_name(self);
  galen_fp_gap(self, *text);
  guint32 at = self->pos;
  self->digits = FALSE;
  galen_fp_put_lower(self, text, len);
  const GalenWordInfo *info = NULL;
  /* No keyword holds a digit, so masking does not hide any. */
  if (!bound && len <= GALEN_WORD_LEN_MAX && self->pos - at == len) {
    info = galen_words_find(&self->words, self->out + at, len);
    note_name(self, self->out + at, len);
  }
  guint8 word = info != NULL ? info->word : (guint8)WORD_OTHER;
  if (self->command == 0 && first_word(self, word))
    return;
  if (literal_word(self, word, at, space)) {
    self->after_values = FALSE;
    return;
  }
  note_facts(self, word);
  /* ROW keeps what VALUES began. */
  if (word != WORD_ROW) {
    self->list_word = 0;
    self->after_values = FALSE;
  }
  galen_fp_frame(self)->filled = TRUE;
  self->word_pos = at;
  list_word(self, word, at);
  if (self->word == WORD_FROM && self->depth == 0)
    self->from_table = TRUE;
  self->called_column = FALSE;
  self->word_sign = self->intro_pos != FP_NOWHERE ? word_sign : self->sign_pos;
  self->sign_pos = FP_NOWHERE;
  self->like = word == WORD_LIKE;
  /* {d '2020-01-01'}, {ts '…'}: a type, no column. */
  gboolean type = at > 0 && self->out[at - 1] == '{';
  gboolean charset = galen_fp_behind_charset(self) || (word == WORD_SET && self->word == WORD_CHARACTER);
  self->word_before = self->word;
  self->word = word;
  guint8 flags = info != NULL ? info->flags : 0;
  self->maybe_column =
      (flags & GALEN_WORD_NO_COLUMN) == 0 && !type && !charset && !self->variable && self->last != LAST_COLON;
  self->last = (flags & GALEN_WORD_OPERAND) != 0 ? LAST_KEYWORD : LAST_OPERAND;
}

gboolean galen_fp_behind_charset(const GalenFingerprinter *self) {
  return self->word == WORD_COLLATE || self->word == WORD_USING ||
         (self->word == WORD_SET && self->word_before == WORD_CHARACTER);
}

void galen_fp_finish_facts(GalenFingerprinter *self) {
  gboolean reads = self->command == WORD_SELECT && self->from_table;
  gboolean writes = self->command == WORD_UPDATE || self->command == WORD_DELETE;
  if ((reads || writes) && !self->bounded)
    self->facts |= GALEN_FACT_NO_WHERE;
  if (reads && (self->joined || self->comma_join) && !self->tied)
    self->facts |= GALEN_FACT_CARTESIAN;
}
