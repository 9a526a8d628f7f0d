/* digests: what digests cost in time and memory, without reading and fingerprinting.
 *
 * Usage: digests THREADS CLASSES EVENTS    fills as many digests in as many threads with events of so many classes, merges
 *                                          and finishes them, and prints the time of each step and the peak memory
 *        digests replay LOG [ROUNDS]       reads a slow log into memory, and times counting its events
 * A million classes: digests 4 1000000 1500000 */
#include "analyzer/digest/digest.h"
#include "parsers/format.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

typedef struct {
  GalenDigest *digest;
  guint64 seed, classes, events;
  double seconds;
} Worker;

static double cpu_seconds(clockid_t clock) {
  struct timespec now;
  (void)clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double peak_mib(void) {
  struct rusage usage;
  (void)getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss / 1024;
}

static guint64 next_random(guint64 *state) {
  *state = *state * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
  return *state >> 33;
}

/* A name that no digit is in, as digits could be masked. */
static void class_name(guint64 number, char name[16]) {
  guint at = 0;
  for (; at < 12 && (number > 0 || at == 0); number /= 16)
    name[at++] = (char)('a' + number % 16);
  name[at] = '\0';
}

static GalenSlice print_slice(char *buffer, gsize size, const char *format, ...) G_GNUC_PRINTF(3, 4);
static GalenSlice print_slice(char *buffer, gsize size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int len = g_vsnprintf(buffer, size, format, arguments);
  va_end(arguments);
  return galen_slice(buffer, MIN((gsize)len, size - 1));
}

static gpointer fill(gpointer data) {
  Worker *self = data;
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  guint64 random = self->seed;
  double used = 0;
  for (guint64 i = 0; i < self->events; i++) {
    char name[16], sql[400], user[16], host[32];
    class_name(next_random(&random) % self->classes, name);
    GalenSlowEvent event = {
        .piece = GALEN_PIECE_WHOLE, .rate_limit = 1, .timed = TRUE, .main_mask = (1u << GALEN_N_MAIN) - 1, .line = i};
    event.text =
        print_slice(sql, sizeof sql,
                    "SELECT c.id, c.name, o.total FROM orders_%s AS o JOIN customers AS c ON c.id = "
                    "o.customer_id WHERE o.status = 'paid' AND o.total > %u ORDER BY o.created_at DESC LIMIT 20",
                    name, (guint)(i % 1000));
    event.user = print_slice(user, sizeof user, "user%u", (guint)(i % 4));
    event.host = print_slice(host, sizeof host, "10.0.0.%u", (guint)(next_random(&random) % 20));
    event.schema = galen_slice("shop", 4);
    event.start = (gint64)(1780272000 * G_GUINT64_CONSTANT(1000000) + i * 50000);
    for (guint j = 0; j < GALEN_N_MAIN; j++)
      event.main[j] = next_random(&random) >> next_random(&random) % 31;
    GalenFingerprint fingerprint;
    galen_fingerprinter_begin(fingerprinter, FALSE);
    galen_fingerprinter_feed(fingerprinter, event.text.data, event.text.len);
    galen_fingerprinter_end(fingerprinter, &fingerprint);
    double begun = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    galen_digest_add(self->digest, &event, &fingerprint, fingerprinter, event.text.len, galen_slice(NULL, 0));
    used += cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begun;
  }
  self->seconds = used;
  return NULL;
}

static void report(const char *what, double seconds) {
  g_print("%-28s %8.3f s CPU   %6.1f MiB so far\n", what, seconds, peak_mib());
}

static int run_threads(guint threads, guint64 classes, guint64 events) {
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED, .share = threads};
  g_autofree Worker *workers = g_new0(Worker, threads);
  g_autofree GThread **running = g_new0(GThread *, threads);
  report("before", 0);
  for (guint i = 0; i < threads; i++) {
    workers[i] = (Worker){galen_digest_new(&options), i + 1, classes, events / threads, 0};
    running[i] = g_thread_new("fill", fill, &workers[i]);
  }
  double filled = 0;
  for (guint i = 0; i < threads; i++) {
    g_thread_join(running[i]);
    filled += workers[i].seconds;
  }
  report("fill", filled);
  double begun = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  for (guint i = 1; i < threads; i++) {
    galen_digest_merge(workers[0].digest, workers[i].digest);
    galen_digest_free(workers[i].digest);
  }
  report("merge", cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begun);
  begun = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  g_autoptr(GError) error = NULL;
  if (!galen_digest_finish(workers[0].digest, &error))
    g_error("%s", error->message);
  report("finish", cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begun);
  g_print("%" G_GUINT64_FORMAT " classes, %" G_GUINT64_FORMAT " events\n", galen_digest_n_distinct(workers[0].digest),
          galen_digest_totals(workers[0].digest)->count);
  galen_digest_free(workers[0].digest);
  return 0;
}

/* ---- events of a log ---- */

typedef struct {
  GalenSlowEvent event;
  GalenFingerprint fingerprint;
} Replayed;

