#include "error_log.h"
#include "scan.h"

/* "file.cpp:function():line: " is no longer than this. */
#define SOURCE_MAX 512u

const ErrorPrefix galen_error_prefix_none = {.wall = GALEN_TIME_NONE};
const GalenErrorEvent galen_error_event_none = {.time = GALEN_TIME_NONE};

static GalenSlice from(const char *at, const char *stop) {
  return galen_slice(at, (gsize)(stop - at));
}

static gboolean is_word(char c) {
  return g_ascii_isalnum(c) || c == '-' || c == '_';
}

/* "[MY-010119] " and "[Server] " */
static const char *brackets(ErrorPrefix *p, const char *at, const char *stop, gboolean modern) {
  for (guint n = 0; n < 3 && at < stop && *at == '['; n++) {
    const char *c = at + 1;
    if (ERROR_STARTS(at, stop, "[MY-")) {
      guint32 code = 0;
      for (c = at + 4; c < stop && g_ascii_isdigit(*c) && c - at < 10; c++)
        code = code * 10 + (guint32)(*c - '0');
      if (c == stop || *c != ']')
        return at;
      p->code = code;
      p->labelled = modern = TRUE;
    } else if (ERROR_STARTS(at, stop, "[FATAL]")) {
      p->level = GALEN_LEVEL_ERROR;
      c = at + 6;
    } else {
      while (c < stop && is_word(*c) && c - at < 26)
        c++;
      if (!modern || c == stop || *c != ']' || c == at + 1 || p->subsystem.data != NULL)
        return at;
      p->subsystem = from(at + 1, c);
    }
    at = c + 1;
    if (at < stop && *at == ':')
      at++; /* "[Entrypoint]: " */
    if (at < stop && *at == ' ')
      at++;
  }
  return at;
}

/* What a message begins with, and whose it is. */
static const struct {
  const char *text, *subsystem;
  guint8 len, subsystem_len;
} heads[] = {
#define HEAD(text, subsystem)                                                                                          \
  { text, subsystem, sizeof(text) - 1, sizeof(subsystem) - 1 }
    HEAD("InnoDB: ", "InnoDB"),
    HEAD("WSREP: ", "WSREP"),
    HEAD("WSREP_SST: ", "WSREP-SST"),
    HEAD("InnoDB:", "InnoDB"),
    HEAD("WSREP:", "WSREP"),
    HEAD("WSREP-SST: ", "WSREP-SST"),
    HEAD("RocksDB: ", "RocksDB"),
    HEAD("xtrabackup: ", "xtrabackup"),
    HEAD("innobackupex: ", "xtrabackup"),
    HEAD("mariabackup: ", "xtrabackup"),
    HEAD("mariadb-backup: ", "xtrabackup"),
#undef HEAD
};

static const char *head(ErrorPrefix *p, const char *at, const char *stop) {
  if (stop - at < 6 || (*at != 'I' && *at != 'W' && *at != 'R' && *at != 'x' && *at != 'm' && *at != 'i'))
    return at;
  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
    if (*at == *heads[i].text && galen_error_starts(at, stop, heads[i].text, heads[i].len)) {
      if (p->subsystem.data == NULL || heads[i].subsystem[0] != 'W')
        p->subsystem = galen_slice(heads[i].subsystem, heads[i].subsystem_len);
      at += heads[i].len;
      while (at < stop && *at == ' ')
        at++;
      return at;
    }
  return at;
}

/* " (20260101 12:00:00.123)" at the end of what an SST script says. */
static void time_at_end(ErrorPrefix *p) {
  const char *stop = p->text.data + p->text.len;
  if (p->text.len < 20 || stop[-1] != ')')
    return;
  const char *open = memrchr(p->text.data, '(', p->text.len);
  if (open == NULL || stop - open < 19 || stop - open > 24 || open == p->text.data || open[-1] != ' ')
    return;
  char text[32] = {0};
  /* 20260101 12:00:00.123 as 2026-01-01 12:00:00.123 */
  gsize len = (gsize)(stop - open) - 2;
  memcpy(text, open + 1, 4);
  memcpy(text + 4, (char[]){'-', open[5], open[6], '-', open[7], open[8]}, 6);
  memcpy(text + 10, open + 9, len - 8);
  GalenLogTime time;
  if (!galen_log_time_parse(galen_slice(text, len + 2), &time) || time.used != len + 2)
    return;
  if (p->wall == GALEN_TIME_NONE) {
    p->wall = time.wall;
    p->resolution = len > 17 ? 1000 : GALEN_SECOND;
    p->raw_time = galen_slice(open + 1, len);
  }
  p->text.len = (gsize)(open - 1 - p->text.data);
}

static gboolean got_signal(GalenSlice text) {
  static const char *const marks[] = {" got signal ", " got exception 0x"};
  for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
    const char *at = memmem(text.data, MIN(text.len, 512), marks[i], strlen(marks[i]));
    if (at == NULL || !g_ascii_isxdigit(at[strlen(marks[i])]))
      continue;
    /* One word, the program, before it: "mysqld", "/usr/sbin/mariadbd". */
    if (memchr(text.data, ' ', (gsize)(at - text.data)) == NULL && at > text.data)
      return TRUE;
  }
  return FALSE;
}

