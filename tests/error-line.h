/* A record of an error log from one line (and its continuation lines), for tests of what comes after the parser. */
#pragma once

#include "../parsers/event.h"

static inline gsize error_line_digits(const char *text, const char *more) {
  gsize n = 0;
  while (g_ascii_isdigit(text[n]) || (text[n] != '\0' && strchr(more, text[n]) != NULL))
    n++;
  return n;
}

/* Skips "2026-11-24  3:07:10 0 ", "130101 12:00:00 ", "2026-11-24T03:07:10.123456Z 0 " and such. */
static inline const char *error_line_skip_time(const char *text) {
  gsize date = error_line_digits(text, "-");
  if (date != 6 && date != 10)
    return text;
  const char *at = text + date;
  at += *at == 'T' ? 1 : strspn(at, " ");
  gsize time = error_line_digits(at, ":.Z+");
  if (time < 7)
    return text;
  at += time;
  at += strspn(at, " ");
  gsize thread = strspn(at, "0123456789abcdefx");
  return thread > 0 && at[thread] == ' ' ? at + thread + 1 : at;
}

static inline GalenLevel error_line_level(const char **text) {
  static const struct {
    const char *word;
    GalenLevel level;
  } words[] = {{"[ERROR] ", GALEN_LEVEL_ERROR},
               {"[Warning] ", GALEN_LEVEL_WARNING},
               {"[Note] ", GALEN_LEVEL_NOTE},
               {"[System] ", GALEN_LEVEL_SYSTEM}};
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_str_has_prefix(*text, words[i].word)) {
      *text += strlen(words[i].word);
      return words[i].level;
    }
  return GALEN_LEVEL_NONE;
}

/* "InnoDB: " becomes the subsystem. */
static inline void error_line_prefix(GalenErrorEvent *event, const char **text) {
  static const char *const names[] = {"InnoDB", "WSREP", "mysqld_safe", "Semi-sync", "Plugin"};
  for (gsize i = 0; i < 3; i++) {
    gsize n = strlen(names[i]);
    if (!g_str_has_prefix(*text, names[i]) || ((*text)[n] != ':' && (*text)[n] != ' '))
      continue;
    event->subsystem = galen_slice(*text, n);
    *text += n;
    *text += strspn(*text, ": ");
    return;
  }
}

static inline void error_line_brackets(GalenErrorEvent *event, const char **text) {
  if (g_str_has_prefix(*text, "[MY-")) {
    event->code = (guint32)g_ascii_strtoull(*text + 4, NULL, 10);
    *text = strchr(*text, ']') + 2;
    const char *end = strchr(*text, ']');
    event->subsystem = galen_slice(*text + 1, (gsize)(end - *text) - 1);
    *text = end + 2;
  }
}

static inline GalenBlock error_line_block(const char *text) {
  static const struct {
    const char *part;
    GalenBlock block;
  } parts[] = {{" got signal ", GALEN_BLOCK_CRASH},
               {" got exception ", GALEN_BLOCK_CRASH},
               {"Assertion failure", GALEN_BLOCK_ASSERTION},
               {"ransactions deadlock detected", GALEN_BLOCK_DEADLOCK},
               {"A long semaphore wait:", GALEN_BLOCK_SEMAPHORE},
               {"INNODB MONITOR OUTPUT", GALEN_BLOCK_MONITOR},
               {"Page dump in ascii", GALEN_BLOCK_PAGE_DUMP}};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (strstr(text, parts[i].part) != NULL)
      return parts[i].block;
  return GALEN_BLOCK_LINE;
}

/* Points into `line`. */
static inline GalenErrorEvent error_line_event(const char *line) {
  GalenErrorEvent event = {.wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE, .line = 1};
  const char *end = strchr(line, '\n');
  gsize len = end != NULL ? (gsize)(end - line) : strlen(line);
  const char *text = error_line_skip_time(line);
  event.raw_time = galen_slice(line, (gsize)(text - line));
  event.level = error_line_level(&text);
  error_line_brackets(&event, &text);
  error_line_prefix(&event, &text);
  event.head = galen_slice(line, len);
  event.text = galen_slice(text, (gsize)(line + len - text));
  if (end != NULL)
    event.more = galen_slice(end + 1, strlen(end + 1));
  event.block = error_line_block(line);
  return event;
}
