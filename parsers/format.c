#include "format.h"

static const GalenFormat *const formats[] = {
    &galen_format_slow_log,
};

const GalenFormat *galen_format_find(const char *data, gsize len) {
  const GalenFormat *best = NULL;
  guint best_bid = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
    guint bid = formats[i]->bid(data, MIN(len, (gsize)GALEN_BID_BYTES));
    if (bid > best_bid) {
      best = formats[i];
      best_bid = bid;
    }
  }
  return best;
}
