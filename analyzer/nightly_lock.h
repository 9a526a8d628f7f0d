/* One nightly run a store at a time: a lock on a file beside it, which goes with the process however it ends. */
#pragma once

#include <glib.h>

typedef struct GalenNightLock GalenNightLock;

/* Where the lock of a store is: STORE.lock, wherever links lead; of a server's store a file of this user's runtime folder. */
char *galen_night_lock_path(const char *store);
/* NULL with error: somebody else has it (G_FILE_ERROR_AGAIN), or the file cannot be made. */
GalenNightLock *galen_night_lock_take(const char *store, GError **error);
void galen_night_lock_free(GalenNightLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenNightLock, galen_night_lock_free)
