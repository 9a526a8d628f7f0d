/* State transfers: what every node wrote of one, made one row.
 *
 * All members log the choice of a donor and both ends; only donor and joiner log the method, the range and the trouble. */
#include "history_private.h"

#include "../words.h"

#include <string.h>

#define SAME_MAX (G_TIME_SPAN_SECOND * 20) /* sightings of one transfer by two nodes, clock errors included */
#define REASON_MAX 300

/* One transfer as one node saw it. */
typedef struct {
  const char *donor, *joiner; /* display names */
  gint64 from, donor_end, joiner_end;
  gint64 first, last; /* range of an IST */
  gint64 position;    /* of an SST */
  const char *method;
  gboolean asked_ist, no_ist, got_ist; /* the joiner asked for, could not have, or received an IST */
  gboolean told;                       /* this node was donor or joiner: it knows the kind */
  gboolean failed;
  const char *cut_off; /* the joiner's process ended at `cut_at` in it: why; NULL: it did not */
  gint64 cut_at;
  const char *reason;
  const GalenFact *evidence;
} Sighting;

typedef struct {
  Sighting sighting; /* merged */
  guint seen_by;     /* number of the last node that saw it, 1-based */
} Row;

typedef struct {
  GalenHistoryFull *full;
  const GalenNode *node;
  GPtrArray *sightings;      /* of Sighting *, of this node */
  const GalenFact *required; /* the last State transfer required, not yet answered */
  const char *method;        /* of the joiner's script, started before a donor was chosen */
  const char *no_ist;
  const GalenFact *trouble; /* the last one since a donor was chosen */
} Walk;

void galen_transfer_free(gpointer data) {
  GalenTransfer *self = data;
  g_free(self->method);
  g_free(self->donor);
  g_free(self->joiner);
  g_free(self->reason);
  g_free(self);
}

static const char *display(const Walk *walk, const char *name) {
  const GalenNode *node = name == NULL ? NULL : galen_history_node(&walk->full->pub, name);
  return node != NULL ? node->name : name;
}

static gboolean is_open(const Sighting *sighting) {
  return sighting->joiner_end == GALEN_TIME_NONE && !sighting->failed && sighting->cut_off == NULL;
}

/* The last one that is not over and fits; NULL for any name. */
static Sighting *find_open(const Walk *walk, const char *donor, const char *joiner) {
  for (guint i = walk->sightings->len, n = 0; i-- > 0 && n < 64; n++) {
    Sighting *sighting = g_ptr_array_index(walk->sightings, i);
    gboolean fits = (donor == NULL || g_strcmp0(donor, sighting->donor) == 0) &&
                    (joiner == NULL || g_strcmp0(joiner, sighting->joiner) == 0);
    if (fits && is_open(sighting))
      return sighting;
  }
  return NULL;
}

static void begin(Walk *walk, const GalenFact *fact) {
  const GalenNode *joiner = fact->name == NULL ? NULL : galen_history_node(&walk->full->pub, fact->name);
  if (fact->value == NULL || fact->name == NULL || (joiner != NULL && joiner->arbitrator)) /* which has no state */
    return;
  Sighting *sighting = g_new0(Sighting, 1);
  sighting->donor = display(walk, fact->value);
  sighting->joiner = display(walk, fact->name);
  sighting->from = fact->time;
  sighting->evidence = fact;
  sighting->donor_end = sighting->joiner_end = GALEN_TIME_NONE;
  sighting->first = sighting->last = sighting->position = GALEN_SEQNO_NONE;
  if (strcmp(sighting->joiner, walk->node->name) == 0) {
    sighting->told = walk->required != NULL;
    sighting->method = walk->method;
    sighting->no_ist = walk->no_ist != NULL;
    sighting->asked_ist = walk->required != NULL && walk->required->last >= 0 &&
                          galen_uuid_same(&walk->required->uuid, &walk->required->other);
  } else if (strcmp(sighting->donor, walk->node->name) == 0) {
    sighting->told = TRUE;
  }
  g_ptr_array_add(walk->sightings, sighting);
}

