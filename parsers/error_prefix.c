#include "error_log.h"
#include "scan.h"

/* A prefix in the middle of a line is looked for this far before its label. */
#define INSIDE_MAX 56

static gboolean is_digit(char c) {
  return c >= '0' && c <= '9';
}

static gboolean is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

static int two(const char *at) {
  return (at[0] - '0') * 10 + (at[1] - '0');
}

const char *galen_error_label(const char *at, const char *stop, GalenLevel *ret_level) {
  static const struct {
    const char *text;
    guint8 len;
    guint8 level;
  } labels[] = {
      {"[Note]", 6, GALEN_LEVEL_NOTE},     {"[Warning]", 9, GALEN_LEVEL_WARNING}, {"[ERROR]", 7, GALEN_LEVEL_ERROR},
      {"[System]", 8, GALEN_LEVEL_SYSTEM}, {"[Error]", 7, GALEN_LEVEL_ERROR},     {"[WARNING]", 9, GALEN_LEVEL_WARNING},
      {"[INFO]", 6, GALEN_LEVEL_NOTE},     {"[Info]", 6, GALEN_LEVEL_NOTE},       {"[NOTE]", 6, GALEN_LEVEL_NOTE},
      {"[FATAL]", 7, GALEN_LEVEL_ERROR},   {"[DEBUG]", 7, GALEN_LEVEL_NOTE},      {"[Debug]", 7, GALEN_LEVEL_NOTE},
      {"[Warn]", 6, GALEN_LEVEL_WARNING},  {"[WARN]", 6, GALEN_LEVEL_WARNING},    {"[SYSTEM]", 8, GALEN_LEVEL_SYSTEM},
  };
  if (stop - at < 6 || *at != '[')
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
    if (at[1] == labels[i].text[1] && at[2] == labels[i].text[2] &&
        galen_error_starts(at, stop, labels[i].text, labels[i].len)) {
      *ret_level = (GalenLevel)labels[i].level;
      return at + labels[i].len;
    }
  return NULL;
}

/* hh:mm:ss with the hour's first digit at `at`, blank padded or not: µs of the day; -1: none. */
static gint64 clock_at(const char *at) {
  const guint64 colons = G_GUINT64_CONSTANT(0x00003a00003a0000), colon_mask = G_GUINT64_CONSTANT(0x0000ff0000ff0000);
  guint64 word;
  memcpy(&word, at, sizeof word);
  word = GUINT64_FROM_LE(word);
  if (at[0] == ' ')
    word |= '0' - ' ';
  guint64 digits = (word & ~colon_mask) ^ G_GUINT64_CONSTANT(0x3030003030003030);
  /* More than 9 in a byte carries into its highest bit. */
  guint64 wrong = (digits | (digits + G_GUINT64_CONSTANT(0x7676007676007676))) & G_GUINT64_CONSTANT(0x8080808080808080);
  if ((word & colon_mask) != colons || wrong != 0)
    return -1;
  guint h = (guint)(digits & 0xff) * 10 + (guint)(digits >> 8 & 0xff);
  guint m = (guint)(digits >> 24 & 0xff) * 10 + (guint)(digits >> 32 & 0xff);
  guint s = (guint)(digits >> 48 & 0xff) * 10 + (guint)(digits >> 56);
  if (h > 23 || m > 59 || s > 60)
    return -1;
  return (gint64)(h * 3600 + m * 60 + MIN(s, 59)) * GALEN_SECOND;
}

/* The day of the date at `at`, which is `len` bytes; by the cache, or through the general reader. */
static inline gboolean day_at(char *known, gint64 *known_us, const char *at, gsize len, gint64 *ret_us) {
  if (!galen_same_bytes(known, at, len)) {
    char text[24];
    (void)g_snprintf(text, sizeof text, "%.*s 00:00:00", (int)len, at);
    GalenLogTime time;
    if (!galen_log_time_parse(galen_slice(text, len + 9), &time))
      return FALSE;
    memcpy(known, at, len);
    *known_us = time.wall;
  }
  *ret_us = *known_us;
  return TRUE;
}

/* ".123456" at `at`: behind it. */
static const char *fraction(const char *at, const char *stop, ErrorPrefix *p) {
  if (stop - at < 2 || (*at != '.' && *at != ',') || !is_digit(at[1]))
    return at;
  gint64 unit = GALEN_SECOND;
  for (at++; at < stop && is_digit(*at); at++) {
    if (unit > 1)
      unit /= 10;
    else
      continue;
    p->wall += (*at - '0') * unit;
  }
  p->resolution = unit;
  return at;
}

