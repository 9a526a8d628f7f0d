/* The further attributes that a digest has met, as small numbers.
 *
 * Known names keep the ids of parsers/attribute.h. A name that a log brought itself has an id of its parser's dictionary;
 * here it gets a number by (name, unit, kind), so that figures of several inputs join. */
#pragma once

#include "../../parsers/attribute.h"

/* Most attributes of a digest, known ones included. Reaching it takes hundreds of damaged logs; names past it are not
 * summed. */
#define GALEN_DIGEST_ATTRS_MAX 32768u

typedef struct GalenAttrs GalenAttrs;

GalenAttrs *galen_attrs_new(void);
void galen_attrs_free(GalenAttrs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenAttrs, galen_attrs_free)

/* How many numbers are given out, and how many of them are the same everywhere (below it: the known names). */
guint galen_attrs_size(const GalenAttrs *self);
guint galen_attrs_known(const GalenAttrs *self);
/* Name (interned), unit and kind of a number. */
const GalenAttrInfo *galen_attrs_info(const GalenAttrs *self, guint16 number);
/* GALEN_ATTR_NONE: full. */
guint16 galen_attrs_intern(GalenAttrs *self, GalenSlice name, GalenUnit unit, GalenAttrKind kind);
/* The number of id `id` of `dict`, which is not a known one; GALEN_ATTR_NONE: full, or no such id. */
guint16 galen_attrs_translate(GalenAttrs *self, const GalenAttrDict *dict, guint16 id);
/* Names to print, interned, by number: one that has a lower unit of the same name beside it gets its unit's ending
 * ("_us"), so that no two numbers and no two flags print alike. Caller frees the array. */
const char **galen_attrs_labels(const GalenAttrs *self);
