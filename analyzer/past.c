#include "past.h"

#include "day_hours.h"

/* No confirmed time is of another day. */
#define DAY_LIMIT (GALEN_SERIES_TIME_MAX / GALEN_DAY_US)

/* Figures of something that no store has shown yet have no count. */
struct GalenPast {
  GHashTable *kinds[2]; /* by GalenSlotKind: id in hex, char *, to GalenPastFigures * */
};

static void figures_free(gpointer data) {
  GalenPastFigures *self = data;
  if (self->days != NULL)
    g_array_unref(self->days);
  g_free(self);
}

static void want(GHashTable *table, const char *id, gboolean days) {
  GalenPastFigures *figures = g_new0(GalenPastFigures, 1);
  if (days)
    figures->days = g_array_new(FALSE, FALSE, sizeof(GalenPastDay));
  g_hash_table_replace(table, g_ascii_strdown(id, -1), figures);
}

GalenPast *galen_past_new(const GalenDigest *digest, const GalenErrors *errors) {
  GalenPast *self = g_new0(GalenPast, 1);
  const GPtrArray *classes = digest != NULL ? galen_digest_classes(digest) : NULL;
  const GPtrArray *groups = errors != NULL ? galen_errors_groups(errors) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS(self->kinds); i++)
    self->kinds[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, figures_free);
  for (guint i = 0; classes != NULL && i < classes->len; i++) {
    char id[33];
    galen_query_id_print(((const GalenClass *)g_ptr_array_index(classes, i))->id, id);
    want(self->kinds[GALEN_SLOT_QUERIES], id, i < GALEN_PAST_CLASSES);
  }
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    want(self->kinds[GALEN_SLOT_ERRORS], ((const GalenErrorGroup *)g_ptr_array_index(groups, i))->id, FALSE);
  return self;
}

void galen_past_free(GalenPast *self) {
  for (guint i = 0; i < G_N_ELEMENTS(self->kinds); i++)
    g_hash_table_unref(self->kinds[i]);
  g_free(self);
}

/* ---- reading ---- */

/* Stores give days in order, so that in all but the first one of a fleet there is little to be passed over. */
static void add_day(GArray *days, const GalenStoreDay *added) {
  guint at = days->len;
  while (at > 0 && g_array_index(days, GalenPastDay, at - 1).day > added->day)
    at--;
  GalenPastDay *same = at > 0 ? &g_array_index(days, GalenPastDay, at - 1) : NULL;
  if (same != NULL && same->day == added->day) {
    same->count = galen_add_u64(same->count, added->count);
    same->time = galen_add_u64(same->time, added->time);
    same->time_max = MAX(same->time_max, added->time_max);
    return;
  }
  GalenPastDay day = {added->day, added->count, added->time, added->time_max};
  if (days->len < GALEN_PAST_DAYS) {
    g_array_insert_val(days, at, day);
  } else if (at > 0) {
    g_array_remove_index(days, 0);
    g_array_insert_val(days, at - 1, day);
  }
}

static gboolean on_day(const GalenStoreDay *day, gpointer user, G_GNUC_UNUSED GError **error) {
  static const char digits[] = "0123456789abcdef";
  char id[33] = {0};
  for (gsize i = 0; i < sizeof day->id; i++) {
    id[2 * i] = digits[day->id[i] >> 4];
    id[2 * i + 1] = digits[day->id[i] & 15];
  }
  GalenPastFigures *figures = g_hash_table_lookup(user, id);
  if (figures == NULL || day->count == 0 || day->day < -DAY_LIMIT || day->day > DAY_LIMIT)
    return TRUE;
  figures->first = figures->count == 0 ? day->day : MIN(figures->first, day->day);
  figures->last = figures->count == 0 ? day->day : MAX(figures->last, day->day);
  figures->count = galen_add_u64(figures->count, day->count);
  if (figures->days != NULL)
    add_day(figures->days, day);
  return TRUE;
}

gboolean galen_past_add(GalenPast *self, GalenStore *store, const GArray *without, GError **error) {
  for (guint kind = 0; kind < G_N_ELEMENTS(self->kinds); kind++)
    if (g_hash_table_size(self->kinds[kind]) > 0 &&
        !galen_store_figures(store, kind, without, on_day, self->kinds[kind], error))
      return FALSE;
  return TRUE;
}

static const GalenPastFigures *find(GHashTable *table, const char *id) {
  g_autofree char *lower = g_ascii_strdown(id, -1);
  const GalenPastFigures *figures = g_hash_table_lookup(table, lower);
  return figures != NULL && figures->count > 0 ? figures : NULL;
}

const GalenPastFigures *galen_past_class(const GalenPast *self, const char *id) {
  return find(self->kinds[GALEN_SLOT_QUERIES], id);
}

const GalenPastFigures *galen_past_error(const GalenPast *self, const char *id) {
  return find(self->kinds[GALEN_SLOT_ERRORS], id);
}
