#include "layouts.h"

enum { US = 1000000, SCAN = 5000, ON_DISK = 300000 };

static gint64 start_of(const BenchEvent *event) {
  return event->end_us - (gint64)event->time_us;
}

static bool scans(const BenchEvent *event) {
  return event->examined > SCAN;
}

static void field(BenchText *out, const char *name, guint64 value) {
  bench_text(out, name);
  bench_text_u64(out, value);
}

static void flag(BenchText *out, const char *name, bool on) {
  bench_text(out, name);
  bench_text(out, on ? "Yes" : "No");
}

static void times(BenchText *out, const BenchEvent *event, const char *gap) {
  bench_text(out, "# Query_time: ");
  bench_text_seconds(out, event->time_us);
  bench_text(out, "  Lock_time: ");
  bench_text_seconds(out, event->lock_us);
  bench_text(out, gap);
  field(out, "Rows_sent: ", event->sent);
  field(out, "  Rows_examined: ", event->examined);
}

static void plan_lines(BenchText *out, const BenchEvent *event) {
  bool scan = scans(event), table = scan && event->read;
  flag(out, "Full_scan: ", scan);
  bench_text(out, "  Full_join: No");
  flag(out, "  Tmp_table: ", table);
  flag(out, "  Tmp_table_on_disk: ", table && event->examined > ON_DISK);
  flag(out, "\n# Filesort: ", scan);
  bench_text(out, "  Filesort_on_disk: No  Merge_passes: 0");
}

static void mysql57_counters(BenchText *out, G_GNUC_UNUSED const BenchLayoutOptions *options, const BenchEvent *event) {
  times(out, event, " ");
  bench_text_char(out, '\n');
}

static void mysql80_counters(BenchText *out, const BenchLayoutOptions *options, const BenchEvent *event) {
  times(out, event, " ");
  if (options->extra) {
    guint64 scanned = scans(event) ? event->examined : 0;
    field(out, " Thread_id: ", event->thread);
    field(out, " Errno: 0 Killed: 0 Bytes_received: ", event->sql.len);
    field(out, " Bytes_sent: ", 60 + 40 * event->sent);
    field(out, " Read_first: ", scanned > 0);
    field(out, " Read_last: 0 Read_key: ", event->examined > 0);
    field(out, " Read_next: ", scanned ? 0 : event->examined);
    field(out, " Read_prev: 0 Read_rnd: 0 Read_rnd_next: ", scanned);
    field(out, " Sort_merge_passes: 0 Sort_range_count: 0 Sort_rows: ", scanned ? event->sent : 0);
    field(out, " Sort_scan_count: ", scanned > 0);
    field(out, " Created_tmp_disk_tables: ", event->read && event->examined > ON_DISK);
    field(out, " Created_tmp_tables: ", event->read && scanned > 0);
    bench_text(out, " Start: ");
    bench_text_iso(out, start_of(event));
    bench_text(out, " End: ");
    bench_text_iso(out, event->end_us);
  }
  bench_text_char(out, '\n');
}

static void percona_tail(BenchText *out, const BenchLayoutOptions *options, const BenchEvent *event, bool cache) {
  guint64 pages = 1 + event->examined / 120;
  if (event->read || event->affected) {
    bench_text(out, "# InnoDB_trx_id: ");
    bench_text_hex(out, 0x1F0000 + event->thread * 7919u + event->time_us % 9973);
    bench_text(out, cache ? "\n# QC_Hit: No  " : "\n# ");
    plan_lines(out, event);
    field(out, "\n#   InnoDB_IO_r_ops: ", pages / 50);
    field(out, "  InnoDB_IO_r_bytes: ", pages / 50 * 16384);
    bench_text(out, "  InnoDB_IO_r_wait: ");
    bench_text_seconds(out, pages / 50 * 80);
    bench_text(out, "\n#   InnoDB_rec_lock_wait: 0.000000  InnoDB_queue_wait: 0.000000\n");
    field(out, "#   InnoDB_pages_distinct: ", pages);
    bench_text_char(out, '\n');
  } else {
    bench_text(out, "# No InnoDB statistics available for this query\n");
  }
  if (options->rate_limit > 1) {
    field(out, "# Log_slow_rate_type: query  Log_slow_rate_limit: ", options->rate_limit);
    bench_text_char(out, '\n');
  }
}

static void percona_head(BenchText *out, const BenchEvent *event) {
  bench_text(out, "# Schema: ");
  bench_text(out, event->db);
  bench_text(out, "  Last_errno: 0  Killed: 0\n");
  times(out, event, "  ");
  field(out, "  Rows_affected: ", event->affected);
}

static void percona57_counters(BenchText *out, const BenchLayoutOptions *options, const BenchEvent *event) {
  percona_head(out, event);
  field(out, "\n# Bytes_sent: ", 11 + 40 * event->sent);
  field(out, "  Tmp_tables: ", event->read && scans(event));
  bench_text(out, "  Tmp_disk_tables: 0  Tmp_table_sizes: 0\n");
  percona_tail(out, options, event, true);
}

static void percona80_counters(BenchText *out, const BenchLayoutOptions *options, const BenchEvent *event) {
  percona_head(out, event);
  field(out, "  Bytes_sent: ", 11 + 40 * event->sent);
  field(out, "\n# Tmp_tables: ", event->read && scans(event));
  bench_text(out, "  Tmp_disk_tables: 0  Tmp_table_sizes: 0\n");
  percona_tail(out, options, event, false);
}

