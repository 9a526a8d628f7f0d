/* Reads a slow log from a string, with every way of cutting it into blocks, and keeps its events. */
#pragma once

#include "parsers/format.h"

typedef struct {
  GString *text;
  char *user, *host, *schema, *routine, *explain; /* NULL: not there */
  GalenSlowEvent event;                           /* slices and attrs are gone */
  GHashTable *attrs;                              /* name to GINT */
} Entry;

typedef struct {
  GPtrArray *entries; /* of Entry */
  GString *starts;    /* "version;" of each start-up block */
  GalenAccount account;
  GalenServerInfo info;
  char *version;
  GString *dump; /* everything, to compare */
} SlowRead;

static void entry_free(gpointer data) {
  Entry *entry = data;
  g_string_free(entry->text, TRUE);
  g_free(entry->user);
  g_free(entry->host);
  g_free(entry->schema);
  g_free(entry->routine);
  g_free(entry->explain);
  g_hash_table_unref(entry->attrs);
  g_free(entry);
}

static char *copy_slice(GalenSlice slice) {
  return slice.data != NULL ? g_strndup(slice.data, slice.len) : NULL;
}

static void on_slow(gpointer user, const GalenSlowEvent *event) {
  SlowRead *read = user;
  if (event->piece == GALEN_PIECE_MORE || event->piece == GALEN_PIECE_END) {
    Entry *entry = g_ptr_array_index(read->entries, read->entries->len - 1);
    g_string_append_len(entry->text, event->text.data, (gssize)event->text.len);
    g_assert_cmpstr(entry->user, ==, event->user.data != NULL ? entry->user : NULL);
    entry->event = *event;
    return;
  }
  Entry *entry = g_new0(Entry, 1);
  entry->text = g_string_new_len(event->text.data, (gssize)event->text.len);
  entry->user = copy_slice(event->user);
  entry->host = copy_slice(event->host);
  entry->schema = copy_slice(event->schema);
  entry->routine = copy_slice(event->routine);
  entry->explain = copy_slice(event->explain);
  entry->event = *event;
  entry->attrs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < event->n_attrs; i++)
    g_hash_table_insert(entry->attrs, g_strdup(galen_attr_dict_get(event->dict, event->attrs[i].id)->name),
                        GSIZE_TO_POINTER(event->attrs[i].value));
  g_ptr_array_add(read->entries, entry);
}

static void on_start(gpointer user, const GalenServerStart *start) {
  SlowRead *read = user;
  g_string_append_len(read->starts, start->version.data, (gssize)start->version.len);
  g_string_append_c(read->starts, ';');
}

static void dump(SlowRead *read) {
  read->dump = g_string_new(NULL);
  for (guint i = 0; i < read->entries->len; i++) {
    Entry *e = g_ptr_array_index(read->entries, i);
    g_string_append_printf(read->dump, "%u[%s]%s|%s|%s|%s|%d%d%d%d|%" G_GINT64_FORMAT "|", i, e->text->str, e->user,
                           e->host, e->schema, e->routine, e->event.admin, e->event.partial, e->event.timed,
                           e->event.no_backslash, e->event.start);
    g_string_append_printf(read->dump, "%" G_GUINT64_FORMAT "|%u|%" G_GUINT64_FORMAT "|%u\n", e->event.main[0],
                           e->event.main_mask, e->event.line, g_hash_table_size(e->attrs));
  }
  const GalenAccount *a = &read->account;
  g_string_append_printf(read->dump, "%s|%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT "|%s|%s",
                         read->starts->str, a->bytes_events, a->bytes_headers, a->bytes_skipped, read->info.timezone,
                         read->info.timezone_source);
}

static void slow_read_free(SlowRead *read) {
  g_ptr_array_unref(read->entries);
  g_string_free(read->starts, TRUE);
  g_string_free(read->dump, TRUE);
  g_free(read->version);
  g_free(read);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SlowRead, slow_read_free)

static SlowRead *slow_read_blocks(const char *text, gsize len, gsize block, GTimeZone *zone) {
  SlowRead *read = g_new0(SlowRead, 1);
  read->entries = g_ptr_array_new_with_free_func(entry_free);
  read->starts = g_string_new(NULL);
  GalenFormatOptions options = {.log_zone = zone};
  GalenSink sink = {.user = read, .slow = on_slow, .server_start = on_start};
  gpointer parser = galen_format_slow_log.open(&options, &sink);
  gsize from = 0, to = 0;
  do {
    to = MIN(len, to + block);
    gsize taken = galen_format_slow_log.parse(parser, text + from, to - from, to == len);
    g_assert_cmpuint(taken, <=, to - from);
    g_assert_true(taken > 0 || to == len || to - from < GALEN_WINDOW_MIN + block);
    from += taken;
  } while (to < len);
  g_assert_cmpuint(from, ==, len);
  read->account = *galen_format_slow_log.account(parser);
  galen_format_slow_log.describe(parser, &read->info);
  read->version = g_strdup(read->info.version);
  read->info.version = read->version;
  galen_format_slow_log.close(parser);
  dump(read);
  const GalenAccount *a = &read->account;
  g_assert_cmpuint(a->bytes, ==, len);
  g_assert_cmpuint(a->bytes, ==, a->bytes_events + a->bytes_headers + a->bytes_skipped);
  g_assert_cmpuint(a->events, ==, read->entries->len);
  return read;
}

/* Reads `text` whole, and again in small blocks: both must say the same. */
static SlowRead *slow_read_len(const char *text, gsize len, GTimeZone *zone) {
  static const gsize blocks[] = {1, 7, 64, 1000, 65536};
  SlowRead *read = slow_read_blocks(text, len, len + 1, zone);
  for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
    if (len / blocks[i] > 20000)
      continue;
    g_autoptr(SlowRead) again = slow_read_blocks(text, len, blocks[i], zone);
    g_assert_cmpstr(again->dump->str, ==, read->dump->str);
  }
  return read;
}

G_GNUC_UNUSED static SlowRead *slow_read(const char *text) {
  return slow_read_len(text, strlen(text), NULL);
}

static const Entry *entry_at(const SlowRead *read, guint i) {
  g_assert_cmpuint(i, <, read->entries->len);
  return g_ptr_array_index(read->entries, i);
}

static const char *text_at(const SlowRead *read, guint i) {
  return entry_at(read, i)->text->str;
}

G_GNUC_UNUSED static gsize attr_at(const SlowRead *read, guint i, const char *name) {
  gpointer value;
  if (!g_hash_table_lookup_extended(entry_at(read, i)->attrs, name, NULL, &value))
    g_error("no attribute %s", name);
  return GPOINTER_TO_SIZE(value);
}
