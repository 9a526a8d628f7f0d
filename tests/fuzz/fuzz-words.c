/* Log text on its way into a document: always valid UTF-8, no control, no override of direction, never longer than asked
 * for; in JSON and in wrapped text likewise. The first byte gives the limits. */
#include "../../analyzer/report/build.h"
#include "../../analyzer/report/json_out.h"
#include "../../analyzer/report/text_out.h"
#include "../../analyzer/words.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(gboolean holds) {
  if (!holds)
    abort();
}

static gboolean is_forbidden(gunichar c) {
  return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfffe || c == 0xffff;
}

static void check_text(const char *text) {
  check(g_utf8_validate(text, -1, NULL));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
    check(!is_forbidden(g_utf8_get_char(at)));
}

/* No raw line end or quote inside the quotes. */
static void check_json(const char *text) {
  GalenJson json;
  galen_json_init(&json);
  galen_json_text(&json, NULL, text);
  g_autoptr(GBytes) bytes = galen_json_finish(&json);
  gsize len = 0;
  const char *out = g_bytes_get_data(bytes, &len);
  check(len >= 3 && out[0] == '"' && out[len - 2] == '"' && out[len - 1] == '\n');
  for (gsize i = 1; i + 2 < len; i++) {
    check((guchar)out[i] >= 0x20 && out[i] != '"');
    if (out[i] == '\\')
      i++;
  }
}

static void check_lines(const char *text, guint width, guint indent) {
  GalenText out = {g_string_new(NULL), width, FALSE};
  galen_text_wrap(&out, indent, GALEN_TEXT_PLAIN, text, 0);
  g_auto(GStrv) lines = g_strsplit(out.out->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    check(galen_text_columns(lines[i]) <= MAX(width, indent + 10));
  g_string_free(out.out, TRUE);
  g_autofree char *cut = galen_text_cut(text, width);
  check(galen_text_columns(cut) <= width && strchr(cut, '\n') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > 4096)
    return 0;
  gsize max = data[0];
  GalenSlice raw = galen_slice((const char *)data + 1, size - 1);
  g_autofree char *clean = galen_words_clean(raw, 0);
  g_autofree char *cut = galen_words_clean(raw, max);
  g_autofree char *skipped = galen_build_skip_text(raw);
  check_text(clean);
  check_text(cut);
  check_text(skipped);
  check(max == 0 || strlen(cut) <= max);
  check_json(clean);
  check_lines(clean, (guint)max, (guint)max % 16);
  return 0;
}
