#include "clickhouse_http.h"

#include "../words.h"

#ifdef GALEN_CURL
#include "late_curl.h"

#define CONNECT_S 10L
/* Of what the server says when it refuses. */
#define REFUSAL_MAX 4096u
#define WORDS_MAX 300u

struct GalenHttp {
  const GalenClickhouseUrl *url;
  CURL *curl;
  struct curl_slist *headers;
  CURLU *address;
  gboolean writes;
  char said[CURL_ERROR_SIZE];
  gboolean headed; /* the head of the answer is whole */
  gboolean ending; /* and says how its end is known */
  /* Of the query that runs. */
  const GalenHttpQuery *query;
  GString *refusal;
  GError *error;
};

static gsize on_data(char *data, gsize size, gsize n, void *user) {
  GalenHttp *self = user;
  long status = 0;
  curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    g_string_append_len(self->refusal, data, (gssize)MIN(size * n, REFUSAL_MAX - self->refusal->len));
    return size * n;
  }
  gboolean taken =
      self->query->func == NULL || self->query->func((const guint8 *)data, size * n, self->query->user, &self->error);
  return taken ? size * n : 0;
}

/* To curl an answer that ends within its head is an empty one, and one that says nothing of its length ends where it is cut. */
static gsize on_header(char *data, gsize size, gsize n, void *user) {
  static const char *const names[] = {"Content-Length:", "Transfer-Encoding:"};
  GalenHttp *self = user;
  gsize len = size * n;
  self->headed = len <= 2;
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    self->ending |= len > strlen(names[i]) && g_ascii_strncasecmp(data, names[i], strlen(names[i])) == 0;
  return len;
}

static void add_header(GalenHttp *self, const char *name, const char *value) {
  if (value == NULL)
    return;
  g_autofree char *header = *value != '\0' ? g_strdup_printf("%s: %s", name, value) : g_strdup_printf("%s;", name);
  self->headers = curl_slist_append(self->headers, header);
}

static void configure(GalenHttp *self) {
  static const struct {
    CURLoption option;
    long value;
  } numbers[] = {
      {CURLOPT_NOSIGNAL, 1},
      {CURLOPT_NOPROGRESS, 1},
      {CURLOPT_CONNECTTIMEOUT, CONNECT_S},
      {CURLOPT_LOW_SPEED_LIMIT, 1},
      {CURLOPT_POST, 1},
      {CURLOPT_FOLLOWLOCATION, 0},
      {CURLOPT_TCP_NODELAY, 1},
      {CURLOPT_TCP_KEEPALIVE, 1},
      {CURLOPT_MAXAGE_CONN, 5}, /* old servers close idle connections after that */
  };
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    curl_easy_setopt(self->curl, numbers[i].option, numbers[i].value);
  curl_easy_setopt(self->curl, CURLOPT_LOW_SPEED_TIME, (long)self->url->timeout);
  curl_easy_setopt(self->curl, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(self->curl, CURLOPT_PROXY, "");
  curl_easy_setopt(self->curl, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(self->curl, CURLOPT_WRITEDATA, self);
  curl_easy_setopt(self->curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(self->curl, CURLOPT_HEADERDATA, self);
  curl_easy_setopt(self->curl, CURLOPT_ERRORBUFFER, self->said);
  add_header(self, "X-ClickHouse-User", self->url->user);
  add_header(self, "X-ClickHouse-Key", self->url->password);
  self->headers = curl_slist_append(self->headers, "Expect:");
  curl_easy_setopt(self->curl, CURLOPT_HTTPHEADER, self->headers);
}

/* wait_end_of_query: an error that comes in the middle of an answer comes instead of it. */
static void set_address(GalenHttp *self, const GalenHttpQuery *query) {
  g_autofree char *host = strchr(self->url->host, ':') != NULL ? g_strdup_printf("[%s]", self->url->host) : NULL;
  g_autofree char *port = g_strdup_printf("%u", self->url->port);
  g_autofree char *database = g_uri_escape_string(self->url->database, NULL, FALSE);
  g_autofree char *insert = query->body != NULL ? g_uri_escape_string(query->sql, NULL, FALSE) : NULL;
  g_autofree char *question = g_strdup_printf("database=%s&wait_end_of_query=1%s%s%s", database,
                                              self->writes ? "&insert_distributed_sync=1" : "",
                                              insert != NULL ? "&query=" : "", insert != NULL ? insert : "");
  curl_url_set(self->address, CURLUPART_SCHEME, "http", 0);
  curl_url_set(self->address, CURLUPART_HOST, host != NULL ? host : self->url->host, 0);
  curl_url_set(self->address, CURLUPART_PORT, port, 0);
  curl_url_set(self->address, CURLUPART_PATH, "/", 0);
  curl_url_set(self->address, CURLUPART_QUERY, question, 0);
  curl_easy_setopt(self->curl, CURLOPT_CURLU, self->address);
  curl_easy_setopt(self->curl, CURLOPT_POSTFIELDS, query->body != NULL ? query->body : query->sql);
  curl_easy_setopt(self->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                   (curl_off_t)(query->body != NULL ? query->len : strlen(query->sql)));
}

GalenHttp *galen_http_new(const GalenClickhouseUrl *url, gboolean writes, GError **error) {
  g_autoptr(GError) missing = NULL;
  if (!galen_late_curl_load(&missing)) {
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, GALEN_CLICKHOUSE_SCHEME " needs libcurl: %s",
                missing->message);
    return NULL;
  }
  /* Safe to call often; curl counts. It is never undone, so that threads need not agree on when. */
  CURL *curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : NULL;
  if (curl == NULL) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "libcurl cannot be used");
    return NULL;
  }
  GalenHttp *self = g_new0(GalenHttp, 1);
  self->url = url;
  self->curl = curl;
  self->writes = writes;
  self->address = curl_url();
  self->refusal = g_string_new(NULL);
  configure(self);
  return self;
}

