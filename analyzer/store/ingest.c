#include "ingest.h"

#include "../words.h"
#include "cut.h"
#include "ingest_log.h"
#include "known.h"

#define NOT_A_LOG "not a log that Galen knows"
#define NOT_ANALYSED "a general query log: recognised, not analysed"
#define CUT_HEAD "cut at its head: what the store has already is left out"
#define CUT_COPY "the store has more of it than this copy, which is cut"

/* What is known of a stream only when it has been read. */
typedef enum { SEARCH_NONE, SEARCH_WANTED, SEARCH_DONE } CutSearch;

typedef struct {
  gboolean several; /* it has lines of several hosts */
  gboolean again;   /* it is to be read once more */
  CutSearch search; /* for the place where it goes on, as it may begin in the middle of what is there */
} Mark;

/* Readings of all inputs: as they are, with hosts told apart, searched, and as they go on. */
#define ROUNDS_MAX 4u

typedef struct {
  const GalenIngestOptions *options;
  const char *where;
  GalenStore *store; /* NULL: not opened yet */
  GalenInputs *inputs;
  GalenIngestResult *result;
  GalenLogReader reader;
  GalenIngestLog *log;
  GPtrArray *rows;   /* what the store has, of GalenStoreInput *; NULL: nothing */
  GHashTable *taken; /* ids of rows that an input of this run is: gint64 *, as a set */
  GArray *marks;     /* of Mark, by stream */
  gboolean again;    /* second round: only streams that are to be read again */
  guint stream;
  GHashTable *arguments, *streams; /* as in pipeline.c */
  GError *error;                   /* ends it */
} Ingest;

static void tell_progress(Ingest *self, gboolean done) {
  if (self->options->progress != NULL)
    self->options->progress(self->options->user, galen_inputs_bytes_done(self->inputs), self->reader.bytes, done);
}

static void on_tick(gpointer user) {
  tell_progress(user, FALSE);
}

static void problem(Ingest *self, const GalenInput *input, const char *why, gboolean counts) {
  if (counts) {
    self->result->incomplete = TRUE;
    g_hash_table_add(self->arguments, GUINT_TO_POINTER(input->argument));
  }
  g_autofree char *path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  void (*tell)(gpointer, const char *, const char *) = counts ? self->options->warn : self->options->note;
  if (tell != NULL)
    tell(self->options->user, path, why);
}

static void note_log(Ingest *self, const GalenInput *input) {
  self->result->logs++;
  g_hash_table_add(self->arguments, GUINT_TO_POINTER(input->argument));
}

static void tell_done(const Ingest *self, const char *path, const char *done, guint64 events) {
  if (self->options->tell == NULL)
    return;
  g_autofree char *text = g_strdup_printf("%s, %" G_GUINT64_FORMAT " events", done, events);
  self->options->tell(self->options->user, path, text);
}

/* ---- the store ---- */

static gboolean load_rows(Ingest *self) {
  g_clear_pointer(&self->rows, g_ptr_array_unref);
  self->rows = galen_store_inputs(self->store, &self->error);
  return self->rows != NULL;
}

static gboolean open_store(Ingest *self) {
  if (self->store != NULL)
    return TRUE;
  self->store = galen_store_open(self->where, GALEN_STORE_WRITE, &self->error);
  return self->store != NULL && load_rows(self);
}

static Mark *mark_of(const Ingest *self) {
  return &g_array_index(self->marks, Mark, self->stream);
}

static void take(Ingest *self, gint64 id) {
  g_hash_table_add(self->taken, g_memdup2(&id, sizeof id));
}

/* ---- one stream ---- */

typedef struct {
  GalenKnownFile file;
  GPtrArray *found; /* of GalenStoreInput *: what it is in the store; those that were written are NULL */
  GalenKnown known;
  gboolean decided;
  gboolean stands; /* there is nothing to write but where it is */
  GalenStoreContent content;
  GPtrArray *written; /* of gint64 *: ids */
} Contribution;

