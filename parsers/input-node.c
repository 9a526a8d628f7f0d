/* Whose log is it? Names of nodes from paths, as people name folders and files. */
#include "input-private.h"

/* The parts of a name between these are its tokens. */
#define SEPARATORS ".-_:"
/* A name has at most 255 bytes on disk; a longer one (of an archive's member) is looked at so far. */
#define TOKENS_MAX 256

typedef enum {
  TOKEN_OWN,
  TOKEN_NUMBER, /* or a date */
  TOKEN_WORD,   /* in any log's name */
  TOKEN_ENDING, /* the same, and nothing but an ending behind a '.' */
} TokenKind;

typedef struct {
  const char *text;
  gsize len;
  char before; /* the separator in front; '\0': none */
  TokenKind kind;
} Token;

typedef struct {
  Token tokens[TOKENS_MAX];
  guint n;
} Name;

static const char *const endings[] = {"bak",   "bz2", "cpio",   "csv",  "err",  "export", "gz",   "journal", "json",
                                      "jsonl", "log", "ndjson", "old",  "orig", "out",    "save", "tar",     "tbz",
                                      "tgz",   "txt", "txz",    "tzst", "xz",   "zip",    "zst",  "zstd"};
static const char *const words[] = {
    "err",     "error",   "errors", "galera",  "general",  "log",    "logs", "mariadb", "mariadbd", "mysql",  "mysqld",
    "percona", "queries", "query",  "recover", "recovery", "server", "slow", "slowlog", "stderr",   "stdout", "wsrep"};
static const char *const generic_folders[] = {"",     "..",      ".",     "/",      "data",    "lib", "log",
                                              "logs", "mariadb", "mysql", "mysqld", "samples", "tmp", "var"};
/* Files beside logs that are none; they do not make a folder a shared one. */
static const char *const other_endings[] = {"cache", "cnf",  "conf", "csv", "dat",  "frm", "html", "ibd",
                                            "ini",   "json", "key",  "md",  "myd",  "myi", "pdf",  "pem",
                                            "pid",   "png",  "py",   "sh",  "sock", "sql", "yaml", "yml"};
static const char *const other_words[] = {"bin", "binlog", "ib", "ibdata1", "ibtmp1", "index", "relay"};

/* The list's length is small and it need not be sorted: names are read once. */
static gboolean listed(const char *const *list, gsize n, const char *text, gsize len) {
  for (gsize i = 0; i < n; i++)
    if (strlen(list[i]) == len && g_ascii_strncasecmp(list[i], text, len) == 0)
      return TRUE;
  return FALSE;
}
#define LISTED(list, text, len) listed(list, G_N_ELEMENTS(list), text, len)

/* "1", "20240131", "20240131T235959Z" */
static gboolean is_number(const char *text, gsize len) {
  gsize digits = 0, marks = 0;
  for (gsize i = 0; i < len; i++) {
    if (g_ascii_isdigit(text[i]))
      digits++;
    else if (i > 0 && ((text[i] == 'T' && i == 8) || (text[i] == 'Z' && i + 1 == len)))
      marks++;
  }
  return digits > 0 && digits + marks == len && (marks == 0 || digits >= 8);
}

static TokenKind token_kind(const Token *token) {
  if (is_number(token->text, token->len))
    return TOKEN_NUMBER;
  if (token->before == '.' && LISTED(endings, token->text, token->len))
    return TOKEN_ENDING;
  return LISTED(endings, token->text, token->len) || LISTED(words, token->text, token->len) ? TOKEN_WORD : TOKEN_OWN;
}

/* Part of an address: at most 255 and no leading zero, which parts of dates have. */
static gboolean is_octet(const Token *token) {
  if (token->kind != TOKEN_NUMBER || token->len > 3 || (token->len > 1 && token->text[0] == '0'))
    return FALSE;
  guint value = 0;
  for (gsize i = 0; i < token->len; i++)
    value = value * 10 + (guint)(token->text[i] - '0');
  return value <= 255;
}

/* "10.0.0.1-slow.log", "ip-10-0-0-1.err": four numbers of their own are a host, not a date. */
static void keep_addresses(Name *name) {
  for (guint i = 0; i < name->n;) {
    guint end = i;
    while (end < name->n && is_octet(&name->tokens[end]) &&
           (end == i || name->tokens[end].before == name->tokens[i + 1].before))
      end++;
    gboolean four = end - i == 4 && !(end < name->n && name->tokens[end].kind == TOKEN_NUMBER) &&
                    !(i > 0 && name->tokens[i - 1].kind == TOKEN_NUMBER);
    gboolean dotted = four && name->tokens[i + 1].before == '.';
    gboolean named =
        four && i > 0 && name->tokens[i - 1].len == 2 && g_ascii_strncasecmp(name->tokens[i - 1].text, "ip", 2) == 0;
    for (guint k = i; k < end && (dotted || named); k++)
      name->tokens[k].kind = TOKEN_OWN;
    i = MAX(end, i + 1);
  }
}

static void split(Name *ret_name, const char *text) {
  ret_name->n = 0;
  char before = '\0';
  while (*text != '\0' && ret_name->n < TOKENS_MAX) {
    gsize len = strcspn(text, SEPARATORS);
    if (len > 0) {
      Token *token = &ret_name->tokens[ret_name->n++];
      *token = (Token){.text = text, .len = len, .before = before};
      token->kind = token_kind(token);
    }
    text += len;
    if (*text != '\0')
      before = *text++;
  }
  keep_addresses(ret_name);
}

