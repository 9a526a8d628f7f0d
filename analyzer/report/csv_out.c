#include "csv_out.h"

#include "../words.h"

#include <math.h>
#include <string.h>

static void begin(GalenCsv *self) {
  if (self->begun)
    g_string_append_c(self->out, ',');
  self->begun = TRUE;
}

/* The signs that begin a formula, and their full-width forms, which some programs take for the same. */
static gboolean begins_formula(const char *text) {
  static const gunichar signs[] = {'=', '+', '-', '@', 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20};
  gunichar c = g_utf8_get_char(text);
  for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
    if (c == signs[i])
      return TRUE;
  return FALSE;
}

static const char *after_blanks(const char *text) {
  while (*text != '\0' && g_unichar_isspace(g_utf8_get_char(text)))
    text = g_utf8_next_char(text);
  return text;
}

void galen_csv_text(GalenCsv *self, const char *text) {
  begin(self);
  if (text == NULL || *text == '\0')
    return;
  gboolean quoted = strpbrk(text, ",;\"\r\n\t") != NULL || *text == ' ';
  if (quoted)
    g_string_append_c(self->out, '"');
  if (begins_formula(after_blanks(text)))
    g_string_append_c(self->out, '\'');
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
    gboolean blank = (guchar)*c < 0x20;
    if (blank)
      g_string_append_c(self->out, ' ');
    else
      g_string_append_len(self->out, c, g_utf8_next_char(c) - c);
    if (*c == '"')
      g_string_append_c(self->out, '"');
    if (*c == ';' && begins_formula(after_blanks(c + 1)))
      g_string_append_c(self->out, '\'');
  }
  if (quoted)
    g_string_append_c(self->out, '"');
}

void galen_csv_names(GalenCsv *self, const GPtrArray *names) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; names != NULL && i < names->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(names, i));
  galen_csv_text(self, text->str);
}

void galen_csv_count(GalenCsv *self, guint64 count) {
  begin(self);
  g_string_append_printf(self->out, "%" G_GUINT64_FORMAT, count);
}

void galen_csv_bool(GalenCsv *self, gboolean value) {
  begin(self);
  g_string_append(self->out, value ? "true" : "false");
}

void galen_csv_seqno(GalenCsv *self, gint64 seqno) {
  begin(self);
  if (seqno != GALEN_SEQNO_NONE)
    g_string_append_printf(self->out, "%" G_GINT64_FORMAT, seqno);
}

void galen_csv_decimal(GalenCsv *self, GalenU128 value, guint digits) {
  begin(self);
  g_autofree char *text = galen_words_decimal(value, digits);
  g_string_append(self->out, text);
}

void galen_csv_seconds(GalenCsv *self, gint64 us, gint64 unknown) {
  begin(self);
  if (us == unknown)
    return;
  g_autofree char *text = galen_words_decimal(us < 0 ? -(GalenU128)us : (GalenU128)us, 6);
  g_string_append_printf(self->out, "%s%s", us < 0 ? "-" : "", text);
}

void galen_csv_double(GalenCsv *self, double value, guint digits) {
  char text[400];
  begin(self);
  if (!isfinite(value))
    return;
  g_ascii_formatd(text, sizeof text, "%.9f", value / pow(10, digits));
  char *end = text + strlen(text);
  while (end[-1] == '0')
    *--end = '\0';
  if (end[-1] == '.')
    end[-1] = '\0';
  g_string_append(self->out, text);
}

void galen_csv_time(GalenCsv *self, gint64 us) {
  begin(self);
  if (us == GALEN_TIME_NONE)
    return;
  g_autofree char *text = galen_words_iso(us);
  if (g_ascii_isdigit(*text))
    g_string_append(self->out, text);
}

void galen_csv_texts(GalenCsv *self, const char *const *texts, guint n) {
  for (guint i = 0; i < n; i++)
    galen_csv_text(self, texts[i]);
}

void galen_csv_place(GalenCsv *self, const GalenPlace *place) {
  galen_csv_text(self, place->path);
  if (place->line > 0)
    galen_csv_count(self, place->line);
  else
    galen_csv_skip(self, 1);
}

void galen_csv_fact(GalenCsv *self, const GalenReport *report, const GalenFact *fact) {
  GalenPlace place = fact != NULL ? galen_place_of_fact(report, fact) : (GalenPlace){0};
  galen_csv_place(self, &place);
}

void galen_csv_skip(GalenCsv *self, guint cells) {
  for (guint i = 0; i < cells; i++)
    begin(self);
}

void galen_csv_end(GalenCsv *self) {
  g_string_append(self->out, "\r\n");
  self->begun = FALSE;
}
