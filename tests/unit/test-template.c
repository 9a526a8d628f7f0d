/* Templates: bindings, escaping, errors that name file and line. */
#include "analyzer/report/template.h"

#include <glib/gstdio.h>

#define HEAD "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:g=\"" GALEN_TEMPLATE_NS "\">"
#define TAIL "</html>"

static char *folder;

static void write_file(const char *name, const char *text) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static GBytes *render(const char *text, const GalenView *root, GError **error) {
  write_file("t.xhtml", text);
  g_autoptr(GalenTemplate) template = galen_template_load(folder, NULL, "t.xhtml", error);
  if (template == NULL)
    return NULL;
  return galen_template_render(template, root, error);
}

static void assert_renders(const char *body, const GalenView *root, const char *expected) {
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strconcat(HEAD, body, TAIL, NULL);
  g_autoptr(GBytes) out = render(text, root, &error);
  g_assert_no_error(error);
  g_autofree char *whole = g_strconcat("<!DOCTYPE html>\n<html>", expected, "</html>\n", NULL);
  g_assert_cmpstr(g_bytes_get_data(out, NULL), ==, whole);
}

static void assert_fails(const char *body, const GalenView *root, GalenTemplateError code, const char *message) {
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strconcat(HEAD, "\n", body, TAIL, NULL);
  g_autoptr(GBytes) out = render(text, root, &error);
  g_assert_null(out);
  g_assert_error(error, GALEN_TEMPLATE_ERROR, (gint)code);
  if (strstr(error->message, message) == NULL || strstr(error->message, "t.xhtml:2: ") == NULL)
    g_error("\"%s\" says neither \"%s\" nor line 2", error->message, message);
}

static GalenView *sample_view(void) {
  GalenView *root = galen_view_new();
  galen_view_set_text(root, "name", "a<b>&\"c\"");
  galen_view_set_text(root, "nothing", NULL);
  galen_view_set_text(root, "link", "#here");
  galen_view_set_text(root, "evil", "javascript:alert(1)");
  galen_view_set_flag(root, "yes", TRUE);
  galen_view_set_flag(root, "no", FALSE);
  GalenView *inner = galen_view_add_record(root, "inner");
  galen_view_set_text(inner, "text", "deep");
  GalenView *list = galen_view_add_list(root, "list");
  for (guint i = 1; i <= 2; i++) {
    GalenView *item = galen_view_append_record(list);
    galen_view_take_text(item, "n", g_strdup_printf("%u", i));
    GalenView *words = galen_view_add_list(item, "words");
    galen_view_append_text(words, "x");
    galen_view_append_text(words, "y");
  }
  galen_view_add_list(root, "empty");
  return root;
}

static void test_text(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_renders("<p g:text=\"name\">sample <b>x</b></p>", root, "<p>a&lt;b&gt;&amp;&quot;c&quot;</p>");
  assert_renders("<p g:text=\"inner.text\"/>", root, "<p>deep</p>");
  assert_renders("<p g:text=\"nothing\">sample</p>", root, "<p></p>");
  assert_renders("<p>is <span g:text=\"inner.text\">sample</span>.</p>", root, "<p>is deep.</p>");
  assert_renders("<p><span g:if=\"yes\" g:text=\"inner.text\"/><span class=\"k\" g:text=\"inner.text\"/></p>", root,
                 "<p><span>deep</span><span class=\"k\">deep</span></p>");
  assert_renders("<!-- gone --><p>a\n   <b/>\n</p>", root, "<p>a\n   <b></b>\n</p>");
}

static void test_attributes(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_renders("<a href=\"#x\" class=\"k\" g:attr=\"href=link; title=name\">t</a>", root,
                 "<a href=\"#here\" class=\"k\" title=\"a&lt;b&gt;&amp;&quot;c&quot;\">t</a>");
  assert_renders("<details open=\"\" g:attr=\"open=no\"/>", root, "<details></details>");
  assert_renders("<details g:attr=\"open=yes;\"/>", root, "<details open=\"\"></details>");
  assert_renders("<a href=\"#x\" g:attr=\"href=nothing\">t</a>", root, "<a>t</a>");
}

static void test_conditions(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_renders("<i g:if=\"yes\"/><i g:if=\"not no\"/><i g:if=\"list\"/><i g:if=\"inner\"/><i g:if=\"name\"/>", root,
                 "<i></i><i></i><i></i><i></i><i></i>");
  assert_renders("<i g:if=\"no\"/><i g:if=\"not yes\"/><i g:if=\"empty\"/><i g:if=\"nothing\"/>", root, "");
}

