/* What is remembered from night to night, the window of the next one, marks, the lock, the mailer's words. */
#include "analyzer/nightly.h"
#include "analyzer/nightly_lock.h"
#include "analyzer/nightly_send.h"
#include "parsers/event.h"

#include <glib/gstdio.h>

#define HOUR ((gint64)3600 * G_USEC_PER_SEC)
#define DAY (24 * HOUR)
#define MINUTE (HOUR / 60)
#define T0 (DAY * 20000) /* a midnight */

/* ---- reports ---- */

static void add_finding(GalenReport *report, const char *id, GalenSeverity severity, gboolean muted, const char *node) {
  GalenFinding *finding = galen_finding_new();
  finding->id = g_strdup(id);
  finding->title = g_strdup_printf("Title of %s\t100 %% \\ \n.", id);
  finding->severity = severity;
  finding->muted = muted;
  if (node != NULL)
    g_ptr_array_add(finding->nodes, g_strdup(node));
  g_ptr_array_add(report->findings, finding);
  GalenRanked ranked = {.finding = finding, .severity = severity, .muted = muted};
  g_array_append_val(report->ranking, ranked);
}

/* Of warnings with these ids, blanks between. */
static GalenReport *make_report(const char *ids) {
  GalenReport *report = galen_report_alloc();
  report->zone = g_time_zone_new_utc();
  g_auto(GStrv) words = g_strsplit(ids, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      add_finding(report, words[i], GALEN_SEVERITY_WARNING, FALSE, NULL);
  return report;
}

static void mark(GalenReport *report, const GalenNights *nights, const GalenNightWindow *window) {
  const GPtrArray *shown;
  gint64 before;
  galen_nights_base(nights, window->again, &shown, &before);
  report->marks = galen_marks_new(report, shown, before, window->to);
}

/* The night at `now`: what is new is "+id", what continues "=id", what is resolved "-id". It is remembered through its text. */
static GalenNights *night(GalenNights *nights, gint64 now, const char *ids, const char *expected) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenReport) report = make_report(ids);
  GalenNightWindow window = galen_nights_window(nights, now);
  mark(report, nights, &window);
  g_autoptr(GString) told = g_string_new(NULL);
  for (guint i = 0; i < report->findings->len; i++) {
    const char *id = ((GalenFinding *)g_ptr_array_index(report->findings, i))->id;
    GalenNightMark one;
    gint64 since;
    g_assert_true(galen_marks_find(report, id, &one, &since));
    g_string_append_printf(told, "%s%s ", one == GALEN_MARK_NEW ? "+" : "=", id);
  }
  for (guint i = 0; i < report->marks->resolved->len; i++)
    g_string_append_printf(told, "-%s ", ((GalenMarked *)g_ptr_array_index(report->marks->resolved, i))->id);
  g_assert_cmpstr(told->str, ==, expected);
  galen_nights_add(nights, &window, now, report);
  g_autofree char *text = galen_nights_print(nights);
  galen_nights_free(nights);
  GalenNights *read = galen_nights_parse(text, &error);
  g_assert_no_error(error);
  g_autofree char *again = galen_nights_print(read);
  g_assert_cmpstr(again, ==, text);
  return read;
}

static GalenNights *no_night(void) {
  return galen_nights_parse(NULL, NULL);
}

/* ---- marks ---- */

static void test_marks(void) {
  GalenNights *nights = night(no_night(), T0, "a b", "+a +b ");
  nights = night(nights, T0 + DAY, "b c", "=b +c -a ");
  /* Once more in the same night: against the night before. */
  nights = night(nights, T0 + DAY + HOUR, "b c", "=b +c -a ");
  nights = night(nights, T0 + DAY + 2 * HOUR, "b", "=b -a ");
  nights = night(nights, T0 + 2 * DAY, "b c a", "=b +c +a ");
  nights = night(nights, T0 + 3 * DAY, "", "-b -c -a ");
  nights = night(nights, T0 + 4 * DAY, "", "");
  galen_nights_free(nights);
}

