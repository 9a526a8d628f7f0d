#include "fingerprint_private.h"

/* Slots' places are 32 bits. */
#define WHOLE_MAX (1u << 30)

/* A statement that is read token by token, so that others of its shape need not be. */
typedef struct {
  GalenFingerprinter *fingerprinter;
  GalenSlice text;
  gboolean no_backslash;
  GalenShapeNotes notes;
  GalenSlotFigures figures; /* what the slots of this statement add */
} Reading;

static void add_slot(Reading *self, GalenSlotKind kind, guint8 flags, const char *from, const char *end) {
  GalenShapeNotes *notes = &self->notes;
  if (notes->n == GALEN_SHAPE_SLOTS_MAX) {
    notes->off = TRUE;
    return;
  }
  notes->slots[notes->n++] = (GalenSlot){
      .from = (guint32)(from - self->text.data),
      .end = (guint32)(end - self->text.data),
      .kind = (guint8)kind,
      .flags = flags,
  };
}

/* Whether the token is one that a walk would step over as a whole. */
static gboolean is_slot(const Reading *self, const GalenSqlToken *token, GalenSlotKind kind) {
  const char *stop = token->text + token->len, *end = self->text.data + self->text.len;
  if (kind == GALEN_SLOT_NONE || self->notes.off)
    return FALSE;
  /* A string in the middle has its closing quote. */
  if (token->type == GALEN_SQL_STRING && stop < end)
    return TRUE;
  GalenSlotFigures none = {0};
  return galen_slot_skip((guint8)kind, 0, token->text, end, self->no_backslash, &none) == stop;
}

static void read_token(Reading *self, const GalenSqlToken *token) {
  GalenFingerprinter *own = self->fingerprinter;
  GalenSlotKind kind = galen_slot_kind(token);
  gboolean slot = is_slot(self, token, kind);
  guint32 wildcard = own->facts & GALEN_FACT_LEADING_WILDCARD;
  own->slot = slot ? (gint)self->notes.n : -1;
  own->pattern = FALSE;
  galen_fp_token(own, token);
  /* The name of a variable is no literal. */
  if (!slot || (token->type == GALEN_SQL_STRING && own->quoted))
    return;
  add_slot(self, kind, own->pattern ? GALEN_SLOT_PATTERN : 0, token->text, token->text + token->len);
  if (own->pattern) {
    self->figures.facts |= own->facts & GALEN_FACT_LEADING_WILDCARD & ~wildcard;
    own->facts = (own->facts & ~(guint32)GALEN_FACT_LEADING_WILDCARD) | wildcard;
  }
}

/* "),(" between two rows makes no difference at the outer level, but in FROM. */
static void note_rows(Reading *self, const char *from, const char *stop) {
  GalenShapeNotes *notes = &self->notes;
  self->fingerprinter->rows--;
  self->figures.rows++;
  GalenSlot *last = notes->n > 0 ? &notes->slots[notes->n - 1] : NULL;
  const char *end = self->text.data + self->text.len;
  if (last != NULL && last->kind == GALEN_SLOT_ROWS && galen_slot_next_row(self->text.data + last->end, end) == from)
    last->end = (guint32)(stop - self->text.data);
  else
    add_slot(self, GALEN_SLOT_ROWS, 0, from, stop);
}

/* A list that has just begun at `at`. Returns where to read on. */
static const char *read_list(Reading *self, const char *at) {
  GalenFingerprinter *own = self->fingerprinter;
  const FpFrame *frame = galen_fp_frame(own);
  guint64 in_items = own->in_items;
  const char *stop = galen_fp_whole_list(own, at, self->text.data + self->text.len);
  if (stop == at)
    return at;
  if (frame->kind == FRAME_IN) {
    self->figures.in_items = MAX(self->figures.in_items, (guint64)frame->items + 1);
    own->in_items = in_items;
    add_slot(self, GALEN_SLOT_LIST, GALEN_SLOT_IN, at, stop);
  } else if (own->depth == 0 && !own->frames[0].from) {
    note_rows(self, at, stop);
  } else {
    add_slot(self, GALEN_SLOT_LIST, 0, at, stop);
  }
  return stop;
}

static void read_tokens(Reading *self) {
  GalenFingerprinter *own = self->fingerprinter;
  GalenSqlToken token;
  const char *at = self->text.data, *end = at + self->text.len;
  while (at < end) {
    at = galen_sql_lexer_next(&own->feed.lexer, at, end, TRUE, &token);
    if (at == NULL)
      break;
    read_token(self, &token);
    if (own->list_begun)
      at = read_list(self, at);
  }
}

/* `known`: whether others of its shape are to be known by it. */
static void read_statement(GalenFingerprinter *own, GalenSlice text, gboolean no_backslash, gboolean known,
                           GalenFingerprint *ret) {
  Reading self;
  self.fingerprinter = own;
  self.text = text;
  self.no_backslash = no_backslash;
  self.notes.n = 0;
  self.notes.off = !known;
  self.figures = (GalenSlotFigures){0};
  read_tokens(&self);
  self.notes.offset_slot = own->offset_slot;
  galen_fp_finish(own, ret);
  if (own->md5 == NULL && galen_shapes_wants(own->shapes, text, &self.notes)) {
    guint8 id[GALEN_QUERY_ID_BYTES];
    galen_fingerprinter_id(own, id);
    galen_shapes_learn(own->shapes, text, no_backslash, &self.notes, ret, id);
  }
  ret->facts |= self.figures.facts;
  ret->in_items = MAX(ret->in_items, self.figures.in_items);
  ret->rows += self.figures.rows;
}

void galen_fingerprinter_make(GalenFingerprinter *self, GalenSlice text, gboolean no_backslash,
                              GalenFingerprint *ret_fingerprint) {
  if (self->shapes == NULL)
    self->shapes = galen_shapes_new();
  gboolean ready = galen_shapes_ready(self->shapes);
  if (ready && text.len > 0 && galen_shapes_find(self->shapes, text, no_backslash, ret_fingerprint, &self->id))
    return;
  galen_fingerprinter_begin(self, no_backslash);
  if (text.len == 0 || text.len > WHOLE_MAX || galen_fp_take_head(self, text.data, text.len)) {
    if (text.len > WHOLE_MAX)
      galen_fingerprinter_feed(self, text.data, text.len);
    galen_fingerprinter_end(self, ret_fingerprint);
    return;
  }
  read_statement(self, text, no_backslash, ready, ret_fingerprint);
}
