/* From what the user names to inputs: files, folders, nodes, duplicates. */
#include "tests/unit/input-fixture.h"

#include "parsers/input-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_node_rest(void) {
  static const char *const cases[][2] = {
      {"slow.log", ""},
      {"mysql-slow.log.1.gz", ""},
      {"sb_n1.err", "sb_n1"},
      {"sb_n2.err.2.xz", "sb_n2"},
      {"db2-slow.log", "db2"},
      {"slow-db2.log.3", "db2"},
      {"node3.log-20240131.gz", "node3"},
      {"2024-01-31_error.log", ""},
      {"db1_20240131T235959Z_slow.log.zst", "db1"},
      {"db1.example.com-slow.log", "db1.example.com"},
      {"10.0.0.1-slow.log", "10.0.0.1"},
      {"ip-10-0-0-1.err", "ip-10-0-0-1"},
      {"slow.log.2024.01.02.03", ""},
      {"slow-2024-1-2-3-4.log", ""},
      {"wsrep_recover.1.log", ""},
      {"MySQL-Slow.LOG", ""},
      {"general_query:db9", "db9"},
      {"", ""},
      {"...", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *rest = galen_node_rest(cases[i][0]);
    g_assert_cmpstr(rest, ==, cases[i][1]);
  }
}

static void test_node_name(void) {
  static const struct {
    const char *path, *alone, *shared;
  } cases[] = {
      {"db1/slow.log", "db1", "slow"},
      {"/backup/db1/mysql-slow.log.1.gz", "db1", "mysql-slow"},
      {"case/sb_n1.err", "case", "sb_n1"},
      {"logs/sb_n1.err", "sb_n1", "sb_n1"},
      {"LOG/slow.log", "slow", "slow"},
      {"/var/log/mysql/error.log.2", "error", "error"},
      {"/var/lib/mysql/db7.err", "db7", "db7"},
      {"slow.log", "slow", "slow"},
      {"n1.err", "n1", "n1"},
      {"./n1.err", "n1", "n1"},
      {"../slow-20240101.log", "slow", "slow"},
      {"/slow.log", "slow", "slow"},
      {"2024-01-31.log", "2024-01-31", "2024-01-31"},
      {".log", ".log", ".log"},
      {"tmp//", "tmp", "tmp"},
      {"", "unnamed", "unnamed"},
      {"1/slow.log", "1", "slow"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *alone = galen_input_node_name(cases[i].path, FALSE);
    g_autofree char *shared = galen_input_node_name(cases[i].path, TRUE);
    g_assert_cmpstr(alone, ==, cases[i].alone);
    g_assert_cmpstr(shared, ==, cases[i].shared);
  }
}

/* A long name with many parts is cut, not overrun. */
static void test_node_long(void) {
  g_autoptr(GString) name = g_string_new("logs/");
  for (guint i = 0; i < 2000; i++)
    g_string_append(name, "a-");
  g_autofree char *node = galen_input_node_name(name->str, FALSE);
  g_assert_cmpuint(strlen(node), ==, 2 * 256 - 1);
}

static void test_missing(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "there.log", "x");
  g_autoptr(GPtrArray) got = GET(f, "nowhere.log", "there.log", "n1=@nowhere");
  g_assert_cmpuint(got->len, ==, 3);
  g_assert_cmpint(nth(got, 0)->status, ==, GALEN_INPUT_UNREADABLE);
  g_assert_cmpstr(nth(got, 0)->error, ==, g_strerror(ENOENT));
  g_assert_true(nth(got, 0)->named);
  g_assert_cmpuint(nth(got, 0)->data->len, ==, 0);
  assert_whole(nth(got, 1), "x", 1);
  g_assert_cmpstr(nth(got, 2)->node, ==, "n1");
  g_assert_cmpint(nth(got, 2)->status, ==, GALEN_INPUT_UNREADABLE);
}

