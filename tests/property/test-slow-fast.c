/* The slow log's fast ways say what its plain one says: over logs of all flavours that were damaged at random, over literals and
 * comments that look like entries, whole and in blocks of any size. */
#include "parsers/slow_log.h"

#define ROUNDS 600u
#define ENTRIES_MAX 8
/* With so much behind them lines are told without waiting for their ends. */
#define TAIL_BYTES (20u << 10)

static void append_slice(GString *out, const char *name, GalenSlice slice) {
  g_string_append_printf(out, " %s", name);
  if (slice.data != NULL) {
    g_string_append_c(out, '[');
    g_string_append_len(out, slice.data, (gssize)slice.len);
    g_string_append_c(out, ']');
  }
}

static void on_slow(gpointer user, const GalenSlowEvent *e) {
  GString *out = user;
  g_string_append_printf(out,
                         "\n@%" G_GUINT64_FORMAT " line %" G_GUINT64_FORMAT
                         " piece %d is %d%d%d%d thread %" G_GUINT64_FORMAT " start %" G_GINT64_FORMAT
                         " mask %u implausible %u error %u killed %u rate %" G_GUINT64_FORMAT,
                         e->offset, e->line, e->piece, e->admin, e->no_backslash, e->partial, e->timed, e->thread_id,
                         e->start, e->main_mask, e->implausible, e->error, e->killed, e->rate_limit);
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    g_string_append_printf(out, " %" G_GUINT64_FORMAT, (e->main_mask & 1u << i) != 0 ? e->main[i] : 0);
  for (guint i = 0; i < e->n_attrs; i++)
    g_string_append_printf(out, " %s=%" G_GUINT64_FORMAT, galen_attr_dict_get(e->dict, e->attrs[i].id)->name,
                           e->attrs[i].value);
  append_slice(out, "user", e->user);
  append_slice(out, "host", e->host);
  append_slice(out, "schema", e->schema);
  append_slice(out, "routine", e->routine);
  append_slice(out, "explain", e->explain);
  append_slice(out, "text", e->text);
}

static void on_start(gpointer user, const GalenServerStart *start) {
  append_slice(user, "\nstart", start->version);
}

