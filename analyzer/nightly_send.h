/* A mail to the program that sends it, without a shell between. */
#pragma once

#include <glib.h>

#define GALEN_SENDMAIL_DEFAULT "/usr/sbin/sendmail"
/* So long a mailer may take, s; less in tests (GALEN_SENDMAIL_WAIT). */
#define GALEN_SENDMAIL_SECONDS 120u

/* The words of a command as a shell would split it; of a program alone with -t -oi. NULL with error: quotes that do not end. */
char **galen_nightly_mailer(const char *command, GError **error);
/* TRUE: it was run, read what it was given and ended well. */
gboolean galen_nightly_send(char *const *mailer, GBytes *mail, GError **error);
