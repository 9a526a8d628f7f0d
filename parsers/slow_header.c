#include "slow_log.h"

#define NO_KEY G_MAXUINT16
/* A line of attributes that lacks its '#' is no longer than this. */
#define PLAIN_LINE_MAX 1024

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
    {"Start", SLOW_KEY_IGNORE, 0},
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

static guint16 key_add(SlowKeys *keys, GalenSlice name, SlowKeyKind kind, guint16 id) {
  if (keys->n == SLOW_KEYS_MAX || name.len > GALEN_ATTR_NAME_MAX)
    return NO_KEY;
  guint16 at = (guint16)keys->n++;
  SlowKey *key = &keys->keys[at];
  memcpy(key->name, name.data, name.len);
  key->name[name.len] = '\0';
  key->len = (guint8)name.len;
  key->kind = (guint8)kind;
  key->id = id;
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

/* What a header taught must not be known when the same header is read again with more bytes behind it. */
static void forget_or_remember(SlowLog *self) {
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
  for (guint i = 0; i < G_N_ELEMENTS(special_keys); i++)
    key_add(keys, galen_slice(special_keys[i].name, strlen(special_keys[i].name)), special_keys[i].kind,
            special_keys[i].id);
  guint16 id = galen_attr_dict_intern(dict, galen_slice("qc_hit", 6), GALEN_UNIT_COUNT, GALEN_ATTR_FLAG);
  key_add(keys, galen_slice("QC_hit", 6), SLOW_KEY_QC_HIT_MARIADB, id);
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
  return id == GALEN_ATTR_NONE ? NO_KEY : key_add(&self->keys, name, SLOW_KEY_ATTR, id);
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

static guint32 read_u32(GalenSlice text) {
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
    event->error = read_u32(value);
    break;
  case SLOW_KEY_KILLED:
    event->killed = read_u32(value);
    break;
  case SLOW_KEY_RATE:
    if (read_value(value, GALEN_UNIT_COUNT, &number) && number > 0)
      event->rate_limit = number;
    break;
  case SLOW_KEY_ROUTINE:
    event->routine = value;
    break;
  case SLOW_KEY_SCHEMA:
  case SLOW_KEY_IGNORE:
    break;
  }
}

/* A schema's name may hold blanks: it ends before the last of the keys that can follow it. */
static const char *take_schema(SlowLog *self, const char *at, const char *end) {
  static const char *const followers[] = {"  QC_hit: ", " Last_errno: ", " Rows_affected: ", " Killed: "};
  const char *stop = end;
  for (guint i = 0; i < G_N_ELEMENTS(followers); i++) {
    const char *found = memmem(at, (gsize)(end - at), followers[i], strlen(followers[i]));
    if (found != NULL && found < stop)
      stop = found;
  }
  const char *from = at, *to = stop;
  while (from < to && *from == ' ')
    from++;
  while (to > from && to[-1] == ' ')
    to--;
  self->entry.has_schema = TRUE;
  self->entry.event.schema = to > from ? galen_slice(from, (gsize)(to - from)) : galen_slice(NULL, 0);
  return stop;
}

static const char *value_end(const char *at, const char *end) {
  while (at < end && *at != ' ' && *at != '\t')
    at++;
  return at;
}

/* The key at `at` (behind it stands ':'), the one that followed `before` last time tried first. NO_KEY: none. */
static guint16 key_at(SlowLog *self, guint16 before, const char *at, const char *end, gsize *ret_len) {
  SlowKeys *keys = &self->keys;
  const SlowKey *guess = &keys->keys[keys->keys[before].next];
  if ((gsize)(end - at) > guess->len && at[guess->len] == ':' && memcmp(at, guess->name, guess->len) == 0) {
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
    key = key_learn(self, galen_slice(at, *ret_len), galen_slice(value, (gsize)(value_end(value, end) - value)));
  }
  if (key != NO_KEY)
    keys->keys[before].next = key;
  return key;
}

/* "Name: value  Name: value …". FALSE when not even the first is one: then nothing was taken. */
static gboolean read_pairs(SlowLog *self, const char *at, const char *end) {
  gboolean any = FALSE;
  guint16 before = 0;
  while (at < end) {
    while (at < end && (*at == ' ' || *at == '\t'))
      at++;
    if (at == end)
      break;
    gsize len;
    guint16 at_key = key_at(self, before, at, end, &len);
    if (at_key == NO_KEY) {
      if (!any)
        return FALSE;
      at = value_end(at, end);
      continue;
    }
    any = TRUE;
    const SlowKey *key = &self->keys.keys[at_key];
    before = at_key;
    at += len + 1;
    if (key->kind == SLOW_KEY_SCHEMA) {
      at = take_schema(self, at, end);
      continue;
    }
    while (at < end && *at == ' ')
      at++;
    const char *stop = key->kind == SLOW_KEY_ROUTINE ? end : value_end(at, end);
    take(self, key, galen_slice(at, (gsize)(stop - at)));
    at = stop;
  }
  return any;
}

static const char *find_last(const char *from, const char *to, const char *text) {
  gsize len = strlen(text);
  for (gsize left = (gsize)(to - from); left >= len; left--)
    if (memcmp(from + left - len, text, len) == 0)
      return from + left - len;
  return NULL;
}

/* "priv[user]": the two are mostly the same, and a name may hold '[' itself. */
static GalenSlice read_user(const char *from, const char *to) {
  if (to == from || to[-1] != ']')
    return galen_slice(from, (gsize)(to - from));
  to--;
  gsize len = (gsize)(to - from);
  const char *open = len % 2 == 1 && from[len / 2] == '[' && memcmp(from, from + len / 2 + 1, len / 2) == 0
                         ? from + len / 2
                         : memchr(from, '[', len);
  if (open == NULL)
    return galen_slice(from, len);
  return open + 1 < to ? galen_slice(open + 1, (gsize)(to - open - 1)) : galen_slice(from, (gsize)(open - from));
}

/* "root[root] @ localhost [127.0.0.1]  Id:    10", behind "# User@Host: ". */
static void read_user_host(SlowLog *self, const char *at, const char *end) {
  GalenSlowEvent *event = &self->entry.event;
  const char *id = find_last(at, end, "]  Id: ");
  if (id != NULL) {
    read_pairs(self, id + 1, end);
    end = id + 1;
  }
  const char *split = find_last(at, end, "] @ ");
  const char *host = split != NULL ? split + 4 : find_last(at, end, " @ ");
  if (host == NULL)
    return;
  if (split == NULL)
    host += 3;
  event->user = split != NULL ? read_user(at, split + 1) : galen_slice(at, (gsize)(host - 3 - at));
  const char *open = memrchr(host, '[', (gsize)(end - host));
  const char *close = open != NULL ? memrchr(open, ']', (gsize)(end - open)) : NULL;
  const char *to = open != NULL ? open : end;
  while (to > host && to[-1] == ' ')
    to--;
  while (host < to && *host == ' ')
    host++;
  event->host = galen_slice(host, (gsize)(to - host));
  if (event->host.len == 0 && close != NULL)
    event->host = galen_slice(open + 1, (gsize)(close - open - 1));
  if (event->host.len == 0)
    event->host = galen_slice(NULL, 0);
  if (event->user.len == 0)
    event->user = galen_slice(NULL, 0);
}

static void read_time(SlowLog *self, GalenSlice text) {
  SlowEntry *entry = &self->entry;
  entry->has_time = galen_log_time_parse(text, &entry->time);
  const char *user = memmem(text.data, text.len, "# User@Host: ", 13);
  if (user != NULL) {
    entry->has_user = TRUE;
    read_user_host(self, user + 13, text.data + text.len);
  }
}

/* Lines behind "# Warnings": "# Error 1366 Incorrect string value …". */
static gboolean read_warning(SlowLog *self, GalenSlice line) {
  if (galen_slice_starts(line, "# Error ")) {
    const char *at = line.data + 8;
    const char *stop = value_end(at, line.data + line.len);
    if (self->entry.event.error == 0)
      self->entry.event.error = read_u32(galen_slice(at, (gsize)(stop - at)));
    return TRUE;
  }
  return galen_slice_starts(line, "# Note ") || galen_slice_starts(line, "# Warning ");
}

static gboolean read_explain(SlowEntry *entry, GalenSlice line) {
  if (entry->event.explain.data == NULL)
    entry->event.explain.data = line.data;
  entry->event.explain.len = (gsize)(line.data + line.len - entry->event.explain.data);
  return TRUE;
}

static guint8 kind_of(GalenSlice line) {
  static const struct {
    const char *text;
    guint8 kind;
  } kinds[] = {{"# Time: ", SLOW_LINE_TIME},
               {"# User@Host: ", SLOW_LINE_USER},
               {"# Thread_id: ", SLOW_LINE_THREAD},
               {"# Schema: ", SLOW_LINE_SCHEMA},
               {"# Query_time: ", SLOW_LINE_FIGURES}};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (galen_slice_starts(line, kinds[i].text))
      return kinds[i].kind;
  return SLOW_LINE_OTHER;
}

typedef enum { LINE_TAKEN, LINE_BODY, LINE_NEXT_ENTRY } LineKind;

static LineKind read_line(SlowLog *self, GalenSlice line) {
  SlowEntry *entry = &self->entry;
  const char *at = line.data, *end = line.data + line.len;
  if (line.len == 0 || *at != '#') {
    /* Percona has written attribute lines without their '#'. */
    gboolean blank = line.len > 2 && at[0] == ' ' && at[1] == ' ' && g_ascii_isupper(at[2]);
    return entry->has_figures && blank && read_pairs(self, at, end) ? LINE_TAKEN : LINE_BODY;
  }
  if (line.len == 1)
    return entry->has_figures ? LINE_TAKEN : LINE_BODY;
  if (at[1] != ' ')
    return LINE_BODY;
  guint8 kind = kind_of(line);
  gboolean again = entry->has_figures
                       ? (kind & (SLOW_LINE_TIME | SLOW_LINE_USER | SLOW_LINE_FIGURES)) != 0
                       : (kind == SLOW_LINE_TIME && entry->first != 0) || (kind == SLOW_LINE_USER && entry->has_user);
  if (again)
    return LINE_NEXT_ENTRY;
  if (entry->first == 0)
    entry->first = kind;
  else if (entry->has_user && entry->after_user == 0)
    entry->after_user = kind;
  if (kind == SLOW_LINE_TIME) {
    read_time(self, galen_slice(at + 8, line.len - 8));
    return LINE_TAKEN;
  }
  if (kind == SLOW_LINE_USER) {
    entry->has_user = TRUE;
    read_user_host(self, at + 13, end);
    return LINE_TAKEN;
  }
  if (galen_slice_starts(line, "# explain: "))
    return read_explain(entry, line) ? LINE_TAKEN : LINE_BODY;
  if (galen_slice_starts(line, "# administrator command: "))
    return LINE_BODY;
  if (galen_slice_is(line, "# Warnings")) {
    entry->after_warnings = TRUE;
    return LINE_TAKEN;
  }
  if (entry->after_warnings && read_warning(self, line))
    return LINE_TAKEN;
  if (galen_slice_starts(line, "# No InnoDB statistics available"))
    return LINE_TAKEN;
  return read_pairs(self, at + 2, end) ? LINE_TAKEN : LINE_BODY;
}

/* "SET last_insert_id=1,insert_id=2,timestamp=1405358212;" */
static gboolean read_settings(GalenSlice line, gint64 *ret_stamp) {
  if (!galen_slice_starts(line, "SET ") || line.data[line.len - 1] != ';')
    return FALSE;
  static const char *const names[] = {"last_insert_id=", "insert_id=", "timestamp="};
  const char *at = line.data + 4, *end = line.data + line.len - 1;
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    gsize len = strlen(names[i]);
    if ((gsize)(end - at) <= len || memcmp(at, names[i], len) != 0)
      continue;
    at += len;
    guint64 value = 0;
    const char *from = at;
    for (; at < end && g_ascii_isdigit(*at) && value < G_MAXINT64 / 100; at++)
      value = value * 10 + (guint64)(*at - '0');
    if (at == from)
      return FALSE;
    /* Some versions write the microseconds too. */
    if (i == 2 && at < end && *at == '.')
      while (++at < end && g_ascii_isdigit(*at))
        ;
    if (i == 2) {
      *ret_stamp = (gint64)value;
      return at == end;
    }
    if (at == end || *at++ != ',')
      return FALSE;
  }
  return FALSE;
}

