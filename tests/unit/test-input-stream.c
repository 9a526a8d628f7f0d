/* Bytes out of plain, compressed and archived files, whole and damaged. */
#include "tests/unit/input-fixture.h"

typedef struct {
  const char *name;
  int filter;
} Filter;

static const Filter filters[] = {{"gzip", ARCHIVE_FILTER_GZIP},
                                 {"xz", ARCHIVE_FILTER_XZ},
                                 {"zstd", ARCHIVE_FILTER_ZSTD},
                                 {"bzip2", ARCHIVE_FILTER_BZIP2}};

static void test_plain(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(300000, 1);
  put_string(f, "slow.log", text);
  g_autoptr(GPtrArray) got = GET(f, "slow.log");
  g_assert_cmpuint(got->len, ==, 1);
  assert_whole(nth(got, 0), text->str, text->len);
  g_assert_cmpstr(nth(got, 0)->compression, ==, "none");
  g_assert_true(nth(got, 0)->named);
}

static void test_empty(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) gz = make_gzip("", 0);
  put(f, "empty.log", "");
  put_string(f, "empty.gz", gz);
  g_autoptr(GPtrArray) got = GET(f, "empty.log", "empty.gz");
  assert_whole(nth(got, 0), "", 0);
  g_assert_cmpstr(nth(got, 0)->compression, ==, "none");
  assert_whole(nth(got, 1), "", 0);
  g_assert_cmpstr(nth(got, 1)->compression, ==, "gzip");

  g_autoptr(GString) nothing = g_string_new(NULL);
  for (gsize i = 1; i < G_N_ELEMENTS(filters); i++) {
    g_autoptr(GString) packed = make_packed(filters[i].filter, nothing);
    put_string(f, filters[i].name, packed);
    g_autoptr(GPtrArray) one = GET(f, filters[i].name);
    assert_whole(nth(one, 0), "", 0);
    g_assert_cmpstr(nth(one, 0)->compression, ==, packed->len > 0 ? filters[i].name : "none");
  }
}

/* Found by content: the names say nothing. */
static void test_filters(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(700000, 2);
  for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
    g_autoptr(GString) packed = make_packed(filters[i].filter, text);
    put_string(f, "log", packed);
    g_autoptr(GPtrArray) got = GET(f, "log");
    assert_whole(nth(got, 0), text->str, text->len);
    g_assert_cmpstr(nth(got, 0)->compression, ==, filters[i].name);
  }
}

/* Two compressed files one after the other are one. */
static void test_concatenated(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(200000, 3);
  g_autoptr(GString) first = g_string_new_len(text->str, 70000);
  g_autoptr(GString) second = g_string_new_len(text->str + 70000, 130000);
  for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
    g_autoptr(GString) packed = make_packed(filters[i].filter, first);
    g_autoptr(GString) more = make_packed(filters[i].filter, second);
    g_string_append_len(packed, more->str, (gssize)more->len);
    put_string(f, "log", packed);
    g_autoptr(GPtrArray) got = GET(f, "log");
    assert_whole(nth(got, 0), text->str, text->len);
  }
}

static void test_gzip_cut(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(100000, 4);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  gsize cuts[] = {3, 9, 10, 11, gz->len / 3, gz->len / 2, gz->len - 8, gz->len - 1};
  for (gsize i = 0; i < G_N_ELEMENTS(cuts); i++) {
    put_bytes(f, "cut.gz", gz->str, cuts[i]);
    g_autoptr(GPtrArray) all = GET(f, "cut.gz");
    const Got *got = nth(all, 0);
    g_assert_cmpint(got->status, ==, GALEN_INPUT_OK);
    g_assert_cmpstr(got->error, ==, "the gzip data is cut");
    g_assert_cmpstr(got->compression, ==, "gzip");
    assert_begins(got->data, text);
    if (cuts[i] >= gz->len - 8)
      g_assert_cmpuint(got->data->len, ==, text->len);
  }
  /* Everything that zlib itself gives for these bytes. */
  g_autofree char *buf = g_malloc(text->len);
  z_stream z = {.next_in = (Bytef *)gz->str, .avail_in = (uInt)(gz->len / 2)};
  z.next_out = (Bytef *)buf;
  z.avail_out = (uInt)text->len;
  g_assert_cmpint(inflateInit2(&z, 31), ==, Z_OK);
  g_assert_cmpint(inflate(&z, Z_SYNC_FLUSH), ==, Z_OK);
  put_bytes(f, "cut.gz", gz->str, gz->len / 2);
  g_autoptr(GPtrArray) all = GET(f, "cut.gz");
  g_assert_cmpuint(nth(all, 0)->data->len, ==, z.total_out);
  g_assert_cmpuint(z.total_out, >, 30000);
  inflateEnd(&z);
}

