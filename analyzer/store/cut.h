/* Logs that were cut at their heads, not rotated: they begin in the middle of what a store has.
 *
 * Where one goes on is found by the last bytes of what is there, and remembered by its own first bytes: events before that place are
 * the store's already. */
#pragma once

#include "../../parsers/input.h"
#include "content.h"

typedef struct {
  guint64 at;   /* bytes that the store has already; 0: none */
  guint64 line; /* how many lines these are */
} GalenCut;

/* What is not looked through to its end. */
#define GALEN_CUT_SEARCH_MAX ((guint64)64 << 20)

/* Looks for the place where one of the contents `rows` (of GalenStoreInput *) ends in a stream that begins with none of them; the last
 * such place. FALSE: none does within GALEN_CUT_SEARCH_MAX, at the end of a line. */
gboolean galen_cut_find(GalenStream *stream, const GPtrArray *rows, GalenCut *ret_cut);

/* What is remembered of a content; at 0: nothing. FALSE with error. */
gboolean galen_cut_get(GalenStore *store, const GalenStoreContent *content, GalenCut *ret_cut, GError **error);
/* Within a transaction. */
gboolean galen_cut_put(GalenStore *store, const GalenStoreContent *content, const GalenCut *cut, GError **error);
