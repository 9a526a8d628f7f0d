/* What a store remembers of nights: whatever is read is written so that it reads the same. */
#include "analyzer/nightly.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GalenNights) first = galen_nights_parse(text, NULL);
  if (first == NULL)
    return 0;
  g_autofree char *written = galen_nights_print(first);
  g_autoptr(GalenNights) second = galen_nights_parse(written, NULL);
  if (second == NULL)
    abort();
  g_autofree char *again = galen_nights_print(second);
  GalenNightWindow window = galen_nights_window(second, G_GINT64_CONSTANT(1763600000000000));
  if (!g_str_equal(written, again) || window.from >= window.to)
    abort();
  return 0;
}
