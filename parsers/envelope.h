/* Envelopes: what syslog, journald, docker, Kubernetes, operators and clouds wrap around a server's log lines.
 *
 * One layer between input and format: it finds the wrapper by the first bytes, takes it off, and gives the lines as the
 * server wrote them, so that no parser knows of wrappers. What the wrapper said of a line (time, host, pid, its place in
 * the raw input) is kept beside it. Several lines in one wrapped message come out as several lines; a line in several
 * wrapped pieces (CRI "P") as one. Exports that are newest first come out oldest first. */
#pragma once

#include "account.h"
#include "format.h"

typedef struct GalenEnvelope GalenEnvelope;

/* Reads up to `len` raw bytes; 0: the end. */
typedef gsize (*GalenEnvelopeRead)(gpointer user, char *buf, gsize len);

/* Looks at the first bytes of an input (`head` will also be read through `read`, from its first byte on). NULL: no
 * wrapper. */
GalenEnvelope *galen_envelope_new(const char *head, gsize len, GalenEnvelopeRead read, gpointer user);
void galen_envelope_free(GalenEnvelope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenEnvelope, galen_envelope_free)

/* Before the first read: only lines of this host, and those that name none, come out; others are skipped. */
void galen_envelope_select_host(GalenEnvelope *self, const char *host);

/* "syslog", "journald", "docker-json", "docker-logs", "cri", "container-names", "operator-json", "cloudwatch",
 * "cloud-logging", "azure", "json", "csv": a constant; the outer one of several. */
const char *galen_envelope_name(const GalenEnvelope *self);

/* The unwrapped bytes, whole lines with '\n'; 0: the end. */
gsize galen_envelope_read(GalenEnvelope *self, char *buf, gsize len);

/* For GalenFormatOptions.line_info, with the envelope as `user`. The answer is valid until the next read, and exact for what
 * was read within the last 10 MiB. NULL before anything was read. */
const GalenLineInfo *galen_envelope_line(gpointer self, guint64 offset);

/* Raw bytes: `bytes` is what was read, bytes_events what came out as lines, bytes_headers what the wrapper itself takes,
 * skipped what belongs to other programs or is damaged. bytes == events + headers + skipped at the end. */
const GalenAccount *galen_envelope_account(const GalenEnvelope *self);

/* The only host that the wrapper names of lines that came out; NULL: none, or several. At the end of the input. */
const char *galen_envelope_host(const GalenEnvelope *self);

/* The i-th host whose lines came out, or would have without galen_envelope_select_host; NULL: there are no more. */
const char *galen_envelope_host_at(const GalenEnvelope *self, guint i);