/* "Z", "+02:00", "+0200" at `at`: behind it. */
static const char *zone(const char *at, const char *stop, ErrorPrefix *p) {
  if (at < stop && *at == 'Z') {
    p->has_zone = TRUE;
    return at + 1;
  }
  if (stop - at < 5 || (*at != '+' && *at != '-') || !is_digit(at[1]) || !is_digit(at[2]))
    return at;
  const char *minutes = at + 3 + (at[3] == ':');
  if (stop - minutes < 2 || !is_digit(minutes[0]) || !is_digit(minutes[1]))
    return at;
  int h = two(at + 1), m = two(minutes);
  if (h > 15 || m > 59)
    return at;
  p->has_zone = TRUE;
  p->offset = (h * 3600 + m * 60) * (*at == '-' ? -1 : 1);
  return minutes + 2;
}

/* Date and time at `at`: behind them; NULL: none. */
static const char *time_at(ErrorDates *dates, const char *at, const char *stop, ErrorPrefix *p) {
  gint64 day;
  gsize date_len = at[4] == '-' || at[4] == '/' ? 10 : 6;
  gint64 of_day = stop - at >= (gssize)date_len + 9 ? clock_at(at + date_len + 1) : -1;
  if (of_day >= 0 && at[4] != '/' && (at[date_len] == ' ' || at[date_len] == 'T')) {
    if (date_len == 10 ? !day_at(dates->iso, &dates->iso_us, at, 10, &day)
                       : !day_at(dates->yymmdd, &dates->yymmdd_us, at, 6, &day))
      return NULL;
    p->padded = at[date_len + 1] == ' ';
    p->zero_padded = at[date_len + 1] == '0';
    p->wall = day + of_day;
    p->resolution = GALEN_SECOND;
    at = fraction(at + date_len + 9, stop, p);
    return date_len == 10 ? zone(at, stop, p) : at;
  }
  /* Others: hours of one digit, socat's "2023/03/16 20:09:51". */
  char text[40] = {0};
  gsize len = MIN((gsize)(stop - at), sizeof text - 1);
  memcpy(text, at, len);
  if (text[4] == '/' && text[7] == '/')
    text[4] = text[7] = '-';
  GalenLogTime time;
  if (len < 15 || !galen_log_time_parse(galen_slice(text, len), &time))
    return NULL;
  p->wall = time.wall;
  p->resolution = GALEN_SECOND;
  p->has_zone = time.has_zone;
  p->offset = time.offset;
  p->padded = text[time.iso ? 10 : 6] == ' ' && !time.has_zone && time.iso;
  return at + time.used;
}

/* The number behind the time: decimal, "0x7f…", or 5.6's bare hex, which only InnoDB writes. */
static const char *number(const char *at, const char *stop, ErrorPrefix *p) {
  const char *from = at;
  guint64 value = 0;
  /* Most are short and decimal. */
  while (at < stop && at - from < 10 && is_digit(*at))
    value = value * 10 + (guint64)(*at++ - '0');
  if (at > from && at < stop && *at == ' ') {
    p->has_number = TRUE;
    p->number = value;
    return at;
  }
  at = from;
  value = 0;
  gboolean hex = stop - at > 2 && at[0] == '0' && at[1] == 'x';
  if (hex)
    at += 2;
  else
    for (const char *c = at; c < stop && is_hex(*c) && !hex && c - at < 17; c++)
      hex = !is_digit(*c);
  const char *digits = at;
  for (; at < stop && (hex ? is_hex(*at) : is_digit(*at)) && at - digits < 20; at++)
    value = hex ? value * 16 + (guint64)g_ascii_xdigit_value(*at) : value * 10 + (guint64)(*at - '0');
  if (at == digits || (hex && digits == from && at - digits < 8))
    return from;
  gboolean ends = at == stop || *at == ' ' || (hex && ERROR_STARTS(at, stop, "InnoDB:"));
  if (!ends)
    return from;
  p->has_number = TRUE;
  p->number = value;
  return at;
}

static const char *blanks(const char *at, const char *stop) {
  while (at < stop && *at == ' ')
    at++;
  return at;
}

