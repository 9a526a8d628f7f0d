/* gen_slowlog: writes a realistic slow log of a wanted size, the same for the same options, and the truth about it.
 *
 * --truth FILE receives, as JSON, the exact counts and sums of every query shape, so that a report can be checked to the
 * last microsecond. */
#include "layouts.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };

typedef struct {
  guint64 count, time_us, min_us, max_us, lock_us, sent, examined, affected, bytes;
} Sums;

typedef struct {
  guint64 size;
  guint restarts;
  BenchPlan plan;
  BenchLayoutOptions options;
  const BenchLayout *layout;
  char *output, *truth;
} Task;

typedef struct {
  int fd;
  BenchText buffer;
  guint64 written;
  bool failed;
} Sink;

static void flush_sink(Sink *sink) {
  size_t at = 0;
  while (at < sink->buffer.len && !sink->failed) {
    ssize_t n = write(sink->fd, sink->buffer.data + at, sink->buffer.len - at);
    if (n > 0)
      at += (size_t)n;
    else if (n < 0 && errno != EINTR)
      sink->failed = true;
  }
  sink->written += at;
  sink->buffer.len = 0;
}

static void add(Sums *sums, const BenchEvent *event) {
  sums->min_us = sums->count ? MIN(sums->min_us, event->time_us) : event->time_us;
  sums->max_us = MAX(sums->max_us, event->time_us);
  sums->count++;
  sums->time_us += event->time_us;
  sums->lock_us += event->lock_us;
  sums->sent += event->sent;
  sums->examined += event->examined;
  sums->affected += event->affected;
  sums->bytes += event->sql.len;
}

/* Whole entries only: the one that would pass the size is not written. */
static void generate(const Task *task, BenchWorkload *work, Sink *sink, Sums *shapes) {
  BenchLogState state = {0};
  BenchEvent event = {0};
  guint64 every = MAX(task->size / (task->restarts + 1), 1), next = every;
  bench_layout_startup(task->layout, &state, &sink->buffer);
  while (!sink->failed) {
    size_t before = sink->buffer.len;
    bench_workload_next(work, &event);
    bench_layout_entry(task->layout, &task->options, &state, &event, &sink->buffer);
    if (sink->written + sink->buffer.len > task->size) {
      sink->buffer.len = before;
      break;
    }
    add(&shapes[event.shape], &event);
    if (task->restarts && sink->written + sink->buffer.len >= next) {
      next += every;
      bench_layout_startup(task->layout, &state, &sink->buffer);
    }
    if (sink->buffer.len > CHUNK)
      flush_sink(sink);
  }
  flush_sink(sink);
  bench_text_clear(&event.sql);
}

static void seconds(GString *json, const char *key, guint64 us) {
  g_string_append_printf(json, ", \"%s\": %" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT, key, us / 1000000, us % 1000000);
}

static void sums_json(GString *json, const char *name, const Sums *sums) {
  g_string_append_printf(json, "{\"shape\": \"%s\", \"count\": %" G_GUINT64_FORMAT, name, sums->count);
  seconds(json, "time", sums->time_us);
  seconds(json, "time_min", sums->min_us);
  seconds(json, "time_max", sums->max_us);
  seconds(json, "lock_time", sums->lock_us);
  g_string_append_printf(json, ", \"rows_sent\": %" G_GUINT64_FORMAT ", \"rows_examined\": %" G_GUINT64_FORMAT,
                         sums->sent, sums->examined);
  g_string_append_printf(json, ", \"rows_affected\": %" G_GUINT64_FORMAT ", \"query_bytes\": %" G_GUINT64_FORMAT "}",
                         sums->affected, sums->bytes);
}

static void merge(Sums *all, const Sums *one) {
  all->min_us = all->count ? MIN(all->min_us, one->min_us) : one->min_us;
  all->max_us = MAX(all->max_us, one->max_us);
  all->count += one->count;
  all->time_us += one->time_us;
  all->lock_us += one->lock_us;
  all->sent += one->sent;
  all->examined += one->examined;
  all->affected += one->affected;
  all->bytes += one->bytes;
}

static char *truth_json(const Task *task, const BenchWorkload *work, const Sums *shapes, guint64 bytes) {
  GString *json = g_string_new(NULL);
  Sums all = {0};
  g_string_append_printf(json,
                         "{\"flavour\": \"%s\", \"seed\": %" G_GUINT64_FORMAT ", \"bytes\": %" G_GUINT64_FORMAT
                         ", \"rate_limit\": %u,\n \"shapes\": [",
                         task->layout->name, task->plan.seed, bytes, MAX(task->options.rate_limit, 1));
  for (unsigned i = 0; i < bench_workload_shapes(work); i++) {
    if (!shapes[i].count)
      continue;
    g_string_append(json, all.count ? ",\n  " : "\n  ");
    sums_json(json, bench_workload_shape_name(work, i), &shapes[i]);
    merge(&all, &shapes[i]);
  }
  g_string_append(json, "],\n \"all\": ");
  sums_json(json, "all", &all);
  g_string_append(json, "}\n");
  return g_string_free(json, FALSE);
}