void galen_http_free(GalenHttp *self) {
  if (self == NULL)
    return;
  curl_easy_cleanup(self->curl);
  curl_url_cleanup(self->address);
  curl_slist_free_all(self->headers);
  g_string_free(self->refusal, TRUE);
  g_clear_error(&self->error);
  g_free(self);
}

/* ---- what went wrong ---- */

static gboolean fail_transfer(const GalenHttp *self, CURLcode code, GError **error) {
  static const struct {
    CURLcode curl;
    GalenStoreErrorCode code;
    const char *words;
  } known[] = {
      {CURLE_COULDNT_RESOLVE_HOST, GALEN_STORE_ERROR_NONE_THERE, "no such host"},
      {CURLE_COULDNT_CONNECT, GALEN_STORE_ERROR_NONE_THERE, "no server answers there"},
      {CURLE_OPERATION_TIMEDOUT, GALEN_STORE_ERROR_FAILED, "the server did not answer in time"},
      {CURLE_GOT_NOTHING, GALEN_STORE_ERROR_FAILED, "the server went away"},
      {CURLE_PARTIAL_FILE, GALEN_STORE_ERROR_FAILED, "the server went away in the middle of an answer"},
      {CURLE_RECV_ERROR, GALEN_STORE_ERROR_FAILED, "the server went away"},
      {CURLE_SEND_ERROR, GALEN_STORE_ERROR_FAILED, "the server went away"},
      {CURLE_UNSUPPORTED_PROTOCOL, GALEN_STORE_ERROR_NO_STORE, "no ClickHouse server answers there"},
      {CURLE_WEIRD_SERVER_REPLY, GALEN_STORE_ERROR_NO_STORE, "no ClickHouse server answers there"},
  };
  const char *why = self->said[0] != '\0' ? self->said : curl_easy_strerror(code);
  for (guint i = 0; i < G_N_ELEMENTS(known); i++)
    if (known[i].curl == code) {
      g_set_error(error, GALEN_STORE_ERROR, (gint)known[i].code, "%s: %s", known[i].words, why);
      return FALSE;
    }
  g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "the server cannot be asked: %s", why);
  return FALSE;
}

