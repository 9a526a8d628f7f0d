/* Two copies of one log, the later one trimmed at its head: where does the one begin in the other?
 *
 * B follows A when all of A from some place on is what B begins with. The place is
 * looked for by B's first 4 KiB and then compared to A's end, so what is joined is
 * known to be equal byte by byte. A search that gives up joins nothing. */
#include "input-private.h"

#define ANCHOR_BYTES (4u << 10)
#define BLOCK (256u << 10)
/* Where an input's times are looked for: at its beginning, and in a plain one at its end. */
#define EDGE_BYTES (64u << 10)
#define STAMP "SET timestamp="
#define NODE_INPUTS_MAX 64
/* Places in A where B's first bytes stand: the first ones are tried. */
#define PLACES_MAX 4
/* Unpacked bytes that all searches together may read. */
#define SEARCH_BYTES_MAX (G_GUINT64_CONSTANT(2) << 30)
/* A larger file is not unpacked for a search. */
#define SEARCH_PACKED_MAX (G_GUINT64_CONSTANT(16) << 20)
/* Packed bytes that are unpacked to learn when logs end, and unpacked ones of each. */
#define ENDS_PACKED_MAX (G_GUINT64_CONSTANT(512) << 20)
#define END_BYTES_MAX (G_GUINT64_CONSTANT(1) << 30)
#define THREADS_MAX 4

/* What is known of an input before it is searched. */
typedef struct {
  GalenInputEntry *entry;
  gboolean plain;
  gboolean cheap; /* unpacking it takes little memory */
  gboolean damaged;
  guint64 head_stamp, head_last; /* the least and the greatest at its beginning; 0: unknown */
  guint64 tail_stamp;            /* the greatest at its beginning and its end; 0: unknown */
  char anchor[ANCHOR_BYTES];
} Candidate;

typedef struct {
  guint64 left;      /* of SEARCH_BYTES_MAX */
  guint64 ends_left; /* of ENDS_PACKED_MAX */
  guint threads;
} Search;

typedef struct {
  guint64 least, greatest;
} Stamps;

static void note_stamp(Stamps *stamps, guint64 value) {
  stamps->least = stamps->least == 0 ? value : MIN(stamps->least, value);
  stamps->greatest = MAX(stamps->greatest, value);
}

/* A number of `digits` digits, the first of them perhaps a blank; FALSE: there is none. */
static gboolean take_digits(const char **at, const char *end, guint digits, guint64 *number) {
  guint64 value = 0;
  for (guint i = 0; i < digits; i++, (*at)++) {
    if (*at == end || !(g_ascii_isdigit(**at) || (i == 0 && **at == ' ')))
      return FALSE;
    value = value * 10 + (guint64)(**at == ' ' ? 0 : **at - '0');
  }
  for (guint i = 0; i < digits; i++)
    *number *= 10;
  *number += value;
  return TRUE;
}

/* "2026-11-24  3:07:10", "2026-11-24T03:07:10", "261124  3:07:10" at the beginning of a line, as a number that grows with time; 0:
 * something else. */
static guint64 line_stamp(const char *at, const char *end) {
  static const char *const forms[] = {"4-2-2 2:2:2", "4-2-2T2:2:2", "6 2:2:2"};
  for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
    guint64 stamp = 0;
    const char *from = at, *form = forms[i];
    gboolean fits = TRUE;
    for (; *form != '\0' && fits; form++) {
      if (g_ascii_isdigit(*form))
        fits = take_digits(&from, end, (guint)(*form - '0'), &stamp);
      else
        fits = from < end && *from++ == *form;
    }
    if (fits)
      return stamp;
  }
  return 0;
}

/* Error logs have a time at the beginning of most lines. */
static Stamps find_line_stamps(const char *data, gsize len) {
  Stamps stamps = {0};
  const char *end = data + len;
  for (const char *at = data; at < end;) {
    guint64 value = line_stamp(at, end);
    if (value > 0)
      note_stamp(&stamps, value);
    at = memchr(at, '\n', (gsize)(end - at));
    at = at != NULL ? at + 1 : end;
  }
  return stamps;
}

