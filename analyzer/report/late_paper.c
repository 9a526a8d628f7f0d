#include "late_paper.h"

GalenLatePaper galen_late_paper;

GALEN_LATE(library, "libpangocairo-1.0.so.0", GALEN_LATE_PAPER, galen_late_paper);

gboolean galen_late_paper_load(GError **error) {
  return galen_late_load(&library, error);
}
