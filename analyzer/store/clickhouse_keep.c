#include "clickhouse_private.h"

#include "../digest/series.h"

#define END_OF_SLOT "from_us + toInt64(width_s) * 1000000"
#define DAY_US GALEN_CLICKHOUSE_DAY_US
#define DAY_OF GALEN_CLICKHOUSE_DAY_OF

/* ---- days of hours ---- */

typedef struct {
  GalenClickhouse *store;
  gint64 day;    /* all that begins before it */
  GArray *found; /* of GalenSlot, whose width is the number of hours */
} Hours;

static gboolean take_hour(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Hours *self = user;
  const GalenClickhouseInput *row = galen_clickhouse_live(self->store, cells);
  gint64 from = (gint64)cells[3].number;
  (void)error;
  if (row == NULL || from + (gint64)GALEN_SLOT_HOUR * G_USEC_PER_SEC <= row->dropped)
    return TRUE;
  GalenSlot slot = {.input = row->input->id,
                    .kind = cells[2].number == GALEN_SLOT_ERRORS ? GALEN_SLOT_ERRORS : GALEN_SLOT_QUERIES,
                    .from = galen_series_align(from, DAY_US),
                    .width = 1};
  GalenSlot *last = self->found->len > 0 ? &g_array_index(self->found, GalenSlot, self->found->len - 1) : NULL;
  if (last != NULL && last->input == slot.input && last->kind == slot.kind && last->from == slot.from)
    last->width++;
  else
    g_array_append_val(self->found, slot);
  return TRUE;
}

gboolean galen_clickhouse_days(GalenStore *base, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  if (self->inputs == NULL && !galen_clickhouse_load(self, error))
    return FALSE;
  /* A day is made of hours when all of it is old enough. */
  gint64 day = galen_series_align(until, DAY_US);
  g_autofree char *rest = g_strdup_printf("input, generation, kind, from_us FROM galen_slot WHERE site = %s AND kind < "
                                          "%u AND width_s = 3600 AND emptied = 0"
                                          " AND from_us < toInt64(%" G_GINT64_FORMAT
                                          ") GROUP BY input, generation, kind, from_us ORDER BY input, generation,"
                                          " kind, from_us",
                                          self->group, GALEN_CLICKHOUSE_KINDS, day);
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GalenSlot));
  Hours hours = {self, day, found};
  if (!galen_clickhouse_select(self, self->http, "qqbq", rest, take_hour, &hours, error))
    return FALSE;
  for (guint i = 0; i < found->len; i++) {
    const GalenSlot *slot = &g_array_index(found, GalenSlot, i);
    if (!func(slot->input, slot->kind, slot->from, slot->width, user, error))
      return FALSE;
  }
  return TRUE;
}

gboolean galen_clickhouse_replace_day(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 day,
                                      const GalenBytes *record, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  GalenClickhouseInput *row = galen_clickhouse_find(self, input, error);
  if (row == NULL)
    return FALSE;
  GalenSlot slot = {.input = input, .kind = kind, .from = day, .width = GALEN_SLOT_DAY};
  if (row->days == NULL) {
    row->days = g_array_new(FALSE, FALSE, sizeof(GalenSlot));
    row->next = galen_clickhouse_random();
  }
  g_array_append_val(row->days, slot);
  galen_clickhouse_change(self, row);
  if (galen_store_pack(record, &self->scratch))
    return galen_clickhouse_put_record(self, row->next, &slot, kind, error);
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for a day");
  return FALSE;
}

/* ---- the rest of a generation ---- */

/* The days of a kind that became one slot each, as a list for IN; NULL: none. */
static char *list_days(const GalenClickhouseInput *row, GalenSlotKind kind) {
  GString *list = g_string_new(NULL);
  for (guint i = 0; i < row->days->len; i++) {
    const GalenSlot *slot = &g_array_index(row->days, GalenSlot, i);
    if (slot->kind == kind)
      g_string_append_printf(list, "%s%" G_GINT64_FORMAT, list->len > 0 ? ", " : "",
                             galen_series_cell(slot->from, DAY_US) + GALEN_CLICKHOUSE_DAYS_AHEAD);
  }
  char *text = g_string_free(list, FALSE);
  if (*text != '\0')
    return text;
  g_free(text);
  return NULL;
}