static void end(Walk *walk, const GalenFact *fact) {
  gboolean alone = g_strcmp0(fact->value, "left the group") == 0; /* in the place of the other one's name */
  const char *name = display(walk, fact->name), *peer = alone ? NULL : display(walk, fact->value);
  Sighting *sighting = fact->flag ? find_open(walk, name, peer) : find_open(walk, peer, name);
  if (sighting == NULL)
    return;
  if (fact->number != 0 || alone) {
    sighting->failed = TRUE;
    if (sighting->reason == NULL)
      sighting->reason = fact->text != NULL ? galen_text_words(fact->text) : "it failed";
  }
  if (fact->flag)
    sighting->donor_end = fact->time;
  else
    sighting->joiner_end = fact->time;
}

/* The lines before a failure say more than it does: its reason is the first trouble, if there was any. */
static void fail(Sighting *sighting, const GalenFact *trouble, const GalenFact *fact, gboolean over) {
  if (sighting->reason == NULL)
    sighting->reason = trouble != NULL ? galen_text_words(trouble->text) : galen_fact_words(fact);
  if (over) {
    sighting->failed = TRUE;
    sighting->donor_end = MAX(sighting->donor_end, fact->time);
  }
}

static void read_joiner(const Walk *walk, Sighting *sighting, const GalenFact *fact) {
  switch (fact->kind) {
  case GALEN_FACT_SST_SCRIPT:
    sighting->method = fact->flag ? sighting->method : fact->name;
    break;
  case GALEN_FACT_SST_RECEIVED:
    if (fact->seqno != GALEN_SEQNO_NONE)
      sighting->position = fact->seqno;
    break;
  case GALEN_FACT_IST_RECEIVING:
    sighting->got_ist = TRUE;
    sighting->first = fact->seqno;
    sighting->last = fact->last;
    break;
  case GALEN_FACT_IST_UNAVAILABLE:
    sighting->no_ist = TRUE;
    break;
  case GALEN_FACT_SST_FAILED:
  case GALEN_FACT_IST_FAILED:
  case GALEN_FACT_STATE_LOST:
    fail(sighting, walk->trouble, fact, TRUE);
    break;
  default:
    break;
  }
}

static void read_donor(Sighting *sighting, const GalenFact *fact) {
  switch (fact->kind) {
  case GALEN_FACT_SST_SCRIPT:
    sighting->method = fact->flag ? fact->name : sighting->method;
    break;
  case GALEN_FACT_SST_SENT:
    if (fact->seqno != GALEN_SEQNO_NONE)
      sighting->position = fact->seqno;
    break;
  case GALEN_FACT_IST_REQUEST:
    sighting->asked_ist = TRUE;
    if (fact->seqno >= 0 && sighting->first == GALEN_SEQNO_NONE) {
      sighting->first = fact->seqno + 1;
      sighting->last = fact->last;
    }
    break;
  case GALEN_FACT_IST_UNAVAILABLE:
    sighting->no_ist = TRUE;
    break;
  case GALEN_FACT_SST_FAILED:
  case GALEN_FACT_IST_FAILED:
    fail(sighting, NULL, fact, FALSE);
    break;
  default:
    break;
  }
}

/* Most facts say nothing of a transfer. */
static gboolean concerns_state(GalenFactKind kind) {
  switch (kind) {
  case GALEN_FACT_SST_SCRIPT:
  case GALEN_FACT_SST_SENT:
  case GALEN_FACT_SST_RECEIVED:
  case GALEN_FACT_SST_FAILED:
  case GALEN_FACT_IST_REQUEST:
  case GALEN_FACT_IST_RECEIVING:
  case GALEN_FACT_IST_UNAVAILABLE:
  case GALEN_FACT_IST_FAILED:
  case GALEN_FACT_STATE_LOST:
    return TRUE;
  default:
    return FALSE;
  }
}

