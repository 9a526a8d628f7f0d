/* What the small files beside a log share: read whole, one event. Not for others. */
#pragma once

#include "format.h"

/* Of a larger file only the lines that fit are read. */
#define STATE_FILE_MAX (1u << 20)

typedef struct {
  GalenSink sink;
  GalenAccount account;
  gboolean done;
} StateFile;

typedef struct {
  GalenSlice text; /* the line, without its end and the blanks around it */
  gsize len;       /* bytes with its end */
  guint64 number;  /* 1-based */
} StateLine;

gpointer galen_state_open(const GalenFormatOptions *options, const GalenSink *sink);
const GalenAccount *galen_state_account(gpointer self);
void galen_state_describe(gpointer self, GalenServerInfo *ret_info);
void galen_state_close(gpointer self);

/* The next line of [*at, end). FALSE: there is none. Start with ret_line->number 0. */
gboolean galen_state_line(const char **at, const char *end, StateLine *ret_line);
void galen_state_count_event(StateFile *self, const StateLine *line);
void galen_state_count_header(StateFile *self, const StateLine *line);
void galen_state_count_skip(StateFile *self, const StateLine *line, const char *reason);

/* Calls `read` once with the whole file, or with what of it is within the limit. For GalenFormat.parse. */
gsize galen_state_parse(StateFile *self, const char *data, gsize len, gboolean eof,
                        void (*read)(StateFile *self, const char *data, gsize len));