/* Evidence beside logs, and the general log, is no log itself. */
static gboolean is_log(const char *kind) {
  return g_str_equal(kind, "slow-log") || g_str_equal(kind, "error-log");
}

static gboolean is_state(const char *kind) {
  return g_str_equal(kind, "galera-state") || g_str_equal(kind, "configuration");
}

static void note_input(Ingest *self, const GalenInput *input, const char *kind, gboolean empty) {
  if (is_log(kind) || empty)
    note_log(self, input);
  else
    g_hash_table_add(self->arguments, GUINT_TO_POINTER(input->argument));
}

/* The same content, wherever it is now. */
static gboolean touch(Ingest *self, const GalenKnownFile *file, const GPtrArray *rows, const char *word) {
  for (guint i = 0; i < rows->len; i++) {
    GalenStoreInput *row = g_ptr_array_index(rows, i);
    g_free(row->path);
    row->path = g_strdup(file->path);
    row->file = file->file;
    if (!galen_store_touch_input(self->store, row, &self->error))
      return FALSE;
    tell_done(self, row->path, word, row->events);
  }
  return TRUE;
}

static gboolean has_moved(const GalenKnownFile *file, const GPtrArray *rows) {
  for (guint i = 0; i < rows->len; i++) {
    const GalenStoreInput *row = g_ptr_array_index(rows, i);
    if (!g_str_equal(row->path, file->path) || memcmp(&row->file, &file->file, sizeof row->file) != 0)
      return TRUE;
  }
  return FALSE;
}

/* The store is to say where it is now, and to know it there the next time. FALSE: it is not what it was meanwhile. */
static gboolean move(Ingest *self, const GalenKnownFile *file, GPtrArray *rows) {
  g_ptr_array_set_size(rows, 0);
  if (!galen_store_begin(self->store, &self->error))
    return FALSE;
  gboolean known = load_rows(self) && galen_known_unchanged(self->rows, self->taken, file, rows);
  if (known && touch(self, file, rows, "moved"))
    return galen_store_commit(self->store, &self->error);
  galen_store_rollback(self->store);
  return FALSE;
}

/* Nothing is new in it: it is not even opened. */
static gboolean is_unchanged(Ingest *self, const GalenInput *input, const GalenKnownFile *file) {
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  if (self->rows == NULL || input->continues || !galen_known_unchanged(self->rows, self->taken, file, found))
    return FALSE;
  gboolean moved = has_moved(file, found);
  if (moved && !move(self, file, found))
    return FALSE;
  for (guint i = 0; i < found->len; i++) {
    const GalenStoreInput *row = g_ptr_array_index(found, i);
    take(self, row->id);
    self->result->skipped++;
    note_input(self, input, row->kind, g_str_equal(row->kind, "unknown"));
    if (!moved)
      tell_done(self, row->path, "unchanged", row->events);
  }
  return TRUE;
}

/* The row of the host, else one of which nothing else became: a wrapper whose lines were not told apart before. */
static gint64 row_for(Contribution *self, const char *host) {
  guint at = self->found->len;
  for (guint i = 0; i < self->found->len; i++) {
    const GalenStoreInput *row = g_ptr_array_index(self->found, i);
    if (row != NULL && (g_str_equal(row->host, host) || (at == self->found->len && *row->host == '\0')))
      at = i;
    if (row != NULL && g_str_equal(row->host, host))
      break;
  }
  if (at == self->found->len)
    return 0;
  gint64 id = ((const GalenStoreInput *)g_ptr_array_index(self->found, at))->id;
  self->found->pdata[at] = NULL;
  return id;
}

