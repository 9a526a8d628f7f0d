#include "error_template.h"

#include "error_text.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* Templates are written word by word. Of placeholders of one kind with nothing but separators between them the first
 * remains. */
typedef struct {
  char *out;
  gsize len;
  gboolean full;
  const char *last; /* the placeholder written last, while only separators followed */
  gsize last_end;   /* where it ends */
  char open[4];     /* quotes that nothing closes from here on */
} Writer;

static void put(Writer *self, const char *text, gsize len) {
  if (self->full)
    return;
  if (self->len + len > GALEN_ERROR_TEMPLATE_MAX - strlen(ELLIPSIS)) {
    self->full = TRUE;
    text = ELLIPSIS;
    len = strlen(ELLIPSIS);
  }
  memcpy(self->out + self->len, text, len);
  self->len += len;
}

/* `mark` is one of the constants below, so that it can be compared as a pointer. */
static void put_mark(Writer *self, const char *mark) {
  if (self->last == mark && !self->full) {
    self->len = self->last_end;
    return;
  }
  put(self, mark, strlen(mark));
  self->last = mark;
  self->last_end = self->len;
}

static void put_words(Writer *self, const char *text, gsize len) {
  put(self, text, len);
  self->last = NULL;
}

static void put_separator(Writer *self, char c) {
  if (c == ' ' || g_ascii_isspace(c)) {
    if (self->len > 0 && self->out[self->len - 1] != ' ')
      put(self, " ", 1);
    return;
  }
  put(self, &c, 1);
  if (c != ',' && c != ';' && c != '|' && c != '\0')
    self->last = NULL;
}

static const char number_mark[] = "#", quote_mark[] = "'?'", uuid_mark[] = "<uuid>", address_mark[] = "<addr>",
                  path_mark[] = "<path>", source_mark[] = "<source>", name_mark[] = "<name>", query_mark[] = "?";

/* ---- what a word is ---- */

typedef struct {
  guint digits, letters, hex_letters, dots, colons, slashes, minuses, others, ats;
} Makeup;

static Makeup makeup(GalenSlice word) {
  enum { OTHER, DIGIT, HEX, LETTER, DOT, COLON, SLASH, MINUS, AT, N };
  static const guint8 kinds[256] = {
      ['0' ... '9'] = DIGIT,  ['a' ... 'f'] = HEX, ['A' ... 'F'] = HEX, ['g' ... 'z'] = LETTER,
      ['G' ... 'Z'] = LETTER, ['.'] = DOT,         [':'] = COLON,       ['/'] = SLASH,
      ['\\'] = SLASH,         ['-'] = MINUS,       ['@'] = AT,
  };
  guint n[N] = {0};
  for (gsize i = 0; i < word.len; i++)
    n[kinds[(guchar)word.data[i]]]++;
  return (Makeup){.digits = n[DIGIT],
                  .letters = n[HEX] + n[LETTER],
                  .hex_letters = n[HEX],
                  .dots = n[DOT],
                  .colons = n[COLON],
                  .slashes = n[SLASH],
                  .minuses = n[MINUS],
                  .others = n[OTHER],
                  .ats = n[AT]};
}

static gboolean is_hex_run(const char *text, gsize n) {
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isxdigit(text[i]))
      return FALSE;
  return TRUE;
}

/* A whole UUID and what hangs on it ("uuid:1-5"), or gcomm's short form ("c943db75-9035"). */
static gboolean is_uuid(GalenSlice word) {
  const char *s = word.data;
  if (word.len >= 36 && is_hex_run(s, 8) && s[8] == '-' && is_hex_run(s + 9, 4) && s[13] == '-' && s[18] == '-' &&
      s[23] == '-' && is_hex_run(s + 24, 12))
    return TRUE;
  return word.len == 13 && is_hex_run(s, 8) && s[8] == '-' && is_hex_run(s + 9, 4);
}

/* "1 000", "-5", "12.3", "07:10", "0x7f", "1.5G", "123MB", "10s", "7f8a1c5fd700". */
static gboolean is_number(GalenSlice word, const Makeup *m) {
  if (m->digits == 0)
    return FALSE;
  if (word.len > 2 && word.data[0] == '0' && (word.data[1] == 'x' || word.data[1] == 'X') &&
      is_hex_run(word.data + 2, word.len - 2))
    return TRUE;
  if (m->others > 0 || m->slashes > 0 || m->ats > 0)
    return m->letters == 0 && m->ats == 0;
  if (m->letters == 0 || (word.len >= 6 && m->letters == m->hex_letters && m->dots == 0))
    return TRUE;
  /* A unit behind the number, or the letters of a written time. */
  gsize tail = 0;
  while (tail < word.len && g_ascii_isalpha(word.data[word.len - 1 - tail]))
    tail++;
  return m->letters == tail ? tail <= 3 : m->digits >= 8 && m->letters <= 2 && m->colons >= 2;
}