/* What other programs write behind their times. */
static void unlabelled(ErrorPrefix *p, const char *at, const char *stop) {
  static const struct {
    const char *text;
    guint8 len;
    GalenLevel level;
  } garbd[] = {
      {"INFO: ", 6, GALEN_LEVEL_NOTE},   {"WARN: ", 6, GALEN_LEVEL_WARNING}, {"ERROR: ", 7, GALEN_LEVEL_ERROR},
      {"FATAL: ", 7, GALEN_LEVEL_ERROR}, {"DEBUG: ", 7, GALEN_LEVEL_NOTE},
  };
  if (p->form == ERROR_FORM_ISO && p->resolution == 1000 && !p->has_number)
    for (gsize i = 0; i < G_N_ELEMENTS(garbd); i++)
      if (galen_error_starts(at, stop, garbd[i].text, garbd[i].len)) {
        p->level = garbd[i].level;
        p->labelled = TRUE;
        p->subsystem = galen_slice("garbd", 5);
        p->text = galen_slice(at + garbd[i].len, (gsize)(stop - at) - garbd[i].len);
        return;
      }
  if (ERROR_STARTS(at, stop, "mysqld_safe ") || ERROR_STARTS(at, stop, "mariadbd-safe ")) {
    gsize len = *at == 'm' && at[1] == 'y' ? 12 : 14;
    p->labelled = TRUE;
    p->subsystem = galen_slice("mysqld_safe", 11);
    at += len;
  } else if (ERROR_STARTS(at, stop, "socat[")) {
    const char *close = memchr(at, ']', (gsize)(stop - at));
    p->subsystem = galen_slice("socat", 5);
    p->labelled = TRUE;
    if (close != NULL && stop - close > 3 && close[1] == ' ' && close[3] == ' ') {
      p->level = close[2] == 'E' || close[2] == 'F' ? GALEN_LEVEL_ERROR
                 : close[2] == 'W'                  ? GALEN_LEVEL_WARNING
                                                    : GALEN_LEVEL_NOTE;
      at = close + 4;
    }
  } else if (stop - at > 5 && at[0] == '[' && is_digit(at[1]) && is_digit(at[2]) && at[3] == ']') {
    p->subsystem = galen_slice("xtrabackup", 10); /* the copy thread's number */
    at = blanks(at + 4, stop);
  }
  p->text = galen_slice(at, (gsize)(stop - at));
  galen_error_text_split(p, FALSE);
}

/* "12:00:00 UTC - mysqld got signal 11 ;" */
static gboolean hour_only(const char *at, const char *stop, ErrorPrefix *p) {
  if (stop - at < 20 || memcmp(at + 8, " UTC - ", 7) != 0)
    return FALSE;
  p->wall = clock_at(at);
  if (p->wall < 0)
    return FALSE;
  p->form = ERROR_FORM_HOUR;
  p->has_zone = p->labelled = TRUE;
  p->resolution = GALEN_SECOND;
  p->raw_time = galen_slice(at, 12);
  p->text = galen_slice(at + 15, (gsize)(stop - at) - 15);
  galen_error_text_split(p, FALSE);
  return p->crash;
}

/* What is laid out as a date and time, and is none ("2026-13-45 99:00:00"): behind it; NULL: it is something else. */
static const char *misdated(const char *at, const char *stop) {
  static const char *const layouts[] = {"dddd-dd-dd hd:dd:dd", "dddddd hd:dd:dd"};
  for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
    gsize len = strlen(layouts[i]), n = 0;
    while (n < len && at + n < stop) {
      char wanted = layouts[i][n], c = at[n];
      gboolean fits = wanted == 'd'   ? is_digit(c)
                      : wanted == 'h' ? is_digit(c) || c == ' '
                      : wanted == ' ' ? c == ' ' || c == 'T'
                                      : c == wanted;
      if (!fits)
        break;
      n++;
    }
    const char *end = at + n;
    while (n == len && end < stop && (is_digit(*end) || strchr(".,:+-Z", *end) != NULL))
      end++;
    if (n == len)
      return end;
  }
  return NULL;
}

static gboolean timed(ErrorDates *dates, const char *at, const char *stop, ErrorPrefix *p) {
  const char *from = at;
  /* An impossible time is none: the record takes its place by the order of the file. */
  p->form = at[4] == '-' || at[4] == '/' ? ERROR_FORM_ISO : ERROR_FORM_SHORT;
  at = time_at(dates, at, stop, p);
  gboolean wrong = at == NULL;
  if (wrong && (at = misdated(from, stop)) == NULL)
    return FALSE;
  p->raw_time = galen_slice(from, (gsize)(at - from));
  if (at < stop && *at != ' ' && *at != '\t')
    return FALSE;
  gboolean modern = p->form == ERROR_FORM_ISO && (from[10] == 'T' || p->has_zone);
  at = blanks(at, stop);
  if (p->form == ERROR_FORM_ISO && at < stop && is_hex(*at))
    at = blanks(number(at, stop, p), stop);
  const char *behind = galen_error_label(at, stop, &p->level);
  if (behind == NULL) {
    if (wrong) /* only a label tells it from data */
      return FALSE;
    if (ERROR_STARTS(at, stop, "UTC - ")) {
      at += 6;
      p->has_zone = TRUE;
    } else if (ERROR_STARTS(at, stop, "- ")) {
      at += 2;
    }
    unlabelled(p, at, stop);
    return TRUE;
  }
  p->labelled = TRUE;
  at = behind < stop && *behind == ' ' ? behind + 1 : behind;
  p->text = galen_slice(at, (gsize)(stop - at));
  galen_error_text_split(p, modern);
  return TRUE;
}