/* The first night again has none before it, either. */
static void test_first_again(void) {
  GalenNights *nights = night(no_night(), T0, "a", "+a ");
  nights = night(nights, T0 + HOUR, "a b", "+a +b ");
  nights = night(nights, T0 + DAY, "b", "=b -a ");
  galen_nights_free(nights);
}

static void test_since(void) {
  GalenNights *nights = night(no_night(), T0, "a", "+a ");
  nights = night(nights, T0 + DAY, "a", "=a ");
  g_autoptr(GalenReport) report = make_report("a");
  GalenNightWindow window = galen_nights_window(nights, T0 + 2 * DAY);
  mark(report, nights, &window);
  g_autofree char *words = galen_marks_words(report, "a");
  g_assert_cmpstr(words, ==, "since the night of 2024-10-04");
  g_autofree char *brief = galen_marks_brief(report);
  g_assert_cmpstr(brief, ==, "(nothing new)");
  galen_nights_free(nights);
}

static void test_counts(void) {
  g_autoptr(GalenNights) nights = no_night();
  g_autoptr(GPtrArray) shown = galen_marked_list_new();
  g_autoptr(GalenReport) report = make_report("a b");
  add_finding(report, "note", GALEN_SEVERITY_INFO, FALSE, NULL);
  add_finding(report, "known", GALEN_SEVERITY_CRITICAL, TRUE, NULL);
  report->marks = galen_marks_new(report, shown, T0 - DAY, T0);
  g_autofree char *sentence = galen_marks_sentence(report);
  g_assert_cmpstr(sentence, ==, "Against the night before: 2 new, 1 new note, 0 continuing, 0 resolved.");
  g_autofree char *brief = galen_marks_brief(report);
  g_assert_cmpstr(brief, ==, "(2 new)");
}

/* What only a silent log could show is neither there nor resolved. */
static void test_silent(void) {
  g_autoptr(GalenReport) before = make_report("");
  add_finding(before, "advice:x:1", GALEN_SEVERITY_WARNING, FALSE, NULL);
  add_finding(before, "untimed:db1", GALEN_SEVERITY_WARNING, FALSE, "db1");
  add_finding(before, "untimed:db2", GALEN_SEVERITY_WARNING, FALSE, "db2");
  add_finding(before, "error:x:1", GALEN_SEVERITY_WARNING, FALSE, "db1");
  add_finding(before, "coverage-gap:db3", GALEN_SEVERITY_WARNING, FALSE, "db3");
  before->marks = galen_marks_new(before, NULL, GALEN_TIME_NONE, T0);
  g_autoptr(GalenReport) report = make_report("coverage-gap:db1 coverage-gap:lost:db2 coverage-gap:db2:silence");
  report->marks = galen_marks_new(report, before->marks->shown, T0, T0 + DAY);
  g_autoptr(GString) told = g_string_new(NULL);
  for (guint i = 0; i < report->marks->resolved->len; i++)
    g_string_append_printf(told, "%s ", ((GalenMarked *)g_ptr_array_index(report->marks->resolved, i))->id);
  g_assert_cmpstr(told->str, ==, "untimed:db2 error:x:1 coverage-gap:db3 ");
  g_assert_cmpuint(report->marks->shown->len, ==, 3 + 2);
  /* The night after, when the log goes on, it is. */
  g_autoptr(GalenReport) after = make_report("");
  after->marks = galen_marks_new(after, report->marks->shown, T0 + DAY, T0 + 2 * DAY);
  g_assert_cmpuint(after->marks->resolved->len, ==, 5);
}

/* ---- the window ---- */

static void assert_window(const GalenNights *nights, gint64 now, gint64 from, gboolean again, guint missed) {
  GalenNightWindow window = galen_nights_window(nights, now);
  g_assert_cmpint(window.from, ==, from);
  g_assert_cmpint(window.to, ==, now);
  g_assert_cmpint(window.again, ==, again);
  g_assert_cmpuint(window.missed, ==, missed);
}

