/* Addresses and bytes of a mail, for those that make one: mail.c and mail_note.c. */
#pragma once

#include "late_mime.h"

#define GALEN_MAIL_RECIPIENTS_MAX 100

/* FALSE with error: `text` is no list of one to `max` addresses. NULL is none, and good. */
gboolean galen_mail_check_addresses(const char *option, const char *text, int max, const char *wanted, GError **error);
/* `from` NULL: Galen itself; `to` NULL: nobody. */
void galen_mail_put_addresses(GMimeMessage *message, const char *from, const char *to);
/* The message's bytes, fit for `sendmail -t`; it is freed. */
GBytes *galen_mail_take_message(GMimeMessage *message);