static gboolean put(Ingest *self, Contribution *contribution) {
  g_autoptr(GalenStoreInput) input = galen_store_input_new();
  galen_ingest_log_describe(self->log, input);
  input->id = row_for(contribution, input->host);
  input->content = contribution->content;
  input->file = contribution->file.file;
  gboolean news = input->id == 0;
  GalenBytes evidence;
  galen_bytes_init(&evidence, GALEN_EVIDENCE_MAX);
  galen_ingest_log_evidence(self->log, &evidence);
  gboolean done = galen_store_put_input(self->store, input, &evidence, &self->error) &&
                  galen_slots_put(galen_ingest_log_slots(self->log), self->store, input->id, &self->error) &&
                  galen_store_end_input(self->store, input->id, &self->error);
  galen_bytes_clear(&evidence);
  if (!done)
    return FALSE;
  gint64 *id = g_memdup2(&input->id, sizeof input->id);
  g_ptr_array_add(contribution->written, id);
  *(news ? &self->result->added : &self->result->replaced) += 1;
  tell_done(self, input->path, news ? "added" : "read again", input->events);
  return TRUE;
}

/* What the store has is as good: there is nothing to write but where it is. */
static gboolean stands(const Contribution *contribution, gboolean split) {
  if (contribution->known == GALEN_KNOWN_LESS)
    return TRUE;
  gboolean same = contribution->known == GALEN_KNOWN_SAME;
  for (guint i = 0; same && i < contribution->found->len; i++) {
    const GalenStoreInput *row = g_ptr_array_index(contribution->found, i);
    gboolean hosts = *row->host != '\0';
    same = row->complete && hosts == split && (hosts || g_str_equal(row->node, contribution->file.node));
  }
  return same;
}

/* ---- logs that begin in the middle of what is there ---- */

/* Whether a row may have what is before a log's head: of that file or path, and to a later time than that in which it begins. */
static gboolean may_be_cut_of(const GalenStoreInput *row, const GalenKnownFile *file, const GalenStoreInput *log) {
  gboolean same_file =
      file->file.inode != 0 && row->file.device == file->file.device && row->file.inode == file->file.inode;
  return (same_file || g_str_equal(row->path, file->path)) && *row->host == '\0' && g_str_equal(row->kind, log->kind) &&
         row->content.size >= GALEN_STORE_TAIL && row->last != GALEN_TIME_NONE && log->first != GALEN_TIME_NONE &&
         log->first < row->last;
}

/* Appends the rows of which a file may be the end. `log` NULL: whatever the times. */
static void find_origins(const Ingest *self, const GalenKnownFile *file, const GalenStoreInput *log,
                         GPtrArray *ret_rows) {
  for (guint i = 0; self->rows != NULL && i < self->rows->len; i++) {
    GalenStoreInput *row = g_ptr_array_index(self->rows, i);
    GalenStoreInput any = {.kind = row->kind, .first = G_MININT64 + 1};
    if (may_be_cut_of(row, file, log != NULL ? log : &any))
      g_ptr_array_add(ret_rows, row);
  }
}

static gboolean wants_search(Ingest *self, const Contribution *contribution) {
  g_autoptr(GPtrArray) origins = g_ptr_array_new();
  g_autoptr(GalenStoreInput) log = galen_store_input_new();
  if (contribution->known != GALEN_KNOWN_NEW || mark_of(self)->search != SEARCH_NONE || self->reader.envelope != NULL ||
      contribution->content.head_len < GALEN_STORE_HEAD)
    return FALSE;
  galen_ingest_log_describe(self->log, log);
  if (is_log(log->kind))
    find_origins(self, &contribution->file, log, origins);
  return origins->len > 0;
}

