/* The facts of a node by kind and time: looking one up costs no walk through all of them. */
#pragma once

#include "history.h"

typedef struct {
  gint64 time;
  guint at; /* in node->facts */
} GalenMoment;

/* Of all facts that have a time. Made once the facts are on one clock, and again when they change. */
void galen_timeline_make(GalenNode *node);
void galen_timeline_free(GalenTimeline *self);

/* The moments of one kind in [from, to], by time and then by place. */
const GalenMoment *galen_timeline_range(const GalenNode *node, GalenFactKind kind, gint64 from, gint64 to,
                                        guint *ret_n);
/* Whether those of a kind are in order of time as they stand: the first of a range is the first in the log, too. */
gboolean galen_timeline_ordered(const GalenNode *node, GalenFactKind kind);

/* The first or last in the order of the log of those in [from, to] that `wanted` takes (NULL: any); NULL: none. */
const GalenFact *galen_timeline_first(const GalenNode *node, GalenFactKind kind, gint64 from, gint64 to,
                                      gboolean (*wanted)(const GalenFact *));
const GalenFact *galen_timeline_last(const GalenNode *node, GalenFactKind kind, gint64 from, gint64 to,
                                     gboolean (*wanted)(const GalenFact *));
/* The facts of some kinds in [from, to] in the order of the log: of const GalenFact *, to be freed. */
GPtrArray *galen_timeline_facts(const GalenNode *node, const GalenFactKind *kinds, guint n_kinds, gint64 from,
                                gint64 to);
