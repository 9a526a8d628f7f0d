#include "text_out.h"

#define GAP 2u           /* blanks between columns */
#define FLEXIBLE_MIN 18u /* columns that a flexible column keeps while others can be dropped */
#define COLUMNS_MAX 16u

struct GalenTextTable {
  const GalenTextColumn *columns;
  guint n;
  GPtrArray *cells; /* of char *, row by row */
};

GalenTextTable *galen_text_table_new(const GalenTextColumn *columns, guint n) {
  g_return_val_if_fail(n > 0 && n <= COLUMNS_MAX, NULL);
  GalenTextTable *self = g_new0(GalenTextTable, 1);
  self->columns = columns;
  self->n = n;
  self->cells = g_ptr_array_new_with_free_func(g_free);
  return self;
}

void galen_text_table_free(GalenTextTable *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref(self->cells);
  g_free(self);
}

void galen_text_table_take(GalenTextTable *self, char *text) {
  g_ptr_array_add(self->cells, text != NULL ? text : g_strdup(""));
}

static guint n_rows(const GalenTextTable *self) {
  return self->cells->len / self->n;
}

static const char *cell(const GalenTextTable *self, guint row, guint column) {
  return g_ptr_array_index(self->cells, row * self->n + column);
}

/* Natural widths; 0 marks a column that is not printed: empty in every row and without a title. */
static void measure(const GalenTextTable *self, guint *ret_widths) {
  for (guint column = 0; column < self->n; column++) {
    ret_widths[column] = galen_text_columns(self->columns[column].title);
    for (guint row = 0; row < n_rows(self); row++)
      ret_widths[column] = MAX(ret_widths[column], galen_text_columns(cell(self, row, column)));
  }
}

static guint total(const GalenTextTable *self, const guint *widths) {
  guint sum = 0;
  for (guint column = 0; column < self->n; column++)
    if (widths[column] > 0)
      sum += (sum > 0 ? GAP : 0) + widths[column];
  return sum;
}

/* The printed column that can be spared first; n: none. */
static guint spare(const GalenTextTable *self, const guint *widths) {
  guint best = self->n;
  for (guint column = 0; column < self->n; column++)
    if (widths[column] > 0 && self->columns[column].drop > 0 &&
        (best == self->n || self->columns[column].drop > self->columns[best].drop))
      best = column;
  return best;
}

static guint flexible(const GalenTextTable *self) {
  for (guint column = 0; column < self->n; column++)
    if (self->columns[column].flexible)
      return column;
  return self->n;
}

/* Cuts the flexible column, and where that is not enough drops others, until a line has at most `room` columns. */
static void fit(const GalenTextTable *self, guint *widths, guint room) {
  guint flex = flexible(self);
  for (;;) {
    guint wide = total(self, widths);
    guint excess = wide > room ? wide - room : 0;
    guint spared = spare(self, widths);
    guint least = flex < self->n ? MIN(widths[flex], spared < self->n ? FLEXIBLE_MIN : 1) : 0;
    if (flex < self->n && widths[flex] >= excess + least) {
      widths[flex] -= excess;
      return;
    }
    if (excess == 0 || spared == self->n)
      return;
    widths[spared] = 0;
  }
}

static void print_row(const GalenTextTable *self, GalenText *out, const guint *widths, guint indent, guint row,
                      gboolean head) {
  guint pending = indent; /* blanks due before the next word: none are left at a line's end */
  gboolean first = TRUE;
  for (guint column = 0; column < self->n; column++) {
    if (widths[column] == 0)
      continue;
    const GalenTextColumn *shape = &self->columns[column];
    g_autofree char *text = galen_text_cut(head ? shape->title : cell(self, row, column), widths[column]);
    guint rest = widths[column] - galen_text_columns(text);
    pending += (first ? 0 : GAP) + (shape->right ? rest : 0);
    first = FALSE;
    if (*text != '\0') {
      galen_text_blanks(out, pending);
      galen_text_add(out, head ? GALEN_TEXT_DIM : GALEN_TEXT_PLAIN, text);
      pending = 0;
    }
    pending += shape->right ? 0 : rest;
  }
  g_string_append_c(out->out, '\n');
}

void galen_text_table_print(const GalenTextTable *self, GalenText *out, guint indent) {
  guint widths[COLUMNS_MAX] = {0};
  measure(self, widths);
  fit(self, widths, out->width > indent ? out->width - indent : 1);
  print_row(self, out, widths, indent, 0, TRUE);
  for (guint row = 0; row < n_rows(self); row++)
    print_row(self, out, widths, indent, row, FALSE);
}
