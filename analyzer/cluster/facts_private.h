/* The inside of facts.h: tables of patterns, and readers for what patterns cannot read. */
#pragma once

#include "facts.h"

/* How a message says a fact's operands. A pattern begins where the message begins:
 *   %u %o     a UUID, whole or short               %s %l    a number with sign: seqno, last
 *   %n %t     a number with sign: number, total    %N %V    text up to what follows: name, value; behind it nothing: the rest
 *   %_        text up to what follows, skipped      $        nothing but blanks may follow
 * A blank stands for one blank or more, tabs too; everything else for itself. */
typedef struct {
  GalenFactKind kind;
  const char *pattern;
  gboolean flag;
  const char *name, *value; /* fixed ones, or NULL */
} GalenFactPattern;

typedef struct {
  const GalenFactPattern *rows; /* those of one kind stand together */
  gsize n;
} GalenFactPatterns;

extern const GalenFactPatterns galen_fact_patterns_process, galen_fact_patterns_link, galen_fact_patterns_component,
    galen_fact_patterns_server, galen_fact_patterns_transfer, galen_fact_patterns_vote, galen_fact_patterns_replication;

/* What a pattern found. */
typedef struct {
  GalenUuid uuid, other;
  gint64 seqno, last;
  gint64 number, total;
  GalenSlice name, value;
} GalenFactOperands;

gboolean galen_fact_pattern_match(const char *pattern, GalenSlice text, GalenFactOperands *ret_operands);

/* Reads the operands of one kind. FALSE: the record says no such fact. */
typedef gboolean (*GalenFactRead)(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);

typedef enum {
  GALEN_FACT_DECISIVE = 1,  /* never folded, kept past the limit */
  GALEN_FACT_STARTING = 2,  /* may stand between mysqld_safe's start line and the server's own */
  GALEN_FACT_FOLDS = 4,     /* repeats are folded also when other lines stand between */
  GALEN_FACT_LINKS = 8,     /* the same, but not for long: when a peer was last heard counts */
  GALEN_FACT_ATTEMPTS = 16, /* `number` counts attempts, and tells no repeats apart */
  GALEN_FACT_TOLD = 32,     /* `value` is the whole text, and tells no repeats apart; set when the fact is kept */
} GalenFactTraits;

typedef struct {
  const char *name;
  guint traits;
  GalenFactRead read; /* NULL: by patterns alone */
} GalenFactKindRow;

extern const GalenFactKindRow galen_fact_kind_rows[GALEN_FACT_KINDS];

gboolean galen_fact_is_decisive(const GalenFact *fact);
/* How many facts an input may have before one more is kept; decisive ones are kept past the limit. */
guint galen_fact_limit(const GalenJournalInput *input, gboolean decisive);

/* ---- for readers ---- */

/* By the patterns of the fact's kind, the first that matches; what it finds is set in the fact. */
gboolean galen_fact_reader_match(GalenFactReader *self, GalenSlice text, GalenFact *fact);
/* A further fact of the record that is being read. Taken over. */
void galen_fact_reader_emit(GalenFactReader *self, const GalenErrorEvent *event, GalenFact *fact);
GalenFact *galen_fact_reader_option(GalenFactReader *self, const GalenErrorEvent *event, GalenSlice name,
                                    GalenSlice value);

/* What a reader remembers of one server; see GalenErrorEvent.instance. */
typedef struct {
  gboolean receiving;    /* an IST */
  GalenUuid own;         /* the last MY_UUID, which comes with each view */
  gint32 limits[2];      /* the last FLOW_CONTROL interval, which does so too */
  GalenUuid cache;       /* whose history the cache file holds */
  GalenFact *safe_start; /* mysqld_safe's start line, as long as the server's own may follow; in the journal */
  gboolean down;         /* its end has been told */
  gboolean recovering;   /* RECOVER_RUN has been told */
  gint64 alive, before;  /* times of the last lines of connections: the latest, and the one before it that is older */
  gboolean starting;     /* it is not ready, and has told no error yet */
} GalenFactServer;

GalenFactServer *galen_fact_reader_server(GalenFactReader *self, const GalenErrorEvent *event);

/* Cleaned and masked copies, of at most GALEN_FACT_TEXT_MAX bytes. */
#define GALEN_FACT_TEXT_MAX 300u
#define GALEN_FACT_NAME_MAX 256u
#define GALEN_FACT_OPTIONS_MAX 8192u
#define GALEN_FACT_MEMBERS_MAX 1024u /* of one fact; Galera has at most 256 */
char *galen_fact_text(GalenSlice text);
char *galen_fact_word(GalenSlice text);

/* The next line of `rest` without its end; FALSE: no more. */
gboolean galen_fact_line(GalenSlice *rest, GalenSlice *ret_line);
GalenSlice galen_fact_trim(GalenSlice text);
/* "key = value," or "Key : value" of a block's line, both trimmed, the comma taken away. */
gboolean galen_fact_pair(GalenSlice line, char separator, GalenSlice *ret_key, GalenSlice *ret_value);
/* Where `needle` begins, -1: nowhere. */
gssize galen_fact_find(GalenSlice text, const char *needle);
gboolean galen_fact_has(GalenSlice text, const char *needle);
/* A decimal number with sign at the start; returns its length, 0: none, or too large. */
gsize galen_fact_number(GalenSlice text, gint64 *ret_number);
GalenSlice galen_fact_rest(GalenSlice text, gsize from);

/* ---- readers, by theme ---- */

gboolean galen_fact_read_process_start(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_ready(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_restarted(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_recover_run(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_cc(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_flow_control(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_my_uuid(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_shutdown_end(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_crash(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_text(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_provider(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_options(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_recovered(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_position(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_gcache(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_relay(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_stalled(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_view(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_component(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_quorum(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_state_dumps(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_conflicting_uuids(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_remerge(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_server_view(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_transfer_required(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_transfer_end(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_sst_received(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_sst_script(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_vote(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_vote_result(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_apply_error(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_replication(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_group(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_group_members(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
gboolean galen_fact_read_group_bootstrap(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact);
