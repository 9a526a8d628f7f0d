/* The fingerprinter's inside, shared by its files; not for others.
 *
 *   fingerprint.c         the way in: feeding, ending, ids
 *   fingerprint_whole.c   statements that are all there, many of which are known by their shape
 *   fingerprint_out.c     the bounded output buffer and the hashes
 *   fingerprint_tokens.c  what each kind of token does
 *   fingerprint_words.c   what keywords do, and the evidence for advice
 *   fingerprint_lists.c   parentheses, lists that collapse, repeated UNIONs */
#pragma once

#include "../../parsers/sql_feed.h"
#include "fingerprint.h"
#include "shapes.h"
#include "words.h"

/* The output: what is kept, and behind it what may still be taken back. */
#define FP_SCRATCH (96u << 10)
#define FP_OUT (GALEN_FINGERPRINT_MAX + FP_SCRATCH)
/* Bytes at the end of the output that stay there when the rest is hashed away. */
#define FP_TAIL (48u << 10)
/* A list of literals that grew past this is collapsed for good, whatever follows in it. */
#define FP_LIST_MAX (32u << 10)
/* Room that one token may take without asking. */
#define FP_TOKEN_ROOM 4096u
/* Names are taken in pieces of this size, so that limits are looked at as often as when they are fed that way. */
#define FP_PIECE (FP_TOKEN_ROOM / 2)
/* The output is flushed when it has come this far, wherever in a token that is. */
#define FP_FULL (FP_OUT - FP_TOKEN_ROOM)
#define FP_DEPTH 64u
#define FP_NOWHERE G_MAXUINT32

typedef enum {
  LAST_START,
  LAST_KEYWORD,
  LAST_OPERAND,
  LAST_OPERATOR,
  LAST_OPEN,
  LAST_COMMA,
  LAST_DOT,
  LAST_AT,
  LAST_COLON
} FpLast;

typedef enum { FRAME_PLAIN, FRAME_CALL, FRAME_IN, FRAME_VALUES, FRAME_MORE } FpFrameKind;

/* One open parenthesis; frames[0] is the statement itself. Positions are in the output. */
typedef struct {
  guint8 kind;
  gboolean dirty;    /* holds a column or a sub-select: the list stays */
  gboolean filled;   /* holds anything */
  gboolean empty;    /* the rows before are () */
  gboolean negated;  /* NOT IN */
  gboolean order_by; /* inside ORDER BY, where ASC says nothing */
  gboolean where;    /* inside WHERE */
  gboolean from;     /* inside FROM */
  guint32 start;     /* where a collapsed list begins */
  guint32 items;     /* commas */
  /* UNION: the arm that is being read, and the one before. */
  guint32 arm, previous, previous_end;
  guint32 outer_arm; /* this parenthesis, if it may be an arm of the frame around it */
  gboolean after_union;
  gboolean union_all;
} FpFrame;

typedef enum { MODE_SQL, MODE_CALL, MODE_DONE, MODE_USE, MODE_VERBATIM } FpMode;

struct GalenFingerprinter {
  GalenFingerprintFlags flags;
  GalenWordTable words;
  GalenSqlFeed feed;

  char *out;
  guint32 pos;
  guint64 flushed; /* bytes hashed away from between kept text and tail */
  GChecksum *md5;  /* of everything before the tail, once something was flushed */
  guint64 hash;    /* of the same */

  char head[64]; /* the statement's first bytes, as they are */
  guint head_len;

  guint8 mode;
  gboolean space, comment;  /* what stands between the last token and the next */
  guint8 last;              /* FpLast */
  guint8 word, word_before; /* GalenWord of the last two words, 0 when other tokens came between */
  guint8 list_word;         /* WORD_IN, WORD_VALUES: the list's '(' may follow at once */
  guint32 word_pos, list_pos, sign_pos, comma_pos, literal_pos;
  guint32 word_sign;     /* signs before the last word: if it introduces a literal, they belong to that */
  guint32 intro_pos;     /* the last word is the X or B of a literal, and a character set stands before it: here */
  gboolean maybe_column; /* the last token is a name; '(' behind it would make it a call */
  gboolean variable;     /* inside @@session.name */
  gboolean account;      /* the '@' stands behind a user's name: a host follows */
  gboolean quoted;       /* the string is a variable's name: @'x' */
  gboolean after_values; /* behind a collapsed VALUES list */
  gboolean empty_rows;   /* whose rows are () */
  gboolean list_begun;   /* the last token opened a list that may collapse */
  gboolean braces;       /* {call …} */
  gboolean any;          /* a token was seen */
  gboolean digits;       /* the last byte of the name was a digit, masked */

  FpFrame frames[FP_DEPTH];
  guint depth;    /* index of the innermost frame */
  guint deeper;   /* parentheses past FP_DEPTH */
  guint skipping; /* > 0: inside a list that was collapsed for good, this deep */