static gboolean is_ipv4(GalenSlice word) {
  guint dots = 0;
  gsize i = 0;
  for (; i < word.len && (g_ascii_isdigit(word.data[i]) || word.data[i] == '.'); i++)
    dots += word.data[i] == '.';
  return dots == 3 && (i == word.len || word.data[i] == ':' || word.data[i] == '/' || word.data[i] == '-');
}

static gboolean is_ipv6(GalenSlice word, const Makeup *m) {
  return m->colons >= 2 && m->others == 0 && m->slashes == 0 && m->minuses == 0 && m->letters == m->hex_letters &&
         (m->letters > 0 || memmem(word.data, word.len, "::", 2) != NULL);
}

/* "db1.example.com:3306", "db1:3306". */
static gboolean is_host_port(GalenSlice word, const Makeup *m) {
  if (m->colons != 1 || m->letters == 0 || m->slashes > 0)
    return FALSE;
  const char *colon = memchr(word.data, ':', word.len);
  gsize digits = (gsize)(word.data + word.len - colon) - 1;
  for (gsize i = 1; i <= digits; i++)
    if (!g_ascii_isdigit(colon[i]))
      return FALSE;
  return digits >= 3 && digits <= 5 && colon > word.data;
}

/* "log0recv.cc:123", "gcs.cpp:gcs_open():12" up to its first bracket. */
static gboolean is_source(GalenSlice word) {
  static const char *const ends[] = {".cc", ".cpp", ".c", ".h", ".ic", ".hpp", ".hh", ".yy"};
  const char *colon = memchr(word.data, ':', word.len);
  if (memchr(word.data, '/', word.len) == word.data)
    return FALSE;
  gsize len = colon != NULL ? (gsize)(colon - word.data) : word.len;
  for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
    gsize n = strlen(ends[i]);
    if (len > n && memcmp(word.data + len - n, ends[i], n) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean is_path(GalenSlice word, const Makeup *m) {
  if (m->slashes == 0)
    return FALSE;
  static const char *const words[] = {"dump/restore", "read/write", "and/or", "client/server", "on/off", "load/dump"};
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (galen_slice_is(word, words[i]))
      return FALSE;
  /* I/O, TCP/IP: words. */
  guint capitals = 0;
  for (gsize i = 0; i < word.len; i++)
    capitals += (guint)g_ascii_isupper(word.data[i]);
  return !(m->slashes == 1 && capitals + 1 == word.len);
}

/* "shop.orders", "db1.example.com", "my.cnf"; not "e.g", and not the server's own tables. */
static gboolean is_dotted_name(GalenSlice word, const Makeup *m) {
  static const char *const kept[] = {"mysql.", "sys.", "performance_schema.", "information_schema."};
  if (m->dots == 0 || m->letters == 0 || word.len < 4)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
    if (galen_slice_starts(word, kept[i]))
      return FALSE;
  const char *dot = memchr(word.data, '.', word.len);
  return dot > word.data && dot + 1 < word.data + word.len && dot[1] != '.';
}

static gboolean is_message_code(GalenSlice word) {
  if (word.len != 9 || memcmp(word.data, "MY-", 3) != 0)
    return FALSE;
  for (gsize i = 3; i < word.len; i++)
    if (!g_ascii_isdigit(word.data[i]))
      return FALSE;
  return TRUE;
}

static const char *mark_for(GalenSlice word) {
  Makeup m = makeup(word);
  if (m.minuses > 0 && is_uuid(word))
    return uuid_mark;
  if (m.dots > 0 && is_source(word))
    return source_mark;
  if ((m.slashes >= 2 && m.colons > 0 && memmem(word.data, word.len, "://", 3) != NULL) ||
      (m.dots >= 3 && is_ipv4(word)) || is_ipv6(word, &m) || is_host_port(word, &m) ||
      (m.ats > 0 && word.len > 2 && m.letters > 0))
    return address_mark;
  if (is_number(word, &m))
    return number_mark;
  if (is_path(word, &m))
    return path_mark;
  if (galen_slice_starts(word, "#sql"))
    return name_mark;
  return is_dotted_name(word, &m) ? name_mark : NULL;
}

/* ---- writing ---- */

enum { PLAIN = 1, WORD = 2, QUOTE = 4 };

/* What a byte is: a letter or '_', any other of a word, a quote, or nothing of that. */
static const guint8 kinds[256] = {
    ['a' ... 'z'] = PLAIN, ['A' ... 'Z'] = PLAIN, ['_'] = PLAIN, ['0' ... '9'] = WORD, ['.'] = WORD,
    [':'] = WORD,          ['/'] = WORD,          ['-'] = WORD,  ['@'] = WORD,         ['+'] = WORD,
    ['\\'] = WORD,         ['~'] = WORD,          ['$'] = WORD,  ['#'] = WORD,         [0x80 ... 0xff] = WORD,
    ['\''] = QUOTE,        ['"'] = QUOTE,         ['`'] = QUOTE,
};

static inline guint8 kind_at(GalenSlice text, gsize at) {
  return kinds[(guchar)text.data[at]];
}

/* A word with digits in it, such as "ibdata1" and "node-2": its digits go. */
static void put_plain(Writer *self, GalenSlice word) {
  gsize from = 0;
  for (gsize i = 0; i < word.len; i++) {
    if (!g_ascii_isdigit(word.data[i]))
      continue;
    put_words(self, word.data + from, i - from);
    put(self, number_mark, 1);
    while (i + 1 < word.len && g_ascii_isdigit(word.data[i + 1]))
      i++;
    from = i + 1;
  }
  put_words(self, word.data + from, word.len - from);
}

static gboolean is_sign(char c) {
  return c == ':' || c == '-' || c == '+' || c == '#';
}

static void put_word(Writer *self, GalenSlice word) {
  gsize core = word.len, begin = 0;
  while (begin < core && is_sign(word.data[begin]) && !galen_slice_starts(word, "#sql") &&
         !galen_slice_starts(word, "::"))
    begin++;
  while (core > begin && (word.data[core - 1] == '.' || is_sign(word.data[core - 1])))
    core--;
  GalenSlice inner = galen_slice(word.data + begin, core - begin);
  const char *mark = inner.len > 0 && !is_message_code(inner) ? mark_for(inner) : NULL;
  /* A sign belongs to its number. */
  if (begin > 0 && !(mark == number_mark && begin == 1 && *word.data != ':'))
    put_words(self, word.data, begin);
  if (mark != NULL)
    put_mark(self, mark);
  else if (is_message_code(inner))
    put_words(self, inner.data, inner.len);
  else
    put_plain(self, inner);
  if (core < word.len)
    put_words(self, word.data + core, word.len - core);
}

/* The end of what is quoted from `at` on, which is behind the opening quote; 0: not closed. */
static gsize quote_end(GalenSlice text, gsize at, char quote) {
  for (gsize i = at; i < text.len; i++)
    if (text.data[i] == quote && (i + 1 == text.len || !g_ascii_isalnum(text.data[i + 1])))
      return i;
  return 0;
}

/* Quoted text, when a quote opens at `at`: returns where to read on; `at` itself when none does. */
static gsize put_quoted(Writer *self, GalenSlice text, gsize at) {
  char quote = text.data[at];
  if (at > 0 && g_ascii_isalnum(text.data[at - 1]))
    return at;
  if (strchr(self->open, quote) != NULL)
    return at;
  gsize end = quote_end(text, at + 1, quote);
  if (end == 0) {
    self->open[strlen(self->open)] = quote;
    return at;
  }
  put_mark(self, quote_mark);
  return end + 1;
}

static gsize put_part(Writer *self, GalenSlice text, gsize at) {
  gsize end = 0;
  if (at == 0 || !galen_error_part_may_begin(text, at) || galen_error_part_at(text, at, &end) == GALEN_ERROR_PART_NONE)
    return at;
  put(self, query_mark, 1);
  self->last = NULL;
  return end;
}

/* "Query: '…'": the quote is before the statement, which is one with it. */
static gsize put_quoted_part(Writer *self, GalenSlice text, gsize at) {
  gsize end = 0;
  if (at + 1 >= text.len || galen_error_part_at(text, at + 1, &end) == GALEN_ERROR_PART_NONE)
    return at;
  put_mark(self, quote_mark);
  return MIN(end + 1, text.len);
}

gsize galen_error_template(GalenSlice text, char ret_template[GALEN_ERROR_TEMPLATE_MAX]) {
  Writer self = {0};
  self.out = ret_template;
  text.len = MIN(text.len, GALEN_ERROR_TEMPLATE_TEXT_MAX);
  for (gsize at = 0, next = 0; at < text.len && !self.full; at = next) {
    guint8 kind = kind_at(text, at);
    next = kind & QUOTE ? put_quoted_part(&self, text, at) : at;
    if (next == at && kind & QUOTE)
      next = put_quoted(&self, text, at);
    if (next == at)
      next = put_part(&self, text, at);
    if (next > at)
      continue;
    guint8 seen = 0;
    for (; next < text.len && (kind_at(text, next) & (PLAIN | WORD)); next++)
      seen |= kind_at(text, next);
    if (next == at)
      put_separator(&self, text.data[next++]);
    else if (seen == PLAIN)
      put_words(&self, text.data + at, next - at);
    else
      put_word(&self, galen_slice(text.data + at, next - at));
  }
  while (self.len > 0 && self.out[self.len - 1] == ' ')
    self.len--;
  return self.len;
}
