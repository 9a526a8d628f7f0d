#include "workload.h"

#include "sql.h"

#include <math.h>

enum { US = 1000000 };

typedef struct {
  const BenchFamily *family; /* NULL: one of the special shapes */
  const BenchTable *table, *other;
  char *name;
} Shape;

/* Shapes that come before the drawn ones: commands by name, then two statements. */
static const char *const commands[] = {"Quit", "Ping", "Statistics", "Init DB", "Close stmt", "Prepare"};
enum { SHAPE_SET = G_N_ELEMENTS(commands), SHAPE_FORGED, N_SPECIAL };

static const char *const users[] = {"web", "api", "worker", "batch", "reports", "mobile app"};
static const BenchHost hosts[] = {
    {"app-one.example.org", "10.1.0.11"},   {"app-two.example.org", "10.1.0.12"},
    {"app-three.example.org", "10.1.0.13"}, {"queue-one.example.org", "10.1.1.21"},
    {"desk.example.org", "10.1.2.31"},      {"", "10.1.3.41"},
};

struct BenchWorkload {
  BenchPlan plan;
  BenchRandom random;
  GArray *shapes;    /* Shape */
  double *reach;     /* cumulative weights of the drawn shapes */
  unsigned *guide;   /* where to start looking in reach, by 1/1024 of the total */
  unsigned drawn;    /* shapes that are drawn by weight */
  guint64 number;    /* events so far */
  guint64 forged;    /* forged events so far */
  gint64 now;        /* µs */
  gint64 load_until; /* µs: when the load has to be computed anew */
  double load;
};

enum { GUIDE = 1024 };

static void clear_shape(gpointer data) {
  g_free(((Shape *)data)->name);
}

/* A reproducible permutation of all (family, table) pairs, of which the first ones are taken. */
static void add_shapes(BenchWorkload *work) {
  unsigned all = bench_n_families * bench_n_tables;
  g_autofree unsigned *order = g_new(unsigned, all);
  for (unsigned i = 0; i < all; i++)
    order[i] = i;
  for (unsigned i = all - 1; i > 0; i--) {
    unsigned k = bench_random_below(&work->random, i + 1), was = order[i];
    order[i] = order[k];
    order[k] = was;
  }
  work->drawn = CLAMP(work->plan.shapes, 1, all);
  for (unsigned i = 0; i < work->drawn; i++) {
    unsigned table = order[i] % bench_n_tables;
    Shape shape = {.family = &bench_families[order[i] / bench_n_tables],
                   .table = &bench_tables[table],
                   .other = &bench_tables[(table + 5) % bench_n_tables]};
    shape.name = g_strdup_printf("%s:%s.%s", shape.family->name, shape.table->db, shape.table->name);
    g_array_append_val(work->shapes, shape);
  }
}

static void add_weights(BenchWorkload *work) {
  double total = 0;
  work->reach = g_new(double, work->drawn);
  for (unsigned i = 0; i < work->drawn; i++) {
    total += g_array_index(work->shapes, Shape, N_SPECIAL + i).family->weight / (i + 3);
    work->reach[i] = total;
  }
  work->guide = g_new(unsigned, GUIDE);
  for (unsigned g = 0, i = 0; g < GUIDE; g++) {
    while (i + 1 < work->drawn && work->reach[i] * GUIDE <= total * g)
      i++;
    work->guide[g] = i;
  }
}

BenchWorkload *bench_workload_new(const BenchPlan *plan) {
  BenchWorkload *work = g_new0(BenchWorkload, 1);
  work->plan = *plan;
  work->now = plan->start_us;
  work->load_until = G_MININT64;
  bench_random_init(&work->random, plan->seed);
  work->shapes = g_array_new(FALSE, TRUE, sizeof(Shape));
  g_array_set_clear_func(work->shapes, clear_shape);
  for (unsigned i = 0; i < N_SPECIAL; i++) {
    Shape shape = {.name = i < G_N_ELEMENTS(commands) ? g_strconcat("command:", commands[i], NULL)
                                                      : g_strdup(i == SHAPE_SET ? "set-names" : "forged")};
    g_array_append_val(work->shapes, shape);
  }
  add_shapes(work);
  add_weights(work);
  return work;
}

