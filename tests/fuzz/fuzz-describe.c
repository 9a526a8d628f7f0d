/* What a statement is about: valid UTF-8 without controls, a label of at most 60 characters, at most 16 tables, each once. */
#include "../../analyzer/query/describe.h"
#include "../../analyzer/query/fingerprint.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(gboolean holds) {
  if (!holds)
    abort();
}

static void check_info(GalenSlice text) {
  g_autoptr(GalenQueryInfo) info = galen_query_describe(text);
  check(info->command != NULL && *info->command != '\0' && g_utf8_validate(info->command, -1, NULL));
  check(g_utf8_validate(info->label, -1, NULL) && g_utf8_strlen(info->label, -1) <= 60);
  for (const char *at = info->label; *at != '\0'; at = g_utf8_next_char(at))
    check(!g_unichar_iscntrl(g_utf8_get_char(at)));
  check(info->tables->len <= 16);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < info->tables->len; i++) {
    const char *table = g_ptr_array_index(info->tables, i);
    check(*table != '\0' && g_utf8_validate(table, -1, NULL));
    check(g_hash_table_add(seen, g_ptr_array_index(info->tables, i)));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  GalenSlice text = galen_slice(size > 0 ? (const char *)data : "", size);
  check_info(text);
  GalenFingerprint fingerprint;
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  galen_fingerprinter_begin(fingerprinter, FALSE);
  galen_fingerprinter_feed(fingerprinter, text.data, text.len);
  galen_fingerprinter_end(fingerprinter, &fingerprint);
  check_info(fingerprint.text);
  return 0;
}