static void append_account(GString *out, const GalenAccount *a) {
  g_string_append_printf(out,
                         "\n%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                         " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                         a->bytes, a->bytes_events, a->bytes_headers, a->bytes_skipped, a->partial, a->untimed);
  for (guint i = 0; i < a->n_skips; i++)
    g_string_append_printf(out, "\n%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                           a->skips[i].reason, a->skips[i].records, a->skips[i].bytes, a->skips[i].line);
}

/* All that a parser says of the log, in blocks. `scalar`: the plain way, a byte at a time. */
static GString *read_log(const char *text, gsize len, gsize block, GalenScanLevel level) {
  GString *out = g_string_new(NULL);
  GalenSink sink = {.user = out, .slow = on_slow, .server_start = on_start};
  GalenFormatOptions options = {0};
  SlowLog *parser = galen_format_slow_log.open(&options, &sink);
  parser->plain = level == GALEN_SCAN_LEVEL_SCALAR;
  parser->scan = galen_scan_at(level);
  parser->skip = galen_sql_skip_at(level);
  gsize from = 0, to = 0;
  do {
    to = MIN(len, to + block);
    /* A copy of its own size, so that sanitizers see what is read behind it. */
    g_autofree char *window = g_memdup2(text + from, to - from);
    from += galen_format_slow_log.parse(parser, window, to - from, to == len);
  } while (to < len);
  append_account(out, galen_format_slow_log.account(parser));
  galen_format_slow_log.close(parser);
  return out;
}

/* %S: two digits; %F: six. */
static const char *const headers[] = {
    "# Time: 2024-05-13T00:00:%S.%FZ\n# User@Host: app[app] @ node-h.example.net [10.0.7.31]  Id:   136\n"
    "# Query_time: 0.002702  Lock_time: 0.000000 Rows_sent: 44  Rows_examined: 44\n",
    "# Time: 2024-05-13T00:00:%S.%F+02:00\n# User@Host: a b[a[b] @  [::1]  Id: 12345678901\n"
    "# Query_time: 12.345678  Lock_time: 100000.000001 Rows_sent: 123456789  Rows_examined: 123456789012345678\n",
    "# Time: 2024-05-13T00:00:%S.%F123Z\n# User@Host: [] @ h [ip]  Id:  x\n"
    "# Query_time: 1  Lock_time: 0.5 Rows_sent: 0  Rows_examined: 18446744073709551615\n",
    "# Time: 240513  0:00:%S\n# User@Host: web[web] @ node-f [10.0.5.25]\n# Thread_id: 712  Schema: a b  QC_hit: No\n"
    "# Query_time: 0.004707  Lock_time: 0.000383  Rows_sent: 0  Rows_examined: 1\n# Rows_affected: 1  Bytes_sent: %F\n"
    "# Full_scan: Yes  Full_join: No  Tmp_table: Yes  Tmp_table_on_disk: No\n"
    "# Pages_accessed: 12  Pages_read_time: 0.1234  Engine_time: 1.2\n",
    "# User@Host: batch[batch] @ node-c [10.0.2.16]  Id:   308\n# Schema: stats  Last_errno: %F  Killed: %S\n"
    "# Query_time: 0.000148  Lock_time: 0.000011  Rows_sent: 1  Rows_examined: 1  Rows_affected: 0\n"
    "# Bytes_sent: 51  Tmp_tables: 0  Tmp_disk_tables: 0  Tmp_table_sizes: 0\n# InnoDB_trx_id: 3CEB3FFD\n"
    "# QC_Hit: No  Full_scan: No  Full_join: No\n#   InnoDB_IO_r_ops: 0  InnoDB_IO_r_bytes: 0  InnoDB_IO_r_wait: "
    "0.000001\n"
    "# Log_slow_rate_type: query  Log_slow_rate_limit: 10\n",
    "# Time: 2024-05-13T00:01:%S.%FZ\n# User@Host: root[root] @ localhost []  Id:     7\n"
    "# Query_time: 0.000148  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1 Thread_id: 7 Errno: 0 Killed: 0 "
    "Bytes_received: 0 Bytes_sent: 57 Read_first: 0 Unheard_of_time: 0.000001 Start: 2024-05-13T00:00:59.000000Z "
    "End: 2024-05-13T00:01:00.000000Z\n",
    "# Time: 2024-05-13T00:01:%S.%FZ\n# User@Host: a[a] @ h []\n# User@Host: b[b] @ i []  Id:  9\n"
    "# Query_time: 3.002702  Lock_time: 9.999999 Rows_sent: 1  Rows_examined: 1\n",
    "# User@Host: a[a] @ h []  Id:  9\n# Query_time: 3.%F  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1\n"
    "# Query_time: 4.%F  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1\n",
};

static const char *const prologues[] = {
    "",
    "use shop;\n",
    "use `a``b`;\n",
    "SET timestamp=1715558400;\n",
    "use shop;\nSET timestamp=1715558400;\n",
    "SET last_insert_id=1,insert_id=2,timestamp=1715558400;\n",
    "SET timestamp=1715558400.123456;\n",
};

static const char *const statements[] = {
    "select 1;\n",
    "SELECT id, title FROM products WHERE id IN (23732906,61922467,-1143,21830,366734,11,1171,14090,27,61474207) -- "
    "x;\n",
    "insert into `t` (`a`, `b`) values ('it''s', \"x\"), ('2024-01-02 03:04:05', 'a\\'b\\\\');\n",
    "select 'a;\n# Time: 2024-05-13T00:00:09.000000Z\n# User@Host: x[x] @ y [1.2.3.4]  Id: 1\n"
    "# Query_time: 9999.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\nSET timestamp=1715558400;\nselect "
    "2;\n';\n",
    "/* it's a trap\n# Time: 2024-05-13T00:00:09.000000Z\n */ select \"a\n\n;\" from t\n where x = 'y' # it's\n or "
    "z;\n",
    "create procedure p() begin select 1;\n# User@Host: none\nselect 'a';\n\nend;\n",
    "select 'C:\\' from dual where a like '%\\' and b = 'x';\n",
    "update t set a = '{\\\"k\\\": \\\"v\\\"}' where b = 'quote left open;\n",
    "# administrator command: Ping;\n",
    "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 3306  Unix socket: /s\nTime Id Command    "
    "Argument\n",
    "select ', Version: 8' from t;;  \n\n",
    "",
    "Tcp port: 3306  Unix socket: /s\nTime                 Id Command    Argument\n",
};

static const char *any_of(GRand *rand, const char *const *texts, gsize n) {
  return texts[g_rand_int_range(rand, 0, (gint32)n)];
}

#define ANY_OF(rand, texts) any_of(rand, texts, G_N_ELEMENTS(texts))

static void append_header(GString *log, const char *header, gint seconds, gint fraction) {
  for (const char *at = header; *at != '\0'; at++) {
    if (at[0] != '%')
      g_string_append_c(log, *at);
    else if (*++at == 'S')
      g_string_append_printf(log, "%02d", seconds);
    else
      g_string_append_printf(log, "%06d", fraction);
  }
}

static void append_entry(GRand *rand, GString *log) {
  gint seconds = g_rand_boolean(rand) ? 1 : g_rand_int_range(rand, 0, 62);
  append_header(log, ANY_OF(rand, headers), seconds, g_rand_int_range(rand, 0, 1000000));
  g_string_append(log, ANY_OF(rand, prologues));
  for (gint n = g_rand_int_range(rand, 0, 3); n >= 0; n--)
    g_string_append(log, ANY_OF(rand, statements));
}

static void damage(GRand *rand, GString *log) {
  static const char bytes[] = " \n\r\0'\"`\\#-/*;:.[]@09AT\t";
  for (gint n = g_rand_int_range(rand, 0, 12); n > 0 && log->len > 1; n--) {
    gssize at = g_rand_int_range(rand, 0, (gint32)log->len);
    char byte = bytes[g_rand_int_range(rand, 0, sizeof bytes - 1)];
    gssize cut = g_rand_int_range(rand, 1, 30), left = (gssize)log->len - at;
    gint what = g_rand_int_range(rand, 0, 3);
    if (what == 0)
      log->str[at] = byte;
    else if (what == 1)
      g_string_insert_c(log, at, byte);
    else
      g_string_erase(log, at, MIN(cut, left));
  }
}

static GString *random_log(GRand *rand) {
  GString *log = g_string_new(NULL);
  for (gint n = g_rand_int_range(rand, 1, ENTRIES_MAX); n > 0; n--)
    append_entry(rand, log);
  if (g_rand_int_range(rand, 0, 4) != 0)
    damage(rand, log);
  if (g_rand_int_range(rand, 0, 8) == 0)
    g_string_replace(log, "\n", "\r\n", 0);
  return log;
}

static void append_tail(GRand *rand, GString *log) {
  gsize len = log->len + TAIL_BYTES;
  while (log->len < len) {
    append_header(log, headers[0], g_rand_int_range(rand, 0, 60), 1);
    g_string_append(log, "SET timestamp=1715558520;\nselect a from b where c = 'd';\n");
  }
}

static void compare(const GString *log, gsize block, GalenScanLevel level, const GString *wanted) {
  g_autoptr(GString) found = read_log(log->str, log->len, block, level);
  if (g_string_equal(found, wanted))
    return;
  gsize at = 0;
  while (at < found->len && found->str[at] == wanted->str[at])
    at++;
  at = at > 200 ? at - 200 : 0;
  g_error("%s in blocks of %" G_GSIZE_FORMAT ":\n%.500s\nnot\n%.500s\nof\n%.4000s", galen_scan_at(level)->name, block,
          found->str + at, wanted->str + at, log->str);
}

static void test_ways(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(11);
  for (guint round = 0; round < ROUNDS; round++) {
    g_autoptr(GString) log = random_log(rand);
    gsize few = (gsize)g_rand_int_range(rand, 1, 4000);
    /* Short, in blocks down to single bytes. */
    g_autoptr(GString) plain = read_log(log->str, log->len, log->len, GALEN_SCAN_LEVEL_SCALAR);
    compare(log, few, GALEN_SCAN_LEVEL_SCALAR, plain);
    for (guint level = GALEN_SCAN_LEVEL_SSE2; level <= galen_scan_level(); level++) {
      compare(log, log->len, level, plain);
      compare(log, few, level, plain);
      if (round % 8 == 0)
        compare(log, 1, level, plain);
    }
    /* With enough behind it that no answer waits. In small blocks the plain way has not. */
    append_tail(rand, log);
    g_autoptr(GString) longer = read_log(log->str, log->len, 500, GALEN_SCAN_LEVEL_SCALAR);
    for (guint level = GALEN_SCAN_LEVEL_SCALAR; level <= galen_scan_level(); level++)
      compare(log, log->len, level, longer);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/slow-fast/ways", test_ways);
  return g_test_run();
}
