/* A style sheet without what only its authors read: a page carries it each time. */
#include "template_private.h"

#include <string.h>

static gboolean is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Beside these a blank means nothing. One before a colon or around + and - does: "a :hover", "calc(1px + 2px)". */
static gboolean needs_none_before(char c) {
  return c != '\0' && strchr("{};,>", c) != NULL;
}

static gboolean needs_none_after(char c) {
  return c != '\0' && strchr("{};,>:", c) != NULL;
}

/* The end of a string, of an escaped character or of a name with a bracket whose content is no CSS; `c` for all else. */
static const char *verbatim_end(const char *c) {
  char end = *c;
  if (*c == '\\')
    return c[1] != '\0' ? c + 2 : c + 1;
  if (*c != '"' && *c != '\'' && g_ascii_strncasecmp(c, "url(", 4) != 0)
    return c;
  if (*c != '"' && *c != '\'')
    end = ')';
  for (c++; *c != '\0' && *c != end; c++)
    if (*c == '\\' && c[1] != '\0')
      c++;
  return *c != '\0' ? c + 1 : c;
}

/* Past blanks and comments. */
static const char *skip_blanks(const char *c, gboolean *ret_blank, gboolean *ret_comment) {
  for (;;) {
    if (is_blank(*c)) {
      *ret_blank = TRUE;
      c++;
    } else if (c[0] == '/' && c[1] == '*') {
      const char *end = strstr(c + 2, "*/");
      *ret_comment = TRUE;
      c = end != NULL ? end + 2 : c + strlen(c);
    } else {
      return c;
    }
  }
}

char *galen_template_style(const char *css) {
  /* It only gets shorter: what is written for a blank or a comment stood there. */
  char *out = g_malloc(strlen(css) + 1);
  gsize len = 0;
  char before = '\0'; /* the last byte written, if it stands for itself */
  for (const char *c = css; *c != '\0';) {
    gboolean blank = FALSE, comment = FALSE;
    const char *next = skip_blanks(c, &blank, &comment);
    gboolean joined = len == 0 || needs_none_after(before) || *next == '\0' || needs_none_before(*next);
    if (!joined && blank)
      out[len++] = ' ';
    else if (!joined && comment)
      len = (gsize)(g_stpcpy(out + len, "/**/") - out); /* a comment alone parts words, but is no blank */
    if (*next == '}' && before == ';')
      len--;
    c = verbatim_end(next);
    before = c == next ? *c : '\0';
    if (c == next && *c != '\0')
      c++;
    memcpy(out + len, next, (gsize)(c - next));
    len += (gsize)(c - next);
  }
  out[len] = '\0';
  return out;
}
