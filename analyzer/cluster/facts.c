#include "facts_private.h"

#include "../digest/error_template.h"
#include "../words.h"

/* Of one input; instances past it share the last one's memory. */
#define SERVERS_MAX 64u
/* Facts that one record can make besides its own. */
#define EXTRA_MAX 512u
#define RAW_TIME_MAX 48u
/* Repeats are folded when no decisive fact is between, and no more than this: what is further apart is another story. */
#define FOLD_GAP (600 * G_USEC_PER_SEC)
#define FOLD_LINKS (5 * G_USEC_PER_SEC) /* from the first to the last */
#define FOLDS_MAX 32u                   /* that are told apart at once */

typedef struct {
  GalenFact *fact; /* in the journal */
  const GalenLogRule *rule;
} Fold;

struct GalenFactReader {
  GalenJournalInput *input; /* borrowed */
  guint index;
  GHashTable *kinds; /* const GalenLogRule * to its fact's kind */
  const GalenFactPattern *rows[GALEN_FACT_KINDS];
  gsize n_rows[GALEN_FACT_KINDS];
  GalenFactServer servers[SERVERS_MAX];
  GPtrArray *extra;      /* of GalenFact *: what galen_fact_reader_emit was given */
  Fold folds[FOLDS_MAX]; /* facts whose repeats may come; the oldest goes first */
  guint n_folds;         /* that were put in since the last decisive fact */
  gboolean gap;          /* bytes are missing since the last fact */
};

/* ---- kinds and names ---- */

const char *galen_fact_name(GalenFactKind kind) {
  return kind < GALEN_FACT_KINDS ? galen_fact_kind_rows[kind].name : NULL;
}

GalenFactKind galen_fact_kind(const char *name) {
  for (guint i = 1; i < GALEN_FACT_KINDS; i++)
    if (g_strcmp0(galen_fact_kind_rows[i].name, name) == 0)
      return (GalenFactKind)i;
  return GALEN_FACT_NONE;
}

static void index_patterns(GalenFactReader *self, const GalenFactPatterns *patterns) {
  for (gsize i = 0; i < patterns->n; i++) {
    GalenFactKind kind = patterns->rows[i].kind;
    if (self->n_rows[kind]++ == 0)
      self->rows[kind] = &patterns->rows[i];
  }
}

GalenFactReader *galen_fact_reader_new(GalenJournalInput *input, guint index) {
  static const GalenFactPatterns *const all[] = {
      &galen_fact_patterns_process,     &galen_fact_patterns_link,     &galen_fact_patterns_component,
      &galen_fact_patterns_server,      &galen_fact_patterns_transfer, &galen_fact_patterns_vote,
      &galen_fact_patterns_replication,
  };
  GalenFactReader *self = g_new0(GalenFactReader, 1);
  self->input = input;
  self->index = index;
  self->kinds = g_hash_table_new(NULL, NULL);
  self->extra = g_ptr_array_new_with_free_func((GDestroyNotify)galen_fact_free);
  for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
    index_patterns(self, all[i]);
  return self;
}

void galen_fact_reader_free(GalenFactReader *self) {
  if (self == NULL)
    return;
  g_hash_table_unref(self->kinds);
  g_ptr_array_unref(self->extra);
  g_free(self);
}

GalenFactServer *galen_fact_reader_server(GalenFactReader *self, const GalenErrorEvent *event) {
  return &self->servers[MIN(event->instance, SERVERS_MAX - 1)];
}

/* ---- operands ---- */

char *galen_fact_text(GalenSlice text) {
  return galen_error_text_mask(galen_fact_trim(text), GALEN_FACT_TEXT_MAX, FALSE);
}

char *galen_fact_word(GalenSlice text) {
  return galen_words_clean(galen_fact_trim(text), GALEN_FACT_NAME_MAX);
}

static void set_operands(GalenFact *fact, const GalenFactOperands *found, const GalenFactPattern *row) {
  fact->uuid = found->uuid;
  fact->other = found->other;
  fact->seqno = found->seqno;
  fact->last = found->last;
  fact->number = found->number < G_MININT32 || found->number > G_MAXINT32 ? -1 : (gint32)found->number;
  fact->total = found->total < G_MININT32 || found->total > G_MAXINT32 ? -1 : (gint32)found->total;
  fact->flag = row->flag;
  fact->name = found->name.data != NULL ? galen_fact_word(found->name) : g_strdup(row->name);
  fact->value = found->value.data != NULL ? galen_fact_text(found->value) : g_strdup(row->value);
}

