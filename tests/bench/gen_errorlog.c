/* gen_errorlog: writes an error log of a wanted size on stdout, the same for the same options: connections that fail, warnings,
 * deadlocks, and the changes of membership of a Galera node.
 *
 *   gen_errorlog --size BYTES[K|M|G] [--seed N] [--flavour mariadb|mysql80] [--dense]
 *
 * --dense: more errors of replication, and of messages that no rule knows. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

#define CHUNK (1u << 20)
#define START G_GINT64_CONSTANT(1795400000000000) /* µs */

typedef struct {
  BenchText out;
  GRand *rand;
  gint64 now;
  gboolean mysql, dense;
  guint64 thread, seqno, view;
} Log;

typedef struct {
  const char *label, *code, *subsystem, *prefix;
} Origin;

static const Origin warning = {"Warning", "MY-010055", "Server", ""};
static const Origin error = {"ERROR", "MY-010584", "Repl", ""};
static const Origin innodb = {"Note", "MY-011953", "InnoDB", "InnoDB: "};
static const Origin galera = {"Note", "MY-000000", "Galera", "WSREP: "};

static guint below(Log *log, guint n) {
  return (guint)g_rand_int_range(log->rand, 0, (gint32)n);
}

/* Everything before the message. */
static void begin(Log *log, const Origin *origin, guint64 thread) {
  BenchText *out = &log->out;
  if (log->mysql) {
    bench_text_iso(out, log->now);
    bench_text_char(out, ' ');
    bench_text_u64(out, thread);
    g_autofree char *head = g_strdup_printf(" [%s] [%s] [%s] ", origin->label, origin->code, origin->subsystem);
    bench_text(out, head);
  } else {
    bench_text_datetime(out, log->now);
    char *hour = out->data + out->len - strlen("00:00:00");
    if (*hour == '0')
      *hour = ' '; /* MariaDB pads it so */
    bench_text_char(out, ' ');
    bench_text_u64(out, thread);
    g_autofree char *head = g_strdup_printf(" [%s] %s", origin->label, origin->prefix);
    bench_text(out, head);
  }
}

static void line(Log *log, const Origin *origin, guint64 thread, const char *format, ...) G_GNUC_PRINTF(4, 5);

static void line(Log *log, const Origin *origin, guint64 thread, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  begin(log, origin, thread);
  bench_text(&log->out, text);
  bench_text_char(&log->out, '\n');
}

static void aborted(Log *log) {
  static const char *const reasons[] = {"Got timeout reading communication packets",
                                        "Got an error reading communication packets",
                                        "This connection closed normally without authentication"};
  guint64 thread = ++log->thread;
  line(log, &warning, thread,
       "Aborted connection %" G_GUINT64_FORMAT " to db: 'shop' user: 'app%u' host: '10.1.0.%u' (%s)", thread,
       below(log, 5), below(log, 200), reasons[below(log, G_N_ELEMENTS(reasons))]);
}

static void denied(Log *log) {
  line(log, &warning, ++log->thread, "Access denied for user 'u%u'@'10.2.0.%u' (using password: YES)", below(log, 30),
       below(log, 250));
}

static void slow_flush(Log *log) {
  line(log, &innodb, 0,
       "page_cleaner: 1000ms intended loop took %ums. The settings might not be optimal. (flushed=%u and evicted=0)",
       4000 + below(log, 9000), below(log, 2000));
}

static void unknown(Log *log) {
  line(log, &warning, ++log->thread, "audit_x: session %u of client '10.3.%u.%u:%u' used file /var/lib/x/%08x.dat",
       below(log, 1u << 30), below(log, 255), below(log, 255), 1024 + below(log, 60000), g_rand_int(log->rand));
}

static void replica(Log *log) {
  line(log, &error, 7,
       "Slave SQL: Could not execute Write_rows event on table shop.t%u; Duplicate entry '%u' for key 'PRIMARY', "
       "Error_code: 1062; "
       "handler error HA_ERR_FOUND_DUPP_KEY; the event's master log binlog.%06u, end_log_pos %u",
       below(log, 9), below(log, 1u << 20), below(log, 900), below(log, 1u << 30));
}

static void deadlock(Log *log) {
  line(log, &innodb, 11, "Transactions deadlock detected, dumping detailed information.");
  for (guint side = 1; side <= 2; side++)
    bench_text(&log->out, side == 1 ? "\n*** (1) TRANSACTION:\n" : "\n*** (2) TRANSACTION:\n"),
        bench_text(
            &log->out,
            "TRANSACTION 421, ACTIVE 0 sec starting index read\nmysql tables in use 1, locked 1\nLOCK WAIT 3 lock "
            "struct(s), "
            "heap size 1128, 2 row lock(s)\nMariaDB thread id 12, OS thread handle 140, query id 99 10.0.0.1 app "
            "Updating\nUPDATE stock SET n = n - 1 WHERE id = 7\n*** WAITING FOR THIS LOCK TO BE GRANTED:\nRECORD LOCKS "
            "space "
            "id 8 page no 3 n bits 72 index PRIMARY of table `shop`.`stock` trx id 421 lock_mode X locks rec but not "
            "gap "
            "waiting\n");
  bench_text(&log->out, "*** WE ROLL BACK TRANSACTION (2)\n");
}

