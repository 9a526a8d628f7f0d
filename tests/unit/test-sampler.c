#include "analyzer/query/sample.h"

typedef struct {
  const char *text, *wanted;
} Case;

static char *sample_by(GalenSampler *self, const char *text, gsize len, gsize step, gboolean no_backslash) {
  galen_sampler_begin(self, no_backslash);
  for (gsize at = 0; at < len; at += step) {
    g_autofree char *part = g_memdup2(text + at, MIN(step, len - at));
    galen_sampler_feed(self, part, MIN(step, len - at));
  }
  GalenSlice sample = galen_sampler_end(self);
  g_assert_cmpuint(sample.len, <=, GALEN_SAMPLE_MAX);
  return g_strndup(sample.data, sample.len);
}

/* Each case whole and in every size of pieces. */
static void check(GalenSampleMode mode, const Case *cases, gsize n) {
  g_autoptr(GalenSampler) self = galen_sampler_new(mode);
  for (gsize i = 0; i < n; i++) {
    gsize len = strlen(cases[i].text);
    for (gsize step = 1; step <= len; step++) {
      g_autofree char *sample = sample_by(self, cases[i].text, len, step, FALSE);
      g_assert_cmpstr(sample, ==, cases[i].wanted);
    }
  }
}

static void test_masked(void) {
  static const Case cases[] = {
      {"SELECT * FROM `t 1` WHERE A='x' AND b=12", "SELECT * FROM `t 1` WHERE A=? AND b=?"},
      {"select 1, 1.5, .5e-1, 0xAB, x'41', N'a', _utf8mb4'b', b'01'", "select ?, ?, ?, ?, ?, ?, ?, ?"},
      {"select \"it\"\"s\", 'it''s', 'it\\'s'", "select ?, ?, ?"},
      {"select a1, t2.c3 from t2", "select a1, t2.c3 from t2"},
      {"  select\n  1", "select\n  ?"},
      {"select/* 'x' 4711 */1", "select ?"},
      {"select a /* b */ from t", "select a from t"},
      {"select a/* b */,c", "select a ,c"},
      {"/* who */ select 1 -- why", "select ? "},
      {"select 1 # 'secret'\n+ 2", "select ? + ?"},
      {"select /*! 'x' */ 1", "select ? ?"},
      {"select null, true, default", "select null, true, default"},
      {"select 'open", "select ?"},
      {"select 'a' 'b'", "select ? ?"},
      {"select `it's`, 'x'", "select `it's`, ?"},
      {"set password = 'x'", "set password = ?"},
  };
  check(GALEN_SAMPLES_MASKED, cases, G_N_ELEMENTS(cases));
}

static void test_full(void) {
  static const Case cases[] = {
      {"SELECT * FROM t WHERE a='it''s' AND b=12 /* x */ -- y",
       "SELECT * FROM t WHERE a='it''s' AND b=12 /* x */ -- y"},
      {"select N'a', x'41', _utf8 'b'", "select N'a', x'41', _utf8 'b'"},
      {"insert into t values (1, 'a'), (2, \"b\")", "insert into t values (1, 'a'), (2, \"b\")"},
  };
  check(GALEN_SAMPLES_FULL, cases, G_N_ELEMENTS(cases));
}

