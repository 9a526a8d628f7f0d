#include "clickhouse_private.h"

#include <fcntl.h>
#include <unistd.h>

/* A claim lasts that long, by the server's clock, and is renewed while it is used. Who was killed on this machine is known to be
 * gone; of those elsewhere the time must run out, which is less than a writer waits. */
#define CLAIM_S 20
#define RENEW_US (5 * (gint64)G_USEC_PER_SEC)
#define CLAIM_US (CLAIM_S * (gint64)G_USEC_PER_SEC)
#define WAIT_MS 30000
#define RETRY_MIN_US 20000
#define RETRY_MAX_US 300000

struct GalenClickhouseLock {
  GalenClickhouse *store;
  guint64 token, version;
  char *owner; /* quoted */
  GalenHttp *http;
  GThread *thread;
  GMutex mutex;
  GCond cond;
  gboolean over;
  gint64 renewed; /* by the clock of this machine */
};

static char *read_line(const char *path) {
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return g_strdup("");
  return g_strdup(g_strchomp(text));
}

/* When a process began, from /proc: a number may be another process's later. NULL: there is none. */
static char *start_of(gint64 process) {
  g_autofree char *path = g_strdup_printf("/proc/%" G_GINT64_FORMAT "/stat", process);
  g_autofree char *text = read_line(path);
  const char *rest = strrchr(text, ')'); /* the name before it may hold anything */
  g_auto(GStrv) parts = g_strsplit(rest != NULL ? rest + 1 : "", " ", -1);
  return g_strv_length(parts) > 20 ? g_strdup(parts[20]) : NULL;
}

/* The machine, since it was booted, and the processes that can see each other. */
static char *machine(void) {
  g_autofree char *boot = read_line("/proc/sys/kernel/random/boot_id");
  g_autofree char *space = g_file_read_link("/proc/self/ns/pid", NULL);
  return *boot != '\0' && space != NULL ? g_strdup_printf("%s %s", boot, space) : g_strdup("");
}

static char *name_owner(void) {
  g_autofree char *where = machine(), *start = start_of(getpid());
  return g_strdup_printf("%s|%d|%s", where, (int)getpid(), start != NULL ? start : "");
}

/* A process of this machine that is no more. */
static gboolean is_gone(const char *owner) {
  g_auto(GStrv) parts = g_strsplit(owner, "|", 3);
  g_autofree char *where = machine();
  gint64 process;
  if (g_strv_length(parts) != 3 || *where == '\0' || !g_str_equal(parts[0], where) || *parts[2] == '\0' ||
      !g_ascii_string_to_signed(parts[1], 10, 1, G_MAXINT32, &process, NULL))
    return FALSE;
  g_autofree char *start = start_of(process);
  return g_strcmp0(start, parts[2]) != 0;
}

/* ---- claims ---- */

typedef struct {
  guint64 token; /* own */
  guint others;  /* that are in force */
  gboolean own;
} Claims;

static gboolean take_claim(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  Claims *self = user;
  (void)error;
  g_autofree char *owner = g_strndup(cells[1].text.data, cells[1].text.len);
  if (cells[0].number == self->token)
    self->own = TRUE;
  else
    self->others += !is_gone(owner);
  return TRUE;
}

static gboolean look(GalenClickhouseLock *self, Claims *ret_claims, GError **error) {
  GalenClickhouse *store = self->store;
  g_autofree char *rest = g_strdup_printf(
      "token, last_owner FROM (SELECT token, argMax(owner, version) AS last_owner, argMax(until, version) AS last_until"
      " FROM galen_lock WHERE site = %s AND until > now() - 3600 GROUP BY token) WHERE last_until > now()",
      store->group);
  *ret_claims = (Claims){.token = self->token};
  return galen_clickhouse_select(store, store->http, "qs", rest, take_claim, ret_claims, error);
}

/* Claims for another while; 0 s: no more. */
static gboolean claim(GalenClickhouseLock *self, GalenHttp *http, int seconds, GError **error) {
  gint64 now = g_get_monotonic_time();
  g_autofree char *sql = g_strdup_printf(
      "INSERT INTO galen_lock (site, token, owner, until, version) SELECT %s, toUInt64(%" G_GUINT64_FORMAT
      "), %s, now() + %d, toUInt64(%" G_GUINT64_FORMAT ")",
      self->store->group, self->token, self->owner, seconds, ++self->version);
  GalenHttpQuery query = {.sql = sql};
  if (!galen_http_run(http, &query, NULL, error))
    return FALSE;
  self->renewed = now;
  return TRUE;
}