/* Its events are left out up to there, now and whenever it is read. */
static void search(Ingest *self, GalenStream *stream, const GalenInput *input, const GalenKnownFile *file) {
  g_autoptr(GPtrArray) origins = g_ptr_array_new();
  g_autoptr(GalenContentTap) tap = galen_content_tap_new();
  GalenStoreContent content;
  GalenCut cut;
  *mark_of(self) = (Mark){.again = TRUE, .search = SEARCH_DONE};
  find_origins(self, file, NULL, origins);
  galen_stream_set_tap(stream, galen_content_tap_add, tap);
  gboolean found = galen_cut_find(stream, origins, &cut);
  galen_stream_set_tap(stream, NULL, NULL);
  galen_content_tap_result(tap, &content);
  if (!found || !galen_store_begin(self->store, &self->error))
    return;
  if (galen_cut_put(self->store, &content, &cut, &self->error) && galen_store_commit(self->store, &self->error))
    problem(self, input, CUT_HEAD, FALSE);
  else
    galen_store_rollback(self->store);
}

/* What is known of it from an earlier search, before its first event. FALSE with error. */
static gboolean set_cut(Ingest *self, const GalenContentTap *tap, gboolean there) {
  GalenCut cut = {0};
  GalenStoreContent content;
  if (there && self->reader.envelope == NULL && self->reader.format != NULL) {
    galen_log_reader_peek(&self->reader, GALEN_STORE_HEAD);
    galen_content_tap_result(tap, &content);
    if (!galen_cut_get(self->store, &content, &cut, &self->error))
      return FALSE;
  }
  galen_ingest_log_set_cut(self->log, &cut);
  return TRUE;
}

/* ---- one stream into the store ---- */

/* With the first log of a stream: the stream has been read to its end. */
static void decide(Ingest *self, Contribution *contribution, const GalenContentTap *tap, const GalenInput *input) {
  contribution->decided = TRUE;
  galen_content_tap_result(tap, &contribution->content);
  contribution->known = galen_known_find(self->rows, self->taken, &contribution->file, tap, contribution->found);
  contribution->stands = stands(contribution, self->reader.host != NULL);
  gboolean cut = galen_stream_error(self->reader.stream) != NULL;
  if (contribution->known == GALEN_KNOWN_LESS && cut)
    problem(self, input, CUT_COPY, TRUE);
}

static gboolean touch_known(Ingest *self, const Contribution *contribution) {
  for (guint i = 0; i < contribution->found->len; i++) {
    const GalenStoreInput *row = g_ptr_array_index(contribution->found, i);
    g_ptr_array_add(contribution->written, g_memdup2(&row->id, sizeof row->id));
    self->result->skipped++;
  }
  return touch(self, &contribution->file, contribution->found, "known");
}

static gboolean remove_left_over(Ingest *self, const Contribution *contribution) {
  for (guint i = 0; i < contribution->found->len; i++) {
    const GalenStoreInput *row = g_ptr_array_index(contribution->found, i);
    if (row != NULL && !galen_store_remove_input(self->store, row->id, &self->error))
      return FALSE;
  }
  return TRUE;
}

/* Whether it is anything that a store has. What is not is said, as a report does. */
static gboolean is_wanted(Ingest *self, const GalenInput *input) {
  const GalenStoredLog *log = galen_ingest_log_row(self->log);
  const char *kind = log->row->kind;
  gboolean empty = self->reader.format == NULL && self->reader.len == 0 && self->reader.eof && log->row->complete;
  if (log->row->problem != NULL)
    problem(self, input, log->row->problem, TRUE);
  if (g_str_equal(kind, "general-log")) {
    problem(self, input, NOT_ANALYSED, input->named);
    return FALSE;
  }
  if (self->reader.format == NULL && !empty)
    return FALSE;
  note_input(self, input, kind, empty);
  return TRUE;
}

