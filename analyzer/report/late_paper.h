/* cairo and pango, for PNG and PDF. */
#pragma once

#include "../../parsers/late.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

/* clang-format off */
#define GALEN_LATE_PAPER(F) \
  F(cairo_close_path) \
  F(cairo_create) \
  F(cairo_destroy) \
  F(cairo_fill) \
  F(cairo_fill_preserve) \
  F(cairo_font_options_create) \
  F(cairo_font_options_destroy) \
  F(cairo_font_options_set_antialias) \
  F(cairo_font_options_set_hint_metrics) \
  F(cairo_font_options_set_hint_style) \
  F(cairo_image_surface_create) \
  F(cairo_line_to) \
  F(cairo_move_to) \
  F(cairo_new_path) \
  F(cairo_paint) \
  F(cairo_pdf_surface_add_outline) \
  F(cairo_pdf_surface_create_for_stream) \
  F(cairo_pdf_surface_set_metadata) \
  F(cairo_rectangle) \
  F(cairo_restore) \
  F(cairo_save) \
  F(cairo_scale) \
  F(cairo_set_antialias) \
  F(cairo_set_dash) \
  F(cairo_set_line_width) \
  F(cairo_set_source_rgb) \
  F(cairo_set_source_rgba) \
  F(cairo_show_page) \
  F(cairo_status) \
  F(cairo_status_to_string) \
  F(cairo_stroke) \
  F(cairo_stroke_preserve) \
  F(cairo_surface_destroy) \
  F(cairo_surface_finish) \
  F(cairo_surface_status) \
  F(cairo_surface_write_to_png_stream) \
  F(cairo_tag_begin) \
  F(cairo_tag_end) \
  F(cairo_translate) \
  F(pango_attr_allow_breaks_new) \
  F(pango_attr_family_new) \
  F(pango_attr_font_features_new) \
  F(pango_attr_foreground_new) \
  F(pango_attr_insert_hyphens_new) \
  F(pango_attr_list_insert) \
  F(pango_attr_list_new) \
  F(pango_attr_list_unref) \
  F(pango_attr_weight_new) \
  F(pango_cairo_context_set_font_options) \
  F(pango_cairo_create_layout) \
  F(pango_cairo_font_map_get_default) \
  F(pango_cairo_show_layout) \
  F(pango_cairo_show_layout_line) \
  F(pango_context_set_base_dir) \
  F(pango_context_set_language) \
  F(pango_context_set_round_glyph_positions) \
  F(pango_font_description_free) \
  F(pango_font_description_new) \
  F(pango_font_description_set_absolute_size) \
  F(pango_font_description_set_family_static) \
  F(pango_font_description_set_weight) \
  F(pango_font_map_create_context) \
  F(pango_language_from_string) \
  F(pango_layout_context_changed) \
  F(pango_layout_get_baseline) \
  F(pango_layout_get_context) \
  F(pango_layout_get_iter) \
  F(pango_layout_get_line_count) \
  F(pango_layout_get_size) \
  F(pango_layout_get_unknown_glyphs_count) \
  F(pango_layout_iter_free) \
  F(pango_layout_iter_get_baseline) \
  F(pango_layout_iter_get_line_extents) \
  F(pango_layout_iter_get_line_readonly) \
  F(pango_layout_iter_next_line) \
  F(pango_layout_new) \
  F(pango_layout_set_alignment) \
  F(pango_layout_set_attributes) \
  F(pango_layout_set_auto_dir) \
  F(pango_layout_set_ellipsize) \
  F(pango_layout_set_font_description) \
  F(pango_layout_set_height) \
  F(pango_layout_set_single_paragraph_mode) \
  F(pango_layout_set_text) \
  F(pango_layout_set_width) \
  F(pango_layout_set_wrap) \
  F(g_object_unref)
/* clang-format on */

typedef struct {
  GALEN_LATE_PAPER(GALEN_LATE_POINTER)
} GalenLatePaper;

extern GalenLatePaper galen_late_paper;

/* FALSE with error: it cannot be loaded. Before this, none of the functions may be called. */
gboolean galen_late_paper_load(GError **error);