static void read_bytewise(GalenStream *stream, gpointer user) {
  char byte;
  while (galen_stream_read(stream, &byte, 1) == 1)
    ++*(guint *)user;
}

/* zlib may hold back output when it has taken all input: a cut right there must not lose it. */
static void test_gzip_cut_bytewise(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_set_size(text, 10000);
  memset(text->str, 'a', text->len);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  put_bytes(f, "cut.gz", gz->str, gz->len - 8);
  g_autofree char *path = in_dir(f, "cut.gz");
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){path, NULL});
  guint n = 0;
  galen_inputs_foreach(inputs, read_bytewise, &n);
  g_assert_cmpuint(n, ==, text->len);
}

/* Complete members come out whole when the last one is cut. */
static void test_gzip_second_cut(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(5000, 5);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  gsize whole = gz->len;
  g_string_append_len(gz, gz->str, 5);
  put_string(f, "cut.gz", gz);
  g_autoptr(GPtrArray) got = GET(f, "cut.gz");
  g_assert_cmpstr(nth(got, 0)->error, ==, "the gzip data is cut");
  assert_bytes(nth(got, 0)->data, text->str, text->len);

  g_string_truncate(gz, whole + 1);
  put_string(f, "cut.gz", gz);
  g_autoptr(GPtrArray) one = GET(f, "cut.gz");
  g_assert_cmpstr(nth(one, 0)->error, ==, "garbage after the gzip data");
  g_assert_cmpuint(nth(one, 0)->data->len, ==, text->len);
}

static void test_gzip_tail(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(5000, 6);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  gsize len = gz->len;
  g_string_set_size(gz, len + 600000);
  memset(gz->str + len, 0, 600000);
  put_string(f, "zeros.gz", gz);
  g_autoptr(GPtrArray) zeros = GET(f, "zeros.gz");
  assert_whole(nth(zeros, 0), text->str, text->len);

  gz->str[gz->len - 1] = 'x';
  put_string(f, "garbage.gz", gz);
  g_autoptr(GPtrArray) garbage = GET(f, "garbage.gz");
  g_assert_cmpstr(nth(garbage, 0)->error, ==, "garbage after the gzip data");
  assert_bytes(nth(garbage, 0)->data, text->str, text->len);
}

static void test_gzip_damaged(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(100000, 7);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  gz->str[gz->len - 6] ^= 1; /* the checksum */
  put_string(f, "sum.gz", gz);
  g_autoptr(GPtrArray) sum = GET(f, "sum.gz");
  g_assert_cmpstr(nth(sum, 0)->error, ==, "the gzip data is damaged");
  assert_bytes(nth(sum, 0)->data, text->str, text->len);

  memset(gz->str + gz->len / 2, 0xff, 40);
  put_string(f, "middle.gz", gz);
  g_autoptr(GPtrArray) middle = GET(f, "middle.gz");
  g_assert_cmpstr(nth(middle, 0)->error, ==, "the gzip data is damaged");
  g_assert_cmpuint(nth(middle, 0)->data->len, >, 30000);
}

static void test_filter_cut(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(3000000, 8);
  for (gsize i = 1; i < G_N_ELEMENTS(filters); i++) {
    g_autoptr(GString) packed = make_packed(filters[i].filter, text);
    put_bytes(f, "cut", packed->str, packed->len * 3 / 4);
    g_autoptr(GPtrArray) all = GET(f, "cut");
    const Got *got = nth(all, 0);
    g_autofree char *expected = g_strdup_printf("the %s data is cut", filters[i].name);
    g_assert_cmpstr(got->error, ==, expected);
    g_assert_cmpint(got->status, ==, GALEN_INPUT_OK);
    g_assert_cmpuint(got->data->len, >, text->len / 2);
    assert_begins(got->data, text);

    put_bytes(f, "cut", packed->str, 20);
    g_autoptr(GPtrArray) head = GET(f, "cut");
    g_assert_cmpstr(nth(head, 0)->error, ==, expected);
    g_assert_cmpuint(nth(head, 0)->data->len, ==, 0);

    memset(packed->str + packed->len / 2, 0x55, 200);
    put_string(f, "damaged", packed);
    g_autoptr(GPtrArray) damaged = GET(f, "damaged");
    g_assert_nonnull(nth(damaged, 0)->error);
    g_assert_nonnull(strstr(nth(damaged, 0)->error, "is damaged: "));
  }
}

