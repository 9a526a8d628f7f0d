#include "json_text.h"

gboolean galen_json_string(const char **at, const char *end, GalenSlice *ret_inside) {
  const char *from = *at + 1, *quote = from;
  while (quote < end && (quote = memchr(quote, '"', (gsize)(end - quote))) != NULL) {
    const char *slash = quote;
    while (slash > from && slash[-1] == '\\')
      slash--;
    if ((quote - slash) % 2 == 0) {
      *ret_inside = galen_slice(from, (gsize)(quote - from));
      *at = quote + 1;
      return TRUE;
    }
    quote++;
  }
  return FALSE;
}

static gboolean hex4(const char *at, const char *end, gunichar *ret_unit) {
  gunichar unit = 0;
  if (end - at < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++) {
    gint digit = g_ascii_xdigit_value(at[i]);
    if (digit < 0)
      return FALSE;
    unit = unit * 16 + (gunichar)digit;
  }
  *ret_unit = unit;
  return TRUE;
}

/* At the backslash; returns behind the escape. What is no escape stays as it is. */
static const char *escape(GString *out, const char *at, const char *end) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (end - at < 2) {
    g_string_append_c(out, '\\');
    return at + 1;
  }
  const char *known = at[1] == '\0' ? NULL : strchr(from, at[1]);
  if (known != NULL) {
    g_string_append_c(out, to[known - from]);
    return at + 2;
  }
  gunichar unit, low;
  if (at[1] != 'u' || !hex4(at + 2, end, &unit)) {
    g_string_append_c(out, '\\');
    return at + 1;
  }
  at += 6;
  if (unit >= 0xd800 && unit < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' && hex4(at + 2, end, &low) &&
      low >= 0xdc00 && low < 0xe000) {
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    at += 6;
  }
  if (unit >= 0xd800 && unit < 0xe000)
    unit = 0xfffd;
  if (unit == 0)
    g_string_append_c(out, '\0');
  else
    g_string_append_unichar(out, unit);
  return at;
}

void galen_json_decode(GString *out, GalenSlice inside) {
  const char *at = inside.data, *end = at + inside.len, *slash;
  while (at < end && (slash = memchr(at, '\\', (gsize)(end - at))) != NULL) {
    g_string_append_len(out, at, slash - at);
    at = escape(out, slash, end);
  }
  g_string_append_len(out, at, end - at);
}
