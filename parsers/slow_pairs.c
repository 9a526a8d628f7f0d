#include "digits.h"
#include "slow_log.h"

#define NO_KEY G_MAXUINT16

/* What is read without looking at each byte: a name, or a number. */
#define NAME_ROOM (GALEN_ATTR_NAME_MAX + 8)
#define NUMBER_ROOM 24

static const struct {
  const char *name;
  SlowKeyKind kind;
  guint16 id;
} special_keys[] = {
    {"Query_time", SLOW_KEY_MAIN, GALEN_MAIN_TIME},
    {"Lock_time", SLOW_KEY_MAIN, GALEN_MAIN_LOCK_TIME},
    {"Rows_sent", SLOW_KEY_MAIN, GALEN_MAIN_ROWS_SENT},
    {"Rows_examined", SLOW_KEY_MAIN, GALEN_MAIN_ROWS_EXAMINED},
    {"Schema", SLOW_KEY_SCHEMA, 0},
    {"Thread_id", SLOW_KEY_THREAD, 0},
    {"Id", SLOW_KEY_THREAD, 0},
    {"Last_errno", SLOW_KEY_ERROR, 0},
    {"Errno", SLOW_KEY_ERROR, 0},
    {"Killed", SLOW_KEY_KILLED, 0},
    {"Log_slow_rate_limit", SLOW_KEY_RATE, 0},
    {"Stored_routine", SLOW_KEY_ROUTINE, 0},
    {"Log_slow_rate_type", SLOW_KEY_IGNORE, 0},
    {"InnoDB_trx_id", SLOW_KEY_IGNORE, 0},
    {"Start", SLOW_KEY_START, 0},
    {"End", SLOW_KEY_IGNORE, 0},
    {"Client", SLOW_KEY_IGNORE, 0},
};

static guint key_hash(const char *name, gsize len) {
  guint32 hash = 2166136261u;
  for (gsize i = 0; i < len; i++)
    hash = (hash ^ (guint8)name[i]) * 16777619u;
  return hash & 1023u;
}

static guint16 key_find(const SlowKeys *keys, const char *name, gsize len) {
  for (guint slot = key_hash(name, len); keys->table[slot] != 0; slot = (slot + 1) & 1023u) {
    guint16 at = (guint16)(keys->table[slot] - 1);
    if (keys->keys[at].len == len && memcmp(keys->keys[at].name, name, len) == 0)
      return at;
  }
  return NO_KEY;
}

static guint16 key_add(SlowKeys *keys, GalenSlice name, SlowKeyKind kind, guint16 id, const GalenAttrInfo *info) {
  if (keys->n == SLOW_KEYS_MAX || name.len > GALEN_ATTR_NAME_MAX)
    return NO_KEY;
  guint16 at = (guint16)keys->n++;
  SlowKey *key = &keys->keys[at];
  memset(key->name, 0, sizeof key->name);
  memcpy(key->name, name.data, name.len);
  key->len = (guint8)name.len;
  key->kind = (guint8)kind;
  key->id = id;
  key->unit = (guint8)(info != NULL ? info->unit : GALEN_UNIT_COUNT);
  key->flag = info != NULL && info->kind == GALEN_ATTR_FLAG;
  key->next = at;
  guint slot = key_hash(name.data, name.len);
  while (keys->table[slot] != 0)
    slot = (slot + 1) & 1023u;
  keys->table[slot] = (guint16)(at + 1);
  return at;
}

static void keys_truncate(SlowKeys *keys, guint n) {
  while (keys->n > n) {
    const SlowKey *key = &keys->keys[--keys->n];
    guint slot = key_hash(key->name, key->len);
    while (keys->table[slot] != keys->n + 1)
      slot = (slot + 1) & 1023u;
    keys->table[slot] = 0;
  }
  for (guint i = 0; i < n; i++)
    if (keys->keys[i].next >= n)
      keys->keys[i].next = (guint16)i;
}

void galen_slow_keys_mark(SlowLog *self) {
  SlowKeys *keys = &self->keys;
  if (keys->read_at == self->offset + 1) {
    if (keys->n != keys->n_before)
      keys_truncate(keys, keys->n_before);
    galen_attr_dict_truncate(self->dict, keys->dict_before);
    return;
  }
  keys->read_at = self->offset + 1;
  keys->n_before = keys->n;
  keys->dict_before = galen_attr_dict_size(self->dict);
}

