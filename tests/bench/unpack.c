/* How long unpacking alone takes: reads every stream of the PATHs to its end. Usage: unpack [-j THREADS] PATH… */
#include "parsers/input.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK (256u << 10)

typedef struct {
  char *block;
  guint64 bytes;
  guint damaged;
} Sum;

static void add_stream(GalenStream *stream, gpointer user) {
  Sum *sum = user;
  gsize n;
  while ((n = galen_stream_read(stream, sum->block, BLOCK)) > 0)
    sum->bytes += n;
  sum->damaged += galen_stream_error(stream) != NULL ? 1 : 0;
}

int main(int argc, char **argv) {
  guint64 threads = 1;
  int first = 1;
  if (argc > 2 && g_str_equal(argv[1], "-j") && g_ascii_string_to_unsigned(argv[2], 10, 1, 64, &threads, NULL))
    first = 3;
  if (first >= argc) {
    fprintf(stderr, "usage: unpack [-j THREADS] PATH...\n");
    return 2;
  }
  gint64 begin = g_get_monotonic_time();
  g_autoptr(GalenInputs) inputs = galen_inputs_new_threads((const char *const *)argv + first, (guint)threads);
  g_autofree char *block = g_malloc(BLOCK);
  Sum sum = {.block = block};
  galen_inputs_foreach(inputs, add_stream, &sum);
  double seconds = (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC;
  printf("%" G_GUINT64_FORMAT " bytes, %u damaged, %.3f s, %.0f MB/s\n", sum.bytes, sum.damaged, seconds,
         (double)sum.bytes / 1e6 / seconds);
  return 0;
}
