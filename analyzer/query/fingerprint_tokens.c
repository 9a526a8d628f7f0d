#include "fingerprint_private.h"

void galen_fp_settle_name(GalenFingerprinter *self) {
  if (!self->maybe_column)
    return;
  self->maybe_column = FALSE;
  if (self->depth > 0)
    galen_fp_spoil(self);
}

static gboolean operand_expected(const GalenFingerprinter *self) {
  return self->last != LAST_OPERAND && self->last != LAST_DOT && self->last != LAST_AT && self->last != LAST_COLON;
}

void galen_fp_literal(GalenFingerprinter *self) {
  galen_fp_settle_name(self);
  if (self->sign_pos != FP_NOWHERE) {
    self->pos = self->sign_pos;
    self->space = self->comment = FALSE;
  }
  /* Literals that touch are one: "a"'b', or a string that was quoted wrongly. */
  if (self->literal_pos != self->pos || self->space || self->comment) {
    galen_fp_gap(self, '?');
    galen_fp_putc(self, '?');
  }
  self->literal_pos = self->pos;
  galen_fp_note_literal(self);
  galen_fp_frame(self)->filled = TRUE;
  self->sign_pos = FP_NOWHERE;
  self->last = LAST_OPERAND;
  self->list_word = 0;
  self->after_values = FALSE;
  self->called_column = FALSE;
  self->word = self->word_before = 0;
  self->like = FALSE;
}

/* The last token is a word that may be a name. */
static gboolean behind_word(const GalenFingerprinter *self) {
  return self->word_pos != FP_NOWHERE && self->word_pos < self->pos && self->last == LAST_OPERAND && self->maybe_column;
}

gboolean galen_fp_behind_introducer(const GalenFingerprinter *self) {
  return behind_word(self) && galen_words_is_introducer(self->out + self->word_pos, self->pos - self->word_pos);
}

/* _utf8mb4'x', N'x', X'4D', b'01', _latin1 X'4D', _latin1 0x4D: the words before belong to the literal. */
static gboolean take_introducer(GalenFingerprinter *self, gboolean number) {
  if (!behind_word(self))
    return FALSE;
  const char *text = self->out + self->word_pos;
  gsize len = self->pos - self->word_pos;
  gboolean apart = number || self->space || self->comment;
  gboolean letter = len == 1 && (*text == 'n' || *text == 'x' || *text == 'b');
  if (apart ? !galen_words_is_introducer(text, len) : !letter && *text != '_')
    return FALSE;
  self->pos = self->intro_pos != FP_NOWHERE ? self->intro_pos : self->word_pos;
  self->sign_pos = self->word_sign;
  self->space = self->comment = FALSE;
  self->maybe_column = FALSE;
  return TRUE;
}

/* @'a b' is a variable, 'u'@'h' is an account. */
static gboolean names_variable(const GalenFingerprinter *self) {
  return self->last == LAST_AT && !self->account && !self->space;
}

static void begin_variable(GalenFingerprinter *self, char quote) {
  galen_fp_settle_name(self);
  galen_fp_gap(self, quote);
  galen_fp_frame(self)->filled = TRUE;
  self->list_word = 0;
  self->after_values = self->called_column = self->like = self->digits = FALSE;
  self->word = self->word_before = 0;
  self->word_pos = self->intro_pos = self->sign_pos = FP_NOWHERE;
  self->last = LAST_OPERAND;
}

static void string_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (token->begins) {
    self->quoted = names_variable(self);
    if (self->quoted)
      begin_variable(self, *token->text);
  }
  if (self->quoted) {
    galen_fp_put_lower(self, token->text, token->len);
    return;
  }
  if (token->begins) {
    gboolean like = self->like;
    if (!take_introducer(self, FALSE) && self->word == WORD_TYPED)
      self->maybe_column = FALSE; /* DATE '2020-01-01' */
    self->number = 0;
    self->number_slot = -1;
    galen_fp_literal(self);
    self->pattern = like;
    self->like = like && token->len == 1;
    if (like && token->len > 1 && (token->text[1] == '%' || token->text[1] == '_'))
      self->facts |= GALEN_FACT_LEADING_WILDCARD;
  } else if (self->like) {
    if (token->text[0] == '%' || token->text[0] == '_')
      self->facts |= GALEN_FACT_LEADING_WILDCARD;
    self->like = FALSE;
  }
}

