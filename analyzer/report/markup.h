/* Markup as text: elements, attributes and texts are written as they come. Escaping happens here and nowhere else.
 *
 * The result is HTML5 that is well-formed XML too: void elements end in "/>", and so do elements of a drawing without
 * content; no other does. A void element's content is dropped. The text of a <style> is not escaped, which HTML and XML would
 * read differently: it may hold neither '<' nor '&', nor elements. */
#pragma once

#include <glib.h>

typedef struct GalenMarkup GalenMarkup;

GalenMarkup *galen_markup_new(void);
void galen_markup_free(GalenMarkup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenMarkup, galen_markup_free)

/* `name` must last until the element is closed. */
void galen_markup_open(GalenMarkup *self, const char *name);
/* Of the element opened last, before anything is in it. `value` is plain text, valid UTF-8. */
void galen_markup_attribute(GalenMarkup *self, const char *name, const char *value);
/* Plain text, valid UTF-8. An element that gets a text, if an empty one, is not empty. */
void galen_markup_text(GalenMarkup *self, const char *text);
void galen_markup_text_len(GalenMarkup *self, const char *text, gsize len);
void galen_markup_close(GalenMarkup *self);

/* Opens an element, gives it a text, and closes it. */
void galen_markup_element(GalenMarkup *self, const char *name, const char *text);

/* The document, with its type in front; a NUL that does not count stands behind it. Every element must be closed. NULL: a
 * <style> holds what it may not. */
GBytes *galen_markup_finish(GalenMarkup *self);
