/* The report on paper: A4 pages with bookmarks, links and text that can be selected. */
#pragma once

#include "model.h"
#include "writers.h"

/* A row of writers.c. The same report gives the same bytes: the file's date is SOURCE_DATE_EPOCH, else the end of the
 * report's window, else 1970. NULL with error: no font is installed. */
GBytes *galen_pdf_write(const GalenReport *report, const GalenWriteOptions *options, GError **error);
