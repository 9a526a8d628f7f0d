#include "journal_record.h"

#include "facts.h"

#define VERSION 1u

/* More members than a view can have: a record with more is damaged. */
#define MEMBERS_MAX 65536u

enum { HAS_FLAG = 1, HAS_REPLAYED = 2, HAS_INHERITED = 4, HAS_GAP = 8, HAS_MEMBERS = 16 };

/* Kinds of inputs are compared by name and kept as constants. */
static const char *const input_kinds[] = {"error-log",     "recover-log", "galera-state",
                                          "configuration", "slow-log",    NULL};
static const char *const servers[] = {"MariaDB", "MySQL", "Percona", NULL};

/* ---- parts ---- */

static void put_text(GalenBytes *bytes, const char *text) {
  galen_bytes_put_slice(bytes, galen_slice(text, text != NULL ? strlen(text) : 0));
}

/* NULL for an unset text. */
static char *get_text(GalenBytesReader *reader) {
  GalenSlice text = galen_bytes_get_slice(reader);
  return text.data != NULL ? g_strndup(text.data, text.len) : NULL;
}

static const char *constant_of(const char *const *table, GalenSlice text) {
  for (guint i = 0; table[i] != NULL; i++)
    if (galen_slice_equal(text, galen_slice(table[i], strlen(table[i]))))
      return table[i];
  return NULL;
}

static void put_uuid(GalenBytes *bytes, const GalenUuid *uuid) {
  galen_bytes_put_u8(bytes, uuid->known);
  if (uuid->known > 0)
    galen_bytes_put_raw(bytes, uuid->bytes, sizeof uuid->bytes);
}

static gboolean get_uuid(GalenBytesReader *reader, GalenUuid *ret_uuid) {
  GalenUuid uuid = {.known = galen_bytes_get_u8(reader)};
  const guint8 *bytes = uuid.known > 0 ? galen_bytes_get_raw(reader, sizeof uuid.bytes) : NULL;
  if (bytes != NULL)
    memcpy(uuid.bytes, bytes, sizeof uuid.bytes);
  *ret_uuid = uuid;
  return uuid.known == 0 || uuid.known == 4 || uuid.known == 6 || uuid.known == 16;
}

/* ---- facts ---- */

/* Whole numbers of a fact, in the order in which they are written. */
static const glong times[] = {G_STRUCT_OFFSET(GalenFact, wall),       G_STRUCT_OFFSET(GalenFact, time),
                              G_STRUCT_OFFSET(GalenFact, resolution), G_STRUCT_OFFSET(GalenFact, last_wall),
                              G_STRUCT_OFFSET(GalenFact, alive_wall), G_STRUCT_OFFSET(GalenFact, seqno),
                              G_STRUCT_OFFSET(GalenFact, last)};
static const glong texts[] = {G_STRUCT_OFFSET(GalenFact, name), G_STRUCT_OFFSET(GalenFact, value),
                              G_STRUCT_OFFSET(GalenFact, text), G_STRUCT_OFFSET(GalenFact, raw_time)};

static void put_member(const GalenFactMember *self, GalenBytes *bytes) {
  put_uuid(bytes, &self->uuid);
  put_text(bytes, self->name);
  galen_bytes_put_int(bytes, self->segment);
  galen_bytes_put_int(bytes, self->index);
  galen_bytes_put_u8(bytes, self->partitioned != FALSE);
}

static void put_fact(const GalenFact *self, GalenBytes *bytes) {
  put_text(bytes, galen_fact_name(self->kind));
  guint has = (self->flag ? HAS_FLAG : 0u) | (self->replayed ? HAS_REPLAYED : 0u) |
              (self->inherited ? HAS_INHERITED : 0u) | (self->gap_before ? HAS_GAP : 0u) |
              (self->members != NULL ? HAS_MEMBERS : 0u);
  galen_bytes_put_u8(bytes, (guint8)has);
  galen_bytes_put_u8(bytes, (guint8)self->level);
  galen_bytes_put_uint(bytes, self->instance);
  galen_bytes_put_uint(bytes, self->line);
  galen_bytes_put_uint(bytes, self->count);
  galen_bytes_put_uint(bytes, self->thread);
  galen_bytes_put_int(bytes, self->number);
  galen_bytes_put_int(bytes, self->total);
  for (guint i = 0; i < G_N_ELEMENTS(times); i++)
    galen_bytes_put_int(bytes, G_STRUCT_MEMBER(const gint64, self, times[i]));
  put_uuid(bytes, &self->uuid);
  put_uuid(bytes, &self->other);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    put_text(bytes, G_STRUCT_MEMBER(const char *, self, texts[i]));
  if (self->members == NULL)
    return;
  galen_bytes_put_uint(bytes, self->members->len);
  for (guint i = 0; i < self->members->len; i++)
    put_member(&g_array_index(self->members, GalenFactMember, i), bytes);
}

static gboolean get_members(GalenFact *self, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  if (n > MEMBERS_MAX)
    return FALSE;
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    GalenFactMember member = {0};
    gboolean good = get_uuid(reader, &member.uuid);
    member.name = get_text(reader);
    member.segment = (gint32)galen_bytes_get_int(reader);
    member.index = (gint32)galen_bytes_get_int(reader);
    member.partitioned = galen_bytes_get_u8(reader) != 0;
    galen_fact_add_member(self, &member);
    if (!good)
      return FALSE;
  }
  return !reader->failed;
}

