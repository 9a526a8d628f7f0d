#include "format.h"

/* Every log format that Galen knows. */
static const GalenFormat *const formats[] = {
    &galen_format_slow_log,    &galen_format_error_log,    &galen_format_recover_log,
    &galen_format_general_log, &galen_format_galera_state, &galen_format_configuration,
};

const GalenFormat *galen_format_find(const char *data, gsize len) {
  const GalenFormat *best = NULL;
  guint best_bid = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
    guint bid = formats[i]->bid(data, len);
    if (bid > best_bid) {
      best = formats[i];
      best_bid = bid;
    }
  }
  return best;
}