static void test_window(void) {
  gint64 run = T0 + 3 * HOUR + 17 * MINUTE;
  GalenNights *nights = no_night();
  assert_window(nights, run, T0 - DAY + 3 * HOUR, FALSE, 0);
  nights = night(nights, run, "", "");
  /* The same hour, and a quarter of the window, are the same night. */
  assert_window(nights, run, T0 - DAY + 3 * HOUR, TRUE, 0);
  assert_window(nights, run + 40 * MINUTE, T0 - DAY + 3 * HOUR, TRUE, 0);
  assert_window(nights, run + 5 * HOUR, T0 - DAY + 3 * HOUR, TRUE, 0);
  assert_window(nights, run + 7 * HOUR, run, FALSE, 0);
  assert_window(nights, run + DAY, run, FALSE, 0);
  assert_window(nights, run + 3 * DAY, run, FALSE, 2);
  /* A clock that was ahead is not believed. */
  assert_window(nights, run - 2 * DAY, T0 - 3 * DAY + 3 * HOUR, FALSE, 0);
  /* Every hour: the hour before. */
  nights = night(nights, run + DAY, "", "");
  nights = night(nights, run + DAY + 7 * HOUR, "", "");
  nights = night(nights, run + DAY + 9 * HOUR, "", "");
  nights = night(nights, run + DAY + 10 * HOUR, "", "");
  assert_window(nights, run + DAY + 11 * HOUR, run + DAY + 10 * HOUR, FALSE, 0);
  galen_nights_free(nights);
}

static void test_many(void) {
  GalenNights *nights = no_night();
  for (guint i = 0; i < GALEN_NIGHTS_MAX + 20; i++)
    nights = night(nights, T0 + i * DAY, "", "");
  g_assert_cmpuint(nights->nights->len, ==, GALEN_NIGHTS_MAX);
  galen_nights_free(nights);
}

/* ---- the text ---- */