void galen_error_text_split(ErrorPrefix *p, gboolean modern) {
  const char *at = p->text.data, *stop = at + p->text.len;
  if (at < stop && *at == '[')
    at = brackets(p, at, stop, modern);
  at = head(p, at, stop);
  if (at < stop && *at == '[' && p->subsystem.data != NULL) {
    /* "WSREP_SST: [INFO] …", "InnoDB: [FATAL] …" */
    GalenLevel level;
    const char *behind = galen_error_label(at, stop, &level);
    if (behind != NULL) {
      p->level = level;
      p->labelled = TRUE;
      at = behind < stop && *behind == ' ' ? behind + 1 : behind;
    }
  } else if (at < stop && *at == '/' && p->subsystem.data == NULL && ERROR_STARTS(at, stop, "/usr/bin/wsrep_sst")) {
    p->subsystem = galen_slice("WSREP-SST", 9);
  }
  p->text = from(at, stop);
  if (p->subsystem.data != NULL && stop > at && stop[-1] == ')' && galen_slice_is(p->subsystem, "WSREP-SST"))
    time_at_end(p);
  if (p->level == GALEN_LEVEL_NONE && galen_slice_is(p->subsystem, "InnoDB")) {
    if (ERROR_STARTS(at, stop, "Error: ") || ERROR_STARTS(at, stop, "Error ") ||
        ERROR_STARTS(at, stop, "Assertion failure"))
      p->level = GALEN_LEVEL_ERROR;
    else if (ERROR_STARTS(at, stop, "Warning: "))
      p->level = GALEN_LEVEL_WARNING;
  }
  if (stop - at > 14 && (*at == 'm' || *at == '/' || *at == 'M' || *at == '<') && got_signal(p->text)) {
    p->crash = p->labelled = TRUE;
    p->level = GALEN_LEVEL_ERROR;
  }
}

GalenSlice galen_error_text_source(GalenSlice *text) {
  GalenSlice none = {0};
  gsize look = MIN(text->len, SOURCE_MAX);
  /* file.cpp:function():12: */
  const char *stop = text->data + look, *colon = galen_scan_either(text->data, text->data + look, ':', ' ');
  if (colon == stop || *colon == ' ' || colon - text->data < 3)
    return none;
  const char *dot = colon - 1;
  while (*dot != '.' && dot > text->data && colon - dot < 5)
    dot--;
  if (*dot != '.')
    return none;
  const char *call = memmem(colon, (gsize)(stop - colon), "():", 3);
  if (call == NULL)
    return none;
  for (const char *c = colon + 1; c < call; c++)
    if (*c == ' ')
      return none;
  const char *c = call + 3;
  while (c < stop && g_ascii_isdigit(*c))
    c++;
  if (c == call + 3 || c == stop || *c != ':')
    return none;
  const char *begin = text->data;
  const char *end = text->data + text->len;
  while (ERROR_STARTS(begin, end, "./") || ERROR_STARTS(begin, end, "../"))
    begin += *begin == '.' && begin[1] == '/' ? 2 : 3;
  GalenSlice source = from(begin, c);
  c++;
  while (c < end && *c == ' ')
    c++;
  *text = from(c, end);
  return source;
}

/* "mysqld: ", "/usr/sbin/mariadbd: " */
static gboolean is_program(const char *at, const char *stop) {
  static const char *const names[] = {"mysqld: ", "mariadbd: ", "mysqld-debug: ", "mysqld.exe: "};
  const char *space = memchr(at, ' ', MIN((gsize)(stop - at), 256u));
  if (space == NULL || space[-1] != ':')
    return FALSE;
  const char *slash = memrchr(at, '/', (gsize)(space - at));
  const char *name = slash != NULL ? slash + 1 : at;
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (galen_error_starts(name, stop, names[i], strlen(names[i])))
      return TRUE;
  return FALSE;
}

gboolean galen_error_text_bare(const char *at, const char *stop, ErrorPrefix *p) {
  static const char *const aborts[] = {"terminate called ", "*** Error in `", "*** glibc detected ***",
                                       "*** buffer overflow detected", "*** stack smashing detected"};
  *p = galen_error_prefix_none;
  if (at == stop || strchr("IWmM/[<t*", *at) == NULL)
    return FALSE;
  p->text = from(at, stop);
  GalenLevel level;
  if (*at == '[') {
    const char *behind = galen_error_label(at, stop, &level);
    if (behind == NULL && !ERROR_STARTS(at, stop, "[MY-"))
      return FALSE;
    p->form = ERROR_FORM_BARE;
    p->labelled = TRUE;
    p->level = behind != NULL ? level : GALEN_LEVEL_NONE;
    if (behind != NULL)
      p->text = from(behind < stop && *behind == ' ' ? behind + 1 : behind, stop);
    galen_error_text_split(p, TRUE);
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(aborts); i++)
    if (*at == *aborts[i] && galen_error_starts(at, stop, aborts[i], strlen(aborts[i]))) {
      p->form = ERROR_FORM_BARE;
      p->level = GALEN_LEVEL_ERROR;
      return TRUE;
    }
  galen_error_text_split(p, FALSE);
  /* A sentence that goes on in the next line goes on in small letters. */
  gboolean sentence = p->labelled || (p->text.len > 0 && !g_ascii_islower(p->text.data[0]) && p->text.data[0] != ' ');
  if ((p->subsystem.data != NULL && sentence && !galen_slice_is(p->subsystem, "xtrabackup")) || p->crash ||
      is_program(at, stop))
    p->form = ERROR_FORM_BARE;
  return p->form == ERROR_FORM_BARE;
}
