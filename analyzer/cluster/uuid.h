/* UUIDs as Galera writes them: whole, or short in gcomm's lines.
 *
 * Short forms are the first four bytes (Galera 3 and before) or these and bytes 8 and 9 (Galera 4: "c943db75-9035").
 * UUIDs of version 1 hold the UTC time at which their host made them. */
#pragma once

#include "../../parsers/slice.h"

typedef struct {
  guint8 bytes[16]; /* what is unknown is 0 */
  guint8 known;     /* 0: none; 4: the first four bytes; 6: these and bytes 8 and 9; 16: all */
} GalenUuid;

#define GALEN_UUID_TEXT 37 /* bytes of a written UUID with its end */

/* Reads a whole or short UUID at the start of `text` and returns its length, 0 when there is none. Nil is a UUID. */
gsize galen_uuid_parse(GalenSlice text, GalenUuid *ret_uuid);
gboolean galen_uuid_is_nil(const GalenUuid *self); /* unknown or all zero */
/* Whether both may be written forms of one UUID: the bytes known to both are equal. Unknown equals nothing. */
gboolean galen_uuid_same(const GalenUuid *a, const GalenUuid *b);
/* Writes it as Galera would, in the form that is known. */
const char *galen_uuid_write(const GalenUuid *self, char ret_text[GALEN_UUID_TEXT]);
/* µs since the epoch by version 1; GALEN_TIME_NONE when it is another version or short. */
gint64 galen_uuid_time(const GalenUuid *self);
