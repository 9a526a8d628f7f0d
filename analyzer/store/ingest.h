/* Logs into a store: what was added before is not added twice.
 *
 * Each stream is read once and is one contribution (one each host of a wrapper with several), in a transaction of its own, which
 * replaces what the store had of the same content (known.h). A file that is as it was when it was read is not read again. */
#pragma once

#include "../../parsers/input.h"
#include "../query/fingerprint.h"
#include "../query/sample.h"
#include "../rules/log_rules.h"
#include "store.h"

typedef struct {
  GTimeZone *log_zone;   /* of logs that name none; NULL: not given */
  GHashTable *log_zones; /* the same by folder, file, NODE= or host: char * to GTimeZone *; or NULL */
  const GalenLogRules *log_rules;
  gboolean mask_digits;
  GalenSampleMode samples;
  gsize block_bytes; /* as in GalenPipelineOptions, as are these: */
  void (*progress)(gpointer user, guint64 disk_bytes, guint64 bytes, gboolean done);
  void (*warn)(gpointer user, const char *what, const char *why);
  void (*note)(gpointer user, const char *what, const char *why);
  /* Called for each input with what was done with it ("12 events added"); or NULL. */
  void (*tell)(gpointer user, const char *what, const char *done);
  gpointer user;
} GalenIngestOptions;

typedef struct {
  guint logs;                     /* inputs that are logs, empty ones among them */
  guint added, replaced, skipped; /* contributions: new, read again, left as they were */
  gboolean incomplete;            /* see GalenRun */
} GalenIngestResult;

/* `where` is made when it is not there and there is something to put into it. FALSE with error: the store failed or temporary
 * space did; what was committed before stays. */
gboolean galen_ingest(const char *where, GalenInputs *inputs, const GalenIngestOptions *options,
                      GalenIngestResult *ret_result, GError **error);
