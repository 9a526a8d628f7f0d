#include "coder.h"

/* A number is its length in bits, which is learned, the two bits below the highest, which are learned for each length, and the
 * others as they are. Lengths stand as steps from the expected one. */
#define SYMBOL_BITS 5u
#define SYMBOLS (1u << SYMBOL_BITS)
#define SYMBOL_ZERO 0u
#define SYMBOL_FAR (SYMBOLS - 1) /* the length stands behind */
#define LENGTH_BITS 8u
#define NEXT_BITS 2u

/* Range coding as LZMA does it. */
#define TOP (1u << 24)
#define PROBABILITY_BITS 15u
#define PROBABILITY_ONE (1u << PROBABILITY_BITS)
#define PROBABILITY_LEAST 48u

/* How far one bit moves a probability, in 65536ths of the way: 2 / (2 n + 3), as it has seen n. */
#define SEEN_MAX 62u
static const gint32 steps[SEEN_MAX + 1] = {
    43691, 26214, 18725, 14564, 11916, 10082, 8738, 7710, 6899, 6242, 5699, 5243, 4855, 4520, 4228, 3972,
    3745,  3542,  3361,  3197,  3048,  2913,  2789, 2675, 2570, 2473, 2383, 2300, 2222, 2149, 2081, 2016,
    1956,  1900,  1846,  1796,  1748,  1702,  1659, 1618, 1579, 1542, 1507, 1473, 1440, 1409, 1380, 1351,
    1324,  1298,  1273,  1248,  1225,  1202,  1181, 1160, 1140, 1120, 1101, 1083, 1066, 1049, 1032};

typedef struct {
  guint16 zero; /* probability of a 0 */
  guint16 seen;
} Bit;

struct GalenCoderModel {
  Bit symbol[SYMBOLS];                /* a tree: 1 is its root */
  Bit next[SYMBOLS][1u << NEXT_BITS]; /* the same */
};

guint galen_bits_of(GalenU128 value) {
  guint64 high = (guint64)(value >> 64), low = (guint64)value;
  if (high != 0)
    return 128u - (guint)__builtin_clzll(high);
  return low != 0 ? 64u - (guint)__builtin_clzll(low) : 0;
}

static GalenCoderModel *make_models(guint n) {
  GalenCoderModel *models = g_new(GalenCoderModel, n);
  Bit *bits = (Bit *)models;
  for (gsize i = 0; i < n * sizeof *models / sizeof *bits; i++)
    bits[i] = (Bit){PROBABILITY_ONE / 2, 0};
  return models;
}

static void learn(Bit *bit, guint value) {
  gint32 target = value ? (gint32)PROBABILITY_LEAST : (gint32)(PROBABILITY_ONE - PROBABILITY_LEAST);
  bit->zero = (guint16)(bit->zero + (target - bit->zero) * steps[bit->seen] / 65536);
  bit->seen = (guint16)MIN(bit->seen + 1u, SEEN_MAX);
}

/* ---- writing ---- */

void galen_coder_init(GalenCoder *self, GalenBytes *bytes, guint n_contexts) {
  *self = (GalenCoder){
      .bytes = bytes, .models = make_models(n_contexts), .n_models = n_contexts, .range = G_MAXUINT32, .pending = 1};
}

static void shift_low(GalenCoder *self) {
  if (self->low < G_GUINT64_CONSTANT(0xff000000) || self->low > G_MAXUINT32) {
    guint8 carry = (guint8)(self->low >> 32);
    guint8 byte = self->cache;
    for (; self->pending > 0; self->pending--) {
      galen_bytes_put_u8(self->bytes, (guint8)(byte + carry));
      byte = 0xff;
    }
    self->cache = (guint8)(self->low >> 24);
  }
  self->pending++;
  self->low = (self->low & (TOP - 1)) << 8;
}

void galen_coder_end(GalenCoder *self) {
  for (guint i = 0; i < 5; i++)
    shift_low(self);
  g_clear_pointer(&self->models, g_free);
}

static void put_bit(GalenCoder *self, Bit *bit, guint value) {
  guint32 bound = (self->range >> PROBABILITY_BITS) * bit->zero;
  if (value) {
    self->low += bound;
    self->range -= bound;
  } else {
    self->range = bound;
  }
  learn(bit, value);
  for (; self->range < TOP; self->range <<= 8)
    shift_low(self);
}

void galen_coder_put_bits(GalenCoder *self, guint64 value, guint bits) {
  while (bits > 0) {
    self->range >>= 1;
    if (value >> --bits & 1)
      self->low += self->range;
    for (; self->range < TOP; self->range <<= 8)
      shift_low(self);
  }
}

