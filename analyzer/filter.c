#include "filter.h"

#include "query/describe.h"
#include "when.h"

/* Verdicts on classes that are remembered: past it they are worked out again. */
#define CACHE_MAX 65536u

enum { KEY_NODE, KEY_DB, KEY_USER, KEY_HOST, KEY_ID, KEY_COMMAND, KEY_MIN_TIME, N_KEYS };

static const char *const key_names[N_KEYS] = {"node", "db", "user", "host", "id", "command", "min-time"};

struct GalenFilter {
  gint64 since, until;
  GalenDayHours hours;
  guint64 min_time;
  GPtrArray *values[N_KEYS]; /* of char *; NULL: anything goes */
  GHashTable *verdicts;      /* fingerprint hash to verdict, 1 or 2 */
};

GalenFilter *galen_filter_new(gint64 since, gint64 until) {
  GalenFilter *self = g_new0(GalenFilter, 1);
  self->since = since;
  self->until = until;
  self->verdicts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

GalenFilter *galen_filter_share(const GalenFilter *self) {
  GalenFilter *other = galen_filter_new(self->since, self->until);
  other->min_time = self->min_time;
  other->hours = self->hours;
  for (guint i = 0; i < N_KEYS; i++)
    if (self->values[i] != NULL)
      other->values[i] = g_ptr_array_ref(self->values[i]);
  return other;
}

void galen_filter_free(GalenFilter *self) {
  for (guint i = 0; i < N_KEYS; i++)
    g_clear_pointer(&self->values[i], g_ptr_array_unref);
  g_hash_table_unref(self->verdicts);
  g_free(self);
}

gboolean galen_filter_add(GalenFilter *self, const char *text, GError **error) {
  const char *equals = strchr(text, '=');
  for (guint key = 0; equals != NULL && key < N_KEYS; key++) {
    if (strncmp(text, key_names[key], (gsize)(equals - text)) != 0 || key_names[key][equals - text] != '\0')
      continue;
    if (key == KEY_MIN_TIME)
      return galen_when_duration(equals + 1, &self->min_time, error);
    if (key == KEY_ID && !galen_query_id_is_word(equals + 1)) {
      g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                  "%s: give an id as reports have it, %u of its first hex digits at least", text,
                  GALEN_QUERY_ID_DIGITS);
      return FALSE;
    }
    if (self->values[key] == NULL)
      self->values[key] = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->values[key], g_strdup(equals + 1));
    return TRUE;
  }
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
              "\"%s\" is no filter: give KEY=VALUE with node, db, user, host, id, command or min-time", text);
  return FALSE;
}

static gboolean matches(const GalenFilter *self, guint key, GalenSlice text, gboolean any_case) {
  const GPtrArray *values = self->values[key];
  if (values == NULL)
    return TRUE;
  for (guint i = 0; i < values->len; i++) {
    const char *value = g_ptr_array_index(values, i);
    gsize len = strlen(value);
    if (len != text.len)
      continue;
    if (len == 0 || (any_case ? g_ascii_strncasecmp(value, text.data, len) == 0 : memcmp(value, text.data, len) == 0))
      return TRUE;
  }
  return FALSE;
}

gboolean galen_filter_node(const GalenFilter *self, const char *node) {
  return matches(self, KEY_NODE, galen_slice(node, strlen(node)), FALSE);
}

gboolean galen_filter_has_window(const GalenFilter *self) {
  return self->since != GALEN_TIME_NONE || self->until != GALEN_TIME_NONE;
}

void galen_filter_window(const GalenFilter *self, gint64 *ret_since, gint64 *ret_until) {
  *ret_since = self->since;
  *ret_until = self->until;
}

void galen_filter_set_window(GalenFilter *self, gint64 since, gint64 until) {
  self->since = since;
  self->until = until;
}

void galen_filter_set_hours(GalenFilter *self, GalenDayHours hours) {
  self->hours = hours;
}

GalenDayHours galen_filter_hours(const GalenFilter *self) {
  return self->hours;
}

char *galen_filter_event_keys(const GalenFilter *self) {
  g_autoptr(GString) keys = g_string_new(NULL);
  for (guint key = 0; key < N_KEYS; key++)
    if (key != KEY_NODE && (self->values[key] != NULL || (key == KEY_MIN_TIME && self->min_time > 0)))
      g_string_append_printf(keys, "%s%s", keys->len > 0 ? ", " : "", key_names[key]);
  return keys->len > 0 ? g_strdup(keys->str) : NULL;
}

const GPtrArray *galen_filter_nodes(const GalenFilter *self) {
  return self->values[KEY_NODE];
}

gboolean galen_filter_time(const GalenFilter *self, gint64 time) {
  if (self->since != GALEN_TIME_NONE && (time == GALEN_TIME_NONE || time < self->since))
    return FALSE;
  if (self->until != GALEN_TIME_NONE && (time == GALEN_TIME_NONE || time >= self->until))
    return FALSE;
  return self->hours.length == 0 || (time != GALEN_TIME_NONE && galen_day_hours_hold(self->hours, time));
}

gboolean galen_filter_event(const GalenFilter *self, const GalenSlowEvent *event) {
  if (!galen_filter_time(self, event->timed ? event->start : GALEN_TIME_NONE))
    return FALSE;
  if (self->min_time > 0 &&
      ((event->main_mask & 1u << GALEN_MAIN_TIME) == 0 || event->main[GALEN_MAIN_TIME] < self->min_time))
    return FALSE;
  return matches(self, KEY_DB, event->schema, FALSE) && matches(self, KEY_USER, event->user, FALSE) &&
         matches(self, KEY_HOST, event->host, FALSE);
}

static gboolean matches_id(const GPtrArray *values, const char *id) {
  for (guint i = 0; i < values->len; i++)
    if (galen_query_id_matches(id, g_ptr_array_index(values, i)))
      return TRUE;
  return FALSE;
}

static gboolean judge(const GalenFilter *self, const GalenFingerprint *fingerprint,
                      const GalenFingerprinter *fingerprinter) {
  if (self->values[KEY_ID] != NULL) {
    guint8 id[GALEN_QUERY_ID_BYTES];
    char text[33];
    galen_fingerprinter_id(fingerprinter, id);
    galen_query_id_print(id, text);
    if (!matches_id(self->values[KEY_ID], text))
      return FALSE;
  }
  if (self->values[KEY_COMMAND] == NULL)
    return TRUE;
  g_autoptr(GalenQueryInfo) info = galen_query_describe(fingerprint->text);
  return matches(self, KEY_COMMAND, galen_slice(info->command, strlen(info->command)), TRUE);
}

gboolean galen_filter_statement(GalenFilter *self, const GalenFingerprint *fingerprint,
                                const GalenFingerprinter *fingerprinter) {
  if (self->values[KEY_ID] == NULL && self->values[KEY_COMMAND] == NULL)
    return TRUE;
  gint64 key = (gint64)fingerprint->hash;
  guint verdict = GPOINTER_TO_UINT(g_hash_table_lookup(self->verdicts, &key));
  if (verdict == 0) {
    verdict = judge(self, fingerprint, fingerprinter) ? 1 : 2;
    if (g_hash_table_size(self->verdicts) < CACHE_MAX) {
      gint64 *own = g_new(gint64, 1);
      *own = key;
      g_hash_table_insert(self->verdicts, own, GUINT_TO_POINTER(verdict));
    }
  }
  return verdict == 1;
}
