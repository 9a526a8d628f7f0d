/* The names and units of a slow log's numeric attributes and flags.
 *
 * Known attributes have fixed ids (GalenAttrId), the same in every run, so that
 * the hot path compares integers. A name that no table knows gets the next free
 * id of the parser's own dictionary: two dictionaries may give one name two ids,
 * and whoever joins figures of two inputs joins them by name.
 *
 * JSON names are the log's names in lower case (Rows_affected: rows_affected).
 * Source of names and units: the servers' own log writers, as laid out in
 * docs/slow-log-formats.md. */
#pragma once

#include "slice.h"

typedef enum {
  GALEN_UNIT_COUNT, /* a plain number: rows, pages, passes */
  GALEN_UNIT_BYTES,
  GALEN_UNIT_US, /* kept in microseconds; the log has seconds */
  GALEN_UNIT_NS, /* kept in nanoseconds; the log has milliseconds */
} GalenUnit;

typedef enum {
  GALEN_ATTR_NUMBER, /* summed */
  GALEN_ATTR_FLAG,   /* Yes/No: the Yes are counted */
} GalenAttrKind;

/* Attributes of every slow log, which have percentiles as well as sums. */
typedef enum {
  GALEN_MAIN_TIME,          /* µs */
  GALEN_MAIN_LOCK_TIME,     /* µs */
  GALEN_MAIN_ROWS_SENT,     /* rows */
  GALEN_MAIN_ROWS_EXAMINED, /* rows */
  GALEN_N_MAIN,
} GalenMainAttr;

typedef struct {
  const char *name; /* as in JSON: lower case */
  GalenUnit unit;
  GalenAttrKind kind;
} GalenAttrInfo;

/* One further attribute of an event. A flag's value is 0 or 1. */
typedef struct {
  guint16 id;
  guint64 value; /* in the unit of its GalenAttrInfo */
} GalenAttr;

/* Values above these are impossible: parsers drop them from sums and count them. */
#define GALEN_PLAUSIBLE_COUNT (G_GUINT64_CONSTANT(1) << 53)
#define GALEN_PLAUSIBLE_TIME_S G_GUINT64_CONSTANT(864000) /* ten days */

/* Longest attribute name kept, and most names a log may bring of its own: past
 * that a name is skipped and counted, as attackers cannot reach headers but
 * damaged logs can hold anything. */
#define GALEN_ATTR_NAME_MAX 64
#define GALEN_ATTR_DYNAMIC_MAX 128
#define GALEN_ATTR_NONE G_MAXUINT16

typedef struct GalenAttrDict GalenAttrDict;

GalenAttrDict *galen_attr_dict_new(void);
void galen_attr_dict_free(GalenAttrDict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenAttrDict, galen_attr_dict_free)

/* Makes `self` a copy of `other`, for events that outlive what their parser knows now. */
void galen_attr_dict_assign(GalenAttrDict *self, const GalenAttrDict *other);

/* The id of `name` (as the log writes it, any case), adding it with `unit` and
 * `kind` when it is new. GALEN_ATTR_NONE: the dictionary is full or the name is
 * too long. A known name keeps its own unit and kind. */
guint16 galen_attr_dict_intern(GalenAttrDict *self, GalenSlice name, GalenUnit unit, GalenAttrKind kind);

/* Forgets the names that were added last, down to `size` ids: for a reader that takes a line back. */
void galen_attr_dict_truncate(GalenAttrDict *self, guint size);

/* What an id stands for; NULL when it was never given out. Valid as long as the dictionary. */
const GalenAttrInfo *galen_attr_dict_get(const GalenAttrDict *self, guint16 id);

/* How many ids there are: valid ids are 0 .. n - 1. */
guint galen_attr_dict_size(const GalenAttrDict *self);

/* How many of them are the same in every dictionary: ids below it are known names. */
guint galen_attr_known_count(void);
