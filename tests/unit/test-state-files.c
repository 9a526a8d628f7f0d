/* Files beside a log, and which format an input is. */
#include "parsers/format.h"

typedef struct {
  GalenStateFile file;
  GString *text; /* what it says, to compare */
  GalenAccount account;
  guint events;
} StateRead;

static void put(GString *text, const char *name, GalenSlice slice) {
  if (slice.data != NULL)
    g_string_append_printf(text, "%s=%.*s ", name, (int)slice.len, slice.data);
}

static void on_state(gpointer user, const GalenStateFile *file) {
  StateRead *read = user;
  read->events++;
  read->file = *file;
  put(read->text, "version", file->version);
  put(read->text, "uuid", file->uuid);
  put(read->text, "my", file->my_uuid);
  put(read->text, "view", file->view_uuid);
  for (guint i = 0; i < file->n_members; i++) {
    put(read->text, "member", file->members[i].uuid);
    g_string_append_printf(read->text, "%u ", file->members[i].segment);
  }
  for (guint i = 0; i < file->n_settings; i++) {
    const GalenSetting *s = &file->settings[i];
    g_string_append_printf(read->text, "%" G_GUINT64_FORMAT ":%.*s.", s->line, (int)s->group.len,
                           s->group.data != NULL ? s->group.data : "");
    g_string_append_printf(read->text, "%s%.*s%s", s->provider ? "+" : "", (int)s->name.len, s->name.data,
                           s->secret ? "!" : "");
    if (s->value.data != NULL)
      g_string_append_printf(read->text, "=%.*s", (int)s->value.len, s->value.data);
    g_string_append_c(read->text, ' ');
  }
}

static void state_read(StateRead *read, const GalenFormat *format, const char *text, gsize len, gsize block) {
  *read = (StateRead){.text = g_string_new(NULL)};
  GalenFormatOptions options = {0};
  GalenSink sink = {.user = read, .state = on_state};
  gpointer parser = format->open(&options, &sink);
  gsize from = 0, to = 0;
  do {
    to = MIN(len, to + block);
    from += format->parse(parser, text + from, to - from, to == len);
  } while (to < len);
  g_assert_cmpuint(from, ==, len);
  read->account = *format->account(parser);
  const GalenAccount *a = &read->account;
  g_assert_cmpuint(a->bytes, ==, len);
  g_assert_cmpuint(a->bytes, ==, a->bytes_events + a->bytes_headers + a->bytes_skipped);
  format->close(parser);
}

static void check(const GalenFormat *format, const char *text, const char *expected, StateRead *read) {
  g_assert_true(galen_format_find(text, strlen(text)) == format);
  static const gsize blocks[] = {1, 10, 100000};
  for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
    state_read(read, format, text, strlen(text), blocks[i]);
    g_assert_cmpstr(read->text->str, ==, expected);
    g_assert_cmpuint(read->events, ==, 1);
    g_string_free(read->text, TRUE);
  }
}

static void test_grastate(void) {
  StateRead read;
  check(&galen_format_galera_state,
        "# GALERA saved state\nversion: 2.1\nuuid:    bcb585b0-e7b5-11f1-92f1-1af5dd66911d\nseqno:   -1\n"
        "safe_to_bootstrap: 0\n",
        "version=2.1 uuid=bcb585b0-e7b5-11f1-92f1-1af5dd66911d ", &read);
  g_assert_cmpint(read.file.kind, ==, GALEN_STATE_GRASTATE);
  g_assert_true(read.file.has_seqno);
  g_assert_cmpint(read.file.seqno, ==, -1);
  g_assert_cmpint(read.file.safe_to_bootstrap, ==, 0);
  check(&galen_format_galera_state,
        "# GALERA saved state\r\nversion: 2.0\r\nuuid: x\r\nseqno: 123456789012\r\ncert_index:\r\nnoise\r\n",
        "version=2.0 ", &read);
  g_assert_cmpint(read.file.seqno, ==, 123456789012);
  g_assert_cmpint(read.file.safe_to_bootstrap, ==, -1);
  g_assert_cmpuint(read.account.bytes_skipped, ==, 16);
}

