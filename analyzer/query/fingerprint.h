/* Fingerprints: a statement with its literals, list lengths, comments and spacing taken out.
 *
 * Two statements that differ only in those are one class; two that differ in anything else are two.
 * The rules are docs/fingerprints.md; the text form is pt-query-digest's where that is right, so that
 * ids agree. One pass over tokens, resumable at any byte, no allocation a statement, no regular
 * expressions. Not thread safe: one fingerprinter a thread. */
#pragma once

#include "../../parsers/slice.h"

/* The part of a fingerprint that is kept. Its id hashes all of it, however long. */
#define GALEN_FINGERPRINT_MAX (64u << 10)
#define GALEN_QUERY_ID_BYTES 16

typedef enum {
  GALEN_FINGERPRINT_DEFAULT = 0,
  GALEN_FINGERPRINT_MASK_DIGITS = 1 << 0, /* runs of digits in identifiers become '?' */
} GalenFingerprintFlags;

/* What the pass noticed beside the fingerprint, of this one statement: evidence for advice. */
typedef enum {
  GALEN_FACT_SELECT_STAR = 1 << 0,      /* '*' as a select item, bare or t.*; not count(*) */
  GALEN_FACT_LEADING_WILDCARD = 1 << 1, /* LIKE '%…' or LIKE '_…' */
  GALEN_FACT_ORDER_BY_RAND = 1 << 2,
  GALEN_FACT_NO_WHERE =
      1 << 3, /* SELECT … FROM a table, UPDATE or DELETE with neither WHERE nor LIMIT nor HAVING at the outer level */
  GALEN_FACT_WHERE_FUNCTION = 1 << 4, /* a function around a column compared in WHERE: date(created_at) = … */
  GALEN_FACT_OR_IN_WHERE = 1 << 5,
  GALEN_FACT_FOR_UPDATE = 1 << 6,
  GALEN_FACT_UNION_DISTINCT = 1 << 7, /* UNION without ALL */
  GALEN_FACT_NOT_IN_SUBQUERY = 1 << 8,
  GALEN_FACT_SQL_CALC_FOUND_ROWS = 1 << 9,
  GALEN_FACT_CARTESIAN = 1 << 10, /* FROM a, b or JOIN with neither ON nor USING nor WHERE */
  GALEN_N_FACTS = 11,
} GalenFacts;

typedef struct {
  /* Valid until the next begin. `text` is not terminated. */
  GalenSlice text;  /* at most GALEN_FINGERPRINT_MAX bytes */
  guint64 full_len; /* of the whole fingerprint; > text.len when cut */
  guint64 hash;     /* of the whole fingerprint, fast, seeded per process: for tables, never for output */
  guint32 facts;    /* GalenFacts */
  guint64 in_items; /* items of the longest IN list, 0: none */
  guint64 rows;     /* rows of VALUES, 0: none */
  guint64 offset;   /* LIMIT's offset, 0: none */
} GalenFingerprint;

typedef struct GalenFingerprinter GalenFingerprinter;

GalenFingerprinter *galen_fingerprinter_new(GalenFingerprintFlags flags);
void galen_fingerprinter_free(GalenFingerprinter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenFingerprinter, galen_fingerprinter_free)

/* One statement: begin, feed any number of times, end. Where the statement is cut into feeds makes no
 * difference. An administrator command is fed as text too, and stays verbatim. */
void galen_fingerprinter_begin(GalenFingerprinter *self, gboolean no_backslash);
void galen_fingerprinter_feed(GalenFingerprinter *self, const char *data, gsize len);
void galen_fingerprinter_end(GalenFingerprinter *self, GalenFingerprint *ret_fingerprint);

/* One statement that is all there: the same as begin, feed and end, but quicker when others of its shape came before. */
void galen_fingerprinter_make(GalenFingerprinter *self, GalenSlice text, gboolean no_backslash,
                              GalenFingerprint *ret_fingerprint);

/* The MD5 of the whole fingerprint that was ended last: the query id. Costly: call it for new classes only. */
void galen_fingerprinter_id(const GalenFingerprinter *self, guint8 ret_id[GALEN_QUERY_ID_BYTES]);

/* `hash` of a fingerprint that was kept elsewhere. */
guint64 galen_fingerprint_hash(GalenSlice text, guint64 full_len, const guint8 id[GALEN_QUERY_ID_BYTES]);

/* An id as users see it: 32 upper-case hex digits and a NUL. */
void galen_query_id_print(const guint8 id[GALEN_QUERY_ID_BYTES], char ret_text[33]);
/* Whether people may mean an id by `word`: GALEN_QUERY_ID_DIGITS of its first hex digits or more, in any case, also after "0x", as
 * pt-query-digest writes it. */
#define GALEN_QUERY_ID_DIGITS 8u
gboolean galen_query_id_is_word(const char *word);
gboolean galen_query_id_matches(const char *id, const char *word);