void galen_slow_keys_init(SlowKeys *keys, GalenAttrDict *dict) {
  memset(keys, 0, sizeof *keys);
  static const GalenAttrInfo seconds = {.unit = GALEN_UNIT_US};
  for (guint i = 0; i < G_N_ELEMENTS(special_keys); i++) {
    gboolean duration = special_keys[i].kind == SLOW_KEY_MAIN && special_keys[i].id <= GALEN_MAIN_LOCK_TIME;
    key_add(keys, galen_slice(special_keys[i].name, strlen(special_keys[i].name)), special_keys[i].kind,
            special_keys[i].id, duration ? &seconds : NULL);
  }
  guint16 id = galen_attr_dict_intern(dict, galen_slice("qc_hit", 6), GALEN_UNIT_COUNT, GALEN_ATTR_FLAG);
  key_add(keys, galen_slice("QC_hit", 6), SLOW_KEY_QC_HIT_MARIADB, id, galen_attr_dict_get(dict, id));
}

static gboolean is_name_byte(char c) {
  return g_ascii_isalnum(c) || c == '_';
}

static gboolean is_yes_no(GalenSlice value) {
  return galen_slice_is(value, "Yes") || galen_slice_is(value, "No");
}

/* A number's start: what a figure of an unknown name must look like. */
static gboolean is_number(GalenSlice value) {
  return value.len > 0 && g_ascii_isdigit(value.data[0]);
}

/* A key that no table knows: a figure if its value looks like one, and its unit by its name. */
static guint16 key_learn(SlowLog *self, GalenSlice name, GalenSlice value) {
  gboolean flag = is_yes_no(value);
  if (!flag && !is_number(value))
    return NO_KEY;
  GalenUnit unit = GALEN_UNIT_COUNT;
  if (memchr(value.data, '.', value.len) != NULL || galen_slice_starts(name, "Profile_") ||
      (name.len > 5 &&
       (memcmp(name.data + name.len - 5, "_time", 5) == 0 || memcmp(name.data + name.len - 5, "_wait", 5) == 0)))
    unit = GALEN_UNIT_US;
  guint16 id = galen_attr_dict_intern(self->dict, name, unit, flag ? GALEN_ATTR_FLAG : GALEN_ATTR_NUMBER);
  return id == GALEN_ATTR_NONE ? NO_KEY
                               : key_add(&self->keys, name, SLOW_KEY_ATTR, id, galen_attr_dict_get(self->dict, id));
}

/* A decimal number scaled by `digits` decimal places. FALSE: implausible or garbled. */
static gboolean read_scaled(GalenSlice text, guint digits, guint64 max, guint64 *ret_value) {
  guint64 value = 0;
  gsize i = 0;
  for (; i < text.len && g_ascii_isdigit(text.data[i]); i++) {
    if (value > max)
      return FALSE;
    value = value * 10 + (guint64)(text.data[i] - '0');
  }
  if (i == 0 || value > max)
    return FALSE;
  gboolean point = i < text.len && text.data[i] == '.';
  if (point)
    i++;
  for (guint n = 0; n < digits; n++) {
    value *= 10;
    if (point && i < text.len && g_ascii_isdigit(text.data[i]))
      value += (guint64)(text.data[i++] - '0');
  }
  while (point && i < text.len && g_ascii_isdigit(text.data[i]))
    i++;
  if (i != text.len)
    return FALSE;
  *ret_value = value;
  return TRUE;
}

static gboolean read_value(GalenSlice text, GalenUnit unit, guint64 *ret_value) {
  const guint64 most = GALEN_PLAUSIBLE_TIME_S;
  guint64 value;
  switch (unit) {
  case GALEN_UNIT_US:
    if (!read_scaled(text, 6, most, &value) || value > most * GALEN_SECOND)
      return FALSE;
    break;
  case GALEN_UNIT_NS:
    if (!read_scaled(text, 6, most * 1000, &value) || value > most * 1000 * GALEN_SECOND)
      return FALSE;
    break;
  default:
    if (!read_scaled(text, 0, GALEN_PLAUSIBLE_COUNT, &value))
      return FALSE;
  }
  *ret_value = value;
  return TRUE;
}

guint32 galen_slow_number(GalenSlice text) {
  guint64 value;
  return read_scaled(text, 0, G_MAXUINT32, &value) ? (guint32)MIN(value, G_MAXUINT32) : 0;
}

