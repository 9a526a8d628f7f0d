/* Section 11: what was read, what was not, and how the figures were made. */
#include "html_page.h"

#include "../words.h"
#include "cluster_words.h"

#define NODES_MAX 64u

static void put_skips(GalenView *item, const GalenInputRow *input) {
  GalenView *skips = galen_view_add_list(item, "skips");
  for (guint i = 0; i < MIN(input->account.n_skips, GALEN_SKIP_REASONS_MAX); i++) {
    const GalenSkip *skip = &input->account.skips[i];
    GalenView *entry = galen_view_append_record(skips);
    galen_view_set_text(entry, "reason", skip->reason);
    galen_view_take_text(entry, "records", galen_html_plural(skip->records, "record"));
    galen_view_take_text(entry, "bytes", galen_words_bytes((double)skip->bytes));
    galen_view_take_text(entry, "line",
                         skip->line > 0 ? g_strdup_printf("first in line %" G_GUINT64_FORMAT, skip->line) : NULL);
    gboolean has_text = input->skip_texts != NULL && i < input->skip_texts->len;
    galen_html_put(entry, "text", has_text ? g_ptr_array_index(input->skip_texts, i) : NULL, GALEN_HTML_PATH_MAX);
  }
}

static void put_bytes(GalenView *item, const GalenAccount *account) {
  double bytes = account->bytes > 0 ? (double)account->bytes : 1;
  galen_view_take_text(item, "bytes", galen_words_bytes((double)account->bytes));
  galen_view_take_text(item, "bytes_events", galen_words_bytes((double)account->bytes_events));
  galen_view_take_text(item, "bytes_headers", galen_words_bytes((double)account->bytes_headers));
  galen_view_take_text(item, "bytes_skipped", galen_words_bytes((double)account->bytes_skipped));
  galen_html_put_bar(item, "bar_events", (double)account->bytes_events / bytes);
  galen_html_put_bar(item, "bar_headers", (double)account->bytes_headers / bytes);
  galen_html_put_bar(item, "bar_skipped", (double)account->bytes_skipped / bytes);
  galen_view_set_flag(item, "has_skipped", account->bytes_skipped > 0);
}

static void append_remark(GString *text, guint64 n, const char *noun) {
  if (n == 0)
    return;
  g_autofree char *words = galen_html_plural(n, noun);
  g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", words);
}

static void put_input(const GalenHtml *page, GalenView *list, const GalenInputRow *input) {
  const GalenAccount *account = &input->account;
  GalenView *item = galen_view_append_record(list);
  galen_html_put(item, "path", input->path, GALEN_HTML_PATH_MAX);
  galen_html_put(item, "node", input->node, GALEN_HTML_NAME_MAX);
  galen_view_set_text(item, "kind", input->kind);
  galen_view_set_flag(item, "log", g_strcmp0(input->kind, "store") != 0);
  galen_html_put(item, "store", input->store, GALEN_HTML_PATH_MAX);
  g_autofree char *version = galen_html_cut(input->version, GALEN_HTML_NAME_MAX);
  galen_view_take_text(item, "server",
                       input->server != NULL || version != NULL
                           ? g_strdup_printf("%s%s%s", input->server != NULL ? input->server : "",
                                             input->server != NULL && version != NULL ? " " : "",
                                             version != NULL ? version : "")
                           : NULL);
  galen_view_set_text(item, "compression", g_strcmp0(input->compression, "none") != 0 ? input->compression : NULL);
  galen_view_take_text(item, "envelope", input->envelope != NULL ? g_strconcat("in ", input->envelope, NULL) : NULL);
  galen_view_set_flag(item, "complete", input->complete);
  /* A file beside the logs that is none is no problem. */
  galen_html_put(item, "problem", input->complete ? NULL : input->problem, GALEN_HTML_PATH_MAX);
  galen_html_put(item, "note", input->complete ? input->problem : NULL, GALEN_HTML_PATH_MAX);
  galen_html_put(item, "zone", input->timezone != NULL && input->timezone[0] != '\0' ? input->timezone : "unknown",
                 GALEN_HTML_NAME_MAX);
  galen_view_set_text(item, "zone_source", galen_clock_zone_source(input->timezone_source));
  galen_view_take_text(item, "events", galen_words_count((double)account->events));
  galen_html_put_time(page, item, "first", account->first);
  galen_html_put_time(page, item, "last", account->last);
  galen_view_set_flag(item, "timed", account->first != GALEN_TIME_NONE);
  g_autoptr(GString) remarks = g_string_new(NULL);
  append_remark(remarks, account->partial, "cut event");
  append_remark(remarks, account->untimed, "untimed event");
  append_remark(remarks, account->implausible, "implausible value");
  append_remark(remarks, input->restarts, "server start-up");
  galen_view_set_text(item, "remarks", remarks->len > 0 ? remarks->str : NULL);
  put_bytes(item, account);
  put_skips(item, input);
}

