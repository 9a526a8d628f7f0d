#include "input-private.h"

#define NODE_STDIN "stdin"

struct GalenStream {
  const GalenInput *input;
  GalenSource *source; /* NULL: nothing can be read */
  const char *compression;
  GalenStreamTap tap; /* or NULL */
  gpointer tap_user;
};

/* One run over all inputs. */
typedef struct {
  GalenInputs *inputs;
  GalenStreamFunc func;
  gpointer user;
  guint members; /* of archives, so far */
} Walk;

/* One file on disk, while it is read. */
typedef struct {
  Walk *walk;
  GalenInputEntry *entry;
  const char *compression;
  GalenMeter nested; /* what an archive's members gave, and what was packed in them */
} Visit;

static void entry_free(gpointer data) {
  GalenInputEntry *self = data;
  g_free(self->input.path);
  g_free(self->input.node);
  g_free(self->input.error);
  galen_opening_free(self->opening);
  galen_folders_free(self->folders);
  galen_spool_free(self->spool);
  g_free(self);
}

void galen_input_mark(GalenInput *self, GalenInputStatus status, char *take_error) {
  g_free(self->error);
  self->error = take_error;
  self->status = status;
}

void galen_input_mark_copy(GalenInput *copy, GalenInput *of) {
  if (copy->node_given && !of->node_given) {
    g_free(of->node);
    of->node = g_strdup(copy->node);
    of->node_given = TRUE;
  }
  galen_input_mark(copy, GALEN_INPUT_DUPLICATE, g_strdup_printf("duplicate of %s", of->path));
}

GalenInputs *galen_inputs_new(const char *const *paths) {
  return galen_inputs_new_limited(paths, 1, GALEN_INPUT_FILES_MAX);
}

GalenInputs *galen_inputs_new_threads(const char *const *paths, guint threads) {
  return galen_inputs_new_limited(paths, threads, GALEN_INPUT_FILES_MAX);
}

GalenInputs *galen_inputs_new_limited(const char *const *paths, guint threads, guint files_max) {
  GalenInputs *self = g_new0(GalenInputs, 1);
  self->entries = g_ptr_array_new_with_free_func(entry_free);
  self->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->folders = g_ptr_array_new_with_free_func(g_free);
  self->files_max = files_max;
  galen_inputs_set_threads(self, threads);
  self->arguments = g_strdupv((char **)paths);
  for (; paths[self->argument] != NULL; self->argument++)
    galen_inputs_add_path(self, paths[self->argument]);
  galen_inputs_name_nodes(self);
  galen_inputs_find_copies(self);
  galen_inputs_find_overlaps(self);
  return self;
}

void galen_inputs_free(GalenInputs *self) {
  if (self == NULL)
    return;
  g_strfreev(self->arguments);
  g_hash_table_unref(self->files);
  g_ptr_array_unref(self->entries);
  g_ptr_array_unref(self->folders);
  g_free(self);
}

void galen_inputs_set_threads(GalenInputs *self, guint threads) {
  self->threads = MAX(threads, 1);
}

guint galen_inputs_n_arguments(const GalenInputs *self) {
  return g_strv_length(self->arguments);
}

const char *galen_inputs_argument(const GalenInputs *self, guint index) {
  return self->arguments[index];
}

/* How much of their paths all named folders share: a folder's end, or 0. What is above it does not tell
 * nodes apart. G_MAXSIZE when some paths are absolute and some are not. */
static gsize common_root(const GPtrArray *folders) {
  if (folders->len == 0)
    return G_MAXSIZE;
  const char *first = g_ptr_array_index(folders, 0);
  gsize len = strlen(first);
  for (guint i = 1; i < folders->len; i++) {
    const char *other = g_ptr_array_index(folders, i);
    if ((*first == '/') != (*other == '/'))
      return G_MAXSIZE;
    gsize same = 0;
    while (same < len && first[same] == other[same])
      same++;
    gboolean whole = (first[same] == '\0' || first[same] == '/') && (other[same] == '\0' || other[same] == '/');
    while (!whole && same > 0 && first[same - 1] != '/')
      same--;
    len = same;
  }
  return len;
}

void galen_inputs_name_nodes(GalenInputs *self) {
  g_autoptr(GalenFolders) folders = galen_folders_new();
  gsize root = common_root(self->folders);
  for (guint i = 0; i < self->entries->len; i++) {
    const GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    if (!entry->is_stdin && entry->input.status != GALEN_INPUT_UNREADABLE)
      galen_folders_add(folders, entry->input.path);
  }
  for (guint i = 0; i < self->entries->len; i++) {
    GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    GalenInput *input = &entry->input;
    if (input->node != NULL)
      continue;
    if (entry->is_stdin || g_str_equal(input->path, "-"))
      input->node = g_strdup(NODE_STDIN);
    else
      input->node = galen_node_below(input->path, galen_folders_shared(folders, input->path), root);
  }
}