/* ".123456Z" at `at`: µs; -1: something else. */
static gint64 micros_and_zulu(const char *at) {
  gint64 micros = 0;
  if (at[0] != '.' || at[7] != 'Z')
    return -1;
  for (guint i = 1; i < 7; i++) {
    if (!is_digit(at[i]))
      return -1;
    micros = micros * 10 + (at[i] - '0');
  }
  return micros;
}

/* The shortest line that is read as usual; so far can be read without looking for its end. */
#define USUAL_MIN 48

/* What almost all lines have, "2026-11-24  3:07:10 0 [Note] " and "2026-11-24T03:07:10.123456Z 0 [Note] ", of the day read
 * last. FALSE: it has something else, which `timed` and the others tell; these must say the same of what this one reads. */
static gboolean usual(const ErrorDates *dates, const char *at, const char *stop, ErrorPrefix *p) {
  const char *from = at;
  if (stop - at < USUAL_MIN || !galen_same_bytes(dates->iso, at, sizeof dates->iso) || (at[10] != ' ' && at[10] != 'T'))
    return FALSE;
  gint64 of_day = clock_at(at + 11), micros = micros_and_zulu(at + 19);
  if (of_day < 0)
    return FALSE;
  at += micros >= 0 ? 27 : 19;
  GalenSlice raw_time = galen_slice(from, (gsize)(at - from));
  if (*at++ != ' ')
    return FALSE;
  const char *digits = at;
  guint64 value = 0;
  while (at - digits < 10 && is_digit(*at))
    value = value * 10 + (guint64)(*at++ - '0');
  if (at == digits || at[0] != ' ' || at[1] != '[')
    return FALSE;
  GalenLevel level;
  at = galen_error_label(at + 1, stop, &level);
  if (at == NULL)
    return FALSE;
  at += at < stop && *at == ' ';
  *p = (ErrorPrefix){.form = ERROR_FORM_ISO,
                     .labelled = TRUE,
                     .padded = from[11] == ' ',
                     .zero_padded = from[11] == '0',
                     .has_number = TRUE,
                     .has_zone = micros >= 0,
                     .level = level,
                     .number = value,
                     .wall = dates->iso_us + of_day + MAX(micros, 0),
                     .resolution = micros >= 0 ? 1 : GALEN_SECOND,
                     .raw_time = raw_time,
                     .text = galen_slice(at, (gsize)(stop - at))};
  galen_error_text_split(p, from[10] == 'T' || p->has_zone);
  return TRUE;
}

gboolean galen_error_prefix(ErrorDates *dates, const char *at, const char *stop, ErrorPrefix *ret_prefix) {
  ErrorPrefix *p = ret_prefix;
  if (usual(dates, at, stop, p))
    return TRUE;
  *p = galen_error_prefix_none;
  if (stop - at < 6)
    return FALSE;
  const char *from = at;
  gboolean indented = *at == '\t' && stop - at > 24; /* SST scripts indent */
  at += indented;
  if (ERROR_STARTS(at, stop, "[00] ") && stop - at > 24)
    at += 5; /* mariabackup */
  if (is_digit(*at) && stop - at >= 14) {
    if (at[2] == ':')
      return at == from && hour_only(at, stop, p);
    if (timed(dates, at, stop, p) && (!indented || p->labelled || p->subsystem.data != NULL))
      return TRUE;
    *p = galen_error_prefix_none;
    return FALSE;
  }
  if (*at == '{' && galen_error_json_begins(at, stop)) {
    p->form = ERROR_FORM_JSON;
    p->labelled = TRUE;
    return TRUE;
  }
  return galen_error_text_bare(from, stop, p);
}

const char *galen_error_prefix_inside(ErrorDates *dates, const char *from, const char *stop) {
  for (const char *at = from; (at = galen_scan_either(at, stop, '[', '[')) < stop; at++) {
    GalenLevel level;
    if (at - from < 15 || at[-1] != ' ' || galen_error_label(at, stop, &level) == NULL)
      continue;
    for (const char *c = at - from > INSIDE_MAX ? at - INSIDE_MAX : from; c <= at - 15; c++) {
      ErrorPrefix prefix = galen_error_prefix_none;
      const char *text = at;
      if (!is_digit(*c) || c[2] == ':' || !timed(dates, c, stop, &prefix) || !prefix.labelled)
        continue;
      /* The label must be this one. */
      const char *behind = prefix.raw_time.data + prefix.raw_time.len;
      behind = blanks(behind, stop);
      while (behind < text && *behind != '[')
        behind++;
      if (behind == at)
        return c;
    }
  }
  return NULL;
}