/* All logs of a stream, within a transaction. FALSE: nothing is to be committed. */
static gboolean read_logs(Ingest *self, const GalenInput *input, Contribution *contribution,
                          const GalenContentTap *tap) {
  do {
    gboolean hosts = galen_ingest_log_read(self->log, &self->reader);
    if (hosts && !mark_of(self)->several) {
      mark_of(self)->several = mark_of(self)->again = TRUE;
      return FALSE;
    }
    if (!is_wanted(self, input))
      continue;
    contribution->file.replaced_whole = is_state(galen_ingest_log_row(self->log)->row->kind);
    if (!contribution->decided)
      decide(self, contribution, tap, input);
    if (wants_search(self, contribution)) {
      mark_of(self)->search = SEARCH_WANTED;
      mark_of(self)->again = TRUE;
      return FALSE;
    }
    if (!contribution->stands && !put(self, contribution))
      return FALSE;
  } while (galen_log_reader_next_host(&self->reader));
  if (!contribution->decided || contribution->known == GALEN_KNOWN_LESS)
    return FALSE;
  return contribution->stands ? touch_known(self, contribution) : remove_left_over(self, contribution);
}

static void finish(Ingest *self, const Contribution *contribution, gboolean commit) {
  if (!commit || self->error != NULL) {
    galen_store_rollback(self->store);
    return;
  }
  if (!galen_store_commit(self->store, &self->error))
    return;
  for (guint i = 0; i < contribution->written->len; i++)
    take(self, *(const gint64 *)g_ptr_array_index(contribution->written, i));
}

/* In a transaction, what the store has now, so that nobody else adds the same log meanwhile. */
static gboolean begin(Ingest *self) {
  if (!open_store(self) || !galen_store_begin(self->store, &self->error))
    return FALSE;
  if (load_rows(self))
    return TRUE;
  galen_store_rollback(self->store);
  return FALSE;
}

static void read_known(Ingest *self, const GalenInput *input, const GalenKnownFile *file, const GalenContentTap *tap) {
  Contribution contribution = {
      .file = *file, .found = g_ptr_array_new(), .written = g_ptr_array_new_with_free_func(g_free)};
  finish(self, &contribution, read_logs(self, input, &contribution, tap));
  g_ptr_array_unref(contribution.found);
  g_ptr_array_unref(contribution.written);
}

static void open_stream(Ingest *self, GalenStream *stream, GalenContentTap *tap) {
  for (guint i = 0; self->rows != NULL && i < self->rows->len; i++)
    galen_content_tap_expect(tap, ((const GalenStoreInput *)g_ptr_array_index(self->rows, i))->content.size);
  galen_stream_set_tap(stream, galen_content_tap_add, tap);
  galen_log_reader_open(&self->reader, stream, mark_of(self)->several);
}

/* No store is made for what is no log. Somebody else may make it meanwhile: then this log is looked at again. */
static gboolean make_store(Ingest *self) {
  gboolean some = self->reader.format != NULL || self->reader.len == 0;
  if (!some || !begin(self))
    return FALSE;
  if (self->rows->len == 0)
    return TRUE;
  galen_store_rollback(self->store);
  mark_of(self)->again = TRUE;
  return FALSE;
}

static void read_stream(Ingest *self, GalenStream *stream, const GalenInput *input, const GalenKnownFile *file) {
  gboolean there = self->store != NULL && !galen_store_is_new(self->store);
  if (mark_of(self)->search == SEARCH_WANTED) {
    search(self, stream, input, file);
    return;
  }
  if (there && !begin(self))
    return;
  g_autoptr(GalenContentTap) tap = galen_content_tap_new();
  open_stream(self, stream, tap);
  if (!set_cut(self, tap, there))
    galen_store_rollback(self->store);
  else if (there || make_store(self))
    read_known(self, input, file, tap);
  else if (galen_stream_error(stream) != NULL)
    problem(self, input, galen_stream_error(stream), TRUE);
  galen_log_reader_close(&self->reader);
  galen_stream_set_tap(stream, NULL, NULL);
}

