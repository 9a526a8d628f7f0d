/* Users, hosts, schemas and nodes past those kept in memory: records of one owner, kind and name. */
#pragma once

#include "accum.h"

typedef struct {
  const guint8 *owner; /* the id of a class; NULL: the whole digest */
  GalenTopKind kind;
  GalenSlice name; /* without data: unknown */
  guint64 count, time;
  GalenCells cells; /* of the whole digest's only */
} GalenValue;

/* Appends to context->values. Errors go to the context. */
void galen_value_spill(const GalenValue *self, GalenDigestContext *context);
/* FALSE: no such record. Owner and name point into the reader's data; clear the cells. */
gboolean galen_value_get(GalenValue *self, const GalenDigestContext *context, GalenBytesReader *reader);
/* Of owner, kind and name: its bytes choose partitions. */
guint64 galen_value_hash(const GalenValue *self);
/* Whether cells are such as the context's digest can have made. */
gboolean galen_cells_fit(const GalenCells *self, const GalenDigestContext *context);