static void test_gvwstate(void) {
  StateRead read;
  check(&galen_format_galera_state,
        "my_uuid: bcb5458a-e7b5-11f1-9882-7a2716851bd3\n#vwbeg\nview_id: 3 bce2822e-e7b5-11f1-8329-96154fde9b92 6\n"
        "bootstrap: 1\nmember: bcb5458a-e7b5-11f1-9882-7a2716851bd3 0\nmember: bce2822e-e7b5-11f1-8329-96154fde9b92 2\n"
        "#vwend\n",
        "my=bcb5458a-e7b5-11f1-9882-7a2716851bd3 view=bce2822e-e7b5-11f1-8329-96154fde9b92 "
        "member=bcb5458a-e7b5-11f1-9882-7a2716851bd3 0 member=bce2822e-e7b5-11f1-8329-96154fde9b92 2 ",
        &read);
  g_assert_cmpint(read.file.kind, ==, GALEN_STATE_GVWSTATE);
  g_assert_cmpint(read.file.view_seq, ==, 6);
  g_assert_cmpint(read.file.view_type, ==, 3);
  g_assert_cmpint(read.file.bootstrap, ==, 1);
}

static void test_configuration(void) {
  StateRead read;
  check(&galen_format_configuration,
        "# comment\n!includedir /etc/mysql/conf.d/\n[client]\nport = 3306\n[mysqld]\n"
        "skip-name-resolve\nwsrep-sst-auth=sst:pw\nLoose-X_y = 'a # b' # c\n"
        "wsrep_provider_options=\"gcache.size=64M; pc.weight = 2;socket.ssl_password=z\"\n\n; c\nbind-address=* # all\n"
        "what is this?\n",
        "2:.!includedir=/etc/mysql/conf.d/ 4:client.port=3306 6:mysqld.skip_name_resolve 7:mysqld.wsrep_sst_auth! "
        "8:mysqld.x_y=a # b 9:mysqld.wsrep_provider_options=gcache.size=64M; pc.weight = 2;socket.ssl_password=z "
        "9:mysqld.+gcache.size=64M 9:mysqld.+pc.weight=2 9:mysqld.+socket.ssl_password! 12:mysqld.bind_address=* ",
        &read);
  g_assert_cmpint(read.file.kind, ==, GALEN_STATE_CONFIGURATION);
  g_assert_cmpuint(read.account.bytes_skipped, ==, 14);
}

/* More settings, members and bytes than such files have. */
static void test_limits(void) {
  g_autoptr(GString) text = g_string_new("[mysqld]\n");
  for (guint i = 0; i < GALEN_SETTINGS_MAX + 3; i++)
    g_string_append_printf(text, "option_%u=1\n", i);
  StateRead read;
  state_read(&read, &galen_format_configuration, text->str, text->len, 1000000);
  g_assert_cmpuint(read.file.n_settings, ==, GALEN_SETTINGS_MAX);
  g_assert_cmpuint(read.account.skips[0].records, ==, 3);
  g_string_free(read.text, TRUE);
  g_string_assign(text, "my_uuid: bcb5458a-e7b5-11f1-9882-7a2716851bd3\n");
  while (text->len < 3u << 20)
    g_string_append(text, "member: bcb5458a-e7b5-11f1-9882-7a2716851bd3 0\n");
  static const gsize blocks[] = {777777, 5u << 20};
  for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
    state_read(&read, &galen_format_galera_state, text->str, text->len, blocks[i]);
    g_assert_cmpuint(read.file.n_members, ==, GALEN_STATE_MEMBERS_MAX);
    g_assert_cmpuint(read.account.bytes_events, ==, 46 + 47 * GALEN_STATE_MEMBERS_MAX);
    g_string_free(read.text, TRUE);
  }
}

#define NOTE "2026-11-24  3:19:14 0 [Note] "
#define START NOTE "Starting MariaDB 10.11.19-MariaDB source revision 1 server_uid a= as process 7915\n"
#define RECOVER START NOTE "WSREP: Recovered position: bcb585b0-e7b5-11f1-92f1-1af5dd66911d:286\n"

