/* Any bytes as grastate.dat, gvwstate.dat, my.cnf or a general log: no crash, an exact account, the same however they come. */
#include "parsers/format.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add(guint64 *hash, GalenSlice slice) {
  for (gsize i = 0; i < slice.len; i++)
    *hash = (*hash ^ (guint8)slice.data[i]) * G_GUINT64_CONSTANT(1099511628211);
}

static void on_state(gpointer user, const GalenStateFile *file) {
  guint64 *hash = user;
  add(hash, file->uuid);
  add(hash, file->my_uuid);
  for (guint i = 0; i < file->n_members; i++)
    add(hash, file->members[i].uuid);
  for (guint i = 0; i < file->n_settings; i++) {
    add(hash, file->settings[i].name);
    add(hash, file->settings[i].value);
    if (file->settings[i].secret && file->settings[i].value.data != NULL)
      abort();
  }
}

static guint64 read_all(const GalenFormat *format, const char *text, size_t len, size_t block) {
  guint64 hash = 1;
  GalenFormatOptions options = {0};
  GalenSink sink = {.user = &hash, .state = on_state};
  gpointer parser = format->open(&options, &sink);
  size_t from = 0, to = 0;
  do {
    to = MIN(len, to + block);
    from += format->parse(parser, text + from, to - from, to == len);
  } while (to < len);
  const GalenAccount *a = format->account(parser);
  if (from != len || a->bytes != len || a->bytes != a->bytes_events + a->bytes_headers + a->bytes_skipped)
    abort();
  format->close(parser);
  return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const GalenFormat *const formats[] = {&galen_format_galera_state, &galen_format_configuration,
                                               &galen_format_general_log};
  char *text = malloc(size + (size == 0));
  if (text == NULL)
    return 0;
  memcpy(text, data, size);
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
    (void)formats[i]->bid(text, MIN(size, GALEN_BID_BYTES));
    if (read_all(formats[i], text, size, size + 1) != read_all(formats[i], text, size, 1 + size / 7))
      abort();
  }
  free(text);
  return 0;
}
