#include "bake.h"

#include <stdarg.h>
#include <stdio.h>

void galen_bake_put(GalenBake *self, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_string_append_vprintf(self->out, format, args);
  va_end(args);
}

/* Octal: a hexadecimal escape would take the digits behind it. */
static void put_literal(GString *out, const char *text) {
  g_string_append_c(out, '"');
  for (const char *at = text; *at != '\0'; at++) {
    if (!g_ascii_isprint(*at) || *at == '"' || *at == '\\' || *at == '?')
      g_string_append_printf(out, "\\%03o", (guint)(guchar)*at);
    else
      g_string_append_c(out, *at);
  }
  g_string_append_c(out, '"');
}

guint galen_bake_string(GalenBake *self, const char *text) {
  gpointer known = NULL;
  if (g_hash_table_lookup_extended(self->strings, text, NULL, &known))
    return GPOINTER_TO_UINT(known);
  guint number = g_hash_table_size(self->strings);
  g_hash_table_insert(self->strings, g_strdup(text), GUINT_TO_POINTER(number));
  galen_bake_put(self, "static const char s%u[] = ", number);
  put_literal(self->out, text);
  g_string_append(self->out, ";\n");
  return number;
}

GalenBakeName galen_bake_name(GalenBake *self, const char *text) {
  GalenBakeName name = {"NULL"};
  if (text != NULL)
    g_snprintf(name.c, sizeof name.c, "s%u", galen_bake_string(self, text));
  return name;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  if (argc != 4) {
    fputs("usage: bake TEMPLATES RULES OUTPUT\n", stderr);
    return 2;
  }
  GalenBake self = {.out = g_string_new("/* Made by bake/ from the templates and rules. */\n"
                                        "#include \"analyzer/baked.h\"\n"
                                        "#include \"analyzer/report/template_private.h\"\n"
                                        "#include \"analyzer/rules/log_rules_private.h\"\n\n"),
                    .strings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
  gboolean done = galen_bake_templates(&self, argv[1], &error) && galen_bake_log_rules(&self, argv[2], &error);
  galen_bake_put(&self, "\nvoid galen_baked_use(void) {\n"
                        "  galen_templates_built_in = templates;\n"
                        "  galen_log_rules_built_in = &log_rules;\n"
                        "}\n");
  done = done && g_file_set_contents(argv[3], self.out->str, (gssize)self.out->len, &error);
  g_string_free(self.out, TRUE);
  g_hash_table_unref(self.strings);
  if (!done)
    fprintf(stderr, "bake: %s\n", error->message);
  return done ? 0 : 1;
}
