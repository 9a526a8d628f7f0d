/* GMime, for mails. */
#pragma once

#include "../../parsers/late.h"

#include <gmime/gmime.h>

/* clang-format off */
#define GALEN_LATE_MIME(F) \
  F(g_mime_data_wrapper_new_with_stream) \
  F(g_mime_format_options_free) \
  F(g_mime_format_options_new) \
  F(g_mime_format_options_set_newline_format) \
  F(g_mime_init) \
  F(g_mime_message_get_addresses) \
  F(g_mime_message_new) \
  F(g_mime_message_set_date) \
  F(g_mime_message_set_message_id) \
  F(g_mime_message_set_mime_part) \
  F(g_mime_message_set_subject) \
  F(g_mime_multipart_add) \
  F(g_mime_multipart_new_with_subtype) \
  F(g_mime_multipart_set_boundary) \
  F(g_mime_object_get_type) \
  F(g_mime_object_set_content_id) \
  F(g_mime_object_set_content_type_parameter) \
  F(g_mime_object_set_disposition) \
  F(g_mime_object_set_header) \
  F(g_mime_object_to_string) \
  F(g_mime_parser_options_free) \
  F(g_mime_parser_options_new) \
  F(g_mime_parser_options_set_address_compliance_mode) \
  F(g_mime_parser_options_set_allow_addresses_without_domain) \
  F(g_mime_part_get_type) \
  F(g_mime_part_new_with_type) \
  F(g_mime_part_set_content) \
  F(g_mime_part_set_content_encoding) \
  F(g_mime_part_set_filename) \
  F(g_mime_stream_mem_new_with_buffer) \
  F(g_mime_text_part_new_with_subtype) \
  F(g_mime_text_part_set_charset) \
  F(g_mime_text_part_set_text) \
  F(internet_address_list_append) \
  F(internet_address_list_get_address) \
  F(internet_address_list_length) \
  F(internet_address_list_parse) \
  F(internet_address_mailbox_get_addr) \
  F(internet_address_mailbox_get_type) \
  F(g_object_unref) \
  F(g_type_check_instance_cast) \
  F(g_type_check_instance_is_a)
/* clang-format on */

typedef struct {
  GALEN_LATE_MIME(GALEN_LATE_POINTER)
} GalenLateMime;

extern GalenLateMime galen_late_mime;

/* FALSE with error: it cannot be loaded. Before this, none of the functions may be called. */
gboolean galen_late_mime_load(GError **error);

#define g_mime_data_wrapper_new_with_stream galen_late_mime.g_mime_data_wrapper_new_with_stream
#define g_mime_format_options_free galen_late_mime.g_mime_format_options_free
#define g_mime_format_options_new galen_late_mime.g_mime_format_options_new
#define g_mime_format_options_set_newline_format galen_late_mime.g_mime_format_options_set_newline_format
#define g_mime_init galen_late_mime.g_mime_init
#define g_mime_message_get_addresses galen_late_mime.g_mime_message_get_addresses
#define g_mime_message_new galen_late_mime.g_mime_message_new
#define g_mime_message_set_date galen_late_mime.g_mime_message_set_date
#define g_mime_message_set_message_id galen_late_mime.g_mime_message_set_message_id
#define g_mime_message_set_mime_part galen_late_mime.g_mime_message_set_mime_part
#define g_mime_message_set_subject galen_late_mime.g_mime_message_set_subject
#define g_mime_multipart_add galen_late_mime.g_mime_multipart_add
#define g_mime_multipart_new_with_subtype galen_late_mime.g_mime_multipart_new_with_subtype
#define g_mime_multipart_set_boundary galen_late_mime.g_mime_multipart_set_boundary
#define g_mime_object_get_type galen_late_mime.g_mime_object_get_type
#define g_mime_object_set_content_id galen_late_mime.g_mime_object_set_content_id
#define g_mime_object_set_content_type_parameter galen_late_mime.g_mime_object_set_content_type_parameter
#define g_mime_object_set_disposition galen_late_mime.g_mime_object_set_disposition
#define g_mime_object_set_header galen_late_mime.g_mime_object_set_header
#define g_mime_object_to_string galen_late_mime.g_mime_object_to_string
#define g_mime_parser_options_free galen_late_mime.g_mime_parser_options_free
#define g_mime_parser_options_new galen_late_mime.g_mime_parser_options_new
#define g_mime_parser_options_set_address_compliance_mode                                                              \
  galen_late_mime.g_mime_parser_options_set_address_compliance_mode
#define g_mime_parser_options_set_allow_addresses_without_domain                                                       \
  galen_late_mime.g_mime_parser_options_set_allow_addresses_without_domain
#define g_mime_part_get_type galen_late_mime.g_mime_part_get_type
#define g_mime_part_new_with_type galen_late_mime.g_mime_part_new_with_type
#define g_mime_part_set_content galen_late_mime.g_mime_part_set_content
#define g_mime_part_set_content_encoding galen_late_mime.g_mime_part_set_content_encoding
#define g_mime_part_set_filename galen_late_mime.g_mime_part_set_filename
#define g_mime_stream_mem_new_with_buffer galen_late_mime.g_mime_stream_mem_new_with_buffer
#define g_mime_text_part_new_with_subtype galen_late_mime.g_mime_text_part_new_with_subtype
#define g_mime_text_part_set_charset galen_late_mime.g_mime_text_part_set_charset
#define g_mime_text_part_set_text galen_late_mime.g_mime_text_part_set_text
#define internet_address_list_append galen_late_mime.internet_address_list_append
#define internet_address_list_get_address galen_late_mime.internet_address_list_get_address
#define internet_address_list_length galen_late_mime.internet_address_list_length
#define internet_address_list_parse galen_late_mime.internet_address_list_parse
#define internet_address_mailbox_get_addr galen_late_mime.internet_address_mailbox_get_addr
#define internet_address_mailbox_get_type galen_late_mime.internet_address_mailbox_get_type
#define g_object_unref galen_late_mime.g_object_unref
#define g_type_check_instance_cast galen_late_mime.g_type_check_instance_cast
#define g_type_check_instance_is_a galen_late_mime.g_type_check_instance_is_a
