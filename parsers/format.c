#include "format.h"

/* Every log format that Galen knows. */
static const GalenFormat *const formats[] = {
    &galen_format_slow_log,
};

const GalenFormat *galen_format_find(const char *data, gsize len) {
  const GalenFormat *best = NULL;
  guint highest = 0;
  for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
    guint bid = formats[i]->bid(data, len);
    if (bid > highest) {
      highest = bid;
      best = formats[i];
    }
  }
  return best;
}
