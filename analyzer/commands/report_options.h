/* What `galen report`, `galen compare`, `galen events`, `galen digest` or `galen nightly` was asked to do: command line and configuration file. */
#pragma once

#include "../pipeline.h"
#include "../report/writers.h"

typedef struct {
  char *path; /* "-": stdout */
  const GalenWriter *writer;
} GalenOutput;

/* What is compared with: the side before. */
typedef struct {
  char **paths;        /* NULL: nothing */
  gint64 since, until; /* GALEN_TIME_NONE: open */
  gboolean usual;      /* what the report's own inputs usually are: the same hours of the day are compared */
  GalenFilter *filter;
} GalenBaselineCommand;

typedef struct {
  char **paths; /* of the report, which is on the side after */
  GalenBaselineCommand before;
  GArray *outputs; /* of GalenOutput */
  GTimeZone *zone, *log_zone;
  GHashTable *log_zones;     /* node to GTimeZone * */
  GHashTable *clock_offsets; /* node to gint64 *, µs ahead */
  char **rules;              /* files of own rules, or NULL */
  char *zone_name;
  gint64 since, until; /* GALEN_TIME_NONE: open */
  int top;
  int threads;     /* 0: not given */
  int block_bytes; /* the same */
  char *order_by;
  GalenFilter *filter;
  GalenSampleMode samples;
  char *title;
  char **expect_nodes, **mute;
  GalenStatus fail_on; /* GALEN_STATUS_OK: never */
  gboolean quiet, verbose, mask_digits;
  gboolean progress;
  char *templates;                           /* NULL: the program's own */
  char *table, *chart, *mail_to, *mail_from; /* or NULL */
  gsize max_size;                            /* 0: not given */
  const char *idle;                          /* a remark on options of the command line that no output needs, or NULL */
  char *store;                               /* of digest */
  gint64 keep, keep_daily;                   /* ages in µs; 0: not given */
  gint64 now;                                /* µs since the epoch: what ages and relative times are before */
  char **mailer;                             /* of nightly: program and arguments that send a mail */
  gboolean sends;                            /* of nightly: the mail is sent, and not written into a file */
  gboolean no_baseline;                      /* of nightly */
  gboolean nightly;                          /* that it is */
  gboolean filtered;                         /* a --filter was given */
} GalenReportCommand;

/* Reads argv for `command`, "report", "compare", "events" (which has outputs without a format), "nightly" or "digest" (which has none). FALSE with error: wrong usage. `--help` prints and exits as GOptionContext does. */
gboolean galen_report_command_parse(GalenReportCommand *self, const char *command, int argc, char **argv,
                                    GError **error);
/* What writers are told, but for `width` and `color`; `templates` is NULL for the program's own. Valid as long as self. */
GalenWriteOptions galen_report_command_write_options(const GalenReportCommand *self);
void galen_report_command_clear(GalenReportCommand *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenReportCommand, galen_report_command_clear)