static void take_main(SlowLog *self, guint16 id, GalenSlice value) {
  GalenSlowEvent *event = &self->entry.event;
  GalenUnit unit = id <= GALEN_MAIN_LOCK_TIME ? GALEN_UNIT_US : GALEN_UNIT_COUNT;
  if (read_value(value, unit, &event->main[id]))
    event->main_mask = (guint8)(event->main_mask | 1u << id);
  else
    event->implausible++;
  if (id == GALEN_MAIN_TIME)
    self->entry.has_figures = TRUE;
}

static void take_attr(SlowLog *self, guint16 id, GalenSlice text) {
  GalenSlowEvent *event = &self->entry.event;
  const GalenAttrInfo *info = galen_attr_dict_get(self->dict, id);
  if (event->n_attrs == SLOW_ATTRS_MAX)
    return;
  guint64 value = 0;
  if (info->kind == GALEN_ATTR_FLAG) {
    value = text.len > 0 && text.data[0] == 'Y';
  } else if (!read_value(text, info->unit, &value)) {
    event->implausible++;
    return;
  }
  self->attrs[event->n_attrs++] = (GalenAttr){id, value};
}

static void take(SlowLog *self, const SlowKey *key, GalenSlice value) {
  GalenSlowEvent *event = &self->entry.event;
  guint64 number = 0;
  switch ((SlowKeyKind)key->kind) {
  case SLOW_KEY_MAIN:
    take_main(self, key->id, value);
    break;
  case SLOW_KEY_QC_HIT_MARIADB:
    self->entry.time_is_start = TRUE;
    take_attr(self, key->id, value);
    break;
  case SLOW_KEY_ATTR:
    take_attr(self, key->id, value);
    break;
  case SLOW_KEY_THREAD:
    if (read_value(value, GALEN_UNIT_COUNT, &number))
      event->thread_id = number;
    break;
  case SLOW_KEY_ERROR:
    event->error = galen_slow_number(value);
    break;
  case SLOW_KEY_KILLED:
    event->killed = galen_slow_number(value);
    break;
  case SLOW_KEY_RATE:
    if (read_value(value, GALEN_UNIT_COUNT, &number) && number > 0)
      event->rate_limit = number;
    break;
  case SLOW_KEY_ROUTINE:
    event->routine = value;
    break;
  case SLOW_KEY_START:
    self->entry.has_start = galen_log_time_parse(value, &self->entry.start) && self->entry.start.has_zone;
    break;
  case SLOW_KEY_SCHEMA:
  case SLOW_KEY_IGNORE:
    break;
  }
}

static gboolean follows_schema(const char *at, const char *end) {
  static const struct {
    const char *text;
    gsize len;
  } followers[] = {{"  QC_hit: ", 10}, {" Last_errno: ", 13}, {" Rows_affected: ", 16}, {" Killed: ", 9}};
  for (guint i = 0; i < G_N_ELEMENTS(followers); i++)
    if ((gsize)(end - at) >= followers[i].len && memcmp(at, followers[i].text, followers[i].len) == 0)
      return TRUE;
  return FALSE;
}

/* A schema's name may hold blanks: it ends before the first of the keys that can follow it. */
static const char *take_schema(SlowLog *self, const char *at, const char *end) {
  const char *stop = at;
  while (stop < end && (*stop != ' ' || !follows_schema(stop, end)))
    stop++;
  const char *from = at, *to = stop;
  while (from < to && *from == ' ')
    from++;
  while (to > from && to[-1] == ' ')
    to--;
  self->entry.has_schema = TRUE;
  self->entry.event.schema = to > from ? galen_slice(from, (gsize)(to - from)) : galen_slice(NULL, 0);
  return stop;
}

const char *galen_slow_value_end(const char *at, const char *end) {
  while (at < end && *at != ' ' && *at != '\t')
    at++;
  return at;
}

static gboolean is_named(const SlowKey *key, const char *at, const char *limit) {
  if (limit - at < NAME_ROOM)
    return memcmp(at, key->name, key->len) == 0;
  if (key->len < 8)
    return (galen_bytes8(at) ^ galen_bytes8(key->name)) << (64 - 8 * key->len) == 0;
  for (gsize i = 0; i + 8 < key->len; i += 8)
    if (galen_bytes8(at + i) != galen_bytes8(key->name + i))
      return FALSE;
  return galen_bytes8(at + key->len - 8) == galen_bytes8(key->name + key->len - 8);
}