static void put_tree(GalenCoder *self, Bit *tree, guint value, guint bits) {
  for (guint node = 1; bits > 0;) {
    guint bit = value >> --bits & 1;
    put_bit(self, &tree[node], bit);
    node = node << 1 | bit;
  }
}

static guint symbol_of(guint length, guint expected) {
  if (length == 0)
    return SYMBOL_ZERO;
  guint symbol = length + GALEN_CODER_ANY - expected;
  return symbol > SYMBOL_ZERO && symbol < SYMBOL_FAR ? symbol : SYMBOL_FAR;
}

void galen_coder_put_near(GalenCoder *self, guint context, guint bits, GalenU128 value) {
  GalenCoderModel *model = &self->models[context];
  guint length = galen_bits_of(value), symbol = symbol_of(length, bits);
  put_tree(self, model->symbol, symbol, SYMBOL_BITS);
  if (symbol == SYMBOL_FAR)
    galen_coder_put_bits(self, length, LENGTH_BITS);
  if (length < 2)
    return;
  guint left = length - 1, next = MIN(left, NEXT_BITS);
  left -= next;
  put_tree(self, model->next[symbol], (guint)(value >> left) & ((1u << next) - 1), next);
  if (left > 64)
    galen_coder_put_bits(self, (guint64)(value >> 64), left - 64);
  galen_coder_put_bits(self, (guint64)value, MIN(left, 64));
}

void galen_coder_put(GalenCoder *self, guint context, GalenU128 value) {
  galen_coder_put_near(self, context, GALEN_CODER_ANY, value);
}

/* ---- reading ---- */

void galen_decoder_init(GalenDecoder *self, GalenBytesReader *bytes, guint n_contexts) {
  *self =
      (GalenDecoder){.bytes = bytes, .models = make_models(n_contexts), .n_models = n_contexts, .range = G_MAXUINT32};
  (void)galen_bytes_get_u8(bytes); /* what the first carry would have gone to */
  for (guint i = 0; i < 4; i++)
    self->code = self->code << 8 | galen_bytes_get_u8(bytes);
}

void galen_decoder_clear(GalenDecoder *self) {
  g_clear_pointer(&self->models, g_free);
}

static void normalize(GalenDecoder *self) {
  for (; self->range < TOP; self->range <<= 8)
    self->code = self->code << 8 | galen_bytes_get_u8(self->bytes);
}

static guint get_bit(GalenDecoder *self, Bit *bit) {
  guint32 bound = (self->range >> PROBABILITY_BITS) * bit->zero;
  guint value = self->code >= bound;
  if (value) {
    self->code -= bound;
    self->range -= bound;
  } else {
    self->range = bound;
  }
  learn(bit, value);
  normalize(self);
  return value;
}

guint64 galen_decoder_get_bits(GalenDecoder *self, guint bits) {
  guint64 value = 0;
  for (; bits > 0; bits--) {
    self->range >>= 1;
    guint bit = self->code >= self->range;
    self->code -= bit ? self->range : 0;
    value = value << 1 | bit;
    normalize(self);
  }
  return self->bytes->failed ? 0 : value;
}

static guint get_tree(GalenDecoder *self, Bit *tree, guint bits) {
  guint node = 1;
  for (guint i = 0; i < bits; i++)
    node = node << 1 | get_bit(self, &tree[node]);
  return node - (1u << bits);
}

/* 0 and failed: such a length is none. */
static guint get_length(GalenDecoder *self, guint symbol, guint expected) {
  if (symbol == SYMBOL_ZERO)
    return 0;
  guint length =
      symbol == SYMBOL_FAR ? (guint)galen_decoder_get_bits(self, LENGTH_BITS) : symbol + expected - GALEN_CODER_ANY;
  if (length > 0 && length <= 128)
    return length;
  self->bytes->failed = TRUE;
  return 0;
}

GalenU128 galen_decoder_get_near(GalenDecoder *self, guint context, guint bits) {
  GalenCoderModel *model = &self->models[context];
  guint symbol = get_tree(self, model->symbol, SYMBOL_BITS), length = get_length(self, symbol, bits);
  if (length < 2)
    return self->bytes->failed ? 0 : length;
  guint left = length - 1, next = MIN(left, NEXT_BITS);
  left -= next;
  GalenU128 value = 1u << next | get_tree(self, model->next[symbol], next);
  if (left > 64) {
    value = value << (left - 64) | galen_decoder_get_bits(self, left - 64);
    left = 64;
  }
  value = value << left | galen_decoder_get_bits(self, left);
  return self->bytes->failed ? 0 : value;
}

GalenU128 galen_decoder_get(GalenDecoder *self, guint context) {
  return galen_decoder_get_near(self, context, GALEN_CODER_ANY);
}
