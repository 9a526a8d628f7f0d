#include "../findings/advice.h"
#include "../query/describe.h"
#include "../words.h"
#include "build.h"

#define SHOWN_LABEL_MAX 256u

static void describe(GalenQuery *query, const GalenClass *klass) {
  GalenSlice fingerprint = galen_slice(klass->fingerprint, klass->fingerprint_len);
  g_autoptr(GalenQueryInfo) info = galen_query_describe(fingerprint);
  query->fingerprint = galen_words_clean(fingerprint, GALEN_SHOWN_FINGERPRINT_MAX);
  query->command = galen_build_text(info->command, GALEN_SHOWN_NAME_MAX);
  query->label = galen_build_text(info->label, SHOWN_LABEL_MAX);
  for (guint i = 0; i < info->tables->len; i++)
    g_ptr_array_add(query->tables, galen_build_text(g_ptr_array_index(info->tables, i), GALEN_SHOWN_NAME_MAX));
}

static void take_sample(GalenQuery *query, const GalenSample *sample) {
  if (sample->text != NULL)
    query->sample = galen_words_clean(galen_slice(sample->text, sample->len), 0);
  query->explain = galen_build_text(sample->explain, 0);
  query->sample_bytes = sample->text_bytes;
  query->sample_time = sample->time;
  query->sample_query_time = sample->query_time;
  query->sample_path = galen_build_text(sample->path, GALEN_SHOWN_PATH_MAX);
  query->sample_line = sample->line;
}

GalenQuery *galen_build_query(const GalenClass *klass, const GalenTotals *all, const GalenAdviceRules *rules,
                              guint rank, guint color, gboolean nested) {
  GalenQuery *query = galen_query_new();
  query->rank = rank;
  query->color = color;
  galen_query_id_print(klass->id, query->id);
  describe(query, klass);
  galen_build_figures(&query->figures, &klass->totals, all->main[GALEN_MAIN_TIME].sum);
  query->contains_others = nested && g_str_equal(query->command, "CALL");
  for (guint i = 0; i < GALEN_N_TOPS; i++)
    galen_build_shares(query->shares[i], &klass->tops[i], klass->totals.main[GALEN_MAIN_TIME].sum);
  galen_build_bars(query->bars, &klass->totals.histogram[GALEN_MAIN_TIME]);
  take_sample(query, &klass->sample);
  /* The worst has 0 only when no call took longer: real when all values are known. */
  const GalenStat *time = &klass->totals.main[GALEN_MAIN_TIME];
  query->sample_untold = query->sample_query_time == 0 && time->count < klass->totals.count;
  query->series = klass->series.n > 0 ? &klass->series : NULL;
  if (rules != NULL) {
    g_ptr_array_unref(query->advice);
    query->advice = galen_advice_for_class(rules, klass, all);
  }
  return query;
}
