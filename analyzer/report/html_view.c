#include "html_page.h"

#include "../words.h"
#include "cluster_words.h"
#include "svg.h"

#include <math.h>
#include <string.h>

#define NAMES_MAX 12u

char *galen_html_cut(const char *text, gsize max) {
  if (text == NULL)
    return NULL;
  /* What is behind the cut needs no cleaning; a character that this breaks lies there. */
  g_autofree char *valid = galen_words_clean(galen_slice(text, MIN(strlen(text), max + 8)), 0);
  if (strlen(valid) <= max)
    return g_steal_pointer(&valid);
  const char *end = valid + max;
  while (end > valid && ((guchar)*end & 0xC0) == 0x80)
    end--;
  return g_strdup_printf("%.*s…", (int)(end - valid), valid);
}

void galen_html_put(GalenView *view, const char *key, const char *text, gsize max) {
  galen_view_take_text(view, key, galen_html_cut(text, max));
}

void galen_html_put_time(const GalenHtml *page, GalenView *view, const char *key, gint64 time) {
  galen_view_take_text(view, key, galen_words_time(time, page->report->zone, 0));
}

char *galen_html_step_time(const GalenReport *report, gint64 time, gint64 step) {
  char *text = galen_words_time(time, report->zone, 0);
  if (step % (60 * (gint64)G_USEC_PER_SEC) == 0 && g_str_has_suffix(text, ":00"))
    text[strlen(text) - strlen(":00")] = '\0';
  return text;
}

void galen_html_put_bar(GalenView *view, const char *key, double part) {
  char number[32];
  g_ascii_formatd(number, sizeof number, "%.1f", isfinite(part) ? CLAMP(part, 0, 1) * 100 : 0);
  if (g_str_has_suffix(number, ".0"))
    number[strlen(number) - strlen(".0")] = '\0';
  galen_view_take_text(view, key, g_strdup_printf("width:%s%%", number));
}

void galen_html_put_link(GalenView *view, const char *key, const char *query_id) {
  galen_view_take_text(view, key, query_id != NULL ? g_strconcat("#q-", query_id, NULL) : NULL);
}

char *galen_html_plural(guint64 n, const char *noun) {
  g_autofree char *count = galen_words_count((double)n);
  return g_strdup_printf("%s %s%s", count, noun, n == 1 ? "" : "s");
}

char *galen_html_names(const GPtrArray *names) {
  g_autofree char *text = galen_names(names, NAMES_MAX);
  return galen_html_cut(text, GALEN_HTML_PATH_MAX);
}

void galen_html_severity(GalenView *view, GalenSeverity severity) {
  static const struct {
    const char *word, *icon;
  } looks[] = {
      [GALEN_SEVERITY_INFO] = {"Info", "●"},
      [GALEN_SEVERITY_WARNING] = {"Warning", "▲"},
      [GALEN_SEVERITY_CRITICAL] = {"Critical", "✕"},
  };
  galen_view_set_text(view, "severity", galen_severity_word(severity));
  galen_view_set_text(view, "word", looks[severity].word);
  galen_view_set_text(view, "icon", looks[severity].icon);
  galen_view_set_flag(view, "info", severity == GALEN_SEVERITY_INFO);
  galen_view_set_flag(view, "warning", severity == GALEN_SEVERITY_WARNING);
  galen_view_set_flag(view, "critical", severity == GALEN_SEVERITY_CRITICAL);
}

void galen_html_more(GalenView *view, const char *key, guint64 n, guint shown, const char *noun) {
  g_autofree char *more = n > shown ? galen_html_plural(n - shown, noun) : NULL;
  galen_view_take_text(view, key, more != NULL ? g_strdup_printf("%s: see the JSON report.", more) : NULL);
}

/* The last two names of a path tell files apart; the whole is in the title and in the list of inputs. */
void galen_html_put_where(GalenView *view, const GalenPlace *place) {
  g_autofree char *where = galen_place_words(place);
  const char *tail = where + strlen(where);
  for (guint slashes = 0; tail > where && slashes < 2; tail--)
    if (tail[-1] == '/' && ++slashes == 2)
      break;
  galen_html_put(view, "where", tail > where + 1 ? tail : where, GALEN_HTML_PATH_MAX);
  galen_html_put(view, "path", tail > where + 1 ? where : NULL, GALEN_HTML_PATH_MAX);
}

void galen_html_place(const GalenHtml *page, GalenView *list, const GalenPlace *place) {
  GalenView *row = galen_view_append_record(list);
  galen_html_put_where(row, place);
  galen_view_take_text(row, "time",
                       place->time != GALEN_TIME_NONE ? galen_words_time(place->time, page->report->zone, 0) : NULL);
  galen_html_put(row, "node", place->node, GALEN_HTML_NAME_MAX);
  galen_html_put(row, "text", place->text, page->level->text);
}