/* Statements with HIDDEN in the place of a password and shown where something else may be seen. */
static void test_passwords(void) {
  static const char *const statements[] = {
      "CREATE USER u IDENTIFIED BY 'HIDDEN'",
      "CREATE USER u IDENTIFIED BY PASSWORD '*HIDDEN'",
      "CREATE USER u IDENTIFIED WITH mysql_native_password AS 'HIDDEN'",
      "CREATE USER u IDENTIFIED WITH caching_sha2_password BY \"HIDDEN\"",
      "CREATE USER u IDENTIFIED VIA ed25519 USING 'HIDDEN'",
      "CREATE USER u IDENTIFIED VIA ed25519 USING PASSWORD('HIDDEN')",
      "CREATE USER u IDENTIFIED VIA mysql_native_password USING 'HIDDEN' OR ed25519 USING 'HIDDEN'",
      "CREATE USER u IDENTIFIED BY 'HIDDEN', v IDENTIFIED BY 'HIDDEN'",
      "CREATE USER u IDENTIFIED BY 'HIDDEN' AND IDENTIFIED WITH x AS 'HIDDEN'",
      "ALTER USER u IDENTIFIED BY 'HIDDEN' REPLACE 'HIDDEN'",
      "create user u identified by N'HIDDEN'",
      "GRANT ALL ON *.* TO u IDENTIFIED BY 'HIDDEN' WITH GRANT OPTION",
      "/*!50000 CREATE USER u IDENTIFIED BY 'HIDDEN' */",
      "CREATE USER u IDENTIFIED/* c */BY/* d */'HIDDEN'",
      "SET PASSWORD = 'HIDDEN'",
      "SET PASSWORD = PASSWORD('HIDDEN')",
      "SET PASSWORD FOR u@h = PASSWORD(\"HIDDEN\")",
      "SET PASSWORD FOR 'u'@'h' = 'HIDDEN'",
      "SET PASSWORD FOR u = OLD_PASSWORD('HIDDEN')",
      "SELECT OLD_PASSWORD('HIDDEN')",
      "SELECT PASSWORD(CONCAT('HIDDEN', 'HIDDEN'))",
      "CHANGE MASTER TO MASTER_HOST='shown', MASTER_PASSWORD='HIDDEN'",
      "CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = 'HIDDEN'",
      "START SLAVE USER='u' PASSWORD='HIDDEN'",
      "SET GLOBAL wsrep_sst_auth='u:HIDDEN'",
      "SET @@global.wsrep_sst_auth = \"u:HIDDEN\"",
      "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'shown', USER 'u', PASSWORD 'HIDDEN')",
      "ALTER SERVER s OPTIONS (PASSWORD 'HIDDEN')",
      "SELECT AES_ENCRYPT('HIDDEN', 'HIDDEN')",
      "SELECT AES_DECRYPT(c, 'HIDDEN') FROM t",
      "UPDATE mysql.user SET Password = 'HIDDEN' WHERE user = 'shown'",
      "UPDATE mysql.user SET `Password` = 'HIDDEN' WHERE user = 'shown'",
      "UPDATE mysql.user SET authentication_string = 'HIDDEN' WHERE user = 'shown'",
      "SET PASSWORD = 'HIDDEN\\'HIDDEN'",
      "SET PASSWORD = 'HIDDEN''HIDDEN' 'HIDDEN'",
      "SET PASSWORD = 'HIDDEN",
  };
  g_autoptr(GalenSampler) self = galen_sampler_new(GALEN_SAMPLES_FULL);
  for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
    gsize len = strlen(statements[i]);
    for (gsize step = 1; step <= len; step++) {
      g_autofree char *sample = sample_by(self, statements[i], len, step, FALSE);
      g_test_message("%s", sample);
      g_assert_null(strstr(sample, "HIDDEN"));
      g_assert_nonnull(strchr(sample, '?'));
      g_assert_cmpint(strstr(sample, "'shown'") != NULL, ==, strstr(statements[i], "'shown'") != NULL);
    }
  }
}

/* "a" and commas up to `len` bytes: nothing in it is masked. */
static char *columns(gsize len) {
  char *text = g_strnfill(len, ',');
  for (gsize i = 0; i < len; i += 2)
    text[i] = (char)('a' + i / 2 % 26);
  return text;
}

/* A statement inside a string may set a password. */
static void test_nested(void) {
  static const Case cases[] = {
      {"prepare s from 'create user d identified by ''x'''; select 'y'", "prepare s from ?; select 'y'"},
      {"prepare s from _utf8mb4'set PassWord = ''x''', 'y'", "prepare s from ?, 'y'"},
      {"prepare s from _utf8mb4 \"set password = 'x'\"", "prepare s from _utf8mb4 ?"},
      {"call p('shown', 'source_password=x')", "call p('shown', ?)"},
      {"select 'a', 'password' 'passwor' 'd'", "select 'a', ? 'passwor' 'd'"},
      {"select 'authenticatioauthentication", "select ?"},
  };
  check(GALEN_SAMPLES_FULL, cases, G_N_ELEMENTS(cases));
}

/* It is taken back however much of it was written, and what stood before it is whole. */
static void test_nested_long(void) {
  static const gsize befores[] = {10, GALEN_SAMPLE_HEAD - 20, GALEN_SAMPLE_HEAD + 500, 100000};
  g_autofree char *inner = g_strnfill(5000, 'x');
  g_autoptr(GalenSampler) self = galen_sampler_new(GALEN_SAMPLES_FULL);
  for (gsize i = 0; i < G_N_ELEMENTS(befores); i++) {
    g_autofree char *before = columns(befores[i]);
    g_autofree char *text = g_strconcat(before, " '", inner, " identified by ''HIDDEN'' ", inner, "', 'shown'", NULL);
    g_autofree char *masked = g_strconcat(before, " ?, 'shown'", NULL);
    g_autofree char *wanted = sample_by(self, masked, strlen(masked), strlen(masked), FALSE);
    const gsize steps[] = {strlen(text), 1000, 7, 1};
    for (gsize j = 0; j < G_N_ELEMENTS(steps); j++) {
      g_autofree char *sample = sample_by(self, text, strlen(text), steps[j], FALSE);
      g_assert_cmpstr(sample, ==, wanted);
    }
  }
}

