#include "fact.h"

static void member_clear(gpointer data) {
  g_free(((GalenFactMember *)data)->name);
}

GalenFact *galen_fact_new(GalenFactKind kind) {
  GalenFact *self = g_new0(GalenFact, 1);
  self->kind = kind;
  self->wall = self->time = self->last_wall = self->alive_wall = GALEN_TIME_NONE;
  self->count = 1;
  self->seqno = self->last = GALEN_SEQNO_NONE;
  self->number = self->total = -1;
  return self;
}

void galen_fact_add_member(GalenFact *self, const GalenFactMember *member) {
  if (self->members == NULL) {
    self->members = g_array_new(FALSE, FALSE, sizeof(GalenFactMember));
    g_array_set_clear_func(self->members, member_clear);
  }
  g_array_append_val(self->members, *member);
}

void galen_fact_free(GalenFact *self) {
  if (self == NULL)
    return;
  g_free(self->name);
  g_free(self->value);
  g_clear_pointer(&self->members, g_array_unref);
  g_free(self->text);
  g_free(self->raw_time);
  g_free(self);
}

static void input_free(gpointer data) {
  GalenJournalInput *self = data;
  g_free(self->path);
  g_free(self->node);
  g_free(self->version);
  g_free(self->host);
  g_clear_pointer(&self->log_zone, g_time_zone_unref);
  g_ptr_array_unref(self->facts);
  g_free(self);
}

GalenJournal *galen_journal_new(void) {
  GalenJournal *self = g_new0(GalenJournal, 1);
  self->inputs = g_ptr_array_new_with_free_func(input_free);
  return self;
}

void galen_journal_free(GalenJournal *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref(self->inputs);
  g_free(self);
}

GalenJournalInput *galen_journal_add_input(GalenJournal *self, const char *path, const char *node, const char *kind) {
  GalenJournalInput *input = g_new0(GalenJournalInput, 1);
  input->path = g_strdup(path);
  input->node = g_strdup(node);
  input->kind = kind;
  input->facts_max = GALEN_JOURNAL_FACTS_MAX;
  input->epoch_offset = input->first = input->last = input->first_wall = input->last_wall = GALEN_TIME_NONE;
  input->facts = g_ptr_array_new_with_free_func((GDestroyNotify)galen_fact_free);
  g_ptr_array_add(self->inputs, input);
  return input;
}
