#include "short_options.h"

#include <string.h>

static gboolean takes_value(const GOptionEntry *entry) {
  return entry->arg != G_OPTION_ARG_NONE && (entry->flags & (G_OPTION_FLAG_NO_ARG | G_OPTION_FLAG_OPTIONAL_ARG)) == 0;
}

static const GOptionEntry *find_short(const GOptionEntry *entries, char name) {
  for (; entries->long_name != NULL; entries++)
    if (entries->short_name == name)
      return entries;
  return NULL;
}

static const GOptionEntry *find_long(const GOptionEntry *entries, const char *name) {
  for (; entries->long_name != NULL; entries++)
    if (strcmp(entries->long_name, name) == 0)
      return entries;
  return NULL;
}

/* Where the value begins that an option of this word, "-qj4", takes; 0: none of them takes one, or one is not known. It may be the
 * word's end: then the next word is the value. */
static gsize value_at(const GOptionEntry *entries, const char *word) {
  for (gsize i = 1; word[i] != '\0'; i++) {
    const GOptionEntry *entry = find_short(entries, word[i]);
    if (entry == NULL || takes_value(entry))
      return entry == NULL ? 0 : i + 1;
  }
  return 0;
}

/* Adds a word. TRUE: the one behind it is a value. */
static gboolean add(GPtrArray *words, const GOptionEntry *entries, const char *word) {
  if (g_str_has_prefix(word, "--")) {
    const GOptionEntry *entry = find_long(entries, word + 2);
    g_ptr_array_add(words, g_strdup(word));
    return entry != NULL && takes_value(entry);
  }
  gsize value = word[0] == '-' ? value_at(entries, word) : 0;
  if (value == 0 || word[value] == '\0') {
    g_ptr_array_add(words, g_strdup(word));
    return value != 0;
  }
  g_ptr_array_add(words, g_strndup(word, value));
  g_ptr_array_add(words, g_strdup(word + value));
  return FALSE;
}

char **galen_split_short_options(int argc, char *const *argv, const GOptionEntry *entries) {
  GPtrArray *words = g_ptr_array_new();
  gboolean is_value = TRUE; /* the program's name is as little an option as a value is */
  gboolean paths = FALSE;   /* behind "--" */
  for (int i = 0; i < argc; i++) {
    paths = paths || (!is_value && strcmp(argv[i], "--") == 0);
    if (is_value || paths) {
      g_ptr_array_add(words, g_strdup(argv[i]));
      is_value = FALSE;
    } else {
      is_value = add(words, entries, argv[i]);
    }
  }
  g_ptr_array_add(words, NULL);
  return (char **)g_ptr_array_free(words, FALSE);
}