/* A peer goes and comes back. */
static void membership(Log *log) {
  for (guint members = 2; members <= 3; members++) {
    log->view++;
    log->seqno += 100 + below(log, 1000);
    if (members == 2)
      line(log, &galera, 0,
           "evs::proto(a0c78340-a15b, OPERATIONAL, view_id(REG,a0c78340-a15b,%" G_GUINT64_FORMAT
           ")) suspecting node: a3720b0b-a60b",
           log->view - 1);
    line(log, &galera, 0, "view(view_id(PRIM,a0c78340-a15b,%" G_GUINT64_FORMAT ") memb {", log->view);
    bench_text(
        &log->out,
        members == 2
            ? "\ta0c78340-a15b,0\n\ta0ef4a55-b59c,0\n} joined {\n} left {\n} partitioned {\n\ta3720b0b-a60b,0\n})\n"
            : "\ta0c78340-a15b,0\n\ta0ef4a55-b59c,0\n\ta3720b0b-a60b,0\n} joined {\n} left {\n} partitioned {\n})\n");
    line(log, &galera, 0, "New COMPONENT: primary = yes, bootstrap = no, my_idx = 0, memb_num = %u", members);
    g_autofree char *exchange = g_strdup_printf("%08x-e7b9-11f1-80d5-72aa649e830f", g_rand_int(log->rand));
    line(log, &galera, 0, "STATE EXCHANGE: sent state msg: %s", exchange);
    for (guint i = 0; i < members; i++)
      line(log, &galera, 0, "STATE EXCHANGE: got state msg: %s from %u (node%u)", exchange, i, i + 1);
    line(log, &galera, 0,
         "Quorum results:\n\tversion    = 6,\n\tcomponent  = PRIMARY,\n\tconf_id    = %" G_GUINT64_FORMAT
         ",\n\tmembers    = %u/%u (joined/total),\n\tact_id     = %" G_GUINT64_FORMAT
         ",\n\tlast_appl. = 0,\n\tprotocols  = 5/11/4 (gcs/repl/appl),\n\tvote policy= 0,\n\tgroup UUID = "
         "a0c7c1da-e7b9-11f1-a323-0b35a9e70ac2",
         log->view, members, members, log->seqno);
  }
}

static const struct {
  void (*write)(Log *log);
  guint weight, dense; /* of 1000 */
} kinds[] = {{aborted, 420, 380}, {denied, 280, 200}, {unknown, 80, 200}, {slow_flush, 190, 120},
             {replica, 10, 80},   {deadlock, 15, 15}, {membership, 5, 5}};

static void write_one(Log *log) {
  guint pick = below(log, 1000);
  guint kind = 0;
  for (guint weight; pick >= (weight = log->dense ? kinds[kind].dense : kinds[kind].weight); kind++)
    pick -= weight;
  log->now += (gint64)below(log, 900000);
  kinds[kind].write(log);
}

static guint64 read_size(const char *text) {
  char *end;
  guint64 size = g_ascii_strtoull(text, &end, 10);
  return *end == 'G' ? size << 30 : *end == 'M' ? size << 20 : *end == 'K' ? size << 10 : size;
}

int main(int argc, char **argv) {
  g_autofree char *size = NULL, *flavour = NULL;
  gint seed = 1;
  gboolean dense = FALSE;
  const GOptionEntry entries[] = {{"size", 0, 0, G_OPTION_ARG_STRING, &size, "bytes", "N[K|M|G]"},
                                  {"seed", 0, 0, G_OPTION_ARG_INT, &seed, "of the random numbers", "N"},
                                  {"flavour", 0, 0, G_OPTION_ARG_STRING, &flavour, "mariadb or mysql80", "F"},
                                  {"dense", 0, 0, G_OPTION_ARG_NONE, &dense, "more errors", NULL},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, NULL) || size == NULL)
    return 2;
  guint64 left = read_size(size);
  Log log = {.rand = g_rand_new_with_seed((guint32)seed),
             .now = START,
             .mysql = g_strcmp0(flavour, "mysql80") == 0,
             .dense = dense};
  line(&log, &warning, 0,
       "/usr/sbin/mysqld: ready for connections. Version: '%s'  socket: '/run/mysqld.sock'  port: 3306",
       log.mysql ? "8.0.41" : "10.11.19-MariaDB-log");
  while (log.out.len < left) {
    write_one(&log);
    if (log.out.len < CHUNK)
      continue;
    left -= MIN(left, (guint64)log.out.len);
    if (!bench_text_put(&log.out))
      return 1;
  }
  gboolean done = bench_text_put(&log.out);
  g_rand_free(log.rand);
  bench_text_clear(&log.out);
  return done ? 0 : 1;
}