static void number_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (!token->begins)
    return;
  self->number = galen_slot_value(token->text, token->text + token->len);
  self->number_slot = self->slot;
  if (token->len > 1 && token->text[0] == '0' && g_ascii_isalpha(token->text[1]))
    (void)take_introducer(self, TRUE);
  galen_fp_literal(self);
}

static void name_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (token->begins) {
    galen_fp_settle_name(self);
    galen_fp_gap(self, '`');
    galen_fp_frame(self)->filled = TRUE;
    self->list_word = 0;
    self->after_values = FALSE;
    self->sign_pos = FP_NOWHERE;
    self->called_column = FALSE;
    if (self->word == WORD_FROM && self->depth == 0)
      self->from_table = TRUE;
    if (self->command == 0)
      self->command = WORD_PLAIN;
    self->maybe_column = !self->variable && !galen_fp_behind_charset(self);
    self->word = self->word_before = 0;
    self->word_pos = self->intro_pos = FP_NOWHERE;
    galen_fp_frame(self)->after_union = FALSE;
    self->digits = FALSE;
  }
  galen_fp_put_lower(self, token->text, token->len);
  self->last = LAST_OPERAND;
}

static void sign(GalenFingerprinter *self, char c) {
  galen_fp_gap(self, c);
  if (self->sign_pos == FP_NOWHERE)
    self->sign_pos = self->pos;
  galen_fp_putc(self, c);
  self->last = LAST_OPERATOR;
}

static void star(GalenFingerprinter *self) {
  gboolean qualified = self->last == LAST_DOT;
  gboolean item = self->last == LAST_COMMA || self->last == LAST_KEYWORD;
  galen_fp_gap(self, '*');
  galen_fp_putc(self, '*');
  if (!qualified && !item && self->last != LAST_OPEN) {
    self->last = LAST_OPERATOR;
    return;
  }
  if (qualified || item)
    self->facts |= GALEN_FACT_SELECT_STAR;
  self->last = LAST_OPERAND;
}

static void operator_byte(GalenFingerprinter *self, char c) {
  if (self->called_column && (c == '=' || c == '<' || c == '>' || c == '!'))
    self->facts |= GALEN_FACT_WHERE_FUNCTION;
  /* Also '@@', whose first '@' decided. */
  if (c == '@' && self->last != LAST_AT)
    self->account = self->last == LAST_OPERAND && (!self->space || self->literal_pos == self->pos);
  galen_fp_gap(self, c);
  galen_fp_putc(self, c);
  self->last = c == '@' ? LAST_AT : c == ':' ? LAST_COLON : c == '}' || c == ']' ? LAST_OPERAND : LAST_OPERATOR;
  if (c == '@')
    self->variable = TRUE;
}

static void dot(GalenFingerprinter *self) {
  galen_fp_gap(self, '.');
  galen_fp_putc(self, '.');
  self->maybe_column = FALSE;
  self->last = LAST_DOT;
  self->word = self->word_before = 0;
}

static void punct_token(GalenFingerprinter *self, char c) {
  galen_fp_room(self);
  if (c == '.') {
    dot(self);
    return;
  }
  if (self->last != LAST_AT || c != '@')
    self->variable = FALSE;
  if (c == '(') {
    self->sign_pos = FP_NOWHERE;
    galen_fp_open(self);
    return;
  }
  if (c == '?') {
    self->number = 0;
    self->number_slot = -1;
    galen_fp_literal(self);
    return;
  }
  if (c == ',' || c == ')') {
    self->sign_pos = FP_NOWHERE;
    self->called_column = FALSE;
    if (c == ',')
      galen_fp_comma(self);
    else
      galen_fp_close(self);
    return;
  }
  galen_fp_settle_name(self);
  galen_fp_frame(self)->filled = TRUE;
  self->list_word = 0;
  self->after_values = FALSE;
  self->word = self->word_before = 0;
  if ((c == '-' || c == '+') && operand_expected(self)) {
    sign(self, c);
    return;
  }
  self->sign_pos = FP_NOWHERE;
  if (c == '*')
    star(self);
  else
    operator_byte(self, c);
  self->called_column = FALSE;
}

