/* The options of `galen report`, `galen compare`, `galen events`, `galen digest` and `galen nightly` as they stand on the command line and in configuration files, before they mean anything.
 *
 * A configuration file is a key file with a group [report], [compare], [events], [digest] or [nightly]; its keys are the long options. Lists are separated by ";",
 * switches are true or false. What the command line says wins over ~/.config/galen.conf (XDG_CONFIG_HOME), and that over
 * /etc/galen.conf; --config FILE is read instead of these two. `output` with `format`, `filter` and `mail-to`, and what is compared with,
 * are replaced as a whole; without a group [compare] comparisons take [report], but for its `baseline`, `since` and `until`; `mute`, `expect-node`, `log-tz`, `clock-offset` and `rules` add up. */
#pragma once

#include <glib.h>

#define GALEN_RAW_UNSET G_MININT

typedef struct {
  char **outputs, **filters, **log_zones, **clock_offsets, **rules, **expect_nodes, **mute, **baseline, **mail_to,
      **paths;
  char *before_since, *before_until, *after_since, *after_until, *baseline_since, *baseline_until;
  char *format, *since, *until, *tz, *order_by, *samples, *title, *fail_on, *progress, *config, *templates;
  char *table, *chart, *max_size, *mail_from;
  char *store, *keep, *keep_daily, *sendmail, *now;
  int top, threads, block_bytes; /* GALEN_RAW_UNSET: not given */
  gboolean quiet, verbose, mask_digits, no_baseline;
  /* Said on the command line: who says so there expects a mail, a table, a picture. */
  gboolean asks_mail, asks_table, asks_chart;
} GalenReportRaw;

/* Reads argv and the configuration of `command`, "report", "compare", "events", "digest" or "nightly". FALSE with error: wrong usage. `--help` prints and exits as GOptionContext does. */
gboolean galen_report_raw_read(GalenReportRaw *ret_raw, const char *command, int argc, char **argv, GError **error);
void galen_report_raw_clear(GalenReportRaw *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenReportRaw, galen_report_raw_clear)