void bench_workload_free(BenchWorkload *work) {
  if (!work)
    return;
  g_array_unref(work->shapes);
  g_free(work->reach);
  g_free(work->guide);
  g_free(work);
}

unsigned bench_workload_shapes(const BenchWorkload *work) {
  return work->shapes->len;
}

const char *bench_workload_shape_name(const BenchWorkload *work, unsigned shape) {
  return g_array_index(work->shapes, Shape, shape).name;
}

/* Busier by day than by night. */
static double load_at(BenchWorkload *work) {
  if (work->now >= work->load_until) {
    double hour = (double)(work->now / US % 86400) / 3600;
    work->load = 1.25 + sin((hour - 8) / 24 * 2 * G_PI);
    work->load_until = work->now + (gint64)60 * US;
  }
  return work->load;
}

static void special(BenchWorkload *work, BenchEvent *event, unsigned shape) {
  event->shape = shape;
  event->admin = shape < G_N_ELEMENTS(commands);
  event->time_us = 2 + bench_random_below(&work->random, 60);
  if (event->admin) {
    event->db = "";
    bench_text(&event->sql, commands[shape]);
  } else if (shape == SHAPE_SET) {
    bench_text(&event->sql, "SET NAMES utf8mb4");
  } else {
    event->time_us = 2100;
    event->sent = event->examined = 1;
    bench_text(&event->sql, "SELECT id FROM booking.notes WHERE body = ");
    bench_text(&event->sql, bench_forged_literal);
  }
}

static const Shape *pick(BenchWorkload *work, unsigned *ret_index) {
  double r = bench_random_unit(&work->random), at = r * work->reach[work->drawn - 1];
  unsigned i = work->guide[(unsigned)(r * GUIDE)];
  while (i + 1 < work->drawn && work->reach[i] <= at)
    i++;
  *ret_index = N_SPECIAL + i;
  return &g_array_index(work->shapes, Shape, N_SPECIAL + i);
}

static void ordinary(BenchWorkload *work, BenchEvent *event) {
  const Shape *shape = pick(work, &event->shape);
  const BenchFamily *family = shape->family;
  double time = family->time_us * exp(0.9 * bench_random_normal(&work->random));
  double scale = 0.5 + bench_random_unit(&work->random), part = bench_random_unit(&work->random);
  event->time_us = (guint64)CLAMP(time, 1.0, 3600e6);
  event->lock_us = (guint64)((double)event->time_us * 0.1 * part * part * part * part);
  event->sent = (guint64)(family->sent * scale);
  event->examined = (guint64)(family->examined * scale);
  event->affected = (guint64)(family->affected * scale);
  event->db = shape->table->db;
  event->read = family->read;
  BenchSql x = {&event->sql, &work->random, work->plan.tricky, work->plan.max_items, work->plan.start_us};
  family->make(&x, shape->table, shape->other);
}

void bench_workload_next(BenchWorkload *work, BenchEvent *event) {
  BenchRandom *random = &work->random;
  double gap = -log(1 - bench_random_unit(random)) * work->plan.gap_s / load_at(work);
  work->now += 1 + (gint64)(gap * US);
  work->number++;
  BenchText sql = event->sql;
  sql.len = 0;
  *event = (BenchEvent){
      .end_us = work->now,
      .user = users[bench_random_below(random, G_N_ELEMENTS(users))],
      .host = &hosts[bench_random_below(random, G_N_ELEMENTS(hosts))],
      .thread = 100 + bench_random_below(random, 900),
      .db = "booking",
      .sql = sql,
  };
  unsigned roll = bench_random_below(random, 100);
  if (work->forged < work->plan.inject && work->number % 97 == 17) {
    work->forged++;
    special(work, event, SHAPE_FORGED);
  } else if (roll == 0) {
    special(work, event, bench_random_below(random, G_N_ELEMENTS(commands)));
  } else if (roll == 1) {
    special(work, event, SHAPE_SET);
  } else {
    ordinary(work, event);
  }
}
