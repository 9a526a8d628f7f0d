/* Users, hosts, schemas or nodes of the whole digest, each with its load over time. Past a limit, values become records. */
#pragma once

#include "value.h"

typedef struct {
  guint64 count, time;
  guint32 name;
  GalenCells cells;
  /* What waits to be added to the cell that the last events fell in. */
  gint64 cell;
  guint64 cell_time, cell_count; /* count 0: nothing waits */
} GalenTopLoad;

typedef struct {
  GalenTopKind kind;
  guint limit;         /* values in memory */
  GalenTopLoad *loads; /* in order of appearance */
  guint n, allocated;
  guint32 *by_name; /* name's number -> place in loads + 1 */
  guint n_by_name;
} GalenTopTable;

void galen_top_table_init(GalenTopTable *self, GalenTopKind kind, guint limit);
void galen_top_table_clear(GalenTopTable *self);
/* Counts one event; the key gets its number when it had none and there is room. */
void galen_top_table_add(GalenTopTable *self, GalenTopKey *key, guint64 time, const GalenSpan *span,
                         GalenDigestContext *context);
/* Adds to the cells what waits; before the context's step changes, and before the cells are read. */
void galen_top_table_settle(GalenTopTable *self, const GalenDigestContext *context);
/* Adds to one of them; `key` as above. */
void galen_top_table_add_load(GalenTopTable *self, GalenTopKey key, guint64 count, guint64 time,
                              const GalenCells *cells, GalenDigestContext *context);
/* Adds all of `other`, settled, whose names are `names`. */
void galen_top_table_merge(GalenTopTable *self, const GalenTopTable *other, const GalenNames *names,
                           GalenDigestContext *context);
