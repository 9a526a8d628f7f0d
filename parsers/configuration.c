/* my.cnf and its like: the settings of a server's groups, and the files it includes. */
#include "state_file.h"

#define NAME_MAX_LEN 128u
/* Lines of the beginning that a bid looks at. */
#define BID_LINES 3000u

static const char NO_SETTING[] = "no setting";
static const char TOO_MANY[] = "more settings than a configuration has";

typedef struct {
  StateFile *file;
  GArray *settings;    /* of GalenSetting */
  GStringChunk *names; /* their names */
  GalenSlice group;
} Configuration;

/* Groups that servers and their starters read: "mysqld", "mysqld-8.0", "mysqld3", "mariadb-10.11". */
static gboolean is_server_group(GalenSlice group) {
  static const char *const names[] = {"mysqld",       "mariadbd",    "server",        "mariadb",
                                      "galera",       "mysqld_safe", "mariadbd-safe", "safe_mysqld",
                                      "mysqld_multi", "sst",         "xtrabackup"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    if (!galen_slice_starts(group, names[i]))
      continue;
    gsize at = strlen(names[i]);
    at += at < group.len && group.data[at] == '-';
    while (at < group.len && (g_ascii_isdigit(group.data[at]) || group.data[at] == '.'))
      at++;
    if (at == group.len)
      return TRUE;
  }
  return FALSE;
}

/* "[mysqld]" */
static gboolean read_group(GalenSlice line, GalenSlice *ret_group) {
  const char *close = line.len > 2 && line.data[0] == '[' ? memchr(line.data, ']', line.len) : NULL;
  if (close == NULL)
    return FALSE;
  const char *from = line.data + 1;
  while (from < close && *from == ' ')
    from++;
  while (close > from && close[-1] == ' ')
    close--;
  *ret_group = galen_slice(from, (gsize)(close - from));
  return close > from;
}

