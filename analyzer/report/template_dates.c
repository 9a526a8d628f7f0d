/* Dates in sentences: "2026-11-24 02:36:05" may break behind each hyphen and at the blank, so it is put into a span that
 * does not. The characters stay what they are: what is copied out of a report is what grep finds in a log. */
#include "template_private.h"

#include "../words.h"

gboolean galen_template_is_date(const char *text) {
  gsize len = 0;
  return galen_words_find_date(text, &len) == text && text[len] == '\0';
}

void galen_template_put_words(GalenMarkup *out, const char *text, const char *attribute, const char *value) {
  gsize len = 0;
  for (const char *date; (date = galen_words_find_date(text, &len)) != NULL; text = date + len) {
    galen_markup_text_len(out, text, (gsize)(date - text));
    galen_markup_open(out, "span");
    galen_markup_attribute(out, attribute, value);
    galen_markup_text_len(out, date, len);
    galen_markup_close(out);
  }
  galen_markup_text(out, text);
}
