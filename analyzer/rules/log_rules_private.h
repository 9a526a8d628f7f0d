/* The inside of log_rules.h: a rule with its conditions, reading one file, and the index that finds candidates. */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "log_rules.h"

#define GALEN_LOG_RULES_FILE_MAX (1u << 20) /* bytes of a file */
#define GALEN_LOG_RULES_MAX 4000u           /* rules of all files */
#define GALEN_LOG_RULE_ID_MAX 64u
#define GALEN_LOG_RULE_LITERALS_MAX 64u /* codes, or literals, of one key */
#define GALEN_LOG_RULE_LITERAL_MAX 200u
#define GALEN_LOG_RULE_TEXT_MAX 4096u
#define GALEN_LOG_RULE_REGEX_MAX 1024u
#define GALEN_LOG_RULE_GROUPS_MAX 8u
#define GALEN_LOG_RULE_CAPTURES 32u       /* numbers of captures that can be named */
#define GALEN_LOG_RULE_SUBJECT_MAX 16384u /* bytes of a message that a regex looks at */

typedef struct {
  const guint32 *items;
  guint n;
} GalenLogCodes;

typedef struct {
  const GalenSlice *items;
  guint n;
} GalenLogLiterals;

/* A rule that was read is on the heap; a built-in one is a constant of the program. */
typedef struct {
  GalenLogRule rule;
  GalenLogCodes codes;       /* one of them is needed; none: any */
  GalenLogCodes also_codes;  /* one of them is enough */
  const char *subsystem;     /* NULL: any */
  guint levels;              /* bit i: GalenLevel i will do; 0: any */
  guint blocks;              /* bit i: GalenBlock i will do; 0: any */
  GalenLogLiterals starts;   /* one of them is needed; none: any */
  GalenLogLiterals contains; /* one of them is needed; none: any */
  GalenLogLiterals lacks;    /* none of them may be there */
  const guint8 *rare;        /* of "contains", where in each of them the byte stands that is rarest in messages */
  const char *pattern;       /* of the regex, or NULL */
  guint8 group_numbers[GALEN_LOG_RULE_GROUPS_MAX]; /* of the captures in rule.groups */
  gboolean own;                                    /* from a user's file */
  const guint *example_lines;                      /* where each example stands in its file; NULL: it is not known */
} GalenLogRuleFull;

/* A rule's regex, compiled when its literals have matched for the first time: most never do. */
typedef struct {
  gsize made;
  pcre2_code *code; /* NULL: no memory for it */
  gboolean jit;     /* it is compiled to machine code */
} GalenLogRegex;

/* NULL with PCRE2's number of an error, and the byte. */
pcre2_code *galen_log_regex_compile(const char *pattern, int *ret_code, gsize *ret_at);

/* log_rules_check.c: whether every example of a user's rule matches that rule, and no other first. */
gboolean galen_log_rules_check_own(const GalenLogRules *rules, GError **error);
void galen_log_rule_full_free(gpointer rule);
/* Appends the rules of a file to `rules` (of GalenLogRuleFull *). `ids`: ids seen so far, to their rule. */
gboolean galen_log_rules_read(const char *path, gboolean own, GPtrArray *rules, GHashTable *ids, GError **error);
/* The same for text at hand; `origin` is what it is called. */
gboolean galen_log_rules_parse(const char *text, gsize len, const char *origin, gboolean own, GPtrArray *rules,
                               GHashTable *ids, GError **error);

/* ---- the index ---- */

typedef struct {
  guint64 key;
  const GalenLogRuleFull *rule;
  const char *literal; /* or NULL */
  guint8 len;          /* of the literal */
  guint8 offset;       /* of the key's bytes in the literal */
  char last;           /* byte of the literal */
} GalenLogEntry;

typedef struct {
  guint64 key;
  guint first, n; /* entries; n 0: a free slot */
} GalenLogSlot;

/* Keys to entries, in the order of the rules. */
typedef struct {
  const GalenLogEntry *entries; /* sorted by key and rule */
  guint n;
  const GalenLogSlot *slots; /* 2 to the (64 - shift) */
  guint shift;
} GalenLogTable;

