/* What a store remembers of nightly reports: their windows, and what the last one and the one before it showed.
 *
 * It is one text under one name of the store's settings, a line a record, fields between tabs, the first one its kind:
 *
 *     galen-nights 1
 *     night  FROM TO RUN STATUS NEW CONTINUING RESOLVED     (times in µs; the last GALEN_NIGHTS_MAX of them)
 *     shown  ID KIND SEVERITY MUTED FIRST LAST NODES TITLE  (what the last night showed)
 *     before …                                              (the same of the night before it)
 *
 * docs/store.md has the views that make it readable. */
#pragma once

#include "report/marks.h"

#define GALEN_NIGHTS_SETTING "nightly"
#define GALEN_NIGHTS_MAX 100u
/* A longer text is none of ours. */
#define GALEN_NIGHTS_BYTES_MAX ((gsize)16 << 20)
/* Hours are the store's finest slots. */
#define GALEN_NIGHT_SLOT ((gint64)3600 * G_USEC_PER_SEC)

typedef struct {
  gint64 from, to; /* of the window */
  gint64 run;      /* when it was first made */
  GalenStatus status;
  guint n_new, n_continuing, n_resolved;
} GalenNight;

typedef struct {
  GArray *nights;            /* of GalenNight, the last one last; empty: no night yet */
  GPtrArray *shown, *before; /* of GalenMarked *; before is NULL when the last night was the first one */
  gint64 before_to; /* the end of the window of the night before the last one; GALEN_TIME_NONE: there was none */
} GalenNights;

/* `text` NULL: no night yet. NULL with error: it is not ours. */
GalenNights *galen_nights_parse(const char *text, GError **error);
char *galen_nights_print(const GalenNights *self);
void galen_nights_free(GalenNights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenNights, galen_nights_free)

typedef struct {
  gint64 from, to;
  gboolean again; /* the last night once more: it is compared with the one before it */
  guint missed;   /* nights that are caught up with */
} GalenNightWindow;

/* From the end of the last window, whose hour a store has only whole, to now; the first time 24 hours. A run that comes soon after the
 * last one, within its hour or a quarter of its window (at most six hours), makes the last night again, up to now. */
GalenNightWindow galen_nights_window(const GalenNights *self, gint64 now);

/* The sides that were asked for, GALEN_TIME_NONE where none was. What begins where the last window ended is the next night, however
 * soon it is made; what lies within the last one is that night again. */
void galen_nights_ask(const GalenNights *self, GalenNightWindow *window, gint64 since, gint64 until);

/* What a night is compared with: `ret_shown` borrowed, NULL for a first night. */
void galen_nights_base(const GalenNights *self, gboolean again, const GPtrArray **ret_shown, gint64 *ret_to);

/* The report has been made and delivered: it is the last night now. */
void galen_nights_add(GalenNights *self, const GalenNightWindow *window, gint64 now, const GalenReport *report);
