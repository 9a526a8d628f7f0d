/* The SQL lexer: tokens cover the statement, in order and without gaps, and where it is cut into feeds makes no difference
 * once the parts of a token are joined. The first byte says how to lex, the second how to cut. */
#include "../../parsers/sql_feed.h"
#include "split.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(gboolean holds) {
  if (!holds)
    abort();
}

typedef struct {
  GString *text;
  GArray *ends;  /* of gsize: where each whole token ends in text */
  GString *type; /* of each, one byte */
  gboolean open;
} Stream;

static Stream *stream_new(void) {
  Stream *self = g_new0(Stream, 1);
  self->text = g_string_new(NULL);
  self->type = g_string_new(NULL);
  self->ends = g_array_new(FALSE, FALSE, sizeof(gsize));
  return self;
}

static void stream_free(Stream *self) {
  g_string_free(self->text, TRUE);
  g_string_free(self->type, TRUE);
  g_array_unref(self->ends);
  g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_free)

static const char *take(gpointer user, const GalenSqlToken *token, const char *next, const char *end) {
  Stream *self = user;
  check(next == token->text + token->len && next <= end);
  check(token->begins == !self->open);
  check(token->len > 0 || !token->begins);
  if (!token->begins)
    check(self->type->str[self->type->len - 1] == (char)('a' + token->type));
  else
    g_string_append_c(self->type, (char)('a' + token->type));
  g_string_append_len(self->text, token->text, (gssize)token->len);
  if (token->ends)
    g_array_append_val(self->ends, self->text->len);
  self->open = !token->ends;
  return next;
}

/* White space is no literal: its parts are tokens of their own. */
static void join_spaces(Stream *self) {
  g_autoptr(GString) types = g_string_new(NULL);
  GArray *ends = g_array_new(FALSE, FALSE, sizeof(gsize));
  for (guint i = 0; i < self->ends->len; i++) {
    gboolean more =
        i > 0 && self->type->str[i] == 'a' + GALEN_SQL_SPACE && self->type->str[i - 1] == self->type->str[i];
    if (more)
      g_array_set_size(ends, ends->len - 1);
    else
      g_string_append_c(types, self->type->str[i]);
    g_array_append_val(ends, g_array_index(self->ends, gsize, i));
  }
  g_string_assign(self->type, types->str);
  g_array_unref(self->ends);
  self->ends = ends;
}

static Stream *lex(const char *text, gsize len, gboolean no_backslash, guint seed) {
  Stream *self = stream_new();
  g_autofree GalenSqlFeed *feed = g_new(GalenSqlFeed, 1);
  galen_sql_feed_init(feed, take, self);
  galen_sql_feed_begin(feed, no_backslash);
  for (gsize at = 0, n; at < len; at += n) {
    n = split_next(&seed, len - at);
    /* A copy of exactly the size, so that a read past a feed is seen. */
    g_autofree char *part = g_memdup2(text + at, n);
    galen_sql_feed(feed, part, n);
  }
  galen_sql_feed_end(feed);
  /* What the statement leaves open may have no last part. */
  if (self->open)
    g_array_append_val(self->ends, self->text->len);
  check(self->text->len == len && memcmp(self->text->str, text, len) == 0);
  join_spaces(self);
  return self;
}

/* The short cut takes a list whole or not at all, and only up to a parenthesis; so whatever way it goes. */
static void check_short_cut(const char *text, gsize len, gboolean no_backslash) {
  GalenSqlLexer lexer;
  guint32 commas = 0;
  gboolean filled = FALSE;
  galen_sql_lexer_init(&lexer, no_backslash);
  const char *stop = galen_sql_skip_literals(&lexer, text, text + len, &commas, &filled);
  check(stop == NULL || (stop > text && stop <= text + len && stop[-1] == ')'));
  for (guint level = 0; level <= (guint)galen_scan_level(); level++) {
    guint32 other_commas = 0;
    gboolean other_filled = FALSE;
    check(galen_sql_skip_literals_at(level, &lexer, text, text + len, &other_commas, &other_filled) == stop);
    check(other_commas == commas && other_filled == filled);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3)
    return 0;
  const char *text = (const char *)data + 2;
  gboolean no_backslash = (data[0] & 1) != 0;
  g_autoptr(Stream) whole = lex(text, size - 2, no_backslash, SPLIT_WHOLE);
  g_autoptr(Stream) cut = lex(text, size - 2, no_backslash, data[1]);
  check(g_string_equal(whole->type, cut->type));
  check(whole->ends->len == cut->ends->len);
  check(memcmp(whole->ends->data, cut->ends->data, whole->ends->len * sizeof(gsize)) == 0);
  for (gsize at = 0; at < size - 2; at += 1 + size / 64)
    check_short_cut(text + at, size - 2 - at, no_backslash);
  return 0;
}
