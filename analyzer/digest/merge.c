/* Merging: what is in memory moves, and its names and attributes get the numbers of the digest that takes it. */
#include "digest-private.h"
#include "value.h"

typedef struct {
  GalenDigest *target;
  const GalenDigestContext *source;
  guint32 *names; /* the source's number -> the target's + 1; 0: not looked for yet */
  guint16 *attrs; /* the same */
} Move;

/* GALEN_NAME_NONE: the target does not have it. */
static guint32 find_name(Move *self, guint32 name) {
  if (self->names[name] == 0) {
    guint32 found = galen_names_find(self->target->context.names, galen_names_slice(self->source->names, name));
    self->names[name] = found + 1; /* none becomes 0 */
  }
  return self->names[name] - 1;
}

static guint32 intern_name(Move *self, guint32 name) {
  if (find_name(self, name) == GALEN_NAME_NONE)
    self->names[name] =
        galen_names_intern(self->target->context.names, galen_names_slice(self->source->names, name)) + 1;
  return self->names[name] - 1;
}

/* GALEN_ATTR_NONE: the target has no room for it. */
static guint16 move_attr(Move *self, guint16 number) {
  if (self->attrs[number] == 0) {
    const GalenAttrInfo *info = galen_attrs_info(self->source->attrs, number);
    GalenSlice name = galen_slice(info->name, strlen(info->name));
    guint16 found = galen_attrs_intern(self->target->context.attrs, name, info->unit, info->kind);
    if (found == GALEN_ATTR_NONE)
      return GALEN_ATTR_NONE;
    self->attrs[number] = (guint16)(found + 1);
  }
  return (guint16)(self->attrs[number] - 1);
}

static void move_attrs(Move *self, GalenAttrSums *sums) {
  guint kept = 0;
  for (guint i = 0; i < sums->n_single; i++) {
    GalenAttr attr = {move_attr(self, sums->single[i].id), sums->single[i].value};
    if (attr.id != GALEN_ATTR_NONE)
      sums->single[kept++] = attr;
  }
  sums->n_single = (guint16)kept;
  kept = 0;
  for (guint i = 0; i < sums->n_stats; i++) {
    GalenStat stat = sums->stats[i];
    stat.tag = move_attr(self, (guint16)stat.tag);
    if (stat.tag != GALEN_ATTR_NONE)
      sums->stats[kept++] = stat;
  }
  sums->n_stats = (guint16)kept;
  kept = 0;
  for (guint i = 0; i < sums->n_flags; i++) {
    GalenFlagSum flag = sums->flags[i];
    flag.id = move_attr(self, flag.id);
    if (flag.id != GALEN_ATTR_NONE)
      sums->flags[kept++] = flag;
  }
  sums->n_flags = (guint16)kept;
}

/* What the target has no room for becomes records. */
static void move_tops(Move *self, GalenAccum *accum) {
  GalenDigestContext *context = &self->target->context;
  GalenTopSet old = accum->tops;
  accum->tops = (GalenTopSet){0};
  for (guint i = 0; i < old.n; i++) {
    const GalenTopEntry *entry = &old.entries[i];
    GalenTopKey key = {find_name(self, entry->name), galen_names_slice(self->source->names, entry->name)};
    galen_top_set_add_one(&accum->tops, entry->kind, key, entry->count, entry->time, accum->id, context);
  }
  galen_top_set_clear(&old);
}

/* Makes an accumulator of the source one of the target. */
static void move_numbers(Move *self, GalenAccum *accum) {
  move_attrs(self, &accum->sum.attrs);
  move_tops(self, accum);
  if (accum->worst.set) {
    accum->worst.node = intern_name(self, accum->worst.node);
    accum->worst.path = intern_name(self, accum->worst.path);
  }
}

static GalenAccum *find_class(const GalenDigest *self, const GalenAccum *like) {
  return galen_table_find_text(&self->hot, like->hash, galen_slice(like->text, like->len), like->full_len, like->id);
}

/* `source`: whose numbers the accumulator has. */
static void spill_class(GalenDigest *self, GalenAccum *accum, const GalenDigestContext *source) {
  galen_bytes_reset(&self->record);
  galen_accum_put(accum, TRUE, source, &self->record);
  galen_digest_spill_record(self, accum->id);
  galen_accum_free(accum);
}

static void insert_class(GalenDigest *self, GalenAccum *known, GalenAccum *accum) {
  if (known == NULL) {
    galen_table_insert(&self->hot, accum->hash, accum);
    return;
  }
  galen_accum_merge(known, accum, &self->context);
  galen_accum_free(accum);
  galen_table_account(&self->hot, known);
  galen_digest_account(self);
}

void galen_digest_take(GalenDigest *self, GalenAccum *accum) {
  GalenAccum *known = find_class(self, accum);
  if (known == NULL && !galen_digest_admits(self))
    spill_class(self, accum, &self->context);
  else
    insert_class(self, known, accum);
}

/* Takes the accumulator over. */
static void merge_class(Move *self, GalenAccum *accum) {
  GalenAccum *known = find_class(self->target, accum);
  if (known == NULL && !galen_digest_admits(self->target)) {
    spill_class(self->target, accum, self->source);
    return;
  }
  move_numbers(self, accum);
  insert_class(self->target, known, accum);
}

static void merge_spill(GalenSpill **self, GalenSpill **other, GalenDigestContext *context) {
  GError *error = NULL;
  if (*self == NULL) {
    *self = g_steal_pointer(other);
  } else if (*other != NULL && !galen_spill_append(*self, g_steal_pointer(other), &error)) {
    galen_digest_context_fail(context, error);
  }
}

void galen_digest_merge(GalenDigest *self, GalenDigest *other) {
  g_return_if_fail(!self->finished && !other->finished && self != other);
  if (other->context.error != NULL)
    galen_digest_context_fail(&self->context, g_steal_pointer(&other->context.error));
  galen_digest_settle(self);
  galen_digest_settle(other);
  self->parts = MIN(self->parts + other->parts, self->whole.share);
  galen_digest_allot(self);
  galen_timeline_merge(&self->timeline, &other->timeline);
  galen_digest_sync(self);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_merge(&self->tops[kind], &other->tops[kind], other->context.names, &self->context);
  merge_spill(&self->spill, &other->spill, &self->context);
  merge_spill(&self->context.values, &other->context.values, &self->context);
  g_autofree guint32 *names = g_new0(guint32, galen_names_size(other->context.names));
  g_autofree guint16 *attrs = g_new0(guint16, galen_attrs_size(other->context.attrs));
  Move move = {self, &other->context, names, attrs};
  g_autoptr(GPtrArray) accums = galen_table_steal(&other->hot);
  for (guint i = 0; i < accums->len; i++)
    merge_class(&move, g_ptr_array_index(accums, i));
  galen_digest_close(other);
  galen_digest_open(other);
}
