/* Second servers on the data directory of one that runs, when a rotation lies between: the file that the newcomer begins
 * holds its start, its failure to get the lock, and what the first server goes on to write. Within one file the parser
 * tells servers apart. */
#include "history_private.h"

#define LOCKED "start-datadir-in-use" /* the rule of lines that say so */

static gboolean is_locked(const GalenFact *fact) {
  return (fact->kind == GALEN_FACT_TROUBLE || fact->kind == GALEN_FACT_START_ERROR) &&
         g_strcmp0(fact->name, LOCKED) == 0;
}

static gboolean lives(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_READY || fact->kind == GALEN_FACT_SYNCED ||
         (fact->kind == GALEN_FACT_QUORUM && fact->flag);
}

static gboolean ends(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_ABORTING || fact->kind == GALEN_FACT_CRASH ||
         fact->kind == GALEN_FACT_SHUTDOWN_BEGIN || fact->kind == GALEN_FACT_SHUTDOWN_END ||
         fact->kind == GALEN_FACT_RESTARTED;
}

/* Whether a server of another file runs before `start`, as far as its lines say. */
static gboolean another_runs(const GPtrArray *facts, guint start) {
  for (guint i = start; i-- > 0;) {
    const GalenFact *fact = galen_fact_at(facts, i);
    if (lives(fact))
      return fact->input != galen_fact_at(facts, start)->input;
    if (ends(fact) || fact->kind == GALEN_FACT_PROCESS_START || fact->kind == GALEN_FACT_RECOVER_RUN)
      return FALSE;
  }
  return FALSE;
}

/* Lines that name no server are the newcomer's until it gives up: what keeps a server from starting is told by itself. */
static gboolean of_run(const GalenFact *first, const GalenFact *fact, gboolean over) {
  return fact->kind != GALEN_FACT_PROCESS_START && fact->input == first->input &&
         (fact->instance == first->instance || (fact->instance == GALEN_INSTANCE_UNKNOWN && !over));
}

/* The end of the run that begins at `start` when it fails for the lock; 0: it does not. */
static guint locked_end(const GPtrArray *facts, guint start) {
  const GalenFact *first = galen_fact_at(facts, start);
  gboolean locked = FALSE, over = FALSE;
  guint end = start + 1;
  for (; end < facts->len; end++) {
    const GalenFact *fact = galen_fact_at(facts, end);
    if (!of_run(first, fact, over))
      break;
    over = over || ends(fact);
    if (lives(fact))
      return 0;
    locked = locked || is_locked(fact);
  }
  return locked ? end : 0;
}

/* Moves facts [from, middle) behind those up to `to`. */
static void rotate(GPtrArray *facts, guint from, guint middle, guint to) {
  g_autofree gpointer *moved = g_memdup2(facts->pdata + from, (middle - from) * sizeof(gpointer));
  memmove(facts->pdata + from, facts->pdata + middle, (to - middle) * sizeof(gpointer));
  memcpy(facts->pdata + from + (to - middle), moved, (middle - from) * sizeof(gpointer));
}

guint *galen_beside_settle(GPtrArray *facts) {
  guint *ret_ends = g_new0(guint, facts->len + 1);
  for (guint i = 0; i < facts->len; i++) {
    guint end = galen_fact_at(facts, i)->kind == GALEN_FACT_PROCESS_START ? locked_end(facts, i) : 0;
    if (end == 0 || !another_runs(facts, i))
      continue;
    guint host = end;
    while (host < facts->len && galen_fact_at(facts, host)->kind != GALEN_FACT_PROCESS_START)
      host++;
    rotate(facts, i, end, host);
    i += host - end;
    end = host;
    ret_ends[i] = end;
    i = end - 1;
  }
  return ret_ends;
}

gint64 galen_beside_seen(const GPtrArray *facts, guint start, guint end) {
  gint64 last = GALEN_TIME_NONE;
  for (guint i = start; i < end; i++)
    if (is_locked(galen_fact_at(facts, i)))
      last = MAX(last, galen_fact_at(facts, i)->time);
  return last;
}