typedef struct {
  const GalenLogRuleFull *const *items;
  guint n;
} GalenLogRuleList;

#define GALEN_LOG_GRAM 4u                                         /* bytes of a literal that are looked up */
#define GALEN_LOG_STRIDE 4u                                       /* a message is looked at every so many bytes */
#define GALEN_LOG_LONG 8u                                         /* bytes of `starts` that are looked up at once, */
#define GALEN_LOG_LONGEST 16u                                     /* and these where a literal has them */
#define GALEN_LOG_SCANNED (GALEN_LOG_GRAM + GALEN_LOG_STRIDE - 1) /* shorter literals cannot be found by the scan */

#define GALEN_LOG_FILTER 1024u

/* Built-in rules and own rules have an index each. */
typedef struct {
  GalenLogTable codes;                                  /* code */
  GalenLogTable starts[3];                              /* the first 4, 8, 16 bytes */
  GalenLogTable grams;                                  /* four bytes somewhere in a literal of `contains` */
  guint64 filter[GALEN_LOG_FILTER];                     /* two bits in one word for each gram, hashed */
  GalenLogRuleList slow;                                /* rules with literals that are too short for all this */
  GalenLogRuleList blocks[GALEN_BLOCK_SST_FAILURE + 1]; /* rules with nothing but a block */
  guint n;
} GalenLogIndex;

void galen_log_index_init(GalenLogIndex *self, const GPtrArray *rules, gboolean own);
void galen_log_index_clear(GalenLogIndex *self);

static const guint8 galen_log_start_sizes[] = {GALEN_LOG_GRAM, GALEN_LOG_LONG, GALEN_LOG_LONGEST};

/* What the words of a message's beginning are looked up by: 4, 8 or 16 bytes. */
static inline guint64 galen_log_start_key(const char *at, gsize len) {
  guint64 key = 0, more = 0;
  memcpy(&key, at, MIN(len, sizeof key));
  if (len > sizeof key)
    memcpy(&more, at + sizeof key, sizeof more);
  return key ^ (more * G_GUINT64_CONSTANT(0xff51afd7ed558ccd));
}

static inline guint32 galen_log_gram_hash(guint32 gram) {
  return gram * 0x9e3779b1u;
}

/* The gram's two bits of its word. */
static inline guint64 galen_log_gram_bits(guint32 hash) {
  return G_GUINT64_CONSTANT(1) << (hash >> 16 & 63) | G_GUINT64_CONSTANT(1) << (hash >> 10 & 63);
}

static inline gboolean galen_log_filter_has(const guint64 filter[GALEN_LOG_FILTER], guint32 gram) {
  guint32 hash = galen_log_gram_hash(gram);
  guint64 word = filter[hash >> 22];
  return (word >> (hash >> 16 & 63) & word >> (hash >> 10 & 63) & 1) != 0;
}

static inline const GalenLogSlot *galen_log_table_find(const GalenLogTable *self, guint64 key) {
  if (self->slots == NULL)
    return NULL;
  guint mask = (1u << (64 - self->shift)) - 1;
  for (guint at = (guint)((key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) >> self->shift);; at = (at + 1) & mask) {
    const GalenLogSlot *slot = &self->slots[at];
    if (slot->n == 0)
      return NULL;
    if (slot->key == key)
      return slot;
  }
}

/* The program's rules as constants of the program, made from the files when it was built (bake/log_rules.c). */
struct GalenLogRulesBuiltIn {
  const GalenLogRuleFull *rules;
  guint n;
  const GalenLogIndex *index;
};

struct GalenLogRules {
  GPtrArray *rules;              /* of GalenLogRuleFull *, own ones first */
  GHashTable *ids;               /* to GalenLogRuleFull * */
  GalenLogRegex *regexes;        /* by rule */
  GalenLogIndex own;             /* without entries where there are none */
  const GalenLogIndex *built_in; /* `read_index`, or the program's */
  GalenLogIndex read_index;
};

/* Of rules that have all been read: their numbers and indexes. */
void galen_log_rules_finish(GalenLogRules *self);
/* The regex of a rule that has one, from any thread. */
const GalenLogRegex *galen_log_rules_regex(const GalenLogRules *rules, const GalenLogRuleFull *rule);