static gboolean is_read(const GalenInputEntry *entry) {
  return entry->input.status == GALEN_INPUT_OK || entry->input.status == GALEN_INPUT_JOINED;
}

guint64 galen_inputs_total_bytes(const GalenInputs *self) {
  guint64 total = 0;
  for (guint i = 0; i < self->entries->len; i++) {
    const GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    if (!is_read(entry))
      continue;
    if (!entry->regular)
      return 0;
    total += entry->size;
  }
  return total;
}

guint64 galen_inputs_bytes_done(const GalenInputs *self) {
  return self->bytes_passed + (self->bytes_current != NULL ? galen_counter_get(self->bytes_current) : 0);
}

static void hand_over(const Walk *walk, const GalenInput *input, GalenSource *source, const char *compression) {
  GalenStream stream = {.input = input, .source = source, .compression = compression};
  walk->func(&stream, walk->user);
}

/* What is to be said of an archive as a whole, as an input that cannot be read. */
static void report(const Visit *visit, const char *why) {
  const GalenInput *input = &visit->entry->input;
  GalenInput problem = {.path = input->path,
                        .node = input->node,
                        .node_given = input->node_given,
                        .named = input->named,
                        .argument = input->argument,
                        .status = GALEN_INPUT_UNREADABLE,
                        .error = (char *)why};
  hand_over(visit->walk, &problem, NULL, visit->compression);
}

/* The folder that an archive stands for: its own name without what any archive may have in its name, else
 * whatever its node would be as a file. */
static char *archive_folder(const GalenInput *input) {
  g_autofree char *name = g_path_get_basename(input->path);
  char *rest = galen_node_rest(name);
  if (*rest != '\0')
    return rest;
  g_free(rest);
  return g_strdup(g_str_equal(input->node, NODE_STDIN) ? "" : input->node);
}

static char *member_node(const Visit *visit, const GalenFolders *folders, const char *folder, const char *path) {
  if (visit->entry->input.node_given)
    return g_strdup(visit->entry->input.node);
  g_autofree char *whole = g_strdup_printf("%s/%s", folder, path);
  return galen_node_below(whole, folders != NULL && galen_folders_shared(folders, path), 0);
}

/* The folders of an archive's members, from a reading of its own, once; NULL where that is not possible (a pipe) or not
 * needed. */
static const GalenFolders *list_members(const Visit *visit) {
  GalenInputEntry *entry = visit->entry;
  if (!entry->regular || entry->input.node_given || entry->folders != NULL)
    return entry->folders;
  guint64 counter = 0;
  GalenMeter meter = {.packed = entry->size, .read = &counter};
  g_autofree char *error = NULL;
  GalenSource *packed = galen_input_open(entry, &counter, &error);
  if (packed == NULL)
    return NULL;
  const char *compression;
  g_autoptr(GalenSource) source = galen_source_unpack(packed, &meter, &compression);
  g_autoptr(GalenArchive) archive = galen_archive_new(source);
  entry->folders = galen_folders_new();
  GalenMember member;
  for (guint i = 0; i < visit->walk->inputs->files_max && galen_archive_next(archive, &member); i++)
    galen_folders_add(entry->folders, member.path);
  return entry->folders;
}

/* Hands over one member; TRUE when its end was damaged, so that the archive need not say it again. */
static gboolean visit_member(Visit *visit, GalenArchive *archive, const GalenMember *member, const char *node) {
  const GalenInput *outer = &visit->entry->input;
  g_autofree char *path = g_strdup_printf("%s!%s", outer->path, member->path);
  GalenInput input = {.path = path,
                      .node = (char *)node,
                      .node_given = outer->node_given,
                      .named = outer->named,
                      .argument = outer->argument};
  if (member->encrypted) {
    input.status = GALEN_INPUT_UNREADABLE;
    input.error = (char *)"encrypted";
    hand_over(visit->walk, &input, NULL, visit->compression);
    return FALSE;
  }
  GalenSource *data = galen_archive_read(archive);
  data->meter = &visit->nested;
  const char *packing;
  g_autoptr(GalenSource) source = galen_source_unpack(data, &visit->nested, &packing);
  /* The thread has the archive to itself until the member is done. */
  if (visit->walk->inputs->threads > 1 && visit->entry->regular && source != data)
    source = galen_source_ahead_new(g_steal_pointer(&source));
  gboolean plain = g_str_equal(visit->compression, "none");
  hand_over(visit->walk, &input, source, plain ? packing : visit->compression);
  return source->error != NULL;
}

