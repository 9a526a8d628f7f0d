#include "../../analyzer/digest/error_template.h"

static char *template_of(const char *text) {
  char out[GALEN_ERROR_TEMPLATE_MAX];
  gsize len = galen_error_template(galen_slice(text, strlen(text)), out);
  g_assert_cmpuint(len, <=, sizeof out);
  return g_strndup(out, len);
}

static void assert_template(const char *text, const char *expected) {
  g_autofree char *found = template_of(text);
  g_assert_cmpstr(found, ==, expected);
}

static void assert_same(const char *a, const char *b) {
  g_autofree char *x = template_of(a), *y = template_of(b);
  g_assert_cmpstr(x, ==, y);
}

static void test_words(void) {
  assert_template("Plugin 'FEEDBACK' is disabled.", "Plugin '?' is disabled.");
  assert_template("End of log at LSN=44404", "End of log at LSN=#");
  assert_template("Can't open file \"x\" or `y`", "Can't open file '?' or '?'");
  assert_template("it's the server's fault", "it's the server's fault");
  assert_template("at 0x7f8a1c5fd700, 7f8a1c5fd700 and -5", "at # and #");
  assert_template("took 1.5s, 10ms or 12MB", "took # or #");
  assert_template("at 2026-11-24  3:28:50", "at #");
  assert_template("node1 of db-2", "node# of db-#");
  assert_template("handler error MY-001062", "handler error MY-001062");
  assert_template("", "");
}

static void test_names(void) {
  assert_template("view c943db75-9035 of 3e11fa47-71ca-11e1-9e33-c80aa9429562", "view <uuid> of <uuid>");
  assert_template("set 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5,4e11fa47-71ca-11e1-9e33-c80aa9429562:1-7 end",
                  "set <uuid> end");
  assert_template("to 10.0.0.1, 10.0.0.2:4567, 10.0.0.3", "to <addr>");
  assert_template("to tcp://10.0.0.1:4567", "to <addr>");
  assert_template("db1.example.com:3306 and 2001:db8::1", "<addr> and <addr>");
  assert_template("user root@localhost", "user <addr>");
  assert_template("file /var/lib/mysql/a.frm", "file <path>");
  assert_template("file ./shop/orders.ibd", "file <path>");
  assert_template("an I/O error over TCP/IP", "an I/O error over TCP/IP");
  assert_template("buffer pool dump/restore", "buffer pool dump/restore");
  assert_template("in log0recv.cc:123", "in <source>");
  assert_template("table shop.orders is", "table <name> is");
  assert_template("table mysql.user is", "table mysql.user is");
}

/* What an application or attacker chooses makes no further template. */
static void test_values(void) {
  assert_same("Error 'Duplicate entry 'a' for key 'k'' on query. Default database: 'd'. Query: 'INSERT INTO t VALUES "
              "('x','y')', Error_code: 1062",
              "Error 'Duplicate entry 'b c' for key 'l'' on query. Default database: 'e'. Query: 'UPDATE u SET a=4 "
              "WHERE b = 'it''s'', Error_code: 1032");
  assert_same("Statement: delete from t where a = 'x'", "Statement: insert into u values (1, 2, 'y')");
  assert_same("A temporary password is generated for root@localhost: a b'c",
              "A temporary password is generated for root@localhost: /x;y");
}

static void test_limits(void) {
  g_autofree char *long_text = g_strnfill(100000, 'x');
  g_autofree char *found = template_of(long_text);
  g_assert_cmpuint(strlen(found), <=, GALEN_ERROR_TEMPLATE_MAX);
  g_assert_true(g_str_has_suffix(found, "…"));
  g_autofree char *exact_text = g_strnfill(GALEN_ERROR_TEMPLATE_MAX - 3, 'x');
  assert_template(exact_text, exact_text);
}

/* ---- evidence ---- */

static void assert_mask(const char *text, const char *expected) {
  g_autofree char *found = galen_error_text_mask(galen_slice(text, strlen(text)), 0, FALSE);
  g_assert_cmpstr(found, ==, expected);
}

static void assert_full(const char *text, const char *expected) {
  g_autofree char *found = galen_error_text_mask(galen_slice(text, strlen(text)), 0, TRUE);
  g_assert_cmpstr(found, ==, expected);
}

