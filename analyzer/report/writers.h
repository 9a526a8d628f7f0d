/* The formats of a report: one writer each, one row of a table.
 *
 * A writer walks the report model and gives back a whole document, or puts it where it is told; it computes nothing. To add a
 * format, write one and give it a row in writers.c. */
#pragma once

#include "model.h"

/* What a writer may need beside the report. Each takes what concerns it. */
typedef struct {
  const char *templates; /* the folder of templates; files missing there are the program's own */
  guint width;           /* columns of text, at least 40 */
  gboolean color;        /* ANSI colours in text */
  const char *table;     /* --table; NULL: the default */
  const char *chart;     /* --chart; NULL: the default */
  gsize max_size;        /* --max-size: bytes of a mail; 0: no limit was given */
  const char *mail_to;   /* NULL: not given */
  const char *mail_from; /* NULL: not given */
} GalenWriteOptions;

typedef struct {
  const char *words; /* for --format and as a file's ending, the main one first, blanks between: "txt text" */
  /* The whole document, newly allocated, or NULL with error. NULL: there is `put`. */
  GBytes *(*write)(const GalenReport *report, const GalenWriteOptions *options, GError **error);
  /* A document that may be large into a file that is open; NULL: there is `write`. */
  gboolean (*put)(const GalenReport *report, int fd, GError **error);
  /* FALSE with error: an option is wrong for this format. Asked before any log is read; NULL: nothing can be. */
  gboolean (*check)(const GalenWriteOptions *options, GError **error);
} GalenWriter;

extern const GalenWriter galen_writers[]; /* ends with NULL words */

/* "html" or "HTM"; NULL: no such format. */
const GalenWriter *galen_writer_find(const char *word);
/* "html, json, txt". Caller frees. */
char *galen_writer_words(void);