static Stamps find_stamps(const char *data, gsize len) {
  Stamps stamps = {0};
  const char *end = data + len;
  const char *at = data;
  while ((at = memmem(at, (gsize)(end - at), STAMP, strlen(STAMP))) != NULL) {
    guint64 value = 0;
    for (at += strlen(STAMP); at < end && g_ascii_isdigit(*at) && value < G_MAXUINT32; at++)
      value = value * 10 + (guint64)(*at - '0');
    /* Digits that the edge cuts tell nothing. */
    if (value == 0 || at == end)
      continue;
    note_stamp(&stamps, value);
  }
  return stamps.least > 0 ? stamps : find_line_stamps(data, len);
}

/* The greatest stamp at a plain file's end, of which EDGE_BYTES or all were read. */
static guint64 tail_stamp(GalenReader *reader, const GalenInputEntry *entry, char *edge) {
  const guint64 both = (guint64)2 * EDGE_BYTES;
  if (entry->size > both && !galen_reader_skip(reader, entry->size - both))
    return 0;
  gsize len = galen_reader_fill(reader, edge, EDGE_BYTES);
  return find_stamps(edge, len).greatest;
}

/* The end of a log that has `last` behind its beginning. A log of one kind may quote times of the other. */
static guint64 end_of(const Candidate *self, guint64 last) {
  gboolean same_kind = (last > G_MAXUINT32) == (self->head_last > G_MAXUINT32);
  return last > 0 && same_kind ? MAX(self->head_last, last) : 0;
}

/* NULL: too short, an archive, or it cannot be opened. */
static Candidate *candidate_new(GalenInputEntry *entry, char *edge) {
  GalenReader reader;
  if (!galen_reader_open(&reader, entry))
    return NULL;
  Candidate *self = NULL;
  gsize len = galen_source_is_archive(reader.source) ? 0 : galen_reader_fill(&reader, edge, EDGE_BYTES);
  if (len >= ANCHOR_BYTES) {
    Stamps head = find_stamps(edge, len);
    self = g_new0(Candidate, 1);
    self->entry = entry;
    self->plain = g_str_equal(reader.compression, "none");
    self->cheap = g_str_equal(reader.compression, "gzip");
    memcpy(self->anchor, edge, ANCHOR_BYTES);
    self->head_stamp = head.least;
    self->head_last = head.greatest;
    self->tail_stamp = self->plain ? end_of(self, tail_stamp(&reader, entry, edge)) : 0;
  }
  galen_reader_close(&reader);
  return self;
}

/* A packed log has to be unpacked to know when it ends: once, and then few others can follow it. `data` is its Candidate. */
static void learn_end(gpointer data, G_GNUC_UNUSED gpointer user) {
  Candidate *self = data;
  GalenReader reader;
  if (!galen_reader_open(&reader, self->entry))
    return;
  /* The end is in the last two blocks. */
  g_autofree char *blocks = g_malloc((gsize)2 * EDGE_BYTES);
  guint64 total = galen_reader_fill(&reader, blocks, EDGE_BYTES);
  gsize n = EDGE_BYTES, len = (gsize)total;
  while (n == EDGE_BYTES && len >= EDGE_BYTES && total < END_BYTES_MAX) {
    memmove(blocks, blocks + len - EDGE_BYTES, EDGE_BYTES);
    n = galen_reader_fill(&reader, blocks + EDGE_BYTES, EDGE_BYTES);
    len = EDGE_BYTES + n;
    total += n;
  }
  self->damaged = reader.source->error != NULL;
  if (total < END_BYTES_MAX)
    self->tail_stamp = end_of(self, find_stamps(blocks, len).greatest);
  galen_reader_close(&reader);
}