static void test_unreadable(Fixture *f, gconstpointer data) {
  (void)data;
  if (geteuid() == 0) {
    g_test_skip("root may read everything");
    return;
  }
  put(f, "db1/slow.log", "x");
  put(f, "db1/secret.log", "x");
  g_autofree char *path = in_dir(f, "db1/secret.log");
  g_assert_cmpint(chmod(path, 0), ==, 0);
  g_autoptr(GPtrArray) got = GET(f, "db1");
  g_assert_cmpuint(got->len, ==, 2);
  g_assert_cmpint(ending(got, "secret.log")->status, ==, GALEN_INPUT_UNREADABLE);
  g_assert_cmpstr(ending(got, "secret.log")->error, ==, g_strerror(EACCES));
  g_assert_false(ending(got, "secret.log")->named);
}

static void test_folder(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "all/b/slow.log", "b");
  put(f, "all/a/slow.log", "a");
  put(f, "all/a.log", "dot");
  put(f, "all/c/deep/slow.log", "c");
  g_autofree char *link = in_dir(f, "all/link");
  g_autofree char *dangling = in_dir(f, "all/z-nowhere");
  g_autofree char *fifo = in_dir(f, "all/fifo");
  g_autofree char *empty = in_dir(f, "all/empty");
  g_assert_cmpint(symlink("b", link), ==, 0);
  g_assert_cmpint(symlink("nowhere", dangling), ==, 0);
  g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
  g_assert_cmpint(g_mkdir_with_parents(empty, 0700), ==, 0);
  g_autoptr(GPtrArray) got = GET(f, "all");
  static const char *const order[] = {"all/a/slow.log", "all/a.log", "all/b/slow.log", "all/c/deep/slow.log",
                                      "all/z-nowhere"};
  g_assert_cmpuint(got->len, ==, G_N_ELEMENTS(order));
  for (guint i = 0; i < got->len; i++) {
    g_assert_true(g_str_has_suffix(nth(got, i)->path, order[i]));
    g_assert_false(nth(got, i)->named);
    g_assert_cmpint(nth(got, i)->status, ==, i < 4 ? GALEN_INPUT_OK : GALEN_INPUT_UNREADABLE);
  }

  g_autoptr(GPtrArray) none = GET(f, "all/empty");
  g_assert_cmpuint(none->len, ==, 1);
  g_assert_cmpint(nth(none, 0)->status, ==, GALEN_INPUT_UNREADABLE);
  g_assert_cmpstr(nth(none, 0)->error, ==, "no files in this folder");
  g_assert_true(nth(none, 0)->named);
}

/* Links to files in a folder are read, and the link to a file that is also there is the same file. */
static void test_file_link(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "elsewhere.log", "x");
  put(f, "db1/slow.log.1", "y");
  g_autofree char *link = in_dir(f, "db1/slow.log");
  g_autofree char *twin = in_dir(f, "db1/twin.log");
  g_assert_cmpint(symlink("../elsewhere.log", link), ==, 0);
  g_assert_cmpint(symlink("slow.log.1", twin), ==, 0);
  g_autoptr(GPtrArray) got = GET(f, "db1");
  assert_whole(ending(got, "db1/slow.log"), "x", 1);
  g_assert_cmpint(ending(got, "twin.log")->status, ==, GALEN_INPUT_DUPLICATE);
}

static void test_fifo(Fixture *f, gconstpointer data) {
  (void)data;
  g_autofree char *path = in_dir(f, "fifo");
  g_assert_cmpint(mkfifo(path, 0600), ==, 0);
  g_autoptr(GString) gz = make_gzip("hello\n", 6);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){path, NULL});
  g_assert_cmpuint(galen_inputs_total_bytes(inputs), ==, 0);
  pid_t child = fork();
  g_assert_cmpint(child, >=, 0);
  if (child == 0) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    _exit(write(fd, gz->str, gz->len) == (gssize)gz->len ? 0 : 1);
  }
  g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, got);
  int status = 0;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_cmpint(status, ==, 0);
  assert_whole(nth(got, 0), "hello\n", 6);
  g_assert_cmpstr(nth(got, 0)->compression, ==, "gzip");
}

/* A device has no end. */
static void test_device(void) {
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){"/dev/zero", "/dev/null", NULL});
  g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, got);
  g_assert_cmpstr(nth(got, 0)->error, ==, "a device, not a file");
  assert_whole(nth(got, 1), "", 0);
}

