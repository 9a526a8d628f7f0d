/* Records of an error log on their way from the parser to whoever counts them, who works in another thread.
 *
 * Records are copied in batches and taken in their order, one after the other, so that nothing but the time it takes depends on
 * the thread. Memory is bounded: while all batches wait, so does the parser. The thread begins with the first batch that is
 * full: a small log has none. When many wait, the parser's thread matches the rules of the next one itself. */
#pragma once

#include "rules/log_rules.h"

/* Batches in flight, and what is in each at most; one record that is longer has a batch of its own. */
#define GALEN_ERROR_BATCHES 16u
#define GALEN_ERROR_BATCH_EVENTS 256u
#define GALEN_ERROR_BATCH_BYTES (64u << 10)

typedef struct GalenErrorQueue GalenErrorQueue;

/* Gets each record, which is valid until it returns; `match`: the rule that was found for it; NULL: none was looked for. */
typedef void (*GalenErrorTake)(gpointer user, const GalenErrorEvent *event, const GalenLogMatch *match);

GalenErrorQueue *galen_error_queue_new(GalenErrorTake take, gpointer user);
/* What the parser's thread matches with; NULL, as in the beginning: nothing. */
void galen_error_queue_set_helper(GalenErrorQueue *self, GalenLogMatcher *helper);
/* Waits for all records, and ends the thread. */
void galen_error_queue_free(GalenErrorQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenErrorQueue, galen_error_queue_free)

void galen_error_queue_add(GalenErrorQueue *self, const GalenErrorEvent *event);
/* Until all records have been taken: then what they did can be read, and the next ones may be another log's. */
void galen_error_queue_wait(GalenErrorQueue *self);
