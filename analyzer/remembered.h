/* The incidents of all that a store has, written into it for people who read it with SQL. Reports find them anew. */
#pragma once

#include "rules/log_rules.h"
#include "store/store.h"

typedef struct {
  const GalenLogRules *rules;
  GTimeZone *log_zone;   /* of logs that name none; or NULL */
  GHashTable *log_zones; /* the same for single nodes; or NULL */
} GalenRememberOptions;

/* FALSE with error: the store cannot be read or written; its list is as it was. */
gboolean galen_remember_incidents(const char *store, const GalenRememberOptions *options, GError **error);