static void look_at_head(GalenStream *stream, gpointer user) {
  char head[3];
  g_assert_cmpuint(galen_stream_read(stream, head, sizeof head), <=, sizeof head);
  ++*(guint *)user;
}

/* Stdin replaced by a pipe that holds `bytes`, for `paths`; surveyed first: 1 the heads, 2 all. */
static GPtrArray *get_surveyed(const GString *bytes, const char *const *paths, guint survey) {
  int pipes[2];
  int saved = dup(STDIN_FILENO);
  g_assert_cmpint(pipe(pipes), ==, 0);
  g_assert_cmpint(write(pipes[1], bytes->str, bytes->len), ==, (gssize)bytes->len);
  close(pipes[1]);
  dup2(pipes[0], STDIN_FILENO);
  close(pipes[0]);
  GPtrArray *got = g_ptr_array_new_with_free_func(got_free);
  {
    g_autoptr(GalenInputs) inputs = galen_inputs_new(paths);
    g_assert_cmpuint(galen_inputs_total_bytes(inputs), ==, 0);
    guint looked = 0;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(got_free);
    if (survey == 1)
      galen_inputs_survey(inputs, look_at_head, &looked);
    if (survey == 2)
      galen_inputs_survey(inputs, got_stream, all);
    g_assert_cmpuint(looked + all->len, >=, survey > 0);
    galen_inputs_foreach(inputs, got_stream, got);
    g_assert_cmpuint(galen_inputs_bytes_done(inputs), ==, bytes->len);
    galen_inputs_foreach(inputs, got_stream, got);
  }
  if (saved >= 0) {
    dup2(saved, STDIN_FILENO);
    close(saved);
  }
  return got;
}

static GPtrArray *get_stdin(const GString *bytes, const char *const *paths) {
  return get_surveyed(bytes, paths, 0);
}

/* What a survey reads of a pipe comes again, whether it read a part or all. */
static void test_survey(void) {
  const Item items[] = {
      {.path = "db1/slow.log", .data = "xyz", .len = 3}, {.path = "n2.err", .data = "y", .len = 1}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, items);
  g_autoptr(GString) text = make_text(50000, 7);
  for (guint survey = 1; survey <= 2; survey++) {
    g_autoptr(GPtrArray) plain = get_surveyed(text, (const char *const[]){"-", NULL}, survey);
    assert_whole(nth(plain, 0), text->str, text->len);
    g_autoptr(GPtrArray) members = get_surveyed(tar, (const char *const[]){"-", NULL}, survey);
    assert_whole(nth(members, 0), "xyz", 3);
    assert_whole(nth(members, 1), "y", 1);
  }
}

static void test_stdin(void) {
  g_autoptr(GString) gz = make_gzip("hello\n", 6);
  g_autoptr(GPtrArray) got = get_stdin(gz, (const char *const[]){"-", "/dev/stdin", NULL});
  g_assert_cmpuint(got->len, ==, 4);
  assert_whole(nth(got, 0), "hello\n", 6);
  g_assert_cmpstr(nth(got, 0)->path, ==, "-");
  g_assert_cmpstr(nth(got, 0)->node, ==, "stdin");
  g_assert_true(nth(got, 0)->named);
  g_assert_cmpint(nth(got, 1)->status, ==, GALEN_INPUT_DUPLICATE);
  g_assert_cmpstr(nth(got, 2)->error, ==, "stdin can be read only once");

  const Item items[] = {{.path = "db1/slow.log", .data = "x", .len = 1},
                        {.path = "n2.err", .data = "y", .len = 1},
                        {.path = "slow.log", .data = "z", .len = 1},
                        {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, items);
  g_autoptr(GPtrArray) members = get_stdin(tar, (const char *const[]){"-", NULL});
  g_assert_cmpstr(nth(members, 0)->path, ==, "-!db1/slow.log");
  g_assert_cmpstr(nth(members, 0)->node, ==, "db1");
  g_assert_cmpstr(nth(members, 1)->node, ==, "n2");
  g_assert_cmpstr(nth(members, 2)->node, ==, "slow");
  assert_whole(nth(members, 2), "z", 1);

  g_autoptr(GString) text = g_string_new("plain");
  g_autoptr(GPtrArray) given = get_stdin(text, (const char *const[]){"db9=-", NULL});
  g_assert_cmpstr(nth(given, 0)->node, ==, "db9");
  g_assert_true(nth(given, 0)->node_given);
  assert_whole(nth(given, 0), "plain", 5);
}

static void test_node_given(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "slow.log", "x");
  put(f, "db1/a.err", "aa");
  put(f, "db1/b.err", "b");
  const Item items[] = {{.path = "c/slow.log", .data = "c", .len = 1}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE, items);
  put_string(f, "x.tar", tar);
  g_autoptr(GPtrArray) got = GET(f, "n1=@slow.log", "n2=@db1", "n3=@x.tar");
  g_assert_cmpuint(got->len, ==, 4);
  static const char *const nodes[] = {"n1", "n2", "n2", "n3"};
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpstr(nth(got, i)->node, ==, nodes[i]);
    g_assert_true(nth(got, i)->node_given);
    g_assert_cmpint(nth(got, i)->status, ==, GALEN_INPUT_OK);
  }
}

