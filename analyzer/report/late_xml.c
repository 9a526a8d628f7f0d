#include "late_xml.h"

GalenLateXml galen_late_xml;

GALEN_LATE(library, "libxml2.so.2", GALEN_LATE_XML, galen_late_xml);

gboolean galen_late_xml_load(GError **error) {
  return galen_late_load(&library, error);
}
