#include "error_text.h"

#include "error_template.h"

#include "../query/sample.h"
#include "../words.h"

/* A piece of a message, in lower case. */
typedef struct {
  const char *text;
  guint8 len;
} Piece;

#define PIECE(text)                                                                                                    \
  { text, sizeof(text) - 1 }

/* What stands before a statement. */
static const Piece query_markers[] = {PIECE("query: "), PIECE("query:"), PIECE("statement: "), PIECE("query = "),
                                      PIECE("query is ")};
/* The same, when a verb follows: "Slave SQL: Error …" is no statement. */
static const Piece verb_markers[] = {PIECE("sql: "), PIECE("sql1: "), PIECE("sql2: "), PIECE("sql = "), PIECE("): ")};
/* What stands before a value in quotes. */
static const Piece value_markers[] = {PIECE("duplicate entry "), PIECE("value: "), PIECE(" value "),
                                      PIECE("key tuple ")};
static const Piece secret_words[] = {PIECE("password"), PIECE("passwd"),     PIECE("sst_auth"),
                                     PIECE("secret"),   PIECE("passphrase"), PIECE("pwd")};
/* Statements begin with these. */
static const Piece verbs[] = {PIECE("select"), PIECE("insert"),   PIECE("update"), PIECE("delete"),  PIECE("replace"),
                              PIECE("create"), PIECE("alter"),    PIECE("drop"),   PIECE("grant"),   PIECE("revoke"),
                              PIECE("set"),    PIECE("call"),     PIECE("load"),   PIECE("with"),    PIECE("begin"),
                              PIECE("commit"), PIECE("truncate"), PIECE("rename"), PIECE("prepare"), PIECE("execute"),
                              PIECE("change"), PIECE("xa"),       PIECE("start")};
/* What follows a statement in quotes. */
static const char *const query_ends[] = {"', Error_code", "', Internal MariaDB", "', Gtid", "', error"};

static inline gboolean is_in_any_case(char c, char lower) {
  return c == lower || (lower >= 'a' && lower <= 'z' && c == lower - 'a' + 'A');
}

/* From its end on: there most differ. */
static inline gboolean ends_with(GalenSlice text, gsize at, Piece piece) {
  gsize n = piece.len;
  if (at < n)
    return FALSE;
  while (n > 0 && is_in_any_case(text.data[at - piece.len + n - 1], piece.text[n - 1]))
    n--;
  return n == 0;
}

static inline gboolean starts_at(GalenSlice text, gsize at, Piece piece) {
  gsize n = 0;
  if (text.len - at < piece.len)
    return FALSE;
  while (n < piece.len && is_in_any_case(text.data[at + n], piece.text[n]))
    n++;
  return n == piece.len;
}

static gboolean is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

static gboolean is_word(char c) {
  return g_ascii_isalnum(c) || c == '_' || ((guchar)c & 0x80);
}

static gboolean begins_with_verb(GalenSlice text, gsize at) {
  if (!g_ascii_isalpha(text.data[at]))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
    if (starts_at(text, at, verbs[i]) && text.len - at > verbs[i].len && !is_word(text.data[at + verbs[i].len]))
      return TRUE;
  return FALSE;
}

/* Where a statement in quotes ends. A statement has quotes in it, so only what is known to follow one, or the end of the
 * message, tells; else the rest counts as statement: rather too much is masked than too little. */
static gsize query_end(GalenSlice text, gsize at, char quote) {
  for (gsize i = text.len; i > at; i--)
    for (guint j = 0; text.data[i - 1] == quote && j < G_N_ELEMENTS(query_ends); j++) {
      gsize n = strlen(query_ends[j]) - 1;
      if (text.len - i >= n && memcmp(text.data + i, query_ends[j] + 1, n) == 0)
        return i - 1;
    }
  gsize end = text.len;
  while (end > at && strchr(".) ", text.data[end - 1]) != NULL)
    end--;
  return end > at && text.data[end - 1] == quote ? end - 1 : text.len;
}

/* The quote that closes a value: one that no word follows. "Duplicate entry 'it's' for key" is one value. */
static gsize value_end(GalenSlice text, gsize at, char quote) {
  for (gsize i = at; i < text.len; i++)
    if (text.data[i] == quote && (i + 1 == text.len || !is_word(text.data[i + 1])))
      return i;
  return text.len;
}

/* "Duplicate entry 'a' b' for key 'k'": what follows is known, so the value cannot end before it. */
static gsize entry_end(GalenSlice text, gsize at) {
  const char *end = memmem(text.data + at, text.len - at, "' for key", 9);
  return end != NULL ? (gsize)(end - text.data) : text.len;
}

