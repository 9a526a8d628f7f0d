#include "late_archive.h"

GalenLateArchive galen_late_archive;

GALEN_LATE(library, "libarchive.so.13", GALEN_LATE_ARCHIVE, galen_late_archive);

gboolean galen_late_archive_load(GError **error) {
  return galen_late_load(&library, error);
}