/* Texts that begin like packed data. */
static void test_lookalikes(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) ustar = make_text(2000, 9);
  memcpy(ustar->str + 257, "ustar", 6);
  g_autoptr(GString) cpio = g_string_new("070701 12:00:01 [Note] mysqld: ready for connections.\n");
  for (guint i = 0; i < 20; i++)
    g_string_append(cpio, "070701 12:00:01 [Note] mysqld: ready for connections.\n");
  const struct {
    const char *text;
    gsize len;
  } cases[] = {{"\x1f", 1},
               {"\x1f\x8b", 2},
               {"BZh91", 5},
               {"BZh91AY&SX is not", 17},
               {"070701", 6},
               {cpio->str, cpio->len},
               {"PK\3\4", 4},
               {ustar->str, ustar->len},
               {"\xfd"
                "7zXz\0",
                7},
               {"\0\0\0\0\0\0", 6},
               {"\x28\xb5/", 3}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    put_bytes(f, "log", cases[i].text, cases[i].len);
    g_autoptr(GPtrArray) got = GET(f, "log");
    g_assert_cmpuint(got->len, ==, 1);
    assert_whole(nth(got, 0), cases[i].text, cases[i].len);
    g_assert_cmpstr(nth(got, 0)->compression, ==, "none");
  }
}

static const Item two_nodes[] = {{.path = "./", .data = NULL},
                                 {.path = "./node1", .data = NULL},
                                 {.path = "./node1/slow.log", .data = "first\n", .len = 6},
                                 {.path = "./node1/link", .data = "", .link = "slow.log"},
                                 {.path = "./node2/slow.log", .data = "second\n", .len = 7},
                                 {.path = "./node2/again.log", .data = "", .link = "./node2/slow.log", .hard = TRUE},
                                 {.path = "./node2/empty.log", .data = "", .len = 0},
                                 {0}};

static void assert_two_nodes(const GPtrArray *got, const char *name, const char *compression) {
  static const char *const want[][3] = {{"node1/slow.log", "node1", "first\n"},
                                        {"node2/slow.log", "node2", "second\n"},
                                        {"node2/empty.log", "node2", ""}};
  g_assert_cmpuint(got->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *end = g_strdup_printf("/%s!%s", name, want[i][0]);
    g_assert_true(g_str_has_suffix(nth(got, i)->path, end));
    g_assert_cmpstr(nth(got, i)->node, ==, want[i][1]);
    assert_whole(nth(got, i), want[i][2], strlen(want[i][2]));
    g_assert_cmpstr(nth(got, i)->compression, ==, compression);
  }
}

static void test_tar(Fixture *f, gconstpointer data) {
  static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                                ARCHIVE_FORMAT_TAR};
  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
    g_autoptr(GString) tar = make_archive(formats[i], ARCHIVE_FILTER_NONE, two_nodes);
    put_string(f, "logs.tar", tar);
    g_autoptr(GPtrArray) got = GET(f, "logs.tar");
    assert_two_nodes(got, "logs.tar", "none");
  }
  for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
    g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, filters[i].filter, two_nodes);
    put_string(f, "backup", tar);
    g_autoptr(GPtrArray) got = GET(f, "backup");
    assert_two_nodes(got, "backup", filters[i].name);
  }
}

static void test_zip(Fixture *f, gconstpointer data) {
  static const Item items[] = {{.path = "node1", .data = NULL},
                               {.path = "node1/slow.log", .data = "first\n", .len = 6},
                               {.path = "node2/slow.log", .data = "second\n", .len = 7},
                               {.path = "node2/empty.log", .data = "", .len = 0},
                               {0}};
  (void)data;
  g_autoptr(GString) zip = make_archive(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, items);
  put_string(f, "logs.zip", zip);
  g_autoptr(GPtrArray) got = GET(f, "logs.zip");
  assert_two_nodes(got, "logs.zip", "none");
}