static void test_equals_in_path(Fixture *f, gconstpointer data) {
  (void)data;
  g_autofree char *before = g_get_current_dir();
  put(f, "n1=slow.log", "whole");
  put(f, "slow.log", "half");
  put(f, "day=1/slow.log", "folder");
  g_assert_cmpint(chdir(f->dir), ==, 0);
  g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(got_free);
  static const char *const paths[] = {"n1=slow.log", "n2=slow.log", "day=1/slow.log", "a/b=slow.log", "=slow.log",
                                      "n3=",         NULL};
  {
    g_autoptr(GalenInputs) inputs = galen_inputs_new(paths);
    galen_inputs_foreach(inputs, got_stream, got);
  }
  g_assert_cmpint(chdir(before), ==, 0);
  g_assert_cmpuint(got->len, ==, 6);
  assert_whole(nth(got, 0), "whole", 5);
  g_assert_false(nth(got, 0)->node_given);
  assert_whole(nth(got, 1), "half", 4);
  g_assert_cmpstr(nth(got, 1)->node, ==, "n2");
  g_assert_cmpstr(nth(got, 1)->path, ==, "slow.log");
  assert_whole(nth(got, 2), "folder", 6);
  for (guint i = 3; i < 6; i++) {
    g_assert_cmpint(nth(got, i)->status, ==, GALEN_INPUT_UNREADABLE);
    g_assert_cmpstr(nth(got, i)->path, ==, paths[i]);
  }
}

static void test_shared_folder(Fixture *f, gconstpointer data) {
  (void)data;
  static const char *const files[][2] = {
      {"case/sb_n1.err", "sb_n1"},
      {"case/sb_n2.err.gz", "sb_n2"},
      {"case/error.log", "error"},
      {"db1/db1-slow.log", "db1"},
      {"db1/error.log.1", "db1"},
      {"db1/grastate.dat", "db1"},
      {"db1/my.cnf", "db1"},
      {"db1/status_after.txt", "db1"},
      {"db1/status_before.txt", "db1"},
      {"db1/mysql-bin.000001", "db1"},
      {"txt/alpha.txt", "alpha"},
      {"txt/beta.txt", "beta"},
      {"x/db2/var/log/mysql/slow.log", "db2"},
      {"x/db3/var/log/mysql/slow.log", "db3"},
      {"x/db3/mysql/own-slow.log", "own"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
    put(f, files[i][0], files[i][0]);
  g_autoptr(GPtrArray) got = get(f, (const char *const[]){".", NULL});
  g_assert_cmpuint(got->len, ==, G_N_ELEMENTS(files));
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
    g_assert_cmpstr(ending(got, files[i][0])->node, ==, files[i][1]);
}

/* What all named paths have in common does not tell nodes apart; what is below it may. */
static void test_climb(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "db1/logs/slow.log", "1");
  put(f, "db2/logs/slow.log", "2");
  g_autoptr(GPtrArray) files = GET(f, "db1/logs/slow.log", "db2/logs/slow.log");
  g_assert_cmpstr(nth(files, 0)->node, ==, "db1");
  g_assert_cmpstr(nth(files, 1)->node, ==, "db2");
  g_autoptr(GPtrArray) folders = GET(f, "db1/logs/", "db2/logs");
  g_assert_cmpstr(nth(folders, 0)->node, ==, "db1");
  g_assert_cmpstr(nth(folders, 1)->node, ==, "db2");
  g_autoptr(GPtrArray) one = GET(f, "db1/logs");
  g_assert_cmpstr(nth(one, 0)->node, ==, "slow");
}

static void test_archive_nodes(Fixture *f, gconstpointer data) {
  static const Item shared[] = {{.path = "case/n1.err", .data = "1", .len = 1},
                                {.path = "case/n2.err", .data = "2", .len = 1},
                                {.path = "db3/var/log/mysql/slow.log", .data = "3", .len = 1},
                                {.path = "slow.log", .data = "4", .len = 1},
                                {0}};
  static const char *const nodes[] = {"n1", "n2", "db3", "db9"};
  (void)data;
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, shared);
  put_string(f, "db9-logs-20240101.tar.gz", tar);
  g_autoptr(GPtrArray) got = GET(f, "db9-logs-20240101.tar.gz");
  for (guint i = 0; i < G_N_ELEMENTS(nodes); i++)
    g_assert_cmpstr(nth(got, i)->node, ==, nodes[i]);
  put_string(f, "db7/logs.tar.gz", tar);
  g_autoptr(GPtrArray) inner = GET(f, "db7/logs.tar.gz");
  g_assert_cmpstr(nth(inner, 3)->node, ==, "db7");
}

