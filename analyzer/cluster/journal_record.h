/* Journals as records that outlive the process: what a store keeps of an error log or a state file.
 *
 * A record begins with its version, so a store made by an older galen can be read. Titles, causes and advice belong to rules and
 * are looked up by the rule's id; a rule that is gone leaves them NULL. Kinds of facts go by name, not by number. */
#pragma once

#include "../digest/bytes.h"
#include "../rules/log_rules.h"
#include "fact.h"

/* Longest record of one input. */
#define GALEN_JOURNAL_RECORD_MAX ((gsize)64 << 20)

/* Everything of the input but its log zone and limit. */
void galen_journal_input_put(const GalenJournalInput *self, GalenBytes *bytes);
/* Adds an input to the journal. NULL: not such a record, or of a later version; the journal is as it was. `rules` must outlive the
 * journal; NULL: no titles. */
GalenJournalInput *galen_journal_input_get(GalenJournal *journal, GalenBytesReader *reader, const GalenLogRules *rules);
