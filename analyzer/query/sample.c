#include "sample.h"

#include "../../parsers/sql_feed.h"

#include <stdio.h>

/* Bytes of the longest word that makes a secret, less one. */
#define SECRET_WORD_MAX 13u

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
  /* A literal is written as it comes, and taken back when it turns out to speak of a password. */
  gboolean telling; /* it does */
  char seen[SECRET_WORD_MAX];
  gsize seen_len; /* its last bytes: a word may come in parts */
  guint64 mark;   /* where it began, and what stood before it */
  char mark_last;
  char mark_tail[GALEN_SAMPLE_TAIL];
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

/* Whether a word stands anywhere in the text that makes a secret of what is near it. */
static gboolean speaks_of_secret(const char *text, gsize len) {
  static const char *const parts[] = {"password",   "identified", "sst_auth", "secret",
                                      "passphrase", "encrypt",    "decrypt",  "authentication"};
  for (gsize at = 0; at < len; at++) {
    if (strchr("pPiIsSeEdDaA", text[at]) == NULL)
      continue;
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
      gsize n = strlen(parts[i]);
      G_STATIC_ASSERT(sizeof "authentication" - 2 == SECRET_WORD_MAX);
      if (n <= len - at && g_ascii_strncasecmp(text + at, parts[i], n) == 0)
        return TRUE;
    }
  }
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
  static const char *const vias[] = {"via", NULL};
  static const char *const ors[] = {"or", NULL};
  static const char *const ends[] = {"and", "or", "where", "from", NULL};
  if (speaks_of_secret(text, len)) {
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

static void set_mark(GalenSampler *self, gboolean whole) {
  self->mark = self->written;
  self->mark_last = self->last;
  if (self->written > GALEN_SAMPLE_HEAD && !whole)
    memcpy(self->mark_tail, self->tail, sizeof self->tail);
}

static void go_to_mark(GalenSampler *self) {
  self->written = self->mark;
  self->last = self->mark_last;
  if (self->written > GALEN_SAMPLE_HEAD)
    memcpy(self->tail, self->mark_tail, sizeof self->tail);
}

/* Whether the literal speaks of a password in this part, or between the one before and this. */
static gboolean part_speaks(GalenSampler *self, const GalenSqlToken *token) {
  char joint[2 * SECRET_WORD_MAX];
  gsize n = MIN(token->len, SECRET_WORD_MAX);
  memcpy(joint, self->seen, self->seen_len);
  memcpy(joint + self->seen_len, token->text, n);
  gsize len = self->seen_len + n;
  if ((self->seen_len > 0 && speaks_of_secret(joint, len)) || speaks_of_secret(token->text, token->len))
    return TRUE;
  const char *end = token->len > SECRET_WORD_MAX ? token->text + token->len : joint + len;
  self->seen_len = token->len > SECRET_WORD_MAX ? SECRET_WORD_MAX : MIN(len, SECRET_WORD_MAX);
  memcpy(self->seen, end - self->seen_len, self->seen_len);
  return FALSE;
}

/* A string that is shown, unless it is a statement that sets a password: PREPARE s FROM 'create user …'. */
static void shown_string(GalenSampler *self, const GalenSqlToken *token) {
  if (token->begins) {
    self->telling = FALSE;
    self->seen_len = 0;
    if (!is_introducer(self->word, self->word_len))
      release_word(self);
    set_mark(self, token->ends);
  }
  if (self->telling)
    return;
  self->telling = part_speaks(self, token);
  if (self->telling) {
    self->word_len = 0;
    if (!token->begins)
      go_to_mark(self);
    put(self, "?", 1);
    return;
  }
  release_word(self);
  put(self, token->text, token->len);
}

static void literal(GalenSampler *self, const GalenSqlToken *token) {
  gboolean masked = self->mode != GALEN_SAMPLES_FULL || self->secret;
  if (!masked && token->type == GALEN_SQL_STRING) {
    shown_string(self, token);
    return;
  }
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
