/* How bad something is, everywhere the same words. */
#pragma once

typedef enum { GALEN_SEVERITY_INFO, GALEN_SEVERITY_WARNING, GALEN_SEVERITY_CRITICAL } GalenSeverity;

/* "info" "warning" "critical". */
const char *galen_severity_word(GalenSeverity severity);
