#include "mail_mime.h"

#include "../words.h"

#include <string.h>

#define FROM_DEFAULT "Galen <galen@localhost>"

/* ---- addresses ---- */

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

/* NULL: the text is no list of one to `max` addresses. GMime must have been loaded. */
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

gboolean galen_mail_check_addresses(const char *option, const char *text, int max, const char *wanted, GError **error) {
  if (text == NULL)
    return TRUE;
  /* That it cannot be loaded is no wrong usage: it is said when the mail is to be made. */
  if (!galen_late_mime_load(NULL))
    return TRUE;
  InternetAddressList *list = parse_addresses(text, max);
  if (list != NULL) {
    g_object_unref(list);
    return TRUE;
  }
  g_autofree char *shown = galen_words_clean((GalenSlice){text, strlen(text)}, 200);
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: %s", option, shown, wanted);
  return FALSE;
}

static void put_addresses(GMimeMessage *message, GMimeAddressType type, const char *text) {
  InternetAddressList *list = text != NULL ? parse_addresses(text, GALEN_MAIL_RECIPIENTS_MAX) : NULL;
  if (list == NULL)
    return;
  internet_address_list_append(g_mime_message_get_addresses(message, type), list);
  g_object_unref(list);
}

void galen_mail_put_addresses(GMimeMessage *message, const char *from, const char *to) {
  put_addresses(message, GMIME_ADDRESS_TYPE_FROM, from != NULL ? from : FROM_DEFAULT);
  put_addresses(message, GMIME_ADDRESS_TYPE_TO, to);
}

/* ---- bytes ---- */

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

GBytes *galen_mail_take_message(GMimeMessage *message) {
  GMimeFormatOptions *format = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_UNIX);
  g_autofree char *text = g_mime_object_to_string(GMIME_OBJECT(message), format);
  g_mime_format_options_free(format);
  g_object_unref(message);
  return guard_lines(text);
}
