/* Who was refused, and whose connections were aborted. Read from the message itself: rules may be anybody's. */
#include "errors_private.h"

#include "../report/words.h"

typedef struct {
  GalenSlice user, host, reason; /* data NULL: unknown */
} Peer;

/* Where `needle` begins, NULL: nowhere. Those looked for here begin with a byte that is rare in such messages. */
static const char *find(const char *at, const char *end, const char *needle) {
  gsize len = strlen(needle);
  if (len == 0)
    return at;
  for (; (gsize)(end - at) >= len; at++) {
    at = memchr(at, needle[0], (gsize)(end - at) - len + 1);
    if (at == NULL || memcmp(at, needle, len) == 0)
      return at;
  }
  return NULL;
}

/* What stands between `before` and `after`; moves `text` behind it. */
static gboolean between(GalenSlice *text, const char *before, const char *after, GalenSlice *ret_part) {
  const char *end = text->data + text->len, *from = find(text->data, end, before);
  if (from == NULL)
    return FALSE;
  from += strlen(before);
  const char *to = find(from, end, after);
  if (to == NULL)
    return FALSE;
  *ret_part = galen_slice(from, (gsize)(to - from));
  to += strlen(after);
  *text = galen_slice(to, (gsize)(end - to));
  return TRUE;
}

/* "(using password: YES)", " to database 'x'": without blanks, brackets and the full stop. */
static GalenSlice trim_reason(GalenSlice text) {
  while (text.len > 0 && (*text.data == ' ' || *text.data == '.' || *text.data == '(')) {
    text.data++;
    text.len--;
  }
  for (; text.len > 0; text.len--) {
    char last = text.data[text.len - 1];
    if (last != ' ' && last != '.' && last != ')')
      break;
  }
  return text;
}

static gboolean read_denied(GalenSlice text, Peer *ret_peer) {
  Peer peer = {0};
  if (!galen_slice_starts(text, "Access denied for user ") || !between(&text, "user '", "'@'", &peer.user) ||
      !between(&text, "", "'", &peer.host))
    return FALSE;
  /* 'u'@'h'@'…': a user may have quotes in his name. */
  peer.reason = trim_reason(text);
  *ret_peer = peer;
  return TRUE;
}

static gboolean read_aborted(GalenSlice text, Peer *ret_peer) {
  Peer peer = {0};
  if (!galen_slice_starts(text, "Aborted connection ") || !between(&text, "user: '", "' host: '", &peer.user) ||
      !between(&text, "", "'", &peer.host))
    return FALSE;
  if (galen_slice_is(peer.user, "unauthenticated"))
    peer.user = galen_slice(NULL, 0);
  peer.reason = trim_reason(text);
  *ret_peer = peer;
  return TRUE;
}

/* ---- keeping ---- */

static gsize key_add(char *key, gsize at, GalenSlice part) {
  gsize len = part.data != NULL ? MIN(part.len, GALEN_ERROR_NAME_MAX) : 0;
  key[at++] = part.data != NULL ? '\x01' : '\x02';
  if (len > 0)
    memcpy(key + at, part.data, len);
  key[at + len] = '\0';
  return at + len + 1;
}

static char *text_of(GalenSlice part) {
  part.len = MIN(part.len, GALEN_ERROR_NAME_MAX);
  return part.data != NULL ? galen_words_clean(part, 0) : NULL;
}

void galen_error_peer_free(gpointer peer) {
  GalenErrorPeerItem *self = peer;
  g_free(self->peer.user);
  g_free(self->peer.host);
  g_free(self->peer.reason);
  g_free(self);
}

static GalenErrorPeerItem *peer_new(GalenErrorTrace *trace, const char *key, gsize len, guint64 hash, guint64 rank) {
  /* The key stands right behind, for it is read whenever the item is. */
  GalenErrorPeerItem *self = g_malloc0(sizeof *self + len);
  self->item = (GalenErrorItem){.rank = rank, .hash = hash, .key = (char *)(self + 1), .key_len = len};
  if (len > 0)
    memcpy(self->item.key, key, len);
  self->span.first = self->span.last = GALEN_TIME_NONE;
  if (trace != NULL)
    galen_error_trace_span(trace, &self->span);
  return self;
}