static GalenErrorPart quoted_part(GalenSlice text, gsize at, gsize *ret_end) {
  char quote = text.data[at - 1];
  for (guint i = 0; i < G_N_ELEMENTS(query_markers); i++)
    if (ends_with(text, at - 1, query_markers[i])) {
      *ret_end = query_end(text, at, quote);
      return GALEN_ERROR_PART_QUERY;
    }
  for (guint i = 0; i < G_N_ELEMENTS(value_markers); i++)
    if (ends_with(text, at - 1, value_markers[i])) {
      *ret_end = i == 0 ? entry_end(text, at) : value_end(text, at, quote);
      return GALEN_ERROR_PART_VALUE;
    }
  if (begins_with_verb(text, at)) {
    *ret_end = query_end(text, at, quote);
    return GALEN_ERROR_PART_QUERY;
  }
  return GALEN_ERROR_PART_NONE;
}

static gboolean is_yes_or_no(GalenSlice text, gsize at, gsize end) {
  return galen_slice_is(galen_slice(text.data + at, end - at), "YES") ||
         galen_slice_is(galen_slice(text.data + at, end - at), "NO");
}

/* How far blanks and quotes are skipped, so that runs of them cost no more than others. */
#define LOOK_BACK 64u
/* "root@localhost", as long as accounts can be. */
#define GALEN_ERROR_ACCOUNT_MAX 300u

/* "--auth 'user:word'", as scripts are called. */
static gboolean is_behind_option(GalenSlice text, gsize end) {
  return ends_with(text, end, (Piece)PIECE("--auth")) || ends_with(text, end, (Piece)PIECE("--password"));
}

/* The start of a value behind "password=", "password: ", "PASSWORD('": TRUE when one ends at `at`. */
static gboolean is_behind_secret(GalenSlice text, gsize at) {
  gsize end = at, low = at - MIN(at, LOOK_BACK);
  while (end > low && (text.data[end - 1] == ' ' || is_quote(text.data[end - 1]) || text.data[end - 1] == '('))
    end--;
  if (end < at && is_quote(text.data[at - 1]) && is_behind_option(text, end))
    return TRUE;
  if (end > 0 && (text.data[end - 1] == '=' || text.data[end - 1] == ':'))
    end--;
  else if (end == at || (text.data[end] == ' ' && !ends_with(text, end, (Piece)PIECE("identified by"))))
    return FALSE;
  if (ends_with(text, end, (Piece)PIECE("identified by")))
    return TRUE;
  while (end > low && (text.data[end - 1] == ' ' || is_quote(text.data[end - 1])))
    end--;
  for (guint i = 0; i < G_N_ELEMENTS(secret_words); i++)
    if (ends_with(text, end, secret_words[i]))
      return TRUE;
  return is_behind_option(text, end);
}

/* "mysql://user:word@host": where the word ends that begins at `at`; 0: none does. */
static gsize url_secret_end(GalenSlice text, gsize at) {
  gsize low = at - MIN(at, LOOK_BACK), from = at - 1, end = at;
  while (from > low && !g_ascii_isspace(text.data[from - 1]) && strchr("/@,;'\"", text.data[from - 1]) == NULL)
    from--;
  if (from < 3 || memcmp(text.data + from - 3, "://", 3) != 0)
    return 0;
  while (end < text.len && end - at < LOOK_BACK && !g_ascii_isspace(text.data[end]) &&
         strchr("/@,;'\"", text.data[end]) == NULL)
    end++;
  return end > at && end < text.len && text.data[end] == '@' ? end : 0;
}

static gsize secret_end(GalenSlice text, gsize at) {
  char before = text.data[at - 1];
  if (is_quote(before))
    return value_end(text, at, before);
  gsize end = at;
  while (end < text.len && !g_ascii_isspace(text.data[end]) && strchr(",;&)'\"", text.data[end]) == NULL)
    end++;
  return end;
}