static void test_repeat(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_renders("<li g:repeat=\"i in list\"><b g:text=\"i.n\"/><i g:repeat=\"w in i.words\" g:text=\"w\"/></li>", root,
                 "<li><b>1</b><i>x</i><i>y</i></li><li><b>2</b><i>x</i><i>y</i></li>");
  assert_renders("<li g:repeat=\"i in empty\" g:text=\"i.n\"/>", root, "");
  assert_renders("<li g:repeat=\"i in inner\" g:text=\"i.text\"/>", root, "<li>deep</li>");
  /* The inner name hides the outer one. */
  assert_renders("<p g:repeat=\"name in inner\" g:text=\"name.text\"/>", root, "<p>deep</p>");
}

static void test_include(void) {
  g_autoptr(GalenView) root = sample_view();
  write_file("part.xhtml", HEAD "<head><title>mock</title></head><body><b g:text=\"i.n\"/></body>" TAIL);
  write_file("look.css", "p { color: red; }\na > b { top: 0 }");
  assert_renders("<p g:repeat=\"i in list\"><x g:include=\"part.xhtml\"/></p>", root, "<p><b>1</b></p><p><b>2</b></p>");
  assert_renders("<link rel=\"stylesheet\" href=\"look.css\" g:include=\"look.css\"/>", root,
                 "<style>p{color:red}a>b{top:0}</style>");
}

static void assert_style(const char *css, const char *expected) {
  g_autoptr(GalenView) root = sample_view();
  write_file("look.css", css);
  g_autofree char *page = g_strdup_printf("<style>%s</style>", expected);
  assert_renders("<link g:include=\"look.css\"/>", root, page);
}

/* Comments and blanks that mean nothing stay behind, all else is as written. */
static void test_style_is_short(void) {
  assert_style("/* a */ a ,b  > c{}\n\n@media  (max-width: 3em) { p + q :hover { top: calc(1px + 2px); } }\n",
               "a,b>c{}@media (max-width:3em){p + q :hover{top:calc(1px + 2px)}}");
  assert_style("a::after { content: \"; }  /* { \\\" */\" }", "a::after{content:\"; }  /* { \\\" */\"}");
  assert_style("a { b: 'it''s  ; \\' , '; c: URL( x , y ) ; --d: a  b }",
               "a{b:'it''s  ; \\' , ';c:URL( x , y );--d:a b}");
  assert_style(".a\\ , b/**/.c, d /**/ e { f: 1px/**/solid }", ".a\\ ,b/**/.c,d e{f:1px/**/solid}");
  assert_style("a {} /* never ended", "a{}");
  assert_style("a { b: 'never ended  ;", "a{b:'never ended  ;");
  assert_style("a { b: c\\", "a{b:c\\");
  assert_style("", "");
}

/* A date in a sentence does not break: with a style sheet by its class, in a mail by itself. */
static void test_dates_are_whole(void) {
  static const char day[] = "<span style=\"white-space:nowrap\">2026-11-24</span>";
  g_autoptr(GalenView) root = galen_view_new();
  galen_view_set_text(root, "when", "From 2026-11-24 02:36:05.250 to 2026-11-25 02:36, 7 s");
  galen_view_set_text(root, "day", "2026-11-24");
  galen_view_set_text(root, "none", "12026-11-24 - 26-11-24 a-2026-1-1 2026-11-245 -");
  g_autofree char *title = g_strconcat("<td>", day, "</td><p>x: ", day, "</p><p>", day, "</p>", NULL);
  assert_renders("<td g:text=\"day\"/><p>x: <span g:text=\"day\"/></p><p g:text=\"day\"/>", root, title);
  galen_view_set_text(root, "raw", "at 2026-11-24  3:47:01 (as logged)");
  assert_renders("<p g:text=\"raw\"/>", root,
                 "<p>at <span style=\"white-space:nowrap\">2026-11-24  3:47:01</span> (as logged)</p>");
  assert_renders("<p g:text=\"none\"/>", root, "<p>12026-11-24 - 26-11-24 a-2026-1-1 2026-11-245 -</p>");
  assert_renders("<pre g:text=\"when\"/>", root, "<pre>From 2026-11-24 02:36:05.250 to 2026-11-25 02:36, 7 s</pre>");
  assert_renders("<i class=\"when\" g:text=\"day\"/>", root, "<i class=\"when\">2026-11-24</i>");
  write_file("look.css", "");
  assert_renders("<link g:include=\"look.css\"/><td g:text=\"day\"/><p g:text=\"when\"/>", root,
                 "<style></style><td>2026-11-24</td><p>From <span class=\"d\">2026-11-24 02:36:05.250</span> to "
                 "<span class=\"d\">2026-11-25 02:36</span>, 7 s</p>");
}