/* "Code: 81, e.displayText() = DB::Exception: Database x doesn't exist, …": the number, and the words. */
static guint64 number_in(const char *text, const char **ret_words) {
  const char *exception = strstr(text, "DB::Exception: ");
  *ret_words = exception != NULL ? exception + strlen("DB::Exception: ") : text;
  return g_str_has_prefix(text, "Code: ") ? g_ascii_strtoull(text + strlen("Code: "), NULL, 10) : 0;
}

static gboolean fail_refused(const GalenHttp *self, long status, guint *ret_code, GError **error) {
  static const struct {
    guint number;
    GalenStoreErrorCode code;
    const char *words;
  } known[] = {
      {60, GALEN_STORE_ERROR_DAMAGED, "a table of the store is missing"},
      {81, GALEN_STORE_ERROR_NONE_THERE, "the server has no such database (CREATE DATABASE makes it)"},
      {164, GALEN_STORE_ERROR_WRITE, "the user may only read"},
      {192, GALEN_STORE_ERROR_FAILED, "the server does not know the user"},
      {193, GALEN_STORE_ERROR_FAILED, "wrong password"},
      {194, GALEN_STORE_ERROR_FAILED, "a password is needed"},
      {195, GALEN_STORE_ERROR_FAILED, "the user may not come from this address"},
      {241, GALEN_STORE_ERROR_FAILED, "the server has not enough memory"},
      {243, GALEN_STORE_ERROR_WRITE, "the server has no space left"},
      {252, GALEN_STORE_ERROR_WRITE, "the server cannot merge as fast as it is written to"},
      {279, GALEN_STORE_ERROR_FAILED, "a shard of the server does not answer"},
      {291, GALEN_STORE_ERROR_FAILED, "the user may not use the database"},
      {497, GALEN_STORE_ERROR_WRITE, "the user may not do this"},
      {516, GALEN_STORE_ERROR_FAILED, "wrong user or password"},
  };
  const char *words;
  guint64 number = number_in(self->refusal->str, &words);
  const char *end = strstr(words, ", e.what()");
  gsize len = end != NULL ? (gsize)(end - words) : strcspn(words, "\n");
  g_autofree char *clean = galen_words_clean(galen_slice(words, len), WORDS_MAX);
  if (ret_code != NULL)
    *ret_code = (guint)MIN(number, G_MAXUINT);
  for (guint i = 0; i < G_N_ELEMENTS(known); i++)
    if (known[i].number == number) {
      g_set_error(error, GALEN_STORE_ERROR, (gint)known[i].code, "%s: %s", known[i].words, clean);
      return FALSE;
    }
  if (number != 0)
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "the server failed: %s", clean);
  else
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE, "no ClickHouse server answers there (HTTP %ld)",
                status);
  return FALSE;
}

gboolean galen_http_run(GalenHttp *self, const GalenHttpQuery *query, guint *ret_code, GError **error) {
  g_clear_error(&self->error);
  g_string_truncate(self->refusal, 0);
  self->said[0] = '\0';
  self->headed = self->ending = FALSE;
  self->query = query;
  if (ret_code != NULL)
    *ret_code = 0;
  set_address(self, query);
  CURLcode code = curl_easy_perform(self->curl);
  self->query = NULL;
  if (self->error != NULL) {
    g_propagate_error(error, g_steal_pointer(&self->error));
    return FALSE;
  }
  long status = 0;
  curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status == 200 && !(self->headed && self->ending))
    code = CURLE_PARTIAL_FILE;
  if (code != CURLE_OK)
    return fail_transfer(self, code, error);
  return status == 200 || fail_refused(self, status, ret_code, error);
}

#else

GalenHttp *galen_http_new(const GalenClickhouseUrl *url, gboolean writes, GError **error) {
  (void)url;
  (void)writes;
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE,
                      "this galen was built without libcurl, which " GALEN_CLICKHOUSE_SCHEME " needs");
  return NULL;
}

void galen_http_free(GalenHttp *self) {
  g_assert(self == NULL);
}

gboolean galen_http_run(GalenHttp *self, const GalenHttpQuery *query, guint *ret_code, GError **error) {
  (void)self;
  (void)query;
  (void)ret_code;
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE, "built without libcurl");
  return FALSE;
}

#endif