/* "site = … AND input = … AND generation = …" */
static char *place_of(const GalenClickhouse *self, const GalenClickhouseInput *row) {
  return g_strdup_printf("site = %s AND input = %" G_GINT64_FORMAT " AND generation = %" G_GUINT64_FORMAT
                         " AND emptied = 0",
                         self->group, row->input->id, row->generation);
}

static gboolean copy_records(GalenClickhouse *self, const GalenClickhouseInput *row, const char *place,
                             GError **error) {
  g_autoptr(GString) sql = g_string_new(NULL);
  g_string_append_printf(sql,
                         "INSERT INTO galen_slot (site, input, generation, kind, from_us, width_s, day, record) SELECT"
                         " site, input, toUInt64(%" G_GUINT64_FORMAT "), kind, from_us, width_s, day, record FROM"
                         " galen_slot WHERE %s AND (width_s = 0 OR " END_OF_SLOT " > toInt64(%" G_GINT64_FORMAT "))",
                         row->next, place, MAX(row->dropped, -G_MAXINT64));
  for (guint kind = 0; kind < GALEN_CLICKHOUSE_KINDS; kind++) {
    g_autofree char *days = list_days(row, kind);
    if (days != NULL)
      g_string_append_printf(sql, " AND NOT (width_s > 0 AND kind = %u AND " DAY_OF " IN (%s))", kind, days);
  }
  return galen_clickhouse_do(self, sql->str, error);
}

typedef struct {
  const char *table, *key;
  const char *copied; /* figures as they are */
  const char *summed; /* and of a day */
  GalenSlotKind kind;
} Figures;

/* Figures of hours become figures of days, all others stay as they are. */
static gboolean copy_figures(GalenClickhouse *self, const GalenClickhouseInput *row, const char *place,
                             const Figures *figures, GError **error) {
  g_autofree char *days = list_days(row, figures->kind);
  g_autofree char *dropped = g_strdup_printf("(width_s = 0 OR " END_OF_SLOT " > toInt64(%" G_GINT64_FORMAT "))",
                                             MAX(row->dropped, -G_MAXINT64));
  g_autofree char *columns = g_strdup_printf("site, input, generation, %s, from_us, width_s, day", figures->key);
  g_autofree char *names = g_strdup_printf(
      "%s, count%s", columns,
      figures->kind == GALEN_SLOT_QUERIES ? ", time_us, max_us, rows_examined, time.bucket, time.count" : "");
  g_autofree char *as_they_are = g_strdup_printf(
      "INSERT INTO %s (%s) SELECT site, input, toUInt64(%" G_GUINT64_FORMAT "), %s, from_us, width_s, day, %s FROM %s"
      " WHERE %s AND %s%s%s%s",
      figures->table, names, row->next, figures->key, figures->copied, figures->table, place, dropped,
      days != NULL ? " AND NOT (width_s > 0 AND " DAY_OF " IN (" : "", days != NULL ? days : "",
      days != NULL ? "))" : "");
  if (!galen_clickhouse_do(self, as_they_are, error) || days == NULL)
    return days == NULL && (error == NULL || *error == NULL);
  g_autofree char *of_days = g_strdup_printf(
      "INSERT INTO %s (%s) SELECT any_site, any_input, toUInt64(%" G_GUINT64_FORMAT "), %s, (day_number - %d) *"
      " toInt64(86400000000), toUInt32(86400), any_day, %s FROM (SELECT any(site) AS any_site, any(input) AS "
      "any_input, %s,"
      " " DAY_OF " AS day_number, any(day) AS any_day, %s FROM %s WHERE %s AND width_s > 0 AND " DAY_OF
      " IN (%s) GROUP BY"
      " %s, day_number)",
      figures->table, names, row->next, figures->key, GALEN_CLICKHOUSE_DAYS_AHEAD,
      figures->kind == GALEN_SLOT_QUERIES ? "n, us, longest, examined, histogram.1, histogram.2" : "n", figures->key,
      figures->summed, figures->table, place, days, figures->key);
  return galen_clickhouse_do(self, of_days, error);
}

