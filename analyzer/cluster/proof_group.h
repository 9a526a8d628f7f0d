/* What the files about Group Replication share: who was in which group, alive, online, seen or missed at some time. */
#pragma once

#include "proof.h"

#define GALEN_GROUP_TOGETHER (60 * GALEN_PROOF_SECOND) /* what members write of one event */

gboolean galen_group_has_facts(const GalenNode *node);
/* The group that the node is of; NULL: none. */
const GalenClusterRow *galen_group_row(const GalenProof *proof, const GalenNode *node);
gboolean galen_group_is_state(const GalenFact *fact, const char *state);
/* Whether a list of members in a fact names the node: of a view, of those that left, of force_members. */
gboolean galen_group_names(const GalenProof *proof, const GalenFact *fact, const GalenNode *node);
/* The last view before or at `time` in the life that the node had then; NULL: none. */
const GalenFact *galen_group_view(const GalenNode *node, gint64 time);
guint galen_group_view_size(const GalenFact *view);
/* A view counts from 1 on in each bootstrap: "17286390123456789:1". */
gboolean galen_group_first_view(const GalenFact *fact);
/* Whether two views are of one bootstrap. */
gboolean galen_group_same_epoch(const GalenFact *a, const GalenFact *b);
/* Whether the member was ONLINE, in a group, at `time`: what shows it. Its log may begin while it is. */
const GalenFact *galen_group_online(const GalenNode *node, gint64 time);
/* When it is ONLINE after `time`. */
gint64 galen_group_back(const GalenNode *node, gint64 time, const GalenFact **ret_fact);
/* Whether the node is known not to live at `time`: its process has ended, or was silent from before it to its next start. */
gboolean galen_group_dead(const GalenNode *node, gint64 time);
/* Whether members of `view` that may live at `time` without `node` are a majority of it. Those without a log may; `ret_known`:
 * those that write after it are enough. */
gboolean galen_group_may_have_majority(const GalenProof *proof, const GalenFact *view, const GalenNode *node,
                                       gint64 time, gboolean *ret_known);
/* Says of each member of `view` without a log of that time, but `node`, that its log is needed. Whether there are any. */
gboolean galen_group_need_logs(const GalenProof *proof, GalenIncident *incident, const GalenFact *view,
                               const GalenNode *node, gint64 time);
/* When others called the node unreachable, or put it out, for the first time in [from, to]. */
gint64 galen_group_missed(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to,
                          const GalenFact **ret_fact);
/* An incident of one node from `fact` until it is ONLINE again. */
GalenIncident *galen_group_incident(GalenProof *proof, const GalenNode *node, const GalenFact *fact,
                                    GalenIncidentKind kind, GalenConfidence confidence, GalenSeverity severity);

void galen_group_second_bootstrap(GalenProof *proof, const GalenNode *node,
                                  const GalenFact *begins); /* proof_group_split.c */
void galen_group_majority_lost(GalenProof *proof, const GalenNode *node,
                               const GalenFact *fact); /* proof_group_loss.c */
void galen_group_expelled(GalenProof *proof, const GalenNode *node, const GalenFact *fact);
/* Those whom the others missed and put out, and who say nothing of it themselves. */
void galen_group_removed(GalenProof *proof, const GalenNode *node, const GalenFact *fact);
