/* What an error log says never depends on how its bytes come: logs made of awkward pieces, cut at random. */
#include "tests/unit/error_reader.h"

#define RULER "=====================================\n"

/* Pieces with their end; %02u is the second. */
static const char *const pieces[] = {
    "2026-11-24  3:07:%02u 0 [Note] WSREP: x\n",
    "2026-11-24  3:07:%02u 7 [Warning] Access denied for user 'a\n2026-11-24  3:07:10 0 [Note] no'@'h' (using "
    "password: NO)\n",
    "2026-11-24  3:07:%02u 7 [Warning] Access denied for user 'open\n",
    "2026-11-24  3:07:%02u 0 [Note] Starting MariaDB 10.11.6-MariaDB source revision 1 server_uid A= as process 5\n",
    "2026-11-24  3:07:%02u 0 [Note] Starting MariaDB 10.11.6-MariaDB source revision 1 server_uid B= as process 6\n",
    "2026-11-24  3:07:%02u 0 [Note] mariadbd: ready for connections.\nVersion: '10.11.6'  socket: '/s'  port: 3306\n",
    "261124  3:07:%02u [ERROR] mysqld got signal 11 ;\nQuery (0x7f): SELECT '\n2026-11-24  3:07:10 0 [Note] no'\n",
    "Connection ID (thread ID): 152\nStatus: NOT_KILLED\n\n",
    "Optimizer switch: a=on\n",
    "12:00:%02u UTC - mysqld got signal 6 ;\n",
    "2026-11-24  3:07:%02u 9 [Note] InnoDB: Transactions deadlock detected, dumping detailed information.\n",
    "2026-11-24  3:07:%02u 9 [Note] InnoDB: \n*** (1) TRANSACTION:\nMariaDB thread id 9, query id 1\nUPDATE\n",
    "2026-11-24  3:07:%02u 9 [Note] InnoDB: *** WE ROLL BACK TRANSACTION (1)\n\n",
    RULER "2026-11-24 03:07:%02u 0x7f1a INNODB MONITOR OUTPUT\n" RULER,
    "END OF INNODB MONITOR OUTPUT\n============================\n",
    "2026-11-24  3:07:%02u 0 [Note] InnoDB: Page dump (16384 bytes):\n",
    "2026-11-24  3:07:%02u 0 [Note] InnoDB: 0000000000000000000000000000000000000000000000000000000000000000\n",
    "2026-11-24  3:07:%02u 0 [Note] InnoDB: End of page dump\n",
    " }2026-11-24  3:07:%02u 0 [ERROR] WSREP: exception\n",
    "2026-11-24  3:07:%02u 0 [Note] one2026-11-24  3:07:10 0 [Note] two\n",
    "2026-11-24 03:07:%02u.914  INFO: view\n",
    "{ \"prio\" : 1, \"err_code\" : 10119, \"msg\" : \"a\\nb\", \"time\" : \"2026-11-24T03:07:%02u.000000Z\" }\n",
    "WSREP_SST: [INFO] done (20261124 03:07:%02u.123)\n",
    "InnoDB: Error\nInnoDB: and so on\n",
    "\tcontinued\r\n",
    "\n",
    RULER,
    "\x01\x02\x03\x04\x05\n",
    "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 3306\n",
    "no line end ",
    "",
};

static void add_piece(GString *text, GRand *rand) {
  guint i = (guint)g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces));
  if (pieces[i][0] == '\0') {
    g_string_append_len(text, "\0\0\0", 3);
    return;
  }
  g_autofree char *second = g_strdup_printf("%02d", g_rand_int_range(rand, 0, 60));
  g_auto(GStrv) parts = g_strsplit(pieces[i], "%02u", 2);
  g_autofree char *piece = g_strjoinv(second, parts);
  g_string_append(text, piece);
}

static void check_log(GRand *rand) {
  g_autoptr(GString) text = g_string_new(NULL);
  guint n = (guint)g_rand_int_range(rand, 1, 60);
  for (guint i = 0; i < n; i++)
    add_piece(text, rand);
  /* The end of it once more: a shipper's repeat. */
  if (g_rand_int_range(rand, 0, 3) == 0) {
    gsize back = (gsize)g_rand_int_range(rand, 0, (gint32)text->len + 1);
    g_autofree char *tail = g_memdup2(text->str + back, text->len - back + 1);
    g_string_append_len(text, tail, (gssize)(text->len - back));
    add_piece(text, rand);
  }
  GalenFormatOptions options = {0};
  g_autoptr(GString) padded = padded_log(text->str, text->len);
  g_autoptr(ErrorRead) all = error_read_padded(padded, padded->len, NULL, &options);
  g_autoptr(ErrorRead) bytes = error_read_padded(padded, 1, NULL, &options);
  g_assert_cmpstr(bytes->dump->str, ==, all->dump->str);
  g_autoptr(ErrorRead) parts = error_read_padded(padded, 0, rand, &options);
  g_assert_cmpstr(parts->dump->str, ==, all->dump->str);
}

static void test_cuts(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  for (guint i = 0; i < 800; i++)
    check_log(rand);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-cuts/random", test_cuts);
  return g_test_run();
}