/* A member is unpacked once; what is in that stays as it is. */
static void test_nested(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(50000, 10);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  g_autoptr(GString) twice = make_gzip(gz->str, gz->len);
  const Item items[] = {{.path = "db1/slow.log.1.gz", .data = gz->str, .len = gz->len},
                        {.path = "db1/twice.gz", .data = twice->str, .len = twice->len},
                        {.path = "db1/cut.gz", .data = gz->str, .len = gz->len - 20},
                        {.path = "db1/slow.log", .data = "end", .len = 3},
                        {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_XZ, items);
  put_string(f, "logs.tar.xz", tar);
  g_autoptr(GPtrArray) got = GET(f, "logs.tar.xz");
  g_assert_cmpuint(got->len, ==, 4);
  assert_whole(nth(got, 0), text->str, text->len);
  g_assert_cmpstr(nth(got, 0)->compression, ==, "xz");
  assert_whole(nth(got, 1), gz->str, gz->len);
  g_assert_cmpstr(nth(got, 2)->error, ==, "the gzip data is cut");
  assert_begins(nth(got, 2)->data, text);
  assert_whole(nth(got, 3), "end", 3);
}

/* All bytes before the cut, however the reader asks for them, and the reason once. */
static void test_tar_cut(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(600000, 11);
  const Item items[] = {{.path = "db1/a.log", .data = text->str, .len = 1000},
                        {.path = "db1/b.log", .data = text->str, .len = text->len},
                        {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, items);
  gsize b = 512 + 1024 + 512;
  put_bytes(f, "cut.tar", tar->str, b + 300001);
  g_autoptr(GPtrArray) got = GET(f, "cut.tar");
  g_assert_cmpuint(got->len, ==, 2);
  assert_whole(nth(got, 0), text->str, 1000);
  g_assert_cmpstr(nth(got, 1)->error, ==, "the archive is cut");
  assert_bytes(nth(got, 1)->data, text->str, 300001);

  g_autoptr(GString) gz = make_gzip(tar->str, b + 300001);
  put_bytes(f, "cut.tgz", gz->str, gz->len - 100);
  g_autoptr(GPtrArray) packed = GET(f, "cut.tgz");
  g_assert_cmpuint(packed->len, ==, 2);
  g_assert_cmpstr(nth(packed, 1)->error, ==, "the gzip data is cut");
  g_assert_cmpuint(nth(packed, 1)->data->len, >, 290000);
  assert_begins(nth(packed, 1)->data, text);

  /* Between two members: there is no member to say it. */
  put_bytes(f, "head.tar", tar->str, 512 + 1024 + 100);
  g_autoptr(GPtrArray) head = GET(f, "head.tar");
  g_assert_cmpuint(head->len, ==, 2);
  g_assert_cmpint(nth(head, 1)->status, ==, GALEN_INPUT_UNREADABLE);
  g_assert_true(g_str_has_suffix(nth(head, 1)->path, "/head.tar"));
  g_assert_cmpstr(nth(head, 1)->error, ==, "the archive is cut");
}

static void test_archive_without_files(Fixture *f, gconstpointer data) {
  (void)data;
  const Item items[] = {{.path = "db1", .data = NULL}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE, items);
  put_string(f, "none.tar", tar);
  g_autoptr(GPtrArray) got = GET(f, "none.tar");
  g_assert_cmpuint(got->len, ==, 1);
  g_assert_cmpint(nth(got, 0)->status, ==, GALEN_INPUT_UNREADABLE);
  g_assert_cmpstr(nth(got, 0)->error, ==, "no files in this archive");
}

/* cat a.tar b.tar */
static void test_tar_concatenated(Fixture *f, gconstpointer data) {
  (void)data;
  const Item first[] = {{.path = "node1/slow.log", .data = "first\n", .len = 6}, {0}};
  const Item rest[] = {
      {.path = "node2/slow.log", .data = "second\n", .len = 7}, {.path = "node2/empty.log", .data = "", .len = 0}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE, first);
  g_autoptr(GString) more = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE, rest);
  g_string_append_len(tar, more->str, (gssize)more->len);
  put_string(f, "both.tar", tar);
  g_autoptr(GPtrArray) got = GET(f, "both.tar");
  assert_two_nodes(got, "both.tar", "none");
}

static void test_member_path(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) path = g_string_new("/./db1/");
  while (path->len < 8192)
    g_string_append(path, "0123456789abcde/");
  g_string_append(path, "slow.log");
  const Item items[] = {{.path = path->str, .data = "x", .len = 1}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE, items);
  put_string(f, "x.tar", tar);
  g_autoptr(GPtrArray) got = GET(f, "x.tar");
  assert_whole(nth(got, 0), "x", 1);
  const char *member = strchr(nth(got, 0)->path, '!');
  g_assert_nonnull(member);
  g_assert_true(g_str_has_prefix(member, "!db1/0123"));
  g_assert_cmpuint(strlen(member), ==, 1 + 4096);
}

