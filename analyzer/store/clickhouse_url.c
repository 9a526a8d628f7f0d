#include "clickhouse_url.h"

#define TIMEOUT_S 300u
#define TIMEOUT_MAX_S 86400u
#define NAME_MAX_BYTES 255u

gboolean galen_clickhouse_is_url(const char *where) {
  return g_str_has_prefix(where, GALEN_CLICKHOUSE_SCHEME);
}

void galen_clickhouse_url_clear(GalenClickhouseUrl *self) {
  g_free(self->host);
  g_free(self->user);
  g_free(self->password);
  g_free(self->database);
  g_free(self->group);
  g_free(self->shown);
  *self = (GalenClickhouseUrl){0};
}

/* Where the user's part ends: at the last @ before a path or a question; NULL: there is none. */
static const char *end_of_user(const char *authority) {
  const char *end = authority + strcspn(authority, "/?"), *at = NULL;
  for (const char *p = authority; p < end; p++)
    if (*p == '@')
      at = p;
  /* An unescaped slash in a password: better to show too little. */
  return at != NULL ? at : strrchr(authority, '@');
}

char *galen_clickhouse_url_show(const char *where) {
  if (!galen_clickhouse_is_url(where))
    return g_strdup(where);
  const char *authority = where + strlen(GALEN_CLICKHOUSE_SCHEME), *at = end_of_user(authority);
  gsize user = strcspn(authority, ":@");
  if (at == NULL || user >= (gsize)(at - authority))
    return g_strdup(where);
  return g_strdup_printf("%s%.*s%s", GALEN_CLICKHOUSE_SCHEME, (int)user, authority, at);
}

static gboolean bad(GError **error, const char *why) {
  g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE,
              "no address of a ClickHouse server: %s (" GALEN_CLICKHOUSE_SCHEME "[user@]host[:port][/database])", why);
  return FALSE;
}

/* The bytes of a part; NULL: not encoded well, too long, or with a control character. */
static char *decode(const char *text, gsize len) {
  g_autofree char *part = g_strndup(text, len);
  g_autofree char *plain = g_uri_unescape_string(part, NULL);
  if (plain == NULL || strlen(plain) > NAME_MAX_BYTES || !g_utf8_validate(plain, -1, NULL))
    return NULL;
  for (const char *p = plain; *p != '\0'; p++)
    if ((guchar)*p < ' ' || *p == '\x7f')
      return NULL;
  return g_steal_pointer(&plain);
}

static gboolean take_user(GalenClickhouseUrl *self, const char *text, gsize len, GError **error) {
  const char *colon = memchr(text, ':', len);
  self->user = decode(text, colon != NULL ? (gsize)(colon - text) : len);
  self->password = colon != NULL ? decode(colon + 1, (gsize)(text + len - colon - 1)) : NULL;
  return (self->user != NULL && (colon == NULL || self->password != NULL)) || bad(error, "its user or password");
}

static gboolean take_number(const char *text, gsize len, guint max, guint *ret_number) {
  g_autofree char *digits = g_strndup(text, len);
  guint64 number;
  if (!g_ascii_string_to_unsigned(digits, 10, 1, max, &number, NULL))
    return FALSE;
  *ret_number = (guint)number;
  return TRUE;
}

static gboolean take_host(GalenClickhouseUrl *self, const char *text, gsize len, GError **error) {
  const char *end = text + len, *host_end;
  gboolean six = len > 0 && *text == '[';
  if (six)
    host_end = memchr(text, ']', len);
  else
    host_end = memchr(text, ':', len);
  if (six && host_end == NULL)
    return bad(error, "its host");
  const char *rest = host_end == NULL ? end : host_end + (six ? 1 : 0);
  self->host = six ? decode(text + 1, (gsize)(host_end - text - 1)) : decode(text, (gsize)(rest - text));
  if (self->host == NULL || *self->host == '\0' || strpbrk(self->host, " /\\?#@") != NULL)
    return bad(error, "its host");
  if (rest < end && (*rest != ':' || !take_number(rest + 1, (gsize)(end - rest - 1), G_MAXUINT16, &self->port)))
    return bad(error, "its port");
  return TRUE;
}

static gboolean take_question(GalenClickhouseUrl *self, const char *text, GError **error) {
  g_auto(GStrv) parts = g_strsplit(text, "&", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    const char *value = strchr(parts[i], '=');
    gsize key = value != NULL ? (gsize)(value - parts[i]) : 0;
    if (key == strlen("group") && g_str_has_prefix(parts[i], "group")) {
      g_free(self->group);
      self->group = decode(value + 1, strlen(value + 1));
      if (self->group == NULL)
        return bad(error, "its group");
    } else if (key != strlen("timeout") || !g_str_has_prefix(parts[i], "timeout") ||
               !take_number(value + 1, strlen(value + 1), TIMEOUT_MAX_S, &self->timeout))
      return bad(error, "what is behind its question mark: group=NAME and timeout=SECONDS are known");
  }
  return TRUE;
}

static gboolean take_all(GalenClickhouseUrl *self, const char *where, GError **error) {
  const char *authority = where + strlen(GALEN_CLICKHOUSE_SCHEME);
  const char *end = authority + strcspn(authority, "/?"), *at = end_of_user(authority);
  if (at >= end)
    return bad(error, "its user or password, where / and ? are written %2F and %3F");
  const char *host = at != NULL ? at + 1 : authority;
  if ((at != NULL && !take_user(self, authority, (gsize)(at - authority), error)) ||
      !take_host(self, host, (gsize)(end - host), error))
    return FALSE;
  const char *question = strchr(end, '?');
  gsize path = question != NULL ? (gsize)(question - end) : strlen(end);
  if (path > 1) {
    self->database = decode(end + 1, path - 1);
    if (self->database == NULL || strchr(self->database, '/') != NULL)
      return bad(error, "its database");
  }
  return question == NULL || take_question(self, question + 1, error);
}

/* Own settings, when they are not in the URL. */
static void add_settings(GalenClickhouseUrl *self) {
  g_autofree char *path = g_build_filename(g_get_user_config_dir(), "galen.conf", NULL);
  g_autoptr(GKeyFile) file = g_key_file_new();
  gboolean there = g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
  if (self->password == NULL)
    self->password = g_strdup(g_getenv("GALEN_CLICKHOUSE_PASSWORD"));
  if (there && self->user == NULL)
    self->user = g_key_file_get_string(file, "clickhouse", "user", NULL);
  if (there && self->password == NULL)
    self->password = g_key_file_get_string(file, "clickhouse", "password", NULL);
}

gboolean galen_clickhouse_url_parse(const char *where, GalenClickhouseUrl *ret_url, GError **error) {
  g_auto(GalenClickhouseUrl) url = {.port = GALEN_CLICKHOUSE_PORT, .timeout = TIMEOUT_S};
  if (!galen_clickhouse_is_url(where))
    return bad(error, "another scheme");
  if (!take_all(&url, where, error))
    return FALSE;
  add_settings(&url);
  if (url.database == NULL)
    url.database = g_strdup("default");
  if (url.group == NULL)
    url.group = g_strdup("");
  url.shown = galen_clickhouse_url_show(where);
  *ret_url = url;
  url = (GalenClickhouseUrl){0};
  return TRUE;
}
