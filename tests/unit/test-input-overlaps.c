/* Copies of one log that overlap: each byte is read once, wherever and in whatever order they were cut. */
#include "tests/unit/input-fixture.h"

#define ANCHOR 4096

/* A log whose statements have times, from `stamp` on. */
static GString *make_log(gsize len, guint32 seed, guint stamp) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  GString *text = g_string_new(NULL);
  while (text->len < len)
    g_string_append_printf(text, "# Query_time: 0.%06u\nSET timestamp=%u;\nselect %u;\n", g_rand_int(rand) % 1000000,
                           stamp++, g_rand_int(rand));
  g_string_truncate(text, len);
  return text;
}

/* text[from, to) as a file. */
static void put_part(const Fixture *f, const char *name, const GString *text, gsize from, gsize to) {
  put_bytes(f, name, text->str + from, to - from);
}

static void assert_joined(const GPtrArray *got, const char *name, const char *to, gsize overlap) {
  const Got *entry = ending(got, name);
  g_autofree char *begin = g_strdup_printf("its first %" G_GSIZE_FORMAT " bytes are the end of ", overlap);
  g_autofree char *end = g_strdup_printf("/%s: the rest is read with it", to);
  g_assert_cmpint(entry->status, ==, GALEN_INPUT_JOINED);
  g_assert_cmpuint(entry->data->len, ==, 0);
  g_assert_true(g_str_has_prefix(entry->note, begin));
  g_assert_true(g_str_has_suffix(entry->note, end));
}

static void test_orders(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(900000, 1, 1700000000);
  put_part(f, "a.log", text, 0, 600000);
  put_part(f, "b.log", text, 400007, text->len);
  for (guint i = 0; i < 2; i++) {
    g_autoptr(GPtrArray) got = i == 0 ? GET(f, "n=@a.log", "n=@b.log") : GET(f, "n=@b.log", "n=@a.log");
    assert_whole(ending(got, "a.log"), text->str, text->len);
    assert_joined(got, "b.log", "a.log", 199993);
  }
  g_autoptr(GPtrArray) others = GET(f, "n=@a.log", "m=@b.log");
  assert_whole(nth(others, 0), text->str, 600000);
  assert_whole(nth(others, 1), text->str + 400007, 499993);
}

/* Any two cuts that overlap by 4 KiB or more, down to a copy of the end alone. */
static void test_cuts(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(30000, 2, 1700000000);
  g_autoptr(GRand) rand = g_rand_new_with_seed(3);
  for (guint i = 0; i < 40; i++) {
    gsize from = (gsize)g_rand_int_range(rand, 1, 20000);
    gsize to = (gsize)g_rand_int_range(rand, (gint32)from + ANCHOR, 30000 + 1);
    put_part(f, "a.log", text, 0, to);
    put_part(f, "b.log", text, from, text->len);
    g_autoptr(GPtrArray) got = GET(f, "n=@b.log", "n=@a.log");
    assert_whole(ending(got, "a.log"), text->str, text->len);
    assert_joined(got, "b.log", "a.log", to - from);
  }
}

static void test_anchor(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(50000, 4, 1700000000);
  for (gsize overlap = ANCHOR - 1; overlap <= ANCHOR; overlap++) {
    put_part(f, "a.log", text, 0, 30000);
    put_part(f, "b.log", text, 30000 - overlap, text->len);
    g_autoptr(GPtrArray) got = GET(f, "n=@a.log", "n=@b.log");
    g_assert_cmpint(nth(got, 1)->status, ==, overlap == ANCHOR ? GALEN_INPUT_JOINED : GALEN_INPUT_OK);
    assert_whole(nth(got, 0), text->str, overlap == ANCHOR ? text->len : 30000);
  }
}

/* Error logs, whatever their times look like. */
static void test_error_logs(Fixture *f, gconstpointer data) {
  (void)data;
  static const struct {
    const char *day, *end;
    gboolean blank; /* of the hour's first digit */
  } forms[] = {{"2026-11-24 ", "", TRUE}, {"2026-11-24T", ".123456Z", FALSE}, {"261124 ", "", TRUE}};
  for (guint form = 0; form < G_N_ELEMENTS(forms); form++) {
    g_autoptr(GRand) rand = g_rand_new_with_seed(form);
    g_autoptr(GString) text = g_string_new("\n");
    for (guint i = 0; text->len < 300000; i++) {
      guint random = g_rand_int(rand);
      g_string_append(text, forms[form].day);
      g_string_append_printf(text, forms[form].blank ? "%2u:%02u:%02u" : "%02u:%02u:%02u", i / 3600, i / 60 % 60,
                             i % 60);
      g_string_append_printf(text, "%s 0 [Note] WSREP: message %u\n\tand more\n\n", forms[form].end, random);
    }
    put_part(f, "a.log", text, 0, 200000);
    put_part(f, "b.log", text, 120007, text->len);
    g_autoptr(GPtrArray) got = GET(f, "n=@b.log", "n=@a.log");
    assert_whole(ending(got, "a.log"), text->str, text->len);
    assert_joined(got, "b.log", "a.log", 79993);
  }
}

