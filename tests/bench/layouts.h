/* Slow-log layouts of the servers, as docs/slow-log-formats.md describes them. */
#pragma once

#include "workload.h"

typedef enum {
  BENCH_TIME_SHORT_END,   /* # Time: 261117  5:00:00, when the second changes; the end of the statement */
  BENCH_TIME_SHORT_START, /* the same, the start (MariaDB) */
  BENCH_TIME_ISO,         /* # Time: 2026-11-17T05:00:00.000000Z, every entry */
} BenchTime;

/* What a log remembers from entry to entry. */
typedef struct {
  const char *db; /* last one printed by use */
  gint64 second;  /* last one printed, for the short times */
  guint64 entries;
} BenchLogState;

typedef struct {
  gboolean extra;      /* MySQL 8: log_slow_extra */
  gboolean explain;    /* MariaDB: explain lines */
  unsigned rate_limit; /* Percona: log_slow_rate_limit; 1 or less = none */
} BenchLayoutOptions;

typedef struct BenchLayout BenchLayout;
struct BenchLayout {
  const char *name;
  const char *program; /* first line of the start-up block */
  const char *columns; /* third line of it */
  BenchTime time;
  bool id;             /* Id: on the user line */
  bool stamp_is_start; /* what SET timestamp says */
  const char *quote;   /* around the database of use */
  void (*counters)(BenchText *out, const BenchLayoutOptions *options, const BenchEvent *event);
};

/* NULL when there is none of that name. */
const BenchLayout *bench_layout_find(const char *name);
/* All names, with a comma and space between them; free with g_free. */
char *bench_layout_names(void);

void bench_layout_startup(const BenchLayout *layout, BenchLogState *state, BenchText *out);
void bench_layout_entry(const BenchLayout *layout, const BenchLayoutOptions *options, BenchLogState *state,
                        const BenchEvent *event, BenchText *out);
