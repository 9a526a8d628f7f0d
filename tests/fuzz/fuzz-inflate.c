/* Any bytes as gzip data: the same as zlib gives, the same reason to stop, however the input comes in pieces. The first
 * byte says how: in pieces of how many bytes, and whether what follows is a member's deflate data alone. */
#include "tests/gzip-reference.h"

#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                  \
      abort();                                                                                                         \
    }                                                                                                                  \
  } while (0)

#define OUTPUT_MAX (4u << 20)

/* The fuzzer need not find a header first. */
static GByteArray *as_member(const uint8_t *data, size_t size) {
  static const guint8 header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
  GByteArray *gz = g_byte_array_new();
  g_byte_array_append(gz, header, sizeof header);
  return g_byte_array_append(gz, data, (guint)size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3)
    return 0;
  static const gsize steps[] = {1, 7, 100, 1 << 20};
  gsize step = steps[data[0] & 3];
  g_autoptr(GByteArray) gz = as_member(data + 1, size - 1);
  if ((data[0] & 4) != 0)
    g_byte_array_remove_range(gz, 0, 10);
  if (gz->len < 2 || gz->data[0] != 0x1f || gz->data[1] != 0x8b)
    return 0;
  g_autoptr(GString) want = g_string_new(NULL);
  const char *why = reference_gunzip(gz->data, gz->len, want, OUTPUT_MAX);
  g_autoptr(GalenSource) source = galen_source_gzip_new(memory_source(gz->data, gz->len, step));
  char block[10007];
  gsize given = 0, n;
  while (given < want->len && (n = galen_source_read(source, block, MIN(sizeof block, want->len - given))) > 0) {
    CHECK(memcmp(block, want->str + given, n) == 0);
    given += n;
  }
  CHECK(given == want->len);
  if (given < OUTPUT_MAX) {
    CHECK(galen_source_read(source, block, sizeof block) == 0);
    CHECK(g_strcmp0(source->error, why) == 0);
  }
  return 0;
}