/* A locked member is named. */
static void test_encrypted(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) zip = g_string_new(NULL);
  struct archive *archive = archive_write_new();
  g_assert_cmpint(archive_write_set_format_zip(archive), ==, ARCHIVE_OK);
  g_assert_cmpint(archive_write_set_options(archive, "zip:encryption=zipcrypt"), ==, ARCHIVE_OK);
  g_assert_cmpint(archive_write_set_passphrase(archive, "secret"), ==, ARCHIVE_OK);
  archive_write_set_bytes_in_last_block(archive, 1);
  g_assert_cmpint(archive_write_open(archive, zip, NULL, append_block, NULL), ==, ARCHIVE_OK);
  static const char *const names[] = {"db1/a.log", "db1/b.log"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, names[i]);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, 5);
    g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_write_data(archive, "hello", 5), ==, 5);
    archive_entry_free(entry);
  }
  g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
  archive_write_free(archive);
  put_string(f, "x.zip", zip);
  g_autoptr(GPtrArray) got = GET(f, "x.zip");
  g_assert_cmpuint(got->len, ==, 2);
  g_assert_true(g_str_has_suffix(nth(got, 0)->path, "x.zip!db1/a.log"));
  g_assert_cmpstr(nth(got, 0)->error, ==, "encrypted");
  g_assert_cmpint(nth(got, 0)->status, ==, GALEN_INPUT_UNREADABLE);
  /* Its length is unknown without the key: the archive says that more is lost. */
  g_assert_true(g_str_has_suffix(nth(got, 1)->path, "x.zip"));
  g_assert_cmpint(nth(got, 1)->status, ==, GALEN_INPUT_UNREADABLE);
}

static void skip_stream(GalenStream *stream, gpointer user) {
  (void)stream;
  ++*(guint *)user;
}

/* A reader that takes nothing does not keep the next members from coming. */
static void test_unread_members(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, two_nodes);
  put_string(f, "logs.tgz", tar);
  g_autofree char *path = in_dir(f, "logs.tgz");
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){path, NULL});
  guint n = 0;
  galen_inputs_foreach(inputs, skip_stream, &n);
  galen_inputs_foreach(inputs, skip_stream, &n);
  g_assert_cmpuint(n, ==, 6);
}

/* A bomb stops at 64 MiB, one byte less is whole. */
static void test_expansion(Fixture *f, gconstpointer data) {
  const gsize limit = 64u << 20;
  (void)data;
  g_autoptr(GString) zeros = g_string_new(NULL);
  g_string_set_size(zeros, limit + 1);
  memset(zeros->str, 0, limit + 1);
  g_autoptr(GString) bomb = make_packed(ARCHIVE_FILTER_ZSTD, zeros);
  g_assert_cmpuint(bomb->len * GALEN_EXPANSION_MAX, <, limit);
  put_string(f, "bomb", bomb);
  g_autoptr(GPtrArray) stopped = GET(f, "bomb");
  g_assert_cmpstr(nth(stopped, 0)->error, ==, "unpacks to more than 2000 times its size");
  g_assert_cmpuint(nth(stopped, 0)->data->len, ==, limit);

  const Item items[] = {{.path = "a/bomb.zst", .data = bomb->str, .len = bomb->len}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_XZ, items);
  put_string(f, "bomb.tar.xz", tar);
  g_autoptr(GPtrArray) nested = GET(f, "bomb.tar.xz");
  g_assert_cmpstr(nth(nested, 0)->error, ==, "unpacks to more than 2000 times its size");

  g_string_truncate(zeros, limit);
  g_autoptr(GString) most = make_packed(ARCHIVE_FILTER_ZSTD, zeros);
  put_string(f, "most", most);
  g_autoptr(GPtrArray) whole = GET(f, "most");
  assert_whole(nth(whole, 0), zeros->str, limit);
}

