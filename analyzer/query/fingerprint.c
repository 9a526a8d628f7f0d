#include "fingerprint_private.h"

static const char admin[] = "administrator command: ";
static const char dump[] = "SELECT /*!40001 SQL_NO_CACHE */ * FROM `";

/* Most lists are plain literals and all there: then they need no tokens. Returns where to read on. */
const char *galen_fp_whole_list(GalenFingerprinter *self, const char *at, const char *end) {
  guint32 commas;
  gboolean filled;
  self->list_begun = FALSE;
  const char *stop = galen_sql_skip_literals(&self->feed.lexer, at, end, &commas, &filled);
  if (stop == NULL || !filled || galen_fp_frame(self)->empty)
    return at;
  galen_fp_frame(self)->items = commas;
  galen_fp_frame(self)->filled = TRUE;
  galen_fp_close(self);
  return stop;
}

static const char *take_token(gpointer user, const GalenSqlToken *token, const char *next, const char *end) {
  GalenFingerprinter *self = user;
  galen_fp_token(self, token);
  return self->list_begun ? galen_fp_whole_list(self, next, end) : next;
}

GalenFingerprinter *galen_fingerprinter_new(GalenFingerprintFlags flags) {
  GalenFingerprinter *self = g_new0(GalenFingerprinter, 1);
  self->flags = flags;
  self->out = g_malloc(FP_OUT);
  galen_words_init(&self->words);
  galen_sql_feed_init(&self->feed, take_token, self);
  galen_fingerprinter_begin(self, FALSE);
  return self;
}

void galen_fingerprinter_free(GalenFingerprinter *self) {
  g_clear_pointer(&self->md5, g_checksum_free);
  g_clear_pointer(&self->shapes, galen_shapes_free);
  g_free(self->out);
  g_free(self);
}

static void reset_statement(GalenFingerprinter *self) {
  self->mode = MODE_SQL;
  self->space = self->comment = FALSE;
  self->last = LAST_START;
  self->word = self->word_before = self->list_word = 0;
  self->word_pos = self->list_pos = self->sign_pos = self->comma_pos = self->literal_pos = FP_NOWHERE;
  self->word_sign = self->intro_pos = FP_NOWHERE;
  self->maybe_column = self->variable = self->after_values = self->list_begun = self->braces = self->any = FALSE;
  self->frames[0] = (FpFrame){.dirty = TRUE,
                              .start = FP_NOWHERE,
                              .arm = FP_NOWHERE,
                              .previous = FP_NOWHERE,
                              .previous_end = FP_NOWHERE,
                              .outer_arm = FP_NOWHERE};
  self->depth = self->deeper = self->skipping = 0;
  self->empty_rows = self->account = self->quoted = FALSE;
  self->facts = 0;
  self->in_items = self->rows = self->offset = self->number = self->limit_first = 0;
  self->command = self->limit = 0;
  self->like = self->percona_toolkit = self->pattern = FALSE;
  self->slot = self->number_slot = self->limit_slot = self->offset_slot = -1;
  self->from_table = self->bounded = self->joined = self->tied = self->comma_join = self->called_column = FALSE;
}

void galen_fingerprinter_begin(GalenFingerprinter *self, gboolean no_backslash) {
  galen_sql_feed_begin(&self->feed, no_backslash);
  galen_fp_reset_out(self);
  reset_statement(self);
  self->head_len = 0;
  self->id = NULL;
}

/* A few statements are known by their first bytes, as they are. */
static void take_head(GalenFingerprinter *self, const char *data, gsize len) {
  gsize n = MIN(len, sizeof self->head - self->head_len);
  memcpy(self->head + self->head_len, data, n);
  self->head_len += (guint)n;
}

static gboolean head_is(const GalenFingerprinter *self, const char *text, gsize len) {
  const gsize middle = 7; /* most begin in the same way */
  return self->head_len >= len && self->head[middle] == text[middle] && g_ascii_strncasecmp(self->head, text, len) == 0;
}

gboolean galen_fp_take_head(GalenFingerprinter *self, const char *data, gsize len) {
  gsize had = self->head_len;
  if (had == sizeof self->head)
    return FALSE;
  take_head(self, data, len);
  /* As the server writes it: in other letters it is a client's text. */
  if (self->head_len < sizeof admin - 1 || memcmp(self->head, admin, sizeof admin - 1) != 0)
    return FALSE;
  /* What was fed before is in the head, whole. */
  galen_fp_reset_out(self);
  reset_statement(self);
  self->mode = MODE_VERBATIM;
  galen_fp_put(self, self->head, had);
  galen_fp_put(self, data, len);
  return TRUE;
}

void galen_fingerprinter_feed(GalenFingerprinter *self, const char *data, gsize len) {
  if (len == 0)
    return;
  if (self->mode == MODE_VERBATIM)
    galen_fp_put(self, data, len);
  else if (!galen_fp_take_head(self, data, len))
    galen_sql_feed(&self->feed, data, len);
}

