#include "clickhouse_private.h"

#include "../digest/series.h"

#define END_OF_SLOT "from_us + toInt64(width_s) * 1000000"
/* Coarsely: what changes with each partition. */
#define MONTH_US (28 * GALEN_CLICKHOUSE_DAY_US)

/* ---- writing ---- */

/* Slots come in order of time, so a new month is one more partition; it may be counted twice. */
static gboolean make_room(GalenClickhouse *self, const GalenSlot *slot, GError **error) {
  gint64 month = galen_series_cell(slot->from, MONTH_US);
  gsize bytes = 0;
  if (month != self->month || self->months == 0)
    self->months++;
  self->month = month;
  for (guint i = 0; i < GALEN_CLICKHOUSE_TABLES; i++)
    bytes += self->waiting[i].len;
  return (bytes < GALEN_CLICKHOUSE_BATCH && self->months < GALEN_CLICKHOUSE_MONTHS) ||
         galen_clickhouse_send_all(self, error);
}

static void put_place(GalenBytes *rows, const GalenClickhouse *self, guint64 generation, const GalenSlot *slot) {
  galen_clickhouse_put_text(rows, self->url.group);
  galen_clickhouse_put_u64(rows, (guint64)slot->input);
  galen_clickhouse_put_u64(rows, generation);
}

static void put_time(GalenBytes *rows, const GalenSlot *slot) {
  galen_clickhouse_put_u64(rows, (guint64)slot->from);
  galen_clickhouse_put_u32(rows, slot->width);
  galen_clickhouse_put_date(rows, slot->from);
}

gboolean galen_clickhouse_put_record(GalenClickhouse *self, guint64 generation, const GalenSlot *slot, guint kind,
                                     GError **error) {
  GalenBytes *rows = &self->waiting[GALEN_CLICKHOUSE_SLOT];
  if (!make_room(self, slot, error))
    return FALSE;
  put_place(rows, self, generation, slot);
  galen_bytes_put_u8(rows, (guint8)kind);
  put_time(rows, slot);
  galen_clickhouse_put_data(rows, self->scratch.data, self->scratch.len);
  return TRUE;
}

static guint64 clamp_count(guint64 count) {
  return MIN(count, (guint64)G_MAXINT64 / 4);
}

static void put_class(GalenClickhouse *self, const GalenSlot *slot, const GalenSlotClass *class) {
  GalenBytes *rows = &self->waiting[GALEN_CLICKHOUSE_CLASS_SLOT];
  galen_clickhouse_note_class(self, class);
  put_place(rows, self, self->contribution->generation, slot);
  galen_bytes_put_raw(rows, class->id, sizeof class->id);
  put_time(rows, slot);
  const guint64 figures[] = {class->count, class->time, class->time_max, class->rows_examined};
  for (guint i = 0; i < G_N_ELEMENTS(figures); i++)
    galen_clickhouse_put_u64(rows, clamp_count(figures[i]));
  galen_bytes_put_uint(rows, class->n_buckets);
  for (guint i = 0; i < class->n_buckets; i++) {
    guint16 bucket = GUINT16_TO_LE(class->buckets[i].bucket);
    galen_bytes_put_raw(rows, &bucket, sizeof bucket);
  }
  galen_bytes_put_uint(rows, class->n_buckets);
  for (guint i = 0; i < class->n_buckets; i++)
    galen_clickhouse_put_u64(rows, class->buckets[i].count);
}

static void put_error(GalenClickhouse *self, const GalenSlot *slot, const GalenSlotError *group) {
  GalenBytes *rows = &self->waiting[GALEN_CLICKHOUSE_ERROR_SLOT];
  galen_clickhouse_note_error(self, group);
  put_place(rows, self, self->contribution->generation, slot);
  galen_clickhouse_put_text(rows, group->id);
  put_time(rows, slot);
  galen_clickhouse_put_u64(rows, clamp_count(group->count));
}

gboolean galen_clickhouse_put_slot(GalenStore *base, const GalenSlot *slot, const GalenBytes *record,
                                   const GArray *classes, const GArray *errors, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  g_return_val_if_fail(self->contributing == slot->input && slot->input != 0, FALSE);
  if (!galen_store_pack(record, &self->scratch)) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for a slot");
    return FALSE;
  }
  if (!galen_clickhouse_put_record(self, self->contribution->generation, slot, slot->kind, error))
    return FALSE;
  self->contribution->slots[slot->kind]++;
  for (guint i = 0; classes != NULL && i < classes->len; i++)
    put_class(self, slot, &g_array_index(classes, GalenSlotClass, i));
  for (guint i = 0; errors != NULL && i < errors->len; i++)
    put_error(self, slot, &g_array_index(errors, GalenSlotError, i));
  return TRUE;
}