#define cairo_close_path galen_late_paper.cairo_close_path
#define cairo_create galen_late_paper.cairo_create
#define cairo_destroy galen_late_paper.cairo_destroy
#define cairo_fill galen_late_paper.cairo_fill
#define cairo_fill_preserve galen_late_paper.cairo_fill_preserve
#define cairo_font_options_create galen_late_paper.cairo_font_options_create
#define cairo_font_options_destroy galen_late_paper.cairo_font_options_destroy
#define cairo_font_options_set_antialias galen_late_paper.cairo_font_options_set_antialias
#define cairo_font_options_set_hint_metrics galen_late_paper.cairo_font_options_set_hint_metrics
#define cairo_font_options_set_hint_style galen_late_paper.cairo_font_options_set_hint_style
#define cairo_image_surface_create galen_late_paper.cairo_image_surface_create
#define cairo_line_to galen_late_paper.cairo_line_to
#define cairo_move_to galen_late_paper.cairo_move_to
#define cairo_new_path galen_late_paper.cairo_new_path
#define cairo_paint galen_late_paper.cairo_paint
#define cairo_pdf_surface_add_outline galen_late_paper.cairo_pdf_surface_add_outline
#define cairo_pdf_surface_create_for_stream galen_late_paper.cairo_pdf_surface_create_for_stream
#define cairo_pdf_surface_set_metadata galen_late_paper.cairo_pdf_surface_set_metadata
#define cairo_rectangle galen_late_paper.cairo_rectangle
#define cairo_restore galen_late_paper.cairo_restore
#define cairo_save galen_late_paper.cairo_save
#define cairo_scale galen_late_paper.cairo_scale
#define cairo_set_antialias galen_late_paper.cairo_set_antialias
#define cairo_set_dash galen_late_paper.cairo_set_dash
#define cairo_set_line_width galen_late_paper.cairo_set_line_width
#define cairo_set_source_rgb galen_late_paper.cairo_set_source_rgb
#define cairo_set_source_rgba galen_late_paper.cairo_set_source_rgba
#define cairo_show_page galen_late_paper.cairo_show_page
#define cairo_status galen_late_paper.cairo_status
#define cairo_status_to_string galen_late_paper.cairo_status_to_string
#define cairo_stroke galen_late_paper.cairo_stroke
#define cairo_stroke_preserve galen_late_paper.cairo_stroke_preserve
#define cairo_surface_destroy galen_late_paper.cairo_surface_destroy
#define cairo_surface_finish galen_late_paper.cairo_surface_finish
#define cairo_surface_status galen_late_paper.cairo_surface_status
#define cairo_surface_write_to_png_stream galen_late_paper.cairo_surface_write_to_png_stream
#define cairo_tag_begin galen_late_paper.cairo_tag_begin
#define cairo_tag_end galen_late_paper.cairo_tag_end
#define cairo_translate galen_late_paper.cairo_translate
#define pango_attr_allow_breaks_new galen_late_paper.pango_attr_allow_breaks_new
#define pango_attr_family_new galen_late_paper.pango_attr_family_new
#define pango_attr_font_features_new galen_late_paper.pango_attr_font_features_new
#define pango_attr_foreground_new galen_late_paper.pango_attr_foreground_new
#define pango_attr_insert_hyphens_new galen_late_paper.pango_attr_insert_hyphens_new
#define pango_attr_list_insert galen_late_paper.pango_attr_list_insert
#define pango_attr_list_new galen_late_paper.pango_attr_list_new
#define pango_attr_list_unref galen_late_paper.pango_attr_list_unref
#define pango_attr_weight_new galen_late_paper.pango_attr_weight_new
#define pango_cairo_context_set_font_options galen_late_paper.pango_cairo_context_set_font_options
#define pango_cairo_create_layout galen_late_paper.pango_cairo_create_layout
#define pango_cairo_font_map_get_default galen_late_paper.pango_cairo_font_map_get_default
#define pango_cairo_show_layout galen_late_paper.pango_cairo_show_layout
#define pango_cairo_show_layout_line galen_late_paper.pango_cairo_show_layout_line
#define pango_context_set_base_dir galen_late_paper.pango_context_set_base_dir
#define pango_context_set_language galen_late_paper.pango_context_set_language
#define pango_context_set_round_glyph_positions galen_late_paper.pango_context_set_round_glyph_positions
#define pango_font_description_free galen_late_paper.pango_font_description_free
#define pango_font_description_new galen_late_paper.pango_font_description_new
#define pango_font_description_set_absolute_size galen_late_paper.pango_font_description_set_absolute_size
#define pango_font_description_set_family_static galen_late_paper.pango_font_description_set_family_static
#define pango_font_description_set_weight galen_late_paper.pango_font_description_set_weight
#define pango_font_map_create_context galen_late_paper.pango_font_map_create_context
#define pango_language_from_string galen_late_paper.pango_language_from_string
#define pango_layout_context_changed galen_late_paper.pango_layout_context_changed
#define pango_layout_get_baseline galen_late_paper.pango_layout_get_baseline
#define pango_layout_get_context galen_late_paper.pango_layout_get_context
#define pango_layout_get_iter galen_late_paper.pango_layout_get_iter
#define pango_layout_get_line_count galen_late_paper.pango_layout_get_line_count
#define pango_layout_get_size galen_late_paper.pango_layout_get_size
#define pango_layout_get_unknown_glyphs_count galen_late_paper.pango_layout_get_unknown_glyphs_count
#define pango_layout_iter_free galen_late_paper.pango_layout_iter_free
#define pango_layout_iter_get_baseline galen_late_paper.pango_layout_iter_get_baseline
#define pango_layout_iter_get_line_extents galen_late_paper.pango_layout_iter_get_line_extents
#define pango_layout_iter_get_line_readonly galen_late_paper.pango_layout_iter_get_line_readonly
#define pango_layout_iter_next_line galen_late_paper.pango_layout_iter_next_line
#define pango_layout_new galen_late_paper.pango_layout_new
#define pango_layout_set_alignment galen_late_paper.pango_layout_set_alignment
#define pango_layout_set_attributes galen_late_paper.pango_layout_set_attributes
#define pango_layout_set_auto_dir galen_late_paper.pango_layout_set_auto_dir
#define pango_layout_set_ellipsize galen_late_paper.pango_layout_set_ellipsize
#define pango_layout_set_font_description galen_late_paper.pango_layout_set_font_description
#define pango_layout_set_height galen_late_paper.pango_layout_set_height
#define pango_layout_set_single_paragraph_mode galen_late_paper.pango_layout_set_single_paragraph_mode
#define pango_layout_set_text galen_late_paper.pango_layout_set_text
#define pango_layout_set_width galen_late_paper.pango_layout_set_width
#define pango_layout_set_wrap galen_late_paper.pango_layout_set_wrap
#define g_object_unref galen_late_paper.g_object_unref