/* What fails here shows at the commit. */
static gpointer keep_claim(gpointer data) {
  GalenClickhouseLock *self = data;
  g_mutex_lock(&self->mutex);
  for (;;) {
    gint64 until = g_get_monotonic_time() + RENEW_US;
    while (!self->over && g_cond_wait_until(&self->cond, &self->mutex, until))
      continue;
    if (self->over)
      break;
    (void)claim(self, self->http, CLAIM_S, NULL);
  }
  g_mutex_unlock(&self->mutex);
  return NULL;
}

static void lock_free(GalenClickhouseLock *self) {
  if (self->thread != NULL) {
    g_mutex_lock(&self->mutex);
    self->over = TRUE;
    g_cond_signal(&self->cond);
    g_mutex_unlock(&self->mutex);
    g_thread_join(self->thread);
  }
  g_mutex_clear(&self->mutex);
  g_cond_clear(&self->cond);
  galen_http_free(self->http);
  g_free(self->owner);
  g_free(self);
}

static gint64 wait_us(void) {
  const char *wait = g_getenv("GALEN_STORE_WAIT_MS");
  return (wait != NULL ? CLAMP(g_ascii_strtoll(wait, NULL, 10), 0, WAIT_MS) : WAIT_MS) * G_GINT64_CONSTANT(1000);
}

/* Each says so first and looks then: of two at least one sees the other, and who sees another one takes it back. */
static gboolean try_once(GalenClickhouseLock *self, gboolean *ret_taken, GError **error) {
  Claims claims;
  *ret_taken = FALSE;
  if (!look(self, &claims, error))
    return FALSE;
  if (claims.others > 0)
    return TRUE;
  if (!claim(self, self->store->http, CLAIM_S, error) || !look(self, &claims, error))
    return FALSE;
  *ret_taken = claims.own && claims.others == 0;
  return *ret_taken || claim(self, self->store->http, 0, error);
}

static gboolean take(GalenClickhouseLock *self, GError **error) {
  gint64 until = g_get_monotonic_time() + wait_us();
  for (;;) {
    gboolean taken;
    if (!try_once(self, &taken, error))
      return FALSE;
    if (taken)
      return TRUE;
    if (g_get_monotonic_time() >= until) {
      g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_LOCKED, "another run is writing to the store");
      return FALSE;
    }
    g_usleep((gulong)g_random_int_range(RETRY_MIN_US, RETRY_MAX_US));
  }
}

GalenClickhouseLock *galen_clickhouse_lock(GalenClickhouse *store, GError **error) {
  g_autofree char *owner = name_owner();
  GalenHttp *http = galen_http_new(&store->url, TRUE, error);
  if (http == NULL)
    return NULL;
  GalenClickhouseLock *self = g_new0(GalenClickhouseLock, 1);
  g_mutex_init(&self->mutex);
  g_cond_init(&self->cond);
  self->store = store;
  self->http = http;
  self->token = galen_clickhouse_random();
  self->owner = galen_clickhouse_quote(owner);
  if (take(self, error)) {
    self->thread = g_thread_new("lock", keep_claim, self);
    return self;
  }
  lock_free(self);
  return NULL;
}

gboolean galen_clickhouse_lock_holds(GalenClickhouse *store, GError **error) {
  GalenClickhouseLock *self = store->lock;
  g_mutex_lock(&self->mutex);
  gint64 renewed = self->renewed;
  g_mutex_unlock(&self->mutex);
  if (g_get_monotonic_time() - renewed < CLAIM_US * 3 / 4)
    return TRUE;
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_LOCKED,
                      "the store was not reached for so long that another run may be writing to it");
  return FALSE;
}

void galen_clickhouse_unlock(GalenClickhouse *store) {
  GalenClickhouseLock *self = g_steal_pointer(&store->lock);
  if (self == NULL)
    return;
  g_mutex_lock(&self->mutex);
  self->over = TRUE;
  (void)claim(self, self->http, 0, NULL);
  g_mutex_unlock(&self->mutex);
  lock_free(self);
}
