#include "log_rules_private.h"

/* ---- tables ---- */

static int by_key_and_rule(gconstpointer a, gconstpointer b) {
  const GalenLogEntry *x = a, *y = b;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return x->rule->rule.index < y->rule->rule.index ? -1 : x->rule->rule.index > y->rule->rule.index;
}

static void table_insert(GalenLogSlot *slots, guint shift, GalenLogSlot slot) {
  guint mask = (1u << (64 - shift)) - 1;
  guint at = (guint)((slot.key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) >> shift);
  while (slots[at].n > 0)
    at = (at + 1) & mask;
  slots[at] = slot;
}

/* Takes the entries. No more than half of the slots are taken. */
static GalenLogTable table_of(GArray *entries) {
  GalenLogTable self = {.n = entries->len};
  g_array_sort(entries, by_key_and_rule);
  const GalenLogEntry *sorted = (const GalenLogEntry *)(gpointer)g_array_free(entries, self.n == 0);
  if (self.n == 0)
    return self;
  guint bits = g_bit_storage(self.n) + 1;
  GalenLogSlot *slots = g_new0(GalenLogSlot, (gsize)1 << bits);
  self.shift = 64 - bits;
  for (guint first = 0, end = 0; first < self.n; first = end) {
    while (end < self.n && sorted[end].key == sorted[first].key)
      end++;
    table_insert(slots, self.shift, (GalenLogSlot){sorted[first].key, first, end - first});
  }
  self.entries = sorted;
  self.slots = slots;
  return self;
}

static void table_clear(const GalenLogTable *self) {
  g_free((gpointer)self->entries);
  g_free((gpointer)self->slots);
}

/* Takes the array of GalenLogRuleFull *. */
static GalenLogRuleList list_of(GPtrArray *rules) {
  guint n = rules->len;
  return (GalenLogRuleList){(const GalenLogRuleFull *const *)g_ptr_array_free(rules, n == 0), n};
}

/* ---- what goes where ---- */

G_STATIC_ASSERT(GALEN_LOG_RULE_LITERAL_MAX <= G_MAXUINT8);

/* How many literals have a gram, hashed: what many rules have, many messages have. */
#define COUNTS 16384u

typedef struct {
  GalenLogIndex *index;
  guint16 *counts;
  GArray *codes, *starts[3], *grams; /* of GalenLogEntry */
  GPtrArray *slow, *blocks[GALEN_BLOCK_SST_FAILURE + 1];
} Builder;

static void add_entry(GArray *table, guint64 key, const GalenLogRuleFull *rule, const GalenSlice *literal,
                      guint offset) {
  GalenLogEntry entry = {.key = key, .rule = rule};
  if (literal != NULL) {
    entry.literal = literal->data;
    entry.len = (guint8)literal->len;
    entry.offset = (guint8)offset;
    entry.last = literal->data[literal->len - 1];
  }
  g_array_append_val(table, entry);
}

static guint16 *count_of(const Builder *self, const char *at) {
  guint32 gram;
  memcpy(&gram, at, sizeof gram);
  return &self->counts[galen_log_gram_hash(gram) / (G_MAXUINT32 / COUNTS + 1)];
}

static void count_grams(Builder *self, const GalenLogLiterals *literals) {
  for (guint i = 0; i < literals->n; i++) {
    const GalenSlice *literal = &literals->items[i];
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
    add_entry(self->grams, gram, rule, literal, base + i);
  }
}

static void find_rare_bytes(GalenLogRuleFull *rule) {
  guint8 *rare = g_new0(guint8, rule->contains.n + 1);
  for (guint i = 0; i < rule->contains.n; i++) {
    const GalenSlice *literal = &rule->contains.items[i];
    for (gsize at = 1; at < literal->len; at++)
      if (commonness(literal->data[at]) < commonness(literal->data[rare[i]]))
        rare[i] = (guint8)at;
  }
  g_free((gpointer)rule->rare);
  rule->rare = rare;
}

