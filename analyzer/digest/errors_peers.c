/* Who was refused, and whose connections were aborted. Read from the message itself: rules may be anybody's. */
#include "errors_private.h"

#include "../../parsers/scan.h"
#include "../words.h"

typedef struct {
  GalenSlice user, host, reason; /* data NULL: unknown */
} Peer;

/* Where `needle` begins, NULL: nowhere. Those looked for here begin with a byte that is rare in such messages. */
static inline const char *find(const char *at, const char *end, const char *needle) {
  gsize len = strlen(needle);
  if (len == 0)
    return at;
  if ((gsize)(end - at) < len)
    return NULL;
  for (const char *last = end - len; (at = galen_scan_either(at, last + 1, needle[0], needle[0])) <= last; at++)
    if (galen_same_bytes(at, needle, len))
      return at;
  return NULL;
}

/* What stands between `before` and `after`; moves `text` behind it. */
static inline gboolean between(GalenSlice *text, const char *before, const char *after, GalenSlice *ret_part) {
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

G_STATIC_ASSERT(GALEN_ERROR_NAME_MAX <= G_MAXUINT8);

static void wanted_add(GalenErrorWanted *self, guint number, GalenSlice part) {
  gsize len = part.data != NULL ? MIN(part.len, GALEN_ERROR_NAME_MAX) : 0, at = self->item.item.key_len;
  self->item.len[number] = (guint8)len;
  self->item.has[number] = part.data != NULL;
  self->text[at++] = part.data != NULL ? '\x01' : '\x02';
  if (len > 0)
    galen_error_copy(self->text + at, part.data, len);
  self->text[at + len] = '\0';
  self->item.item.key_len = at + len + 1;
}

void galen_error_peer_free(gpointer peer) {
  g_free(peer);
}

/* The key stands right behind the item, for it is read whenever that is. */
GalenErrorPeerItem *galen_error_peer_new(GalenErrorTrace *trace, const GalenErrorPeerItem *like) {
  gsize len = like->item.key_len;
  GalenErrorPeerItem *self = g_malloc(sizeof *self + len);
  *self = *like;
  self->item.key = (char *)(self + 1);
  if (len > 0)
    memcpy(self->item.key, like->item.key, len);
  self->count = 0;
  self->span = (GalenErrorSpan){.first = GALEN_TIME_NONE, .last = GALEN_TIME_NONE};
  if (trace != NULL)
    galen_error_trace_span(trace, &self->span);
  return self;
}

GalenErrorPeer *galen_error_peer_show(const GalenErrorPeerItem *peer) {
  GalenErrorPeer *shown = g_new0(GalenErrorPeer, 1);
  char **const texts[] = {&shown->user, &shown->host, &shown->reason};
  const char *at = peer->item.key;
  for (guint i = 0; i < G_N_ELEMENTS(texts) && peer->item.key_len > 0; i++) {
    if (peer->has[i])
      *texts[i] = galen_words_clean(galen_slice(at + 1, peer->len[i]), 0);
    at += 2 + peer->len[i];
  }
  if (peer->item.key_len == 0)
    shown->reason = g_strdup("others");
  shown->count = peer->count;
  shown->first = peer->span.first;
  shown->last = peer->span.last;
  return shown;
}

void galen_error_peer_shown_free(gpointer shown) {
  GalenErrorPeer *self = shown;
  g_free(self->user);
  g_free(self->host);
  g_free(self->reason);
  g_free(self);
}

static void peer_merge(GalenErrorPeerItem *self, const GalenErrorPeerItem *other) {
  self->count += other->count;
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
  static const GalenErrorPeerItem none;
  GalenErrorItem *found = galen_error_table_find(table, NULL, 0, 0);
  if (found != NULL)
    return (GalenErrorPeerItem *)found;
  GalenErrorPeerItem *self = galen_error_peer_new(trace, &none);
  GalenErrorPeerItem *gone = (GalenErrorPeerItem *)galen_error_table_insert(table, &self->item);
  if (gone != NULL)
    peer_gone(trace, gone, self);
  return self;
}

/* That of the same key. */
static GalenErrorPeerItem *take(GalenErrorTrace *trace, GalenErrorTable *table, const GalenErrorPeerItem *like) {
  const GalenErrorItem *wanted = &like->item;
  if (wanted->key_len == 0 || galen_error_table_is_behind(table, wanted->rank, wanted->key, wanted->key_len))
    return others(trace, table);
  GalenErrorItem *found = galen_error_table_find(table, wanted->key, wanted->key_len, wanted->hash);
  if (found != NULL)
    return (GalenErrorPeerItem *)found;
  if (!galen_error_table_has_room(table, wanted->rank, wanted->key, wanted->key_len))
    return others(trace, table);
  GalenErrorPeerItem *added = galen_error_peer_new(trace, like);
  GalenErrorPeerItem *gone = (GalenErrorPeerItem *)galen_error_table_insert(table, &added->item);
  if (gone != NULL)
    peer_gone(trace, gone, others(trace, table));
  return added;
}

void galen_error_wanted_init(GalenErrorWanted *self, const GalenSlice parts[3]) {
  GalenErrorItem *item = &self->item.item;
  item->key = self->text;
  item->key_len = 0;
  for (guint i = 0; i < 3; i++)
    wanted_add(self, i, parts[i]);
  item->hash = galen_error_hash(item->key, item->key_len);
  item->rank = item->hash | 1;
}

void galen_error_peers_read(GalenErrors *self, const GalenErrorEvent *event, GalenErrorWanted *ret_wanted) {
  Peer peer;
  ret_wanted->table = NULL;
  if (event->text.len < 20 || event->text.data[0] != 'A')
    return;
  if (read_denied(event->text, &peer))
    ret_wanted->table = &self->denied;
  else if (read_aborted(event->text, &peer))
    ret_wanted->table = &self->aborted;
  else
    return;
  galen_error_wanted_init(ret_wanted, (const GalenSlice[]){peer.user, peer.host, peer.reason});
  galen_error_table_announce(ret_wanted->table, ret_wanted->item.item.hash);
}

void galen_error_peers_expect(const GalenErrorWanted *wanted) {
  if (wanted->table != NULL)
    galen_error_table_expect(wanted->table, wanted->item.item.hash);
}

GalenErrorSpan *galen_error_peers_add(GalenErrors *self, const GalenErrorWanted *wanted, gint64 time) {
  if (wanted->table == NULL)
    return NULL;
  GalenErrorPeerItem *found = take(self->trace, wanted->table, &wanted->item);
  found->count++;
  galen_error_span_add(&found->span, time, time);
  return &found->span;
}

static void merge_table(GalenErrorTable *self, const GalenErrorTable *other) {
  GHashTableIter iter;
  gpointer at;
  g_hash_table_iter_init(&iter, other->items);
  while (g_hash_table_iter_next(&iter, &at, NULL)) {
    const GalenErrorPeerItem *theirs = at;
    peer_merge(take(NULL, self, theirs), theirs);
  }
}

void galen_error_peers_merge(GalenErrors *self, const GalenErrors *other) {
  merge_table(&self->denied, &other->denied);
  merge_table(&self->aborted, &other->aborted);
}
