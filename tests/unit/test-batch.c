/* Events kept in a batch are what they were when they came, whatever becomes of the parser's memory. */
#include "analyzer/batch.h"

typedef struct {
  char text[64], schema[16], routine[16];
  GalenAttr attrs[2];
  GalenWindow window;
  GalenAttrDict *dict;
} Parser;

static GalenSlice slice(char *memory, const char *text) {
  return galen_slice(memory, g_strlcpy(memory, text, 16));
}

static void open_parser(Parser *self, guint bytes) {
  *self = (Parser){.window = {g_malloc(bytes), bytes}, .dict = galen_attr_dict_new()};
}

static void close_parser(Parser *self) {
  g_free(self->window.data);
  galen_attr_dict_free(self->dict);
  memset(self, 'x', sizeof *self);
}

/* An event with texts in the window and elsewhere, known and own attributes. */
static GalenSlowEvent make(Parser *self, const char *schema, guint64 number) {
  GalenSlice own = galen_slice("own", 3);
  self->attrs[0] = (GalenAttr){3, number};
  self->attrs[1] =
      (GalenAttr){galen_attr_dict_intern(self->dict, own, GALEN_UNIT_BYTES, GALEN_ATTR_NUMBER), number + 1};
  return (GalenSlowEvent){.text = slice(self->window.data, "select 1"),
                          .user = slice(self->window.data + 16, "web"),
                          .host = slice(self->text, "app1"),
                          .schema = slice(self->schema, schema),
                          .routine = slice(self->routine, "db.call"),
                          .main = {number},
                          .attrs = self->attrs,
                          .n_attrs = 2,
                          .dict = self->dict,
                          .line = number};
}

static void assert_text(GalenSlice text, const char *wanted) {
  g_assert_true(galen_slice_is(text, wanted));
}

static void assert_event(const GalenSlowEvent *event, const char *schema, guint64 number) {
  g_assert_nonnull(event);
  assert_text(event->text, "select 1");
  assert_text(event->user, "web");
  assert_text(event->host, "app1");
  assert_text(event->schema, schema);
  assert_text(event->routine, "db.call");
  g_assert_null(event->explain.data);
  g_assert_cmpuint(event->main[0], ==, number);
  g_assert_cmpuint(event->line, ==, number);
  g_assert_cmpuint(event->n_attrs, ==, 2);
  g_assert_cmpuint(event->attrs[0].id, ==, 3);
  g_assert_cmpuint(event->attrs[1].value, ==, number + 1);
  g_assert_cmpstr(galen_attr_dict_get(event->dict, event->attrs[1].id)->name, ==, "own");
}

static void test_kept(void) {
  static const char *const schemas[] = {"shop", "shop", "work", "", "shop"};
  GalenBatch batch;
  galen_batch_init(&batch, 8192);
  for (guint round = 0; round < 3; round++) {
    Parser parser;
    open_parser(&parser, 32);
    galen_batch_begin(&batch, "db1", "a.log");
    for (guint i = 0; i < G_N_ELEMENTS(schemas); i++) {
      GalenSlowEvent event = make(&parser, schemas[i], i + round);
      g_assert_true(galen_batch_add(&batch, &event, &parser.window));
      memset(parser.schema, 'x', sizeof parser.schema);
      memset(parser.text, 'x', sizeof parser.text);
    }
    galen_batch_end(&batch);
    GalenWindow window = parser.window;
    parser.window.data = NULL;
    close_parser(&parser);
    gsize at = 0;
    g_assert_cmpuint(batch.n_events, ==, G_N_ELEMENTS(schemas));
    for (guint i = 0; i < G_N_ELEMENTS(schemas); i++)
      assert_event(galen_batch_next(&batch, &at), schemas[i], i + round);
    g_assert_null(galen_batch_next(&batch, &at));
    g_free(window.data);
  }
  galen_batch_clear(&batch);
}

/* What does not fit is refused, and what is there stays. */
static void test_full(void) {
  GalenBatch batch;
  galen_batch_init(&batch, 2000);
  Parser parser;
  open_parser(&parser, 32);
  galen_batch_begin(&batch, "db1", "a.log");
  guint n = 0;
  for (GalenSlowEvent event = make(&parser, "shop", 0); galen_batch_add(&batch, &event, &parser.window);)
    event = make(&parser, "shop", ++n);
  g_assert_cmpuint(n, >, 3);
  g_assert_cmpuint(batch.n_events, ==, n);
  galen_batch_end(&batch);
  gsize at = 0;
  for (guint i = 0; i < n; i++)
    assert_event(galen_batch_next(&batch, &at), "shop", i);
  g_assert_null(galen_batch_next(&batch, &at));
  close_parser(&parser);
  galen_batch_clear(&batch);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/batch/kept", test_kept);
  g_test_add_func("/batch/full", test_full);
  return g_test_run();
}
