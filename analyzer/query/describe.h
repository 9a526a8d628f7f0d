/* What a fingerprint is about: its command, its tables and a short label for charts and tables.
 * Works on a fingerprint's text, at report time: never on the hot path. */
#pragma once

#include "../../parsers/slice.h"

typedef struct {
  char *command;     /* "SELECT", "INSERT", "CALL", "SET", "admin" … ; never NULL */
  GPtrArray *tables; /* of char *: "shop.orders" or "orders", as written, without back-quotes, each once, in order of
                         appearance, at most 16; CTE names and aliases are not tables */
  /* At most 60 characters of UTF-8, bytes that are none as \xf6: "SELECT orders, customers", "admin Quit", "COMMIT" */
  char *label;
} GalenQueryInfo;

GalenQueryInfo *galen_query_describe(GalenSlice fingerprint);
void galen_query_info_free(GalenQueryInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenQueryInfo, galen_query_info_free)