static void assert_copy(const GPtrArray *got, const char *copy, const char *of) {
  const Got *entry = ending(got, copy);
  g_assert_cmpint(entry->status, ==, GALEN_INPUT_DUPLICATE);
  g_assert_cmpuint(entry->data->len, ==, 0);
  g_assert_true(g_str_has_prefix(entry->note, "duplicate of "));
  g_assert_true(g_str_has_suffix(entry->note, of));
  g_assert_cmpint(ending(got, of)->status, ==, GALEN_INPUT_OK);
}

static void test_same_file(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "db1/slow.log", "x");
  g_autofree char *from = in_dir(f, "db1/slow.log");
  g_autofree char *to = in_dir(f, "db2.log");
  g_assert_cmpint(link(from, to), ==, 0);
  g_autoptr(GPtrArray) got = GET(f, "db1", "db2.log");
  g_assert_cmpuint(got->len, ==, 2);
  assert_copy(got, "db2.log", "db1/slow.log");
  g_autoptr(GPtrArray) twice = GET(f, "db2.log", "db2.log");
  g_assert_cmpint(nth(twice, 1)->status, ==, GALEN_INPUT_DUPLICATE);
  g_autoptr(GPtrArray) given = GET(f, "db1", "n2=@db2.log");
  assert_copy(given, "db2.log", "db1/slow.log");
  g_assert_cmpstr(nth(given, 0)->node, ==, "n2");
}

/* Copies by content: plain, compressed, older, cut. */
static void test_copies(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(900000, 20);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  g_autoptr(GString) older = g_string_new_len(text->str, 500000);
  g_autoptr(GString) older_xz = make_packed(ARCHIVE_FILTER_XZ, older);
  g_autoptr(GString) other = g_string_new_len(text->str, (gssize)text->len);
  other->str[700000] ^= 1;
  put_string(f, "db1/a-older.log.xz", older_xz);
  put_bytes(f, "db1/b-cut.gz", gz->str, gz->len - 1000);
  put_string(f, "db1/c.gz", gz);
  put_string(f, "db1/d.log", text);
  put_string(f, "db1/e-other.log", other);
  put_bytes(f, "db1/f-4k.log", text->str, 4096);
  put_bytes(f, "db1/g-short.log", text->str, 4095);
  put_bytes(f, "db1/h-short.log", text->str, 4095);
  put(f, "db1/i-empty.log", "");
  put(f, "db1/j-empty.log", "");
  put_string(f, "db2/slow.log", text);
  g_autoptr(GPtrArray) got = GET(f, "n1=@db1", "n2=@db2");
  g_assert_cmpuint(got->len, ==, 11);
  assert_copy(got, "b-cut.gz", "c.gz");
  assert_copy(got, "d.log", "c.gz");
  assert_copy(got, "h-short.log", "g-short.log");
  g_assert_cmpint(ending(got, "a-older.log.xz")->status, ==, GALEN_INPUT_DUPLICATE);
  g_assert_cmpint(ending(got, "f-4k.log")->status, ==, GALEN_INPUT_DUPLICATE);
  assert_copy(got, "db2/slow.log", "c.gz");
  static const char *const kept[] = {"c.gz", "e-other.log", "g-short.log", "i-empty.log", "j-empty.log"};
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
    g_assert_cmpint(ending(got, kept[i])->status, ==, GALEN_INPUT_OK);
}