static void test_html5(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_renders("<meta charset=\"utf-8\"/><div/><p><br/></p><svg><path d=\"M0 0\"/><g/></svg><p/>", root,
                 "<meta charset=\"utf-8\"/><div></div><p><br/></p><svg><path d=\"M0 0\"/><g/></svg><p></p>");
}

static void test_errors_name_file_and_line(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_fails("<p g:text=\"missing\"/>", root, GALEN_TEMPLATE_ERROR_VALUE, "there is no value \"missing\"");
  assert_fails("<p g:text=\"inner.missing\"/>", root, GALEN_TEMPLATE_ERROR_VALUE, "inner.missing");
  assert_fails("<p g:text=\"list\"/>", root, GALEN_TEMPLATE_ERROR_VALUE, "neither a text nor a drawing");
  assert_fails("<p g:repeat=\"x in name\"/>", root, GALEN_TEMPLATE_ERROR_VALUE, "neither a list nor a record");
  assert_fails("<p g:repeat=\"list\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "g:repeat cannot be \"list\"");
  assert_fails("<p g:txt=\"name\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "no binding is called g:txt");
  assert_fails("<p g:text=\"a b\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "g:text cannot be");
  assert_fails("<p g:attr=\"title\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "g:attr wants");
  assert_fails("<p><b></p>", root, GALEN_TEMPLATE_ERROR_READ, "mismatch");
  assert_fails("<p g:include=\"none.xhtml\"/>", root, GALEN_TEMPLATE_ERROR_READ, "none.xhtml");
  assert_fails("<p g:include=\"../t.xhtml\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "g:include cannot be");
  assert_fails("<p g:include=\"t.xhtml\"/>", root, GALEN_TEMPLATE_ERROR_READ, "includes within each other");
}

static void test_no_scripts(void) {
  g_autoptr(GalenView) root = sample_view();
  assert_fails("<script>x</script>", root, GALEN_TEMPLATE_ERROR_BIND, "no scripts");
  assert_fails("<p onclick=\"x\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "no scripts");
  assert_fails("<p g:attr=\"onclick=name\"/>", root, GALEN_TEMPLATE_ERROR_BIND, "cannot be bound");
  assert_fails("<a g:attr=\"href=evil\"/>", root, GALEN_TEMPLATE_ERROR_VALUE, "only lead into the report");
}

static void test_style_is_safe(void) {
  g_autoptr(GalenView) root = sample_view();
  g_autoptr(GError) error = NULL;
  write_file("bad.css", "a { content: '</style>' }");
  g_autoptr(GBytes) out = render(HEAD "<link g:include=\"bad.css\"/>" TAIL, root, &error);
  g_assert_null(out);
  g_assert_error(error, GALEN_TEMPLATE_ERROR, GALEN_TEMPLATE_ERROR_VALUE);
}

static void test_forbidden_characters(void) {
  g_autoptr(GalenView) root = galen_view_new();
  galen_view_set_text(root, "name",
                      "a\x01"
                      "b\xef\xbf\xbf"
                      "c\td");
  assert_renders("<p g:text=\"name\"/>", root,
                 "<p>a\xef\xbf\xbd"
                 "b\xef\xbf\xbd"
                 "c\td</p>");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("galen-template-XXXXXX", NULL);
  g_assert_nonnull(folder);
  g_test_add_func("/template/text", test_text);
  g_test_add_func("/template/attributes", test_attributes);
  g_test_add_func("/template/conditions", test_conditions);
  g_test_add_func("/template/repeat", test_repeat);
  g_test_add_func("/template/include", test_include);
  g_test_add_func("/template/html5", test_html5);
  g_test_add_func("/template/errors-name-file-and-line", test_errors_name_file_and_line);
  g_test_add_func("/template/no-scripts", test_no_scripts);
  g_test_add_func("/template/style-is-short", test_style_is_short);
  g_test_add_func("/template/dates-are-whole", test_dates_are_whole);
  g_test_add_func("/template/style-is-safe", test_style_is_safe);
  g_test_add_func("/template/forbidden-characters", test_forbidden_characters);
  int status = g_test_run();
  static const char *const files[] = {"t.xhtml", "part.xhtml", "look.css", "bad.css"};
  for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(folder, files[i], NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
  g_free(folder);
  return status;
}