static void test_bad_text(void) {
  static const char *const texts[] = {
      "",
      "galen-nights 2\n",
      "galen-nights 1\nrubbish",
      "galen-nights 1\nnight\t1\t2",
      "galen-nights 1\nnight\t2\t1\t2\t0\t0\t0\t0",
      "galen-nights 1\nnight\t1\t2\t2\t9\t0\t0\t0",
      "galen-nights 1\nnight\t1\t99999999999999999999\t2\t0\t0\t0\t0",
      "galen-nights 1\nshown\ta\tfinding\tgrave\t0\t1\t2\t\tt",
      "galen-nights 1\nshown\t%00\tfinding\tinfo\t0\t1\t2\t\tt",
      "galen-nights 1\nshown\t%ff\tfinding\tinfo\t0\t1\t2\t\tt",
      "galen-nights 1\nshown\ta\tfinding\tinfo\t0\t1\t2\t%zz\tt",
  };
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(galen_nights_parse(texts[i], &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  }
}

/* Texts of logs come back as they were, and leave no "\" for those who read the text with SQL. */
static void test_escapes(void) {
  g_autoptr(GError) error = NULL;
  static const char id[] = "coverage-gap:a\tb\nc\\d%e ü \"f\" g";
  g_autoptr(GalenReport) report = make_report("");
  add_finding(report, id, GALEN_SEVERITY_CRITICAL, FALSE, "node one\t2");
  g_autoptr(GalenNights) nights = no_night();
  GalenNightWindow window = galen_nights_window(nights, T0);
  mark(report, nights, &window);
  galen_nights_add(nights, &window, T0, report);
  g_autofree char *text = galen_nights_print(nights);
  g_assert_null(strchr(text, '\\'));
  g_autoptr(GalenNights) read = galen_nights_parse(text, &error);
  g_assert_no_error(error);
  const GalenMarked *one = g_ptr_array_index(read->shown, 0);
  g_assert_cmpstr(one->id, ==, id);
  g_assert_cmpstr(one->title, ==, ((GalenFinding *)g_ptr_array_index(report->findings, 0))->title);
  g_assert_cmpstr(g_ptr_array_index(one->nodes, 0), ==, "node one\t2");
}

/* ---- lock and mailer ---- */

static void test_lock(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp("galen-lock-XXXXXX", NULL);
  g_autofree char *store = g_build_filename(folder, "s.galen", NULL), *path = g_strconcat(store, ".lock", NULL);
  GalenNightLock *lock = galen_night_lock_take(store, &error);
  g_assert_no_error(error);
  g_assert_nonnull(lock);
  g_assert_null(galen_night_lock_take(store, &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN);
  g_assert_nonnull(strstr(error->message, "another galen nightly is at work on it (process "));
  g_clear_error(&error);
  galen_night_lock_free(lock);
  g_autoptr(GalenNightLock) next = galen_night_lock_take(store, &error);
  g_assert_no_error(error);
  g_unlink(path);
  g_rmdir(folder);
  g_assert_null(galen_night_lock_take(store, &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* A server's address may have a password in it. */
static void test_lock_of_server(void) {
  g_autofree char *path = galen_night_lock_path("clickhouse://me:secret@host:8123/galen");
  g_autofree char *other = galen_night_lock_path("clickhouse://me:secret@host:8123/other");
  g_assert_null(strstr(path, "secret"));
  g_assert_cmpstr(path, !=, other);
  g_assert_true(g_str_has_prefix(path, g_get_user_runtime_dir()));
}

static void test_mailer(void) {
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) one = galen_nightly_mailer("/usr/sbin/sendmail", &error);
  g_auto(GStrv) several = galen_nightly_mailer("msmtp -C 'my file' -t", &error);
  g_autofree char *first = g_strjoinv("|", one), *second = g_strjoinv("|", several);
  g_assert_cmpstr(first, ==, "/usr/sbin/sendmail|-t|-oi");
  g_assert_cmpstr(second, ==, "msmtp|-C|my file|-t");
  g_assert_null(galen_nightly_mailer("a 'b", &error));
  g_assert_nonnull(error);
}

/* What was asked for tells which night it is, not how soon it is made. */
static void test_asked(void) {
  GalenNights *nights = night(no_night(), T0, "", "");
  const struct {
    gint64 since, until, from, to;
    gboolean again;
  } asked[] = {{GALEN_TIME_NONE, GALEN_TIME_NONE, T0 - DAY, T0 + MINUTE, TRUE},
               {T0 - DAY, T0, T0 - DAY, T0, TRUE},
               {T0 - 20 * HOUR, T0 - 10 * HOUR, T0 - 20 * HOUR, T0 - 10 * HOUR, TRUE},
               {T0, T0 + DAY, T0, T0 + DAY, FALSE},
               {GALEN_TIME_NONE, T0 + HOUR, T0 - DAY, T0 + HOUR, TRUE},
               {T0 - 9 * DAY, T0 - 8 * DAY, T0 - 9 * DAY, T0 - 8 * DAY, TRUE},
               {T0 + DAY, T0 - DAY, T0 - 2 * DAY, T0 - DAY, TRUE}};
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
    GalenNightWindow window = galen_nights_window(nights, T0 + MINUTE);
    galen_nights_ask(nights, &window, asked[i].since, asked[i].until);
    g_assert_cmpint(window.from, ==, asked[i].from);
    g_assert_cmpint(window.to, ==, asked[i].to);
    g_assert_cmpint(window.again, ==, asked[i].again);
  }
  /* Hours later it is the same night only when it lies within it. */
  GalenNightWindow later = galen_nights_window(nights, T0 + 9 * HOUR);
  galen_nights_ask(nights, &later, T0 - DAY, T0);
  g_assert_true(later.again);
  later = galen_nights_window(nights, T0 + 9 * HOUR);
  galen_nights_ask(nights, &later, T0 - 7 * DAY, T0);
  g_assert_false(later.again);
  galen_nights_free(nights);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/nightly/marks", test_marks);
  g_test_add_func("/nightly/first-again", test_first_again);
  g_test_add_func("/nightly/asked", test_asked);
  g_test_add_func("/nightly/since", test_since);
  g_test_add_func("/nightly/counts", test_counts);
  g_test_add_func("/nightly/silent", test_silent);
  g_test_add_func("/nightly/window", test_window);
  g_test_add_func("/nightly/many", test_many);
  g_test_add_func("/nightly/bad-text", test_bad_text);
  g_test_add_func("/nightly/escapes", test_escapes);
  g_test_add_func("/nightly/lock", test_lock);
  g_test_add_func("/nightly/lock-of-server", test_lock_of_server);
  g_test_add_func("/nightly/mailer", test_mailer);
  return g_test_run();
}
