#include "sample.h"

#include "../../parsers/sql_feed.h"

#include <stdio.h>

struct GalenSampler {
  GalenSampleMode mode;
  GalenSqlFeed feed;
  char head[GALEN_SAMPLE_HEAD];
  char tail[GALEN_SAMPLE_TAIL]; /* a ring of the last bytes behind the head */
  guint64 written;              /* bytes of the sample, kept or not */
  char text[GALEN_SAMPLE_MAX];  /* the finished sample */
  /* A word is held back: with a quote right behind it, it may belong to the literal. */
  char word[GALEN_SQL_WORD_MAX];
  gsize word_len;
  char name[256]; /* the beginning of a name in back-quotes: no longer ones exist */
  gsize name_len;
  guint depth; /* open parentheses */
  /* The literals that follow are a password, up to a comma that is not inside the parentheses of a call. */
  gboolean secret;
  guint secret_depth;
  gboolean via;     /* IDENTIFIED VIA a USING '…' OR b USING '…' */
  gboolean comment; /* one was left out since the last token */
  char last;        /* last byte written; '\0': none */
};

static void put(GalenSampler *self, const char *data, gsize len) {
  if (len == 0)
    return;
  self->last = data[len - 1];
  gsize in_head = self->written < GALEN_SAMPLE_HEAD ? MIN(len, GALEN_SAMPLE_HEAD - (gsize)self->written) : 0;
  if (in_head > 0)
    memcpy(self->head + self->written, data, in_head);
  self->written += in_head;
  data += in_head;
  len -= in_head;
  if (len > GALEN_SAMPLE_TAIL) {
    self->written += len - GALEN_SAMPLE_TAIL;
    data += len - GALEN_SAMPLE_TAIL;
    len = GALEN_SAMPLE_TAIL;
  }
  for (gsize i = 0; i < len; i++, self->written++)
    self->tail[(self->written - GALEN_SAMPLE_HEAD) % GALEN_SAMPLE_TAIL] = data[i];
}

static gboolean contains(const char *text, gsize len, const char *part) {
  gsize n = strlen(part);
  for (gsize i = 0; i + n <= len; i++)
    if (g_ascii_strncasecmp(text + i, part, n) == 0)
      return TRUE;
  return FALSE;
}

static gboolean is_one_of(const char *text, gsize len, const char *const *words) {
  for (guint i = 0; words[i] != NULL; i++)
    if (strlen(words[i]) == len && g_ascii_strncasecmp(text, words[i], len) == 0)
      return TRUE;
  return FALSE;
}

/* Words that make secrets of the literals behind them, and words that end that. */
static void note_word(GalenSampler *self, const char *text, gsize len) {
  static const char *const parts[] = {"password",   "identified", "sst_auth", "secret",
                                      "passphrase", "encrypt",    "decrypt",  "authentication"};
  static const char *const vias[] = {"via", NULL};
  static const char *const ors[] = {"or", NULL};
  static const char *const ends[] = {"and", "or", "where", "from", NULL};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    if (contains(text, len, parts[i])) {
      self->secret_depth = self->secret ? MIN(self->secret_depth, self->depth) : self->depth;
      self->secret = TRUE;
    }
  if (self->secret && is_one_of(text, len, vias))
    self->via = TRUE;
  if (is_one_of(text, len, ends) && !(self->via && is_one_of(text, len, ors)))
    self->secret = self->via = FALSE;
}

/* A column may be called `password`. A name may come in parts. */
static void note_name(GalenSampler *self, const GalenSqlToken *token) {
  if (token->begins)
    self->name_len = 0;
  gsize n = MIN(token->len, sizeof self->name - self->name_len);
  memcpy(self->name + self->name_len, token->text, n);
  self->name_len += n;
  if (token->ends)
    note_word(self, self->name, self->name_len);
}

static void note_punct(GalenSampler *self, char c) {
  self->depth += c == '(';
  self->depth -= c == ')' && self->depth > 0;
  if (c == ';' || (c == ',' && self->depth <= self->secret_depth))
    self->secret = self->via = FALSE;
}

static void release_word(GalenSampler *self) {
  put(self, self->word, self->word_len);
  self->word_len = 0;
}

/* N'x', X'4D', _utf8mb4'x': the word is a part of the literal. */
static gboolean is_introducer(const char *text, gsize len) {
  static const char *const letters[] = {"n", "x", "b", NULL};
  return is_one_of(text, len, letters) || (len > 1 && text[0] == '_');
}