static void visit(Ingest *self, GalenStream *stream, const GalenInput *input) {
  gpointer argument = GUINT_TO_POINTER(input->argument);
  guint streams = GPOINTER_TO_UINT(g_hash_table_lookup(self->streams, argument));
  g_hash_table_insert(self->streams, argument, GUINT_TO_POINTER(streams + 1));
  if (input->status != GALEN_INPUT_OK) {
    problem(self, input, input->error, input->status == GALEN_INPUT_UNREADABLE);
    if (input->status != GALEN_INPUT_UNREADABLE)
      note_log(self, input);
    return;
  }
  g_autofree char *path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  g_autofree char *node = galen_words_clean(galen_slice(input->node, strlen(input->node)), 0);
  GalenKnownFile file = {.path = path, .node = node};
  galen_known_stat(input->path, &file.file);
  if (!is_unchanged(self, input, &file))
    read_stream(self, stream, input, &file);
  tell_progress(self, FALSE);
}

static void on_stream(GalenStream *stream, gpointer user) {
  Ingest *self = user;
  if (self->stream >= self->marks->len)
    g_array_set_size(self->marks, self->stream + 1);
  if (self->error == NULL && (!self->again || mark_of(self)->again)) {
    mark_of(self)->again = FALSE;
    visit(self, stream, galen_stream_input(stream));
  }
  self->stream++;
}

static gboolean is_again(const Ingest *self) {
  for (guint i = 0; i < self->marks->len; i++)
    if (g_array_index(self->marks, Mark, i).again)
      return TRUE;
  return FALSE;
}

/* A path in which nothing is a log was named in vain. */
static void check_arguments(Ingest *self) {
  for (guint i = 0; i < galen_inputs_n_arguments(self->inputs); i++) {
    if (g_hash_table_contains(self->arguments, GUINT_TO_POINTER(i)))
      continue;
    self->result->incomplete = TRUE;
    const char *argument = galen_inputs_argument(self->inputs, i);
    gboolean several = GPOINTER_TO_UINT(g_hash_table_lookup(self->streams, GUINT_TO_POINTER(i))) > 1 ||
                       g_file_test(argument, G_FILE_TEST_IS_DIR);
    if (self->options->warn != NULL)
      self->options->warn(self->options->user, argument, several ? "no log in it that Galen knows" : NOT_A_LOG);
  }
}

static void read_all(Ingest *self) {
  /* What is only known at its end, hosts behind the head of a file, makes it look once more. */
  galen_inputs_survey(self->inputs, on_stream, self);
  for (guint round = 1; round < ROUNDS_MAX && self->error == NULL && is_again(self); round++) {
    self->again = TRUE;
    self->stream = 0;
    galen_inputs_survey(self->inputs, on_stream, self);
  }
  tell_progress(self, TRUE);
  if (self->error == NULL)
    check_arguments(self);
}

gboolean galen_ingest(const char *where, GalenInputs *inputs, const GalenIngestOptions *options,
                      GalenIngestResult *ret_result, GError **error) {
  *ret_result = (GalenIngestResult){0};
  Ingest self = {.options = options, .where = where, .inputs = inputs, .result = ret_result};
  self.log = galen_ingest_log_new(options, on_tick, &self);
  self.taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  self.marks = g_array_new(FALSE, TRUE, sizeof(Mark));
  self.arguments = g_hash_table_new(NULL, NULL);
  self.streams = g_hash_table_new(NULL, NULL);
  galen_log_reader_init(&self.reader);
  if (options->block_bytes != 0)
    self.reader.block = options->block_bytes;
  /* What is wrong with a store that is there is said before anything is read. */
  if (!galen_store_may_be_there(where) || open_store(&self))
    read_all(&self);
  galen_log_reader_clear(&self.reader);
  galen_ingest_log_free(self.log);
  g_hash_table_unref(self.taken);
  g_hash_table_unref(self.arguments);
  g_hash_table_unref(self.streams);
  g_array_unref(self.marks);
  g_clear_pointer(&self.rows, g_ptr_array_unref);
  galen_store_free(self.store);
  if (self.error == NULL)
    return TRUE;
  g_propagate_error(error, self.error);
  return FALSE;
}
