/* JSON strings as logs have them: where one ends, and what it says. */
#pragma once

#include "slice.h"

/* `*at` is at the quote that opens a string. Returns its inside as written and moves `*at` behind the closing quote; FALSE:
 * it does not end before `end`. */
gboolean galen_json_string(const char **at, const char *end, GalenSlice *ret_inside);
/* Appends the inside of a string with its escapes resolved. What is no escape stays as it is; half a surrogate pair becomes
 * U+FFFD, "\u0000" the byte 0. */
void galen_json_decode(GString *out, GalenSlice inside);
