/* What the tests of advice rules share: asking for a class's figures, and noting them in words. */
#include "advice_tests.h"

#include "../words.h"

double galen_advice_mean(const GalenAdviceCase *self, GalenMainAttr attr) {
  const GalenStat *stat = &self->totals->main[attr];
  return stat->count > 0 ? galen_stat_mean(stat) : -1;
}

double galen_advice_sum(const GalenAdviceCase *self, GalenMainAttr attr) {
  const GalenStat *stat = &self->totals->main[attr];
  return stat->count > 0 ? (double)stat->sum : -1;
}

const GalenAttrStat *galen_advice_attr(const GalenAdviceCase *self, const char *name, const char *other) {
  const GArray *attrs = self->totals->attrs;
  for (guint i = 0; attrs != NULL && i < attrs->len; i++) {
    const GalenAttrStat *attr = &g_array_index(attrs, GalenAttrStat, i);
    if (attr->stat.count > 0 && (g_str_equal(attr->name, name) || g_strcmp0(attr->name, other) == 0))
      return attr;
  }
  return NULL;
}

double galen_advice_attr_sum(const GalenAdviceCase *self, const char *name, const char *other) {
  const GalenAttrStat *attr = galen_advice_attr(self, name, other);
  if (attr == NULL)
    return -1;
  return attr->unit == GALEN_UNIT_NS ? (double)attr->stat.sum / 1000 : (double)attr->stat.sum;
}

const GalenFlagStat *galen_advice_flag(const GalenAdviceCase *self, const char *name) {
  const GArray *flags = self->totals->flags;
  for (guint i = 0; flags != NULL && i < flags->len; i++) {
    const GalenFlagStat *flag = &g_array_index(flags, GalenFlagStat, i);
    if (flag->seen > 0 && g_str_equal(flag->name, name))
      return flag;
  }
  return NULL;
}

gboolean galen_advice_begins(const GalenAdviceCase *self, const char *word) {
  gsize len = strlen(word);
  GalenSlice text = galen_slice(self->klass->fingerprint, self->klass->fingerprint_len);
  while (text.len > 0 && *text.data == '(')
    text = galen_slice(text.data + 1, text.len - 1);
  return galen_slice_starts(text, word) && (text.len == len || !g_ascii_isalnum(text.data[len]));
}

gboolean galen_advice_is_read(const GalenAdviceCase *self) {
  return galen_advice_begins(self, "select") || galen_advice_begins(self, "with");
}

gboolean galen_advice_is_write(const GalenAdviceCase *self) {
  return galen_advice_begins(self, "update") || galen_advice_begins(self, "delete");
}

gboolean galen_advice_is_insert(const GalenAdviceCase *self) {
  return galen_advice_begins(self, "insert") || galen_advice_begins(self, "replace");
}

void galen_advice_set_text(GalenAdviceCase *self, const char *name, char *text) {
  g_hash_table_replace(self->figures, (gpointer)name, text);
}

void galen_advice_set_count(GalenAdviceCase *self, const char *name, double value) {
  galen_advice_set_text(self, name, galen_words_count(value));
}

void galen_advice_set_share(GalenAdviceCase *self, const char *name, double part) {
  galen_advice_set_text(self, name, galen_words_share(part));
}

void galen_advice_set_duration(GalenAdviceCase *self, const char *name, double us) {
  galen_advice_set_text(self, name, galen_words_duration(us));
}

void galen_advice_set_bytes(GalenAdviceCase *self, const char *name, double bytes) {
  galen_advice_set_text(self, name, galen_words_bytes(bytes));
}
