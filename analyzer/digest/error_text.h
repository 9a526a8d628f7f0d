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

/* Most bytes can begin no such part, and that is seen from the one or two before. `at` is not 0. */
static inline gboolean galen_error_part_may_begin(GalenSlice text, gsize at) {
  static const guint8 before[256] = {
      [' '] = 2, [':'] = 1, ['='] = 1, ['\''] = 1, ['"'] = 1, ['`'] = 1,
  };
  /* All markers that end in a blank end in one of these. */
  static const guint8 before_blank[256] = {
      [0] = 1, [':'] = 1, ['='] = 1, ['y'] = 1, ['s'] = 1, ['Y'] = 1, ['S'] = 1,
  };
  guint8 kind = before[(guchar)text.data[at - 1]];
  return kind == 1 || (kind == 2 && at >= 2 && before_blank[(guchar)text.data[at - 2]]);
}
