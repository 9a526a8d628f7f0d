/* grastate.dat and gvwstate.dat: what a Galera node leaves in its data directory.
 *
 *   # GALERA saved state            my_uuid: bcb5458a-e7b5-11f1-9882-7a2716851bd3
 *   version: 2.1                    #vwbeg
 *   uuid:    bcb585b0-…             view_id: 3 bcb5458a-e7b5-11f1-9882-7a2716851bd3 6
 *   seqno:   -1                     bootstrap: 0
 *   safe_to_bootstrap: 0            member: bcb5458a-e7b5-11f1-9882-7a2716851bd3 0
 *                                   #vwend */
#include "state_file.h"

#define UUID_LEN 36u

static const char UNKNOWN[] = "unknown line";

static gboolean is_uuid(GalenSlice text) {
  if (text.len != UUID_LEN)
    return FALSE;
  for (gsize i = 0; i < UUID_LEN; i++) {
    gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text.data[i] != '-' : !g_ascii_isxdigit(text.data[i]))
      return FALSE;
  }
  return TRUE;
}

/* "name: value" */
static gboolean split(GalenSlice line, GalenSlice *ret_name, GalenSlice *ret_value) {
  const char *colon = memchr(line.data, ':', line.len);
  if (colon == NULL || colon == line.data)
    return FALSE;
  const char *at = colon + 1, *end = line.data + line.len;
  while (at < end && g_ascii_isspace(*at))
    at++;
  *ret_name = galen_slice(line.data, (gsize)(colon - line.data));
  *ret_value = galen_slice(at, (gsize)(end - at));
  return TRUE;
}

/* The next word of *text, which is taken off. */
static GalenSlice word(GalenSlice *text) {
  gsize from = 0, to;
  while (from < text->len && text->data[from] == ' ')
    from++;
  for (to = from; to < text->len && text->data[to] != ' ';)
    to++;
  GalenSlice ret = galen_slice(text->data + from, to - from);
  *text = galen_slice(text->data + to, text->len - to);
  return ret;
}

static gboolean integer(GalenSlice text, gint64 *ret_value) {
  gsize at = text.len > 0 && text.data[0] == '-';
  gint64 value = 0;
  if (at == text.len)
    return FALSE;
  for (; at < text.len; at++) {
    if (!g_ascii_isdigit(text.data[at]) || value > G_MAXINT64 / 16)
      return FALSE;
    value = value * 10 + (text.data[at] - '0');
  }
  *ret_value = text.data[0] == '-' ? -value : value;
  return TRUE;
}

static gint flag(GalenSlice value) {
  return galen_slice_is(value, "1") ? 1 : galen_slice_is(value, "0") ? 0 : -1;
}

static gboolean read_grastate(GalenStateFile *file, GalenSlice name, GalenSlice value) {
  if (galen_slice_is(name, "version"))
    file->version = value;
  else if (galen_slice_is(name, "uuid") && is_uuid(value))
    file->uuid = value;
  else if (galen_slice_is(name, "seqno"))
    file->has_seqno = integer(value, &file->seqno);
  else if (galen_slice_is(name, "safe_to_bootstrap"))
    file->safe_to_bootstrap = flag(value);
  else
    return galen_slice_is(name, "cert_index"); /* always empty */
  return TRUE;
}

static gboolean read_gvwstate(GalenStateFile *file, GalenStateMember *members, GalenSlice name, GalenSlice value) {
  GalenSlice rest = value;
  gint64 number = 0;
  if (galen_slice_is(name, "my_uuid") && is_uuid(value)) {
    file->my_uuid = value;
  } else if (galen_slice_is(name, "view_id")) {
    if (integer(word(&rest), &number))
      file->view_type = (gint)CLAMP(number, -1, 99);
    GalenSlice uuid = word(&rest);
    if (is_uuid(uuid))
      file->view_uuid = uuid;
    if (integer(word(&rest), &number))
      file->view_seq = number;
  } else if (galen_slice_is(name, "bootstrap")) {
    file->bootstrap = flag(value);
  } else if (galen_slice_is(name, "member")) {
    GalenSlice uuid = word(&rest);
    if (!is_uuid(uuid) || file->n_members == GALEN_STATE_MEMBERS_MAX)
      return FALSE;
    (void)integer(word(&rest), &number);
    members[file->n_members++] = (GalenStateMember){uuid, (guint32)CLAMP(number, 0, 255)};
  } else {
    return FALSE;
  }
  return TRUE;
}

static void read_file(StateFile *self, const char *data, gsize len) {
  GalenStateMember members[GALEN_STATE_MEMBERS_MAX];
  GalenStateFile file = {.seqno = -1, .safe_to_bootstrap = -1, .bootstrap = -1, .members = members};
  const char *at = data;
  StateLine line = {0};
  while (galen_state_line(&at, data + len, &line)) {
    GalenSlice name, value;
    if (line.text.len == 0 || line.text.data[0] == '#') {
      galen_state_count_header(self, &line);
      continue;
    }
    gboolean known = FALSE;
    if (split(line.text, &name, &value)) {
      if (galen_slice_is(name, "my_uuid"))
        file.kind = GALEN_STATE_GVWSTATE;
      known = file.kind == GALEN_STATE_GVWSTATE ? read_gvwstate(&file, members, name, value)
                                                : read_grastate(&file, name, value);
    }
    if (known)
      galen_state_count_event(self, &line);
    else
      galen_state_count_skip(self, &line, UNKNOWN);
  }
  self->account.events++;
  self->account.untimed++;
  if (self->sink.state != NULL)
    self->sink.state(self->sink.user, &file);
}

static gsize parse(gpointer self, const char *data, gsize len, gboolean eof) {
  return galen_state_parse(self, data, len, eof, read_file);
}

static guint bid(const char *data, gsize len) {
  static const char head[] = "# GALERA saved state";
  const char *at = data;
  StateLine line = {0};
  guint found = 0;
  while (line.number < 16 && galen_state_line(&at, data + len, &line)) {
    GalenSlice name, value;
    if (line.number == 1 && galen_slice_starts(line.text, head))
      return 128;
    if (line.text.len == 0 || line.text.data[0] == '#' || !split(line.text, &name, &value))
      continue;
    if (galen_slice_is(name, "my_uuid") && is_uuid(value))
      return 100;
    found += (galen_slice_is(name, "uuid") && is_uuid(value)) || galen_slice_is(name, "seqno") ||
             galen_slice_is(name, "safe_to_bootstrap");
  }
  return found == 3 ? 64 : 0;
}

const GalenFormat galen_format_galera_state = {
    .name = "galera-state",
    .bid = bid,
    .open = galen_state_open,
    .parse = parse,
    .account = galen_state_account,
    .describe = galen_state_describe,
    .close = galen_state_close,
};