/* "use db;", "use `db`;": the database between. */
static gboolean read_use(GalenSlice line, GalenSlice *ret_db) {
  if (line.len < 6 || !galen_slice_starts(line, "use ") || line.data[line.len - 1] != ';')
    return FALSE;
  GalenSlice db = galen_slice(line.data + 4, line.len - 5);
  if (db.len >= 2 && db.data[0] == '`' && db.data[db.len - 1] == '`')
    db = galen_slice(db.data + 1, db.len - 2);
  *ret_db = db;
  return db.len > 0 && db.len < SLOW_DB_MAX;
}

/* Whether what stands at `at` is the next entry (or the log's end), so that the line before it was the statement itself. */
static SlowAnswer nothing_follows(SlowLog *self, const char *at, const char *end, gboolean eof) {
  if (at == end)
    return eof ? SLOW_YES : SLOW_MORE;
  gsize len;
  GalenServerStart start;
  if (*at != '#')
    return galen_slow_startup(at, end, eof, &len, &start);
  return galen_slow_header_sequence(&self->layout, at, end, eof);
}

/* The lines between header and statement: use and SET. */
static SlowAnswer read_prologue(SlowLog *self, const char *data, gsize len, gboolean eof, gsize at) {
  SlowEntry *entry = &self->entry;
  const char *end = data + len;
  for (guint n = 0; n < 2; n++) {
    GalenSlice line;
    const char *next;
    entry->text = at;
    const char *from = data + at;
    if (from == end)
      return eof ? SLOW_YES : SLOW_MORE;
    if (*from != 'u' && *from != 'S')
      return SLOW_YES;
    if (!galen_slow_line(from, end, eof, &line, &next))
      return end - from > (gint64)SLOW_DB_MAX + 64 ? SLOW_YES : SLOW_MORE;
    GalenSlice db;
    gint64 stamp;
    gboolean use = n == 0 && read_use(line, &db);
    gboolean settings = !use && read_settings(line, &stamp);
    if (!use && !settings)
      return SLOW_YES;
    SlowAnswer alone = nothing_follows(self, next, end, eof);
    if (alone == SLOW_MORE)
      return SLOW_MORE;
    if (alone == SLOW_YES && (use || !self->layout.settings))
      return SLOW_YES;
    if (use)
      entry->use = db;
    at = entry->text = (gsize)(next - data);
    if (settings) {
      entry->has_stamp = TRUE;
      entry->stamp = stamp;
      entry->ended = alone == SLOW_YES;
      return SLOW_YES;
    }
  }
  return SLOW_YES;
}

