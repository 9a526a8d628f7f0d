#include "terms.h"

struct GalenTerms {
  GPtrArray *terms; /* of GalenTerm * */
};

static void term_free(gpointer data) {
  GalenTerm *term = data;
  g_free(term->id);
  g_free(term->kind);
  g_free(term->title);
  g_free(term->meaning);
  g_free(term->advice);
  g_free(term);
}

static gboolean take(GKeyFile *file, const char *id, const char *key, char **ret_value, GError **error) {
  *ret_value = g_key_file_get_string(file, id, key, error);
  return *ret_value != NULL;
}

GalenTerms *galen_terms_load(const char *dir, GError **error) {
  g_autofree char *path = g_build_filename(dir, "terms.rules", NULL);
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
    g_prefix_error(error, "%s: ", path);
    return NULL;
  }
  g_autoptr(GalenTerms) self = g_new0(GalenTerms, 1);
  self->terms = g_ptr_array_new_with_free_func(term_free);
  g_auto(GStrv) ids = g_key_file_get_groups(file, NULL);
  for (guint i = 0; ids[i] != NULL; i++) {
    GalenTerm *term = g_new0(GalenTerm, 1);
    g_ptr_array_add(self->terms, term);
    term->id = g_strdup(ids[i]);
    if (!take(file, ids[i], "kind", &term->kind, error) || !take(file, ids[i], "title", &term->title, error) ||
        !take(file, ids[i], "meaning", &term->meaning, error)) {
      g_prefix_error(error, "%s: ", path);
      return NULL;
    }
    term->advice = g_key_file_get_string(file, ids[i], "advice", NULL);
  }
  return g_steal_pointer(&self);
}

void galen_terms_free(GalenTerms *self) {
  g_ptr_array_unref(self->terms);
  g_free(self);
}

guint galen_terms_size(const GalenTerms *self) {
  return self->terms->len;
}

const GalenTerm *galen_terms_get(const GalenTerms *self, guint index) {
  return g_ptr_array_index(self->terms, index);
}

const GalenTerm *galen_terms_find(const GalenTerms *self, const char *id) {
  for (guint i = 0; i < self->terms->len; i++) {
    const GalenTerm *term = g_ptr_array_index(self->terms, i);
    if (g_str_equal(term->id, id))
      return term;
  }
  return NULL;
}
