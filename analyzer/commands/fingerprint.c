/* galen fingerprint: queries on stdin to fingerprints on stdout. Streams: a query may be of any length. */
#include "commands.h"

#include "../query/fingerprint.h"

#include <stdio.h>

#define BLOCK (256u << 10)

typedef struct {
  gboolean ids;
  GalenFingerprinter *fingerprinter;
  int read_error; /* errno of stdin */
  gboolean begun; /* bytes of the current query were seen */
} Work;

static gboolean print_one(Work *work) {
  GalenFingerprint fingerprint;
  if (!work->begun)
    galen_fingerprinter_begin(work->fingerprinter, FALSE);
  work->begun = FALSE;
  galen_fingerprinter_end(work->fingerprinter, &fingerprint);
  if (work->ids) {
    guint8 id[GALEN_QUERY_ID_BYTES];
    char text[33];
    galen_fingerprinter_id(work->fingerprinter, id);
    galen_query_id_print(id, text);
    return puts(text) != EOF;
  }
  /* One line each: a line end can only stand in a quoted name. */
  for (gsize i = 0; i < fingerprint.text.len; i++)
    if (putchar(fingerprint.text.data[i] == '\n' ? ' ' : fingerprint.text.data[i]) == EOF)
      return FALSE;
  return putchar('\n') != EOF;
}

static void feed(Work *work, const char *data, gsize len) {
  if (!work->begun)
    galen_fingerprinter_begin(work->fingerprinter, FALSE);
  work->begun = TRUE;
  galen_fingerprinter_feed(work->fingerprinter, data, len);
}

static gboolean convert(Work *work, char separator) {
  g_autofree char *block = g_malloc(BLOCK);
  gboolean pending = FALSE;
  gsize n;
  while ((n = fread(block, 1, BLOCK, stdin)) > 0) {
    for (const char *at = block, *end = block + n; at < end;) {
      const char *stop = memchr(at, separator, (gsize)(end - at));
      feed(work, at, (gsize)((stop != NULL ? stop : end) - at));
      pending = stop == NULL;
      if (stop != NULL && !print_one(work))
        return FALSE;
      at = stop != NULL ? stop + 1 : end;
    }
  }
  work->read_error = errno;
  return !pending || print_one(work);
}

GalenExit galen_command_fingerprint(int argc, char **argv) {
  gboolean ids = FALSE, nul = FALSE, mask_digits = FALSE;
  GOptionEntry entries[] = {
      {"id", 0, 0, G_OPTION_ARG_NONE, &ids, "print query ids instead: the MD5 of each fingerprint", NULL},
      {"null", '0', 0, G_OPTION_ARG_NONE, &nul, "queries are separated by NUL bytes, not line ends", NULL},
      {"mask-digits", 0, 0, G_OPTION_ARG_NONE, &mask_digits, "mask digits in identifiers", NULL},
      {0},
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("< QUERIES");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error))
    return galen_usage("fingerprint", error->message);
  if (argc > 1) {
    galen_complain(argv[1], "fingerprint reads stdin and takes no paths");
    return GALEN_EXIT_USAGE;
  }
  g_autoptr(GalenFingerprinter) fingerprinter =
      galen_fingerprinter_new(mask_digits ? GALEN_FINGERPRINT_MASK_DIGITS : GALEN_FINGERPRINT_DEFAULT);
  Work work = {.ids = ids, .fingerprinter = fingerprinter};
  if (!convert(&work, nul ? '\0' : '\n') || fflush(stdout) != 0) {
    galen_complain("stdout", g_strerror(errno));
    return GALEN_EXIT_OUTPUT;
  }
  if (ferror(stdin) == 0)
    return GALEN_EXIT_OK;
  galen_complain("stdin", g_strerror(work.read_error));
  return GALEN_EXIT_NO_INPUT;
}