/* May `second` begin before `first` ends, and not before it begins? */
static gboolean plausible(const Candidate *first, const Candidate *second) {
  if (first->head_stamp == 0 || second->head_stamp == 0 || first->damaged)
    return FALSE;
  if (!first->plain && first->entry->size > SEARCH_PACKED_MAX)
    return FALSE;
  if ((first->head_stamp > G_MAXUINT32) != (second->head_stamp > G_MAXUINT32))
    return FALSE; /* an error log and a slow log */
  return first->head_stamp <= second->head_stamp && (first->tail_stamp == 0 || second->head_stamp <= first->tail_stamp);
}

/* memmem, which is fast for so short a needle. */
#define NEEDLE_BYTES 256

/* The next place of the whole anchor; NULL: there is none. */
static const char *find_anchor(const char *from, const char *end, const char *anchor) {
  while ((from = memmem(from, (gsize)(end - from), anchor, NEEDLE_BYTES)) != NULL &&
         end - from >= (gssize)ANCHOR_BYTES) {
    if (memcmp(from, anchor, ANCHOR_BYTES) == 0)
      return from;
    from++;
  }
  return NULL;
}

/* Where `second` begins in `first`: how many places, the first PLACES_MAX in ret_places. */
static guint find_places(Search *self, const Candidate *first, const Candidate *second, guint64 *ret_places) {
  GalenReader reader;
  guint n_places = 0;
  if (!galen_reader_open(&reader, first->entry))
    return 0;
  /* What both have is at most as long as the second. */
  gboolean both_plain = first->plain && second->plain;
  guint64 at = both_plain && first->entry->size > second->entry->size ? first->entry->size - second->entry->size : 0;
  gboolean more = galen_reader_skip(&reader, at);
  g_autofree char *window = g_malloc(ANCHOR_BYTES + BLOCK);
  gsize kept = 0;
  while (more && n_places < PLACES_MAX) {
    gsize n = galen_reader_fill(&reader, window + kept, BLOCK);
    gsize len = kept + n;
    more = n == BLOCK && self->left >= n;
    self->left -= MIN(self->left, n);
    const char *found = window;
    const char *end = window + len;
    while (n_places < PLACES_MAX && (found = find_anchor(found, end, second->anchor)) != NULL) {
      ret_places[n_places++] = at + (guint64)(found - window);
      found++;
    }
    kept = MIN(len, (gsize)ANCHOR_BYTES - 1);
    memmove(window, end - kept, kept);
    at += len - kept;
  }
  galen_reader_close(&reader);
  return n_places;
}

/* How much `second` begins with of what `first` has from `place` to its end; 0 if that differs. */
static guint64 compare_from(Search *self, GalenReader *first, GalenReader *second, guint64 place) {
  g_autofree char *a = g_malloc(BLOCK);
  g_autofree char *b = g_malloc(BLOCK);
  guint64 same = 0;
  if (!galen_reader_skip(first, place))
    return 0;
  while (self->left >= BLOCK) {
    gsize n = galen_reader_fill(first, a, BLOCK);
    gsize m = galen_reader_fill(second, b, n);
    self->left -= BLOCK;
    if (n != m || memcmp(a, b, n) != 0)
      return 0;
    same += n;
    /* Of a damaged file the end is not its log's: it is read as it is. */
    if (n < BLOCK)
      return first->source->error == NULL ? same : 0;
  }
  return 0;
}

static guint64 overlap_at(Search *self, const Candidate *first, const Candidate *second, guint64 place) {
  GalenReader a = {0}, b = {0};
  guint64 same = 0;
  if (galen_reader_open(&a, first->entry) && galen_reader_open(&b, second->entry))
    same = compare_from(self, &a, &b, place);
  galen_reader_close(&a);
  galen_reader_close(&b);
  return same;
}

/* Is `entry` among those that are joined to `to`, or `to` itself? */
static gboolean leads_to(const GalenInputEntry *to, const GalenInputEntry *entry) {
  while (to != NULL && to != entry)
    to = to->next;
  return to != NULL;
}

static void join(GalenInputEntry *first, GalenInputEntry *second, guint64 place, guint64 overlap) {
  first->next = second;
  first->input.continues = TRUE;
  first->length = place + overlap;
  second->input.overlap = overlap;
  galen_input_mark(&second->input, GALEN_INPUT_JOINED,
                   g_strdup_printf("its first %" G_GUINT64_FORMAT " bytes are the end of %s: the rest is read with it",
                                   overlap, first->input.path));
}