/* The tokens whose kind has a bit in `kinds`, with the separators that were in front of them. */
static char *join(const Name *name, guint kinds) {
  GString *result = g_string_new(NULL);
  for (guint i = 0; i < name->n; i++) {
    const Token *token = &name->tokens[i];
    if ((kinds & 1u << token->kind) == 0)
      continue;
    if (result->len > 0)
      g_string_append_c(result, token->before);
    g_string_append_len(result, token->text, (gssize)token->len);
  }
  return g_string_free(result, FALSE);
}

char *galen_node_rest(const char *text) {
  Name name;
  split(&name, text);
  return join(&name, 1u << TOKEN_OWN);
}

/* The file's name without endings, dates, numbers; as little of that as leaves anything. */
static char *node_stem(const char *text) {
  static const guint kinds[] = {1u << TOKEN_OWN | 1u << TOKEN_WORD,
                                1u << TOKEN_OWN | 1u << TOKEN_WORD | 1u << TOKEN_NUMBER};
  Name name;
  split(&name, text);
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    char *stem = join(&name, kinds[i]);
    if (*stem != '\0')
      return stem;
    g_free(stem);
  }
  return g_strdup(*text != '\0' ? text : "unnamed");
}

gboolean galen_node_generic(const char *folder, gsize len) {
  return LISTED(generic_folders, folder, len);
}

/* The path's component that ends at path + end, '/' at its end not counted: its begin and end. */
static gsize component(const char *path, gsize end, gsize *ret_end) {
  while (end > 0 && path[end - 1] == '/')
    end--;
  *ret_end = end;
  while (end > 0 && path[end - 1] != '/')
    end--;
  return end;
}

char *galen_node_below(const char *path, gboolean shared, gsize below) {
  gsize name_end, end;
  gsize name_begin = component(path, strlen(path), &name_end);
  gsize begin = component(path, name_begin, &end);
  if (!shared && !galen_node_generic(path + begin, end - begin))
    return g_strndup(path + begin, end - begin);

  g_autofree char *name = g_strndup(path + name_begin, name_end - name_begin);
  g_autofree char *rest = galen_node_rest(name);
  if (*rest != '\0')
    return g_steal_pointer(&rest);
  while (!shared && end > 0 && begin >= below) {
    if (!galen_node_generic(path + begin, end - begin))
      return g_strndup(path + begin, end - begin);
    begin = component(path, begin, &end);
  }
  return node_stem(name);
}

char *galen_input_node_name(const char *path, gboolean shared) {
  return galen_node_below(path, shared, G_MAXSIZE);
}

/* The rests of one folder's names: of those that look like logs, and of the others. */
typedef struct {
  char *first[2];
  gboolean several[2];
  gboolean has_logs;
} Folder;

struct GalenFolders {
  GHashTable *by_path; /* of Folder */
};

static void folder_free(gpointer data) {
  Folder *self = data;
  g_free(self->first[FALSE]);
  g_free(self->first[TRUE]);
  g_free(self);
}

GalenFolders *galen_folders_new(void) {
  GalenFolders *self = g_new0(GalenFolders, 1);
  self->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, folder_free);
  return self;
}

void galen_folders_free(GalenFolders *self) {
  if (self == NULL)
    return;
  g_hash_table_unref(self->by_path);
  g_free(self);
}

/* grastate.dat, my.cnf, mysql-bin.000001: known to be no log. */
static gboolean is_other(const Name *name) {
  for (guint i = 0; i < name->n; i++)
    if (LISTED(other_words, name->tokens[i].text, name->tokens[i].len))
      return TRUE;
  const Token *last = name->n > 0 ? &name->tokens[name->n - 1] : NULL;
  return last != NULL && last->before == '.' && LISTED(other_endings, last->text, last->len);
}

/* By its name: "n1.err", "slow_n1", but not "status_after.txt". */
static gboolean is_log(const Name *name) {
  static const char *const neutral[] = {"bak", "bz2", "cpio", "gz",  "old",  "orig", "out", "save", "server", "tar",
                                        "tbz", "tgz", "txt",  "txz", "tzst", "xz",   "zip", "zst",  "zstd"};
  for (guint i = 0; i < name->n; i++) {
    const Token *token = &name->tokens[i];
    if ((token->kind == TOKEN_WORD || token->kind == TOKEN_ENDING) && !LISTED(neutral, token->text, token->len))
      return TRUE;
  }
  return FALSE;
}

void galen_folders_add(GalenFolders *self, const char *path) {
  g_autofree char *text = g_path_get_basename(path);
  Name name;
  split(&name, text);
  if (is_other(&name))
    return;
  char *dir = g_path_get_dirname(path);
  Folder *folder = g_hash_table_lookup(self->by_path, dir);
  if (folder == NULL) {
    folder = g_new0(Folder, 1);
    g_hash_table_insert(self->by_path, g_strdup(dir), folder);
  }
  g_free(dir);

  gboolean log = is_log(&name);
  folder->has_logs |= log;
  g_autofree char *rest = join(&name, 1u << TOKEN_OWN);
  if (*rest == '\0')
    return;
  if (folder->first[log] == NULL)
    folder->first[log] = g_steal_pointer(&rest);
  else if (!g_str_equal(folder->first[log], rest))
    folder->several[log] = TRUE;
}

gboolean galen_folders_shared(const GalenFolders *self, const char *path) {
  g_autofree char *dir = g_path_get_dirname(path);
  const Folder *folder = g_hash_table_lookup(self->by_path, dir);
  return folder != NULL && folder->several[folder->has_logs];
}
