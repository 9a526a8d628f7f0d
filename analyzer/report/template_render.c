/* Binding: the steps of a template are taken with a view at hand, and written. */
#include "template_private.h"

#include <string.h>

/* A name that a repeat gave to an item; scopes live on the walk's own stack. */
typedef struct Scope {
  const char *name;
  const GalenView *value;
  const struct Scope *up;
} Scope;

typedef struct {
  const GalenView *root;
  GalenMarkup *out;
  gboolean styled; /* there is a style sheet: no mail */
} Render;

static gboolean render_steps(const Render *render, const GalenTemplateStep *of, const Scope *scope, GError **error);

static const GalenView *first_value(const Render *render, const Scope *scope, const GalenViewName *name) {
  for (; scope != NULL; scope = scope->up)
    if (scope->name == name->name)
      return scope->value;
  return galen_view_find(render->root, name);
}

static const GalenView *lookup(const Render *render, const Scope *scope, const GalenTemplateStep *step,
                               const GalenTemplatePath *path, GError **error) {
  const GalenView *value = first_value(render, scope, &path->names[0]);
  for (guint i = 1; i < path->n && value != NULL; i++)
    value = galen_view_find(value, &path->names[i]);
  if (value == NULL)
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, step->file, step->line, "there is no value \"%s\"",
                        path->text);
  return value;
}

/* A link from a report leads into the report, or to a picture in the same mail: nothing that a log says can make it lead
 * elsewhere. */
static gboolean is_foreign(const GalenTemplateAttribute *attribute, const char *value) {
  return attribute->is_link && value[0] != '#' && !(attribute->is_picture && g_str_has_prefix(value, "cid:"));
}

static gboolean put_attribute(const Render *render, const Scope *scope, const GalenTemplateStep *step,
                              const GalenTemplateAttribute *attribute, GError **error) {
  const char *text = attribute->sample;
  if (attribute->path.n > 0) {
    const GalenView *value = lookup(render, scope, step, &attribute->path, error);
    if (value == NULL)
      return FALSE;
    gboolean present = galen_view_kind(value) == GALEN_VIEW_FLAG && galen_view_is_true(value);
    text = present ? "" : galen_view_text(value);
    if (text != NULL && is_foreign(attribute, text)) {
      galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, step->file, step->line, "%s may only lead into the report",
                          attribute->name);
      return FALSE;
    }
  }
  if (text != NULL)
    galen_markup_attribute(render->out, attribute->name, text);
  return TRUE;
}

static gboolean put_attributes(const Render *render, const Scope *scope, const GalenTemplateStep *step,
                               GError **error) {
  for (guint i = 0; i < step->n_attributes; i++)
    if (!put_attribute(render, scope, step, &step->attributes[i], error))
      return FALSE;
  return TRUE;
}

/* A date that is all of a cell needs no help where there is a style sheet. */
static void put_words(const Render *render, const GalenTemplateStep *step, const char *text) {
  if (!step->breaks || (render->styled && strcmp(step->name, "td") == 0 && galen_template_is_date(text)))
    galen_markup_text(render->out, text);
  else
    galen_template_put_words(render->out, text, render->styled ? "class" : "style",
                             render->styled ? "d" : "white-space:nowrap");
}

static gboolean put_value(const Render *render, const Scope *scope, const GalenTemplateStep *step, GError **error) {
  const GalenView *value = lookup(render, scope, step, &step->text, error);
  if (value == NULL)
    return FALSE;
  switch (galen_view_kind(value)) {
  case GALEN_VIEW_TEXT:
    if (galen_view_text(value) != NULL)
      put_words(render, step, galen_view_text(value));
    return TRUE;
  case GALEN_VIEW_DRAWING:
    galen_view_draw(value, render->out);
    return TRUE;
  case GALEN_VIEW_FLAG:
  case GALEN_VIEW_LIST:
  case GALEN_VIEW_RECORD:
    break;
  }
  galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, step->file, step->line,
                      "\"%s\" is neither a text nor a drawing", step->text.text);
  return FALSE;
}

static gboolean render_element(const Render *render, const GalenTemplateStep *step, const Scope *scope,
                               GError **error) {
  if (step->condition.n > 0) {
    const GalenView *value = lookup(render, scope, step, &step->condition, error);
    if (value == NULL)
      return FALSE;
    if (galen_view_is_true(value) == step->negated)
      return TRUE;
  }
  if (step->style != NULL) {
    galen_markup_element(render->out, "style", step->style);
    return TRUE;
  }
  if (step->part != NULL)
    return render_steps(render, step->part->body, scope, error);
  if (step->bare)
    return put_value(render, scope, step, error);
  galen_markup_open(render->out, step->name);
  gboolean done = put_attributes(render, scope, step, error) &&
                  (step->text.n > 0 ? put_value(render, scope, step, error) : render_steps(render, step, scope, error));
  galen_markup_close(render->out);
  return done;
}

static gboolean render_repeat(const Render *render, const GalenTemplateStep *step, const Scope *scope, GError **error) {
  const GalenView *value = lookup(render, scope, step, &step->repeat, error);
  if (value == NULL)
    return FALSE;
  Scope inner = {.name = step->item, .value = value, .up = scope};
  if (galen_view_kind(value) == GALEN_VIEW_RECORD)
    return render_element(render, step, &inner, error);
  if (galen_view_kind(value) != GALEN_VIEW_LIST) {
    galen_template_fail(error, GALEN_TEMPLATE_ERROR_VALUE, step->file, step->line,
                        "\"%s\" is neither a list nor a record", step->repeat.text);
    return FALSE;
  }
  for (inner.value = galen_view_first(value); inner.value != NULL; inner.value = galen_view_next(inner.value))
    if (!render_element(render, step, &inner, error))
      return FALSE;
  return TRUE;
}

static gboolean render_steps(const Render *render, const GalenTemplateStep *of, const Scope *scope, GError **error) {
  for (guint i = 0; i < of->n_steps; i++) {
    const GalenTemplateStep *step = &of->steps[i];
    gboolean done = TRUE;
    if (step->words != NULL)
      galen_markup_text(render->out, step->words);
    else
      done =
          step->repeat.n > 0 ? render_repeat(render, step, scope, error) : render_element(render, step, scope, error);
    if (!done)
      return FALSE;
  }
  return TRUE;
}

GBytes *galen_template_render(const GalenTemplate *self, const GalenView *root, GError **error) {
  g_autoptr(GalenMarkup) out = galen_markup_new();
  Render render = {root, out, self->styled};
  galen_markup_open(out, self->main->root.name);
  gboolean done =
      put_attributes(&render, NULL, &self->main->root, error) && render_steps(&render, &self->main->root, NULL, error);
  galen_markup_close(out);
  if (!done)
    return NULL;
  GBytes *document = galen_markup_finish(out);
  if (document == NULL)
    g_set_error_literal(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_VALUE,
                        "a style sheet may hold neither '<' nor '&'");
  return document;
}
