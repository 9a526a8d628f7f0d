/* Samples: bounded, the same whichever way a statement is cut into feeds, and a masked one holds no literal: no quote
 * outside names in back-quotes. The first byte says how to lex, the second how to cut. */
#include "../../analyzer/query/sample.h"
#include "split.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(gboolean holds) {
  if (!holds)
    abort();
}

static GalenSlice run(GalenSampler *self, gboolean no_backslash, GalenSlice text, guint seed) {
  galen_sampler_begin(self, no_backslash);
  for (gsize at = 0, n; at < text.len; at += n) {
    n = split_next(&seed, text.len - at);
    g_autofree char *part = g_memdup2(text.data + at, n);
    galen_sampler_feed(self, part, n);
  }
  return galen_sampler_end(self);
}

static void check_masked(GalenSlice sample) {
  gboolean name = FALSE;
  for (gsize i = 0; i < sample.len; i++) {
    if (sample.data[i] == '`')
      name = !name;
    check(name || (sample.data[i] != '\'' && sample.data[i] != '"'));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2)
    return 0;
  static const GalenSampleMode modes[] = {GALEN_SAMPLES_NONE, GALEN_SAMPLES_MASKED, GALEN_SAMPLES_FULL};
  GalenSlice text = galen_slice((const char *)data + 2, size - 2);
  for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
    g_autoptr(GalenSampler) a = galen_sampler_new(modes[i]);
    g_autoptr(GalenSampler) b = galen_sampler_new(modes[i]);
    GalenSlice whole = run(a, (data[0] & 1) != 0, text, SPLIT_WHOLE);
    check(whole.len <= GALEN_SAMPLE_MAX);
    check(galen_slice_equal(whole, run(b, (data[0] & 1) != 0, text, data[1])));
    /* A tail begins anywhere, also inside a name. */
    if (modes[i] == GALEN_SAMPLES_MASKED && whole.len < GALEN_SAMPLE_HEAD)
      check_masked(whole);
    check(modes[i] != GALEN_SAMPLES_NONE || whole.len == 0);
  }
  return 0;
}