gboolean galen_clickhouse_end_input(GalenStore *base, gint64 input, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  g_return_val_if_fail(self->contributing == input && input != 0, FALSE);
  if (!galen_clickhouse_put_names(self, error))
    return FALSE;
  GalenClickhouseInput *row = g_steal_pointer(&self->contribution);
  self->contributing = 0;
  galen_clickhouse_change(self, row);
  g_hash_table_replace(self->inputs, &row->input->id, row);
  return TRUE;
}

/* ---- reading ---- */

typedef struct {
  GalenClickhouse *store;
  GalenSlot slot;
  GalenStoreSlotFunc func;
  gpointer user;
  guint n;
  GError *damage; /* the first one: the others are handed over none the less */
} Reading;

static gboolean take_slot(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Reading *self = user;
  GalenSlot *slot = &self->slot;
  gint64 from = (gint64)cells[0].number;
  guint width = (guint)MIN(cells[1].number, GALEN_SLOT_DAY);
  if (self->n > 0 && slot->from == from && slot->width == width) /* sent twice, and not merged yet */
    return TRUE;
  slot->from = from;
  slot->width = width;
  self->n++;
  GalenBytes *record = &self->store->scratch;
  if (!galen_store_unpack(cells[2].text.data, cells[2].text.len, GALEN_SLOT_RECORD_MAX, record,
                          self->damage == NULL ? &self->damage : NULL))
    return TRUE;
  GalenBytesReader reader = {record->data, record->data + record->len, FALSE};
  return self->func(slot, &reader, self->user, error);
}

static gboolean select_slots(Reading *self, const GalenClickhouseInput *row, gint64 since, gint64 until,
                             GError **error) {
  gboolean open = since == GALEN_TIME_NONE && until == GALEN_TIME_NONE;
  g_autofree char *rest = g_strdup_printf(
      "from_us, width_s, record FROM galen_slot WHERE site = %s AND input = %" G_GINT64_FORMAT
      " AND generation = %" G_GUINT64_FORMAT " AND kind = %u AND emptied = 0 AND (width_s = 0 AND %u OR width_s > 0 AND"
      " " END_OF_SLOT " > toInt64(%" G_GINT64_FORMAT ") AND from_us < toInt64(%" G_GINT64_FORMAT "))"
      " ORDER BY width_s > 0, from_us, width_s",
      self->store->group, self->slot.input, row->generation, (guint)self->slot.kind, open ? 1u : 0u,
      MAX(since == GALEN_TIME_NONE ? -G_MAXINT64 : since, MAX(row->dropped, -G_MAXINT64)),
      until == GALEN_TIME_NONE ? G_MAXINT64 : until);
  return galen_clickhouse_select(self->store, self->store->http, "qus", rest, take_slot, self, error);
}

gboolean galen_clickhouse_slots(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                                GalenStoreSlotFunc func, gpointer user, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  const GalenClickhouseInput *row = galen_clickhouse_find(self, input, error);
  if (row == NULL)
    return FALSE;
  if (row->slots[kind] == 0)
    return TRUE;
  if (kind == GALEN_SLOT_QUERIES && !galen_clickhouse_read_texts(self, error))
    return FALSE;
  Reading reading = {.store = self, .slot = {.input = input, .kind = kind}, .func = func, .user = user};
  gboolean good = select_slots(&reading, row, since, until, error);
  g_autoptr(GError) damage = reading.damage;
  if (good && damage != NULL)
    g_propagate_error(error, g_steal_pointer(&damage));
  if (!good || reading.damage != NULL)
    return FALSE;
  gboolean whole = since == GALEN_TIME_NONE && until == GALEN_TIME_NONE && row->dropped == GALEN_TIME_NONE;
  if (!whole || reading.n == row->slots[kind])
    return TRUE;
  g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "%u of %u slots of a log are there", reading.n,
              row->slots[kind]);
  return FALSE;
}