static void peer_merge(GalenErrorPeerItem *self, const GalenErrorPeerItem *other) {
  self->peer.count += other->peer.count;
  galen_error_span_add(&self->span, other->span.first, other->span.last);
}

static void peer_gone(GalenErrorTrace *trace, GalenErrorPeerItem *gone, GalenErrorPeerItem *into) {
  peer_merge(into, gone);
  if (trace != NULL)
    galen_error_trace_join(trace, &gone->span, &into->span);
  galen_error_peer_free(gone);
}

/* For those for whom there is no room; it never goes. */
static GalenErrorPeerItem *others(GalenErrorTrace *trace, GalenErrorTable *table) {
  GalenErrorItem *found = galen_error_table_find(table, "", 0, 0);
  if (found != NULL)
    return (GalenErrorPeerItem *)found;
  GalenErrorPeerItem *self = peer_new(trace, "", 0, 0, 0);
  self->peer.reason = g_strdup("others");
  GalenErrorPeerItem *gone = (GalenErrorPeerItem *)galen_error_table_insert(table, &self->item);
  if (gone != NULL)
    peer_gone(trace, gone, self);
  return self;
}

/* NULL: there is no room. */
static GalenErrorPeerItem *take(GalenErrorTrace *trace, GalenErrorTable *table, const char *key, gsize len,
                                gboolean *ret_new) {
  guint64 hash = galen_error_hash(key, len);
  GalenErrorItem *found = galen_error_table_find(table, key, len, hash);
  *ret_new = found == NULL;
  if (found != NULL)
    return (GalenErrorPeerItem *)found;
  if (!galen_error_table_has_room(table, hash | 1, key, len))
    return NULL;
  GalenErrorPeerItem *added = peer_new(trace, key, len, hash, hash | 1);
  GalenErrorPeerItem *gone = (GalenErrorPeerItem *)galen_error_table_insert(table, &added->item);
  if (gone != NULL)
    peer_gone(trace, gone, others(trace, table));
  return added;
}

static GalenErrorSpan *add_peer(GalenErrorTrace *trace, GalenErrorTable *table, const Peer *peer, gint64 time) {
  char key[3 * (GALEN_ERROR_NAME_MAX + 2)];
  gsize len = key_add(key, 0, peer->user);
  len = key_add(key, len, peer->host);
  len = key_add(key, len, peer->reason);
  gboolean is_new = FALSE;
  GalenErrorPeerItem *item = take(trace, table, key, len, &is_new);
  if (item == NULL)
    item = others(trace, table);
  else if (is_new) {
    item->peer.user = text_of(peer->user);
    item->peer.host = text_of(peer->host);
    item->peer.reason = text_of(peer->reason);
  }
  item->peer.count++;
  galen_error_span_add(&item->span, time, time);
  return &item->span;
}

GalenErrorSpan *galen_error_peers_add(GalenErrors *self, const GalenErrorEvent *event, gint64 time) {
  Peer peer;
  if (event->text.len < 20 || event->text.data[0] != 'A')
    return NULL;
  if (read_denied(event->text, &peer))
    return add_peer(self->trace, &self->denied, &peer, time);
  if (read_aborted(event->text, &peer))
    return add_peer(self->trace, &self->aborted, &peer, time);
  return NULL;
}

static void merge_table(GalenErrorTable *self, const GalenErrorTable *other) {
  GHashTableIter iter;
  gpointer at;
  g_hash_table_iter_init(&iter, other->items);
  while (g_hash_table_iter_next(&iter, &at, NULL)) {
    const GalenErrorPeerItem *theirs = at;
    gboolean is_new = FALSE;
    GalenErrorPeerItem *item = NULL;
    if (theirs->item.key_len > 0)
      item = take(NULL, self, theirs->item.key, theirs->item.key_len, &is_new);
    if (item == NULL)
      item = others(NULL, self);
    else if (is_new) {
      item->peer.user = g_strdup(theirs->peer.user);
      item->peer.host = g_strdup(theirs->peer.host);
      item->peer.reason = g_strdup(theirs->peer.reason);
    }
    peer_merge(item, theirs);
  }
}

void galen_error_peers_merge(GalenErrors *self, const GalenErrors *other) {
  merge_table(&self->denied, &other->denied);
  merge_table(&self->aborted, &other->aborted);
}