/* The key at `at` (behind it stands ':'), the one that followed `before` last time tried first. NO_KEY: none. */
static guint16 key_at(SlowLog *self, guint16 before, const char *at, const char *end, gsize *ret_len) {
  SlowKeys *keys = &self->keys;
  const SlowKey *guess = &keys->keys[keys->keys[before].next];
  if ((gsize)(end - at) > guess->len && at[guess->len] == ':' && is_named(guess, at, self->limit)) {
    *ret_len = guess->len;
    return keys->keys[before].next;
  }
  const char *stop = at;
  while (stop < end && is_name_byte(*stop))
    stop++;
  *ret_len = (gsize)(stop - at);
  if (stop == at || stop == end || *stop != ':' || *ret_len > GALEN_ATTR_NAME_MAX)
    return NO_KEY;
  guint16 key = key_find(keys, at, *ret_len);
  if (key == NO_KEY) {
    const char *value = stop + 1;
    while (value < end && *value == ' ')
      value++;
    key = key_learn(self, galen_slice(at, *ret_len),
                    galen_slice(value, (gsize)(galen_slow_value_end(value, end) - value)));
  }
  if (key != NO_KEY)
    keys->keys[before].next = key;
  return key;
}

/* The value at `at` when it is of an everyday shape: "17", "0.000123", "Yes". Returns behind it. */
static const char *everyday_value(const SlowKey *key, const char *at, guint64 *ret_value) {
  if (key->flag) {
    *ret_value = *at == 'Y';
    return *at == 'Y' ? (at[1] == 'e' && at[2] == 's' ? at + 3 : NULL) : at[0] == 'N' && at[1] == 'o' ? at + 2 : NULL;
  }
  if (key->unit == GALEN_UNIT_US)
    return galen_digits_seconds(at, ret_value);
  return key->unit == GALEN_UNIT_NS ? NULL : galen_digits_read(at, ret_value);
}

/* Takes such a value; returns behind it, or NULL when take() is to have a look. */
static const char *take_everyday(SlowLog *self, const SlowKey *key, const char *at, const char *end) {
  GalenSlowEvent *event = &self->entry.event;
  guint64 value;
  if (self->plain || self->limit - at < NUMBER_ROOM)
    return NULL;
  const char *stop = everyday_value(key, at, &value);
  if (stop == NULL || stop > end || (stop < end && *stop != ' ' && *stop != '\t'))
    return NULL;
  switch ((SlowKeyKind)key->kind) {
  case SLOW_KEY_MAIN:
    event->main[key->id] = value;
    event->main_mask = (guint8)(event->main_mask | 1u << key->id);
    self->entry.has_figures |= key->id == GALEN_MAIN_TIME;
    return stop;
  case SLOW_KEY_QC_HIT_MARIADB:
  case SLOW_KEY_ATTR:
    self->entry.time_is_start |= key->kind == SLOW_KEY_QC_HIT_MARIADB;
    if (event->n_attrs < SLOW_ATTRS_MAX)
      self->attrs[event->n_attrs++] = (GalenAttr){key->id, value};
    return stop;
  case SLOW_KEY_THREAD:
    event->thread_id = value;
    return stop;
  default:
    return NULL;
  }
}

/* `any`: a pair stands before `at`. */
static gboolean read_pairs(SlowLog *self, const char *at, const char *end, gboolean any) {
  while (at < end) {
    while (at < end && (*at == ' ' || *at == '\t'))
      at++;
    if (at == end)
      break;
    gsize len;
    guint16 at_key = key_at(self, self->entry.key, at, end, &len);
    if (at_key == NO_KEY) {
      if (!any)
        return FALSE;
      at = galen_slow_value_end(at, end);
      continue;
    }
    any = TRUE;
    const SlowKey *key = &self->keys.keys[at_key];
    self->entry.key = at_key;
    at += len + 1;
    if (key->kind == SLOW_KEY_SCHEMA) {
      at = take_schema(self, at, end);
      continue;
    }
    while (at < end && *at == ' ')
      at++;
    const char *stop = take_everyday(self, key, at, end);
    if (stop != NULL) {
      at = stop;
      continue;
    }
    stop = key->kind == SLOW_KEY_ROUTINE ? end : galen_slow_value_end(at, end);
    take(self, key, galen_slice(at, (gsize)(stop - at)));
    at = stop;
  }
  return any;
}

gboolean galen_slow_pairs_read(SlowLog *self, const char *at, const char *end) {
  return read_pairs(self, at, end, FALSE);
}

void galen_slow_pairs_read_on(SlowLog *self, const char *at, const char *end) {
  (void)read_pairs(self, at, end, TRUE);
}