static void try_pair(Search *self, const Candidate *first, const Candidate *second) {
  guint64 places[PLACES_MAX];
  gboolean taken = first->entry->next != NULL || second->entry->input.status != GALEN_INPUT_OK;
  if (taken || !plausible(first, second) || leads_to(second->entry, first->entry))
    return;
  guint n_places = find_places(self, first, second, places);
  for (guint i = 0; i < n_places; i++) {
    guint64 overlap = overlap_at(self, first, second, places[i]);
    if (overlap >= ANCHOR_BYTES) {
      join(first->entry, second->entry, places[i], overlap);
      return;
    }
  }
}

/* By where they begin: the log that follows begins next. */
static gint compare_candidates(gconstpointer a, gconstpointer b) {
  const Candidate *first = *(const Candidate *const *)a;
  const Candidate *second = *(const Candidate *const *)b;
  return (first->head_stamp > second->head_stamp) - (first->head_stamp < second->head_stamp);
}

/* Is there anything that may follow it, as far as is known? */
static gboolean has_followers(const GPtrArray *candidates, const Candidate *first) {
  for (guint i = 0; i < candidates->len; i++)
    if (g_ptr_array_index(candidates, i) != first && plausible(first, g_ptr_array_index(candidates, i)))
      return TRUE;
  return FALSE;
}

/* The ends of packed logs. Those that take little memory are unpacked several at a time. */
static void learn_ends(Search *self, const GPtrArray *candidates) {
  GThreadPool *pool =
      self->threads > 1 ? g_thread_pool_new(learn_end, NULL, (gint)MIN(self->threads, THREADS_MAX), FALSE, NULL) : NULL;
  for (guint i = 0; i < candidates->len; i++) {
    Candidate *candidate = g_ptr_array_index(candidates, i);
    if (candidate->plain || candidate->entry->size > self->ends_left || !has_followers(candidates, candidate))
      continue;
    self->ends_left -= candidate->entry->size;
    if (pool == NULL || !candidate->cheap || !g_thread_pool_push(pool, candidate, NULL))
      learn_end(candidate, NULL);
  }
  if (pool != NULL)
    g_thread_pool_free(pool, FALSE, TRUE);
}

static void search_node(Search *self, GPtrArray *candidates) {
  g_ptr_array_sort(candidates, compare_candidates);
  learn_ends(self, candidates);
  for (guint i = 0; i < candidates->len; i++)
    for (guint j = 0; j < candidates->len && self->left > 0; j++)
      if (i != j)
        try_pair(self, g_ptr_array_index(candidates, i), g_ptr_array_index(candidates, j));
}

static GHashTable *entries_by_node(const GalenInputs *self) {
  GHashTable *nodes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < self->entries->len; i++) {
    GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    if (!entry->regular || entry->input.status != GALEN_INPUT_OK)
      continue;
    GPtrArray *list = g_hash_table_lookup(nodes, entry->input.node);
    if (list == NULL) {
      list = g_ptr_array_new();
      g_hash_table_insert(nodes, entry->input.node, list);
    }
    if (list->len < NODE_INPUTS_MAX)
      g_ptr_array_add(list, entry);
  }
  return nodes;
}

void galen_inputs_find_overlaps(GalenInputs *self) {
  g_autoptr(GHashTable) nodes = entries_by_node(self);
  g_autofree char *edge = g_malloc(EDGE_BYTES);
  Search search = {.left = SEARCH_BYTES_MAX, .ends_left = ENDS_PACKED_MAX, .threads = self->threads};
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, nodes);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    GPtrArray *list = value;
    g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; list->len > 1 && i < list->len; i++) {
      Candidate *candidate = candidate_new(g_ptr_array_index(list, i), edge);
      if (candidate != NULL)
        g_ptr_array_add(candidates, candidate);
    }
    search_node(&search, candidates);
  }
}