/* Digits, and K, M or G for binary multiples. */
static bool parse_size(const char *text, guint64 *ret_size) {
  static const struct {
    const char *end;
    unsigned shift;
  } units[] = {{"", 0}, {"K", 10}, {"M", 20}, {"G", 30}};
  char *end = NULL;
  guint64 n = g_ascii_strtoull(text, &end, 10);
  for (size_t i = 0; i < G_N_ELEMENTS(units) && end != text; i++) {
    if (g_str_equal(end, units[i].end) && n < G_MAXUINT64 >> 31) {
      *ret_size = n << units[i].shift;
      return true;
    }
  }
  return false;
}

static bool parse_task(int *argc, char ***argv, Task *task, GError **error) {
  g_autofree char *size = NULL, *flavour = NULL, *start = NULL;
  gint64 seed = 1, inject = 0;
  gint shapes = 240, restarts = 4, max_items = 600, rate_limit = 1;
  gdouble tricky = 0.02, gap = 0.05;
  g_autofree char *names = bench_layout_names();
  g_autofree char *flavour_help = g_strconcat("layout: ", names, " (default mysql80)", NULL);
  const GOptionEntry entries[] = {
      {"size", 0, 0, G_OPTION_ARG_STRING, &size, "bytes to write, with K, M or G (default 10M)", "N"},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "seed (default 1)", "N"},
      {"flavour", 0, 0, G_OPTION_ARG_STRING, &flavour, flavour_help, "NAME"},
      {"shapes", 0, 0, G_OPTION_ARG_INT, &shapes, "query shapes (default 240)", "N"},
      {"max-items", 0, 0, G_OPTION_ARG_INT, &max_items, "longest IN list and INSERT (default 600)", "N"},
      {"tricky", 0, 0, G_OPTION_ARG_DOUBLE, &tricky, "share of awkward literals (default 0.02)", "SHARE"},
      {"inject", 0, 0, G_OPTION_ARG_INT64, &inject, "events whose literal holds a forged entry (default 0)", "N"},
      {"restarts", 0, 0, G_OPTION_ARG_INT, &restarts, "start-up blocks inside the log (default 4)", "N"},
      {"start", 0, 0, G_OPTION_ARG_STRING, &start, "time of the first event (default 2026-06-01T00:00:00Z)", "T"},
      {"gap", 0, 0, G_OPTION_ARG_DOUBLE, &gap, "mean seconds between events (default 0.05)", "S"},
      {"extra", 0, 0, G_OPTION_ARG_NONE, &task->options.extra, "mysql80: log_slow_extra", NULL},
      {"explain", 0, 0, G_OPTION_ARG_NONE, &task->options.explain, "mariadb1011: explain lines", NULL},
      {"rate-limit", 0, 0, G_OPTION_ARG_INT, &rate_limit, "percona: log_slow_rate_limit (default 1)", "N"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &task->output, "file (default: standard output)", "FILE"},
      {"truth", 0, 0, G_OPTION_ARG_FILENAME, &task->truth, "where to write the truth, as JSON", "FILE"},
      {0},
  };
  g_autoptr(GOptionContext) context = g_option_context_new("- write a slow log of known contents");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, argc, argv, error))
    return false;
  g_autoptr(GDateTime) first = g_date_time_new_from_iso8601(start ? start : "2026-06-01T00:00:00Z", NULL);
  task->layout = bench_layout_find(flavour ? flavour : "mysql80");
  if (!task->layout || !first || !parse_size(size ? size : "10M", &task->size) || shapes < 1 || restarts < 0 ||
      max_items < 1 || rate_limit < 1 || inject < 0 || gap <= 0) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "a value is out of range; see --help");
    return false;
  }
  task->restarts = (guint)restarts;
  task->options.rate_limit = (unsigned)rate_limit;
  task->plan = (BenchPlan){(guint64)seed,    (unsigned)shapes, (unsigned)max_items,
                           tricky,           (guint64)inject,  g_date_time_to_unix(first) * G_USEC_PER_SEC,
                           MIN(gap, 86400.0)};
  return true;
}

static bool run(const Task *task, GError **error) {
  g_autoptr(BenchWorkload) work = bench_workload_new(&task->plan);
  g_autofree Sums *shapes = g_new0(Sums, bench_workload_shapes(work));
  Sink sink = {.fd = STDOUT_FILENO};
  FILE *file = NULL;
  if (task->output) {
    file = fopen(task->output, "wb");
    if (!file) {
      g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", task->output, g_strerror(errno));
      return false;
    }
    sink.fd = fileno(file);
  }
  generate(task, work, &sink, shapes);
  bench_text_clear(&sink.buffer);
  if ((file && fclose(file) != 0) || sink.failed) {
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "write: %s", g_strerror(errno));
    return false;
  }
  if (!task->truth)
    return true;
  g_autofree char *json = truth_json(task, work, shapes, sink.written);
  return g_file_set_contents(task->truth, json, -1, error);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  Task task = {0};
  int status = 0;
  if (!parse_task(&argc, &argv, &task, &error) || !run(&task, &error)) {
    (void)fprintf(stderr, "gen_slowlog: %s\n", error->message);
    status = 2;
  }
  g_free(task.output);
  g_free(task.truth);
  return status;
}
