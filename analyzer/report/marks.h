/* Marks: what of a nightly report is new, what continues, and what is resolved, against the night before.
 *
 * Incidents and findings are known by their ids, which are stable. What only a silent log could tell is not called resolved:
 * it is remembered for the next night. */
#pragma once

#include "model.h"

/* So many things are remembered; more than that no report of a server has. */
#define GALEN_MARKED_MAX 4096u

/* An incident or a finding as the nights knew it. */
typedef struct {
  char *id, *title;
  char *kind; /* an incident's kind, or "finding" */
  GalenSeverity severity;
  gboolean muted;
  gint64 first, last; /* ends of the first and the last night's window that it was in */
  GPtrArray *nodes;   /* of char * */
} GalenMarked;

GalenMarked *galen_marked_new(void);
GalenMarked *galen_marked_copy(const GalenMarked *self);
void galen_marked_free(GalenMarked *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenMarked, galen_marked_free)
/* A list that owns them. */
GPtrArray *galen_marked_list_new(void);

typedef enum { GALEN_MARK_NEW, GALEN_MARK_CONTINUING } GalenNightMark;

/* "new" "continuing". */
const char *galen_mark_word(GalenNightMark mark);

typedef struct GalenMarks {
  gint64 before;       /* the end of the night before's window; GALEN_TIME_NONE: this is the first night */
  GHashTable *of;      /* of this night's: id to GalenMarked * */
  GPtrArray *shown;    /* of GalenMarked *: what this night has, and what it could not judge */
  GPtrArray *resolved; /* of GalenMarked *: of the night before, worst first; without what was muted */
  guint missed;        /* nights that this one covers, too */
  /* What is not muted: that asks for attention, and notes. */
  guint n_new, n_new_notes, n_continuing, n_continuing_notes;
} GalenMarks;

/* `shown`: of GalenMarked *, what the night before had; NULL: there was none. `night`: the end of this night's window. */
GalenMarks *galen_marks_new(const GalenReport *report, const GPtrArray *shown, gint64 before, gint64 night);
void galen_marks_free(GalenMarks *self);

/* The mark of an incident or a finding of the report; FALSE: the report has no marks. `ret_since` is the first night of what
 * continues, GALEN_TIME_NONE for what is new. */
gboolean galen_marks_find(const GalenReport *report, const char *id, GalenNightMark *ret_mark, gint64 *ret_since);

/* In words, caller frees, NULL: nothing to say. "new", "since the night of 2026-11-20" */
char *galen_marks_words(const GalenReport *report, const char *id);
/* "Against the night before: 2 new, 1 continues, 3 resolved." */
char *galen_marks_sentence(const GalenReport *report);
/* "(2 new)" for a subject; NULL on a report without marks. */
char *galen_marks_brief(const GalenReport *report);
/* One of the resolved: "warning, since the night of 2026-11-20". */
char *galen_resolved_words(const GalenReport *report, const GalenMarked *one);
