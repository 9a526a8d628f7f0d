/* fingerprints: how fast the statements of a slow log become fingerprints, without reading or counting.
 *
 * Usage: fingerprints [--pieces] [--sum] [--rounds N] LOG
 * Prints the best of the rounds in MB/s of statement text (10^6 bytes).
 * --sum prints a sum over all that was found instead, to compare two builds. */
#include "analyzer/query/fingerprint.h"
#include "parsers/format.h"

#include <stdio.h>
#include <time.h>

typedef struct {
  gsize from, len;
  gboolean no_backslash;
} Statement;

typedef struct {
  GString *text;
  GArray *statements;
  gboolean pieces;
} Statements;

static void on_slow(gpointer user, const GalenSlowEvent *event) {
  Statements *self = user;
  if (event->piece != GALEN_PIECE_WHOLE)
    return;
  Statement statement = {self->text->len, event->text.len, event->no_backslash};
  g_array_append_val(self->statements, statement);
  if (event->text.len > 0)
    g_string_append_len(self->text, event->text.data, (gssize)event->text.len);
}

static gboolean read_log(const char *path, Statements *ret, GError **error) {
  GalenFormatOptions options = {0};
  GalenSink sink = {.user = ret, .slow = on_slow};
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);
  if (file == NULL)
    return FALSE;
  gpointer parser = galen_format_slow_log.open(&options, &sink);
  (void)galen_format_slow_log.parse(parser, g_mapped_file_get_contents(file), g_mapped_file_get_length(file), TRUE);
  galen_format_slow_log.close(parser);
  return TRUE;
}

static void make(GalenFingerprinter *self, const Statements *all, const Statement *one, GalenFingerprint *ret) {
  if (!all->pieces) {
    galen_fingerprinter_make(self, galen_slice(all->text->str + one->from, one->len), one->no_backslash, ret);
    return;
  }
  galen_fingerprinter_begin(self, one->no_backslash);
  galen_fingerprinter_feed(self, all->text->str + one->from, one->len);
  galen_fingerprinter_end(self, ret);
}

static void add(guint64 *sum, guint64 value) {
  *sum = (*sum ^ value) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  *sum ^= *sum >> 29;
}

/* Of fingerprints, ids, facts and figures. */
static guint64 sum_all(GalenFingerprinter *self, const Statements *all) {
  guint64 sum = 0, id[2];
  GalenFingerprint made;
  G_STATIC_ASSERT(sizeof id == GALEN_QUERY_ID_BYTES);
  for (guint i = 0; i < all->statements->len; i++) {
    make(self, all, &g_array_index(all->statements, Statement, i), &made);
    galen_fingerprinter_id(self, (guint8 *)id);
    const guint64 values[] = {id[0],      id[1],         made.full_len, made.text.len, made.hash,
                              made.facts, made.in_items, made.rows,     made.offset};
    for (guint k = 0; k < G_N_ELEMENTS(values); k++)
      add(&sum, values[k]);
    for (gsize k = 0; k < made.text.len; k++)
      add(&sum, (guint8)made.text.data[k]);
  }
  return sum;
}

/* A function of its own: what valgrind is told to count. */
G_GNUC_NO_INLINE static guint64 one_round(GalenFingerprinter *self, const Statements *all) {
  guint64 sum = 0;
  GalenFingerprint made;
  for (guint i = 0; i < all->statements->len; i++) {
    make(self, all, &g_array_index(all->statements, Statement, i), &made);
    sum += made.hash;
  }
  return sum;
}

int main(int argc, char **argv) {
  gboolean sum_wanted = FALSE;
  int rounds = 5;
  Statements all = {g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(Statement)), FALSE};
  GOptionEntry entries[] = {
      {"pieces", 0, 0, G_OPTION_ARG_NONE, &all.pieces, "feed them as if they could go on", NULL},
      {"sum", 0, 0, G_OPTION_ARG_NONE, &sum_wanted, "print a sum over all that was found", NULL},
      {"rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "how often", "N"},
      {0},
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("LOG");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error))
    g_error("%s", error->message);
  if (argc != 2)
    g_error("one log is needed");
  if (!read_log(argv[1], &all, &error))
    g_error("%s", error->message);
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  clock_t best = 0;
  guint64 sum = sum_wanted ? sum_all(fingerprinter, &all) : 0;
  for (int i = 0; i < rounds && !sum_wanted; i++) {
    clock_t before = clock();
    sum += one_round(fingerprinter, &all);
    clock_t took = clock() - before;
    best = i == 0 || took < best ? took : best;
  }
  if (sum_wanted)
    g_print("%016" G_GINT64_MODIFIER "x\n", sum);
  else
    g_print("%u statements, %" G_GSIZE_FORMAT " bytes: %.1f ms, %.0f MB/s%s\n", all.statements->len, all.text->len,
            (double)best * 1e3 / CLOCKS_PER_SEC, (double)all.text->len / 1e6 / ((double)best / CLOCKS_PER_SEC),
            sum == 0 ? " (!)" : "");
  g_string_free(all.text, TRUE);
  g_array_unref(all.statements);
  return 0;
}
