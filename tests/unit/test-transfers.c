/* State transfers: one row of what donor, joiner and others wrote. */
#include "../../analyzer/cluster/history.h"
#include "journal-fixture.h"

typedef struct {
  GalenJournal *journal;
  JfPen pens[3]; /* donor n1, joiner n2, n3 who only watches */
  GalenUuid group, nil;
} Scene;

static void scene_init(Scene *scene) {
  static const char *const names[] = {"n1", "n2", "n3"};
  *scene = (Scene){.journal = galen_journal_new(), .group = jf_uuid(1, 9)};
  scene->nil = (GalenUuid){.known = 16};
  for (guint i = 0; i < 3; i++) {
    scene->pens[i] = jf_pen(scene->journal, names[i], names[i]);
    jf_text(&scene->pens[i], 1, GALEN_FACT_PROCESS_START, "MariaDB", "10.11");
    jf_text(&scene->pens[i], 2, GALEN_FACT_CONNECTING, "shop", "10.0.0.1:");
    jf_text(&scene->pens[i], 2, GALEN_FACT_SERVER_CONNECTED, names[i], NULL)->other = jf_uuid(i, i + 1);
  }
}

static void select_donor(Scene *scene, double at) {
  for (guint i = 0; i < 3; i++)
    jf_text(&scene->pens[i], at, GALEN_FACT_DONOR_SELECTED, "n2", "n1");
}

static void end(Scene *scene, double at, gboolean donor, gint32 error) {
  for (guint i = 0; i < 3; i++) {
    GalenFact *fact = jf_text(&scene->pens[i], at, GALEN_FACT_TRANSFER_END, donor ? "n1" : "n2", donor ? "n2" : "n1");
    fact->flag = donor;
    fact->number = error;
  }
}

static void require(Scene *scene, double at, gint64 local) {
  GalenFact *fact = jf_position(&scene->pens[1], at, GALEN_FACT_TRANSFER_REQUIRED, scene->group, 100);
  fact->other = local < 0 ? scene->nil : scene->group;
  fact->last = local;
}

static const GalenTransfer *only_row(const GalenHistory *history) {
  g_assert_cmpuint(history->clusters->len, ==, 1);
  const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, 0);
  g_assert_cmpuint(cluster->transfers->len, ==, 1);
  return g_ptr_array_index(cluster->transfers, 0);
}

static void test_sst(void) {
  Scene scene;
  scene_init(&scene);
  require(&scene, 10, -1);
  jf_text(&scene.pens[1], 10, GALEN_FACT_SST_SCRIPT, "mariabackup", "10.0.0.2");
  select_donor(&scene, 11);
  jf_text(&scene.pens[0], 11, GALEN_FACT_SST_SCRIPT, "mariabackup", "10.0.0.2")->flag = TRUE;
  jf_position(&scene.pens[0], 19, GALEN_FACT_SST_SENT, scene.group, 104);
  end(&scene, 20, TRUE, 0);
  jf_position(&scene.pens[1], 25, GALEN_FACT_SST_RECEIVED, scene.group, 104);
  end(&scene, 26, FALSE, 0);
  {
    g_autoptr(GalenHistory) history = galen_history_new(scene.journal, NULL);
    const GalenTransfer *row = only_row(history);
    g_assert_cmpstr(row->kind, ==, "SST");
    g_assert_cmpstr(row->method, ==, "mariabackup");
    g_assert_cmpstr(row->donor, ==, "n1");
    g_assert_cmpstr(row->joiner, ==, "n2");
    g_assert_cmpint(row->from, ==, JF_US(11));
    g_assert_cmpint(row->to, ==, JF_US(26));
    g_assert_cmpint(row->last_seqno, ==, 104);
    g_assert_cmpstr(row->outcome, ==, "complete");
    g_assert_null(row->reason);
  }
  galen_journal_free(scene.journal);
}

/* The range is told by the donor alone, by the joiner alone, or by both; a cache that is too short makes it an SST. */
static void test_ist(void) {
  for (guint told = 1; told <= 4; told++) {
    Scene scene;
    scene_init(&scene);
    if (told & 1)
      require(&scene, 10, 50);
    select_donor(&scene, 11);
    if (told & 2) {
      GalenFact *request = jf_position(&scene.pens[0], 11, GALEN_FACT_IST_REQUEST, scene.group, 50);
      request->last = 100;
    }
    if (told == 4)
      jf_text(&scene.pens[0], 11, GALEN_FACT_IST_UNAVAILABLE, NULL, "not found from cache");
    if (told & 1) {
      GalenFact *receiving = jf_position(&scene.pens[1], 12, GALEN_FACT_IST_RECEIVING, scene.nil, 51);
      receiving->last = 100;
    }
    end(&scene, 12, TRUE, 0);
    end(&scene, 13, FALSE, 0);
    {
      g_autoptr(GalenHistory) history = galen_history_new(scene.journal, NULL);
      const GalenTransfer *row = only_row(history);
      g_assert_cmpstr(row->kind, ==, told == 4 ? "SST" : "IST");
      g_assert_cmpint(row->first_seqno, ==, told == 4 ? GALEN_SEQNO_NONE : 51);
      g_assert_cmpint(row->last_seqno, ==, told == 4 ? GALEN_SEQNO_NONE : 100);
      g_assert_null(row->method);
    }
    galen_journal_free(scene.journal);
  }
}

