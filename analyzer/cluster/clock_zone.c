/* Zones: what a log's own words say of local time less UTC.
 *
 * In order: times that name their zone, --log-tz, UUIDs of version 1 made by this server as it logged them; then of the
 * node's slow log or its other logs; then UUIDs that others made and it received at once; else UTC is assumed. */
#include "history_private.h"

#include <string.h>

#define STEP (G_TIME_SPAN_MINUTE * 15)
#define SHIFT_MAX (G_TIME_SPAN_HOUR * 15)
#define FRESH_SLACK (G_TIME_SPAN_SECOND * 60)       /* a UUID made here and now is logged within this */
#define FOREIGN_SLACK (G_TIME_SPAN_SECOND * 7 * 60) /* two hosts' clocks differ by less, or nothing is said */
#define BACK_JUMP (G_TIME_SPAN_MINUTE * 30)

static gint64 round_step(gint64 shift) {
  return (shift >= 0 ? shift + STEP / 2 : shift - STEP / 2) / STEP * STEP;
}

static void add_step(GalenInputClock *clock, guint fact, gint64 wall, gint64 shift) {
  if (clock->steps->len > 0 && g_array_index(clock->steps, GalenZoneStep, clock->steps->len - 1).shift == shift)
    return;
  GalenZoneStep step = {fact, wall, shift};
  g_array_append_val(clock->steps, step);
}

/* ---- the times' own zones ---- */

static gboolean by_times(GalenInputClock *clock, const GalenJournalInput *input) {
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->time != GALEN_TIME_NONE && fact->wall != GALEN_TIME_NONE)
      add_step(clock, i, fact->wall, fact->wall - fact->time);
  }
  clock->source = clock->steps->len == 0 ? NULL : input->log_zone != NULL ? "option" : "log";
  return clock->steps->len > 0;
}

static gint64 zone_shift(GTimeZone *zone, GTimeType type, gint64 wall) {
  gint interval = g_time_zone_find_interval(zone, type, wall / G_USEC_PER_SEC);
  return interval < 0 ? 0 : (gint64)g_time_zone_get_offset(zone, interval) * G_USEC_PER_SEC;
}

/* A repeated hour is told apart by the order of the file: the first time round it is summer. */
static gboolean by_option(GalenInputClock *clock, const GalenJournalInput *input) {
  if (input->log_zone == NULL)
    return FALSE;
  GTimeType type = G_TIME_TYPE_DAYLIGHT;
  gint64 before = GALEN_TIME_NONE, wall0 = input->first_wall;
  if (input->facts->len == 0 && wall0 != GALEN_TIME_NONE)
    add_step(clock, 0, wall0, zone_shift(input->log_zone, type, wall0));
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->wall == GALEN_TIME_NONE)
      continue;
    if (before != GALEN_TIME_NONE && fact->wall < before - BACK_JUMP)
      type = G_TIME_TYPE_STANDARD;
    else if (before != GALEN_TIME_NONE && fact->wall > before + G_TIME_SPAN_DAY)
      type = G_TIME_TYPE_DAYLIGHT;
    before = fact->wall;
    add_step(clock, i, fact->wall, zone_shift(input->log_zone, type, fact->wall));
  }
  clock->source = "option";
  return clock->steps->len > 0;
}

/* ---- UUIDs ---- */

typedef struct {
  guint fact;
  gint64 shift;
} Evidence;

static void add_evidence(GArray *list, guint index, const GalenFact *fact, const GalenUuid *uuid, gint64 slack) {
  gint64 made = galen_uuid_time(uuid);
  if (made == GALEN_TIME_NONE || fact->wall == GALEN_TIME_NONE || fact->replayed)
    return;
  gint64 shift = fact->wall - made, rounded = round_step(shift);
  if (ABS(rounded) > SHIFT_MAX || ABS(shift - rounded) > slack)
    return;
  Evidence evidence = {index, rounded};
  g_array_append_val(list, evidence);
}

/* UUIDs that this server makes at the moment. */
static GArray *fresh_evidence(const GalenJournalInput *input) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(Evidence));
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->kind == GALEN_FACT_STATE_UUID_SENT || fact->kind == GALEN_FACT_NEW_GROUP)
      add_evidence(list, i, fact, &fact->uuid, FRESH_SLACK);
  }
  return list;
}

