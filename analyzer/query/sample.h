/* Samples: one statement of a class to show, bounded and masked.
 *
 * Literals are personal data and passwords are secrets: MASKED replaces every literal by '?', removes
 * comments and keeps the rest as written; FULL keeps literals but masks passwords (IDENTIFIED BY '…',
 * IDENTIFIED BY PASSWORD, IDENTIFIED WITH x AS|BY|USING '…', PASSWORD('…'), OLD_PASSWORD, SET PASSWORD = '…',
 * MASTER_PASSWORD / SOURCE_PASSWORD = '…', wsrep_sst_auth = '…', ENCRYPTION keys, USER/PASSWORD options of
 * CREATE SERVER) and strings that speak of them, such as statements to PREPARE. Long statements keep head and tail with a mark between them that says how many bytes are
 * left out. Resumable like the fingerprinter. */
#pragma once

#include "../../parsers/slice.h"

typedef enum {
  GALEN_SAMPLES_NONE,
  GALEN_SAMPLES_MASKED,
  GALEN_SAMPLES_FULL,
} GalenSampleMode;

#define GALEN_SAMPLE_HEAD 3072u
#define GALEN_SAMPLE_TAIL 1024u
/* Most bytes of a finished sample: head, mark, tail. */
#define GALEN_SAMPLE_MAX 4224u

typedef struct GalenSampler GalenSampler;

GalenSampler *galen_sampler_new(GalenSampleMode mode);
void galen_sampler_free(GalenSampler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenSampler, galen_sampler_free)

void galen_sampler_begin(GalenSampler *self, gboolean no_backslash);
void galen_sampler_feed(GalenSampler *self, const char *data, gsize len);
/* The finished sample; valid until the next begin. Empty in mode NONE. Bytes are still the log's: not UTF-8 checked. */
GalenSlice galen_sampler_end(GalenSampler *self);
