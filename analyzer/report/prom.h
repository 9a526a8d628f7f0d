/* Figures for monitoring, in OpenMetrics text that is Prometheus text as well: for node_exporter's textfile collector.
 *
 * All are gauges: they describe the report's window, which moves. No timestamps; a name has one HELP and TYPE; no set of
 * labels comes twice; what logs can make many of (rules, classes, nodes) is bounded. docs/formats.md lists them. */
#pragma once

#include "writers.h"

/* Row of writers.c. */
GBytes *galen_prom_write(const GalenReport *report, const GalenWriteOptions *options, GError **error);