static void test_bids(void) {
  static const struct {
    const char *text, *name; /* NULL: none */
  } inputs[] = {
      {NOTE "InnoDB: x\n", "error-log"},
      {"\n\n\ttail of a record\n" NOTE "x\n", "error-log"},
      {"130101 12:00:00 mysqld_safe Starting mysqld daemon\n", "error-log"},
      {"2026-11-24 02:57:27.914  INFO: view\n", "error-log"},
      {"{ \"prio\" : 1, \"err_code\" : 1, \"msg\" : \"x\", \"label\" : \"Error\" }\n", "error-log"},
      {"12:00:00 UTC - mysqld got signal 11 ;\n", "error-log"},
      {"2023-01-01 12:00:00+00:00 [Note] [Entrypoint]: Started.\n", "error-log"},
      {RECOVER, "recover-log"},
      {RECOVER RECOVER, "recover-log"},
      {RECOVER START NOTE "mariadbd: ready for connections.\n", "error-log"},
      {START NOTE "WSREP: Recovered position: u:286\n" NOTE "mariadbd: ready for connections.\n", "error-log"},
      {"Time                 Id Command    Argument\n261124  3:19:14\t    12 Query\tselect 1\n", "general-log"},
      {"/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 3306  Unix socket: /s\nTime                "
       " Id "
       "Command    Argument\n2019-01-01T12:00:00.123456Z\t   12 Connect\ta@h on d\n",
       "general-log"},
      {"\t\t   12 Query\tselect 1\n\t\t   12 Quit\t\n", "general-log"},
      {"# User@Host: a[a] @ h []\n# Query_time: 1.0  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 1\nselect '\n" NOTE
       "x';\n",
       "slow-log"},
      {"[mysqld]\nport=1\n", "configuration"},
      {"[galera]\nwsrep_on=1\n", "configuration"},
      {"[mysqld-8.0]\nport=1\n", "configuration"},
      {"[Unit]\nDescription=MariaDB\n[Service]\nType=notify\n", NULL},
      {"[mysql]\nprompt=x\n[client]\nport=1\n", NULL},
      {"[mysqldx]\nport=1\n", NULL},
      {"a text about\n[mysqld]\nwhere one may write port=1\nor nothing at all.\n", NULL},
      {"2024-01-01 12:00:00 [ERROR] of another program\n", NULL},
      {"2024-01-01 12:00:00,123 INFO app: started\n", NULL},
      {"{\"level\":\"info\",\"msg\":\"x\"}\n", NULL},
      {"uuid: x\nseqno: 1\n", NULL},
      {"", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++) {
    g_test_message("%s", inputs[i].text);
    const GalenFormat *format = galen_format_find(inputs[i].text, strlen(inputs[i].text));
    g_assert_cmpstr(format != NULL ? format->name : NULL, ==, inputs[i].name);
  }
}

static void test_general_log(void) {
  const char *text = "Time                 Id Command    Argument\n261124  3:19:14\t    12 Query\tselect 1\n";
  for (gsize block = 1; block < 200; block += 7) {
    StateRead read;
    state_read(&read, &galen_format_general_log, text, strlen(text), block);
    g_assert_cmpuint(read.account.n_skips, ==, 1);
    g_assert_cmpstr(read.account.skips[0].reason, ==, "general log: not analysed");
    g_assert_cmpuint(read.account.skips[0].records, ==, 1);
    g_assert_cmpuint(read.account.skips[0].text_len, ==, strlen(text));
    g_string_free(read.text, TRUE);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/state-files/grastate", test_grastate);
  g_test_add_func("/state-files/gvwstate", test_gvwstate);
  g_test_add_func("/state-files/configuration", test_configuration);
  g_test_add_func("/state-files/limits", test_limits);
  g_test_add_func("/state-files/bids", test_bids);
  g_test_add_func("/state-files/general-log", test_general_log);
  return g_test_run();
}