static GalenErrorPart secret_part(GalenSlice text, gsize at, gsize *ret_end) {
  static const char generated[] = "temporary password is generated for ";
  gsize n = strlen(generated);
  /* "… is generated for root@localhost: x;y!z": a password may hold any character. */
  if (text.data[at - 1] == ' ' && at >= 2 && text.data[at - 2] == ':') {
    gsize look = MIN(at - 1, GALEN_ERROR_ACCOUNT_MAX);
    const char *blank = memrchr(text.data + at - 1 - look, ' ', look);
    if (blank != NULL && (gsize)(blank + 1 - text.data) >= n && memcmp(blank + 1 - n, generated, n) == 0) {
      *ret_end = text.len;
      return GALEN_ERROR_PART_SECRET;
    }
  }
  if (text.data[at - 1] == ':' && (*ret_end = url_secret_end(text, at)) > 0)
    return GALEN_ERROR_PART_SECRET;
  if (g_ascii_isspace(text.data[at]) || is_quote(text.data[at]) || text.data[at] == '(' || !is_behind_secret(text, at))
    return GALEN_ERROR_PART_NONE;
  gsize end = secret_end(text, at);
  if (end == at || is_yes_or_no(text, at, end))
    return GALEN_ERROR_PART_NONE;
  *ret_end = end;
  return GALEN_ERROR_PART_SECRET;
}

/* A statement that is not quoted and goes to the end. */
static gboolean is_behind_query(GalenSlice text, gsize at) {
  for (guint i = 0; i < G_N_ELEMENTS(query_markers); i++)
    if (ends_with(text, at, query_markers[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(verb_markers); i++)
    if (ends_with(text, at, verb_markers[i]))
      return begins_with_verb(text, at);
  return FALSE;
}

GalenErrorPart galen_error_part_at(GalenSlice text, gsize at, gsize *ret_end) {
  if (at == 0 || at >= text.len)
    return GALEN_ERROR_PART_NONE;
  if (!galen_error_part_may_begin(text, at))
    return GALEN_ERROR_PART_NONE;
  char before = text.data[at - 1];
  if (secret_part(text, at, ret_end) != GALEN_ERROR_PART_NONE)
    return GALEN_ERROR_PART_SECRET;
  if (is_quote(before))
    return quoted_part(text, at, ret_end);
  if (is_quote(text.data[at]))
    return GALEN_ERROR_PART_NONE;
  if (text.data[at] == ' ' || !is_behind_query(text, at))
    return GALEN_ERROR_PART_NONE;
  *ret_end = text.len;
  return GALEN_ERROR_PART_QUERY;
}

/* ---- masking ---- */

static void append_query(GString *out, GalenSlice query, gboolean full) {
  g_autoptr(GalenSampler) sampler = galen_sampler_new(full ? GALEN_SAMPLES_FULL : GALEN_SAMPLES_MASKED);
  galen_sampler_begin(sampler, FALSE);
  galen_sampler_feed(sampler, query.data, query.len);
  GalenSlice sample = galen_sampler_end(sampler);
  g_string_append_len(out, sample.data, (gssize)sample.len);
}

static void append_part(GString *out, GalenErrorPart part, GalenSlice text, gboolean full) {
  if (part == GALEN_ERROR_PART_QUERY)
    append_query(out, text, full);
  else if (part == GALEN_ERROR_PART_VALUE && full)
    g_string_append_len(out, text.data, (gssize)text.len);
  else
    g_string_append_c(out, '?');
}

/* No statement lasts longer than this in evidence. */
#define LOOKED_AT (8u << 10)

char *galen_error_text_mask(GalenSlice text, gsize max, gboolean full) {
  if (max == 0)
    max = GALEN_ERROR_TEXT_MAX;
  text.len = MIN(text.len, LOOKED_AT);
  g_autoptr(GString) out = g_string_sized_new(MIN(text.len, 2 * max) + 16);
  gsize from = 0; /* of what is taken as it is, up to `at` */
  for (gsize at = 1; at < text.len && out->len + (at - from) <= max;) {
    gsize end = 0;
    GalenErrorPart part =
        galen_error_part_may_begin(text, at) ? galen_error_part_at(text, at, &end) : GALEN_ERROR_PART_NONE;
    if (part == GALEN_ERROR_PART_NONE) {
      at++;
      continue;
    }
    g_string_append_len(out, text.data + from, (gssize)(at - from));
    append_part(out, part, galen_slice(text.data + at, end - at), full);
    from = end;
    /* Behind "Duplicate entry ''" the same part would begin again. */
    at = MAX(end, at + 1);
  }
  if (out->len <= max)
    g_string_append_len(out, text.data + from, (gssize)(text.len - from));
  return galen_words_clean(galen_slice(out->str, out->len), max);
}

char *galen_error_query_mask(GalenSlice query, gsize max, gboolean full) {
  if (query.data == NULL || query.len == 0)
    return NULL;
  g_autoptr(GString) out = g_string_new(NULL);
  append_query(out, query, full);
  return galen_words_clean(galen_slice(out->str, out->len), max);
}
