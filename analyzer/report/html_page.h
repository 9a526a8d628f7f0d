/* Shared by the HTML writer's files only: from the report model to the view that the templates are bound to.
 *
 * One file a section. Each fills the record of its section; what the model does not have is an empty list, and the
 * template says so in one sentence. */
#pragma once

#include "charts.h"
#include "model.h"
#include "place.h"
#include "scene.h"
#include "view.h"

/* How much detail a page has. A page that grows past its cap is made again with less. */
typedef struct {
  guint cards;      /* operations with a card */
  guint rows;       /* operations in the ranking */
  guint inputs;     /* inputs listed */
  guint findings;   /* findings listed */
  gsize text;       /* bytes of a statement, a plan, a text of advice */
  guint tables;     /* cards whose charts have data tables */
  gboolean details; /* who, attributes, samples in cards; words where a chart is pointed at */
  guint incidents;  /* incidents with a card */
  guint lines;      /* lines of evidence of each */
  guint zooms;      /* … with a chart of their own */
  guint groups;     /* error groups */
  guint list;       /* rows of a table of restarts, deadlocks, views … */
  guint moments;    /* rows of the data table of the one clock */
} GalenHtmlLevel;

typedef struct {
  const GalenReport *report;
  const GalenHtmlLevel *level;
  gboolean reduced; /* a level below the first: the page says so */
} GalenHtml;

#define GALEN_HTML_NAME_MAX 160u /* bytes of a name, a label */
#define GALEN_HTML_PATH_MAX 300u

/* Log text into a view: cut at `max` bytes on a character. NULL stays NULL. */
void galen_html_put(GalenView *view, const char *key, const char *text, gsize max);
void galen_html_put_time(const GalenHtml *page, GalenView *view, const char *key, gint64 time);
/* When a row of a table of steps begins, without seconds where they are none. Caller frees. */
char *galen_html_step_time(const GalenReport *report, gint64 time, gint64 step);
/* "width:12.3%", for a bar of a table. */
void galen_html_put_bar(GalenView *view, const char *key, double part);
/* "#q-ID" */
void galen_html_put_link(GalenView *view, const char *key, const char *query_id);
/* A share that is never "0 %" for something. Caller frees. */
char *galen_html_cut(const char *text, gsize max);

/* "1 call", "2 calls": `noun` is the singular. Caller frees. */
char *galen_html_plural(guint64 n, const char *noun);

/* A drawing of the scene, which is taken over. */
void galen_html_take_scene(GalenView *view, const char *key, GalenScene *scene);
/* Adds a figure (figure.xhtml) to a list: picture, caption, and a data table to be filled. Takes `scene`. */
GalenView *galen_html_figure(GalenView *list, GalenScene *scene, const char *caption);
/* The same of a chart of the catalogue, with its legend. Its scene is taken out of it. */
GalenView *galen_html_chart(GalenView *list, GalenChart *chart);
/* Its table: the columns' names, then rows. */
void galen_html_figure_column(GalenView *figure, const char *name);
GalenView *galen_html_figure_row(GalenView *figure, const char *name); /* the row's cells */
void galen_html_figure_take_cell(GalenView *cells, char *text);

/* A legend entry: colour 0..5, name, value. */
GalenView *galen_html_legend(GalenView *list, guint color, const char *name, char *value);

/* A statement with its keywords set off; a GalenViewDraw over a char *. With `clauses` a line end is put before each
 * clause of the outermost level, in place of a space. */
void galen_html_draw_sql(GalenMarkup *out, gconstpointer text);
void galen_html_draw_sql_clauses(GalenMarkup *out, gconstpointer text);

/* Shares of users, hosts, schemas, nodes: heading and rows; nothing when no value is known. */
const char *galen_html_top_name(GalenTopKind kind, gboolean plural);
void galen_html_shares(GalenView *list, const GPtrArray *shares, GalenTopKind kind);

/* Names with ", " between, cut. Caller frees. */
char *galen_html_names(const GPtrArray *names);
/* Severity as key, word and icon: "severity", "word", "icon"; and as flags: "info", "warning", "critical". */
void galen_html_severity(GalenView *view, GalenSeverity severity);
/* "3 further groups: see the JSON report.", or absent. */
void galen_html_more(GalenView *view, const char *key, guint64 n, guint shown, const char *noun);
/* "where": file and line with the end of the path; "path": all of it, absent when that is the same. */
void galen_html_put_where(GalenView *view, const GalenPlace *place);
/* One row a line of evidence: "where", "time", "node", "text". */
void galen_html_place(const GalenHtml *page, GalenView *list, const GalenPlace *place);
/* The anchor of an incident's card, by its place in the report; NULL: it has none. Caller frees. */
char *galen_html_incident_anchor(const GalenHtml *page, guint index);

/* Sections: each adds its record to the root view. */
void galen_html_verdict(const GalenHtml *page, GalenView *root);
void galen_html_incidents(const GalenHtml *page, GalenView *root);
void galen_html_clock(const GalenHtml *page, GalenView *root);
void galen_html_errors(const GalenHtml *page, GalenView *root);
void galen_html_configuration(const GalenHtml *page, GalenView *root);
void galen_html_load(const GalenHtml *page, GalenView *root);
void galen_html_queries(const GalenHtml *page, GalenView *root);
void galen_html_heat(const GalenHtml *page, GalenView *root);
void galen_html_users(const GalenHtml *page, GalenView *root);
void galen_html_comparison(const GalenHtml *page, GalenView *root);
void galen_html_about(const GalenHtml *page, GalenView *root);

/* One operation's card. */
void galen_html_card(const GalenHtml *page, GalenView *card, const GalenQuery *query, guint index);
/* Its figures, for card and ranking: time, share, calls, mean, p95 … */
void galen_html_figures(GalenView *view, const GalenFigures *figures);
