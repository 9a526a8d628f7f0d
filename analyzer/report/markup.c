#include "markup.h"

#include <string.h>

#define FIRST_BYTES (256u << 10)
#define FIRST_OPEN 32u
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

typedef struct {
  const char *name;
  gboolean is_void, is_style, in_drawing;
} Element;

struct GalenMarkup {
  char *data;
  gsize len, room;
  Element *open; /* from the outermost */
  guint n_open, open_room;
  gboolean in_tag;  /* the start tag of the innermost one is not ended yet */
  guint dropping;   /* void elements that are open */
  gboolean refused; /* a style held what it may not */
};

GalenMarkup *galen_markup_new(void) {
  static const char type[] = "<!DOCTYPE html>\n";
  GalenMarkup *self = g_new0(GalenMarkup, 1);
  self->room = FIRST_BYTES;
  self->data = g_malloc(self->room);
  self->len = sizeof type - 1;
  memcpy(self->data, type, self->len);
  self->open_room = FIRST_OPEN;
  self->open = g_new(Element, self->open_room);
  return self;
}

void galen_markup_free(GalenMarkup *self) {
  if (self == NULL)
    return;
  g_free(self->open);
  g_free(self->data);
  g_free(self);
}

/* ---- bytes ---- */

static void grow(GalenMarkup *self, gsize more) {
  while (self->room - self->len < more)
    self->room *= 2;
  self->data = g_realloc(self->data, self->room);
}

static inline void put(GalenMarkup *self, const char *bytes, gsize len) {
  if (G_UNLIKELY(self->room - self->len < len))
    grow(self, len);
  memcpy(self->data + self->len, bytes, len);
  self->len += len;
}

static inline void put_byte(GalenMarkup *self, char byte) {
  put(self, &byte, 1);
}

/* What may not stand for itself: markup is escaped, what XML forbids is replaced (C0 controls, U+FFFE, U+FFFF). */
static const char *const substitutes[256] = {
    [0x01] = REPLACEMENT, [0x02] = REPLACEMENT, [0x03] = REPLACEMENT, [0x04] = REPLACEMENT, [0x05] = REPLACEMENT,
    [0x06] = REPLACEMENT, [0x07] = REPLACEMENT, [0x08] = REPLACEMENT, [0x0b] = REPLACEMENT, [0x0c] = REPLACEMENT,
    [0x0d] = REPLACEMENT, [0x0e] = REPLACEMENT, [0x0f] = REPLACEMENT, [0x10] = REPLACEMENT, [0x11] = REPLACEMENT,
    [0x12] = REPLACEMENT, [0x13] = REPLACEMENT, [0x14] = REPLACEMENT, [0x15] = REPLACEMENT, [0x16] = REPLACEMENT,
    [0x17] = REPLACEMENT, [0x18] = REPLACEMENT, [0x19] = REPLACEMENT, [0x1a] = REPLACEMENT, [0x1b] = REPLACEMENT,
    [0x1c] = REPLACEMENT, [0x1d] = REPLACEMENT, [0x1e] = REPLACEMENT, [0x1f] = REPLACEMENT, ['<'] = "&lt;",
    ['>'] = "&gt;",       ['&'] = "&amp;",      ['"'] = "&quot;",     [0xef] = REPLACEMENT, /* U+FFFE, U+FFFF only */
};

static gboolean is_non_character(const char *c, const char *end) {
  return end - c >= 3 && c[1] == '\xbf' && (guchar)c[2] >= 0xbe;
}

static void put_escaped(GalenMarkup *self, const char *text, gsize len) {
  const char *begin = text, *end = text + len;
  for (const char *c = text; c < end; c++) {
    const char *instead = substitutes[(guchar)*c];
    if (G_LIKELY(instead == NULL) || (*c == '\xef' && !is_non_character(c, end)))
      continue;
    put(self, begin, (gsize)(c - begin));
    put(self, instead, strlen(instead));
    c += *c == '\xef' ? 2 : 0;
    begin = c + 1;
  }
  put(self, begin, (gsize)(end - begin));
}