static void put_clock(GalenView *item, const GalenNode *node) {
  galen_view_take_text(item, "offset", node != NULL ? galen_clock_offset(node) : g_strdup("unknown"));
  galen_view_set_text(item, "offset_source",
                      node != NULL && node->clock_source != NULL ? galen_clock_source(node->clock_source) : NULL);
  g_autofree char *aliases = node != NULL ? galen_html_names(node->aliases) : NULL;
  g_autofree char *addresses = node != NULL ? galen_html_names(node->addresses) : NULL;
  gboolean both = aliases != NULL && *aliases != '\0' && addresses != NULL && *addresses != '\0';
  galen_view_take_text(
      item, "aliases",
      g_strconcat(aliases != NULL ? aliases : "", both ? ", " : "", addresses != NULL ? addresses : "", NULL));
}

static void put_nodes(const GalenHtml *page, GalenView *section) {
  const GalenReport *report = page->report;
  GalenView *nodes = galen_view_add_list(section, "nodes");
  for (guint i = 0; i < report->nodes->len && i < MIN(NODES_MAX, page->level->inputs + 5); i++) {
    const GalenNodeRow *node = g_ptr_array_index(report->nodes, i);
    GalenView *item = galen_view_append_record(nodes);
    galen_html_put(item, "name", node->name, GALEN_HTML_NAME_MAX);
    galen_view_set_text(item, "server", node->server != NULL ? node->server : "unknown");
    galen_html_put(item, "version", node->version != NULL ? node->version : "unknown", GALEN_HTML_NAME_MAX);
    galen_html_put(item, "zone", node->timezone != NULL ? node->timezone : "unknown", GALEN_HTML_NAME_MAX);
    galen_view_set_text(item, "zone_source",
                        node->timezone_source != NULL ? galen_clock_zone_source(node->timezone_source) : NULL);
    put_clock(item, node->life);
  }
}

static char *window_text(const GalenReport *report) {
  if (!report->requested)
    return NULL;
  g_autofree char *asked = galen_words_window(report->asked_from, report->asked_to, report->zone);
  if (report->asked_from == report->requested_from && report->asked_to == report->requested_to)
    return g_strdup_printf("Asked for: %s, %s.", asked, report->zone_name);
  g_autofree char *counted = galen_words_window(report->requested_from, report->requested_to, report->zone);
  return g_strdup_printf("Asked for: %s, %s. A store has whole hours or days: %s is counted.", asked, report->zone_name,
                         counted);
}

void galen_html_about(const GalenHtml *page, GalenView *root) {
  const GalenReport *report = page->report;
  GalenView *section = galen_view_add_record(root, "about");
  GalenView *inputs = galen_view_add_list(section, "inputs");
  guint shown = MIN(report->inputs->len, page->level->inputs);
  for (guint i = 0; i < shown; i++)
    put_input(page, inputs, g_ptr_array_index(report->inputs, i));
  g_autofree char *more =
      report->inputs->len > shown ? galen_html_plural(report->inputs->len - shown, "further input") : NULL;
  galen_view_take_text(section, "more",
                       more != NULL ? g_strdup_printf("%s not listed here: see the JSON report.", more) : NULL);
  galen_view_take_text(section, "inputs_count", galen_html_plural(report->inputs->len, "input"));
  galen_view_take_text(section, "window", window_text(report));
  galen_view_set_text(section, "version", GALEN_VERSION);
  galen_html_put(section, "zone", report->zone_name, GALEN_HTML_NAME_MAX);
  put_nodes(page, section);
  galen_view_set_text(section, "reduced",
                      page->reduced ? "This page was made shorter to stay under 1 MB: some operations, tables or texts "
                                      "are left out. The JSON report has all of them."
                                    : NULL);
}
