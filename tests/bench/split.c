/* split: how fast the slow log's parser alone is: files in blocks of 1 MiB into a sink that does nothing.
 *
 * Usage: split [--dump] [--runs N] FILE…
 * Prints one row a file: bytes, events, best time of N runs (5), MB/s (10^6 bytes). Under valgrind --tool=callgrind
 * --toggle-collect=parse_all with --runs 1, instructions are those of the parser. --dump prints every event instead, to
 * compare two programs. */
#include "parsers/format.h"

#include <stdio.h>

#define BLOCK (1u << 20)

typedef struct {
  guint64 events;
  GalenAccount account;
} Seen;

static void on_nothing(gpointer user, const GalenSlowEvent *event) {
  (void)event;
  ((Seen *)user)->events++;
}

static void print_slice(const char *name, GalenSlice slice) {
  if (slice.data == NULL)
    return;
  printf(" %s[", name);
  (void)fwrite(slice.data, 1, slice.len, stdout);
  printf("]");
}

static void on_dump(gpointer user, const GalenSlowEvent *e) {
  on_nothing(user, e);
  printf("\n@%" G_GUINT64_FORMAT " line %" G_GUINT64_FORMAT " piece %d flags %d%d%d%d thread %" G_GUINT64_FORMAT
         " start %" G_GINT64_FORMAT " mask %u implausible %u error %u killed %u rate %" G_GUINT64_FORMAT,
         e->offset, e->line, e->piece, e->admin, e->no_backslash, e->partial, e->timed, e->thread_id, e->start,
         e->main_mask, e->implausible, e->error, e->killed, e->rate_limit);
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    printf(" %" G_GUINT64_FORMAT, e->main[i]);
  for (guint i = 0; i < e->n_attrs; i++)
    printf(" %s=%" G_GUINT64_FORMAT, galen_attr_dict_get(e->dict, e->attrs[i].id)->name, e->attrs[i].value);
  print_slice("user", e->user);
  print_slice("host", e->host);
  print_slice("schema", e->schema);
  print_slice("routine", e->routine);
  print_slice("explain", e->explain);
  print_slice("text", e->text);
}

/* Not static, and not inlined: callgrind counts from here. */
void G_GNUC_NO_INLINE parse_all(const char *data, gsize len, const GalenSink *sink, GalenAccount *ret_account);

void parse_all(const char *data, gsize len, const GalenSink *sink, GalenAccount *ret_account) {
  static const GalenFormatOptions options = {0};
  gpointer parser = galen_format_slow_log.open(&options, sink);
  gsize from = 0, to = 0;
  do {
    to = MIN(len, to + BLOCK);
    from += galen_format_slow_log.parse(parser, data + from, to - from, to == len);
  } while (to < len);
  *ret_account = *galen_format_slow_log.account(parser);
  galen_format_slow_log.close(parser);
}

static void print_account(const GalenAccount *a) {
  printf("\nbytes %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
         " events %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
         " times %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
         a->bytes, a->bytes_events, a->bytes_headers, a->bytes_skipped, a->events, a->partial, a->untimed,
         a->implausible, a->first, a->last);
  for (guint i = 0; i < a->n_skips; i++)
    printf("skip %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " line %" G_GUINT64_FORMAT " [%.*s]\n",
           a->skips[i].reason, a->skips[i].records, a->skips[i].bytes, a->skips[i].line, (int)a->skips[i].text_len,
           a->skips[i].text);
}

static gboolean measure(const char *path, gint runs, gboolean dump) {
  g_autofree char *data = NULL;
  gsize len;
  g_autoptr(GError) error = NULL;
  if (!g_file_get_contents(path, &data, &len, &error)) {
    (void)fprintf(stderr, "split: %s\n", error->message);
    return FALSE;
  }
  gint64 best = G_MAXINT64;
  Seen seen = {0};
  GalenSink sink = {.user = &seen, .slow = dump ? on_dump : on_nothing};
  for (gint i = 0; i < (dump ? 1 : runs); i++) {
    seen.events = 0;
    gint64 begun = g_get_monotonic_time();
    parse_all(data, len, &sink, &seen.account);
    best = MIN(best, g_get_monotonic_time() - begun);
  }
  if (dump)
    print_account(&seen.account);
  else
    printf("%-30s %10" G_GSIZE_FORMAT " bytes %8" G_GUINT64_FORMAT " events %8.4f s %6.0f MB/s\n", path, len,
           seen.events, (double)best / 1e6, (double)len / (double)MAX(best, 1));
  return TRUE;
}

int main(int argc, char **argv) {
  gboolean dump = FALSE;
  gint runs = 5;
  GOptionEntry entries[] = {{"dump", 0, 0, G_OPTION_ARG_NONE, &dump, "print every event", NULL},
                            {"runs", 0, 0, G_OPTION_ARG_INT, &runs, "how often", "N"},
                            {0}};
  g_autoptr(GOptionContext) context = g_option_context_new("FILE…");
  g_autoptr(GError) error = NULL;
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error)) {
    (void)fprintf(stderr, "split: %s\n", error->message);
    return 2;
  }
  gboolean good = argc > 1;
  for (int i = 1; i < argc; i++)
    good &= measure(argv[i], runs, dump);
  return good ? 0 : 1;
}
