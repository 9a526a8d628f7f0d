/* Inputs: what the command line names becomes a list of byte streams.
 *
 * A PATH is a file, a folder (read recursively, in sorted order, links to folders
 * not followed), "-" for stdin, or NODE=PATH. Compressed files and archives are
 * found by content, never by name. An archive's members are inputs of their own,
 * "backup.tar.gz!node1/slow.log". Reading streams: nothing is unpacked to disk
 * and memory is bounded whatever the input. */
#pragma once

#include "slice.h"

#include <glib.h>

typedef enum {
  GALEN_INPUT_OK,
  GALEN_INPUT_DUPLICATE,  /* the same file as an earlier one (device and inode, or same bytes) */
  GALEN_INPUT_UNREADABLE, /* see `error` */
  GALEN_INPUT_JOINED,     /* begins with another one's end: its rest is read as that one's, see `overlap` */
} GalenInputStatus;

/* Most files taken from all paths together; past it the rest is refused with a message. */
#define GALEN_INPUT_FILES_MAX 100000
/* An archive's or compressed file's unpacked size over its packed size: past it reading stops, as
 * at a cut. Only checked after the first 64 MiB came out. */
#define GALEN_EXPANSION_MAX 2000

typedef struct {
  char *path;          /* as shown: "dir/slow.log", "x.tar.gz!a/slow.log", "-" */
  char *node;          /* from NODE=, the folder, or the file's stem; never NULL */
  gboolean node_given; /* the user said NODE= */
  gboolean named;      /* named on the command line itself, not found in a folder */
  guint argument;      /* which of the paths it came from, 0-based */
  GalenInputStatus status;
  char *error;        /* why it is unreadable, what it duplicates or is joined to; NULL when OK */
  gboolean continues; /* the rest of a JOINED one is read behind it */
  guint64 overlap;    /* JOINED: its first unpacked bytes, which are the end of another input too; else 0 */
} GalenInput;

typedef struct GalenInputs GalenInputs;

/* Expands paths. A path that is missing or unreadable becomes an UNREADABLE input; a folder
 * with no regular file becomes one UNREADABLE input, "no files in this folder". In folders, pipes, sockets
 * and devices are passed over in silence, files that may not be read are UNREADABLE and not `named`.
 *
 * DUPLICATE is: the same device and inode as an earlier input; or the unpacked bytes of another input or the
 * beginning of it, from 4 KiB on whatever their nodes are called; smaller ones must be equal and of one node.
 * The longer one is kept; of equal ones the one that is not damaged, then the one whose NODE= was given, then
 * the first. What is kept has the NODE= of its copy unless it has its own. This opens and reads files, but
 * only those that begin alike to the end.
 *
 * JOINED is, of one node, what begins with the last bytes of another input (at least 4 KiB of them; a log that
 * was trimmed at its head after it had been copied). The other one's stream goes on where its own bytes end
 * with what only this one has, so that the record at the seam is whole; this one's stream is empty. Looked for
 * among 64 inputs a node, within limits on reading, and only where the times in them make it possible.
 *
 * Nodes are named as by galen_input_node_name, a folder being `shared` when two of its files (those that
 * look like logs, if any do) leave different names. Where that would give only a stem, the nearest folder
 * whose name is not generic is taken, if it lies below what all named paths have in common
 * ("backup/db1/var/log/mysql/slow.log" found in "backup": db1). An archive is a folder of its own name.
 *
 * Never fails. Not thread-safe. */
GalenInputs *galen_inputs_new(const char *const *paths);
/* The same with galen_inputs_set_threads from the beginning: packed inputs are compared in as many threads. */
GalenInputs *galen_inputs_new_threads(const char *const *paths, guint threads);
void galen_inputs_free(GalenInputs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenInputs, galen_inputs_free)

/* How many threads the readings from now on may use, 1 unless this says more: with several, compressed inputs are unpacked in
 * threads ahead of who reads, up to three of the next ones too. What is read, and in which order, is the same. */
void galen_inputs_set_threads(GalenInputs *self, guint threads);

/* The paths as they were given. */
guint galen_inputs_n_arguments(const GalenInputs *self);
const char *galen_inputs_argument(const GalenInputs *self, guint index);

/* Bytes on disk of all inputs that can be read, 0 when stdin is among them: for a progress bar. */
guint64 galen_inputs_total_bytes(const GalenInputs *self);

typedef struct GalenStream GalenStream;

/* Called for each stream in turn: each file, each archive member, and each input that cannot be read
 * (status not OK: read nothing from it). */
typedef void (*GalenStreamFunc)(GalenStream *stream, gpointer user);

/* Opens every input in turn and hands it to `func`, which reads it as far as it likes. May be called again,
 * but stdin gives its bytes only once. A damaged archive, or one without files, is handed over as an
 * UNREADABLE input of the archive's own path. */
void galen_inputs_foreach(GalenInputs *self, GalenStreamFunc func, gpointer user);

/* The same, as a look ahead: what is read of stdin and pipes is kept in an unlinked file, so that a later reading of all inputs
 * gives every byte. */
void galen_inputs_survey(GalenInputs *self, GalenStreamFunc func, gpointer user);

/* From now on the input, which was handed over, is a DUPLICATE, of which nothing is read. FALSE: it is an archive's member, or none
 * that is read. */
gboolean galen_inputs_leave_out(GalenInputs *self, const GalenInput *input, const char *why);

/* The input a stream belongs to (for archives: the member's own). Valid during the callback. */
const GalenInput *galen_stream_input(const GalenStream *self);

/* Unpacked bytes into buf: how many, at least 1 until the end; 0 at the end. A damaged or unreadable
 * stream ends early (returns 0) after all bytes that could be unpacked: see galen_stream_error. */
gsize galen_stream_read(GalenStream *self, char *buf, gsize len);

/* `tap` sees all bytes that are read from now on, in their order; NULL: nobody. */
typedef void (*GalenStreamTap)(gpointer user, const char *data, gsize len);
void galen_stream_set_tap(GalenStream *self, GalenStreamTap tap, gpointer user);

/* After the end: NULL when everything was read, else why not ("the gzip data is cut"). Of xz, zstd and bzip2
 * the last, incomplete 64 KiB (zstd: 128 KiB) before damage are lost; of gzip and plain tar nothing is. */
const char *galen_stream_error(const GalenStream *self);

/* "none", "gzip", "xz", "zstd", "bzip2"; for archive members of the archive's filter. */
const char *galen_stream_compression(const GalenStream *self);

/* Bytes read from disk so far of the inputs that had their turn: for a progress bar. */
guint64 galen_inputs_bytes_done(const GalenInputs *self);

/* The node a path belongs to by its name alone, newly allocated: the folder's name unless it is
 * generic (mysql, log, mysqld, data …) or `shared` (the folder holds several nodes' files), else the
 * file's stem without endings, dates, numbers. Never empty. */
char *galen_input_node_name(const char *path, gboolean shared);
