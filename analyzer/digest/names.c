#include "names.h"

#define CHUNK 4096

typedef struct {
  const char *text; /* NUL-terminated */
  guint32 len, hash;
} Name;

/* A name that was found lately, by its length and its first, middle and last eight bytes: these are all of a name of at
 * most MEMO_EXACT bytes, so that finding it again touches nothing else. */
typedef struct {
  guint64 first, middle, last;
  guint32 len;
  guint32 number; /* GALEN_NAME_UNKNOWN: free */
} Memo;

#define MEMOS 64u
#define MEMO_EXACT 24u

struct GalenNames {
  GStringChunk *texts;
  Name *names; /* by number; [0] is the unknown name */
  guint32 n, allocated;
  guint32 *slots; /* open addressing: numbers, 0: free */
  guint32 n_slots;
  gsize bytes;
  Memo memos[MEMOS];
};

GalenNames *galen_names_new(void) {
  GalenNames *self = g_new0(GalenNames, 1);
  self->texts = g_string_chunk_new(CHUNK);
  self->allocated = 16;
  self->names = g_new0(Name, self->allocated);
  self->n = 1;
  self->n_slots = 64;
  self->slots = g_new0(guint32, self->n_slots);
  return self;
}

void galen_names_free(GalenNames *self) {
  if (self == NULL)
    return;
  g_string_chunk_free(self->texts);
  g_free(self->names);
  g_free(self->slots);
  g_free(self);
}

GalenSlice galen_name_clean(GalenSlice name, char buffer[GALEN_NAME_MAX]) {
  gsize len = MIN(name.len, (gsize)GALEN_NAME_MAX);
  if (len == 0 || memchr(name.data, '\0', len) == NULL)
    return galen_slice(name.data, len);
  gsize out = 0;
  for (gsize i = 0; i < len; i++) {
    gboolean nul = name.data[i] == '\0';
    if (out + (nul ? 2 : 1) > GALEN_NAME_MAX)
      break;
    if (nul)
      buffer[out++] = '\\';
    buffer[out++] = name.data[i];
    if (nul)
      buffer[out - 1] = '0';
  }
  return galen_slice(buffer, out);
}

/* FNV-1a and a mixing step, as tables use the low bits. */
guint64 galen_name_hash(GalenSlice name, guint64 seed) {
  guint64 hash = seed ^ G_GUINT64_CONSTANT(0xcbf29ce484222325);
  for (gsize i = 0; i < name.len; i++)
    hash = (hash ^ (guint8)name.data[i]) * G_GUINT64_CONSTANT(0x100000001b3);
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  return hash ^ hash >> 29;
}

/* The slot that holds the name, or the free one where it belongs. */
static guint32 *find_slot(const GalenNames *self, GalenSlice name, guint32 hash) {
  for (guint32 i = hash & (self->n_slots - 1);; i = (i + 1) & (self->n_slots - 1)) {
    const Name *known = &self->names[self->slots[i]];
    if (self->slots[i] == 0 ||
        (known->hash == hash && known->len == name.len && memcmp(known->text, name.data, name.len) == 0))
      return &self->slots[i];
  }
}

static void grow_slots(GalenNames *self) {
  self->n_slots *= 2;
  self->slots = g_renew(guint32, self->slots, self->n_slots);
  memset(self->slots, 0, self->n_slots * sizeof *self->slots);
  for (guint32 number = 1; number < self->n; number++) {
    const Name *name = &self->names[number];
    *find_slot(self, galen_slice(name->text, name->len), name->hash) = number;
  }
}

const char *galen_names_text(const GalenNames *self, guint32 number) {
  return self->names[number].text;
}

GalenSlice galen_names_slice(const GalenNames *self, guint32 number) {
  return galen_slice(self->names[number].text, self->names[number].len);
}

static guint64 load(const char *data) {
  guint64 word;
  memcpy(&word, data, sizeof word);
  return word;
}

static Memo memo_of(GalenSlice name) {
  Memo memo = {.len = (guint32)MIN(name.len, G_MAXUINT32)};
  const char *end = name.data + name.len;
  if (name.len >= sizeof(guint64)) {
    memo.first = load(name.data);
    memo.last = load(end - sizeof(guint64));
    memo.middle = name.len > 2 * sizeof(guint64) ? load(name.data + sizeof(guint64)) : 0;
  } else if (name.len >= sizeof(guint32)) {
    guint32 first, last;
    memcpy(&first, name.data, sizeof first);
    memcpy(&last, end - sizeof last, sizeof last);
    memo.first = (guint64)first << 32 | last;
  } else if (name.len > 0) {
    memo.first = (guint64)(guint8)name.data[0] << 16 | (guint64)(guint8)name.data[name.len / 2] << 8 | (guint8)end[-1];
  }
  return memo;
}

static Memo *memo_place(GalenNames *self, const Memo *memo) {
  guint64 mixed = (memo->first ^ memo->len) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + memo->middle;
  mixed = (mixed ^ memo->last) * G_GUINT64_CONSTANT(0xc2b2ae3d27d4eb4f);
  return &self->memos[mixed >> 58];
}

static gboolean is_memo(const GalenNames *self, const Memo *known, const Memo *memo, GalenSlice name) {
  if (known->number == GALEN_NAME_UNKNOWN || known->first != memo->first || known->last != memo->last ||
      known->middle != memo->middle || known->len != memo->len)
    return FALSE;
  return name.len <= MEMO_EXACT || galen_slice_equal(galen_names_slice(self, known->number), name);
}

guint32 galen_names_find(GalenNames *self, GalenSlice name) {
  if (name.data == NULL)
    return GALEN_NAME_UNKNOWN;
  Memo memo = memo_of(name);
  Memo *place = memo_place(self, &memo);
  if (is_memo(self, place, &memo, name))
    return place->number;
  char buffer[GALEN_NAME_MAX];
  GalenSlice clean = galen_name_clean(name, buffer);
  memo.number = *find_slot(self, clean, (guint32)galen_name_hash(clean, 0));
  if (memo.number == 0)
    return GALEN_NAME_NONE;
  *place = memo;
  return memo.number;
}

guint32 galen_names_intern(GalenNames *self, GalenSlice name) {
  if (name.data == NULL)
    return GALEN_NAME_UNKNOWN;
  char buffer[GALEN_NAME_MAX];
  GalenSlice clean = galen_name_clean(name, buffer);
  guint32 hash = (guint32)galen_name_hash(clean, 0);
  guint32 *slot = find_slot(self, clean, hash);
  if (*slot != 0)
    return *slot;
  if (self->n == self->allocated) {
    self->allocated *= 2;
    self->names = g_renew(Name, self->names, self->allocated);
  }
  const char *text = g_string_chunk_insert_len(self->texts, clean.data, (gssize)clean.len);
  guint32 number = self->n++;
  self->names[number] = (Name){text, (guint32)clean.len, hash};
  *slot = number;
  self->bytes += clean.len + 1 + sizeof(Name) + 2 * sizeof(guint32);
  if (self->n > self->n_slots / 2)
    grow_slots(self);
  return number;
}

guint32 galen_names_size(const GalenNames *self) {
  return self->n;
}

gsize galen_names_bytes(const GalenNames *self) {
  return self->bytes;
}

int galen_name_compare(const char *a, const char *b) {
  if (a == NULL || b == NULL)
    return (a != NULL) - (b != NULL);
  return strcmp(a, b);
}
