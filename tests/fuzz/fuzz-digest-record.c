/* Any bytes as a record of a class: it is refused, or it is read, merged and written without harm, and what was written
 * reads back to the same bytes. */
#include "analyzer/digest/value.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

#define RECORD_MAX (16u << 20)

static void write_twice(GalenAccum *accum, GalenDigestContext *context) {
  GalenBytes first, second;
  galen_bytes_init(&first, RECORD_MAX);
  galen_bytes_init(&second, RECORD_MAX);
  galen_accum_put(accum, accum->text != NULL, context, &first);
  GalenBytesReader reader = {first.data, first.data + first.len, FALSE};
  GalenAccum again = {0};
  if (!galen_accum_get(&again, context, &reader) || reader.data != reader.end)
    abort();
  galen_accum_put(&again, again.text != NULL, context, &second);
  if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0)
    abort();
  galen_accum_merge(accum, &again, context);
  galen_bytes_clear(&first);
  galen_bytes_clear(&second);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size) {
  GalenDigestContext context = {.names = galen_names_new(),
                                .attrs = galen_attrs_new(),
                                .top_inline = 4,
                                .names_max = 1u << 16,
                                .step = 6,
                                .from = -100000000,
                                .to = 100000000};
  GalenBytesReader reader = {data, data + size, FALSE};
  GalenAccum accum = {0};
  if (galen_accum_get(&accum, &context, &reader))
    write_twice(&accum, &context);
  galen_accum_clear(&accum);
  reader = (GalenBytesReader){data, data + size, FALSE};
  GalenValue value;
  if (galen_value_get(&value, &context, &reader))
    galen_value_spill(&value, &context);
  galen_cells_clear(&value.cells);
  galen_names_free(context.names);
  galen_attrs_free(context.attrs);
  g_clear_pointer(&context.values, galen_spill_free);
  g_clear_error(&context.error);
  return 0;
}
