#include "log_rules_text.h"

#include <string.h>

static gboolean refuse(const GalenRuleText *self, guint line, GError **error, const char *why, GalenSlice what) {
  g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "%s:%u: %s%s%.*s%s", self->origin, line, why,
              what.len > 0 ? " “" : "", (int)what.len, what.len > 0 ? what.data : "", what.len > 0 ? "”" : "");
  return FALSE;
}

static GalenSlice stripped(const char *from, const char *end) {
  while (from < end && g_ascii_isspace(*from))
    from++;
  while (end > from && g_ascii_isspace(end[-1]))
    end--;
  return galen_slice(from, (gsize)(end - from));
}

/* ---- lines ---- */

typedef struct {
  GalenRuleText *text;
  const char *const *known;
  GHashTable *ids;
} Reader;

static const char *known_key(const Reader *self, GalenSlice key) {
  for (guint i = 0; self->known[i] != NULL; i++)
    if (galen_slice_is(key, self->known[i]))
      return self->known[i];
  return NULL;
}

static gboolean add_group(const Reader *self, GalenSlice name, guint line, GError **error) {
  GalenRuleGroup group = {g_strndup(name.data, name.len), line, self->text->keys->len, 0};
  g_array_append_val(self->text->groups, group);
  return g_hash_table_add(self->ids, group.id) || refuse(self->text, line, error, "this rule was there before:", name);
}

static gboolean add_key(const Reader *self, GalenSlice key, GalenSlice value, guint line, GError **error) {
  GArray *groups = self->text->groups;
  GalenRuleGroup *group = &g_array_index(groups, GalenRuleGroup, groups->len - 1);
  GalenRuleKey entry = {known_key(self, key), value, line};
  if (entry.key == NULL) {
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s:%u: [%s] %.*s: there is no such key",
                self->text->origin, line, group->id, (int)key.len, key.data);
    return FALSE;
  }
  if (galen_rule_text_find(self->text, group, entry.key) != NULL)
    return refuse(self->text, line, error, "this key was there before:", key);
  g_array_append_val(self->text->keys, entry);
  group->n++;
  return TRUE;
}

static gboolean add_line(const Reader *self, const char *from, const char *end, guint line, GError **error) {
  GalenSlice text = stripped(from, end);
  if (text.len == 0 || text.data[0] == '#')
    return TRUE;
  if (text.data[0] == '[' && text.len > 2 && text.data[text.len - 1] == ']')
    return add_group(self, galen_slice(text.data + 1, text.len - 2), line, error);
  const char *equals = memchr(text.data, '=', text.len);
  if (equals == NULL || equals == text.data)
    return refuse(self->text, line, error, "neither “key=value” nor “[rule]”:", text);
  if (self->text->groups->len == 0)
    return refuse(self->text, line, error, "a key before the first “[rule]”:", text);
  /* Space at a value's end is part of it. */
  if (end > from && end[-1] == '\r')
    end--;
  const char *value = equals + 1;
  while (value < end && g_ascii_isspace(*value))
    value++;
  return add_key(self, stripped(text.data, equals), galen_slice(value, (gsize)(end - value)), line, error);
}

static gboolean add_lines(const Reader *self, const char *text, gsize len, GError **error) {
  const char *bad = NULL;
  guint n = 0;
  if (!g_utf8_validate_len(text, len, &bad)) {
    for (const char *at = text; at < bad; at++)
      n += *at == '\n';
    return refuse(self->text, n + 1, error, "this is not UTF-8 text", galen_slice("", 0));
  }
  for (const char *at = text, *end = text + len; at < end;) {
    const char *stop = memchr(at, '\n', (gsize)(end - at));
    stop = stop != NULL ? stop : end;
    if (!add_line(self, at, stop, ++n, error))
      return FALSE;
    at = stop + 1;
  }
  return TRUE;
}

gboolean galen_rule_text_init(GalenRuleText *self, const char *text, gsize len, const char *origin,
                              const char *const *known, GError **error) {
  g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
  self->origin = origin;
  self->keys = g_array_new(FALSE, FALSE, sizeof(GalenRuleKey));
  self->groups = g_array_new(FALSE, FALSE, sizeof(GalenRuleGroup));
  Reader reader = {self, known, ids};
  return add_lines(&reader, text, len, error);
}

void galen_rule_text_clear(GalenRuleText *self) {
  for (guint i = 0; self->groups != NULL && i < self->groups->len; i++)
    g_free(g_array_index(self->groups, GalenRuleGroup, i).id);
  g_clear_pointer(&self->groups, g_array_unref);
  g_clear_pointer(&self->keys, g_array_unref);
}

/* ---- values ---- */

const GalenRuleKey *galen_rule_text_find(const GalenRuleText *self, const GalenRuleGroup *group, const char *key) {
  for (guint i = 0; i < group->n; i++) {
    const GalenRuleKey *entry = &g_array_index(self->keys, GalenRuleKey, group->first + i);
    if (strcmp(entry->key, key) == 0)
      return entry;
  }
  return NULL;
}

static gboolean is_plain(const GalenRuleKey *self) {
  return memchr(self->value.data, '\\', self->value.len) == NULL;
}

/* A key file with nothing but this value in it. */
static GKeyFile *file_of(const GalenRuleKey *self, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autofree char *text = g_strdup_printf("[g]\nk=%.*s\n", (int)self->value.len, self->value.data);
  return g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, error) ? g_steal_pointer(&file) : NULL;
}

char *galen_rule_key_string(const GalenRuleKey *self, GError **error) {
  if (is_plain(self))
    return g_strndup(self->value.data, self->value.len);
  g_autoptr(GKeyFile) file = file_of(self, error);
  g_autoptr(GError) why = NULL;
  g_autofree char *text = file != NULL ? g_key_file_get_string(file, "g", "k", &why) : NULL;
  /* A wrong escape leaves a text and an error. */
  if (why != NULL) {
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
  }
  return g_steal_pointer(&text);
}

GStrv galen_rule_key_list(const GalenRuleKey *self, GError **error) {
  if (is_plain(self)) {
    g_autofree char *value = g_strndup(self->value.data, self->value.len);
    GStrv words = g_strsplit(value, ";", 0);
    guint n = g_strv_length(words);
    if (n > 0 && *words[n - 1] == '\0') /* behind the last separator there is none */
      g_clear_pointer(&words[n - 1], g_free);
    return words;
  }
  g_autoptr(GKeyFile) file = file_of(self, error);
  g_autoptr(GError) why = NULL;
  g_auto(GStrv) words = file != NULL ? g_key_file_get_string_list(file, "g", "k", NULL, &why) : NULL;
  if (why != NULL) {
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
  }
  return g_steal_pointer(&words);
}
