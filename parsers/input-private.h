/* What the files of input share: the list's entries, opening them, and names of nodes. */
#pragma once

#include "input.h"
#include "stream.h"

typedef struct GalenInputEntry GalenInputEntry;
typedef struct GalenSpool GalenSpool;
/* Folders by the names of the files in them: which hold several nodes' files? */
typedef struct GalenFolders GalenFolders;

/* An input that is open for its turn in a reading of all of them, perhaps before it. */
typedef struct {
  guint64 counter;     /* bytes read from disk */
  GalenMeter packed;   /* what its compression gave */
  GalenSource *source; /* its unpacked bytes; NULL: see `error` */
  const char *compression;
  char *error;
  gboolean ahead; /* `source` is one of galen_source_ahead_new */
} GalenOpening;

struct GalenInputEntry {
  GalenInput input;
  guint64 device, inode; /* 0, 0: unknown */
  guint64 size;          /* bytes on disk; 0 unless a regular file */
  gboolean regular;      /* can be opened and read again and again */
  gboolean is_stdin;
  /* The JOINED entry whose rest is read behind this one's first `length` unpacked bytes, or NULL. */
  GalenInputEntry *next;
  guint64 length;
  GalenOpening *opening; /* opened before its turn; or NULL */
  GalenFolders *folders; /* of an archive's members, once they were listed; or NULL */
  GalenSpool *spool;     /* what a survey read of an input that can be read only once; NULL: nothing */
};

struct GalenInputs {
  char **arguments;
  guint argument;                     /* the one that is being expanded */
  GPtrArray *entries;                 /* of GalenInputEntry */
  GHashTable *files;                  /* "device:inode" to its first GalenInputEntry */
  GPtrArray *folders;                 /* named, or of named files */
  guint files_max;                    /* GALEN_INPUT_FILES_MAX, or less in tests */
  gboolean refused;                   /* files_max was reached and said */
  const GalenInputEntry *stdin_entry; /* who reads stdin, which has its bytes only once; NULL: nobody yet */
  gboolean surveying;                 /* what is read is to be given again */
  guint64 bytes_passed;               /* on disk, of the inputs that are done */
  const guint64 *bytes_current;       /* read from the one that is being read; NULL: none is */
  guint threads;                      /* galen_inputs_set_threads */
};

/* galen_inputs_new with another limit than GALEN_INPUT_FILES_MAX. */
GalenInputs *galen_inputs_new_limited(const char *const *paths, guint threads, guint files_max);

/* Fills self->entries from what the user named. */
void galen_inputs_add_path(GalenInputs *self, const char *arg);

/* Gives every entry without NODE= its node. */
void galen_inputs_name_nodes(GalenInputs *self);

/* Marks an entry DUPLICATE when another one begins with all of its unpacked bytes. */
void galen_inputs_find_copies(GalenInputs *self);

/* Joins entries of one node, each of which begins with the end of the one before. After galen_inputs_find_copies. */
void galen_inputs_find_overlaps(GalenInputs *self);

/* What `entry`, whose own bytes are in `source`, and all that is joined to it hold, each byte once. Takes `source`. */
GalenSource *galen_source_joined_new(GalenSource *source, const GalenInputEntry *entry);

/* One input's unpacked bytes, for a look of its own. Not to be moved while it is open. */
typedef struct {
  guint64 counter;
  GalenMeter meter;
  GalenSource *source; /* NULL: closed, or cannot be opened */
  const char *compression;
} GalenReader;

gboolean galen_reader_open(GalenReader *self, const GalenInputEntry *entry);
void galen_reader_close(GalenReader *self);
/* As many bytes as fit, unless the end comes first. */
gsize galen_reader_fill(GalenReader *self, char *buf, gsize len);
/* Passes over n bytes; FALSE: there are fewer. */
gboolean galen_reader_skip(GalenReader *self, guint64 n);

/* Keeps what is read of `fd`, closed at the end if `own`. */
GalenSpool *galen_spool_new(int fd, gboolean own);
void galen_spool_free(GalenSpool *self);
/* From the first byte on. What was not read before is kept too if `keep_rest`; without, this is the last reading. One source
 * at a time, and not longer than the spool. */
GalenSource *galen_spool_open(GalenSpool *self, gboolean keep_rest, guint64 *counter);

/* The entry's bytes as they are on disk; NULL: *ret_error says why, newly allocated. `counter` gets the
 * bytes read and outlives the source. */
GalenSource *galen_input_open(const GalenInputEntry *entry, guint64 *counter, char **ret_error);

/* The input of that place, opened; with threads the next ones begin to be unpacked as well. */
GalenOpening *galen_inputs_take_opening(GalenInputs *self, guint index);
void galen_opening_free(GalenOpening *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenOpening, galen_opening_free)

void galen_input_mark(GalenInput *self, GalenInputStatus status, char *take_error);

/* Marks `copy` DUPLICATE; its node becomes that of the other if the user gave only this one. */
void galen_input_mark_copy(GalenInput *copy, GalenInput *of);

/* What is left of a file's name without endings, dates, numbers and words that every log's name may have
 * ("sb_n1.err.1.gz": "sb_n1"), newly allocated, perhaps "". */
char *galen_node_rest(const char *name);

/* Whether a folder's name says nothing about whose files are in it. */
gboolean galen_node_generic(const char *folder, gsize len);

/* galen_input_node_name, but where the folder is generic and the file's name has no rest, the nearest
 * folder above it that is not generic is taken, if its name begins at or behind path + below. */
char *galen_node_below(const char *path, gboolean shared, gsize below);

GalenFolders *galen_folders_new(void);
void galen_folders_free(GalenFolders *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenFolders, galen_folders_free)
void galen_folders_add(GalenFolders *self, const char *path);
gboolean galen_folders_shared(const GalenFolders *self, const char *path);
