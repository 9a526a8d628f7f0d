#include "attribute.h"

#define TABLE_SIZE 1024u /* a power of two, at least twice all names */

/* In the order of their ids. JSON names; the log's own differ in case only. */
static const GalenAttrInfo known[] = {
    {"qc_hit", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"full_scan", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"full_join", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"tmp_table", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"tmp_table_on_disk", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"filesort", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"filesort_on_disk", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"priority_queue", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},
    {"rows_affected", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"rows_read", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"bytes_sent", GALEN_UNIT_BYTES, GALEN_ATTR_NUMBER},
    {"bytes_received", GALEN_UNIT_BYTES, GALEN_ATTR_NUMBER},
    {"tmp_tables", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"tmp_disk_tables", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"tmp_table_sizes", GALEN_UNIT_BYTES, GALEN_ATTR_NUMBER},
    {"merge_passes", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"innodb_io_r_ops", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"innodb_io_r_bytes", GALEN_UNIT_BYTES, GALEN_ATTR_NUMBER},
    {"innodb_io_r_wait", GALEN_UNIT_US, GALEN_ATTR_NUMBER},
    {"innodb_rec_lock_wait", GALEN_UNIT_US, GALEN_ATTR_NUMBER},
    {"innodb_queue_wait", GALEN_UNIT_US, GALEN_ATTR_NUMBER},
    {"innodb_pages_distinct", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"pages_accessed", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"pages_read", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"pages_prefetched", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"pages_updated", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"old_rows_read", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"pages_read_time", GALEN_UNIT_NS, GALEN_ATTR_NUMBER},
    {"engine_time", GALEN_UNIT_NS, GALEN_ATTR_NUMBER},
    {"read_first", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"read_last", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"read_key", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"read_next", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"read_prev", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"read_rnd", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"read_rnd_next", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"sort_merge_passes", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"sort_range_count", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"sort_rows", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"sort_scan_count", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"created_tmp_disk_tables", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"created_tmp_tables", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"count_hit_tmp_table_size", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
    {"exec_orig_time", GALEN_UNIT_US, GALEN_ATTR_NUMBER},
    {"transmit_time", GALEN_UNIT_US, GALEN_ATTR_NUMBER},
};

#define N_KNOWN G_N_ELEMENTS(known)

struct GalenAttrDict {
  GalenAttrInfo infos[N_KNOWN + GALEN_ATTR_DYNAMIC_MAX];
  char names[GALEN_ATTR_DYNAMIC_MAX][GALEN_ATTR_NAME_MAX + 1];
  guint n;
  guint16 table[TABLE_SIZE]; /* id + 1; 0: free */
};

guint galen_attr_known_count(void) {
  return N_KNOWN;
}

/* FNV-1a over the lower-cased name: names are short and few. */
static guint hash_name(const char *name, gsize len) {
  guint32 hash = 2166136261u;
  for (gsize i = 0; i < len; i++)
    hash = (hash ^ (guint8)g_ascii_tolower(name[i])) * 16777619u;
  return hash & (TABLE_SIZE - 1);
}

static void enter(GalenAttrDict *self, guint16 id) {
  const char *name = self->infos[id].name;
  guint slot = hash_name(name, strlen(name));
  while (self->table[slot] != 0)
    slot = (slot + 1) & (TABLE_SIZE - 1);
  self->table[slot] = (guint16)(id + 1);
}

GalenAttrDict *galen_attr_dict_new(void) {
  GalenAttrDict *self = g_new0(GalenAttrDict, 1);
  memcpy(self->infos, known, sizeof known);
  self->n = N_KNOWN;
  for (guint id = 0; id < N_KNOWN; id++)
    enter(self, (guint16)id);
  return self;
}

void galen_attr_dict_free(GalenAttrDict *self) {
  g_free(self);
}

void galen_attr_dict_assign(GalenAttrDict *self, const GalenAttrDict *other) {
  if (self == other || (self->n == N_KNOWN && other->n == N_KNOWN))
    return;
  *self = *other;
  for (guint id = N_KNOWN; id < self->n; id++)
    self->infos[id].name = self->names[id - N_KNOWN];
}

guint galen_attr_dict_size(const GalenAttrDict *self) {
  return self->n;
}

void galen_attr_dict_truncate(GalenAttrDict *self, guint size) {
  /* Last in, first out: no name's probing goes over a slot that was filled after its own. */
  while (self->n > MAX(size, N_KNOWN)) {
    const char *name = self->infos[--self->n].name;
    guint slot = hash_name(name, strlen(name));
    while (self->table[slot] != self->n + 1)
      slot = (slot + 1) & (TABLE_SIZE - 1);
    self->table[slot] = 0;
  }
}

const GalenAttrInfo *galen_attr_dict_get(const GalenAttrDict *self, guint16 id) {
  return id < self->n ? &self->infos[id] : NULL;
}

static guint16 find(const GalenAttrDict *self, GalenSlice name) {
  for (guint slot = hash_name(name.data, name.len); self->table[slot] != 0; slot = (slot + 1) & (TABLE_SIZE - 1)) {
    guint16 id = (guint16)(self->table[slot] - 1);
    const char *own = self->infos[id].name;
    if (g_ascii_strncasecmp(own, name.data, name.len) == 0 && own[name.len] == '\0')
      return id;
  }
  return GALEN_ATTR_NONE;
}

guint16 galen_attr_dict_intern(GalenAttrDict *self, GalenSlice name, GalenUnit unit, GalenAttrKind kind) {
  if (name.len == 0 || name.len > GALEN_ATTR_NAME_MAX || memchr(name.data, '\0', name.len) != NULL)
    return GALEN_ATTR_NONE;
  guint16 id = find(self, name);
  if (id != GALEN_ATTR_NONE || self->n == N_KNOWN + GALEN_ATTR_DYNAMIC_MAX)
    return id;
  id = (guint16)self->n++;
  char *own = self->names[id - N_KNOWN];
  for (gsize i = 0; i < name.len; i++)
    own[i] = g_ascii_tolower(name.data[i]);
  own[name.len] = '\0';
  self->infos[id] = (GalenAttrInfo){own, unit, kind};
  enter(self, id);
  return id;
}
