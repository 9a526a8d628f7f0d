#include "attrs.h"

typedef struct {
  GalenAttrInfo info;
  guint16 next; /* of the same name, GALEN_ATTR_NONE: last */
} Attr;

struct GalenAttrs {
  GArray *attrs;       /* of Attr, by number */
  GHashTable *by_name; /* interned name -> number + 1 of the first of that name */
  guint known;
  guint16 hints[GALEN_ATTR_DYNAMIC_MAX]; /* what a dictionary's id stood for last */
};

static const Attr *attr_at(const GalenAttrs *self, guint number) {
  return &g_array_index(self->attrs, Attr, number);
}

static guint16 append(GalenAttrs *self, const char *name, GalenUnit unit, GalenAttrKind kind) {
  guint16 number = (guint16)self->attrs->len;
  gpointer first = g_hash_table_lookup(self->by_name, name);
  Attr attr = {.info = {name, unit, kind},
               .next = (guint16)(first == NULL ? GALEN_ATTR_NONE : GPOINTER_TO_UINT(first) - 1)};
  g_array_append_val(self->attrs, attr);
  g_hash_table_replace(self->by_name, (gpointer)name, GUINT_TO_POINTER(number + 1u));
  return number;
}

GalenAttrs *galen_attrs_new(void) {
  GalenAttrs *self = g_new0(GalenAttrs, 1);
  self->attrs = g_array_new(FALSE, FALSE, sizeof(Attr));
  self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  self->known = galen_attr_known_count();
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  for (guint id = 0; id < self->known; id++) {
    const GalenAttrInfo *info = galen_attr_dict_get(dict, (guint16)id);
    append(self, g_intern_string(info->name), info->unit, info->kind);
  }
  return self;
}

void galen_attrs_free(GalenAttrs *self) {
  if (self == NULL)
    return;
  g_array_unref(self->attrs);
  g_hash_table_unref(self->by_name);
  g_free(self);
}

guint galen_attrs_size(const GalenAttrs *self) {
  return self->attrs->len;
}

guint galen_attrs_known(const GalenAttrs *self) {
  return self->known;
}

const GalenAttrInfo *galen_attrs_info(const GalenAttrs *self, guint16 number) {
  return &attr_at(self, number)->info;
}

guint16 galen_attrs_intern(GalenAttrs *self, GalenSlice name, GalenUnit unit, GalenAttrKind kind) {
  char text[GALEN_ATTR_NAME_MAX + 1];
  if (name.len > GALEN_ATTR_NAME_MAX)
    return GALEN_ATTR_NONE;
  memcpy(text, name.data, name.len);
  text[name.len] = '\0';
  guint next = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_name, text));
  guint16 number = (guint16)(next == 0 ? GALEN_ATTR_NONE : next - 1);
  for (; number != GALEN_ATTR_NONE; number = attr_at(self, number)->next) {
    const GalenAttrInfo *info = galen_attrs_info(self, number);
    if (info->unit == unit && info->kind == kind)
      return number;
  }
  if (self->attrs->len >= GALEN_DIGEST_ATTRS_MAX)
    return GALEN_ATTR_NONE;
  return append(self, g_intern_string(text), unit, kind);
}

guint16 galen_attrs_translate(GalenAttrs *self, const GalenAttrDict *dict, guint16 id) {
  const GalenAttrInfo *info = dict == NULL ? NULL : galen_attr_dict_get(dict, id);
  if (info == NULL)
    return GALEN_ATTR_NONE;
  guint16 *hint = &self->hints[(id - self->known) % GALEN_ATTR_DYNAMIC_MAX];
  const GalenAttrInfo *last = *hint < self->attrs->len ? galen_attrs_info(self, *hint) : NULL;
  if (last != NULL && last->unit == info->unit && last->kind == info->kind && strcmp(last->name, info->name) == 0)
    return *hint;
  guint16 number = galen_attrs_intern(self, galen_slice(info->name, strlen(info->name)), info->unit, info->kind);
  if (number != GALEN_ATTR_NONE)
    *hint = number;
  return number;
}

static gboolean has_lower_unit(const GalenAttrs *self, const GalenAttrInfo *info) {
  guint first = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_name, info->name));
  for (guint16 i = (guint16)(first - 1); i != GALEN_ATTR_NONE; i = attr_at(self, i)->next) {
    const GalenAttrInfo *other = galen_attrs_info(self, i);
    if (other->kind == info->kind && other->unit < info->unit)
      return TRUE;
  }
  return FALSE;
}

const char **galen_attrs_labels(const GalenAttrs *self) {
  static const char *const endings[] = {
      [GALEN_UNIT_COUNT] = "", [GALEN_UNIT_BYTES] = "_bytes", [GALEN_UNIT_US] = "_us", [GALEN_UNIT_NS] = "_ns"};
  const char **labels = g_new(const char *, self->attrs->len + 1);
  for (guint i = 0; i < self->attrs->len; i++) {
    const GalenAttrInfo *info = galen_attrs_info(self, (guint16)i);
    labels[i] = info->name;
    if (has_lower_unit(self, info)) {
      g_autofree char *text = g_strconcat(info->name, endings[info->unit], NULL);
      labels[i] = g_intern_string(text);
    }
  }
  labels[self->attrs->len] = NULL;
  return labels;
}
