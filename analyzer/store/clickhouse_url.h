/* clickhouse://[user[:password]@]host[:port][/database][?group=NAME&timeout=SECONDS]
 *
 * What is special in a part of it is %-encoded. A password that is not in it comes from GALEN_CLICKHOUSE_PASSWORD, or from
 * `password` (and `user`) of the group [clickhouse] of galen.conf in the user's configuration folder: the list of processes shows
 * the command line to everybody. */
#pragma once

#include "store.h"

#define GALEN_CLICKHOUSE_SCHEME "clickhouse://"
#define GALEN_CLICKHOUSE_PORT 8123u

typedef struct {
  char *host; /* without the brackets of an IPv6 address */
  guint port;
  char *user, *password; /* NULL: the server's default */
  char *database;        /* "default" when none is named */
  char *group;           /* inputs of other groups are not seen; "" is one, too */
  guint timeout;         /* s without any answer */
  char *shown;           /* for people: without the password */
} GalenClickhouseUrl;

gboolean galen_clickhouse_is_url(const char *where);
/* FALSE with error (GALEN_STORE_ERROR_NO_STORE), which does not show the password. */
gboolean galen_clickhouse_url_parse(const char *where, GalenClickhouseUrl *ret_url, GError **error);
void galen_clickhouse_url_clear(GalenClickhouseUrl *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenClickhouseUrl, galen_clickhouse_url_clear)
/* `where` without a password that is in it; what is no such URL as it is. */
char *galen_clickhouse_url_show(const char *where);
