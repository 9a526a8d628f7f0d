/* Any bytes, under a right checksum, as a record of a slot: refused, or read without harm; what was read is written, and that reads
 * back to the same bytes. The first byte says of which kind and version. */
#include "analyzer/digest/errors_record.h"
#include "tests/digest-support.h"

#include "analyzer/digest/digest_record.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

#define RECORD_MAX ((gsize)16 << 20)

static GalenBytesReader reader_of(const GalenBytes *record) {
  return (GalenBytesReader){record->data, record->data + record->len, FALSE};
}

static void compare(GalenBytes *first, GalenBytes *second) {
  if (first->len != second->len || memcmp(first->data, second->data, first->len) != 0)
    abort();
  galen_bytes_clear(first);
  galen_bytes_clear(second);
}

static void put_digest(GalenDigest *digest, GalenBytes *record) {
  galen_bytes_init(record, RECORD_MAX);
  if (!galen_digest_put(digest, NULL, record, NULL))
    abort();
}

static void fuzz_digest(const GalenBytes *record, gboolean tight) {
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED, .step = 1};
  if (tight)
    options = (GalenDigestOptions){.hot_classes = 2, .top_inline = 2, .top_global = 2, .step = 60};
  g_autoptr(GalenDigest) digest = galen_digest_new(&options);
  GalenBytesReader reader = reader_of(record);
  if (!galen_digest_get(digest, &reader, NULL, NULL))
    return;
  GalenBytes first, second;
  put_digest(digest, &first);
  g_autoptr(GalenDigest) again = galen_digest_new(&options);
  reader = reader_of(&first);
  if (!galen_digest_get(again, &reader, NULL, NULL))
    abort();
  put_digest(again, &second);
  compare(&first, &second);
  if (!galen_digest_finish(again, NULL))
    abort();
  g_autofree char *dump = dump_digest(again);
}

static void put_errors(GalenErrors *errors, GalenBytes *record) {
  galen_bytes_init(record, RECORD_MAX);
  if (!galen_errors_put(errors, record, NULL))
    abort();
}

static gint64 on_clock(G_GNUC_UNUSED gpointer user, gint64 time, gboolean utc) {
  return utc ? time : time + 5;
}

static void fuzz_errors(const GalenBytes *record) {
  GalenBytesReader reader = reader_of(record);
  g_autoptr(GalenErrors) errors = galen_errors_get(&reader, NULL, FALSE, NULL);
  if (errors == NULL)
    return;
  GalenBytes first, second;
  put_errors(errors, &first);
  reader = reader_of(&first);
  g_autoptr(GalenErrors) again = galen_errors_get(&reader, NULL, FALSE, NULL);
  if (again == NULL)
    abort();
  put_errors(again, &second);
  compare(&first, &second);
  gint64 from, to;
  if (!galen_errors_place(again, "a", "b", on_clock, NULL, &from, &to))
    return;
  g_autoptr(GalenErrors) all = galen_errors_new(FALSE);
  galen_errors_merge(all, again);
  galen_errors_finish(all);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size) {
  if (size == 0)
    return 0;
  gboolean errors = data[0] == 'E', second = data[0] == 'q' || data[0] == 't';
  GalenBytes record;
  galen_bytes_init(&record, RECORD_MAX);
  gsize start = galen_record_begin(&record, errors ? 'E' : 'Q', second ? 2 : 1);
  galen_bytes_put_raw(&record, data + 1, size - 1);
  if (galen_record_end(&record, start, NULL) && errors)
    fuzz_errors(&record);
  else if (!record.failed)
    fuzz_digest(&record, data[0] == 'T' || data[0] == 't');
  galen_bytes_clear(&record);
  return 0;
}