static void take_rule(GalenFact *self, const GalenLogRules *rules) {
  gboolean told = self->kind == GALEN_FACT_TROUBLE || self->kind == GALEN_FACT_START_ERROR;
  const GalenLogRule *rule =
      told && rules != NULL && self->name != NULL ? galen_log_rules_find(rules, self->name) : NULL;
  if (rule == NULL)
    return;
  self->title = rule->title;
  self->cause = rule->cause;
  self->advice = rule->advice;
}

static gboolean get_fact(GalenFact *self, GalenBytesReader *reader) {
  guint8 has = galen_bytes_get_u8(reader), level = galen_bytes_get_u8(reader);
  self->flag = (has & HAS_FLAG) != 0;
  self->replayed = (has & HAS_REPLAYED) != 0;
  self->inherited = (has & HAS_INHERITED) != 0;
  self->gap_before = (has & HAS_GAP) != 0;
  self->level = (GalenLevel)level;
  self->instance = (guint)galen_bytes_get_uint(reader);
  self->line = galen_bytes_get_uint(reader);
  self->count = (guint32)galen_bytes_get_uint(reader);
  self->thread = galen_bytes_get_uint(reader);
  self->number = (gint32)galen_bytes_get_int(reader);
  self->total = (gint32)galen_bytes_get_int(reader);
  for (guint i = 0; i < G_N_ELEMENTS(times); i++)
    G_STRUCT_MEMBER(gint64, self, times[i]) = galen_bytes_get_int(reader);
  if (!get_uuid(reader, &self->uuid) || !get_uuid(reader, &self->other))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    G_STRUCT_MEMBER(char *, self, texts[i]) = get_text(reader);
  if (level > GALEN_LEVEL_NOTE)
    return FALSE;
  return (has & HAS_MEMBERS) == 0 ? !reader->failed : get_members(self, reader);
}

static gboolean get_facts(GalenJournalInput *self, GalenBytesReader *reader, guint index, const GalenLogRules *rules) {
  guint64 n = galen_bytes_get_uint(reader);
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    GalenSlice name = galen_bytes_get_slice(reader);
    g_autofree char *kind = g_strndup(name.data != NULL ? name.data : "", name.len);
    g_autoptr(GalenFact) fact = galen_fact_new(galen_fact_kind(kind));
    if (!get_fact(fact, reader))
      return FALSE;
    fact->input = index;
    take_rule(fact, rules);
    /* A kind that this galen does not know says nothing to it. */
    if (fact->kind != GALEN_FACT_NONE)
      g_ptr_array_add(self->facts, g_steal_pointer(&fact));
  }
  return !reader->failed;
}

/* ---- inputs ---- */

static const glong input_times[] = {
    G_STRUCT_OFFSET(GalenJournalInput, epoch_offset), G_STRUCT_OFFSET(GalenJournalInput, first_wall),
    G_STRUCT_OFFSET(GalenJournalInput, last_wall), G_STRUCT_OFFSET(GalenJournalInput, first),
    G_STRUCT_OFFSET(GalenJournalInput, last)};

void galen_journal_input_put(const GalenJournalInput *self, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, VERSION);
  put_text(bytes, self->kind);
  put_text(bytes, self->path);
  put_text(bytes, self->node);
  galen_bytes_put_u8(bytes, self->node_given != FALSE);
  put_text(bytes, self->server);
  put_text(bytes, self->version);
  put_text(bytes, self->host);
  for (guint i = 0; i < G_N_ELEMENTS(input_times); i++)
    galen_bytes_put_int(bytes, G_STRUCT_MEMBER(const gint64, self, input_times[i]));
  galen_bytes_put_uint(bytes, self->records);
  galen_bytes_put_uint(bytes, self->folded);
  galen_bytes_put_uint(bytes, self->facts->len);
  for (guint i = 0; i < self->facts->len; i++)
    put_fact(g_ptr_array_index(self->facts, i), bytes);
}

static gboolean get_input(GalenJournalInput *self, GalenBytesReader *reader, guint index, const GalenLogRules *rules) {
  self->node_given = galen_bytes_get_u8(reader) != 0;
  self->server = constant_of(servers, galen_bytes_get_slice(reader));
  self->version = get_text(reader);
  self->host = get_text(reader);
  for (guint i = 0; i < G_N_ELEMENTS(input_times); i++)
    G_STRUCT_MEMBER(gint64, self, input_times[i]) = galen_bytes_get_int(reader);
  self->records = galen_bytes_get_uint(reader);
  self->folded = galen_bytes_get_uint(reader);
  return get_facts(self, reader, index, rules);
}

GalenJournalInput *galen_journal_input_get(GalenJournal *journal, GalenBytesReader *reader,
                                           const GalenLogRules *rules) {
  guint64 version = galen_bytes_get_uint(reader);
  const char *kind = constant_of(input_kinds, galen_bytes_get_slice(reader));
  g_autofree char *path = get_text(reader), *node = get_text(reader);
  if (version != VERSION || kind == NULL || path == NULL || node == NULL)
    return NULL;
  guint index = journal->inputs->len;
  GalenJournalInput *input = galen_journal_add_input(journal, path, node, kind);
  if (get_input(input, reader, index, rules))
    return input;
  g_ptr_array_set_size(journal->inputs, (gint)index);
  return NULL;
}
