/* Numbers, times and log text in the form that people read.
 *
 * Every function returns a newly allocated, valid UTF-8 string. Numbers never depend on the locale. */
#pragma once

#include "../parsers/attribute.h"
#include "digest/stat.h"

/* Log text made safe to enter a document: bytes that are no UTF-8, C0 controls other than tab and newline, DEL, C1, and
 * bidirectional overrides (U+202A-202E, U+2066-2069) become visible escapes ("\xf6", "\x00", "\u202e"), so that names
 * that differ in such bytes look different. `max` bytes at most
 * (0: no limit), cut on a character with "…" behind. */
char *galen_words_clean(GalenSlice text, gsize max);

/* Unknown numbers (NaN) are "–" in each of these.
 *
 * 3 significant digits and a unit: "0 s", "12.3 µs", "4.57 ms", "1.20 s", "3 min 20 s", "2 h 05 min", "3 d 4 h". Never "1000 ms". */
char *galen_words_duration(double us);
/* "999", "12 345" with U+2009 between groups; from ten million on "12.3 M", "4.56 G"; means below 100 with three
 * significant digits: "1.5", "0.333". */
char *galen_words_count(double n);
/* "0 B", "512 B", "1.50 KiB", "12.3 MiB". */
char *galen_words_bytes(double n);
/* A part of one: "12.3 %", "0.12 %", "<0.01 %", ">99.9 %", "100 %". */
char *galen_words_share(double part);
/* In the zone: "2026-11-24 02:36:05"; `fraction` digits (0, 3 or 6) of seconds. GALEN_TIME_NONE: "unknown". */
char *galen_words_time(gint64 us, GTimeZone *zone, guint fraction);
/* "2026-11-24 02:37:15 to the end"; GALEN_TIME_NONE: that side open. Caller frees. */
char *galen_words_window(gint64 from, gint64 to, GTimeZone *zone);
/* "2026-11-24 02:36:05 to 02:40:00": the day once when both are on it; GALEN_TIME_NONE: "unknown". */
char *galen_words_span(gint64 from, gint64 to, GTimeZone *zone);
/* The first date in a text, with the time of day behind it: "2026-11-24", "2026-11-24 02:36:05.5", "2026-11-24  2:36:05". NULL:
 * there is none. */
const char *galen_words_find_date(const char *text, gsize *ret_len);
/* "2026-11-24T02:36:05.123456Z": milliseconds, or microseconds when there are any. */
char *galen_words_iso(gint64 us);

/* A value of an attribute in its unit: "12.3 ms", "4.50 KiB", "12 345"; "–" for NaN. */
char *galen_words_value(GalenUnit unit, double value);

/* Exact decimals, for JSON: an integer in units of 10^-digits: (1234500, 6) is "1.2345", (2000000, 6) is "2". */
char *galen_words_decimal(GalenU128 value, guint digits);
