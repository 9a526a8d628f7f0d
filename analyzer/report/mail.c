#include "mail.h"

#include "mail_private.h"
#include "words.h"

#include <gmime/gmime.h>
#include <string.h>

#define FROM_DEFAULT "Galen <galen@localhost>"
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

static gboolean has_control(const char *text) {
  for (; *text != '\0'; text = g_utf8_next_char(text))
    if (g_unichar_iscntrl(g_utf8_get_char(text)))
      return TRUE;
  return FALSE;
}

/* Where the first byte is that is not ASCII. */
static gsize first_letter(const char *addr) {
  gsize i = 0;
  while (addr[i] != '\0' && (guchar)addr[i] < 0x80)
    i++;
  return addr[i] != '\0' ? i : G_MAXSIZE;
}

/* "root" is an address for a local mailer. Domains are made ASCII; letters before the '@' that are not would need SMTPUTF8 on
 * the whole way. */
static gboolean is_address(const char *addr) {
  if (addr == NULL || *addr == '\0' || first_letter(addr) < strcspn(addr, "@") ||
      strpbrk(addr, " \t,;:()[]\"\\") != NULL)
    return FALSE;
  const char *at = strchr(addr, '@');
  return at == NULL || (at > addr && at[1] != '\0' && strchr(at + 1, '@') == NULL);
}

/* How many addresses the text means to name, commas between; -1: more than that is in it. The parser forgives: it would
 * drop what stands behind the first mistake, and a recipient with it. */
static int count_addresses(const char *text) {
  int n = 0, signs = 0;
  gboolean quoted = FALSE, blank = TRUE;
  for (;; text++) {
    quoted ^= *text == '"';
    if (*text == '\0' || (*text == ',' && !quoted)) {
      n += blank ? 0 : 1;
      if (*text == '\0')
        return quoted ? -1 : n;
      blank = TRUE;
      signs = 0;
      continue;
    }
    blank = blank && *text == ' ';
    signs += *text == '@' && !quoted ? 1 : 0;
    if (signs > 1 || (!quoted && strchr(";:()\\", *text) != NULL))
      return -1;
  }
}

/* NULL: the text is no list of one to `max` addresses. */
static InternetAddressList *parse_addresses(const char *text, int max) {
  if (!g_utf8_validate(text, -1, NULL) || has_control(text))
    return NULL;
  g_mime_init();
  GMimeParserOptions *strict = g_mime_parser_options_new();
  g_mime_parser_options_set_address_compliance_mode(strict, GMIME_RFC_COMPLIANCE_STRICT);
  g_mime_parser_options_set_allow_addresses_without_domain(strict, TRUE);
  InternetAddressList *list = internet_address_list_parse(strict, text);
  g_mime_parser_options_free(strict);
  int n = list != NULL ? internet_address_list_length(list) : 0;
  gboolean good = n > 0 && n <= max && n == count_addresses(text);
  for (int i = 0; i < n && good; i++) {
    InternetAddress *address = internet_address_list_get_address(list, i);
    good = INTERNET_ADDRESS_IS_MAILBOX(address) &&
           is_address(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
  }
  if (!good)
    g_clear_object(&list);
  return list;
}

static gboolean check_addresses(const char *option, const char *text, int max, const char *wanted, GError **error) {
  if (text == NULL)
    return TRUE;
  g_autoptr(GObject) list = (GObject *)parse_addresses(text, max);
  if (list != NULL)
    return TRUE;
  g_autofree char *shown = galen_words_clean((GalenSlice){text, strlen(text)}, 200);
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: %s", option, shown, wanted);
  return FALSE;
}

#define RECIPIENTS_MAX 100
#define ASCII_ONLY "; before their @ only ASCII"

gboolean galen_mail_check(const GalenWriteOptions *options, GError **error) {
  if (options->max_size > 0 && options->max_size < GALEN_MAIL_MAX_LEAST) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--max-size %zu: a mail needs at least %u K",
                options->max_size, GALEN_MAIL_MAX_LEAST >> 10);
    return FALSE;
  }
  return check_addresses("--mail-to", options->mail_to, RECIPIENTS_MAX,
                         "give one or more addresses, with commas between" ASCII_ONLY, error) &&
         check_addresses("--mail-from", options->mail_from, 1, "give one address" ASCII_ONLY, error);
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

static void put_addresses(GMimeMessage *message, GMimeAddressType type, const char *text) {
  InternetAddressList *list = text != NULL ? parse_addresses(text, RECIPIENTS_MAX) : NULL;
  if (list == NULL)
    return;
  internet_address_list_append(g_mime_message_get_addresses(message, type), list);
  g_object_unref(list);
}

static void put_headers(GMimeMessage *message, const Parts *self) {
  GMimeObject *object = GMIME_OBJECT(message);
  const char *from = self->options->mail_from;
  g_autoptr(GDateTime) date = galen_mail_date(self->report);
  g_autofree char *id = g_strdup_printf("%s@galen.invalid", self->id);
  put_addresses(message, GMIME_ADDRESS_TYPE_FROM, from != NULL ? from : FROM_DEFAULT);
  put_addresses(message, GMIME_ADDRESS_TYPE_TO, self->options->mail_to);
  g_mime_message_set_subject(message, self->subject, "utf-8");
  if (date != NULL)
    g_mime_message_set_date(message, date);
  g_mime_message_set_message_id(message, id);
  g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", NULL);
  g_mime_object_set_header(object, "X-Auto-Response-Suppress", "All", NULL);
  g_mime_object_set_header(object, "X-Galen-Status", galen_status_word(self->report->status), NULL);
  g_mime_object_set_header(object, "X-Mailer", "Galen " GALEN_VERSION, NULL);
}

/* In quoted-printable no line is a lone dot, where `sendmail -t` without -i stops reading, and none begins as those do that
 * separate the mails of a folder. Base64 and headers have no such line. */
static GBytes *guard_lines(const char *text) {
  /* Twice, as of two lone dots one below the other only the first is found. */
  static const char *const lines[][2] = {{"\n.\n", "\n=2E\n"}, {"\n.\n", "\n=2E\n"}, {"\nFrom ", "\n=46rom=\n "}};
  GString *guarded = g_string_new(text);
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
    g_string_replace(guarded, lines[i][0], lines[i][1], 0);
  return g_string_free_to_bytes(guarded);
}

static GBytes *assemble(const Parts *self) {
  GMimeMessage *message = g_mime_message_new(FALSE);
  put_headers(message, self);
  GMimeObject *body = make_body(self);
  g_mime_message_set_mime_part(message, body);
  g_object_unref(body);
  GMimeFormatOptions *format = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_UNIX);
  g_autofree char *text = g_mime_object_to_string(GMIME_OBJECT(message), format);
  g_mime_format_options_free(format);
  g_object_unref(message);
  return guard_lines(text);
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
  if (!galen_mail_check(options, error))
    return NULL;
  g_mime_init();
  Parts parts = {.report = report, .options = options, .subject = galen_mail_subject(report)};
  parts.charts = galen_mail_charts(report);
  GBytes *mail = fit(&parts, options->max_size > 0 ? options->max_size : GALEN_MAIL_MAX_DEFAULT, error);
  parts_clear(&parts);
  return mail;
}