/* The beginning of each stands in the one before; packed or not. */
static void test_chain(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(1000000, 5, 1700000000);
  g_autoptr(GString) first = g_string_new_len(text->str, 500000);
  g_autoptr(GString) last = g_string_new_len(text->str + 600000, 400000);
  g_autoptr(GString) gz = make_gzip(first->str, first->len);
  g_autoptr(GString) xz = make_packed(ARCHIVE_FILTER_XZ, last);
  put_string(f, "c.gz", gz);
  put_part(f, "b.log", text, 300000, 700000);
  put_string(f, "a.xz", xz);
  g_autofree char *dir = g_strdup_printf("n=%s", f->dir);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){dir, NULL});
  g_assert_cmpuint(galen_inputs_total_bytes(inputs), ==, gz->len + xz->len + 400000);
  for (guint i = 0; i < 2; i++) {
    g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(got_free);
    galen_inputs_foreach(inputs, got_stream, got);
    g_assert_cmpuint(galen_inputs_bytes_done(inputs), ==, galen_inputs_total_bytes(inputs));
    assert_whole(ending(got, "c.gz"), text->str, text->len);
    g_assert_cmpstr(ending(got, "c.gz")->compression, ==, "gzip");
    assert_joined(got, "b.log", "c.gz", 200000);
    assert_joined(got, "a.xz", "b.log", 100000);
  }
}

/* What only looks like an overlap is read whole. */
static void test_no_overlap(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(90000, 6, 1700000000);
  put_part(f, "b.log", text, 40000, text->len);
  g_autoptr(GString) first = g_string_new_len(text->str, 60000);
  first->str[59999] ^= 1;
  put_string(f, "a.log", first);
  g_autoptr(GPtrArray) changed = GET(f, "n=@a.log", "n=@b.log");
  assert_whole(nth(changed, 0), first->str, first->len);
  assert_whole(nth(changed, 1), text->str + 40000, 50000);

  /* Of a damaged one it is not known where the log went on. */
  g_autoptr(GString) gz = make_gzip(text->str, 60000);
  put_bytes(f, "a.gz", gz->str, gz->len - 4);
  g_autoptr(GPtrArray) damaged = GET(f, "n=@a.gz", "n=@b.log");
  g_assert_cmpuint(nth(damaged, 0)->data->len, ==, 60000);
  assert_whole(nth(damaged, 1), text->str + 40000, 50000);

  /* A part from the middle goes on with nothing. */
  put_string(f, "all.log", text);
  put_part(f, "middle.log", text, 20000, 60000);
  g_autoptr(GPtrArray) middle = GET(f, "n=@all.log", "n=@middle.log");
  assert_whole(nth(middle, 0), text->str, text->len);
  assert_whole(nth(middle, 1), text->str + 20000, 40000);
}

/* The first place where the beginning stands need not be the one where the rest follows. */
static void test_repeated(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) block = make_log(5000, 7, 1700000000);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 3; i++)
    g_string_append_printf(text, "-- %u\n%.*s", i, (int)block->len, block->str);
  gsize from = text->len - block->len;
  g_string_append(text, "-- end\n");
  put_string(f, "a.log", text);
  g_string_append(text, "and more\n");
  put_part(f, "b.log", text, from, text->len);
  g_autoptr(GPtrArray) got = GET(f, "n=@a.log", "n=@b.log");
  assert_whole(nth(got, 0), text->str, text->len);
  assert_joined(got, "b.log", "a.log", block->len + 7);
}