static void comment_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  /* Longer ones may come in parts, which must make no difference. */
  gboolean whole = token->begins && token->ends && token->len > 4 && token->len <= GALEN_SQL_WORD_MAX &&
                   token->text[0] == '/' && token->text[1] == '*';
  if (whole && galen_comment_is_checksum_mark(token->text, token->len))
    self->percona_toolkit = TRUE;
  if (whole && galen_comment_is_repeat_mark(token->text, token->len)) {
    galen_fp_settle_name(self);
    if (self->pos > 0)
      self->space = TRUE;
    galen_fp_gap(self, '/');
    galen_fp_put(self, token->text, token->len);
    self->last = LAST_OPERAND;
    return;
  }
  self->comment = TRUE;
}

/* Inside a list that is collapsed already: only its end matters. */
static void skip_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (token->type != GALEN_SQL_PUNCT)
    return;
  FpFrame *frame = galen_fp_frame(self);
  switch (*token->text) {
  case '(':
    self->skipping++;
    break;
  case ',':
    frame->items += self->skipping == 1;
    break;
  case ')':
    if (--self->skipping > 0)
      break;
    if (frame->kind == FRAME_IN)
      self->in_items = MAX(self->in_items, (guint64)frame->items + 1);
    self->after_values = frame->kind != FRAME_IN;
    self->empty_rows = FALSE;
    self->comma_pos = FP_NOWHERE;
    self->depth--;
    self->last = LAST_OPERAND;
    self->maybe_column = FALSE;
    self->list_word = 0;
    self->sign_pos = FP_NOWHERE;
    break;
  default:
    break;
  }
}

/* call name(…): the name, and nothing behind it. TRUE: the token is done with. */
static gboolean call_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (token->type != GALEN_SQL_PUNCT || *token->text != '(')
    return FALSE;
  self->mode = MODE_DONE;
  if (self->braces)
    galen_fp_putc(self, '}');
  return TRUE;
}

static void take_piece(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (token->type == GALEN_SQL_SPACE) {
    self->space = TRUE;
    return;
  }
  if (token->type == GALEN_SQL_COMMENT) {
    if (self->skipping == 0 && self->mode != MODE_DONE)
      comment_token(self, token);
    return;
  }
  if (self->skipping > 0) {
    skip_token(self, token);
    return;
  }
  if (self->mode == MODE_DONE || self->mode == MODE_USE || (self->mode == MODE_CALL && call_token(self, token)))
    return;
  galen_fp_room(self);
  switch (token->type) {
  case GALEN_SQL_WORD:
    if (token->begins)
      galen_fp_word(self, token->text, token->len);
    else
      galen_fp_put_lower(self, token->text, token->len);
    break;
  case GALEN_SQL_NAME:
    name_token(self, token);
    break;
  case GALEN_SQL_NUMBER:
    number_token(self, token);
    break;
  case GALEN_SQL_STRING:
    string_token(self, token);
    break;
  default:
    if (!self->any && *token->text == '{')
      self->braces = TRUE;
    punct_token(self, *token->text);
  }
  self->any = TRUE;
  if (self->depth > 0 && self->pos > FP_LIST_MAX)
    galen_fp_check_list(self);
}

void galen_fp_token(GalenFingerprinter *self, const GalenSqlToken *token) {
  if (token->len <= FP_PIECE) {
    take_piece(self, token);
    return;
  }
  GalenSqlToken piece = *token;
  gboolean variable = token->type == GALEN_SQL_STRING && (token->begins ? names_variable(self) : self->quoted);
  gboolean name = variable || token->type == GALEN_SQL_NAME || token->type == GALEN_SQL_WORD;
  for (; name && piece.len > FP_PIECE; piece.begins = FALSE) {
    GalenSqlToken part = piece;
    part.len = FP_PIECE;
    part.ends = FALSE;
    take_piece(self, &part);
    piece.text += FP_PIECE;
    piece.len -= FP_PIECE;
  }
  take_piece(self, &piece);
}
