/* Names that wrappers say: hosts and programs, and which programs' lines tell something of a database server. */
#include "envelope-private.h"

static EnvName *find(EnvNames *self, GalenSlice text) {
  for (guint i = 0; i < self->n; i++) {
    EnvName *name = &self->items[(self->last + i) % self->n];
    if (name->len == text.len && memcmp(name->text, text.data, text.len) == 0) {
      self->last = (guint)(name - self->items);
      return name;
    }
  }
  return NULL;
}

static EnvName *add(EnvNames *self, GalenSlice text) {
  EnvName *name = &self->items[self->n++];
  *name = (EnvName){.text = g_strndup(text.data, text.len), .len = text.len};
  return name;
}

EnvName *galen_env_name(EnvNames *self, GalenSlice text) {
  if (text.data == NULL || text.len == 0 || text.len > ENV_NAME_BYTES_MAX)
    return NULL;
  EnvName *name = find(self, text);
  return name != NULL || self->n == ENV_NAMES_MAX ? name : add(self, text);
}

void galen_env_names_clear(EnvNames *self) {
  for (guint i = 0; i < self->n; i++)
    g_free(self->items[i].text);
  self->n = 0;
}

static gboolean has(GalenSlice text, const char *word) {
  return text.len > 0 && memmem(text.data, text.len, word, strlen(word)) != NULL;
}

/* Programs around the servers whose names hold a server's name; the audit plugins' tags too. */
static const char *const strangers[] = {"exporter", "router", "proxysql", "maxscale", "agent", "workbench", "audit"};
/* Those whose name in a line says that it is not about a server. */
#define STRANGERS_IN_TEXT 4u
static const char *const servers[] = {"mysql",  "maria",      "percona",     "wsrep",      "garb",
                                      "galera", "innobackup", "mariabackup", "xtrabackup", "pxc"};
/* Programs that tell of starts, ends and kills of others. */
static const char *const systems[] = {"systemd", "kernel", "systemd-coredump", "systemd-oomd", "earlyoom",
                                      "init",    "abrt",   "upstart",          "oom"};
/* What their lines must hold. */
static const char *const server_words[] = {"mysql", "mariadb", "garb", "percona", "galera"};

static EnvProgram classify(GalenSlice name) {
  g_autofree char *lower = g_ascii_strdown(name.data, (gssize)name.len);
  GalenSlice text = galen_slice(lower, name.len);
  for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++)
    if (has(text, strangers[i]))
      return ENV_PROGRAM_OTHER;
  for (gsize i = 0; i < G_N_ELEMENTS(servers); i++)
    if (has(text, servers[i]))
      return ENV_PROGRAM_SERVER;
  for (gsize i = 0; i < G_N_ELEMENTS(systems); i++)
    if (galen_slice_starts(text, systems[i]))
      return ENV_PROGRAM_SYSTEM;
  return ENV_PROGRAM_UNKNOWN;
}

gboolean galen_env_names_server(GalenSlice text) {
  for (gsize i = 0; i < STRANGERS_IN_TEXT; i++)
    if (has(text, strangers[i]))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(server_words); i++)
    if (has(text, server_words[i]))
      return TRUE;
  return FALSE;
}

EnvName *galen_env_program(EnvNames *self, GalenSlice text) {
  if (text.data == NULL || text.len == 0 || text.len > ENV_NAME_BYTES_MAX)
    return NULL;
  EnvName *name = find(self, text);
  if (name != NULL || self->n == ENV_NAMES_MAX)
    return name;
  EnvProgram program = classify(text);
  if (program != ENV_PROGRAM_SERVER && program != ENV_PROGRAM_SYSTEM && self->n >= ENV_NAMES_MAX / 2)
    return NULL;
  name = add(self, text);
  name->program = program;
  return name;
}

gboolean galen_env_program_passes(EnvName *program, GalenSlice text) {
  if (program == NULL)
    return galen_env_plausible(text);
  if (program->program == ENV_PROGRAM_UNKNOWN && galen_env_plausible(text))
    program->program = ENV_PROGRAM_SERVER;
  if (program->program == ENV_PROGRAM_SYSTEM)
    return galen_env_names_server(text);
  return program->program == ENV_PROGRAM_SERVER;
}

/* ---- what a server's line looks like ---- */

static const char *const line_beginnings[] = {"# Time:", "# User@Host:", "# Query_time:", "# Thread_id:", "InnoDB:",
                                              "WSREP: ", "Version: '",   "mysqld: ",      "mariadbd: "};
static const char *const dated_words[] = {"[Note]",  "[Warning]", "[ERROR]",   "[System]",  "[Entrypoint]", "mysqld",
                                          "InnoDB",  "WSREP",     "mariadbd",  "\tQuery\t", "Query\t",      "Connect\t",
                                          " Quit\t", "Prepare\t", "Execute\t", "  INFO: ",  " WARN: ",      " ERROR: "};
#define LINE_LOOK 400u

gboolean galen_env_plausible(GalenSlice text) {
  GalenLogTime time;
  const char *end = text.len == 0 ? NULL : memchr(text.data, '\n', text.len);
  GalenSlice line = galen_slice(text.data, MIN(end != NULL ? (gsize)(end - text.data) : text.len, (gsize)LINE_LOOK));
  if (line.len < 6)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(line_beginnings); i++)
    if (galen_slice_starts(line, line_beginnings[i]))
      return TRUE;
  if (line.data[0] == '{')
    return (has(line, "\"err_code\"") && has(line, "\"msg\"")) || has(line, "[Note]") || has(line, "[Warning]") ||
           has(line, "[ERROR]") || has(line, "# User@Host");
  if (line.data[0] == '/')
    return has(line, ", Version: ");
  if (has(line, " got signal ") || galen_slice_starts(line, "[MY-"))
    return TRUE;
  gboolean dated = galen_log_time_parse(line, &time);
  for (gsize i = 0; (dated || line.data[0] == '[') && i < (dated ? G_N_ELEMENTS(dated_words) : 4); i++)
    if (has(line, dated_words[i]))
      return TRUE;
  return FALSE;
}
