/* libarchive, for what is packed otherwise than by gzip. */
#pragma once

#include "late.h"

#include <archive.h>
#include <archive_entry.h>

/* clang-format off */
#define GALEN_LATE_ARCHIVE(F) \
  F(archive_entry_filetype) \
  F(archive_entry_hardlink) \
  F(archive_entry_is_encrypted) \
  F(archive_entry_pathname) \
  F(archive_entry_pathname_utf8) \
  F(archive_error_string) \
  F(archive_read_append_filter) \
  F(archive_read_data_block) \
  F(archive_read_free) \
  F(archive_read_new) \
  F(archive_read_next_header) \
  F(archive_read_open1) \
  F(archive_read_set_callback_data) \
  F(archive_read_set_option) \
  F(archive_read_set_read_callback) \
  F(archive_read_set_skip_callback) \
  F(archive_read_support_filter_none) \
  F(archive_read_support_format_empty) \
  F(archive_read_support_format_raw) \
  F(archive_read_support_format_tar) \
  F(archive_read_support_format_zip_streamable)
/* clang-format on */

typedef struct {
  GALEN_LATE_ARCHIVE(GALEN_LATE_POINTER)
} GalenLateArchive;

extern GalenLateArchive galen_late_archive;

/* FALSE with error: it cannot be loaded. Before this, none of the functions may be called. */
gboolean galen_late_archive_load(GError **error);

#define archive_entry_filetype galen_late_archive.archive_entry_filetype
#define archive_entry_hardlink galen_late_archive.archive_entry_hardlink
#define archive_entry_is_encrypted galen_late_archive.archive_entry_is_encrypted
#define archive_entry_pathname galen_late_archive.archive_entry_pathname
#define archive_entry_pathname_utf8 galen_late_archive.archive_entry_pathname_utf8
#define archive_error_string galen_late_archive.archive_error_string
#define archive_read_append_filter galen_late_archive.archive_read_append_filter
#define archive_read_data_block galen_late_archive.archive_read_data_block
#define archive_read_free galen_late_archive.archive_read_free
#define archive_read_new galen_late_archive.archive_read_new
#define archive_read_next_header galen_late_archive.archive_read_next_header
#define archive_read_open1 galen_late_archive.archive_read_open1
#define archive_read_set_callback_data galen_late_archive.archive_read_set_callback_data
#define archive_read_set_option galen_late_archive.archive_read_set_option
#define archive_read_set_read_callback galen_late_archive.archive_read_set_read_callback
#define archive_read_set_skip_callback galen_late_archive.archive_read_set_skip_callback
#define archive_read_support_filter_none galen_late_archive.archive_read_support_filter_none
#define archive_read_support_format_empty galen_late_archive.archive_read_support_format_empty
#define archive_read_support_format_raw galen_late_archive.archive_read_support_format_raw
#define archive_read_support_format_tar galen_late_archive.archive_read_support_format_tar
#define archive_read_support_format_zip_streamable galen_late_archive.archive_read_support_format_zip_streamable