static void literal(GalenSampler *self, const GalenSqlToken *token) {
  gboolean masked = self->mode != GALEN_SAMPLES_FULL || self->secret;
  if (token->begins && masked && token->type == GALEN_SQL_STRING && is_introducer(self->word, self->word_len))
    self->word_len = 0;
  release_word(self);
  if (!masked)
    put(self, token->text, token->len);
  else if (token->begins)
    put(self, "?", 1);
}

static void word(GalenSampler *self, const GalenSqlToken *token) {
  release_word(self);
  /* A long word may come in parts, and means nothing. */
  if (!token->begins || token->len >= sizeof self->word) {
    put(self, token->text, token->len);
    return;
  }
  note_word(self, token->text, token->len);
  memcpy(self->word, token->text, token->len);
  self->word_len = token->len;
}

/* What a comment stood between stays apart. */
static void gap(GalenSampler *self) {
  gboolean apart = self->comment && self->last != '\0' && !g_ascii_isspace(self->last);
  self->comment = FALSE;
  if (apart) {
    release_word(self);
    put(self, " ", 1);
  }
}

static const char *take_token(gpointer user, const GalenSqlToken *token, const char *next, const char *end) {
  GalenSampler *self = user;
  (void)end;
  if (token->type == GALEN_SQL_COMMENT && self->mode != GALEN_SAMPLES_FULL) {
    release_word(self);
    self->comment = TRUE;
    return next;
  }
  if (token->type != GALEN_SQL_SPACE && token->begins)
    gap(self);
  switch (token->type) {
  case GALEN_SQL_STRING:
  case GALEN_SQL_NUMBER:
    literal(self, token);
    break;
  case GALEN_SQL_WORD:
    word(self, token);
    break;
  default:
    if (token->type == GALEN_SQL_PUNCT)
      note_punct(self, *token->text);
    else if (token->type == GALEN_SQL_NAME)
      note_name(self, token);
    release_word(self);
    /* White space before the statement, and where a comment left some already, says nothing. */
    if (token->type == GALEN_SQL_SPACE && (self->last == '\0' || (self->comment && g_ascii_isspace(self->last))))
      break;
    self->comment = FALSE;
    put(self, token->text, token->len);
  }
  return next;
}

GalenSampler *galen_sampler_new(GalenSampleMode mode) {
  GalenSampler *self = g_new0(GalenSampler, 1);
  self->mode = mode;
  galen_sql_feed_init(&self->feed, take_token, self);
  return self;
}

void galen_sampler_free(GalenSampler *self) {
  g_free(self);
}

void galen_sampler_begin(GalenSampler *self, gboolean no_backslash) {
  galen_sql_feed_begin(&self->feed, no_backslash);
  self->written = 0;
  self->word_len = 0;
  self->depth = self->secret_depth = 0;
  self->secret = self->via = self->comment = FALSE;
  self->last = '\0';
}

void galen_sampler_feed(GalenSampler *self, const char *data, gsize len) {
  if (self->mode != GALEN_SAMPLES_NONE)
    galen_sql_feed(&self->feed, data, len);
}

GalenSlice galen_sampler_end(GalenSampler *self) {
  if (self->mode == GALEN_SAMPLES_NONE)
    return galen_slice(NULL, 0);
  galen_sql_feed_end(&self->feed);
  release_word(self);
  gsize len = (gsize)MIN(self->written, GALEN_SAMPLE_HEAD);
  memcpy(self->text, self->head, len);
  if (self->written <= GALEN_SAMPLE_HEAD)
    return galen_slice(self->text, len);
  guint64 behind = self->written - GALEN_SAMPLE_HEAD;
  if (behind > GALEN_SAMPLE_TAIL)
    len += (gsize)snprintf(self->text + len, GALEN_SAMPLE_MAX - len, " … %" G_GUINT64_FORMAT " bytes left out … ",
                           behind - GALEN_SAMPLE_TAIL);
  guint64 first = behind > GALEN_SAMPLE_TAIL ? behind - GALEN_SAMPLE_TAIL : 0;
  for (guint64 i = first; i < behind; i++)
    self->text[len++] = self->tail[i % GALEN_SAMPLE_TAIL];
  return galen_slice(self->text, len);
}
