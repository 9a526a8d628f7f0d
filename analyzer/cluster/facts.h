/* From records to facts: one extractor a fact name, chosen by the rule that a record matched. */
#pragma once

#include "../rules/log_rules.h"
#include "fact.h"

typedef struct GalenFactReader GalenFactReader;

/* Facts are appended to `input`, which outlives the reader. `index`: of the input in its journal. */
GalenFactReader *galen_fact_reader_new(GalenJournalInput *input, guint index);
void galen_fact_reader_free(GalenFactReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenFactReader, galen_fact_reader_free)

/* Reads one record. `rule` is what it matched (NULL: none); only rules with `fact` or `incident` make facts. Several
 * facts may come of one record. Times, line, text and level are taken from the event. */
void galen_fact_reader_add(GalenFactReader *self, const GalenErrorEvent *event, const GalenLogRule *rule);

/* Facts of a file beside a log, without time: grastate.dat is SAVED_STATE; gvwstate.dat MY_UUID and VIEW, both with value
 * "file" and `replayed`: history; my.cnf OPTION (provider options by their own names) and CLUSTER_ADDRESS. */
void galen_facts_from_state(GalenJournalInput *input, guint index, const GalenStateFile *file);

/* The number of a fact's name in rule files ("state", "donor-selected"); GALEN_FACT_NONE: no such fact. */
GalenFactKind galen_fact_kind(const char *name);
const char *galen_fact_name(GalenFactKind kind);
