#include "log_rules_private.h"

/* ---- tables ---- */

static int by_key_and_rule(gconstpointer a, gconstpointer b) {
  const GalenLogEntry *x = a, *y = b;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return x->rule->rule.index < y->rule->rule.index ? -1 : x->rule->rule.index > y->rule->rule.index;
}

static void table_init(GalenLogTable *self) {
  self->entries = g_array_new(FALSE, FALSE, sizeof(GalenLogEntry));
}

static void table_add(GalenLogTable *self, guint64 key, const GalenLogRuleFull *rule, const GalenSlice *literal,
                      guint offset) {
  GalenLogEntry entry = {.key = key, .rule = rule};
  if (literal != NULL) {
    entry.literal = literal->data;
    entry.len = (guint8)literal->len;
    entry.offset = (guint8)offset;
    entry.last = literal->data[literal->len - 1];
  }
  g_array_append_val(self->entries, entry);
}

static void table_insert(GalenLogTable *self, guint64 key, guint first, guint n) {
  guint mask = (1u << (64 - self->shift)) - 1;
  guint at = (guint)((key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) >> self->shift);
  while (self->slots[at].n > 0)
    at = (at + 1) & mask;
  self->slots[at] = (GalenLogSlot){key, first, n};
}

/* No more than half of the slots are taken. */
static void table_finish(GalenLogTable *self) {
  guint n = self->entries->len;
  if (n == 0)
    return;
  g_array_sort(self->entries, by_key_and_rule);
  guint bits = g_bit_storage(n) + 1;
  self->shift = 64 - bits;
  self->slots = g_new0(GalenLogSlot, (gsize)1 << bits);
  const GalenLogEntry *entries = (const GalenLogEntry *)(gpointer)self->entries->data;
  for (guint first = 0, end = 0; first < n; first = end) {
    while (end < n && entries[end].key == entries[first].key)
      end++;
    table_insert(self, entries[first].key, first, end - first);
  }
}

static void table_clear(GalenLogTable *self) {
  g_array_unref(self->entries);
  g_free(self->slots);
}

/* ---- what goes where ---- */

G_STATIC_ASSERT(GALEN_LOG_RULE_LITERAL_MAX <= G_MAXUINT8);

/* How many literals have a gram, hashed: what many rules have, many messages have. */
#define COUNTS 16384u

typedef struct {
  GalenLogIndex *index;
  guint16 *counts;
} Builder;

static guint16 *count_of(const Builder *self, const char *at) {
  guint32 gram;
  memcpy(&gram, at, sizeof gram);
  return &self->counts[galen_log_gram_hash(gram) / (G_MAXUINT32 / COUNTS + 1)];
}

static void count_grams(Builder *self, const GArray *literals) {
  for (guint i = 0; literals != NULL && i < literals->len; i++) {
    const GalenSlice *literal = &g_array_index(literals, GalenSlice, i);
    for (gsize at = 0; at + GALEN_LOG_GRAM <= literal->len; at++) {
      guint16 *count = count_of(self, literal->data + at);
      if (*count < G_MAXUINT16)
        (*count)++;
    }
  }
}

/* How often a byte stands in a message, roughly: rare ones tell more. */
static guint commonness(char c) {
  static const guint8 most[G_MAXUINT8 + 1] = {
      [' '] = 1, ['\0'] = 1, ['e'] = 1, ['t'] = 1, ['a'] = 1, ['o'] = 1, ['n'] = 1, ['i'] = 1, ['r'] = 1, ['s'] = 1};
  if (most[(guchar)c])
    return 4;
  return g_ascii_islower(c) ? 3 : g_ascii_isdigit(c) ? 2 : 1;
}

/* Where in the literal the bytes stand that tell most. */
static guint best_window(const Builder *self, const GalenSlice *literal) {
  guint best = 0, best_score = G_MAXUINT;
  for (guint at = 0; at + GALEN_LOG_SCANNED <= literal->len; at++) {
    guint score = 0;
    for (guint i = 0; i < GALEN_LOG_STRIDE; i++)
      score += *count_of(self, literal->data + at + i) * (4 * GALEN_LOG_SCANNED);
    for (guint i = 0; i < GALEN_LOG_SCANNED; i++)
      score += commonness(literal->data[at + i]);
    if (score < best_score) {
      best = at;
      best_score = score;
    }
  }
  return best;
}