gboolean galen_fact_reader_match(GalenFactReader *self, GalenSlice text, GalenFact *fact) {
  GalenFactOperands found;
  const GalenFactPattern *rows = self->rows[fact->kind];
  for (gsize i = 0; i < self->n_rows[fact->kind]; i++)
    if (galen_fact_pattern_match(rows[i].pattern, text, &found)) {
      set_operands(fact, &found, &rows[i]);
      return TRUE;
    }
  return FALSE;
}

/* ---- keeping ---- */

/* What gcomm and gcs write of links, components and states are names, addresses and numbers: nothing to mask. */
static gboolean is_plain(GalenFactKind kind) {
  return kind >= GALEN_FACT_LISTENING && kind <= GALEN_FACT_FLOW_CONTROL;
}

static void set_origin(const GalenFactReader *self, const GalenErrorEvent *event, GalenFact *fact) {
  fact->input = self->index;
  fact->instance = event->instance;
  fact->line = event->line;
  fact->level = event->level;
  fact->wall = fact->last_wall = event->wall;
  fact->time = event->time;
  fact->resolution = event->resolution;
  fact->inherited = event->inherited;
  fact->gap_before = self->gap;
  fact->thread = event->thread;
}

/* Texts are read of facts that are kept, for they cost more than all the rest. */
static void set_texts(const GalenErrorEvent *event, GalenFact *fact) {
  GalenSlice text = galen_fact_trim(event->head.data != NULL ? event->head : event->text);
  fact->text = is_plain(fact->kind) ? galen_words_clean(text, GALEN_FACT_TEXT_MAX) : galen_fact_text(text);
  if (event->raw_time.data != NULL)
    fact->raw_time = galen_words_clean(event->raw_time, RAW_TIME_MAX);
  if ((galen_fact_kind_rows[fact->kind].traits & GALEN_FACT_TOLD) != 0)
    fact->value = galen_fact_text(event->text);
}

