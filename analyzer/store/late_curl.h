/* libcurl, for stores in ClickHouse. */
#pragma once

#include "../../parsers/late.h"

#include <curl/curl.h>

/* Macros of curl.h that check types, and then call. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

/* clang-format off */
#define GALEN_LATE_CURL(F) \
  F(curl_easy_cleanup) \
  F(curl_easy_getinfo) \
  F(curl_easy_init) \
  F(curl_easy_perform) \
  F(curl_easy_setopt) \
  F(curl_easy_strerror) \
  F(curl_global_init) \
  F(curl_slist_append) \
  F(curl_slist_free_all) \
  F(curl_url) \
  F(curl_url_cleanup) \
  F(curl_url_set)
/* clang-format on */

typedef struct {
  GALEN_LATE_CURL(GALEN_LATE_POINTER)
} GalenLateCurl;

extern GalenLateCurl galen_late_curl;

/* FALSE with error: it cannot be loaded. Before this, none of the functions may be called. */
gboolean galen_late_curl_load(GError **error);

#define curl_easy_cleanup galen_late_curl.curl_easy_cleanup
#define curl_easy_getinfo galen_late_curl.curl_easy_getinfo
#define curl_easy_init galen_late_curl.curl_easy_init
#define curl_easy_perform galen_late_curl.curl_easy_perform
#define curl_easy_setopt galen_late_curl.curl_easy_setopt
#define curl_easy_strerror galen_late_curl.curl_easy_strerror
#define curl_global_init galen_late_curl.curl_global_init
#define curl_slist_append galen_late_curl.curl_slist_append
#define curl_slist_free_all galen_late_curl.curl_slist_free_all
#define curl_url galen_late_curl.curl_url
#define curl_url_cleanup galen_late_curl.curl_url_cleanup
#define curl_url_set galen_late_curl.curl_url_set