/* A log that grows between the look at it and the reading is read as far as it was seen; one that is cut is told. */
static void test_changed(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(60000, 8, 1700000000);
  g_autofree char *a = in_dir(f, "a.log");
  g_autofree char *b = in_dir(f, "b.log");
  g_autofree char *dir = g_strdup_printf("n=%s", f->dir);
  put_part(f, "a.log", text, 0, 40000);
  put_part(f, "b.log", text, 20000, 50000);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){dir, NULL});
  put_string(f, "a.log", text);
  g_autoptr(GPtrArray) grown = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, grown);
  assert_whole(nth(grown, 0), text->str, 50000);
  g_assert_cmpint(truncate(b, 10000), ==, 0);
  g_autoptr(GPtrArray) cut = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, cut);
  assert_bytes(nth(cut, 0)->data, text->str, 40000);
  g_assert_true(g_str_has_suffix(nth(cut, 0)->error, "b.log: changed while it was read"));
  g_assert_cmpint(truncate(a, 30000), ==, 0);
  g_autoptr(GPtrArray) short_first = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, short_first);
  assert_bytes(nth(short_first, 0)->data, text->str, 30000);
  g_assert_true(g_str_has_suffix(nth(short_first, 0)->error, "a.log: changed while it was read"));
  g_assert_cmpint(remove(b), ==, 0);
  put_string(f, "a.log", text);
  g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, gone);
  assert_bytes(nth(gone, 0)->data, text->str, 40000);
  g_assert_true(g_str_has_suffix(nth(gone, 0)->error, "b.log: cannot be opened again"));
}

/* A damaged last part ends early, and says whose damage it is. */
static void test_damaged_rest(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = make_log(90000, 9, 1700000000);
  g_autoptr(GString) gz = make_gzip(text->str + 40000, 50000);
  put_part(f, "a.log", text, 0, 60000);
  put_bytes(f, "b.gz", gz->str, gz->len - 4);
  g_autoptr(GPtrArray) got = GET(f, "n=@a.log", "n=@b.gz");
  assert_bytes(nth(got, 0)->data, text->str, text->len);
  g_assert_true(g_str_has_suffix(nth(got, 0)->error, "b.gz: the gzip data is cut"));
  g_assert_cmpint(nth(got, 1)->status, ==, GALEN_INPUT_JOINED);
}

/* Bytes that this process has read. */
static guint64 bytes_read(void) {
  g_autofree char *io = NULL;
  g_assert_true(g_file_get_contents("/proc/self/io", &io, NULL, NULL));
  g_assert_true(g_str_has_prefix(io, "rchar: "));
  return g_ascii_strtoull(io + strlen("rchar: "), NULL, 10);
}

/* Rotated logs, packed: each is unpacked once to learn when it ends, which rules the others out. */
static void test_rotated(Fixture *f, gconstpointer data) {
  (void)data;
  gsize packed = 0;
  for (guint i = 0; i < 12; i++) {
    g_autoptr(GString) text = make_log(1000000, 50 + i, 1700000000 + 1000000 * i);
    g_autoptr(GString) gz = make_gzip(text->str, text->len);
    g_autofree char *name = g_strdup_printf("db1/slow.log.%u.gz", 12 - i);
    put_string(f, name, gz);
    packed += gz->len;
  }
  g_autofree char *dir = in_dir(f, "db1");
  for (guint threads = 1; threads <= 4; threads++) {
    guint64 before = bytes_read();
    g_autoptr(GalenInputs) inputs = galen_inputs_new_threads((const char *const[]){dir, NULL}, threads);
    g_assert_cmpuint(bytes_read() - before, <, 2 * packed);
  }
}

/* Quoted times of the other kind do not end a log. */
static void test_quoted_times(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; text->len < 500000; i++)
    g_string_append_printf(text, "2026-11-24 %2u:%02u:%02u 0 [Note] message %u\n", i / 3600, i / 60 % 60, i % 60,
                           i * 7919);
  gsize quotes = text->len;
  while (text->len < quotes + 200000)
    g_string_append_printf(text, "\tSET timestamp=%" G_GSIZE_FORMAT ";\n", text->len);
  gsize end = text->len;
  g_string_append(text, "2026-11-24 23:59:59 0 [Note] the end\n");
  g_autoptr(GString) gz = make_gzip(text->str, end);
  put_part(f, "a.log", text, 0, end);
  put_string(f, "a.gz", gz);
  put_part(f, "b.log", text, 400007, text->len);
  g_autoptr(GPtrArray) plain = GET(f, "n=@b.log", "n=@a.log");
  assert_joined(plain, "b.log", "a.log", end - 400007);
  g_autoptr(GPtrArray) packed = GET(f, "n=@b.log", "n=@a.gz");
  assert_joined(packed, "b.log", "a.gz", end - 400007);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
      {"orders", test_orders},
      {"cuts", test_cuts},
      {"anchor", test_anchor},
      {"chain", test_chain},
      {"error-logs", test_error_logs},
      {"no-overlap", test_no_overlap},
      {"repeated", test_repeated},
      {"changed", test_changed},
      {"damaged-rest", test_damaged_rest},
      {"rotated", test_rotated},
      {"quoted-times", test_quoted_times},
  };
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
    g_autofree char *name = g_strdup_printf("/input/overlaps/%s", tests[i].name);
    g_test_add(name, Fixture, NULL, fixture_setup, tests[i].run, fixture_teardown);
  }
  return g_test_run();
}
