/* Short options with their value in the same word, -j4 or -qj4, which GOption does not know. */
#pragma once

#include <glib.h>

/* A copy of argv in which such a word has become two, "-j" "4"; what the options take as values, and all behind "--", stays.
 * `entries` ends with zeroes. */
char **galen_split_short_options(int argc, char *const *argv, const GOptionEntry *entries);
