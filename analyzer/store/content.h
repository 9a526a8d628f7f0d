/* What a log's content is known by, taken while its bytes stream by.
 *
 * Beside head, tail and size it answers whether the content begins with another one of which only these are known: the bytes
 * before its size are compared as they pass. */
#pragma once

#include "store.h"

typedef struct GalenContentTap GalenContentTap;

GalenContentTap *galen_content_tap_new(void);
void galen_content_tap_free(GalenContentTap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenContentTap, galen_content_tap_free)
/* Before the first byte: it will be asked whether the content begins with one of `size` bytes. */
void galen_content_tap_expect(GalenContentTap *self, guint64 size);
/* The next bytes; fits galen_stream_set_tap. */
void galen_content_tap_add(gpointer self, const char *data, gsize len);

void galen_content_tap_result(const GalenContentTap *self, GalenStoreContent *ret_content);
/* Whether the content so far begins with `other`, whose size was expected, or is it. */
gboolean galen_content_tap_begins_with(const GalenContentTap *self, const GalenStoreContent *other);
/* Whether the first bytes are those of `other`, as far as these are known of it. */
gboolean galen_content_tap_has_head(const GalenContentTap *self, const GalenStoreContent *other);
/* Whether it may be the beginning of `other`, which is longer: nothing but the head can tell. */
gboolean galen_content_tap_may_begin(const GalenContentTap *self, const GalenStoreContent *other);

gboolean galen_store_content_equal(const GalenStoreContent *a, const GalenStoreContent *b);
/* The same of a plain file of `size` bytes, from its first and last bytes alone. FALSE: it cannot be read. */
gboolean galen_store_content_of_file(const char *path, guint64 size, GalenStoreContent *ret_content);
