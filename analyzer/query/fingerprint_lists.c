#include "fingerprint_private.h"

static FpFrameKind kind_of_list(const GalenFingerprinter *self) {
  if (self->list_word == WORD_IN)
    return FRAME_IN;
  if (self->list_word == WORD_VALUES || self->list_word == WORD_VALUE)
    return FRAME_VALUES;
  if (self->after_values && self->comma_pos != FP_NOWHERE)
    return FRAME_MORE;
  return self->maybe_column ? FRAME_CALL : FRAME_PLAIN;
}

/* "(select …) union (select …)": whether a parenthesis that opens now may be such an arm. */
static gboolean may_begin_arm(const GalenFingerprinter *self) {
  guint8 word = self->word == WORD_ALL || self->word == WORD_DISTINCT ? self->word_before : self->word;
  return self->last == LAST_START || self->last == LAST_OPEN || word == WORD_UNION;
}

void galen_fp_open(GalenFingerprinter *self) {
  /* "_latin1 x(": no literal after all, so the first word is a name. */
  if (self->maybe_column && self->intro_pos != FP_NOWHERE && self->depth > 0)
    galen_fp_spoil(self);
  FpFrameKind kind = kind_of_list(self);
  gboolean negated = kind == FRAME_IN && self->word_before == WORD_NOT;
  guint32 start = kind == FRAME_MORE ? self->comma_pos : self->list_pos;
  gboolean begins_arm = may_begin_arm(self);
  galen_fp_gap(self, '(');
  guint32 at = self->pos;
  galen_fp_putc(self, '(');
  galen_fp_frame(self)->filled = TRUE;
  self->list_word = 0;
  self->after_values = FALSE;
  self->maybe_column = FALSE;
  self->last = LAST_OPEN;
  self->word = self->word_before = 0;
  if (kind == FRAME_VALUES || kind == FRAME_MORE)
    self->rows++;
  if (self->depth + 1 == FP_DEPTH) {
    self->deeper++;
    return;
  }
  gboolean where = galen_fp_frame(self)->where;
  self->frames[++self->depth] = (FpFrame){.kind = (guint8)kind,
                                          .negated = negated,
                                          .empty = kind == FRAME_MORE && self->empty_rows,
                                          .start = start,
                                          .where = where,
                                          .outer_arm = begins_arm ? at : FP_NOWHERE,
                                          .arm = FP_NOWHERE,
                                          .previous = FP_NOWHERE,
                                          .previous_end = FP_NOWHERE};
  self->list_begun = kind != FRAME_PLAIN && kind != FRAME_CALL;
}

void galen_fp_spoil(GalenFingerprinter *self) {
  /* A frame that is dirty has all its outer ones dirty too. */
  for (guint i = self->depth + 1; i-- > 0 && !self->frames[i].dirty;)
    self->frames[i].dirty = TRUE;
}

static gboolean is_list(const FpFrame *frame) {
  return frame->kind == FRAME_IN || frame->kind == FRAME_VALUES || frame->kind == FRAME_MORE;
}

static void note_items(GalenFingerprinter *self, const FpFrame *frame) {
  if (frame->kind == FRAME_IN)
    self->in_items = MAX(self->in_items, (guint64)frame->items + 1);
}

/* Takes a list's text back and writes what stands for it. */
static void collapse(GalenFingerprinter *self, const FpFrame *frame) {
  self->pos = frame->start;
  if (frame->kind != FRAME_MORE)
    galen_fp_put(self, frame->filled ? "(?+)" : "()", frame->filled ? 4 : 2);
  self->space = self->comment = FALSE;
  self->literal_pos = FP_NOWHERE;
}

static void after_list(GalenFingerprinter *self, const FpFrame *frame) {
  self->after_values = frame->kind != FRAME_IN;
  self->empty_rows = !frame->filled;
  self->comma_pos = FP_NOWHERE;
}

/* A list whose end has come collapses: what is in it says nothing, and it goes with the rows before. */
static gboolean is_plain(const FpFrame *frame) {
  if (!is_list(frame) || frame->dirty)
    return FALSE;
  if (frame->kind == FRAME_MORE)
    return frame->filled != frame->empty;
  return frame->filled || frame->kind == FRAME_VALUES;
}

void galen_fp_check_list(GalenFingerprinter *self) {
  for (guint i = 1; i <= self->depth; i++) {
    FpFrame *frame = &self->frames[i];
    if (!is_list(frame) || frame->dirty)
      continue;
    if (self->pos - frame->start > FP_LIST_MAX) {
      /* Outermost first: what is inside it is gone with it. */
      frame->filled = TRUE;
      collapse(self, frame);
      self->skipping = self->depth - i + self->deeper + 1;
      self->depth = i;
      self->deeper = 0;
    }
    return;
  }
}