static void mariadb_explain(BenchText *out, const BenchEvent *event) {
  bench_text(
      out,
      "#\n# explain: id\tselect_type\ttable\ttype\tpossible_keys\tkey\tkey_len\tref\trows\tr_rows\tfiltered\tr_filtered"
      "\tExtra\n# explain: 1\tSIMPLE\tt\tALL\tNULL\tNULL\tNULL\tNULL\t");
  bench_text_u64(out, event->examined);
  field(out, "\t", event->examined);
  bench_text(out, ".00\t100.00\t50.00\tUsing where\n#\n");
}

static void mariadb_counters(BenchText *out, const BenchLayoutOptions *options, const BenchEvent *event) {
  field(out, "# Thread_id: ", event->thread);
  bench_text(out, "  Schema: ");
  bench_text(out, event->db);
  bench_text(out, "  QC_hit: No\n");
  times(out, event, "  ");
  field(out, "\n# Rows_affected: ", event->affected);
  field(out, "  Bytes_sent: ", 11 + 40 * event->sent);
  bench_text_char(out, '\n');
  if (scans(event)) {
    bench_text(out, "# ");
    plan_lines(out, event);
    bench_text(out, "  Priority_queue: No\n");
  }
  if (options->explain && event->read)
    mariadb_explain(out, event);
}

#define COLUMNS_SPACES "Time                 Id Command    Argument\n"
#define COLUMNS_TABS "Time\t\t    Id Command\tArgument\n"

static const BenchLayout layouts[] = {
    {"mysql56", "/usr/sbin/mysqld, Version: 5.6.51-log (MySQL Community Server (GPL))", COLUMNS_SPACES,
     BENCH_TIME_SHORT_END, true, false, "", mysql57_counters},
    {"mysql57", "/usr/sbin/mysqld, Version: 5.7.44-log (MySQL Community Server (GPL))", COLUMNS_SPACES, BENCH_TIME_ISO,
     true, false, "", mysql57_counters},
    {"mysql80", "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL)", COLUMNS_SPACES, BENCH_TIME_ISO,
     true, true, "", mysql80_counters},
    {"percona57", "/usr/sbin/mysqld, Version: 5.7.44-48-log (Percona Server (GPL), Release 48, Revision 497f936a373)",
     COLUMNS_SPACES, BENCH_TIME_ISO, true, false, "", percona57_counters},
    {"percona80", "/usr/sbin/mysqld, Version: 8.0.35-27 (Percona Server (GPL), Release 27, Revision 2f8eeab2)",
     COLUMNS_SPACES, BENCH_TIME_ISO, true, true, "", percona80_counters},
    {"mariadb1011", "/usr/sbin/mariadbd, Version: 10.11.6-MariaDB-log (mariadb.org binary distribution)", COLUMNS_TABS,
     BENCH_TIME_SHORT_START, false, true, "`", mariadb_counters},
};

const BenchLayout *bench_layout_find(const char *name) {
  for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
    if (g_str_equal(layouts[i].name, name))
      return &layouts[i];
  }
  return NULL;
}

char *bench_layout_names(void) {
  GString *all = g_string_new(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++)
    g_string_append_printf(all, "%s%s", i ? ", " : "", layouts[i].name);
  return g_string_free(all, FALSE);
}

void bench_layout_startup(const BenchLayout *layout, BenchLogState *state, BenchText *out) {
  state->db = NULL;
  bench_text(out, layout->program);
  bench_text(out, ". started with:\nTcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\n");
  bench_text(out, layout->columns);
}

static void time_line(const BenchLayout *layout, BenchLogState *state, const BenchEvent *event, BenchText *out) {
  if (layout->time == BENCH_TIME_ISO) {
    bench_text(out, "# Time: ");
    bench_text_iso(out, event->end_us);
    bench_text_char(out, '\n');
    return;
  }
  gint64 at = layout->time == BENCH_TIME_SHORT_START ? start_of(event) : event->end_us;
  if (state->entries > 0 && at / US == state->second)
    return;
  state->second = at / US;
  bench_text(out, "# Time: ");
  bench_text_short_time(out, at);
  bench_text_char(out, '\n');
}

static void user_line(const BenchLayout *layout, const BenchEvent *event, BenchText *out) {
  bench_text(out, "# User@Host: ");
  bench_text(out, event->user);
  bench_text_char(out, '[');
  bench_text(out, event->user);
  bench_text(out, "] @ ");
  bench_text(out, event->host->name);
  bench_text(out, " [");
  bench_text(out, event->host->address);
  bench_text_char(out, ']');
  if (layout->id) {
    bench_text(out, "  Id: ");
    bench_text_padded(out, event->thread, 5, ' ');
  }
  bench_text_char(out, '\n');
}

void bench_layout_entry(const BenchLayout *layout, const BenchLayoutOptions *options, BenchLogState *state,
                        const BenchEvent *event, BenchText *out) {
  time_line(layout, state, event, out);
  user_line(layout, event, out);
  layout->counters(out, options, event);
  if (event->db[0] && (!state->db || !g_str_equal(event->db, state->db))) {
    state->db = event->db;
    bench_text(out, "use ");
    bench_text(out, layout->quote);
    bench_text(out, event->db);
    bench_text(out, layout->quote);
    bench_text(out, ";\n");
  }
  bench_text(out, "SET timestamp=");
  bench_text_u64(out, (guint64)((layout->stamp_is_start ? start_of(event) : event->end_us) / US));
  bench_text(out, event->admin ? ";\n# administrator command: " : ";\n");
  bench_text_bytes(out, event->sql.data, event->sql.len);
  bench_text(out, ";\n");
  state->entries++;
}
