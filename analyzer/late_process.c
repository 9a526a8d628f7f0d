#include "late_process.h"

GalenLateProcess galen_late_process;

GALEN_LATE(library, "libgio-2.0.so.0", GALEN_LATE_PROCESS, galen_late_process);

gboolean galen_late_process_load(GError **error) {
  return galen_late_load(&library, error);
}