static void add_grams(Builder *self, const GalenLogRuleFull *rule, const GalenSlice *literal) {
  guint base = best_window(self, literal);
  for (guint i = 0; i < GALEN_LOG_STRIDE; i++) {
    guint32 gram;
    memcpy(&gram, literal->data + base + i, sizeof gram);
    guint32 hash = galen_log_gram_hash(gram);
    self->index->filter[hash >> 22] |= galen_log_gram_bits(hash);
    table_add(&self->index->grams, gram, rule, literal, base + i);
  }
}

static void find_rare_bytes(GalenLogRuleFull *rule) {
  guint n = rule->contains != NULL ? rule->contains->len : 0;
  g_free(rule->rare);
  rule->rare = g_new0(guint8, n + 1);
  for (guint i = 0; i < n; i++) {
    const GalenSlice *literal = &g_array_index(rule->contains, GalenSlice, i);
    for (gsize at = 1; at < literal->len; at++)
      if (commonness(literal->data[at]) < commonness(literal->data[rule->rare[i]]))
        rule->rare[i] = (guint8)at;
  }
}

static gboolean all_at_least(const GArray *literals, gsize len) {
  for (guint i = 0; i < literals->len; i++)
    if (g_array_index(literals, GalenSlice, i).len < len)
      return FALSE;
  return TRUE;
}

static void add_starts(GalenLogIndex *self, const GalenLogRuleFull *rule) {
  for (guint i = 0; i < rule->starts->len; i++) {
    const GalenSlice *literal = &g_array_index(rule->starts, GalenSlice, i);
    guint size = G_N_ELEMENTS(galen_log_start_sizes) - 1;
    while (size > 0 && literal->len < galen_log_start_sizes[size])
      size--;
    guint64 key = galen_log_start_key(literal->data, galen_log_start_sizes[size]);
    table_add(&self->starts[size], key, rule, literal, 0);
  }
}

static void add_codes(GalenLogIndex *self, const GalenLogRuleFull *rule, const GArray *codes) {
  for (guint i = 0; codes != NULL && i < codes->len; i++)
    table_add(&self->codes, g_array_index(codes, guint32, i), rule, NULL, 0);
}

static void add_block(GalenLogIndex *self, const GalenLogRuleFull *rule) {
  for (guint i = 0; i < G_N_ELEMENTS(self->blocks); i++)
    if (rule->blocks & (1u << i)) {
      if (self->blocks[i] == NULL)
        self->blocks[i] = g_ptr_array_new();
      g_ptr_array_add(self->blocks[i], (gpointer)rule);
    }
}

static void add_rule(Builder *builder, GalenLogRuleFull *rule) {
  GalenLogIndex *self = builder->index;
  self->n++;
  find_rare_bytes(rule);
  add_codes(self, rule, rule->also_codes);
  if (rule->codes != NULL)
    add_codes(self, rule, rule->codes);
  else if (rule->starts != NULL && all_at_least(rule->starts, GALEN_LOG_GRAM))
    add_starts(self, rule);
  else if (rule->starts != NULL || (rule->contains != NULL && !all_at_least(rule->contains, GALEN_LOG_SCANNED)))
    g_ptr_array_add(self->slow, rule);
  else if (rule->contains != NULL)
    for (guint i = 0; i < rule->contains->len; i++)
      add_grams(builder, rule, &g_array_index(rule->contains, GalenSlice, i));
  else if (rule->blocks != 0)
    add_block(self, rule);
}

void galen_log_index_init(GalenLogIndex *self, const GPtrArray *rules, gboolean own) {
  GalenLogTable *tables[] = {&self->codes, &self->starts[0], &self->starts[1], &self->starts[2], &self->grams};
  g_autofree guint16 *counts = g_new0(guint16, COUNTS);
  Builder builder = {self, counts};
  self->slow = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    table_init(tables[i]);
  for (guint i = 0; i < rules->len; i++) {
    const GalenLogRuleFull *rule = g_ptr_array_index(rules, i);
    count_grams(&builder, rule->starts);
    count_grams(&builder, rule->contains);
  }
  for (guint i = 0; i < rules->len; i++) {
    GalenLogRuleFull *rule = g_ptr_array_index(rules, i);
    if (rule->own == own)
      add_rule(&builder, rule);
  }
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    table_finish(tables[i]);
}

void galen_log_index_clear(GalenLogIndex *self) {
  if (self->slow == NULL)
    return;
  table_clear(&self->codes);
  for (guint i = 0; i < G_N_ELEMENTS(self->starts); i++)
    table_clear(&self->starts[i]);
  table_clear(&self->grams);
  for (guint i = 0; i < G_N_ELEMENTS(self->blocks); i++)
    g_clear_pointer(&self->blocks[i], g_ptr_array_unref);
  g_ptr_array_unref(self->slow);
}
