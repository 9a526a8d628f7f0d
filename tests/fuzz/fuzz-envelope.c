/* Any bytes as a wrapped log: no crash, an exact account, whole lines, an answer for every line, and the same whatever the
 * block sizes. */
#include "parsers/envelope.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
  const char *text;
  size_t len, at, block;
} Raw;

static gsize raw_read(gpointer user, char *buf, gsize len) {
  Raw *raw = user;
  gsize n = MIN(MIN(len, raw->block), raw->len - raw->at);
  memcpy(buf, raw->text + raw->at, n);
  raw->at += n;
  return n;
}

static guint64 mix(guint64 hash, guint64 value) {
  return (hash ^ value) * G_GUINT64_CONSTANT(1099511628211);
}

static guint64 read_all(const char *text, size_t len, size_t in, size_t out) {
  Raw raw = {text, len, 0, in};
  GalenEnvelope *envelope = galen_envelope_new(text, MIN(len, GALEN_BID_BYTES), raw_read, &raw);
  if (envelope == NULL)
    return 0;
  guint64 hash = 1, offset = 0;
  char *buf = malloc(out), last = '\n';
  gsize n;
  while (buf != NULL && (n = galen_envelope_read(envelope, buf, out)) > 0)
    for (gsize i = 0; i < n; last = buf[i++], offset++) {
      hash = mix(hash, (guint8)buf[i]);
      if (last != '\n')
        continue;
      const GalenLineInfo *info = galen_envelope_line(envelope, offset);
      if (info == NULL)
        abort();
      hash = mix(mix(mix(hash, info->line), (guint64)info->time), info->pid);
    }
  const GalenAccount *account = galen_envelope_account(envelope);
  if (last != '\n' || account->bytes != len ||
      account->bytes != account->bytes_events + account->bytes_headers + account->bytes_skipped)
    abort();
  hash = mix(mix(hash, account->bytes_events), account->bytes_skipped);
  galen_envelope_free(envelope);
  free(buf);
  return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  /* A copy of the exact size, so that reading past the end is seen. */
  char *text = malloc(size + (size == 0));
  if (text == NULL)
    return 0;
  memcpy(text, data, size);
  guint64 whole = read_all(text, size, size + 1, 1 << 16);
  if (whole != read_all(text, size, 1 + size / 7, 5) || whole != read_all(text, size, 1, 1 + size / 3))
    abort();
  free(text);
  return 0;
}