static void set_out(GalenFingerprinter *self, const char *text) {
  galen_fp_reset_out(self);
  galen_fp_put(self, text, strlen(text));
}

static void strip_end(GalenFingerprinter *self) {
  guint32 least = self->md5 != NULL ? GALEN_FINGERPRINT_MAX : 0;
  while (self->pos > least && (self->out[self->pos - 1] == ';' || self->out[self->pos - 1] == ' '))
    self->pos--;
  /* A comment mark once what was behind it is gone. */
  if (self->pos >= least + 2 && galen_fp_dashes(self) && self->mode != MODE_VERBATIM) {
    self->pos -= 2;
    strip_end(self);
  }
}

static void finish_sql(GalenFingerprinter *self) {
  if (self->skipping == 0) {
    galen_fp_settle_name(self);
    galen_fp_cut_lists(self);
    strip_end(self);
    galen_fp_finish_union(self, galen_fp_frame(self));
  }
  galen_fp_finish_facts(self);
  strip_end(self);
  if (self->mode == MODE_USE)
    set_out(self, self->any ? "use ?" : "use");
  if (self->percona_toolkit)
    set_out(self, "percona-toolkit");
  else if (head_is(self, dump, sizeof dump - 1))
    set_out(self, "mysqldump");
}

void galen_fp_finish(GalenFingerprinter *self, GalenFingerprint *ret_fingerprint) {
  if (self->mode == MODE_VERBATIM)
    strip_end(self);
  else
    finish_sql(self);
  guint32 kept = MIN(self->pos, GALEN_FINGERPRINT_MAX);
  *ret_fingerprint = (GalenFingerprint){
      .text = galen_slice(self->out, kept),
      .full_len = self->flushed + self->pos,
      .facts = self->facts,
      .in_items = self->in_items,
      .rows = self->rows,
      .offset = self->offset,
  };
  guint8 id[GALEN_QUERY_ID_BYTES] = {0};
  if (ret_fingerprint->full_len > kept)
    galen_fingerprinter_id(self, id);
  ret_fingerprint->hash = galen_fingerprint_hash(ret_fingerprint->text, ret_fingerprint->full_len, id);
}

guint64 galen_fingerprint_hash(GalenSlice text, guint64 full_len, const guint8 id[GALEN_QUERY_ID_BYTES]) {
  if (full_len == text.len)
    return galen_fp_hash(text.data, text.len);
  guint64 hash; /* of what is cut, the id stands for the whole */
  memcpy(&hash, id, sizeof hash);
  return hash;
}

void galen_fingerprinter_end(GalenFingerprinter *self, GalenFingerprint *ret_fingerprint) {
  if (self->mode != MODE_VERBATIM)
    galen_sql_feed_end(&self->feed);
  galen_fp_finish(self, ret_fingerprint);
}

void galen_fingerprinter_id(const GalenFingerprinter *self, guint8 ret_id[GALEN_QUERY_ID_BYTES]) {
  gsize len = GALEN_QUERY_ID_BYTES;
  if (self->id != NULL) {
    memcpy(ret_id, self->id, len);
    return;
  }
  g_autoptr(GChecksum) md5 = self->md5 != NULL ? g_checksum_copy(self->md5) : g_checksum_new(G_CHECKSUM_MD5);
  guint32 from = self->md5 != NULL ? GALEN_FINGERPRINT_MAX : 0;
  g_checksum_update(md5, (const guchar *)self->out + from, (gssize)(self->pos - from));
  g_checksum_get_digest(md5, ret_id, &len);
}

void galen_query_id_print(const guint8 id[GALEN_QUERY_ID_BYTES], char ret_text[33]) {
  static const char hex[] = "0123456789ABCDEF";
  for (gsize i = 0; i < GALEN_QUERY_ID_BYTES; i++) {
    *ret_text++ = hex[id[i] >> 4];
    *ret_text++ = hex[id[i] & 15];
  }
  *ret_text = '\0';
}

static const char *digits_of(const char *word) {
  return g_ascii_strncasecmp(word, "0x", 2) == 0 ? word + 2 : word;
}

gboolean galen_query_id_is_word(const char *word) {
  const char *digits = digits_of(word);
  gsize len = strspn(digits, "0123456789abcdefABCDEF");
  return digits[len] == '\0' && len >= GALEN_QUERY_ID_DIGITS && len <= (gsize)2 * GALEN_QUERY_ID_BYTES;
}

gboolean galen_query_id_matches(const char *id, const char *word) {
  const char *digits = digits_of(word);
  return galen_query_id_is_word(word) && g_ascii_strncasecmp(id, digits, strlen(digits)) == 0;
}
