/* repeat_log: writes a real error log again and again on stdout until there is enough of it, each time later and with other
 * UUIDs: the same cluster lives on.
 *
 *   repeat_log --size BYTES[K|M|G] FILE
 *
 * Times and time-based UUIDs move together by whole days, so that what lies in a UUID still fits to the lines. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (1u << 20)
#define DAY G_GINT64_CONSTANT(86400000000) /* µs */

typedef enum { PIECE_TEXT, PIECE_DATE, PIECE_UUID, PIECE_SHORT_UUID } PieceKind;

typedef struct {
  PieceKind kind;
  const char *data;
  gsize len;
  gint64 day;    /* PIECE_DATE: days since 1970 */
  guint64 ticks; /* of a UUID: 100 ns since 1582; of a short one its lower 32 bits */
} Piece;

static gboolean is_hex(const char *at, gsize n) {
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit(at[i]) && !(at[i] >= 'a' && at[i] <= 'f'))
      return FALSE;
  return TRUE;
}

static gboolean is_word(char c) {
  return g_ascii_isalnum(c) || c == '_';
}

static gsize find_date(const char *at, gsize len, Piece *piece) {
  if (len < 11 || at[4] != '-' || at[7] != '-' || (at[10] != ' ' && at[10] != 'T'))
    return 0;
  char text[11] = {0};
  memcpy(text, at, 10);
  int year = (int)g_ascii_strtoull(text, NULL, 10), month = (int)g_ascii_strtoull(text + 5, NULL, 10);
  int day = (int)g_ascii_strtoull(text + 8, NULL, 10);
  if (year < 1990 || month < 1 || month > 12 || day < 1)
    return 0;
  g_autoptr(GDateTime) date = g_date_time_new_utc(year, month, day, 0, 0, 0);
  if (date == NULL)
    return 0;
  *piece = (Piece){.kind = PIECE_DATE, .data = at, .len = 10, .day = g_date_time_to_unix(date) / 86400};
  return 10;
}

static gsize find_uuid(const char *at, gsize len, Piece *piece) {
  if (len < 13 || at[8] != '-' || !is_hex(at, 8) || !is_hex(at + 9, 4) || memcmp(at, "00000000", 8) == 0)
    return 0;
  guint64 low = g_ascii_strtoull(at, NULL, 16);
  gboolean whole = len >= 36 && at[13] == '-' && at[18] == '-' && at[23] == '-' && is_hex(at + 14, 4) &&
                   is_hex(at + 19, 4) && is_hex(at + 24, 12);
  if (!whole) {
    *piece = (Piece){.kind = PIECE_SHORT_UUID, .data = at, .len = 13, .ticks = low};
    return len > 13 && is_word(at[13]) ? 0 : 13;
  }
  guint64 middle = g_ascii_strtoull(at + 9, NULL, 16), high = g_ascii_strtoull(at + 14, NULL, 16) & 0xfff;
  *piece = (Piece){.kind = PIECE_UUID, .data = at, .len = 36, .ticks = high << 48 | middle << 32 | low};
  return 36;
}

/* The log as pieces: what changes, and what lies between. */
static GArray *cut(const char *data, gsize len) {
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  gsize from = 0;
  for (gsize at = 0; at < len;) {
    Piece piece;
    gsize n = 0;
    if ((at == 0 || !is_word(data[at - 1])) && g_ascii_isxdigit(data[at])) {
      n = find_date(data + at, len - at, &piece);
      if (n == 0)
        n = find_uuid(data + at, len - at, &piece);
    }
    if (n == 0) {
      at++;
      continue;
    }
    Piece text = {.kind = PIECE_TEXT, .data = data + from, .len = at - from};
    g_array_append_val(pieces, text);
    g_array_append_val(pieces, piece);
    at += n;
    from = at;
  }
  Piece rest = {.kind = PIECE_TEXT, .data = data + from, .len = len - from};
  g_array_append_val(pieces, rest);
  return pieces;
}

static void write_piece(BenchText *out, const Piece *piece, gint64 days) {
  char text[64];
  guint64 ticks = piece->ticks + (guint64)(days * DAY * 10);
  switch (piece->kind) {
  case PIECE_DATE:
    bench_text_iso(out, (piece->day + days) * DAY);
    out->len -= strlen("T00:00:00.000000Z");
    return;
  case PIECE_UUID:
    (void)g_snprintf(text, sizeof text, "%08x-%04x-%c%03x%.18s", (guint)(ticks & G_MAXUINT32),
                     (guint)(ticks >> 32 & 0xffff), piece->data[14], (guint)(ticks >> 48 & 0xfff), piece->data + 18);
    break;
  case PIECE_SHORT_UUID:
    (void)g_snprintf(text, sizeof text, "%08x%.5s", (guint)(ticks & G_MAXUINT32), piece->data + 8);
    break;
  case PIECE_TEXT:
  default:
    bench_text_bytes(out, piece->data, piece->len);
    return;
  }
  bench_text(out, text);
}

/* Days between the first date and the last. */
static gint64 span(const GArray *pieces) {
  gint64 first = G_MAXINT64, last = G_MININT64;
  for (guint i = 0; i < pieces->len; i++) {
    const Piece *piece = &g_array_index(pieces, Piece, i);
    if (piece->kind != PIECE_DATE)
      continue;
    first = MIN(first, piece->day);
    last = MAX(last, piece->day);
  }
  return last >= first ? last - first + 1 : 1;
}

static guint64 read_size(const char *text) {
  char *end;
  guint64 size = g_ascii_strtoull(text, &end, 10);
  return *end == 'G' ? size << 30 : *end == 'M' ? size << 20 : *end == 'K' ? size << 10 : size;
}

int main(int argc, char **argv) {
  g_autofree char *size = NULL, *data = NULL;
  const GOptionEntry entries[] = {{"size", 0, 0, G_OPTION_ARG_STRING, &size, "bytes", "N[K|M|G]"}, G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("FILE");
  g_autoptr(GError) error = NULL;
  gsize len = 0;
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error) || size == NULL || argc != 2 ||
      !g_file_get_contents(argv[1], &data, &len, &error) || len == 0) {
    (void)fprintf(stderr, "repeat_log: %s\n", error != NULL ? error->message : "needs --size and a file");
    return 2;
  }
  g_autoptr(GArray) pieces = cut(data, len);
  BenchText out = {0};
  gint64 days = span(pieces);
  guint64 left = read_size(size);
  gboolean good = TRUE;
  for (gint64 n = 0; left > 0 && good; n++) {
    for (guint i = 0; i < pieces->len; i++)
      write_piece(&out, &g_array_index(pieces, Piece, i), n * days);
    if (out.len > 0 && out.data[out.len - 1] != '\n')
      bench_text_char(&out, '\n');
    if (out.len < CHUNK && out.len < left)
      continue;
    left -= MIN(left, (guint64)out.len);
    good = bench_text_put(&out);
  }
  bench_text_clear(&out);
  return good ? 0 : 1;
}