static void test_mask(void) {
  assert_mask("Access denied for user 'bob'@'10.0.0.1' (using password: YES)",
              "Access denied for user 'bob'@'10.0.0.1' (using password: YES)");
  assert_mask("Duplicate entry '4111 1111' for key 'card'", "Duplicate entry '?' for key 'card'");
  assert_mask("Running: 'wsrep_sst_mariabackup --role 'donor' --auth 'sst:word' --socket '/s''",
              "Running: 'wsrep_sst_mariabackup --role 'donor' --auth '?' --socket '/s''");
  assert_mask("option --auth=sst:word is read", "option --auth=? is read");
  assert_mask("connects to mysql://root:word@db1/shop", "connects to mysql://root:?@db1/shop");
  assert_mask("listening at tcp://10.0.0.1:4567, not a@b", "listening at tcp://10.0.0.1:4567, not a@b");
  assert_mask("Duplicate entry 'it's' me' for key 'k'", "Duplicate entry '?' for key 'k'");
  assert_mask("Duplicate entry 'cut her", "Duplicate entry '?");
  assert_mask("Duplicate entry '' for key 'k'", "Duplicate entry '?' for key 'k'");
  assert_mask("Incorrect integer value: 'abc' for column 'n' at row 1",
              "Incorrect integer value: '?' for column 'n' at row 1");
  assert_mask("Default database: 'd'. Query: 'INSERT INTO t VALUES ('a, b', 4)', Error_code: 1062",
              "Default database: 'd'. Query: 'INSERT INTO t VALUES (?, ?)', Error_code: 1062");
  assert_mask("Query: 'INSERT INTO t VALUES ('secret' , 'cut", "Query: 'INSERT INTO t VALUES (? , ?");
  assert_mask("Statement: select 'x' from t where a=5", "Statement: select ? from t where a=?");
  assert_mask("Slave SQL: Error in event 5", "Slave SQL: Error in event 5");
  assert_mask("Event 'UPDATE t SET a=4' failed", "Event 'UPDATE t SET a=??");
}

static void test_passwords(void) {
  static const char *const lines[] = {
      "A temporary password is generated for root@localhost: S3cr3t;x y",
      "A temporary password is generated for a: temporary password is generated for root@localhost: S3cr3t",
      "wsrep_sst_auth=root:S3cr3t",
      "wsrep_sst_auth = 'root:S3cr3t'",
      "--password=S3cr3t --user=x",
      "password: S3cr3t",
      "SET PASSWORD = PASSWORD('S3cr3t')",
      "Query: 'CREATE USER a IDENTIFIED BY 'S3cr3t'', Error_code: 1396",
      "grant all on x to y identified by 'S3cr3t'",
      "Statement: CHANGE MASTER TO MASTER_PASSWORD='S3cr3t'",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    for (int full = 0; full < 2; full++) {
      g_autofree char *found = galen_error_text_mask(galen_slice(lines[i], strlen(lines[i])), 0, full);
      g_assert_null(strstr(found, "S3cr3t"));
    }
}

static void test_full(void) {
  assert_full("Duplicate entry '42' for key 'k'", "Duplicate entry '42' for key 'k'");
  assert_full("Duplicate entry '' for key 'k'", "Duplicate entry '' for key 'k'");
  assert_full("Query: 'INSERT INTO t VALUES ('a')', Error_code: 1062",
              "Query: 'INSERT INTO t VALUES ('a')', Error_code: 1062");
}

static void test_clean(void) {
  assert_mask("a\x01\xff"
              "b",
              "a\\x01\\xffb");
  g_autofree char *long_text = g_strnfill(5000, 'x');
  g_autofree char *found = galen_error_text_mask(galen_slice(long_text, 5000), 100, FALSE);
  g_assert_cmpuint(strlen(found), <=, 100);
  g_autofree char *none = galen_error_text_mask((GalenSlice){0}, 0, FALSE);
  g_assert_cmpstr(none, ==, "");
  g_assert_null(galen_error_query_mask((GalenSlice){0}, 0, FALSE));
  g_autofree char *query = galen_error_query_mask(galen_slice("select 5", 8), 0, FALSE);
  g_assert_cmpstr(query, ==, "select ?");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-template/words", test_words);
  g_test_add_func("/error-template/names", test_names);
  g_test_add_func("/error-template/values", test_values);
  g_test_add_func("/error-template/limits", test_limits);
  g_test_add_func("/error-text/mask", test_mask);
  g_test_add_func("/error-text/passwords", test_passwords);
  g_test_add_func("/error-text/full", test_full);
  g_test_add_func("/error-text/clean", test_clean);
  return g_test_run();
}
