/* One connection to a ClickHouse server over HTTP: a query, and what it answers as it comes. Not thread-safe; several may be open. */
#pragma once

#include "clickhouse_url.h"

typedef struct GalenHttp GalenHttp;

/* The URL must outlive it. `writes`: settings for inserts are sent, which a read-only user may not set. NULL with error: this build
 * has no libcurl. */
GalenHttp *galen_http_new(const GalenClickhouseUrl *url, gboolean writes, GError **error);
void galen_http_free(GalenHttp *self);

/* A piece of the answer; FALSE with error ends it. */
typedef gboolean (*GalenHttpFunc)(const guint8 *data, gsize len, gpointer user, GError **error);

typedef struct {
  const char *sql;
  const void *body; /* data of an INSERT; NULL: none */
  gsize len;
  GalenHttpFunc func; /* NULL: the answer is of no interest */
  gpointer user;
} GalenHttpQuery;

/* FALSE with error, in words for people: nobody there, gone, no ClickHouse, refused. What an error leaves behind of an INSERT is not
 * known. `ret_code`: the server's own error number, 0 when it has none; or NULL. */
gboolean galen_http_run(GalenHttp *self, const GalenHttpQuery *query, guint *ret_code, GError **error);

/* ClickHouse's numbers of errors that are more than words. */
#define GALEN_CLICKHOUSE_TABLE_EXISTS 57u
#define GALEN_CLICKHOUSE_UNKNOWN_TABLE 60u
