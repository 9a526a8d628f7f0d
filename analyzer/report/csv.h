/* One table of the report as CSV (RFC 4180), for spreadsheets, databases and scripts. docs/formats.md lists tables and columns. */
#pragma once

#include "writers.h"

/* Rows of writers.c. --table says which; an unknown name is an error that lists all. */
GBytes *galen_csv_write(const GalenReport *report, const GalenWriteOptions *options, GError **error);
gboolean galen_csv_check(const GalenWriteOptions *options, GError **error);
