#include "csv.h"

#include "csv_out.h"

#define TABLE_DEFAULT "queries"

static const GalenCsvTable *const groups[] = {galen_csv_query_tables, galen_csv_log_tables, galen_csv_error_tables,
                                              galen_csv_past_tables};

static const GalenCsvTable *find(const char *name) {
  name = name != NULL ? name : TABLE_DEFAULT;
  for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
    for (const GalenCsvTable *table = groups[i]; table->name != NULL; table++)
      if (g_str_equal(table->name, name))
        return table;
  return NULL;
}

gboolean galen_csv_check(const GalenWriteOptions *options, GError **error) {
  if (find(options->table) != NULL)
    return TRUE;
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
    for (const GalenCsvTable *table = groups[i]; table->name != NULL; table++)
      g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", table->name);
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--table %s: the tables are %s", options->table,
              names->str);
  return FALSE;
}

GBytes *galen_csv_write(const GalenReport *report, const GalenWriteOptions *options, GError **error) {
  if (!galen_csv_check(options, error))
    return NULL;
  const GalenCsvTable *table = find(options->table);
  GalenCsv csv = {.out = g_string_new(table->columns)};
  galen_csv_end(&csv);
  table->write(&csv, report);
  return g_string_free_to_bytes(csv.out);
}
