/* Rules for error logs: which message it is, how bad, why, and what to do.
 *
 * A rule file is a key file (*.rules beside this header, error-*.rules for these), one group a rule, named by its id; lists
 * are separated by ';'. A rule matches a record when all of its given conditions hold:
 *
 *   code=10119;10120      the MY- number is one of these
 *   subsystem=WSREP       "WSREP" stands for Galera and WSREP-SST too; InnoDB, Server, Repl …; left out: any
 *   level=error;warning   the label is one of these; left out: any (labels drift between versions)
 *   block=crash;deadlock  the record is one of these blocks
 *   starts=Shifting       the message begins with one of these literals …
 *   contains=(TO:         … and holds one of these
 *   lacks=log FIRST,      … and none of these
 *   regex=…               pcre2, only for captures or where literals cannot tell; after the literals have matched
 *   also-code=10910       this code is enough, whatever the text says: for messages whose wording drifts, and that have no
 *                         code elsewhere
 *
 * starts, contains and regex look at the first line's message (GalenErrorEvent.text). Literals are strings of a key file
 * ("\;" is a semicolon, "\s" a space at an end, "\\" a backslash); regex is taken as written; example may hold "\n".
 * At least one of code, starts, contains, block is needed. Rules are tried in the order: code, first word of `starts`, others;
 * within these in file order; the first that matches wins. Of built-in and own rules, own ones are tried first.
 *
 *   severity=critical|warning|info    title=, cause=, advice=    (needed; advice that touches data begins with copying it)
 *   group=user;host       named captures of the regex that tell groups of one rule apart
 *   fact=state            cluster/fact.h: the record is a fact for the reconstruction, read by the extractor of that name
 *   incident=disk-full    a kind of incident: the record is trouble of this kind even without a cluster
 *   example=…             one whole log line that it matches (may be given several times as example2=, example3=); tested
 */
#pragma once

#include "../../parsers/event.h"
#include "../report/severity.h"

typedef struct {
  const char *id;
  GalenSeverity severity;
  const char *title, *cause, *advice; /* never NULL */
  const char *fact, *incident;        /* or NULL */
  const char *const *groups;          /* names of captures, NULL-terminated; or NULL */
  const char *const *examples;        /* NULL-terminated; or NULL */
  const char *origin;                 /* the file it is from */
  guint index;                        /* its place among all rules */
} GalenLogRule;

typedef struct GalenLogRules GalenLogRules;

/* The program's own rules without reading a file, set by main() (bake/); NULL, as in tests: they are read. */
typedef struct GalenLogRulesBuiltIn GalenLogRulesBuiltIn;
extern const GalenLogRulesBuiltIn *galen_log_rules_built_in;

/* Reads error-*.rules of `folder`, and the files of `own` (NULL-terminated, or NULL). NULL with error: "FILE: group [ID]: why",
 * with the line where it is known ("FILE:LINE: [ID] key: why"). */
GalenLogRules *galen_log_rules_load(const char *folder, const char *const *own, GError **error);
/* The program's own rules, without reading a file; NULL: none are built in. */
GalenLogRules *galen_log_rules_own(void);
void galen_log_rules_free(GalenLogRules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenLogRules, galen_log_rules_free)
guint galen_log_rules_size(const GalenLogRules *self);
const GalenLogRule *galen_log_rules_get(const GalenLogRules *self, guint index);
const GalenLogRule *galen_log_rules_find(const GalenLogRules *self, const char *id);

/* Matching keeps scratch space: one matcher a thread. */
typedef struct GalenLogMatcher GalenLogMatcher;
GalenLogMatcher *galen_log_matcher_new(const GalenLogRules *rules);
void galen_log_matcher_free(GalenLogMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenLogMatcher, galen_log_matcher_free)
/* NULL: no rule knows it. */
const GalenLogRule *galen_log_matcher_match(GalenLogMatcher *self, const GalenErrorEvent *event);

#define GALEN_LOG_MATCH_CAPTURES 8u

/* What a match found, to be taken up by another matcher. */
typedef struct {
  const GalenLogRule *rule;
  gboolean known; /* else it cannot be kept: match again */
  guint8 n;       /* captures, the whole match among them; 0: none */
  guint16 at[2 * GALEN_LOG_MATCH_CAPTURES];
} GalenLogMatch;

/* Matches and keeps what it found. */
void galen_log_matcher_find(GalenLogMatcher *self, const GalenErrorEvent *event, GalenLogMatch *ret_match);
/* As if this matcher had matched the record, of which another one kept `match`. */
const GalenLogRule *galen_log_matcher_take(GalenLogMatcher *self, const GalenErrorEvent *event,
                                           const GalenLogMatch *match);
/* The rule of the first record of a text that is in an error log, or in one that syslog wrapped; NULL: none knows it. */
const GalenLogRule *galen_log_rule_of_line(GalenLogMatcher *matcher, const char *line);
/* Whether the rule has a fact or an incident. */
gboolean galen_log_rule_tells_fact(const GalenLogRule *rule);
/* The same when only rules with a fact or an incident matter, for less: NULL when the rule has neither, and no captures of
 * rules that have neither. */
const GalenLogRule *galen_log_matcher_match_fact(GalenLogMatcher *self, const GalenErrorEvent *event);
/* A named capture of the regex of the last match; data NULL: none. Points into the event's text. */
GalenSlice galen_log_matcher_capture(const GalenLogMatcher *self, const char *name);