static gboolean is_secret(const char *name) {
  static const char *const marks[] = {"password", "passwd", "sst_auth", "secret", "passphrase"};
  for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
    if (strstr(name, marks[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* Without quotes around it, and without a comment behind it. */
static GalenSlice clean_value(GalenSlice value) {
  if (value.len > 0 && (value.data[0] == '\'' || value.data[0] == '"')) {
    const char *close = memchr(value.data + 1, value.data[0], value.len - 1);
    if (close != NULL)
      return galen_slice(value.data + 1, (gsize)(close - value.data - 1));
  }
  for (gsize i = 0; i < value.len; i++)
    if (value.data[i] == '#' && (i == 0 || g_ascii_isspace(value.data[i - 1]))) {
      value.len = i;
      break;
    }
  while (value.len > 0 && g_ascii_isspace(value.data[value.len - 1]))
    value.len--;
  return value;
}

static const char *keep_name(Configuration *self, GalenSlice raw, gboolean option) {
  char name[NAME_MAX_LEN + 1];
  gsize len = MIN(raw.len, NAME_MAX_LEN);
  for (gsize i = 0; i < len; i++) {
    char c = g_ascii_tolower(raw.data[i]);
    name[i] = c == '-' && option ? '_' : c;
  }
  return g_string_chunk_insert_len(self->names, name, (gssize)len);
}

static void add(Configuration *self, GalenSetting *setting, const char *name) {
  setting->name = galen_slice(name, strlen(name));
  setting->group = self->group;
  if (is_secret(name)) {
    setting->secret = TRUE;
    setting->value = galen_slice(NULL, 0);
  }
  g_array_append_val(self->settings, *setting);
}

static GalenSlice trimmed(const char *from, const char *to) {
  while (from < to && g_ascii_isspace(*from))
    from++;
  while (to > from && g_ascii_isspace(to[-1]))
    to--;
  return galen_slice(from, (gsize)(to - from));
}

/* "name = value" or "name" */
static gboolean split(GalenSlice text, GalenSlice *ret_name, GalenSlice *ret_value) {
  const char *end = text.data + text.len, *equals = memchr(text.data, '=', text.len);
  *ret_name = trimmed(text.data, equals != NULL ? equals : end);
  *ret_value = equals != NULL ? trimmed(equals + 1, end) : galen_slice(NULL, 0);
  return ret_name->len > 0 && ret_name->len <= NAME_MAX_LEN;
}

/* "gcache.size=64M; pc.weight=2" */
static void add_provider_options(Configuration *self, GalenSlice options, guint64 line) {
  const char *at = options.data, *end = options.data + options.len;
  while (at < end && self->settings->len < GALEN_SETTINGS_MAX) {
    const char *stop = memchr(at, ';', (gsize)(end - at));
    if (stop == NULL)
      stop = end;
    GalenSetting setting = {.provider = TRUE, .line = line};
    GalenSlice name;
    if (split(galen_slice(at, (gsize)(stop - at)), &name, &setting.value))
      add(self, &setting, keep_name(self, name, FALSE));
    at = stop + 1;
  }
}

static gboolean is_name(GalenSlice name) {
  for (gsize i = 0; i < name.len; i++)
    if (!g_ascii_isalnum(name.data[i]) && strchr("-_.:", name.data[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean read_setting(Configuration *self, const StateLine *line) {
  GalenSetting setting = {.line = line->number};
  GalenSlice name;
  if (line->text.data[0] == '!') {
    const char *end = line->text.data + line->text.len;
    const char *blank = memchr(line->text.data, ' ', line->text.len);
    if (blank == NULL || !galen_slice_starts(line->text, "!include"))
      return FALSE;
    setting.value = trimmed(blank, end);
    add(self, &setting, keep_name(self, galen_slice(line->text.data, (gsize)(blank - line->text.data)), FALSE));
    return TRUE;
  }
  if (!split(line->text, &name, &setting.value))
    return FALSE;
  /* A flag may have a comment behind it. */
  name = clean_value(name);
  if (name.len == 0 || !is_name(name))
    return FALSE;
  if (setting.value.data != NULL)
    setting.value = clean_value(setting.value);
  const char *kept = keep_name(self, name, TRUE);
  add(self, &setting, g_str_has_prefix(kept, "loose_") ? kept + 6 : kept);
  if (g_str_has_suffix(kept, "wsrep_provider_options") && setting.value.data != NULL)
    add_provider_options(self, setting.value, line->number);
  return TRUE;
}

static void read_file(StateFile *file, const char *data, gsize len) {
  Configuration self = {
      .file = file, .settings = g_array_new(FALSE, FALSE, sizeof(GalenSetting)), .names = g_string_chunk_new(4096)};
  const char *at = data;
  StateLine line = {0};
  if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
    at += 3;
    file->account.bytes_headers += 3;
  }
  while (galen_state_line(&at, data + len, &line)) {
    if (line.text.len == 0 || line.text.data[0] == '#' || line.text.data[0] == ';' ||
        read_group(line.text, &self.group))
      galen_state_count_header(file, &line);
    else if (self.settings->len >= GALEN_SETTINGS_MAX)
      galen_state_count_skip(file, &line, TOO_MANY);
    else if (read_setting(&self, &line))
      galen_state_count_event(file, &line);
    else
      galen_state_count_skip(file, &line, NO_SETTING);
  }
  GalenStateFile event = {.kind = GALEN_STATE_CONFIGURATION,
                          .seqno = -1,
                          .safe_to_bootstrap = -1,
                          .bootstrap = -1,
                          .settings = (const GalenSetting *)(gpointer)self.settings->data,
                          .n_settings = self.settings->len};
  file->account.events++;
  file->account.untimed++;
  if (file->sink.state != NULL)
    file->sink.state(file->sink.user, &event);
  g_array_unref(self.settings);
  g_string_chunk_free(self.names);
}

static gsize parse(gpointer self, const char *data, gsize len, gboolean eof) {
  return galen_state_parse(self, data, len, eof, read_file);
}

/* Only with a server's group, and when the lines are groups, comments and settings. */
static guint bid(const char *data, gsize len) {
  const char *at = data;
  StateLine line = {0};
  guint groups = 0, settings = 0, includes = 0, others = 0;
  gboolean in_group = FALSE;
  if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
    at += 3;
  while (line.number < BID_LINES && galen_state_line(&at, data + len, &line)) {
    GalenSlice group, name, value;
    if (line.text.len == 0 || line.text.data[0] == '#' || line.text.data[0] == ';')
      continue;
    if (read_group(line.text, &group) && line.text.data[line.text.len - 1] == ']') {
      in_group = TRUE;
      groups += is_server_group(group) != FALSE;
    } else if (galen_slice_starts(line.text, "!include")) {
      includes++;
    } else if (in_group && split(line.text, &name, &value) && is_name(clean_value(name))) {
      settings++;
    } else {
      others++;
    }
  }
  return groups > 0 && settings + includes > 0 && others * 5 <= settings + includes ? 48 : 0;
}

const GalenFormat galen_format_configuration = {
    .name = "configuration",
    .bid = bid,
    .open = galen_state_open,
    .parse = parse,
    .account = galen_state_account,
    .describe = galen_state_describe,
    .close = galen_state_close,
};