static gboolean same_uuid(const GalenUuid *a, const GalenUuid *b) {
  return a->known == b->known && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static gboolean same_fact(const GalenFact *a, const GalenFact *b) {
  guint traits = galen_fact_kind_rows[a->kind].traits;
  return a->kind == b->kind && a->instance == b->instance && a->flag == b->flag && a->replayed == b->replayed &&
         a->members == NULL && b->members == NULL && a->seqno == b->seqno && a->last == b->last &&
         (a->number == b->number || (traits & GALEN_FACT_ATTEMPTS) != 0) && a->total == b->total && !b->gap_before &&
         same_uuid(&a->uuid, &b->uuid) && same_uuid(&a->other, &b->other) && g_strcmp0(a->name, b->name) == 0 &&
         ((traits & GALEN_FACT_TOLD) != 0 || g_strcmp0(a->value, b->value) == 0);
}

/* ---- repeats ---- */

static gboolean is_near(const GalenFact *before, const GalenFact *fact) {
  gboolean links = (galen_fact_kind_rows[fact->kind].traits & GALEN_FACT_LINKS) != 0;
  gint64 from = links ? before->wall : before->last_wall;
  if (fact->wall == GALEN_TIME_NONE || from == GALEN_TIME_NONE)
    return FALSE;
  return fact->wall >= before->last_wall && fact->wall - from <= (links ? FOLD_LINKS : FOLD_GAP);
}

/* The fact that `fact`, by `rule`, repeats; NULL: none. */
static GalenFact *find_repeated(const GalenFactReader *self, const GalenFact *fact, const GalenLogRule *rule) {
  for (guint i = 0; i < MIN(self->n_folds, FOLDS_MAX); i++) {
    const Fold *fold = &self->folds[i];
    if (fold->rule == rule && fold->fact->kind == fact->kind && fold->fact->level == fact->level &&
        same_fact(fold->fact, fact) && is_near(fold->fact, fact))
      return fold->fact;
  }
  return NULL;
}

/* What comes behind a decisive fact is no repeat of what was before. */
static void note_kept(GalenFactReader *self, GalenFact *fact, const GalenLogRule *rule, gboolean decisive) {
  guint traits = galen_fact_kind_rows[fact->kind].traits;
  if (decisive || fact->gap_before)
    self->n_folds = 0;
  /* Replication that stops, runs and stops again stopped twice. */
  if (fact->kind == GALEN_FACT_REPLICATION)
    for (guint i = 0; i < MIN(self->n_folds, FOLDS_MAX); i++)
      if (self->folds[i].fact->kind == fact->kind && self->folds[i].fact->flag != fact->flag)
        self->folds[i].rule = NULL;
  if ((traits & (GALEN_FACT_FOLDS | GALEN_FACT_LINKS)) == 0)
    return;
  self->folds[self->n_folds % FOLDS_MAX] = (Fold){fact, rule};
  self->n_folds++;
}

static void count_repeat(GalenFact *before, const GalenFact *fact) {
  before->last_wall = fact->wall;
  before->count += before->count < G_MAXUINT32;
}

/* ---- the journal ---- */

/* `fact` is taken over. */
static void keep(GalenFactReader *self, const GalenErrorEvent *event, const GalenLogRule *rule, GalenFact *fact) {
  GPtrArray *facts = self->input->facts;
  GalenFactServer *server = &self->servers[MIN(fact->instance, SERVERS_MAX - 1)];
  gboolean decisive = galen_fact_is_decisive(fact);
  guint traits = galen_fact_kind_rows[fact->kind].traits;
  GalenFact *before = facts->len > 0 && !decisive ? g_ptr_array_index(facts, facts->len - 1) : NULL;
  if (before != NULL && ((traits & GALEN_FACT_TOLD) != 0 || !same_fact(before, fact)))
    before = NULL;
  if (before == NULL && !decisive)
    before = find_repeated(self, fact, rule);
  if (before != NULL) {
    count_repeat(before, fact);
    galen_fact_free(fact);
  } else if (facts->len >= galen_fact_limit(self->input, decisive)) {
    self->input->folded++;
    galen_fact_free(fact);
  } else {
    if ((traits & GALEN_FACT_STARTING) == 0)
      server->safe_start = NULL;
    if (fact->kind == GALEN_FACT_PROCESS_START)
      server->safe_start = fact->name == NULL && fact->number < 0 ? fact : NULL;
    set_texts(event, fact);
    note_kept(self, fact, rule, decisive);
    self->gap = FALSE;
    g_ptr_array_add(facts, fact);
  }
}

void galen_fact_reader_emit(GalenFactReader *self, const GalenErrorEvent *event, GalenFact *fact) {
  set_origin(self, event, fact);
  if (self->extra->len < EXTRA_MAX)
    g_ptr_array_add(self->extra, fact);
  else
    galen_fact_free(fact);
}

static gboolean is_secret(GalenSlice name) {
  static const char *const words[] = {"auth", "password", "passwd", "secret", "key", "token"};
  g_autofree char *lower = g_ascii_strdown(name.data, (gssize)name.len);
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (strstr(lower, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

GalenFact *galen_fact_reader_option(GalenFactReader *self, const GalenErrorEvent *event, GalenSlice name,
                                    GalenSlice value) {
  GalenFact *fact = galen_fact_new(GALEN_FACT_OPTION);
  fact->name = galen_fact_word(name);
  fact->value = is_secret(name) ? g_strdup("?") : galen_fact_text(value);
  galen_fact_reader_emit(self, event, fact);
  return fact;
}

static void flush_extra(GalenFactReader *self, const GalenErrorEvent *event, const GalenLogRule *rule) {
  while (self->extra->len > 0)
    keep(self, event, rule, g_ptr_array_steal_index(self->extra, 0));
}

/* ---- reading ---- */

static GalenFactKind kind_of(GalenFactReader *self, const GalenLogRule *rule) {
  gpointer kind;
  if (rule->fact == NULL)
    return GALEN_FACT_NONE;
  if (!g_hash_table_lookup_extended(self->kinds, rule, NULL, &kind)) {
    kind = GUINT_TO_POINTER(galen_fact_kind(rule->fact));
    g_hash_table_insert(self->kinds, (gpointer)rule, kind);
  }
  return (GalenFactKind)GPOINTER_TO_UINT(kind);
}

/* A connection that writes shows its server alive; what is written right before a start line is the next one's. */
#define ALIVE_BEFORE_START (2 * G_TIME_SPAN_SECOND)

static void note_life(GalenFactReader *self, const GalenErrorEvent *event) {
  GalenFactServer *server = galen_fact_reader_server(self, event);
  if (event->thread == 0 || event->wall == GALEN_TIME_NONE || event->wall <= server->alive)
    return;
  if (event->wall - server->alive > ALIVE_BEFORE_START)
    server->before = server->alive;
  server->alive = event->wall;
}

static void set_alive(const GalenFactServer *server, GalenFact *start) {
  gint64 until = start->wall == GALEN_TIME_NONE ? 0 : start->wall - ALIVE_BEFORE_START;
  gint64 alive = server->alive <= until ? server->alive : server->before;
  start->alive_wall = alive > 0 && alive <= until ? alive : GALEN_TIME_NONE;
}

/* What a record tells about the reader's own bookkeeping, whatever else it is. */
static void follow(GalenFactReader *self, const GalenErrorEvent *event, const GalenFact *fact) {
  GalenFactServer *server = galen_fact_reader_server(self, event);
  switch (fact->kind) {
  case GALEN_FACT_PROCESS_START:
    server->receiving = server->down = server->recovering = FALSE;
    server->starting = TRUE;
    server->own = (GalenUuid){0};
    server->limits[0] = server->limits[1] = 0;
    break;
  case GALEN_FACT_READY:
  case GALEN_FACT_SHUTDOWN_BEGIN:
  case GALEN_FACT_ABORTING:
    server->starting = FALSE;
    break;
  case GALEN_FACT_SHUTDOWN_END:
    server->down = TRUE;
    server->starting = FALSE;
    break;
  case GALEN_FACT_IST_RECEIVING:
    server->receiving = TRUE;
    break;
  case GALEN_FACT_IST_RECEIVED:
  case GALEN_FACT_IST_FAILED:
    server->receiving = FALSE;
    break;
  default:
    break;
  }
}

static void read_fact(GalenFactReader *self, const GalenErrorEvent *event, const GalenLogRule *rule,
                      GalenFactKind kind) {
  if (self->input->facts->len >= galen_fact_limit(self->input, TRUE)) {
    self->input->folded++;
    return;
  }
  const GalenFactKindRow *row = &galen_fact_kind_rows[kind];
  g_autoptr(GalenFact) fact = galen_fact_new(kind);
  gboolean found = row->read != NULL ? row->read(self, event, fact) : galen_fact_reader_match(self, event->text, fact);
  if (found) {
    set_origin(self, event, fact);
    if (kind == GALEN_FACT_PROCESS_START)
      set_alive(galen_fact_reader_server(self, event), fact);
    follow(self, event, fact);
    keep(self, event, rule, g_steal_pointer(&fact));
  }
  flush_extra(self, event, rule);
}

static void take_words(GalenFact *fact, const GalenLogRule *rule) {
  fact->name = g_strdup(rule->id);
  fact->title = rule->title;
  fact->cause = rule->cause;
  fact->advice = rule->advice;
}

/* The first error of a start is its cause, whatever follows is clean-up. What a rule calls less than critical stops none. */
static void note_start_error(GalenFactReader *self, const GalenErrorEvent *event, const GalenLogRule *rule) {
  GalenFactServer *server = galen_fact_reader_server(self, event);
  gboolean fatal = event->level == GALEN_LEVEL_ERROR && (rule == NULL || rule->severity == GALEN_SEVERITY_CRITICAL);
  if (!server->starting || !fatal || (rule != NULL && kind_of(self, rule) == GALEN_FACT_ABORTING))
    return;
  server->starting = FALSE;
  GalenFact *fact = galen_fact_new(GALEN_FACT_START_ERROR);
  if (rule != NULL)
    take_words(fact, rule);
  set_origin(self, event, fact);
  keep(self, event, rule, fact);
}

void galen_fact_reader_add(GalenFactReader *self, const GalenErrorEvent *event, const GalenLogRule *rule) {
  note_life(self, event);
  self->gap = self->gap || event->gap_before;
  note_start_error(self, event, rule);
  if (rule == NULL)
    return;
  GalenFactKind kind = kind_of(self, rule);
  if (kind != GALEN_FACT_NONE && kind != GALEN_FACT_TROUBLE)
    read_fact(self, event, rule, kind);
  if (rule->incident != NULL) {
    GalenFact *fact = galen_fact_new(GALEN_FACT_TROUBLE);
    take_words(fact, rule);
    fact->value = g_strdup(rule->incident);
    set_origin(self, event, fact);
    keep(self, event, rule, fact);
  }
}
