/* Any bytes as a message: templates and masks are bounded and clean. */
#include "analyzer/digest/error_template.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_mask(GalenSlice text, gsize max, gboolean full) {
  g_autofree char *masked = galen_error_text_mask(text, max, full);
  if (strlen(masked) > (max > 0 ? max : GALEN_ERROR_TEXT_MAX) || !g_utf8_validate(masked, -1, NULL))
    abort();
  g_autofree char *query = galen_error_query_mask(text, max, full);
  if ((query == NULL) != (text.len == 0) || (query != NULL && !g_utf8_validate(query, -1, NULL)))
    abort();
}

/* What stands behind the words of a generated password never shows. */
static void check_secret(GalenSlice text) {
  static const char words[] = "A temporary password is generated for root@localhost: ";
  static const char secret[] = "Zq9!Zq9!";
  g_autoptr(GString) line = g_string_new(words);
  g_string_append(line, secret);
  g_string_append_len(line, text.data, (gssize)text.len);
  g_autofree char *masked = galen_error_text_mask(galen_slice(line->str, line->len), 0, TRUE);
  if (strstr(masked, secret) != NULL)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  /* A copy of the exact size, so that reading past the end is seen. */
  g_autofree char *copy = g_memdup2(data, size);
  GalenSlice text = galen_slice(copy, size);
  char template[GALEN_ERROR_TEMPLATE_MAX], again[GALEN_ERROR_TEMPLATE_MAX];
  gsize len = galen_error_template(text, template);
  if (len > sizeof template)
    abort();
  if (galen_error_template(galen_slice(template, len), again) > sizeof again)
    abort();
  check_mask(text, 0, FALSE);
  check_mask(text, 40, FALSE);
  check_mask(text, 0, TRUE);
  check_secret(text);
  return 0;
}
