/* Numbers as briefly as what came before allows: a range coder whose models learn while they are used.
 *
 * Every number has a context, the number of a model: what it means. Both sides give the same contexts in the same order. What is
 * written is the same on all machines; a change of anything in coder.c makes another version of the records that are made of it. */
#pragma once

#include "bytes.h"

typedef struct GalenCoderModel GalenCoderModel;

typedef struct {
  GalenBytes *bytes;
  GalenCoderModel *models;
  guint n_models;
  guint64 low, pending;
  guint32 range;
  guint8 cache;
} GalenCoder;

typedef struct {
  GalenBytesReader *bytes;
  GalenCoderModel *models;
  guint n_models;
  guint32 range, code;
} GalenDecoder;

/* Where a number of `bits` bits is expected, see below: nothing is. */
#define GALEN_CODER_ANY 16u

/* Appends to `bytes`, which have to outlive it. */
void galen_coder_init(GalenCoder *self, GalenBytes *bytes, guint n_contexts);
/* Writes what is pending; nothing may follow. */
void galen_coder_end(GalenCoder *self);
void galen_coder_put(GalenCoder *self, guint context, GalenU128 value);
/* The same, where a number of about so many bits is expected. */
void galen_coder_put_near(GalenCoder *self, guint context, guint bits, GalenU128 value);
/* The lowest `bits` bits of a number of which nothing is expected. */
void galen_coder_put_bits(GalenCoder *self, guint64 value, guint bits);

/* What is damaged or cut sets bytes->failed; numbers are 0 from then on. */
void galen_decoder_init(GalenDecoder *self, GalenBytesReader *bytes, guint n_contexts);
void galen_decoder_clear(GalenDecoder *self);
GalenU128 galen_decoder_get(GalenDecoder *self, guint context);
GalenU128 galen_decoder_get_near(GalenDecoder *self, guint context, guint bits);
guint64 galen_decoder_get_bits(GalenDecoder *self, guint bits);

/* How many bits a number has; 0: none. */
guint galen_bits_of(GalenU128 value);