  /* Evidence. */
  guint32 facts;
  guint64 in_items, rows, offset;
  guint8 command; /* GalenWord of the statement's first word */
  gboolean like, percona_toolkit;
  gboolean from_table, bounded, joined, tied, comma_join; /* of the outer level */
  gboolean called_column;                                 /* a call around a column in WHERE has just closed */
  guint64 number;                                         /* the last integer literal */
  guint8 limit; /* 1 behind LIMIT, 2 behind its first number, 3 behind OFFSET */
  guint64 limit_first;

  /* Whole statements: see shapes.h. */
  GalenShapes *shapes;                       /* NULL until there is one */
  const guint8 *id;                          /* of the last statement, if it was known by its shape */
  gint slot;                                 /* number of the slot that the token may become; -1: none */
  gint number_slot, limit_slot, offset_slot; /* which slots number, limit_first and offset came from; -1: none */
  gboolean pattern;                          /* the string stands behind LIKE */
};

/* fingerprint.c */
/* Behind a list of plain literals whose '(' was the last token, if it is one and all there; `at`: read on there. */
const char *galen_fp_whole_list(GalenFingerprinter *self, const char *at, const char *end);
/* Takes the first bytes; TRUE: the statement stays as it is. */
gboolean galen_fp_take_head(GalenFingerprinter *self, const char *data, gsize len);
/* The lexer has no more tokens: completes the output. */
void galen_fp_finish(GalenFingerprinter *self, GalenFingerprint *ret_fingerprint);

/* fingerprint_out.c */
void galen_fp_reset_out(GalenFingerprinter *self);
void galen_fp_flush(GalenFingerprinter *self);
void galen_fp_put(GalenFingerprinter *self, const char *data, gsize len);
/* A name or keyword: lower case, digits masked if asked for. */
void galen_fp_put_lower(GalenFingerprinter *self, const char *data, gsize len);
void galen_fp_gap_slowly(GalenFingerprinter *self, char next);
/* Whether the output ends in "--". */
gboolean galen_fp_dashes(const GalenFingerprinter *self);
guint64 galen_fp_hash(const char *data, gsize len);

static inline void galen_fp_putc(GalenFingerprinter *self, char c) {
  self->out[self->pos++] = c;
}

/* What stands between the last token and one that begins with `next`. */
static inline void galen_fp_gap(GalenFingerprinter *self, char next) {
  char before = self->pos > 0 ? self->out[self->pos - 1] : '-';
  /* Mostly a space or nothing. */
  if (before == '-' || self->comment || self->after_values) {
    galen_fp_gap_slowly(self, next);
    return;
  }
  if (self->space && before != ' ')
    galen_fp_putc(self, ' ');
  self->space = FALSE;
}

/* Makes room for FP_TOKEN_ROOM bytes. */
static inline void galen_fp_room(GalenFingerprinter *self) {
  if (G_UNLIKELY(self->pos >= FP_FULL))
    galen_fp_flush(self);
}

/* fingerprint_tokens.c */
void galen_fp_token(GalenFingerprinter *self, const GalenSqlToken *token);
void galen_fp_literal(GalenFingerprinter *self);
/* Whether the last token is the introducer of a character set: _utf8mb4 */
gboolean galen_fp_behind_introducer(const GalenFingerprinter *self);
/* The name before was no call: it is a column, and lists around it stay. */
void galen_fp_settle_name(GalenFingerprinter *self);

/* fingerprint_words.c */
void galen_fp_word(GalenFingerprinter *self, const char *text, gsize len);
void galen_fp_note_literal(GalenFingerprinter *self);
/* Whether the words before lead to the name of a character set or collation, which is no column. */
gboolean galen_fp_behind_charset(const GalenFingerprinter *self);
void galen_fp_finish_facts(GalenFingerprinter *self);

/* fingerprint_lists.c */
void galen_fp_open(GalenFingerprinter *self);
void galen_fp_close(GalenFingerprinter *self);
void galen_fp_comma(GalenFingerprinter *self);
void galen_fp_spoil(GalenFingerprinter *self); /* a column or sub-select in all lists that are open */
void galen_fp_check_list(GalenFingerprinter *self);
/* The statement ends inside its lists: they collapse as if they ended. */
void galen_fp_cut_lists(GalenFingerprinter *self);
/* The word UNION was read, its text begins at `pos`. */
void galen_fp_union(GalenFingerprinter *self, guint32 pos);
void galen_fp_select(GalenFingerprinter *self, guint32 pos);
void galen_fp_finish_union(GalenFingerprinter *self, const FpFrame *frame);

static inline FpFrame *galen_fp_frame(GalenFingerprinter *self) {
  return &self->frames[self->depth];
}
