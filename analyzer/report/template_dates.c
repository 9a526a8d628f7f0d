/* Dates in sentences: "2026-11-24 02:36:05" may break behind each hyphen and at the blank, so it is put into a span that
 * does not. The characters stay what they are: what is copied out of a report is what grep finds in a log. */
#include "template_private.h"

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

gboolean galen_template_is_date(const char *text) {
  gsize len = date_len(text);
  return len > 0 && text[len] == '\0';
}

void galen_template_put_words(GalenMarkup *out, const char *text, const char *attribute, const char *value) {
  const char *from = text;
  for (const char *c = text; (c = strchr(c, '-')) != NULL;) {
    const char *start = c - from >= 4 ? c - 4 : NULL;
    gboolean inside = start != NULL && start > from && g_ascii_isdigit(start[-1]);
    gsize len = start != NULL && !inside ? date_len(start) : 0;
    if (len == 0) {
      c++;
      continue;
    }
    galen_markup_text_len(out, from, (gsize)(start - from));
    galen_markup_open(out, "span");
    galen_markup_attribute(out, attribute, value);
    galen_markup_text_len(out, start, len);
    galen_markup_close(out);
    from = c = start + len;
  }
  galen_markup_text(out, from);
}