SlowAnswer galen_slow_header_read(SlowLog *self, const char *data, gsize len, gboolean eof) {
  SlowEntry *entry = &self->entry;
  memset(entry, 0, sizeof *entry);
  forget_or_remember(self);
  entry->event.start = GALEN_TIME_NONE;
  entry->event.rate_limit = 1;
  entry->event.dict = self->dict;
  entry->event.attrs = self->attrs;
  const char *at = data, *end = data + len;
  while (at < end) {
    GalenSlice line;
    const char *next;
    if ((gsize)(at - data) > SLOW_HEADER_MAX)
      return SLOW_NO;
    if (*at != '#' && *at != ' ')
      break;
    if (!galen_slow_line(at, end, eof, &line, &next)) {
      if (*at == '#' || end - at < PLAIN_LINE_MAX)
        return (gsize)(end - data) > SLOW_HEADER_MAX ? SLOW_NO : SLOW_MORE;
      break;
    }
    if (*at == ' ' && next - at > PLAIN_LINE_MAX)
      break;
    LineKind kind = read_line(self, line);
    if (kind == LINE_NEXT_ENTRY)
      entry->ended = TRUE;
    if (kind != LINE_TAKEN)
      break;
    at = next;
  }
  entry->text = (gsize)(at - data);
  if (at == data)
    return SLOW_NO;
  if (at == end && !eof)
    return SLOW_MORE;
  if (entry->ended || !entry->has_figures)
    return SLOW_YES;
  return read_prologue(self, data, len, eof, entry->text);
}
