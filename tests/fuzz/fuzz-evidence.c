/* Any bytes as the evidence of a stored log: refused, or read without harm; what was read is written, and that reads back to the
 * same bytes. */
#include "analyzer/cluster/journal_record.h"
#include "analyzer/store/evidence.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

/* FALSE: it is none. */
static gboolean read_and_write(const guint8 *data, gsize size, GalenBytes *ret_again) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GalenBytesReader reader = {data, data + size, FALSE};
  int index = -1;
  g_autoptr(GalenStoredLog) log = galen_stored_log_get(&reader, journal, NULL, &index);
  if (log == NULL)
    return FALSE;
  if (index >= (int)journal->inputs->len)
    abort();
  galen_bytes_init(ret_again, GALEN_EVIDENCE_MAX);
  galen_stored_log_put(log, index >= 0 ? g_ptr_array_index(journal->inputs, (guint)index) : NULL, ret_again);
  if (ret_again->failed)
    abort();
  return TRUE;
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size) {
  GalenBytes first, second;
  if (!read_and_write(data, size, &first))
    return 0;
  if (!read_and_write(first.data, first.len, &second) || first.len != second.len ||
      memcmp(first.data, second.data, first.len) != 0)
    abort();
  galen_bytes_clear(&first);
  galen_bytes_clear(&second);
  return 0;
}