const GalenClickhouseInput *galen_clickhouse_live(const GalenClickhouse *self, const GalenClickhouseCell *cells) {
  gint64 id = (gint64)cells[0].number;
  const GalenClickhouseInput *row = g_hash_table_lookup(self->inputs, &id);
  return row != NULL && !row->removed && row->generation == cells[1].number ? row : NULL;
}

/* ---- windows ---- */

typedef struct {
  GalenClickhouse *store;
  gint64 from, to;
  gboolean found;
} Around;

static gboolean take_around(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Around *self = user;
  const GalenClickhouseInput *row = galen_clickhouse_live(self->store, cells);
  gint64 from = (gint64)cells[2].number, to = (gint64)cells[3].number;
  (void)error;
  if (row == NULL || to <= row->dropped)
    return TRUE;
  self->from = self->found ? MIN(self->from, from) : from;
  self->to = self->found ? MAX(self->to, to) : to;
  self->found = TRUE;
  return TRUE;
}

/* One side: the least start, or the greatest end, of the slots that it lies within. */
static gboolean widen_side(GalenClickhouse *self, gint64 *side, gboolean last, GError **error) {
  if (*side == GALEN_TIME_NONE)
    return TRUE;
  Around around = {.store = self};
  g_autofree char *rest = g_strdup_printf(
      "input, generation, min(from_us), max(" END_OF_SLOT ") FROM galen_slot WHERE site = %s AND kind < %u"
      " AND emptied = 0 AND width_s > 0 AND from_us < toInt64(%" G_GINT64_FORMAT ") AND " END_OF_SLOT
      " > toInt64(%" G_GINT64_FORMAT ") GROUP BY input, generation",
      self->group, GALEN_CLICKHOUSE_KINDS, *side, *side);
  if (!galen_clickhouse_select(self, self->http, "qqqq", rest, take_around, &around, error))
    return FALSE;
  if (around.found)
    *side = last ? around.to : around.from;
  return TRUE;
}

gboolean galen_clickhouse_widen(GalenStore *base, gint64 *since, gint64 *until, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  if (self->inputs == NULL && !galen_clickhouse_load(self, error))
    return FALSE;
  return widen_side(self, since, FALSE, error) && widen_side(self, until, TRUE, error);
}

/* ---- figures by day ---- */

typedef struct {
  GalenStoreFiguresFunc func;
  gpointer user;
} Figures;

static gboolean take_day(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  const Figures *self = user;
  GalenStoreDay day = {.day = (gint64)cells[1].number - GALEN_CLICKHOUSE_DAYS_AHEAD,
                       .count = cells[2].number,
                       .time = cells[3].number,
                       .time_max = cells[4].number};
  if (cells[0].text.len != sizeof day.id)
    return TRUE;
  memcpy(day.id, cells[0].text.data, sizeof day.id);
  return self->func(&day, self->user, error);
}

/* The views would do, but may be missing on a server that is only read from. */
gboolean galen_clickhouse_figures(GalenStore *base, GalenSlotKind kind, const char *without, GalenStoreFiguresFunc func,
                                  gpointer user, GError **error) {
  static const char *const columns[GALEN_CLICKHOUSE_KINDS] = {
      [GALEN_SLOT_QUERIES] = "toString(class) AS id, " GALEN_CLICKHOUSE_DAY_OF
                             " AS number, sum(count), sum(time_us), max(max_us) FROM galen_class_slot",
      [GALEN_SLOT_ERRORS] = "unhex(error) AS id, " GALEN_CLICKHOUSE_DAY_OF
                            " AS number, sum(count), toUInt64(0), toUInt64(0) FROM galen_error_slot"};
  GalenClickhouse *self = (GalenClickhouse *)base;
  Figures figures = {func, user};
  g_autofree char *rest = g_strdup_printf(
      "%s GLOBAL ALL INNER JOIN (SELECT id AS input, last_generation AS generation, last_dropped AS dropped FROM "
      "(SELECT id,"
      " argMax(generation, version) AS last_generation, argMax(dropped_us, version) AS last_dropped, argMax(removed,"
      " version) AS last_removed FROM galen_input WHERE site = %s GROUP BY id) WHERE last_removed = 0 AND NOT id IN"
      " (%s)) USING (input, generation) WHERE site = %s AND width_s > 0 AND emptied = 0 AND " END_OF_SLOT
      " > dropped GROUP BY id, number"
      " ORDER BY number, id",
      columns[kind], self->group, without, self->group);
  return galen_clickhouse_select(self, self->http, "sqqqq", rest, take_day, &figures, error);
}