static void draw_scene(GalenMarkup *out, gconstpointer scene) {
  galen_svg_paint(out, scene);
}

void galen_html_take_scene(GalenView *view, const char *key, GalenScene *scene) {
  galen_view_take_drawing(view, key, draw_scene, scene, (GDestroyNotify)galen_scene_free);
}

GalenView *galen_html_figure(GalenView *list, GalenScene *scene, const char *caption) {
  GalenView *figure = galen_view_append_record(list);
  galen_view_set_text(figure, "caption", caption);
  galen_view_set_text(figure, "title", scene->title);
  galen_html_take_scene(figure, "drawing", scene);
  galen_view_add_list(figure, "legend");
  galen_view_add_list(figure, "columns");
  galen_view_add_list(figure, "rows");
  return figure;
}

static GalenView *list_of(GalenView *record, const char *key) {
  return (GalenView *)galen_view_get(record, key, strlen(key));
}

void galen_html_figure_column(GalenView *figure, const char *name) {
  galen_view_append_take_text(list_of(figure, "columns"), galen_html_cut(name, GALEN_HTML_NAME_MAX));
}

GalenView *galen_html_figure_row(GalenView *figure, const char *name) {
  GalenView *row = galen_view_append_record(list_of(figure, "rows"));
  galen_view_set_text(row, "name", name);
  return galen_view_add_list(row, "cells");
}

void galen_html_figure_take_cell(GalenView *cells, char *text) {
  galen_view_append_take_text(cells, text);
}

GalenView *galen_html_legend(GalenView *list, guint color, const char *name, char *value) {
  GalenView *entry = galen_view_append_record(list);
  galen_view_take_text(entry, "color", g_strdup_printf("%u", MIN(color, 5)));
  galen_html_put(entry, "name", name, GALEN_HTML_NAME_MAX);
  galen_view_take_text(entry, "value", value);
  return entry;
}

GalenView *galen_html_chart(GalenView *list, GalenChart *chart) {
  GalenView *figure = galen_html_figure(list, g_steal_pointer(&chart->scene), chart->caption);
  for (guint i = 0; i < chart->legend->len; i++) {
    const GalenChartKey *key = g_ptr_array_index(chart->legend, i);
    if (key->style >= GALEN_STYLE_SERIES_0 && key->style <= GALEN_STYLE_SERIES_5)
      galen_html_legend(list_of(figure, "legend"), key->style - GALEN_STYLE_SERIES_0, key->name, g_strdup(key->value));
  }
  return figure;
}

const char *galen_html_top_name(GalenTopKind kind, gboolean plural) {
  static const char *const names[GALEN_N_TOPS][2] = {
      [GALEN_TOP_USER] = {"user", "Users"},
      [GALEN_TOP_HOST] = {"host", "Hosts"},
      [GALEN_TOP_SCHEMA] = {"schema", "Schemas"},
      [GALEN_TOP_NODE] = {"node", "Nodes"},
  };
  return names[kind][plural ? 1 : 0];
}

static char *share_name(const GalenShare *share, GalenTopKind kind) {
  if (share->remainder) {
    g_autofree char *noun = g_strconcat("other ", galen_html_top_name(kind, FALSE), NULL);
    return galen_html_plural(share->distinct, noun);
  }
  return share->name != NULL ? galen_html_cut(share->name, GALEN_HTML_NAME_MAX) : g_strdup("not in the log");
}

void galen_html_shares(GalenView *list, const GPtrArray *shares, GalenTopKind kind) {
  gboolean known = FALSE;
  for (guint i = 0; shares != NULL && i < shares->len; i++)
    known |= ((const GalenShare *)g_ptr_array_index(shares, i))->name != NULL;
  if (!known)
    return;
  GalenView *group = galen_view_append_record(list);
  galen_view_set_text(group, "name", galen_html_top_name(kind, TRUE));
  GalenView *rows = galen_view_add_list(group, "rows");
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    GalenView *row = galen_view_append_record(rows);
    galen_view_take_text(row, "name", share_name(share, kind));
    galen_view_set_flag(row, "plain", share->name == NULL);
    galen_view_take_text(row, "calls", galen_words_count((double)share->count));
    galen_view_take_text(row, "time", galen_words_duration((double)share->time));
    galen_view_take_text(row, "share", galen_words_share(share->share));
    galen_html_put_bar(row, "bar", share->share);
  }
}
