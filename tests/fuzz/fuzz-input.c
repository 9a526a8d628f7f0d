/* Any bytes as a file: reading ends, within limits, and however it is cut into calls gives the same bytes. */
#include "parsers/input-private.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                  \
      abort();                                                                                                         \
    }                                                                                                                  \
  } while (0)

/* What one pass saw. */
typedef struct {
  gsize step;    /* bytes asked for at a time */
  guint64 bytes; /* of all streams */
  guint32 hash;  /* of them, their paths and their ends */
} Pass;

static void mix(Pass *pass, const char *data, gsize len) {
  for (gsize i = 0; i < len; i++)
    pass->hash = (pass->hash ^ (guint8)data[i]) * 16777619u;
}

static void mix_text(Pass *pass, const char *text) {
  mix(pass, text != NULL ? text : "-", text != NULL ? strlen(text) + 1 : 1);
}

static void read_stream(GalenStream *stream, gpointer user) {
  static char buf[1 << 20];
  Pass *pass = user;
  const GalenInput *input = galen_stream_input(stream);
  CHECK(input->path != NULL && *input->path != '\0');
  CHECK(input->node != NULL && *input->node != '\0');
  CHECK(galen_stream_compression(stream) != NULL);
  CHECK(input->status == GALEN_INPUT_OK || galen_stream_error(stream) != NULL);
  mix_text(pass, input->path);
  mix_text(pass, input->node);
  guint64 given = 0;
  gsize n;
  while ((n = galen_stream_read(stream, buf, pass->step)) > 0) {
    CHECK(n <= pass->step);
    mix(pass, buf, n);
    given += n;
  }
  CHECK(input->status == GALEN_INPUT_OK || given == 0);
  CHECK(galen_stream_read(stream, buf, sizeof buf) == 0);
  mix_text(pass, galen_stream_error(stream));
  pass->bytes += given;
}

/* Zip and tar names become nodes as well, but seldom: any text does here. */
static void check_names(const uint8_t *data, size_t size) {
  g_autofree char *path = g_strndup((const char *)data, MIN(size, 1024));
  for (gboolean shared = FALSE; shared <= TRUE; shared++) {
    g_autofree char *node = galen_input_node_name(path, shared);
    g_autofree char *below = galen_node_below(path, shared, 0);
    CHECK(*node != '\0' && *below != '\0');
  }
  g_autoptr(GalenFolders) folders = galen_folders_new();
  galen_folders_add(folders, path);
  CHECK(!galen_folders_shared(folders, path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int fd = memfd_create("fuzz-input", MFD_CLOEXEC);
  CHECK(fd >= 0);
  CHECK(write(fd, data, size) == (ssize_t)size);
  g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
  Pass small = {.step = 611, .hash = 2166136261u}, big = {.step = 1 << 20, .hash = 2166136261u};
  {
    g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){path, NULL});
    CHECK(galen_inputs_total_bytes(inputs) == size);
    galen_inputs_foreach(inputs, read_stream, &small);
    CHECK(galen_inputs_bytes_done(inputs) == size);
    galen_inputs_foreach(inputs, read_stream, &big);
    CHECK(galen_inputs_bytes_done(inputs) == size);
  }
  close(fd);
  CHECK(small.bytes == big.bytes && small.hash == big.hash);
  CHECK(small.bytes <= MAX(GALEN_EXPANSION_FREE, (guint64)size * GALEN_EXPANSION_MAX));
  check_names(data, size);
  return 0;
}
