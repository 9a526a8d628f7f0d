/* What the steps of a history share. */
#pragma once

#include "history.h"

/* From a fact on, `shift` is local time less UTC in an input. */
typedef struct {
  guint fact;
  gint64 wall, shift;
} GalenZoneStep;

typedef struct {
  GArray *steps;      /* of GalenZoneStep; empty: unknown */
  const char *source; /* see GalenNode.zone_source; NULL: unknown */
  char *zone;         /* a name, when one was given */
} GalenInputClock;

/* Consecutive facts of one server in one input: from a start to the next. */
typedef struct {
  guint input, instance;
  GPtrArray *facts; /* of GalenFact *, borrowed */
  char *name;       /* by its own words, or NULL */
  char *address;    /* host, host:port, or NULL */
  char *dir;        /* base_dir, or NULL */
  GArray *uuids;    /* of GalenUuid: its own */
  gint64 first, last;
  gboolean arbitrator;
  guint parent; /* stretches of one node are a tree: index of another one, or its own */
  GalenNode *node;
} GalenStretch;

/* Whose a member UUID is. */
typedef struct {
  GalenUuid uuid;
  GalenNode *node;
  gint64 seen; /* UTC, as far as known */
} GalenKnownMember;

typedef struct {
  GalenHistory pub;
  const GalenHistoryOptions *options;
  guint n_inputs;
  GalenInputClock *clocks; /* one an input */
  GPtrArray *stretches;    /* of GalenStretch * */
  GHashTable *names;       /* char * (name, alias, folder) to GalenNode *; NULL: several */
  GHashTable *members;     /* head of UUID to GArray of GalenKnownMember */
} GalenHistoryFull;

static inline GalenFact *galen_fact_at(const GPtrArray *facts, guint index) {
  return g_ptr_array_index(facts, index);
}
#define GALEN_JOURNAL_INPUT(journal, i) ((GalenJournalInput *)g_ptr_array_index((journal)->inputs, i))
#define GALEN_NODE(history, i) ((GalenNode *)g_ptr_array_index((history)->nodes, i))
#define GALEN_PROCESS(node, i) ((GalenProcess *)g_ptr_array_index((node)->processes, i))
#define GALEN_COMPONENT(node, i) ((GalenComponent *)g_ptr_array_index((node)->components, i))
#define GALEN_STRETCH(full, i) ((GalenStretch *)g_ptr_array_index((full)->stretches, i))

/* clock_zone.c: zones that an input shows by itself; those that the rest of its node or others show. */
void galen_zone_of_inputs(GalenHistoryFull *full);
void galen_zone_of_nodes(GalenHistoryFull *full);
/* UTC of the input's host. */
GalenZoneStretch galen_zone_stretch(const GalenHistoryFull *full, guint input, gint64 wall);
gint64 galen_zone_utc(const GalenHistoryFull *full, guint input, gint64 wall);
/* The same for a fact, whose place in the file tells a repeated hour apart. */
void galen_zone_set_times(GalenHistoryFull *full, guint input);

/* clock.c: offsets between nodes; puts all facts on the reference clock. */
void galen_clock_find(GalenHistoryFull *full);
gint64 galen_clock_correct(const GalenNode *node, gint64 utc);

/* stretch.c: what a log says about whose it is. */
void galen_stretches_find(GalenHistoryFull *full);
void galen_stretch_free(gpointer data);
/* "10.0.0.1:4567" and "tcp://10.0.0.1:4567" are "10.0.0.1"; other ports stay. NULL for listen-to-all. Newly allocated. */
char *galen_address_host(const char *address);
/* The value of a provider option in "a = b; c = d", newly allocated; NULL: not there. */
char *galen_options_get(const char *options, const char *name);

/* identity.c: joins stretches; nodes.c: makes nodes of them; members.c: whose UUIDs are whose. */
void galen_identity_find(GalenHistoryFull *full);
void galen_nodes_make(GalenHistoryFull *full);
void galen_members_find(GalenHistoryFull *full);
void galen_members_of_groups(GalenHistoryFull *full); /* members_group.c */
void galen_members_add(GalenHistoryFull *full, const GalenUuid *uuid, GalenNode *node, gint64 seen);
/* The nodes' facts in order, copies of one run once. */
void galen_nodes_order(GalenHistoryFull *full);
GalenNode *galen_node_new(GalenHistoryFull *full, const char *name);
void galen_node_free(gpointer data);

/* The rest, in this order. */
/* Adds "a = b; c = d" to a table of texts, secrets masked. */
void galen_options_read(GHashTable *options, const char *list);
void galen_process_find(GalenHistoryFull *full);
/* beside.c: puts runs that failed for the lock of a server that ran in an older file behind that server's facts. For each
 * start of such a run the index where it ends, else 0; to be freed. */
guint *galen_beside_settle(GPtrArray *facts);
/* When such a run last met the lock: the other server lived. */
gint64 galen_beside_seen(const GPtrArray *facts, guint start, guint end);
/* hole.c: lines that are missing without a trace. */
void galen_holes_find(GalenHistoryFull *full);
void galen_component_find(GalenHistoryFull *full);
void galen_clusters_find(GalenHistoryFull *full);
void galen_life_find(GalenHistoryFull *full);
/* Says of each state that has no reason yet why the node came into it. */
void galen_life_explain(GalenNode *node);
void galen_views_find(GalenHistoryFull *full);
void galen_transfers_find(GalenHistoryFull *full);
void galen_configuration_find(GalenHistoryFull *full);
void galen_cluster_free(gpointer data);
/* A node that is cut off first shows its old view without the others, then at once a new one. `next` may be NULL. */
gboolean galen_component_passes(const GalenComponent *component, const GalenComponent *next);
void galen_view_row_free(gpointer data);
void galen_transfer_free(gpointer data);
void galen_config_change_free(gpointer data);
void galen_config_drift_free(gpointer data);

/* Puts a text into a sorted list of them once. */
void galen_list_add(GPtrArray *list, const char *text);
gboolean galen_list_has(const GPtrArray *list, const char *text);
/* Both sorted: whether they hold the same. */
gboolean galen_list_equal(const GPtrArray *a, const GPtrArray *b);