static GString *make_zeros(gsize len) {
  GString *zeros = g_string_new(NULL);
  g_string_set_size(zeros, len);
  memset(zeros->str, 0, len);
  return zeros;
}

static void test_expansion_xz(Fixture *f, gconstpointer data) {
  const gsize limit = 64u << 20;
  (void)data;
  g_autoptr(GString) zeros = make_zeros(limit + 1);
  g_autoptr(GString) bomb = make_packed(ARCHIVE_FILTER_XZ, zeros);
  g_string_truncate(zeros, limit);
  g_autoptr(GString) most = make_packed(ARCHIVE_FILTER_XZ, zeros);
  g_assert_cmpuint(bomb->len * GALEN_EXPANSION_MAX, <, limit);
  put_string(f, "bomb.xz", bomb);
  put_string(f, "most.xz", most);
  g_autoptr(GPtrArray) stopped = GET(f, "bomb.xz");
  g_assert_cmpstr(nth(stopped, 0)->error, ==, "unpacks to more than 2000 times its size");
  g_assert_cmpuint(nth(stopped, 0)->data->len, ==, limit);
  g_autoptr(GPtrArray) whole = GET(f, "most.xz");
  assert_whole(nth(whole, 0), zeros->str, limit);
}

/* Gzip alone packs 1000 to one at most; in an archive that is packed again what both gave counts. */
static void test_expansion_gzip(Fixture *f, gconstpointer data) {
  const gsize limit = 64u << 20;
  (void)data;
  g_autoptr(GString) zeros = make_zeros(limit);
  for (gboolean most = FALSE; most <= TRUE; most++) {
    g_autoptr(GString) gz = make_gzip(zeros->str, zeros->len);
    const Item items[] = {{.path = "a/zeros.gz", .data = gz->str, .len = gz->len}, {0}};
    g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, items);
    g_assert_cmpuint(tar->len * GALEN_EXPANSION_MAX, <, limit);
    put_string(f, !most ? "bomb.tgz" : "most.tgz", tar);
    if (!most) {
      g_autoptr(GPtrArray) stopped = GET(f, "bomb.tgz");
      g_assert_cmpstr(nth(stopped, 0)->error, ==, "unpacks to more than 2000 times its size");
      g_assert_cmpuint(nth(stopped, 0)->data->len, ==, limit - gz->len);
      g_string_truncate(zeros, limit - gz->len);
    }
  }
  g_autoptr(GPtrArray) whole = GET(f, "most.tgz");
  assert_whole(nth(whole, 0), zeros->str, zeros->len);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
      {"plain", test_plain},
      {"empty", test_empty},
      {"filters", test_filters},
      {"concatenated", test_concatenated},
      {"gzip-cut", test_gzip_cut},
      {"gzip-cut-bytewise", test_gzip_cut_bytewise},
      {"gzip-second-cut", test_gzip_second_cut},
      {"gzip-tail", test_gzip_tail},
      {"gzip-damaged", test_gzip_damaged},
      {"filter-cut", test_filter_cut},
      {"lookalikes", test_lookalikes},
      {"tar", test_tar},
      {"zip", test_zip},
      {"nested", test_nested},
      {"tar-cut", test_tar_cut},
      {"archive-without-files", test_archive_without_files},
      {"tar-concatenated", test_tar_concatenated},
      {"member-path", test_member_path},
      {"encrypted", test_encrypted},
      {"unread-members", test_unread_members},
      {"expansion", test_expansion},
      {"expansion-xz", test_expansion_xz},
      {"expansion-gzip", test_expansion_gzip},
  };
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
    g_autofree char *name = g_strdup_printf("/input/stream/%s", tests[i].name);
    g_test_add(name, Fixture, NULL, fixture_setup, tests[i].run, fixture_teardown);
  }
  return g_test_run();
}