/* What has nothing to do with a password is shown in FULL, and a secret ends with its statement. */
static void test_no_passwords(void) {
  static const Case cases[] = {
      {"SELECT PASSWORD('x'), 'y'", "SELECT PASSWORD(?), 'y'"},
      {"SELECT IF(a, PASSWORD('x'), 'y'), 3", "SELECT IF(a, PASSWORD(?), 'y'), 3"},
      {"select a where password = 'x' and b = 'y'", "select a where password = ? and b = 'y'"},
      {"select a where password = 'x' or b = 'y'", "select a where password = ? or b = 'y'"},
      {"set password = 'x'; select 'y'", "set password = ?; select 'y'"},
      {"ALTER USER u IDENTIFIED WITH p AS 0x5345, v COMMENT 'y'", "ALTER USER u IDENTIFIED WITH p AS ?, v COMMENT 'y'"},
      {"SET PASSWORD = x'5345'", "SET PASSWORD = ?"},
      {"SET GLOBAL x_encryption_key = 12, y = 13", "SET GLOBAL x_encryption_key = ?, y = 13"},
      {"select 'pass word', 'x'", "select 'pass word', 'x'"},
  };
  check(GALEN_SAMPLES_FULL, cases, G_N_ELEMENTS(cases));
  g_autoptr(GalenSampler) self = galen_sampler_new(GALEN_SAMPLES_FULL);
  g_free(sample_by(self, "set password(", 13, 13, FALSE));
  g_autofree char *next = sample_by(self, "select 'y'", 10, 10, FALSE);
  g_assert_cmpstr(next, ==, "select 'y'");
}

static void test_backslashes(void) {
  g_autoptr(GalenSampler) self = galen_sampler_new(GALEN_SAMPLES_MASKED);
  static const char text[] = "select 'a\\', b, 'c'";
  g_autofree char *escaped = sample_by(self, text, strlen(text), 3, FALSE);
  g_autofree char *plain = sample_by(self, text, strlen(text), 3, TRUE);
  g_assert_cmpstr(escaped, ==, "select ?c?");
  g_assert_cmpstr(plain, ==, "select ?, b, ?");
}

static void test_none(void) {
  g_autoptr(GalenSampler) self = galen_sampler_new(GALEN_SAMPLES_NONE);
  galen_sampler_begin(self, FALSE);
  galen_sampler_feed(self, "select 1", 8);
  g_assert_cmpuint(galen_sampler_end(self).len, ==, 0);
}

/* Up to head and tail a sample is whole; one byte more, and a mark says that one is left out. */
static void test_limits(void) {
  const gsize whole = GALEN_SAMPLE_HEAD + GALEN_SAMPLE_TAIL;
  const gsize lens[] = {GALEN_SAMPLE_HEAD - 1,
                        GALEN_SAMPLE_HEAD,
                        GALEN_SAMPLE_HEAD + 1,
                        whole - 1,
                        whole,
                        whole + 1,
                        whole + 1000,
                        100000};
  static const GalenSampleMode modes[] = {GALEN_SAMPLES_MASKED, GALEN_SAMPLES_FULL};
  for (gsize i = 0; i < G_N_ELEMENTS(lens) * G_N_ELEMENTS(modes); i++) {
    gsize len = lens[i / 2];
    g_autoptr(GalenSampler) self = galen_sampler_new(modes[i % 2]);
    g_autofree char *text = columns(len);
    g_autofree char *sample = sample_by(self, text, len, len, FALSE);
    g_autofree char *split = sample_by(self, text, len, 7, FALSE);
    g_assert_cmpstr(sample, ==, split);
    if (len <= whole) {
      g_assert_cmpstr(sample, ==, text);
      continue;
    }
    g_autofree char *head = g_strndup(text, GALEN_SAMPLE_HEAD);
    g_autofree char *wanted = g_strdup_printf("%s … %" G_GSIZE_FORMAT " bytes left out … %s", head, len - whole,
                                              text + len - GALEN_SAMPLE_TAIL);
    g_assert_cmpstr(sample, ==, wanted);
  }
}

/* The largest number in the mark still fits. */
static void test_mark_fits(void) {
  gsize mark = strlen(" … 18446744073709551615 bytes left out … ");
  g_assert_cmpuint(GALEN_SAMPLE_HEAD + mark + GALEN_SAMPLE_TAIL, <, GALEN_SAMPLE_MAX);
}

/* A literal of megabytes is one '?', and its password neighbour none of it. */
static void test_long_literals(void) {
  gsize len = 3u << 20;
  g_autofree char *hex = g_strnfill(len, 'a');
  g_autofree char *text = g_strconcat("insert into t values (0x", hex, ", '", hex, "')", NULL);
  g_autoptr(GalenSampler) self = galen_sampler_new(GALEN_SAMPLES_MASKED);
  const gsize steps[] = {strlen(text), 1u << 20, 4096, 1023};
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autofree char *sample = sample_by(self, text, strlen(text), steps[i], FALSE);
    g_assert_cmpstr(sample, ==, "insert into t values (?, ?)");
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sampler/masked", test_masked);
  g_test_add_func("/sampler/full", test_full);
  g_test_add_func("/sampler/passwords", test_passwords);
  g_test_add_func("/sampler/nested", test_nested);
  g_test_add_func("/sampler/nested-long", test_nested_long);
  g_test_add_func("/sampler/no-passwords", test_no_passwords);
  g_test_add_func("/sampler/backslashes", test_backslashes);
  g_test_add_func("/sampler/none", test_none);
  g_test_add_func("/sampler/limits", test_limits);
  g_test_add_func("/sampler/mark-fits", test_mark_fits);
  g_test_add_func("/sampler/long-literals", test_long_literals);
  return g_test_run();
}
