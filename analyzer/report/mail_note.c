#include "mail_note.h"

#include "mail_mime.h"
#include "mail_private.h"

#include <string.h>

#define ID_DIGITS 32

/* Another mail has another id. */
static char *id_of(const GalenMailNote *note) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  const char *const texts[] = {note->subject, note->text, note->to};
  g_checksum_update(sum, (const guchar *)&note->time, sizeof note->time);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i] != NULL)
      g_checksum_update(sum, (const guchar *)texts[i], -1);
  g_autofree char *digits = g_strndup(g_checksum_get_string(sum), ID_DIGITS);
  return g_strdup_printf("%s@galen.invalid", digits);
}

static void put_headers(GMimeMessage *message, const GalenMailNote *note) {
  GMimeObject *object = GMIME_OBJECT(message);
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(note->time / G_USEC_PER_SEC);
  g_autofree char *id = id_of(note);
  g_autofree char *subject = galen_mail_line(note->subject);
  galen_mail_put_addresses(message, note->from, note->to);
  g_mime_message_set_subject(message, subject, "utf-8");
  if (date != NULL)
    g_mime_message_set_date(message, date);
  g_mime_message_set_message_id(message, id);
  g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", NULL);
  g_mime_object_set_header(object, "X-Auto-Response-Suppress", "All", NULL);
  g_mime_object_set_header(object, "X-Galen-Status", note->status, NULL);
  g_mime_object_set_header(object, "X-Mailer", "Galen " GALEN_VERSION, NULL);
}

GBytes *galen_mail_note(const GalenMailNote *note, GError **error) {
  if (!galen_late_mime_load(error))
    return NULL;
  g_mime_init();
  GMimeMessage *message = g_mime_message_new(FALSE);
  put_headers(message, note);
  GMimeTextPart *part = g_mime_text_part_new_with_subtype("plain");
  g_mime_text_part_set_charset(part, "utf-8");
  g_mime_text_part_set_text(part, note->text);
  g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_message_set_mime_part(message, GMIME_OBJECT(part));
  g_object_unref(part);
  return galen_mail_take_message(message);
}