void galen_fp_close(GalenFingerprinter *self) {
  galen_fp_settle_name(self);
  self->list_word = 0;
  self->word = self->word_before = 0;
  if (self->deeper > 0 || self->depth == 0) {
    self->deeper -= self->deeper > 0;
    galen_fp_gap(self, ')');
    galen_fp_putc(self, ')');
    self->last = LAST_OPERAND;
    return;
  }
  FpFrame frame = *galen_fp_frame(self);
  galen_fp_finish_union(self, &frame);
  self->depth--;
  note_items(self, &frame);
  self->after_values = FALSE;
  if (is_plain(&frame)) {
    collapse(self, &frame);
    after_list(self, &frame);
  } else {
    galen_fp_gap(self, ')');
    galen_fp_putc(self, ')');
  }
  self->called_column = frame.kind == FRAME_CALL && frame.dirty && frame.where;
  self->last = LAST_OPERAND;
}

void galen_fp_comma(GalenFingerprinter *self) {
  galen_fp_settle_name(self);
  FpFrame *frame = galen_fp_frame(self);
  frame->items++;
  self->comma_pos = self->after_values ? self->pos : FP_NOWHERE;
  galen_fp_gap(self, ',');
  galen_fp_putc(self, ',');
  self->last = LAST_COMMA;
  self->word = self->word_before = 0;
  if (self->depth == 0 && frame->from)
    self->comma_join = TRUE;
}

void galen_fp_cut_lists(GalenFingerprinter *self) {
  for (guint i = 1; i <= self->depth; i++) {
    const FpFrame frame = self->frames[i];
    if (!is_plain(&frame) || !frame.filled)
      continue;
    note_items(self, &frame);
    collapse(self, &frame);
    self->depth = i - 1;
    return;
  }
}

/* ---- repeated UNION arms: of equal SELECTs in a row the first is kept ---- */

static gboolean ends_arm(const char *rest, gsize len) {
  static const char *const tails[] = {" order by ", " limit ", " for ", " lock in ", " into "};
  if (len == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(tails); i++)
    if (len >= strlen(tails[i]) && memcmp(rest, tails[i], strlen(tails[i])) == 0)
      return TRUE;
  return FALSE;
}

/* The arm that ends at the output's end: if it repeats the one before, it is taken back and a mark stands for it. `last`:
 * clauses of the whole statement may follow it; they stay. TRUE: it was. */
static gboolean drop_repeat(GalenFingerprinter *self, const FpFrame *frame, gboolean last) {
  if (frame->previous == FP_NOWHERE || frame->arm == FP_NOWHERE)
    return FALSE;
  const char *mark = frame->union_all ? " /*repeat union all*/" : " /*repeat union*/";
  gsize len = frame->previous_end - frame->previous, own = self->pos - frame->arm;
  if (own < len || memcmp(self->out + frame->previous, self->out + frame->arm, len) != 0)
    return FALSE;
  gsize rest = own - len;
  if (rest > 0 && (!last || !ends_arm(self->out + frame->arm + len, rest)))
    return FALSE;
  const char *tail = self->out + frame->arm + len;
  self->pos = frame->previous_end;
  if (galen_fp_dashes(self))
    mark++; /* no space: it would make a comment of them */
  /* The mark may be longer than what it stands for: each token leaves room for that. */
  gsize mark_len = strlen(mark);
  memmove(self->out + self->pos + mark_len, tail, rest);
  memcpy(self->out + self->pos, mark, mark_len);
  self->pos += (guint32)(mark_len + rest);
  return TRUE;
}

void galen_fp_union(GalenFingerprinter *self, guint32 pos) {
  FpFrame *frame = galen_fp_frame(self);
  guint32 end = pos > 0 && self->out[pos - 1] == ' ' ? pos - 1 : pos;
  frame->after_union = TRUE;
  if (frame->arm == FP_NOWHERE || end < frame->arm) {
    frame->union_all = FALSE;
    return;
  }
  /* Look at the arm without the word UNION behind it. */
  char word[16];
  gsize len = MIN((gsize)(self->pos - end), sizeof word);
  memcpy(word, self->out + end, len);
  self->pos = end;
  if (!drop_repeat(self, frame, FALSE)) {
    frame->previous = frame->arm;
    frame->previous_end = self->pos;
  }
  galen_fp_put(self, word, len);
  frame->arm = FP_NOWHERE;
  frame->union_all = FALSE;
}

void galen_fp_select(GalenFingerprinter *self, guint32 pos) {
  FpFrame *frame = galen_fp_frame(self);
  if (self->depth > 0)
    galen_fp_spoil(self);
  if (frame->arm == FP_NOWHERE)
    frame->arm = pos;
  if (self->depth > 0 && self->last == LAST_OPEN && frame->outer_arm != FP_NOWHERE &&
      self->frames[self->depth - 1].arm == FP_NOWHERE)
    self->frames[self->depth - 1].arm = frame->outer_arm;
  frame->after_union = FALSE;
}

void galen_fp_finish_union(GalenFingerprinter *self, const FpFrame *frame) {
  (void)drop_repeat(self, frame, TRUE);
}
