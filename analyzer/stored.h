/* Stores among the inputs of a report: what was read on other days joins what is read now.
 *
 * A survey takes what each stored input told, as if it had just been read, so nodes, clocks and clusters come out of all of
 * them together. Then slots in the window are added to the digests with the names that came of it. */
#pragma once

#include "cluster/history.h"
#include "store/evidence.h"
#include "store/store.h"

typedef struct {
  GalenStore *store; /* borrowed */
  GalenStoreInput *input;
  GalenBytes evidence;
} GalenStoredInput;

typedef struct {
  GPtrArray *stores; /* of GalenStore * */
  GPtrArray *inputs; /* of GalenStoredInput *: of all stores */
  GArray *doubles;   /* of GalenStoredDouble: what another store has, too, and is no more among the inputs */
} GalenStored;

typedef struct {
  const GalenStore *store;
  gint64 input;
} GalenStoredDouble;

GalenStored *galen_stored_new(void);
void galen_stored_free(GalenStored *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenStored, galen_stored_free)

/* Opens a store and takes in its inputs. FALSE with error: nothing of it was taken. */
gboolean galen_stored_add(GalenStored *self, const char *where, GError **error);
/* Moves the sides of a window out to whole slots; sides that are open, GALEN_TIME_NONE, stay so. */
gboolean galen_stored_widen(GalenStored *self, gint64 *since, gint64 *until, GError **error);

/* A list of GalenActivity * that owns them. */
GPtrArray *galen_activity_list_new(void);
/* Adds when a stored slow log shows its server at work. */
void galen_activity_list_add(GPtrArray *self, const GalenStoredLog *log, const char *node);
