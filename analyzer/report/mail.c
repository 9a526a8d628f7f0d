#include "mail.h"

#include "../words.h"
#include "mail_mime.h"
#include "mail_private.h"

#include <string.h>

#define ID_DIGITS 32
#define PAGE_NAME "report.html"
#define LINE_BYTES 77u /* of base64, with its line end, for BASE64_BYTES of the page */
#define BASE64_BYTES 57u
#define PART_HEADERS 600u /* about the bytes of an attachment's headers and boundary */
#define LEFT_OUT "The whole report is not attached: with it this mail would be larger than it may be (--max-size)."

/* What one mail is made of. */
typedef struct {
  const GalenReport *report;
  const GalenWriteOptions *options;
  char *subject;
  char *text;
  GBytes *html;      /* NULL: plain text only */
  GPtrArray *charts; /* of GalenMailChart * */
  GBytes *page;      /* NULL: nothing is attached */
  char *id;          /* hex digits of all of it */
} Parts;

static void parts_clear(Parts *self) {
  g_clear_pointer(&self->subject, g_free);
  g_clear_pointer(&self->text, g_free);
  g_clear_pointer(&self->html, g_bytes_unref);
  g_clear_pointer(&self->charts, g_ptr_array_unref);
  g_clear_pointer(&self->page, g_bytes_unref);
  g_clear_pointer(&self->id, g_free);
}

/* ---- options ---- */

#define ASCII_ONLY "; before their @ only ASCII"

gboolean galen_mail_check(const GalenWriteOptions *options, GError **error) {
  if (options->max_size > 0 && options->max_size < GALEN_MAIL_MAX_LEAST) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--max-size %zu: a mail needs at least %u K",
                options->max_size, GALEN_MAIL_MAX_LEAST >> 10);
    return FALSE;
  }
  return galen_mail_check_addresses("--mail-to", options->mail_to, GALEN_MAIL_RECIPIENTS_MAX,
                                    "give one or more addresses, with commas between" ASCII_ONLY, error) &&
         galen_mail_check_addresses("--mail-from", options->mail_from, 1, "give one address" ASCII_ONLY, error);
}

/* ---- MIME ---- */

static GMimeObject *make_part(const char *type, const char *subtype, const char *data, gsize len,
                              GMimeContentEncoding encoding) {
  GMimePart *part = g_mime_part_new_with_type(type, subtype);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, len);
  GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
  g_mime_part_set_content(part, content);
  g_mime_part_set_content_encoding(part, encoding);
  if (g_str_equal(type, "text"))
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  g_object_unref(content);
  g_object_unref(stream);
  return GMIME_OBJECT(part);
}

static GMimeObject *make_bytes(const char *type, const char *subtype, GBytes *bytes, GMimeContentEncoding encoding) {
  gsize len = 0;
  const char *data = g_bytes_get_data(bytes, &len);
  return make_part(type, subtype, data, len, encoding);
}

static GMimeMultipart *make_multipart(const Parts *self, const char *subtype) {
  GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(subtype);
  g_autofree char *boundary = g_strdup_printf("=_galen-%s-%s", subtype, self->id);
  g_mime_multipart_set_boundary(multipart, boundary);
  return multipart;
}

static void add(GMimeMultipart *multipart, GMimeObject *part) {
  g_mime_multipart_add(multipart, part);
  g_object_unref(part);
}

static void name_file(GMimeObject *part, const char *disposition, const char *name) {
  g_mime_object_set_disposition(part, disposition);
  g_mime_part_set_filename(GMIME_PART(part), name);
}

/* The HTML with its pictures. */
static GMimeObject *make_related(const Parts *self) {
  GMimeObject *html = make_bytes("text", "html", self->html, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  if (self->charts->len == 0)
    return html;
  GMimeMultipart *related = make_multipart(self, "related");
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(related), "type", "text/html");
  add(related, html);
  for (guint i = 0; i < self->charts->len; i++) {
    const GalenMailChart *chart = g_ptr_array_index(self->charts, i);
    GMimeObject *picture = make_bytes("image", "png", chart->png, GMIME_CONTENT_ENCODING_BASE64);
    name_file(picture, GMIME_DISPOSITION_INLINE, chart->file);
    g_mime_object_set_content_id(picture, chart->cid);
    add(related, picture);
  }
  return GMIME_OBJECT(related);
}

