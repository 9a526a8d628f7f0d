/* A small emitter of JSON: commas, indentation and escaping; the caller gives the structure.
 *
 * A container opened with LINE stands on one line with all that is in it. Numbers are exact decimals or have 9 significant
 * digits (json-glib would print 17, and round integers over 2^53). Not for others than the JSON writer and its tests. */
#pragma once

#include "model.h"

typedef enum { GALEN_JSON_BLOCK, GALEN_JSON_LINE } GalenJsonStyle;

/* Where a piece of the document goes; FALSE with error ends the writing. */
typedef gboolean (*GalenJsonFlush)(const char *data, gsize len, gpointer user, GError **error);

/* The report as JSON, in pieces. */
gboolean galen_report_flush_json(const GalenReport *self, GalenJsonFlush flush, gpointer user, GError **error);

typedef struct {
  GString *out;
  GalenJsonFlush flush; /* NULL: the document is kept whole */
  gpointer user;
  GError *error; /* what flush said; nothing more is written then */
  guint depth;
  guint line_depth; /* containers on one line that are open */
  gboolean fresh;   /* nothing yet in the innermost container */
} GalenJson;

void galen_json_init(GalenJson *self);
/* The document with a final newline; self is empty afterwards. */
GBytes *galen_json_finish(GalenJson *self);
/* The same in pieces of some 100 KiB, so that a long document needs no more memory than a short one. */
void galen_json_init_flushed(GalenJson *self, GalenJsonFlush flush, gpointer user);
gboolean galen_json_finish_flushed(GalenJson *self, GError **error);

/* `key` is NULL inside lists and for the document itself. */
void galen_json_open_object(GalenJson *self, const char *key, GalenJsonStyle style);
void galen_json_close_object(GalenJson *self);
void galen_json_open_list(GalenJson *self, const char *key, GalenJsonStyle style);
void galen_json_close_list(GalenJson *self);

/* A list of objects, each written by `write`; a NULL list is an empty one. */
typedef void (*GalenJsonWriteItem)(GalenJson *self, gconstpointer item);
void galen_json_items(GalenJson *self, const char *key, const GPtrArray *items, GalenJsonWriteItem write);
/* The same within a list that is open. */
void galen_json_each(GalenJson *self, const GPtrArray *items, GalenJsonWriteItem write);

/* A list of texts on one line, one of each item; a NULL list is an empty one. */
typedef const char *(*GalenJsonTextOf)(gconstpointer item);
void galen_json_texts_of(GalenJson *self, const char *key, const GPtrArray *items, GalenJsonTextOf text);

/* NULL is null. Must be valid UTF-8. */
void galen_json_text(GalenJson *self, const char *key, const char *value);
void galen_json_null(GalenJson *self, const char *key);
void galen_json_bool(GalenJson *self, const char *key, gboolean value);
void galen_json_count(GalenJson *self, const char *key, guint64 value);
/* An integer in units of 10^-digits, exactly. */
void galen_json_decimal(GalenJson *self, const char *key, GalenU128 value, guint digits);
void galen_json_integer(GalenJson *self, const char *key, gint64 value);
/* µs as seconds, exactly; with a sign. */
void galen_json_seconds(GalenJson *self, const char *key, gint64 us);
/* Nine significant digits; NaN and infinities are null. */
void galen_json_double(GalenJson *self, const char *key, double value);
/* µs since the epoch as ISO 8601; GALEN_TIME_NONE and what no calendar has are null. */
void galen_json_time(GalenJson *self, const char *key, gint64 us);