/* One log of two names is one log, of the node that the user gave, or else of the first. */
static void test_copies_of_nodes(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(10000, 24);
  put_string(f, "db1/slow.log", text);
  put_string(f, "db2/slow.log", text);
  put_bytes(f, "db3/slow.log", text->str, 5000);
  g_autoptr(GPtrArray) first = GET(f, "db1", "db2", "n3=@db3");
  assert_copy(first, "db2/slow.log", "db1/slow.log");
  assert_copy(first, "db3/slow.log", "db1/slow.log");
  g_assert_cmpstr(ending(first, "db1/slow.log")->node, ==, "n3");
  g_autoptr(GPtrArray) given = GET(f, "db1", "n2=@db2");
  assert_copy(given, "db1/slow.log", "db2/slow.log");
  g_assert_cmpstr(ending(given, "db2/slow.log")->node, ==, "n2");
  g_autoptr(GPtrArray) both = GET(f, "n1=@db1", "n2=@db2");
  assert_copy(both, "db2/slow.log", "db1/slow.log");
  g_assert_cmpstr(ending(both, "db1/slow.log")->node, ==, "n1");
}

/* Below 4 KiB two nodes may well have logs that are the same. */
static void test_small_twins(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(4095, 25);
  put_string(f, "db1/slow.log", text);
  put_string(f, "db2/slow.log", text);
  g_autoptr(GPtrArray) got = GET(f, "db1", "db2");
  assert_whole(nth(got, 0), text->str, text->len);
  assert_whole(nth(got, 1), text->str, text->len);
}

/* Of two equal ones the one that is whole stays, in either order. */
static void test_damaged_copy(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(10000, 21);
  g_autoptr(GString) gz = make_gzip(text->str, text->len);
  put_bytes(f, "db1/a.gz", gz->str, gz->len - 4);
  put_string(f, "db1/b.log", text);
  put_bytes(f, "db1/c.gz", gz->str, gz->len - 2);
  g_autoptr(GPtrArray) got = GET(f, "n1=@db1");
  assert_copy(got, "a.gz", "b.log");
  assert_copy(got, "c.gz", "b.log");
  assert_whole(ending(got, "b.log"), text->str, text->len);
}

/* Logs that begin alike are compared with eight others at most: a copy of the eighth is found. */
static void test_rivals_max(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(5000, 23);
  for (guint i = 1; i <= 9; i++) {
    g_autofree char *name = g_strdup_printf("db1/%u.log", i);
    g_autofree char *copy = g_strdup_printf("db1/x%u.log", i);
    text->str[4500] = (char)('0' + i);
    put_string(f, name, text);
    if (i >= 8)
      put_string(f, copy, text);
  }
  g_autoptr(GPtrArray) got = GET(f, "n1=@db1");
  assert_copy(got, "x8.log", "/8.log");
  g_assert_cmpint(ending(got, "x9.log")->status, ==, GALEN_INPUT_OK);
}

static void test_depth_max(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) path = g_string_new("top");
  for (guint depth = 1; depth <= 65; depth++) {
    g_string_append(path, "/d");
    if (depth < 64)
      continue;
    g_autofree char *name = g_strdup_printf("%s/at%u.log", path->str, depth);
    put(f, name, name);
  }
  g_autoptr(GPtrArray) got = GET(f, "top");
  g_assert_cmpuint(got->len, ==, 2);
  g_assert_cmpint(ending(got, "at64.log")->status, ==, GALEN_INPUT_OK);
  g_assert_cmpstr(ending(got, "/d/d")->error, ==, "folders are nested too deeply");
}