static void read_fact(Walk *walk, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_DONOR_SELECTED) {
    walk->trouble = NULL;
    begin(walk, fact);
    return;
  }
  if (fact->kind == GALEN_FACT_TROUBLE && fact->level == GALEN_LEVEL_ERROR && walk->trouble == NULL)
    walk->trouble = fact;
  if (fact->kind == GALEN_FACT_TRANSFER_END) {
    end(walk, fact);
    return;
  }
  if (fact->kind == GALEN_FACT_TRANSFER_REQUIRED) {
    walk->required = fact;
    walk->method = walk->no_ist = NULL;
  }
  if (fact->kind == GALEN_FACT_SST_SCRIPT && !fact->flag && fact->name != NULL)
    walk->method = fact->name;
  if (fact->kind == GALEN_FACT_IST_UNAVAILABLE)
    walk->no_ist = "";
  if (!concerns_state(fact->kind))
    return;
  Sighting *joiner = find_open(walk, NULL, walk->node->name), *donor = find_open(walk, walk->node->name, NULL);
  if (joiner != NULL)
    read_joiner(walk, joiner, fact);
  else if (donor != NULL)
    read_donor(donor, fact);
}

static const char *reason_of(const GalenProcess *process) {
  static const char *const words[] = {[GALEN_END_CLEAN] = "the joiner was shut down",
                                      [GALEN_END_ABORT] = "the joiner gave up",
                                      [GALEN_END_CRASH] = "the joiner crashed",
                                      [GALEN_END_KILL] = "the joiner's log stops in it: killed"};
  return process->end == GALEN_END_ABORT ? galen_fact_words(process->end_fact) : words[process->end];
}

/* Whether lines are missing between: its end may be among them. */
static gboolean is_holed(const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < node->holes->len; i++) {
    const GalenHole *hole = &g_array_index(node->holes, GalenHole, i);
    if (hole->from <= to && hole->to >= from)
      return TRUE;
  }
  return FALSE;
}

/* A process that ends takes its transfer with it, unless somebody saw that complete. */
static void end_process(Walk *walk, const GalenProcess *process) {
  Sighting *joiner = find_open(walk, NULL, walk->node->name);
  walk->required = NULL;
  walk->method = walk->no_ist = NULL;
  if (joiner == NULL || process->end == GALEN_END_RUNNING || process->end == GALEN_END_UNKNOWN ||
      is_holed(walk->node, joiner->from, process->to))
    return;
  joiner->cut_off = reason_of(process);
  joiner->cut_at = process->to;
}

/* ---- rows ---- */

static void merge(Sighting *into, const Sighting *from) {
  into->from = MIN(into->from, from->from);
  into->donor_end = MAX(into->donor_end, from->donor_end);
  into->joiner_end = MAX(into->joiner_end, from->joiner_end);
  into->asked_ist = into->asked_ist || from->asked_ist;
  into->no_ist = into->no_ist || from->no_ist;
  into->got_ist = into->got_ist || from->got_ist;
  into->told = into->told || from->told;
  into->failed = into->failed || from->failed;
  if (from->cut_off != NULL) {
    into->cut_off = from->cut_off;
    into->cut_at = from->cut_at;
  }
  if (into->first == GALEN_SEQNO_NONE || (from->got_ist && from->first != GALEN_SEQNO_NONE)) {
    into->first = from->first != GALEN_SEQNO_NONE ? from->first : into->first;
    into->last = from->last != GALEN_SEQNO_NONE ? from->last : into->last;
  }
  if (into->position == GALEN_SEQNO_NONE)
    into->position = from->position;
  if (into->method == NULL)
    into->method = from->method;
  if (into->reason == NULL || (from->told && from->reason != NULL))
    into->reason = from->reason != NULL ? from->reason : into->reason;
  if (from->told && !into->told)
    into->evidence = from->evidence;
}

static void add_sighting(GArray *rows, const Sighting *sighting, guint node) {
  Row *best = NULL;
  gint64 best_distance = SAME_MAX;
  for (guint i = 0; i < rows->len; i++) {
    Row *row = &g_array_index(rows, Row, i);
    gint64 distance = ABS(row->sighting.from - sighting->from);
    if (row->seen_by == node || distance > best_distance || g_strcmp0(row->sighting.donor, sighting->donor) != 0 ||
        g_strcmp0(row->sighting.joiner, sighting->joiner) != 0)
      continue;
    best = row;
    best_distance = distance;
  }
  if (best != NULL) {
    merge(&best->sighting, sighting);
    best->seen_by = node;
    return;
  }
  Row row = {*sighting, node};
  g_array_append_val(rows, row);
}

