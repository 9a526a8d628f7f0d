/* Where in a message a statement or a value stands: shared by templates and masks. */
#pragma once

#include "../../parsers/slice.h"

typedef enum {
  GALEN_ERROR_PART_NONE,
  GALEN_ERROR_PART_QUERY,  /* a statement */
  GALEN_ERROR_PART_VALUE,  /* a value of a row, in quotes */
  GALEN_ERROR_PART_SECRET, /* a password */
} GalenErrorPart;

/* Whether something that must be masked begins at `at`, behind a marker such as "Query: '" that ends there. `ret_end` is
 * where it ends. */
GalenErrorPart galen_error_part_at(GalenSlice text, gsize at, gsize *ret_end);
