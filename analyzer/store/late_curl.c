#ifdef GALEN_CURL
#include "late_curl.h"

GalenLateCurl galen_late_curl;

GALEN_LATE(library, "libcurl.so.4", GALEN_LATE_CURL, galen_late_curl);

gboolean galen_late_curl_load(GError **error) {
  return galen_late_load(&library, error);
}
#endif
