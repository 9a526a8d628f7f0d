/* A memo of statements' shapes: what is known of a statement that is one seen before but for its literals.
 *
 * A shape is a statement's bytes as they are, with slots where literals, lists of them and comments stand. Shapes are kept in a
 * tree: a node is a slot (or none) and the bytes behind it, a path from the root to a node is the beginning of every shape
 * below it. Walking it compares bytes and steps over literals, and makes no tokens.
 *
 * Why that is exact: the lexer and the fingerprinter are deterministic, and a slot is only where they did the same whatever
 * the literal says, but for the few figures that are made again on each walk: whether a pattern begins with a wildcard,
 * the items of lists, the number of rows, the offset of LIMIT. A slot takes nothing but plain literals, whose end does not
 * depend on what stands before. So two statements with one path pass through the same states. Whatever is unusual is no
 * slot but bytes, or not in the tree: then the fingerprinter reads the statement token by token. */
#pragma once

#include "../../parsers/sql_lexer.h"
#include "fingerprint.h"

/* Larger statements, without their slots, are not kept. */
#define GALEN_SHAPE_TEXT_MAX 4096u
#define GALEN_SHAPE_SLOTS_MAX 96u

typedef enum {
  GALEN_SLOT_NONE,
  GALEN_SLOT_LIST,    /* literals behind a '(', and the ')' */
  GALEN_SLOT_ROWS,    /* the same, and more such rows: "1),(2),(3)" */
  GALEN_SLOT_NUMBER,  /* 12, 1.5 */
  GALEN_SLOT_HEX,     /* 0x4D */
  GALEN_SLOT_SINGLE,  /* 'it''s' */
  GALEN_SLOT_DOUBLE,  /* "…" */
  GALEN_SLOT_COMMENT, /* a block comment that says nothing */
} GalenSlotKind;

/* What the pass found out beside the text, which a slot's literal decides. */
enum {
  GALEN_SLOT_IN = 1 << 0,      /* the list's items count */
  GALEN_SLOT_PATTERN = 1 << 1, /* the string stands behind LIKE */
};

typedef struct {
  guint32 from, end; /* in the statement */
  guint8 kind;       /* GalenSlotKind */
  guint8 flags;
} GalenSlot;

/* What the general path notes of a statement. */
typedef struct {
  GalenSlot slots[GALEN_SHAPE_SLOTS_MAX];
  guint n;
  gboolean off;     /* too large to keep */
  gint offset_slot; /* whose number is the offset; -1: none */
} GalenShapeNotes;

/* What the slots of one statement add to its fingerprint. */
typedef struct {
  guint32 facts;
  guint64 in_items, rows;
} GalenSlotFigures;

typedef struct GalenShapes GalenShapes;

GalenShapes *galen_shapes_new(void);
void galen_shapes_free(GalenShapes *self);

/* Whether it is worth to look for the next statement; FALSE for a while when hardly any of the last ones was known. */
gboolean galen_shapes_ready(GalenShapes *self);
/* The fingerprint of a statement whose shape is known, with its id in *ret_id; the text is valid until the next learn. */
gboolean galen_shapes_find(GalenShapes *self, GalenSlice text, gboolean no_backslash, GalenFingerprint *ret,
                           const guint8 **ret_id);
/* Whether a shape that is not known is worth to be learnt: when it came before, and there is room. */
gboolean galen_shapes_wants(GalenShapes *self, GalenSlice text, const GalenShapeNotes *notes);
/* `base`: the fingerprint without what the slots added to it. */
void galen_shapes_learn(GalenShapes *self, GalenSlice text, gboolean no_backslash, const GalenShapeNotes *notes,
                        const GalenFingerprint *base, const guint8 id[GALEN_QUERY_ID_BYTES]);

/* shape_slots.c: behind the slot of this kind at `at`, with what it adds in *figures; NULL: it is none. */
const char *galen_slot_skip(guint8 kind, guint8 flags, const char *at, const char *end, gboolean no_backslash,
                            GalenSlotFigures *figures);
/* Behind the '(' of the row that follows the one that ends at `at`; NULL: none does. */
const char *galen_slot_next_row(const char *at, const char *end);
/* The kind that a token may be, by its first byte and the lexer's type; what it says is not looked at. */
GalenSlotKind galen_slot_kind(const GalenSqlToken *token);
/* The value of the number at `at`, as far as it is an integer. */
guint64 galen_slot_value(const char *at, const char *end);
/* Whether a comment says more than nothing: marks of pt-table-checksum and of repeated UNIONs. */
gboolean galen_comment_is_checksum_mark(const char *text, gsize len);
gboolean galen_comment_is_repeat_mark(const char *text, gsize len);
