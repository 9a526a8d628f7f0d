/* Random SQL for the generator: literals and query families. */
#pragma once

#include "text.h"

#include <stdbool.h>

/* xorshift64*, by Sebastiano Vigna: quick, and good enough for test data. */
typedef struct {
  guint64 state;
} BenchRandom;

void bench_random_init(BenchRandom *random, guint64 seed);
guint64 bench_random_next(BenchRandom *random);
/* 0 to n-1; n > 0. */
unsigned bench_random_below(BenchRandom *random, unsigned n);
/* 0 to 1, 1 excluded. */
double bench_random_unit(BenchRandom *random);
/* Roughly normal, mean 0, deviation 1 (the sum of twelve uniforms, less six). */
double bench_random_normal(BenchRandom *random);

typedef struct {
  const char *name;
  char kind; /* i(nteger) s(tring) d(ate) m(oney) b(oolean) */
} BenchColumn;

enum { BENCH_COLUMNS = 5 };

typedef struct {
  const char *db, *name;
  BenchColumn cols[BENCH_COLUMNS];
} BenchTable;

typedef struct {
  BenchText *out;
  BenchRandom *random;
  double tricky;
  unsigned max_items;
  gint64 start_us;
} BenchSql;

typedef void (*BenchMaker)(const BenchSql *x, const BenchTable *t, const BenchTable *other);

/* A family makes one shape per table. Costs are medians: time in µs, typical row counts. */
typedef struct {
  const char *name;
  BenchMaker make;
  double time_us;
  unsigned sent, examined, affected;
  double weight; /* 1, less for families with very long texts */
  bool read;
} BenchFamily;

extern const BenchTable bench_tables[];
extern const unsigned bench_n_tables;
extern const BenchFamily bench_families[];
extern const unsigned bench_n_families;

/* The literal that holds a forged log entry, quotes included. */
extern const char bench_forged_literal[];