static void visit_archive(Visit *visit, GalenSource *source) {
  GalenInputs *inputs = visit->walk->inputs;
  const GalenFolders *folders = list_members(visit);
  g_autofree char *folder = archive_folder(&visit->entry->input);
  g_autoptr(GalenArchive) archive = galen_archive_new(source);
  gboolean damage_said = FALSE;
  guint members = 0;
  GalenMember member;
  while (galen_archive_next(archive, &member)) {
    if (inputs->entries->len + visit->walk->members >= inputs->files_max) {
      g_autofree char *why = g_strdup_printf("more than %u files: the rest is left out", inputs->files_max);
      report(visit, why);
      return;
    }
    g_autofree char *node = member_node(visit, folders, folder, member.path);
    damage_said = visit_member(visit, archive, &member, node);
    members++;
    visit->walk->members++;
  }
  const char *error = galen_archive_error(archive);
  if (error != NULL && !damage_said)
    report(visit, error);
  else if (error == NULL && members == 0)
    report(visit, "no files in this archive");
}

static void visit_opening(Walk *walk, GalenInputEntry *entry, GalenOpening *opening) {
  if (opening->source == NULL) {
    galen_input_mark(&entry->input, GALEN_INPUT_UNREADABLE, g_steal_pointer(&opening->error));
    hand_over(walk, &entry->input, NULL, "none");
    return;
  }
  Visit visit = {.walk = walk, .entry = entry, .compression = opening->compression};
  visit.nested = (GalenMeter){.packed = entry->size, .read = &opening->counter};
  if (entry->next != NULL)
    opening->source = galen_source_joined_new(opening->source, entry);
  if (entry->next == NULL && galen_source_is_archive(opening->source))
    visit_archive(&visit, opening->source);
  else
    hand_over(walk, &entry->input, opening->source, opening->compression);
}

/* Says how many bytes were read from disk. */
static guint64 visit_entry(Walk *walk, guint index) {
  GalenInputs *inputs = walk->inputs;
  GalenInputEntry *entry = g_ptr_array_index(inputs->entries, index);
  if (entry->input.status != GALEN_INPUT_OK) {
    hand_over(walk, &entry->input, NULL, "none");
    return 0;
  }
  g_autoptr(GalenOpening) opening = galen_inputs_take_opening(inputs, index);
  inputs->bytes_current = &opening->counter;
  visit_opening(walk, entry, opening);
  inputs->bytes_current = NULL;
  return galen_counter_get(&opening->counter);
}

void galen_inputs_foreach(GalenInputs *self, GalenStreamFunc func, gpointer user) {
  Walk walk = {.inputs = self, .func = func, .user = user};
  self->bytes_passed = 0;
  for (guint i = 0; i < self->entries->len; i++) {
    const GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    guint64 read = visit_entry(&walk, i);
    /* A reader may stop early, and a file may grow: the sum of the sizes stays the measure. */
    gboolean counted = entry->regular && is_read(entry);
    self->bytes_passed += counted ? entry->size : read;
  }
}

void galen_inputs_survey(GalenInputs *self, GalenStreamFunc func, gpointer user) {
  self->surveying = TRUE;
  galen_inputs_foreach(self, func, user);
  self->surveying = FALSE;
}

gboolean galen_inputs_leave_out(GalenInputs *self, const GalenInput *input, const char *why) {
  for (guint i = 0; i < self->entries->len; i++) {
    GalenInputEntry *entry = g_ptr_array_index(self->entries, i);
    if (&entry->input != input || entry->input.status != GALEN_INPUT_OK)
      continue;
    galen_input_mark(&entry->input, GALEN_INPUT_DUPLICATE, g_strdup(why));
    return TRUE;
  }
  return FALSE;
}

const GalenInput *galen_stream_input(const GalenStream *self) {
  return self->input;
}

gsize galen_stream_read(GalenStream *self, char *buf, gsize len) {
  gsize n = self->source != NULL ? galen_source_read(self->source, buf, len) : 0;
  if (self->tap != NULL)
    self->tap(self->tap_user, buf, n);
  return n;
}

void galen_stream_set_tap(GalenStream *self, GalenStreamTap tap, gpointer user) {
  self->tap = tap;
  self->tap_user = user;
}

const char *galen_stream_error(const GalenStream *self) {
  return self->source != NULL ? self->source->error : self->input->error;
}

const char *galen_stream_compression(const GalenStream *self) {
  return self->compression;
}