/* Nobody saw the transfer of a process end before that did. */
static void settle(Sighting *sighting) {
  if (sighting->cut_off == NULL || (sighting->joiner_end != GALEN_TIME_NONE && !sighting->failed))
    return;
  sighting->failed = TRUE;
  sighting->donor_end = MAX(sighting->donor_end, sighting->cut_at);
  if (sighting->reason == NULL)
    sighting->reason = sighting->cut_off;
}

static GalenTransfer *transfer_of(Sighting *sighting) {
  settle(sighting);
  GalenTransfer *row = g_new0(GalenTransfer, 1);
  gboolean ist = sighting->got_ist || (sighting->asked_ist && !sighting->no_ist);
  gboolean complete = sighting->joiner_end != GALEN_TIME_NONE && !sighting->failed;
  row->kind = ist ? "IST" : sighting->told || sighting->method != NULL ? "SST" : NULL;
  row->method = ist ? NULL : g_strdup(sighting->method);
  row->donor = g_strdup(sighting->donor);
  row->joiner = g_strdup(sighting->joiner);
  row->from = sighting->from;
  row->to = sighting->joiner_end != GALEN_TIME_NONE ? sighting->joiner_end
            : sighting->failed                      ? sighting->donor_end
                                                    : GALEN_TIME_NONE;
  row->first_seqno = ist ? sighting->first : GALEN_SEQNO_NONE;
  row->last_seqno = ist ? sighting->last : sighting->position;
  row->outcome = sighting->failed ? "failed" : complete ? "complete" : "unknown";
  if (sighting->failed && sighting->reason != NULL)
    row->reason = galen_words_clean(galen_slice(sighting->reason, strlen(sighting->reason)), REASON_MAX);
  row->evidence = sighting->evidence;
  return row;
}

static int compare_transfers(gconstpointer a, gconstpointer b) {
  const GalenTransfer *x = *(const GalenTransfer *const *)a, *y = *(const GalenTransfer *const *)b;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  int order = g_strcmp0(x->joiner, y->joiner);
  return order != 0 ? order : g_strcmp0(x->donor, y->donor);
}

static void see_node(GalenHistoryFull *full, const GalenNode *node, GHashTable *pairs, guint number) {
  Walk walk = {.full = full, .node = node, .sightings = g_ptr_array_new_with_free_func(g_free)};
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = GALEN_PROCESS(node, i);
    for (guint k = process->first; k <= process->last; k++)
      read_fact(&walk, galen_fact_at(node->facts, k));
    end_process(&walk, process);
  }
  for (guint i = 0; i < walk.sightings->len; i++) {
    const Sighting *sighting = g_ptr_array_index(walk.sightings, i);
    char *key = g_strdup_printf("%s\n%s", sighting->donor, sighting->joiner);
    GArray *rows = g_hash_table_lookup(pairs, key);
    if (rows == NULL) {
      rows = g_array_new(FALSE, FALSE, sizeof(Row));
      g_hash_table_insert(pairs, g_strdup(key), rows);
    }
    add_sighting(rows, sighting, number);
    g_free(key);
  }
  g_ptr_array_unref(walk.sightings);
}

void galen_transfers_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.clusters->len; i++) {
    GalenClusterRow *cluster = g_ptr_array_index(full->pub.clusters, i);
    g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    for (guint k = 0; k < cluster->nodes->len; k++)
      see_node(full, g_ptr_array_index(cluster->nodes, k), pairs, k + 1);
    GHashTableIter iter;
    gpointer rows = NULL;
    g_hash_table_iter_init(&iter, pairs);
    while (g_hash_table_iter_next(&iter, NULL, &rows))
      for (guint k = 0; k < ((GArray *)rows)->len; k++)
        g_ptr_array_add(cluster->transfers, transfer_of(&g_array_index((GArray *)rows, Row, k).sighting));
    g_ptr_array_sort(cluster->transfers, compare_transfers);
  }
}
