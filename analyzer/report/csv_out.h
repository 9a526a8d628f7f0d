/* A small emitter of CSV (RFC 4180): quoting, line ends (CRLF), and numbers that mean the same everywhere.
 *
 * Texts come from logs, and spreadsheets run cells that begin with = + - @ as formulas: such a text gets an apostrophe in
 * front, as spreadsheets themselves write it, also behind a ; that some of them take for the end of a cell. Line ends and
 * tabs in a text become blanks, so that a row is a line. Unknown is an empty cell. */
#pragma once

#include "model.h"
#include "place.h"

typedef struct {
  GString *out;
  gboolean begun; /* the row has a cell already */
} GalenCsv;

void galen_csv_text(GalenCsv *self, const char *text); /* NULL is empty */
void galen_csv_names(GalenCsv *self, const GPtrArray *names);
void galen_csv_count(GalenCsv *self, guint64 count);
void galen_csv_bool(GalenCsv *self, gboolean value); /* true, false */
/* GALEN_SEQNO_NONE is empty. */
void galen_csv_seqno(GalenCsv *self, gint64 seqno);
/* An integer in units of 10^-digits, exactly. */
void galen_csv_decimal(GalenCsv *self, GalenU128 value, guint digits);
/* µs as seconds, with a sign; `unknown` is empty. */
void galen_csv_seconds(GalenCsv *self, gint64 us, gint64 unknown);
/* In units of 10^-digits, never with an exponent; NaN is empty. */
void galen_csv_double(GalenCsv *self, double value, guint digits);
/* ISO 8601, UTC. */
void galen_csv_time(GalenCsv *self, gint64 us);
/* `n` cells. */
void galen_csv_texts(GalenCsv *self, const char *const *texts, guint n);
/* Path and line: two cells. NULL: none. */
void galen_csv_place(GalenCsv *self, const GalenPlace *place);
void galen_csv_fact(GalenCsv *self, const GalenReport *report, const GalenFact *fact);
void galen_csv_skip(GalenCsv *self, guint cells);
void galen_csv_end(GalenCsv *self);

/* A table: a name for --table, its columns, and what writes its rows. Ends with a NULL name. */
typedef struct {
  const char *name;
  const char *columns; /* with commas between */
  void (*write)(GalenCsv *csv, const GalenReport *report);
} GalenCsvTable;

extern const GalenCsvTable galen_csv_query_tables[]; /* csv_queries.c */
extern const GalenCsvTable galen_csv_log_tables[];   /* csv_logs.c */
extern const GalenCsvTable galen_csv_error_tables[];
extern const GalenCsvTable galen_csv_past_tables[]; /* csv_errors.c */