static gboolean all_at_least(const GalenLogLiterals *literals, gsize len) {
  for (guint i = 0; i < literals->n; i++)
    if (literals->items[i].len < len)
      return FALSE;
  return TRUE;
}

static void add_starts(Builder *self, const GalenLogRuleFull *rule) {
  for (guint i = 0; i < rule->starts.n; i++) {
    const GalenSlice *literal = &rule->starts.items[i];
    guint size = G_N_ELEMENTS(galen_log_start_sizes) - 1;
    while (size > 0 && literal->len < galen_log_start_sizes[size])
      size--;
    guint64 key = galen_log_start_key(literal->data, galen_log_start_sizes[size]);
    add_entry(self->starts[size], key, rule, literal, 0);
  }
}

static void add_codes(Builder *self, const GalenLogRuleFull *rule, const GalenLogCodes *codes) {
  for (guint i = 0; i < codes->n; i++)
    add_entry(self->codes, codes->items[i], rule, NULL, 0);
}

static void add_block(Builder *self, const GalenLogRuleFull *rule) {
  for (guint i = 0; i < G_N_ELEMENTS(self->blocks); i++)
    if (rule->blocks & (1u << i))
      g_ptr_array_add(self->blocks[i], (gpointer)rule);
}

static void add_rule(Builder *self, GalenLogRuleFull *rule) {
  self->index->n++;
  find_rare_bytes(rule);
  add_codes(self, rule, &rule->also_codes);
  if (rule->codes.n > 0)
    add_codes(self, rule, &rule->codes);
  else if (rule->starts.n > 0 && all_at_least(&rule->starts, GALEN_LOG_GRAM))
    add_starts(self, rule);
  else if (rule->starts.n > 0 || (rule->contains.n > 0 && !all_at_least(&rule->contains, GALEN_LOG_SCANNED)))
    g_ptr_array_add(self->slow, rule);
  else if (rule->contains.n > 0)
    for (guint i = 0; i < rule->contains.n; i++)
      add_grams(self, rule, &rule->contains.items[i]);
  else if (rule->blocks != 0)
    add_block(self, rule);
}

static void make_tables(Builder *self) {
  GArray **tables[] = {&self->codes, &self->starts[0], &self->starts[1], &self->starts[2], &self->grams};
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    *tables[i] = g_array_new(FALSE, FALSE, sizeof(GalenLogEntry));
  self->slow = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(self->blocks); i++)
    self->blocks[i] = g_ptr_array_new();
}

static void builder_finish(Builder *self) {
  GalenLogIndex *index = self->index;
  index->codes = table_of(self->codes);
  index->grams = table_of(self->grams);
  for (guint i = 0; i < G_N_ELEMENTS(self->starts); i++)
    index->starts[i] = table_of(self->starts[i]);
  index->slow = list_of(self->slow);
  for (guint i = 0; i < G_N_ELEMENTS(self->blocks); i++)
    index->blocks[i] = list_of(self->blocks[i]);
}

void galen_log_index_init(GalenLogIndex *self, const GPtrArray *rules, gboolean own) {
  g_autofree guint16 *counts = g_new0(guint16, COUNTS);
  Builder builder = {.index = self, .counts = counts};
  make_tables(&builder);
  for (guint i = 0; i < rules->len; i++) {
    const GalenLogRuleFull *rule = g_ptr_array_index(rules, i);
    count_grams(&builder, &rule->starts);
    count_grams(&builder, &rule->contains);
  }
  for (guint i = 0; i < rules->len; i++) {
    GalenLogRuleFull *rule = g_ptr_array_index(rules, i);
    if (rule->own == own)
      add_rule(&builder, rule);
  }
  builder_finish(&builder);
}

void galen_log_index_clear(GalenLogIndex *self) {
  table_clear(&self->codes);
  for (guint i = 0; i < G_N_ELEMENTS(self->starts); i++)
    table_clear(&self->starts[i]);
  table_clear(&self->grams);
  for (guint i = 0; i < G_N_ELEMENTS(self->blocks); i++)
    g_free((gpointer)self->blocks[i].items);
  g_free((gpointer)self->slow.items);
}
