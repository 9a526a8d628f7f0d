/* Facts of the files beside a log: grastate.dat, gvwstate.dat, my.cnf. */
#include "../words.h"
#include "facts_private.h"

static GalenFact *add(GalenJournalInput *input, guint index, GalenFactKind kind, guint64 line, char *text) {
  GalenFact *fact = galen_fact_new(kind);
  fact->input = index;
  fact->line = line;
  fact->text = text;
  g_ptr_array_add(input->facts, fact);
  return fact;
}

static void read_uuid(GalenSlice text, GalenUuid *uuid) {
  if (text.data != NULL)
    galen_uuid_parse(text, uuid);
}

static void read_saved_state(GalenJournalInput *input, guint index, const GalenStateFile *file) {
  GalenFact *fact = add(input, index, GALEN_FACT_SAVED_STATE, 1, NULL);
  char uuid[GALEN_UUID_TEXT];
  read_uuid(file->uuid, &fact->uuid);
  fact->seqno = file->has_seqno ? file->seqno : GALEN_SEQNO_NONE;
  fact->number = file->safe_to_bootstrap;
  fact->value = g_strdup("file");
  fact->text =
      g_strdup_printf("uuid: %s seqno: %" G_GINT64_FORMAT " safe_to_bootstrap: %d", galen_uuid_write(&fact->uuid, uuid),
                      file->has_seqno ? file->seqno : -1, file->safe_to_bootstrap);
}

/* The last primary component, as history: its time is not known. */
static void read_saved_view(GalenJournalInput *input, guint index, const GalenStateFile *file) {
  char uuid[GALEN_UUID_TEXT];
  GalenFact *own = add(input, index, GALEN_FACT_MY_UUID, 1, NULL);
  read_uuid(file->my_uuid, &own->uuid);
  own->value = g_strdup("file");
  own->replayed = TRUE;
  own->text = g_strdup_printf("my_uuid: %s", galen_uuid_write(&own->uuid, uuid));

  GalenFact *view = add(input, index, GALEN_FACT_VIEW, 1, NULL);
  read_uuid(file->view_uuid, &view->uuid);
  view->seqno = file->view_seq;
  view->number = file->view_type == 3 ? GALEN_VIEW_PRIM : GALEN_VIEW_NON_PRIM;
  view->value = g_strdup("file");
  view->replayed = TRUE;
  view->text = g_strdup_printf("view_id: %d %s %" G_GINT64_FORMAT, file->view_type, galen_uuid_write(&view->uuid, uuid),
                               file->view_seq);
  for (guint i = 0; i < file->n_members && i < GALEN_STATE_MEMBERS_MAX; i++) {
    GalenFactMember member = {.segment = (gint32)MIN(file->members[i].segment, 255), .index = -1};
    read_uuid(file->members[i].uuid, &member.uuid);
    galen_fact_add_member(view, &member);
  }
}

/* Groups that a server reads. */
static gboolean is_server_group(GalenSlice group) {
  static const char *const groups[] = {"mysqld", "server", "mariadb", "mariadbd", "galera", "mysqld_safe"};
  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
    if (galen_slice_is(group, groups[i]))
      return TRUE;
  return galen_slice_starts(group, "mysqld") || galen_slice_starts(group, "mariadb-");
}

static void read_setting(GalenJournalInput *input, guint index, const GalenSetting *setting) {
  g_autofree char *name = galen_fact_word(setting->name);
  g_autofree char *value = setting->secret               ? g_strdup("?")
                           : setting->value.data == NULL ? NULL
                                                         : galen_fact_text(setting->value);
  g_autofree char *text = value != NULL ? g_strdup_printf("%s=%s", name, value) : g_strdup(name);
  if (strcmp(name, "wsrep_cluster_address") == 0 && value != NULL) {
    GalenFact *address = add(input, index, GALEN_FACT_CLUSTER_ADDRESS, setting->line, g_strdup(text));
    address->value = g_strdup(value);
  }
  GalenFact *fact = add(input, index, GALEN_FACT_OPTION, setting->line, g_steal_pointer(&text));
  fact->name = g_steal_pointer(&name);
  fact->value = g_steal_pointer(&value);
}

void galen_facts_from_state(GalenJournalInput *input, guint index, const GalenStateFile *file) {
  switch (file->kind) {
  case GALEN_STATE_GRASTATE:
    read_saved_state(input, index, file);
    break;
  case GALEN_STATE_GVWSTATE:
    read_saved_view(input, index, file);
    break;
  case GALEN_STATE_CONFIGURATION:
    for (guint i = 0; i < file->n_settings && i < GALEN_SETTINGS_MAX; i++)
      if (is_server_group(file->settings[i].group))
        read_setting(input, index, &file->settings[i]);
    break;
  }
}
