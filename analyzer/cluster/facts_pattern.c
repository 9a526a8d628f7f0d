#include "facts_private.h"

/* How often text may be tried to end somewhere else before a pattern gives up: hostile lines cost no more. */
#define STEPS_MAX 4096u
/* The length up to which text is looked for its end. */
#define LAZY_MAX 8192u

typedef struct {
  GalenFactOperands operands;
  guint steps;
} Match;

static gboolean is_blank(char c) {
  return c == ' ' || c == '\t';
}

static gsize blanks(GalenSlice text) {
  gsize n = 0;
  while (n < text.len && is_blank(text.data[n]))
    n++;
  return n;
}

GalenSlice galen_fact_rest(GalenSlice text, gsize from) {
  from = MIN(from, text.len);
  return galen_slice(text.data + from, text.len - from);
}

GalenSlice galen_fact_trim(GalenSlice text) {
  while (text.len > 0 && (guchar)text.data[text.len - 1] <= ' ')
    text.len--;
  while (text.len > 0 && (guchar)text.data[0] <= ' ')
    text = galen_fact_rest(text, 1);
  return text;
}

gsize galen_fact_number(GalenSlice text, gint64 *ret_number) {
  gsize at = text.len > 0 && text.data[0] == '-' ? 1 : 0, first = at;
  gint64 number = 0;
  for (; at < text.len && g_ascii_isdigit(text.data[at]); at++) {
    if (number > (G_MAXINT64 - 9) / 10)
      return 0;
    number = number * 10 + (text.data[at] - '0');
  }
  if (at == first)
    return 0;
  *ret_number = first == 1 ? -number : number;
  return at;
}

static gsize read_number(char slot, GalenSlice text, GalenFactOperands *operands) {
  gint64 number;
  gsize len = galen_fact_number(text, &number);
  if (len == 0)
    return 0;
  *(slot == 's'   ? &operands->seqno
    : slot == 'l' ? &operands->last
    : slot == 'n' ? &operands->number
                  : &operands->total) = number;
  return len;
}

static gboolean match_here(Match *self, const char *pattern, GalenSlice text);

/* Whether what follows in the pattern can begin there, as far as its first byte tells. */
static gboolean may_begin(char first, GalenSlice text, gsize at) {
  if (first == '\0' || first == '%' || first == '$')
    return TRUE;
  if (at == text.len)
    return FALSE;
  return first == ' ' ? is_blank(text.data[at]) : text.data[at] == first;
}

/* Text ends where the rest of the pattern matches for the first time. */
static gboolean match_text(Match *self, char slot, const char *pattern, GalenSlice text) {
  gsize limit = MIN(text.len, LAZY_MAX);
  if (*pattern == '\0')
    limit = text.len;
  for (gsize at = *pattern == '\0' ? limit : 0; at <= limit; at++) {
    if (!may_begin(*pattern, text, at))
      continue;
    if (self->steps++ > STEPS_MAX)
      return FALSE;
    if (!match_here(self, pattern, galen_fact_rest(text, at)))
      continue;
    if (slot == 'N')
      self->operands.name = galen_slice(text.data, at);
    else if (slot == 'V')
      self->operands.value = galen_slice(text.data, at);
    return TRUE;
  }
  return FALSE;
}

static gboolean match_slot(Match *self, const char *pattern, GalenSlice text) {
  gsize len;
  switch (*pattern) {
  case 'u':
  case 'o':
    len = galen_uuid_parse(text, *pattern == 'u' ? &self->operands.uuid : &self->operands.other);
    break;
  case 's':
  case 'l':
  case 'n':
  case 't':
    len = read_number(*pattern, text, &self->operands);
    break;
  default:
    return match_text(self, *pattern, pattern + 1, text);
  }
  return len > 0 && match_here(self, pattern + 1, galen_fact_rest(text, len));
}

static gboolean match_here(Match *self, const char *pattern, GalenSlice text) {
  for (; *pattern != '\0'; pattern++) {
    if (*pattern == '%')
      return match_slot(self, pattern + 1, text);
    if (*pattern == '$')
      return galen_fact_trim(text).len == 0;
    if (*pattern == ' ') {
      gsize n = blanks(text);
      if (n == 0)
        return FALSE;
      text = galen_fact_rest(text, n);
    } else if (text.len == 0 || text.data[0] != *pattern) {
      return FALSE;
    } else {
      text = galen_fact_rest(text, 1);
    }
  }
  return TRUE;
}

gboolean galen_fact_pattern_match(const char *pattern, GalenSlice text, GalenFactOperands *ret_operands) {
  Match match = {.operands = {.seqno = GALEN_SEQNO_NONE, .last = GALEN_SEQNO_NONE, .number = -1, .total = -1}};
  if (text.data == NULL || !match_here(&match, pattern, text))
    return FALSE;
  *ret_operands = match.operands;
  return TRUE;
}

/* ---- lines of blocks ---- */

gboolean galen_fact_line(GalenSlice *rest, GalenSlice *ret_line) {
  if (rest->data == NULL || rest->len == 0)
    return FALSE;
  const char *end = memchr(rest->data, '\n', rest->len);
  gsize len = end != NULL ? (gsize)(end - rest->data) : rest->len;
  *ret_line = galen_slice(rest->data, len);
  if (len > 0 && rest->data[len - 1] == '\r')
    ret_line->len--;
  *rest = galen_fact_rest(*rest, end != NULL ? len + 1 : len);
  return TRUE;
}

gboolean galen_fact_pair(GalenSlice line, char separator, GalenSlice *ret_key, GalenSlice *ret_value) {
  const char *at = line.len > 0 ? memchr(line.data, separator, line.len) : NULL;
  if (at == NULL)
    return FALSE;
  gsize len = (gsize)(at - line.data);
  GalenSlice value = galen_fact_trim(galen_fact_rest(line, len + 1));
  if (value.len > 0 && value.data[value.len - 1] == ',')
    value.len--;
  *ret_key = galen_fact_trim(galen_slice(line.data, len));
  *ret_value = value;
  return TRUE;
}

gssize galen_fact_find(GalenSlice text, const char *needle) {
  const char *found = text.len > 0 ? memmem(text.data, text.len, needle, strlen(needle)) : NULL;
  return found != NULL ? found - text.data : -1;
}

gboolean galen_fact_has(GalenSlice text, const char *needle) {
  return galen_fact_find(text, needle) >= 0;
}
