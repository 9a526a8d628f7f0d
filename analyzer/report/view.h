/* What a template is bound to: a tree of named values.
 *
 * A view is a record (names and values), a list, a text, a flag or a drawing. Writers fill one from the report model,
 * the template engine walks it; neither knows of the other. A child belongs to its root and is freed with it. Keys are
 * string constants and are not copied. Texts are plain text, valid UTF-8: escaping is the work of markup.h. */
#pragma once

#include "markup.h"

typedef struct GalenView GalenView;

typedef enum {
  GALEN_VIEW_TEXT,
  GALEN_VIEW_FLAG,
  GALEN_VIEW_LIST,
  GALEN_VIEW_RECORD,
  GALEN_VIEW_DRAWING,
} GalenViewKind;

/* Writes elements and texts: a chart, a highlighted statement. */
typedef void (*GalenViewDraw)(GalenMarkup *out, gconstpointer data);

GalenView *galen_view_new(void);       /* an empty record */
void galen_view_free(GalenView *self); /* only what galen_view_new gave */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenView, galen_view_free)

/* Fields of a record. A key that is set twice keeps its first value. NULL is a text that is known to be absent: it is
 * false in a condition and writes nothing. `take` variants own what they are given. */
void galen_view_set_text(GalenView *self, const char *key, const char *text);
void galen_view_take_text(GalenView *self, const char *key, char *text);
void galen_view_set_flag(GalenView *self, const char *key, gboolean flag);
GalenView *galen_view_add_record(GalenView *self, const char *key);
GalenView *galen_view_add_list(GalenView *self, const char *key);
/* `destroy` (or NULL) frees `data` with the view. */
void galen_view_take_drawing(GalenView *self, const char *key, GalenViewDraw draw, gpointer data,
                             GDestroyNotify destroy);

/* Items of a list. */
GalenView *galen_view_append_record(GalenView *self);
void galen_view_append_text(GalenView *self, const char *text);
void galen_view_append_take_text(GalenView *self, char *text);

/* A name to look for, prepared once. */
typedef struct {
  const char *name;
  guint64 head; /* its first bytes: mostly they tell names apart */
} GalenViewName;

GalenViewName galen_view_name(const char *name); /* `name` must outlive it */

/* Reading, for the template engine. */
GalenViewKind galen_view_kind(const GalenView *self);
const char *galen_view_text(const GalenView *self); /* NULL unless a text that is there */
gboolean galen_view_is_true(const GalenView *self); /* a flag set, a text or list not empty, a record, a drawing */
guint galen_view_size(const GalenView *self);       /* items of a list */
const GalenView *galen_view_item(const GalenView *self, guint index); /* walks there */
const GalenView *galen_view_first(const GalenView *self);             /* of a list's items, NULL when it is empty … */
const GalenView *galen_view_next(const GalenView *self);              /* … and the item after this one */
/* The value of a field, NULL when the record has no such key. */
const GalenView *galen_view_find(const GalenView *self, const GalenViewName *name);
/* The same for a key at hand, of which `len` bytes count. */
const GalenView *galen_view_get(const GalenView *self, const char *key, gsize len);
void galen_view_draw(const GalenView *self, GalenMarkup *out);