/* ---- elements ---- */

/* https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
static gboolean is_void(const char *name) {
  static const char *const names[] = {"area", "base", "br",    "col",    "embed", "hr", "img",
                                      "link", "meta", "input", "source", "track", "wbr"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (name[0] == names[i][0] && strcmp(name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static inline const Element *innermost(const GalenMarkup *self) {
  return self->n_open > 0 ? &self->open[self->n_open - 1] : NULL;
}

static void push(GalenMarkup *self, Element element) {
  if (self->n_open == self->open_room) {
    self->open_room = MAX(2 * self->open_room, 16u);
    self->open = g_renew(Element, self->open, self->open_room);
  }
  g_assert(self->open != NULL);
  self->open[self->n_open++] = element;
}

/* Content follows. FALSE: it is not to be written. */
static gboolean begin_content(GalenMarkup *self) {
  if (self->dropping > 0)
    return FALSE;
  if (self->in_tag)
    put_byte(self, '>');
  self->in_tag = FALSE;
  return TRUE;
}

void galen_markup_open(GalenMarkup *self, const char *name) {
  const Element *around = innermost(self);
  Element element = {.name = name, .is_void = is_void(name), .in_drawing = around != NULL && around->in_drawing};
  if (name[0] == 's') {
    element.is_style = strcmp(name, "style") == 0;
    element.in_drawing |= strcmp(name, "svg") == 0;
  }
  if (begin_content(self)) {
    self->refused |= around != NULL && around->is_style;
    put_byte(self, '<');
    put(self, name, strlen(name));
    self->in_tag = TRUE;
  }
  self->dropping += element.is_void || self->dropping > 0 ? 1 : 0;
  push(self, element);
}

void galen_markup_attribute(GalenMarkup *self, const char *name, const char *value) {
  const Element *element = innermost(self);
  if (!self->in_tag || self->dropping > (element->is_void ? 1u : 0u))
    return;
  put_byte(self, ' ');
  put(self, name, strlen(name));
  put(self, "=\"", 2);
  put_escaped(self, value, strlen(value));
  put_byte(self, '"');
}

void galen_markup_text_len(GalenMarkup *self, const char *text, gsize len) {
  if (!begin_content(self))
    return;
  const Element *element = innermost(self);
  if (element == NULL || !element->is_style) {
    put_escaped(self, text, len);
    return;
  }
  self->refused |= memchr(text, '<', len) != NULL || memchr(text, '&', len) != NULL;
  put(self, text, len);
}

void galen_markup_text(GalenMarkup *self, const char *text) {
  galen_markup_text_len(self, text, strlen(text));
}

void galen_markup_close(GalenMarkup *self) {
  g_assert(self->n_open > 0);
  Element element = self->open[--self->n_open];
  gboolean dropped = self->dropping > (element.is_void ? 1u : 0u);
  self->dropping -= self->dropping > 0 ? 1 : 0;
  if (dropped)
    return;
  if (self->in_tag && (element.is_void || element.in_drawing)) {
    put(self, "/>", 2);
  } else {
    put(self, self->in_tag ? "></" : "</", self->in_tag ? 3 : 2);
    put(self, element.name, strlen(element.name));
    put_byte(self, '>');
  }
  self->in_tag = FALSE;
}

void galen_markup_element(GalenMarkup *self, const char *name, const char *text) {
  galen_markup_open(self, name);
  galen_markup_text(self, text);
  galen_markup_close(self);
}

GBytes *galen_markup_finish(GalenMarkup *self) {
  g_assert(self->n_open == 0);
  if (self->refused)
    return NULL;
  put(self, "\n", 2); /* and the NUL */
  gsize len = self->len - 1;
  self->len = self->room = 0;
  return g_bytes_new_take(g_steal_pointer(&self->data), len);
}
