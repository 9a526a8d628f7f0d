/* Numbers come out of the coder as they went in, whatever was expected, and nothing that is damaged is read for ever. */
#include "analyzer/digest/coder.h"

#define CONTEXTS 5u
#define NUMBERS 20000u

typedef struct {
  guint context, bits, how;
  GalenU128 value;
} Number;

static Number random_number(GRand *rand) {
  guint bits = (guint)g_rand_int_range(rand, 0, 129);
  GalenU128 value = 0;
  for (guint i = 0; i < 4; i++)
    value = value << 32 | g_rand_int(rand);
  value = bits < 128 ? value & (((GalenU128)1 << bits) - 1) : value;
  if (g_rand_int_range(rand, 0, 3) > 0)
    value &= 7;
  return (Number){.context = (guint)g_rand_int_range(rand, 0, CONTEXTS),
                  .bits = (guint)g_rand_int_range(rand, 0, 70),
                  .how = (guint)g_rand_int_range(rand, 0, 3),
                  .value = value};
}

static void put(GalenCoder *coder, const Number *number) {
  if (number->how == 0)
    galen_coder_put(coder, number->context, number->value);
  else if (number->how == 1)
    galen_coder_put_near(coder, number->context, number->bits, number->value);
  else
    galen_coder_put_bits(coder, (guint64)number->value, MIN(number->bits, 64));
}

static GalenU128 get(GalenDecoder *decoder, const Number *number) {
  if (number->how == 0)
    return galen_decoder_get(decoder, number->context);
  if (number->how == 1)
    return galen_decoder_get_near(decoder, number->context, number->bits);
  return galen_decoder_get_bits(decoder, MIN(number->bits, 64));
}

static GalenU128 expected(const Number *number) {
  guint bits = MIN(number->bits, 64);
  guint64 low = (guint64)number->value;
  if (number->how < 2)
    return number->value;
  return bits == 64 ? low : low & ((G_GUINT64_CONSTANT(1) << bits) - 1);
}

static void encode(const Number *numbers, guint n, GalenBytes *bytes) {
  GalenCoder coder;
  galen_bytes_init(bytes, 1u << 24);
  galen_coder_init(&coder, bytes, CONTEXTS);
  for (guint i = 0; i < n; i++)
    put(&coder, &numbers[i]);
  galen_coder_end(&coder);
  g_assert_false(bytes->failed);
}

static void test_round_trip(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
  g_autofree Number *numbers = g_new(Number, NUMBERS);
  for (guint n = 0; n < NUMBERS; n = n * 3 + 1) {
    for (guint i = 0; i < n; i++)
      numbers[i] = random_number(rand);
    GalenBytes bytes;
    encode(numbers, n, &bytes);
    GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
    GalenDecoder decoder;
    galen_decoder_init(&decoder, &reader, CONTEXTS);
    for (guint i = 0; i < n; i++)
      g_assert_true(get(&decoder, &numbers[i]) == expected(&numbers[i]));
    galen_decoder_clear(&decoder);
    g_assert_false(reader.failed);
    g_assert_true(reader.data == reader.end); /* all is used, and no more */
    galen_bytes_clear(&bytes);
  }
}

/* What is usual costs next to nothing. */
static void test_learns(void) {
  Number numbers[4000];
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    numbers[i] = (Number){.context = i % 2, .value = i % 2 == 0 ? 1 : 5};
  GalenBytes bytes;
  encode(numbers, G_N_ELEMENTS(numbers), &bytes);
  g_assert_cmpuint(bytes.len, <, 150);
  galen_bytes_clear(&bytes);
}

static void test_cut(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
  Number numbers[500];
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    numbers[i] = random_number(rand);
  GalenBytes bytes;
  encode(numbers, G_N_ELEMENTS(numbers), &bytes);
  for (gsize len = 0; len < bytes.len; len += 7) {
    GalenBytesReader reader = {bytes.data, bytes.data + len, FALSE};
    GalenDecoder decoder;
    galen_decoder_init(&decoder, &reader, CONTEXTS);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
      (void)get(&decoder, &numbers[i]);
    g_assert_true(reader.failed);
    g_assert_true(galen_decoder_get(&decoder, 0) == 0);
    galen_decoder_clear(&decoder);
  }
  galen_bytes_clear(&bytes);
}

static void test_bits(void) {
  g_assert_cmpuint(galen_bits_of(0), ==, 0);
  g_assert_cmpuint(galen_bits_of(1), ==, 1);
  g_assert_cmpuint(galen_bits_of(255), ==, 8);
  g_assert_cmpuint(galen_bits_of((GalenU128)1 << 64), ==, 65);
  g_assert_cmpuint(galen_bits_of(~(GalenU128)0), ==, 128);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/coder/round-trip", test_round_trip);
  g_test_add_func("/coder/learns", test_learns);
  g_test_add_func("/coder/cut", test_cut);
  g_test_add_func("/coder/bits", test_bits);
  return g_test_run();
}