/* Its own member UUID, made when it began to listen; not when it was restored from gvwstate.dat. */
static void own_evidence(GArray *list, const GalenJournalInput *input) {
  gboolean known = FALSE;
  const GalenFact *listening = NULL;
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->kind == GALEN_FACT_PROCESS_START || (fact->kind == GALEN_FACT_PC_RESTORED && fact->flag))
      listening = NULL, known = fact->kind == GALEN_FACT_PC_RESTORED;
    else if (fact->kind == GALEN_FACT_LISTENING)
      listening = fact;
    const GalenUuid *own = fact->kind == GALEN_FACT_SERVER_CONNECTED ? &fact->other : &fact->uuid;
    if ((fact->kind != GALEN_FACT_MY_UUID && fact->kind != GALEN_FACT_SERVER_CONNECTED) || listening == NULL || known ||
        !galen_uuid_same(own, &listening->uuid))
      continue;
    add_evidence(list, i, listening, own, FRESH_SLACK);
    listening = NULL;
  }
}

/* State exchange UUIDs: their representative made them a moment ago. */
static GArray *foreign_evidence(const GalenJournalInput *input) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(Evidence));
  const GalenUuid *before = NULL;
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->kind != GALEN_FACT_STATE_MSG || (before != NULL && galen_uuid_same(before, &fact->uuid)))
      continue;
    add_evidence(list, i, fact, &fact->uuid, FOREIGN_SLACK);
    before = &fact->uuid;
  }
  return list;
}

/* Where between two facts the clocks were changed: at the jump back, or at the longest jump ahead. */
static guint find_change(const GalenJournalInput *input, guint from, guint to, gboolean back) {
  guint best = to;
  gint64 best_jump = 0, before = GALEN_TIME_NONE;
  for (guint i = from; i <= to; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    if (fact->wall == GALEN_TIME_NONE)
      continue;
    gint64 jump = before == GALEN_TIME_NONE ? 0 : back ? before - fact->wall : fact->wall - before;
    before = fact->wall;
    if (jump > best_jump) {
      best_jump = jump;
      best = i;
    }
  }
  return best;
}

static gboolean by_evidence(GalenInputClock *clock, const GalenJournalInput *input, const GArray *list,
                            const char *source) {
  for (guint i = 0; i < list->len; i++) {
    const Evidence *now = &g_array_index(list, Evidence, i);
    guint at = 0;
    if (i > 0) {
      const Evidence *before = &g_array_index(list, Evidence, i - 1);
      if (before->shift == now->shift)
        continue;
      at = find_change(input, before->fact, now->fact, now->shift < before->shift);
    }
    add_step(clock, at, galen_fact_at(input->facts, at)->wall, now->shift);
  }
  if (list->len > 0)
    clock->source = source;
  return list->len > 0;
}

static gboolean by_uuids(GalenInputClock *clock, const GalenJournalInput *input) {
  g_autoptr(GArray) list = fresh_evidence(input);
  if (list->len == 0)
    own_evidence(list, input);
  return by_evidence(clock, input, list, "uuid");
}

void galen_zone_of_inputs(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.journal->inputs->len; i++) {
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, i);
    GalenInputClock *clock = &full->clocks[i];
    clock->steps = g_array_new(FALSE, FALSE, sizeof(GalenZoneStep));
    if (input->log_zone != NULL)
      clock->zone = g_strdup(g_time_zone_get_identifier(input->log_zone));
    if (!by_times(clock, input) && !by_option(clock, input))
      by_uuids(clock, input);
    galen_zone_set_times(full, i);
  }
}

/* ---- what is left: by the rest of the node, by others, by assumption ---- */

static gint64 distance(const GalenJournalInput *a, const GalenJournalInput *b) {
  if (a->first_wall == GALEN_TIME_NONE || b->first_wall == GALEN_TIME_NONE)
    return G_MAXINT64;
  return ABS(a->first_wall / 2 - b->first_wall / 2);
}

static gboolean by_slow_log(GalenHistoryFull *full, const GalenNode *node, GalenInputClock *clock) {
  for (guint i = 0; i < node->inputs->len; i++) {
    const GalenJournalInput *other = GALEN_JOURNAL_INPUT(full->pub.journal, g_array_index(node->inputs, guint, i));
    if (other->epoch_offset == GALEN_TIME_NONE || ABS(other->epoch_offset) > SHIFT_MAX)
      continue;
    add_step(clock, 0, G_MININT64, round_step(other->epoch_offset));
    clock->source = "epoch";
    return TRUE;
  }
  return FALSE;
}

