/* Where dates stand in a text. */
#include "words.h"

#include <string.h>

#define DATE_LEN 10u /* 2026-11-24 */
#define FRACTION_MAX 6u

/* '0' stands for a digit, all else for itself. */
static gboolean has_form(const char *text, const char *form) {
  for (; *form != '\0'; text++, form++)
    if (*form == '0' ? !g_ascii_isdigit(*text) : *text != *form)
      return FALSE;
  return TRUE;
}

/* How many bytes of `text` are a date, with its time of day if one follows; 0: none begins there. */
static gsize date_len(const char *text) {
  if (!has_form(text, "0000-00-00") || g_ascii_isdigit(text[DATE_LEN]))
    return 0;
  /* MariaDB writes " 3:47:01". */
  const char *c = text + DATE_LEN + strspn(text + DATE_LEN, " ");
  c += has_form(c, "00:") ? 1 : 0;
  if (c == text + DATE_LEN || !has_form(c, "0:00"))
    return DATE_LEN;
  c += strlen("0:00");
  c += has_form(c, ":00") ? strlen(":00") : 0;
  if (has_form(c, ".0"))
    c += 1 + MIN(strspn(c + 1, "0123456789"), FRACTION_MAX);
  return (gsize)(c - text);
}

const char *galen_words_find_date(const char *text, gsize *ret_len) {
  for (const char *c = text; (c = strchr(c, '-')) != NULL; c++) {
    const char *start = c - text >= 4 ? c - 4 : NULL;
    gsize len = start != NULL && (start == text || !g_ascii_isdigit(start[-1])) ? date_len(start) : 0;
    if (len == 0)
      continue;
    *ret_len = len;
    return start;
  }
  return NULL;
}
