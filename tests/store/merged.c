/* What a store holds, merged and shown as a report in JSON: for tests that compare it with the logs themselves. */
#include "analyzer/digest/digest_record.h"
#include "analyzer/digest/errors_record.h"
#include "analyzer/store/evidence.h"
#include "analyzer/store/slots.h"

#include <stdio.h>

typedef struct {
  GalenStore *store;
  const GalenStoreInput *input;
  GalenDigest *digest;
  GalenErrors *errors;
  GalenLogRules *rules;
  GString *text;
  gboolean has_errors;
} Merged;

static gboolean find_text(const guint8 id[GALEN_QUERY_ID_BYTES], gpointer user, GalenSlice *ret_text,
                          guint64 *ret_full_len, GError **error) {
  Merged *self = user;
  (void)error;
  g_string_truncate(self->text, 0);
  g_assert_true(galen_store_fingerprint(self->store, id, self->text, ret_full_len));
  *ret_text = galen_slice(self->text->str, self->text->len);
  return TRUE;
}

static gboolean add_queries(const GalenSlot *slot, GalenBytesReader *record, gpointer user, GError **error) {
  Merged *self = user;
  GalenDigestGet how = {.node = self->input->node, .path = self->input->path, .text = find_text, .text_user = self};
  (void)slot;
  return galen_digest_get(self->digest, record, &how, error);
}

static gint64 same_time(gpointer user, gint64 time, gboolean utc) {
  (void)user;
  (void)utc;
  return time;
}

static gboolean add_errors(const GalenSlot *slot, GalenBytesReader *parts, gpointer user, GError **error) {
  Merged *self = user;
  GalenBytesReader record;
  (void)slot;
  while (galen_slot_errors_next(parts, &record)) {
    g_autoptr(GalenErrors) errors = galen_errors_get(&record, self->rules, FALSE, error);
    gint64 first, last;
    if (errors == NULL)
      return FALSE;
    g_assert_true(galen_errors_place(errors, self->input->node, self->input->path, same_time, NULL, &first, &last));
    galen_errors_merge(self->errors, errors);
    self->has_errors = TRUE;
  }
  g_assert_false(parts->failed);
  return TRUE;
}

static GalenInputRow *row_of(Merged *self, GError **error) {
  GalenBytes bytes;
  galen_bytes_init(&bytes, GALEN_EVIDENCE_MAX);
  g_autoptr(GalenStoredLog) log = NULL;
  g_autoptr(GalenJournal) journal = galen_journal_new();
  if (galen_store_evidence(self->store, self->input->id, &bytes, error)) {
    GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
    int index;
    log = galen_stored_log_get(&reader, journal, self->rules, &index);
    g_assert_nonnull(log);
  }
  galen_bytes_clear(&bytes);
  if (log == NULL)
    return NULL;
  g_free(log->row->path);
  log->row->path = g_strdup(self->input->path);
  return g_steal_pointer(&log->row);
}

static gboolean merge(Merged *self, GPtrArray *inputs, GPtrArray *rows, GError **error) {
  for (guint i = 0; i < inputs->len; i++) {
    self->input = g_ptr_array_index(inputs, i);
    GalenInputRow *row = row_of(self, error);
    if (row == NULL ||
        !galen_store_slots(self->store, self->input->id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE,
                           add_queries, self, error) ||
        !galen_store_slots(self->store, self->input->id, GALEN_SLOT_ERRORS, GALEN_TIME_NONE, GALEN_TIME_NONE,
                           add_errors, self, error))
      return FALSE;
    g_ptr_array_add(rows, row);
  }
  return galen_digest_finish(self->digest, error);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED};
  g_autoptr(GalenStore) store = argc == 2 ? galen_store_open(argv[1], GALEN_STORE_READ, &error) : NULL;
  Merged self = {.store = store,
                 .digest = galen_digest_new(&options),
                 .errors = galen_errors_new(FALSE),
                 .rules = galen_log_rules_load(GALEN_SOURCE_DIR "/analyzer/rules", NULL, &error),
                 .text = g_string_new(NULL)};
  g_autoptr(GPtrArray) inputs = store != NULL ? galen_store_inputs(store, &error) : NULL;
  GPtrArray *rows = g_ptr_array_new();
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  if (inputs != NULL && merge(&self, inputs, rows, &error)) {
    galen_errors_finish(self.errors);
    GalenReportOptions report_options = {.zone = zone,
                                         .zone_name = "UTC",
                                         .since = GALEN_TIME_NONE,
                                         .until = GALEN_TIME_NONE,
                                         .order_by = "time",
                                         .errors = self.has_errors ? self.errors : NULL};
    g_autoptr(GalenReport) report = galen_report_new(self.digest, rows, &report_options);
    g_autoptr(GBytes) json = galen_report_write_json(report, &error);
    g_assert_no_error(error);
    gsize len;
    const char *text = g_bytes_get_data(json, &len);
    g_assert_cmpuint(fwrite(text, 1, len, stdout), ==, len);
  }
  if (error != NULL)
    (void)fprintf(stderr, "%s\n", error->message);
  galen_digest_free(self.digest);
  galen_errors_free(self.errors);
  galen_log_rules_free(self.rules);
  g_string_free(self.text, TRUE);
  return error != NULL;
}