/* `sources`: bit 0 of what inputs said by themselves. The nearest one in time counts. */
static gboolean by_sibling(GalenHistoryFull *full, const GalenNode *node, guint index, GalenInputClock *clock) {
  const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, index);
  const GalenInputClock *best = NULL;
  gint64 best_distance = 0;
  for (guint i = 0; i < node->inputs->len; i++) {
    guint other = g_array_index(node->inputs, guint, i);
    const GalenInputClock *candidate = &full->clocks[other];
    if (other == index || candidate->steps->len == 0)
      continue;
    gint64 away = distance(input, GALEN_JOURNAL_INPUT(full->pub.journal, other));
    if (best == NULL || away < best_distance) {
      best = candidate;
      best_distance = away;
    }
  }
  if (best == NULL)
    return FALSE;
  for (guint i = 0; i < best->steps->len; i++) {
    GalenZoneStep step = g_array_index(best->steps, GalenZoneStep, i);
    step.fact = 0;
    if (i > 0 && step.wall > input->first_wall)
      break;
    g_array_set_size(clock->steps, 0);
    g_array_append_val(clock->steps, step);
  }
  clock->source = best->source;
  return TRUE;
}

static gboolean says_by_itself(const GalenJournalInput *input) {
  return g_strcmp0(input->kind, "slow-log") != 0;
}

static void zone_of_input(GalenHistoryFull *full, guint index, guint pass) {
  GalenInputClock *clock = &full->clocks[index];
  const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, index);
  const GalenNode *node = g_ptr_array_index(full->pub.input_nodes, index);
  if (clock->steps->len > 0 || !says_by_itself(input))
    return;
  gboolean found = pass == 0 && node != NULL && by_slow_log(full, node, clock);
  if (pass == 1 && node != NULL)
    found = by_sibling(full, node, index, clock);
  if (pass == 2) {
    g_autoptr(GArray) list = foreign_evidence(input);
    found = by_evidence(clock, input, list, "shared-events");
  }
  if (pass == 3)
    found = node != NULL && by_sibling(full, node, index, clock);
  if (pass == 4) {
    add_step(clock, 0, G_MININT64, 0);
    clock->source = "assumed";
    found = TRUE;
  }
  if (found)
    galen_zone_set_times(full, index);
}

void galen_zone_of_nodes(GalenHistoryFull *full) {
  for (guint pass = 0; pass <= 4; pass++)
    for (guint i = 0; i < full->pub.journal->inputs->len; i++)
      zone_of_input(full, i, pass);
}

/* ---- use ---- */

GalenZoneStretch galen_zone_stretch(const GalenHistoryFull *full, guint input, gint64 wall) {
  const GArray *steps = full->clocks[input].steps;
  GalenZoneStretch stretch = {.from = G_MININT64, .end = G_MAXINT64};
  /* The last step that begins at `wall` or before; the first holds before itself, too. All times of the stretch are not
   * before and before the same steps that are looked at here, in whatever order these stand. */
  guint low = 0, high = steps->len;
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    gint64 begin = g_array_index(steps, GalenZoneStep, middle).wall;
    if (begin <= wall) {
      low = middle;
      stretch.from = MAX(stretch.from, begin);
    } else {
      high = middle;
      stretch.end = MIN(stretch.end, begin);
    }
  }
  if (steps->len > 0)
    stretch.shift = g_array_index(steps, GalenZoneStep, low).shift;
  return stretch;
}

gint64 galen_zone_utc(const GalenHistoryFull *full, guint input, gint64 wall) {
  return wall == GALEN_TIME_NONE ? wall : wall - galen_zone_stretch(full, input, wall).shift;
}

void galen_zone_set_times(GalenHistoryFull *full, guint index) {
  const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, index);
  const GArray *steps = full->clocks[index].steps;
  guint at = 0;
  gint64 before = galen_zone_utc(full, index, input->first_wall);
  for (guint i = 0; i < input->facts->len; i++) {
    GalenFact *fact = galen_fact_at(input->facts, i);
    while (at + 1 < steps->len && g_array_index(steps, GalenZoneStep, at + 1).fact <= i)
      at++;
    gint64 shift = steps->len > 0 ? g_array_index(steps, GalenZoneStep, at).shift : 0;
    fact->time = fact->wall != GALEN_TIME_NONE ? fact->wall - shift : before;
    before = fact->time;
  }
}
