#include "place.h"

GalenPlace galen_place_of_fact(const GalenReport *report, const GalenFact *fact) {
  GalenPlace place = {.raw_time = fact->raw_time, .text = fact->text, .line = fact->line, .time = fact->time};
  const GalenHistory *history = report->history;
  if (history == NULL)
    return place;
  if (history->journal != NULL && fact->input < history->journal->inputs->len) {
    const GalenJournalInput *input = g_ptr_array_index(history->journal->inputs, fact->input);
    place.path = input->path;
    place.node = input->node;
  }
  if (history->input_nodes != NULL && fact->input < history->input_nodes->len) {
    const GalenNode *node = g_ptr_array_index(history->input_nodes, fact->input);
    place.node = node != NULL ? node->name : place.node;
  }
  return place;
}

GalenPlace galen_place_of_error(const GalenErrorPlace *place) {
  return (GalenPlace){.path = place->path,
                      .node = place->node,
                      .raw_time = place->raw_time,
                      .text = place->text,
                      .line = place->line,
                      .time = place->time};
}

GalenPlace galen_place_of_evidence(const GalenEvidence *evidence) {
  return (GalenPlace){.path = evidence->path,
                      .node = evidence->node,
                      .raw_time = evidence->raw_time,
                      .text = evidence->text,
                      .line = evidence->line,
                      .time = evidence->time};
}

char *galen_place_words(const GalenPlace *place) {
  const char *path = place->path != NULL ? place->path : "";
  return place->line > 0 ? g_strdup_printf("%s:%" G_GUINT64_FORMAT, path, place->line) : g_strdup(path);
}
