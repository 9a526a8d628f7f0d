/* Bytes become events, and these a digest in one piece with room and one in three merged pieces without: both must say
 * the same. */
#include "tests/digest-support.h"

#include <stdlib.h>

#define EVENTS_MAX 300
#define EVENT_BYTES 12

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void fuzz_event(const guint8 *b, GalenSlowEvent *ret_event, char sql[64], char user[8]) {
  g_snprintf(sql, 64, "select c from t_%c%c where id = %d", 'a' + b[0] % 26, 'a' + b[0] / 26, b[1]);
  *ret_event = plain_event(sql, (guint64)b[2] << (b[3] % 34));
  if (b[4] % 64 > 0) {
    g_snprintf(user, 8, "u%u", b[4] % 64u);
    ret_event->user = text_slice(user);
  }
  ret_event->schema = ret_event->user;
  ret_event->main_mask = b[5] & 15;
  ret_event->main[GALEN_MAIN_ROWS_SENT] = b[2];
  ret_event->start = ((gint64)b[6] - 128) * ((gint64)1 << (b[7] % 48));
  ret_event->timed = b[5] >> 7;
  ret_event->error = b[8] % 8;
  ret_event->rate_limit = b[9];
  ret_event->line = b[10] % 4;
}

static void feed_all(Feeder *feeder, GalenDigest **digests, guint n_digests, const guint8 *data, size_t size) {
  guint n = (guint)MIN(size / EVENT_BYTES, EVENTS_MAX);
  for (guint i = 0; i < n; i++) {
    const guint8 *bytes = data + (gsize)i * EVENT_BYTES;
    char sql[64], user[8];
    GalenSlowEvent event;
    fuzz_event(bytes, &event, sql, user);
    feeder->facts = bytes[11];
    feed(feeder, digests[bytes[11] % n_digests], &event);
    if (n_digests > 1 && bytes[10] > 250)
      galen_digest_merge(digests[bytes[11] % n_digests], digests[(bytes[11] + 1u) % n_digests]);
  }
}

static char *finish_and_dump(GalenDigest *digest) {
  if (!galen_digest_finish(digest, NULL))
    abort();
  return dump_digest(digest);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size) {
  if (size < 2)
    return 0;
  Feeder feeder = feeder_new();
  GalenDigestOptions roomy = {.classes_max = data[0] % 16}, tight = roomy;
  tight.hot_classes = 1 + data[1] % 8;
  tight.hot_bytes = data[1] < 128 ? 0 : 1u << (data[1] % 20);
  tight.top_inline = 1 + data[1] % 3;
  tight.top_global = 1 + data[1] % 5;
  GalenDigest *whole = galen_digest_new(&roomy), *parts[3];
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    parts[i] = galen_digest_new(&tight);
  feed_all(&feeder, &whole, 1, data + 2, size - 2);
  feed_all(&feeder, parts, G_N_ELEMENTS(parts), data + 2, size - 2);
  galen_digest_merge(parts[2], parts[0]);
  galen_digest_merge(parts[2], parts[1]);
  g_autofree char *expected = finish_and_dump(whole);
  g_autofree char *found = finish_and_dump(parts[2]);
  if (strcmp(expected, found) != 0)
    abort();
  galen_digest_free(whole);
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    galen_digest_free(parts[i]);
  feeder_clear(&feeder);
  return 0;
}