/* Nobody sees the next generation yet. */
static gboolean take_over(GalenClickhouse *self, GalenClickhouseInput *row, GError **error) {
  static const Figures figures[] = {
      {"galen_class_slot", "class", "count, time_us, max_us, rows_examined, time.bucket, time.count",
       "sum(count) AS n, sum(time_us) AS us, max(max_us) AS longest, sum(rows_examined) AS examined,"
       " sumMap(time.bucket, time.count) AS histogram",
       GALEN_SLOT_QUERIES},
      {"galen_error_slot", "error", "count", "sum(count) AS n", GALEN_SLOT_ERRORS},
  };
  g_autofree char *place = place_of(self, row);
  if (!galen_clickhouse_send_all(self, error) || !copy_records(self, row, place, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(figures); i++)
    if (!copy_figures(self, row, place, &figures[i], error))
      return FALSE;
  row->previous = row->generation;
  row->generation = row->next;
  g_autofree char *now = place_of(self, row);
  for (guint kind = 0; kind < GALEN_CLICKHOUSE_KINDS; kind++) {
    guint64 n;
    g_autofree char *rest =
        g_strdup_printf("uniqExact(from_us, width_s) FROM galen_slot WHERE %s AND kind = %u", now, kind);
    if (!galen_clickhouse_number(self, rest, 0, &n, error))
      return FALSE;
    row->slots[kind] = (guint)n;
  }
  return TRUE;
}

gboolean galen_clickhouse_take_over(GalenClickhouse *self, GError **error) {
  GHashTableIter iter;
  gpointer value;
  if (self->inputs == NULL)
    return TRUE;
  g_hash_table_iter_init(&iter, self->inputs);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    GalenClickhouseInput *row = value;
    if (row->next != 0 && !row->removed && !take_over(self, row, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- forgetting ---- */

typedef struct {
  GalenClickhouse *store;
  gint64 until;
  GHashTable *kept; /* ids of inputs that have later slots: gint64 *, as a set */
} Dropping;

/* Of a generation: the last end of what goes, and how much stays. */
static gboolean take_dropped(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Dropping *self = user;
  (void)error;
  if (galen_clickhouse_live(self->store, cells) == NULL)
    return TRUE;
  gint64 id = (gint64)cells[0].number;
  GalenClickhouseInput *row = g_hash_table_lookup(self->store->inputs, &id);
  if (cells[3].number > 0)
    g_hash_table_add(self->kept, &row->input->id);
  if ((gint64)cells[2].number > row->dropped && cells[4].number > 0) {
    row->dropped = self->until;
    galen_clickhouse_change(self->store, row);
  }
  return TRUE;
}

gboolean galen_clickhouse_drop(GalenStore *base, gint64 until, GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  if (self->inputs == NULL && !galen_clickhouse_load(self, error))
    return FALSE;
  g_autoptr(GHashTable) kept = g_hash_table_new(g_int64_hash, g_int64_equal);
  Dropping dropping = {self, until, kept};
  g_autofree char *rest =
      g_strdup_printf("input, generation, maxIf(" END_OF_SLOT ", " END_OF_SLOT " <= toInt64(%" G_GINT64_FORMAT
                      ")), countIf(" END_OF_SLOT " > toInt64(%" G_GINT64_FORMAT ")), countIf(" END_OF_SLOT
                      " <= toInt64(%" G_GINT64_FORMAT ")) FROM galen_slot WHERE"
                      " site = %s AND kind < %u AND width_s > 0 AND emptied = 0 GROUP BY input, generation",
                      until, until, until, self->group, GALEN_CLICKHOUSE_KINDS);
  if (!galen_clickhouse_select(self, self->http, "qqqqq", rest, take_dropped, &dropping, error))
    return FALSE;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, self->inputs);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    GalenClickhouseInput *row = value;
    /* An input without slots may still be evidence: what it says is old when its last time is. */
    gboolean old = row->input->last != GALEN_TIME_NONE && row->input->last < until;
    if (row->removed || !old || g_hash_table_contains(kept, &row->input->id))
      continue;
    row->removed = TRUE;
    galen_clickhouse_change(self, row);
  }
  return TRUE;
}

/* ---- space ---- */

typedef struct {
  GalenClickhouse *store;
  GString *list; /* for IN */
} Dead;

/* A generation whose last row is older than a day: a run that writes it is over. The one before the current is left for an hour to
 * those who read it. */
static gboolean take_dead(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Dead *self = user;
  (void)error;
  gint64 id = (gint64)cells[0].number;
  const GalenClickhouseInput *row = g_hash_table_lookup(self->store->inputs, &id);
  gint64 hour_ago = g_get_real_time() - (gint64)GALEN_SLOT_HOUR * G_USEC_PER_SEC;
  if (row != NULL && !row->removed && row->generation == cells[1].number)
    return TRUE;
  if (row != NULL && (gint64)row->version > hour_ago &&
      (row->previous == cells[1].number || row->generation == cells[1].number))
    return TRUE;
  g_string_append_printf(self->list, "%s(%" G_GINT64_FORMAT ", %" G_GUINT64_FORMAT ")", self->list->len > 0 ? ", " : "",
                         id, cells[1].number);
  return TRUE;
}

static gboolean empty(GalenClickhouse *self, const char *table, const char *key, const char *where, GError **error) {
  g_autofree char *columns = g_strdup_printf("site, input, generation, %s, from_us, width_s, day", key);
  g_autofree char *sql =
      g_strdup_printf("INSERT INTO %s (%s, emptied) SELECT %s, toUInt8(1) FROM %s WHERE site = %s AND"
                      " emptied = 0 AND %s",
                      table, columns, columns, table, self->group, where);
  return galen_clickhouse_do(self, sql, error);
}

/* 0 in tests, which say so by an environment variable. */
#define DEAD_AGE_S "86400"
/* Generations emptied in one run; the next run goes on. */
#define DEAD_MAX "2000"

gboolean galen_clickhouse_clean(GalenClickhouse *self, GError **error) {
  static const char *const tables[][2] = {
      {"galen_class_slot", "class"}, {"galen_error_slot", "error"}, {"galen_slot", "kind"}};
  g_autoptr(GString) list = g_string_new(NULL);
  Dead dead = {self, list};
  g_autofree char *rest =
      g_strdup_printf("input, generation FROM (SELECT input, generation, max(made) AS last, max(emptied) AS done FROM"
                      " galen_slot WHERE site = %s GROUP BY input, generation) WHERE done = 0 AND last < now() - %s"
                      " LIMIT " DEAD_MAX,
                      self->group, g_getenv("GALEN_CLICKHOUSE_DEAD_S") != NULL ? "0" : DEAD_AGE_S);
  if ((self->inputs == NULL && !galen_clickhouse_load(self, error)) ||
      !galen_clickhouse_select(self, self->http, "qq", rest, take_dead, &dead, error))
    return FALSE;
  g_autofree char *where = g_strdup_printf("(input, generation) IN (%s)", list->str);
  for (guint i = 0; list->len > 0 && i < G_N_ELEMENTS(tables); i++)
    if (!empty(self, tables[i][0], tables[i][1], where, error))
      return FALSE;
  return TRUE;
}

gboolean galen_clickhouse_vacuum(GalenStore *base, GError **error) {
  return galen_clickhouse_clean((GalenClickhouse *)base, error);
}