static GMimeObject *make_body(const Parts *self) {
  GMimeObject *text =
      make_part("text", "plain", self->text, strlen(self->text), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  GMimeObject *body = text;
  if (self->html != NULL) {
    GMimeMultipart *alternative = make_multipart(self, "alternative");
    add(alternative, text);
    add(alternative, make_related(self));
    body = GMIME_OBJECT(alternative);
  }
  if (self->page == NULL)
    return body;
  GMimeMultipart *mixed = make_multipart(self, "mixed");
  GMimeObject *page = make_bytes("text", "html", self->page, GMIME_CONTENT_ENCODING_BASE64);
  name_file(page, GMIME_DISPOSITION_ATTACHMENT, PAGE_NAME);
  add(mixed, body);
  add(mixed, page);
  return GMIME_OBJECT(mixed);
}

static void put_headers(GMimeMessage *message, const Parts *self) {
  GMimeObject *object = GMIME_OBJECT(message);
  g_autoptr(GDateTime) date = galen_mail_date(self->report);
  g_autofree char *id = g_strdup_printf("%s@galen.invalid", self->id);
  galen_mail_put_addresses(message, self->options->mail_from, self->options->mail_to);
  g_mime_message_set_subject(message, self->subject, "utf-8");
  if (date != NULL)
    g_mime_message_set_date(message, date);
  g_mime_message_set_message_id(message, id);
  g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", NULL);
  g_mime_object_set_header(object, "X-Auto-Response-Suppress", "All", NULL);
  g_mime_object_set_header(object, "X-Galen-Status", galen_status_word(self->report->status), NULL);
  g_mime_object_set_header(object, "X-Mailer", "Galen " GALEN_VERSION, NULL);
}

static GBytes *assemble(const Parts *self) {
  GMimeMessage *message = g_mime_message_new(FALSE);
  put_headers(message, self);
  GMimeObject *body = make_body(self);
  g_mime_message_set_mime_part(message, body);
  g_object_unref(body);
  return galen_mail_take_message(message);
}

/* ---- what fits ---- */

static void add_bytes(GChecksum *sum, GBytes *bytes) {
  gsize len = 0;
  const guchar *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
  if (len > 0)
    g_checksum_update(sum, data, (gssize)len);
}

/* Other bytes have another id, and no text holds the boundary that its own bytes make. */
static void make_id(Parts *self) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  const char *const texts[] = {self->subject, self->options->mail_to, self->options->mail_from, self->text};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i] != NULL)
      g_checksum_update(sum, (const guchar *)texts[i], -1);
  add_bytes(sum, self->html);
  add_bytes(sum, self->page);
  g_free(self->id);
  self->id = g_strndup(g_checksum_get_string(sum), ID_DIGITS);
}

static char *attachment_words(GBytes *page, gboolean reduced) {
  if (page == NULL)
    return g_strdup(LEFT_OUT);
  g_autofree char *size = galen_words_bytes((double)g_bytes_get_size(page));
  return g_strdup_printf("The whole report is attached: " PAGE_NAME ", %s%s.", size,
                         reduced ? ", with less detail than usual so that this mail is not larger than it may be" : "");
}

/* Takes the page over. NULL with error: a template is wrong. */
static GBytes *compose(Parts *self, GBytes *page, gboolean reduced, gboolean html, GError **error) {
  g_autofree char *attachment = attachment_words(page, reduced);
  g_clear_pointer(&self->page, g_bytes_unref);
  self->page = page;
  g_free(self->text);
  self->text = galen_mail_text(self->report, attachment);
  g_clear_pointer(&self->html, g_bytes_unref);
  if (html) {
    self->html =
        galen_mail_html(self->report, self->options->templates, self->subject, attachment, self->charts, error);
    if (self->html == NULL)
      return NULL;
  }
  make_id(self);
  return assemble(self);
}

/* A page that fits beside the rest, or NULL. */
static GBytes *smaller_page(const Parts *self, gsize rest, gsize max) {
  gsize room = max > rest + PART_HEADERS ? max - rest - PART_HEADERS : 0;
  gsize most = room / LINE_BYTES * BASE64_BYTES;
  return most > 0 ? galen_report_write_html_within(self->report, self->options->templates, most, NULL) : NULL;
}

/* Less and less: the whole page, a page with less detail, no page, no charts, plain text. */
static GBytes *fit(Parts *self, gsize max, GError **error) {
  GBytes *page = galen_report_write_html(self->report, self->options->templates, error);
  if (page == NULL)
    return NULL;
  GBytes *mail = compose(self, page, FALSE, TRUE, error);
  if (mail == NULL || g_bytes_get_size(mail) <= max)
    return mail;
  g_bytes_unref(mail);
  GBytes *bare = compose(self, NULL, FALSE, TRUE, error);
  if (bare == NULL)
    return NULL;
  page = smaller_page(self, g_bytes_get_size(bare), max);
  if (page != NULL) {
    mail = compose(self, page, TRUE, TRUE, error);
    if (mail == NULL || g_bytes_get_size(mail) <= max) {
      g_bytes_unref(bare);
      return mail;
    }
    g_bytes_unref(mail);
  }
  if (g_bytes_get_size(bare) <= max)
    return bare;
  g_bytes_unref(bare);
  g_ptr_array_set_size(self->charts, 0);
  mail = compose(self, NULL, FALSE, TRUE, error);
  if (mail == NULL || g_bytes_get_size(mail) <= max)
    return mail;
  g_bytes_unref(mail);
  return compose(self, NULL, FALSE, FALSE, error);
}

GBytes *galen_mail_write(const GalenReport *report, const GalenWriteOptions *options, GError **error) {
  if (!galen_mail_check(options, error) || !galen_late_mime_load(error))
    return NULL;
  g_mime_init();
  Parts parts = {.report = report, .options = options, .subject = galen_mail_subject(report)};
  parts.charts = galen_mail_charts(report);
  GBytes *mail = fit(&parts, options->max_size > 0 ? options->max_size : GALEN_MAIL_MAX_DEFAULT, error);
  parts_clear(&parts);
  return mail;
}