static void count_ok(GalenStream *stream, gpointer user) {
  guint *counts = user;
  counts[galen_stream_input(stream)->status]++;
}

static void test_files_max(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "db/1.log", "1");
  put(f, "db/2.log", "22");
  put(f, "db/3.log", "333");
  g_autofree char *path = in_dir(f, "db");
  for (guint max = 2; max <= 3; max++) {
    g_autoptr(GalenInputs) inputs = galen_inputs_new_limited((const char *const[]){path, path, NULL}, 1, max);
    guint counts[3] = {0};
    galen_inputs_foreach(inputs, count_ok, counts);
    g_assert_cmpuint(counts[GALEN_INPUT_OK], ==, max);
    g_assert_cmpuint(counts[GALEN_INPUT_DUPLICATE], ==, 0);
    g_assert_cmpuint(counts[GALEN_INPUT_UNREADABLE], ==, 1);
  }
  const Item items[] = {{.path = "1", .data = "1", .len = 1}, {.path = "2", .data = "2", .len = 1}, {0}};
  g_autoptr(GString) tar = make_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE, items);
  put_string(f, "x.tar", tar);
  g_autofree char *archive = in_dir(f, "x.tar");
  for (guint max = 2; max <= 3; max++) {
    g_autoptr(GalenInputs) inputs = galen_inputs_new_limited((const char *const[]){archive, NULL}, 1, max);
    guint counts[3] = {0};
    galen_inputs_foreach(inputs, count_ok, counts);
    g_assert_cmpuint(counts[GALEN_INPUT_OK], ==, max - 1);
    g_assert_cmpuint(counts[GALEN_INPUT_UNREADABLE], ==, 3 - max);
  }
}

static void read_some(GalenStream *stream, gpointer user) {
  const GalenInputs *inputs = user;
  char buf[10];
  g_assert_cmpuint(galen_stream_read(stream, buf, 0), ==, 0);
  g_assert_cmpuint(galen_stream_read(stream, buf, sizeof buf), >, 0);
  g_assert_cmpuint(galen_inputs_bytes_done(inputs), <=, galen_inputs_total_bytes(inputs));
}

static void test_progress(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_text(100000, 22);
  g_autoptr(GString) other = make_text(100000, 26);
  g_autoptr(GString) gz = make_gzip(other->str, other->len);
  put_string(f, "a/slow.log", text);
  put_string(f, "b/slow.log.gz", gz);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){f->dir, NULL});
  g_assert_cmpuint(galen_inputs_total_bytes(inputs), ==, text->len + gz->len);
  g_assert_cmpuint(galen_inputs_bytes_done(inputs), ==, 0);
  galen_inputs_foreach(inputs, read_some, inputs);
  g_assert_cmpuint(galen_inputs_bytes_done(inputs), ==, text->len + gz->len);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
      {"missing", test_missing},
      {"unreadable", test_unreadable},
      {"folder", test_folder},
      {"file-link", test_file_link},
      {"fifo", test_fifo},
      {"node-given", test_node_given},
      {"equals-in-path", test_equals_in_path},
      {"shared-folder", test_shared_folder},
      {"climb", test_climb},
      {"archive-nodes", test_archive_nodes},
      {"same-file", test_same_file},
      {"copies", test_copies},
      {"copies-of-nodes", test_copies_of_nodes},
      {"small-twins", test_small_twins},
      {"damaged-copy", test_damaged_copy},
      {"rivals-max", test_rivals_max},
      {"depth-max", test_depth_max},
      {"files-max", test_files_max},
      {"progress", test_progress},
  };
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/input/node/rest", test_node_rest);
  g_test_add_func("/input/node/name", test_node_name);
  g_test_add_func("/input/node/long", test_node_long);
  g_test_add_func("/input/paths/device", test_device);
  g_test_add_func("/input/paths/stdin", test_stdin);
  g_test_add_func("/input/paths/survey", test_survey);
  for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
    g_autofree char *name = g_strdup_printf("/input/paths/%s", tests[i].name);
    g_test_add(name, Fixture, NULL, fixture_setup, tests[i].run, fixture_teardown);
  }
  return g_test_run();
}