typedef struct {
  GArray *events; /* of Replayed */
  GStringChunk *texts;
  GHashTable *known; /* hash of a fingerprint -> its text */
  GalenFingerprinter *fingerprinter;
  GalenDigest *digest;
} Replay;

/* Counts it once, so that all classes are known, and keeps it. */
static void on_slow(gpointer user, const GalenSlowEvent *event) {
  Replay *self = user;
  if (event->piece != GALEN_PIECE_WHOLE)
    return;
  Replayed kept = {.event = *event};
  kept.event.attrs = g_memdup2(event->attrs, event->n_attrs * sizeof *event->attrs);
  galen_fingerprinter_begin(self->fingerprinter, event->no_backslash);
  galen_fingerprinter_feed(self->fingerprinter, event->text.data, event->text.len);
  galen_fingerprinter_end(self->fingerprinter, &kept.fingerprint);
  galen_digest_add(self->digest, event, &kept.fingerprint, self->fingerprinter, event->text.len, galen_slice(NULL, 0));
  gpointer hash = (gpointer)(guintptr)kept.fingerprint.hash;
  const char *text = g_hash_table_lookup(self->known, hash);
  if (text == NULL) {
    text = g_string_chunk_insert_len(self->texts, kept.fingerprint.text.data, (gssize)kept.fingerprint.text.len);
    g_hash_table_insert(self->known, hash, (gpointer)text);
  }
  kept.fingerprint.text.data = text;
  g_array_append_val(self->events, kept);
}

/* Reads all that is counted, as splitting and fingerprinting just did it where there is a log to read. */
static guint touch(const Replayed *events, guint n) {
  guint sum = 0;
  for (guint i = 0; i < n; i++) {
    const GalenSlowEvent *event = &events[i].event;
    const GalenSlice read[] = {event->user, event->host, event->schema, event->text};
    for (guint j = 0; j < G_N_ELEMENTS(read); j++)
      for (gsize at = 0; at < read[j].len; at += 64)
        sum += (guint8)read[j].data[at];
    for (guint j = 0; j < GALEN_N_MAIN; j++)
      sum += (guint)event->main[j];
    sum += events[i].fingerprint.facts + (event->n_attrs > 0 ? event->attrs[0].id : 0u);
  }
  return sum;
}

#define TOUCHED 64u

static double replay_once(const Replay *self, guint *ret_sum) {
  double used = 0;
  const Replayed *events = &g_array_index(self->events, Replayed, 0);
  for (guint from = 0; from < self->events->len; from += TOUCHED) {
    guint to = MIN(from + TOUCHED, self->events->len);
    *ret_sum += touch(events + from, to - from);
    double begun = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    for (guint i = from; i < to; i++)
      galen_digest_add(self->digest, &events[i].event, &events[i].fingerprint, self->fingerprinter,
                       events[i].event.text.len, galen_slice(NULL, 0));
    used += cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begun;
  }
  return used;
}

static int replay(const char *path, guint rounds) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &error);
  if (file == NULL)
    g_error("%s", error->message);
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED};
  Replay self = {g_array_new(FALSE, FALSE, sizeof(Replayed)), g_string_chunk_new(4096), g_hash_table_new(NULL, NULL),
                 galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT), galen_digest_new(&options)};
  GalenFormatOptions format = {0};
  GalenSink sink = {.user = &self, .slow = on_slow};
  gpointer parser = galen_format_slow_log.open(&format, &sink);
  galen_format_slow_log.parse(parser, g_mapped_file_get_contents(file), g_mapped_file_get_length(file), TRUE);
  double best = 1e9;
  guint sum = 0;
  for (guint round = 0; round < rounds; round++)
    best = MIN(best, replay_once(&self, &sum));
  g_assert_cmpuint(sum, !=, 1); /* it was read */
  gsize bytes = g_mapped_file_get_length(file);
  g_print("%u events, %u classes: %.1f ns an event, %.0f MB/s, the best of %u rounds\n", self.events->len,
          g_hash_table_size(self.known), best / self.events->len * 1e9, (double)bytes / best / 1e6, rounds);
  galen_format_slow_log.close(parser);
  galen_digest_free(self.digest);
  galen_fingerprinter_free(self.fingerprinter);
  g_hash_table_unref(self.known);
  g_string_chunk_free(self.texts);
  for (guint i = 0; i < self.events->len; i++)
    g_free((gpointer)g_array_index(self.events, Replayed, i).event.attrs);
  g_array_unref(self.events);
  return 0;
}

static guint64 number_of(const char *text) {
  return MAX(g_ascii_strtoull(text, NULL, 10), 1);
}

int main(int argc, char **argv) {
  mallopt(M_MXFAST, 0); /* as the program does */
  if (argc >= 3 && g_str_equal(argv[1], "replay"))
    return replay(argv[2], argc > 3 ? (guint)number_of(argv[3]) : 10);
  if (argc == 4)
    return run_threads((guint)number_of(argv[1]), number_of(argv[2]), number_of(argv[3]));
  (void)fprintf(stderr, "usage: digests THREADS CLASSES EVENTS | digests replay LOG [ROUNDS]\n");
  return 2;
}
