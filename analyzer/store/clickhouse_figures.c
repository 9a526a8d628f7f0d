#include "clickhouse_private.h"

/* The views leave out what no input names any more, and what has no time. */
static const struct {
  const char *types, *id, *sums, *view;
} queries[] = {[GALEN_SLOT_QUERIES] = {"mqqqq", "class", "sum(time_us), max(max_us)", "galen_class_slots"},
               [GALEN_SLOT_ERRORS] = {"sqqqq", "error", "toUInt64(0), toUInt64(0)", "galen_error_slots"}};

typedef struct {
  GalenStoreFiguresFunc func;
  gpointer user;
} Figures;

static gboolean take_day(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  const Figures *self = user;
  GalenStoreDay day = {
      .day = (gint64)cells[1].number, .count = cells[2].number, .time = cells[3].number, .time_max = cells[4].number};
  return !galen_store_day_set_id(&day, cells[0].text) || self->func(&day, self->user, error);
}

gboolean galen_clickhouse_figures(GalenStore *base, GalenSlotKind kind, GalenStoreFiguresFunc func, gpointer user,
                                  GError **error) {
  GalenClickhouse *self = (GalenClickhouse *)base;
  Figures figures = {func, user};
  g_autofree char *rest = g_strdup_printf(
      "%s, toInt64(floor(from_us / 86400000000)) AS number, sum(count), %s FROM %s WHERE site = %s GROUP BY %s, number"
      " ORDER BY number, %s",
      queries[kind].id, queries[kind].sums, queries[kind].view, self->group, queries[kind].id, queries[kind].id);
  return galen_clickhouse_select(self, self->http, queries[kind].types, rest, take_day, &figures, error);
}
