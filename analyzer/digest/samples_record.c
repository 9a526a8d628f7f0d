/* Which samples are the worst of their days, while the slots of a log are written one after another. */
#include "digest_record_private.h"

#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)
/* Classes past this make it begin anew: then texts are written once more than they need to be. */
#define CLASSES_MAX 65536u

typedef struct {
  guint8 id[GALEN_QUERY_ID_BYTES];
  gint64 day;
  guint64 query_time;
  gint64 time;
} Worst;

struct GalenSampleDays {
  GHashTable *classes; /* set of Worst */
};

static guint worst_hash(gconstpointer worst) {
  return (guint)galen_table_id_key(((const Worst *)worst)->id);
}

static gboolean worst_equal(gconstpointer a, gconstpointer b) {
  return memcmp(((const Worst *)a)->id, ((const Worst *)b)->id, GALEN_QUERY_ID_BYTES) == 0;
}

GalenSampleDays *galen_sample_days_new(void) {
  GalenSampleDays *self = g_new(GalenSampleDays, 1);
  self->classes = g_hash_table_new_full(worst_hash, worst_equal, g_free, NULL);
  return self;
}

void galen_sample_days_free(GalenSampleDays *self) {
  if (self == NULL)
    return;
  g_hash_table_unref(self->classes);
  g_free(self);
}

static gboolean is_worse(const Worst *a, const Worst *b) {
  if (a->day != b->day || a->query_time != b->query_time)
    return a->day != b->day || a->query_time > b->query_time;
  return a->time != GALEN_TIME_NONE && (b->time == GALEN_TIME_NONE || a->time <= b->time);
}

gboolean galen_sample_days_admit(GalenSampleDays *self, const guint8 id[GALEN_QUERY_ID_BYTES], gint64 day,
                                 const GalenWorst *worst) {
  Worst now = {.day = galen_series_cell(day, DAY_US), .query_time = worst->query_time, .time = worst->time};
  memcpy(now.id, id, sizeof now.id);
  Worst *known = g_hash_table_lookup(self->classes, &now);
  if (known != NULL) {
    gboolean worse = is_worse(&now, known);
    if (worse)
      *known = now;
    return worse;
  }
  if (g_hash_table_size(self->classes) >= CLASSES_MAX)
    g_hash_table_remove_all(self->classes);
  g_hash_table_add(self->classes, g_memdup2(&now, sizeof now));
  return TRUE;
}