/* It fails by what the others say, by the joiner's words with their reason before them, or by its end. */
static void test_failures(void) {
  static const char *const reasons[] = {"failed: -32 (Broken pipe)", "Access denied for the backup user",
                                        "the joiner's log stops in it: killed"};
  for (guint how = 0; how < 3; how++) {
    Scene scene;
    scene_init(&scene);
    require(&scene, 10, -1);
    select_donor(&scene, 11);
    if (how == 0) {
      end(&scene, 15, TRUE, -32);
      for (guint i = 0; i < 3; i++) {
        GPtrArray *facts = jf_input(&scene.pens[i])->facts;
        GalenFact *fact = g_ptr_array_index(facts, facts->len - 1);
        g_free(fact->value);
        fact->value = NULL; /* -1.-1 (left the group) */
        g_free(fact->text);
        fact->text = g_strdup("2026-11-24  6:00:15 0 [Warning] WSREP: failed: -32 (Broken pipe)");
      }
    }
    if (how == 1) {
      GalenFact *trouble = jf_text(&scene.pens[1], 14, GALEN_FACT_TROUBLE, "sst-auth", "sst-failure");
      trouble->level = GALEN_LEVEL_ERROR;
      g_free(trouble->text);
      trouble->text = g_strdup("2026-11-24  6:00:14 0 [ERROR] WSREP: Access denied for the backup user");
      jf_text(&scene.pens[1], 15, GALEN_FACT_SST_FAILED, NULL, "Process completed with error: 1");
    }
    if (how == 2)
      jf_text(&scene.pens[1], 40, GALEN_FACT_PROCESS_START, "MariaDB", "10.11");
    {
      g_autoptr(GalenHistory) history = galen_history_new(scene.journal, NULL);
      const GalenTransfer *row = only_row(history);
      g_assert_cmpstr(row->outcome, ==, "failed");
      g_assert_cmpstr(row->reason, ==, reasons[how]);
      if (how < 2)
        g_assert_cmpint(row->to, ==, JF_US(15));
    }
    galen_journal_free(scene.journal);
  }
}

/* Two tries of one joiner are two rows, however soon; a log that ends in one leaves it open. */
/* Who only watches does not know whether it was an SST or an IST, but that it failed: also in words without a number, and
 * when one of the two is gone by then. */
static void test_watched(void) {
  static const struct {
    const char *to;
    gint32 error;
    const char *outcome;
  } cases[] = {{"n2", -1, "failed"}, {"n2", -22, "failed"}, {"left the group", -1, "failed"}, {"n2", 0, "unknown"}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Scene scene;
    scene_init(&scene);
    jf_text(&scene.pens[2], 11, GALEN_FACT_DONOR_SELECTED, "n2", "n1");
    GalenFact *fact = jf_text(&scene.pens[2], 15, GALEN_FACT_TRANSFER_END, "n1", cases[i].to);
    fact->flag = TRUE;
    fact->number = cases[i].error;
    g_autoptr(GalenHistory) history = galen_history_new(scene.journal, NULL);
    const GalenTransfer *row = only_row(history);
    g_assert_null(row->kind);
    g_assert_cmpstr(row->outcome, ==, cases[i].outcome);
    g_assert_cmpint(row->to, ==, cases[i].error != 0 ? JF_US(15) : GALEN_TIME_NONE);
    g_assert_true((row->reason != NULL) == (cases[i].error != 0));
    galen_journal_free(scene.journal);
  }
}

static void test_tries(void) {
  Scene scene;
  scene_init(&scene);
  select_donor(&scene, 10);
  end(&scene, 11, TRUE, 0);
  end(&scene, 12, FALSE, 0);
  select_donor(&scene, 14);
  {
    g_autoptr(GalenHistory) history = galen_history_new(scene.journal, NULL);
    const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, 0);
    g_assert_cmpuint(cluster->transfers->len, ==, 2);
    const GalenTransfer *second = g_ptr_array_index(cluster->transfers, 1);
    g_assert_cmpstr(second->outcome, ==, "unknown");
    g_assert_cmpint(second->from, ==, JF_US(14));
    g_assert_cmpint(second->to, ==, GALEN_TIME_NONE);
  }
  galen_journal_free(scene.journal);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/transfers/sst", test_sst);
  g_test_add_func("/transfers/ist", test_ist);
  g_test_add_func("/transfers/failures", test_failures);
  g_test_add_func("/transfers/tries", test_tries);
  g_test_add_func("/transfers/watched", test_watched);
  return g_test_run();
}
