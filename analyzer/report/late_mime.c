#include "late_mime.h"

GalenLateMime galen_late_mime;

GALEN_LATE(library, "libgmime-3.0.so.0", GALEN_LATE_MIME, galen_late_mime);

gboolean galen_late_mime_load(GError **error) {
  return galen_late_load(&library, error);
}
