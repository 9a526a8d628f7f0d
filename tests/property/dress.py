"""Error logs of MariaDB 10.11 as other servers, Galera versions and wrappers would have written them."""
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

BEGIN = re.compile(r"(\d{4})-(\d\d)-(\d\d) {1,2}(\d{1,2}):(\d\d):(\d\d) (\d+) \[(\w+)\] (.*)", re.S)
CRASH = re.compile(r"(\d\d)(\d\d)(\d\d) {1,2}(\d{1,2}):(\d\d):(\d\d) \[ERROR\] (\S+ got signal .*)", re.S)


@dataclass(frozen=True)
class Record:
    """One record; `level` is None for what has no beginning of its own (scripts, and what follows them)."""
    time: datetime
    thread: str
    level: str | None
    text: str  # further lines are in it

    @property
    def wsrep(self) -> bool:
        return self.text.startswith("WSREP: ")


def records(log: str) -> list[Record]:
    """Of a log in UTC. Times are spread a little within their second, as finer clocks would."""
    found: list[Record] = []
    for line in log.splitlines():
        parts, crash = BEGIN.match(line), CRASH.match(line)
        if parts or crash:
            numbers = [int(number) for number in (parts or crash).groups()[:6]]
            numbers[0] += 0 if parts else 2000
            time = datetime(*numbers, tzinfo=timezone.utc)
            found.append(Record(time, *(parts.groups()[6:] if parts else ("0", "ERROR", crash[7]))))
        elif line.startswith("WSREP_SST: ") or not found:
            found.append(Record(found[-1].time if found else datetime(2026, 1, 1, tzinfo=timezone.utc), "0", None, line))
        else:
            found[-1] = replace(found[-1], text=found[-1].text + "\n" + line)
    return list(spread(found))


def spread(found: list[Record]) -> Iterator[Record]:
    last, count = None, 0
    for record in found:
        count = count + 1 if record.time == last else 0
        last = record.time
        yield replace(record, time=record.time + timedelta(microseconds=40 * count + 123))


# ---- beginnings

def hour(time: datetime) -> str:
    return f"{time:%Y-%m-%d} {time.hour:2d}:{time:%M:%S}"


def iso(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}" + ("Z" if time.utcoffset() == timedelta(0) else f"{time:%z}"[:3] + ":" + f"{time:%z}"[3:])


def mariadb(record: Record, time: datetime) -> str:
    return f"{hour(time)} {record.thread} [{record.level}] {record.text}"


def mariadb_101(record: Record, time: datetime) -> str:
    return f"{hour(time)} {140123456000000 + int(record.thread)} [{record.level}] {record.text}"


def mysql_55(record: Record, time: datetime) -> str:
    return f"{time:%y%m%d} {time.hour:2d}:{time:%M:%S} [{record.level}] {record.text}"


def mysql_56(record: Record, time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} 4711 [{record.level}] {record.text}"


def mysql_57(record: Record, time: datetime) -> str:
    return f"{iso(time)} {record.thread} [{record.level}] {record.text}"


def mysql_80(record: Record, time: datetime) -> str:
    level, text, code, part = record.level, record.text, "000000", "Server"
    if record.wsrep:
        text = text.removeprefix("WSREP: ")
        part = "WSREP" if re.match(r"Server status|Synchronized|Starting |Running: |Initiating|wsrep_|SST received|Recovered ", text) else "Galera"
    elif text.startswith("InnoDB: "):
        text, code, part = text.removeprefix("InnoDB: "), "012345", "InnoDB"
    for start, number in (("/usr/sbin/mysqld (mysqld", "010116"), ("/usr/sbin/mysqld: ready for", "010931"),
                          ("/usr/sbin/mysqld: Shutdown complete", "010910"), ("Received SHUTDOWN", "013172"), ("Aborting", "010119")):
        if text.startswith(start):
            code, part = number, "Server"
            level = level if start == "Aborting" else "System"
    return f"{iso(time)} {record.thread} [{level}] [MY-{code}] [{part}] {text}"


def mysql_json(record: Record, time: datetime) -> str:
    """What log_sink_json writes."""
    line = mysql_80(record, time)
    parts = re.match(r"\S+ (\d+) \[(\w+)\] \[MY-0*(\d+)\] \[(\S+)\] (.*)", line, re.S)
    level = {"System": 0, "ERROR": 1, "Warning": 2, "Note": 3}[parts[2]]
    return json.dumps({"prio": level, "err_code": int(parts[3]), "subsystem": parts[4], "SQL_state": "HY000", "source_file": "a.cc",
                       "function": "b", "msg": parts[5], "time": iso(time), "ts": int(time.timestamp() * 1000), "thread": int(parts[1]),
                       "err_symbol": "ER_X", "label": {"ERROR": "Error"}.get(parts[2], parts[2])})


Begin = Callable[[Record, datetime], str]


def written(log: list[Record], begin: Begin = mariadb, zone: timezone = timezone.utc, script: str = "{text}") -> list[str]:
    """The records as text, of one or more lines each. `script` is the beginning of what has none."""
    out = []
    for record in log:
        time = record.time.astimezone(zone)
        if record.level is None:
            out.append(script.format(text=record.text, iso=iso(time)))
        elif " got signal " in record.text and record.text.startswith("/"):
            out.append(crash(record, time, begin))
        else:
            out.append(begin(record, time))
    return out


def crash(record: Record, time: datetime, begin: Begin) -> str:
    program, rest = record.text.split(" ", 1)
    universal = time.astimezone(timezone.utc)
    if begin in (mysql_80, mysql_json):
        return f"{universal:%Y-%m-%dT%H:%M:%S}Z UTC - mysqld {rest}"
    if begin in (mysql_57, mysql_56):
        return f"{universal:%H:%M:%S} UTC - mysqld {rest}"
    return f"{time:%y%m%d} {time.hour:2d}:{time:%M:%S} [ERROR] {program} {rest}"


# ---- words

def mysql_words(log: list[Record], version: str, comment: str) -> Iterator[Record]:
    """A MariaDB's own lines as a MySQL of this version has them."""
    eight = version.startswith("8")
    for record in log:
        text = record.text
        text = re.sub(r"^Starting MariaDB .* as process (\d+)$", rf"/usr/sbin/mysqld (mysqld {version}) starting as process \1"
                      + ("" if eight else " ..."), text)
        text = re.sub(r"^\S+ \(server \S+\) starting as process (\d+) \.\.\.$", rf"/usr/sbin/mysqld (mysqld {version}) starting as process \1"
                      + ("" if eight else " ..."), text)
        text = re.sub(r"^\S+: ready for connections\.\nVersion: '[^']*'(.*?)(  Debian.*)?$",
                      rf"/usr/sbin/mysqld: ready for connections.{' ' if eight else chr(10)}Version: '{version}'\1  {comment}", text)
        text = re.sub(r"^\S+ \(initiated by: [^)]*\): Normal shutdown$",
                      f"Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: {version})." if eight
                      else "/usr/sbin/mysqld: Normal shutdown\n", text)
        text = re.sub(r"^\S+: Shutdown complete$", f"/usr/sbin/mysqld: Shutdown complete (mysqld {version})  {comment}." if eight
                      else "/usr/sbin/mysqld: Shutdown complete\n", text)
        text = text.replace("mariadbd:", "mysqld:").replace("/usr/sbin/mariadbd", "/usr/sbin/mysqld")
        yield replace(record, text=text)


PXC = [(re.compile(pattern, re.S), new) for pattern, new in (
    (r"^WSREP: Node (\S+) state prim$", r"WSREP: Node \1 state primary"),
    (r"\(joined/total\)", "(primary/total)"),
    (r"^WSREP: save pc into disk$", "WSREP: Save the discovered primary-component to disk"),
    (r"^WSREP: restore pc from disk successfully$", "WSREP: Restoring primary-component from disk successful"),
    (r"^WSREP: restore pc from disk failed$", "WSREP: Restoring primary-component from disk failed. Either node is booting for first time "
     "or re-booting after a graceful shutdown"),
    (r"^WSREP: skip pc recovery and remove state file$", "WSREP: Skip primary-component recovery and remove state file"),
    (r"^WSREP: No nodes coming from primary view, primary view is not possible$", "WSREP: no nodes coming from prim view, prim not possible"),
    (r"(timed out, no messages seen in .*)$", r"\1 (gmcast.peer_timeout)"),
    (r"failed to reach primary view", "failed to reach primary view (pc.wait_prim_timeout)"),
    (r"(last inactive check more than \S+) ago", r"\1 (3*evs.inactive_check_period) ago"),
    (r"Galera 4\.23\(rXXXX\) by Codership Oy <info@codership.com> loaded",
     "Galera 4.14(779b689) by Codership Oy <info@codership.com> (modified by Percona <https://percona.com/>) loaded"),
)]
VIEW = re.compile(r"view\(view_id(\([^)]*\)) memb \{\n(.*?)\} joined \{\n(.*?)\} left \{\n(.*?)\} partitioned \{\n(.*?)\}\)", re.S)


def pxc_view(parts: re.Match) -> str:
    sets = zip(("memb", "joined", "left", "partitioned"), parts.groups()[1:])
    return f"view (view_id{parts[1]}\n" + "".join(f"{name} {{\n{members}\t}}\n" for name, members in sets) + ")"


def pxc_words(log: list[Record], version: str) -> Iterator[Record]:
    """Percona XtraDB Cluster's wording of Galera's messages."""
    for record in mysql_words(log, version, "Percona XtraDB Cluster (GPL), Release rel27, Revision 0f2b6fd, WSREP version 26.1.4.3"):
        text = record.text
        for pattern, new in PXC:
            text = pattern.sub(new, text)
        text = VIEW.sub(pxc_view, text)
        if text.startswith("WSREP: view (view_id"):
            text = "WSREP: Current view of cluster as seen by this node\n" + text.removeprefix("WSREP: ")
        if text.startswith("WSREP: Running: 'wsrep_sst_"):
            role = "JOINER" if "'joiner'" in text else "DONOR"
            text = f"WSREP: Initiating SST/IST transfer on {role} side ({text.removeprefix('WSREP: Running: ')[1:-1]})"
        yield replace(record, text=text)


# Only Galera 4, and servers with its library, say these.
NEW_WORDS = re.compile(r"WSREP: (####### |Process first view|Process group change|Server |Connecting with bootstrap|Resolved symbol|Initializing allowlist"
                       r"|Loading provider|Cert\. index|Cert index|Lowest cert|Min available|Recovered view|Recovered cluster|Recovered position from|"
                       r"Installed new state|GCache DEBUG|Joiner monitor|Donor monitor|wsrep_init_schema|Start replication$|Maybe drain|"
                       r"IST preload|Receiving IST\.\.\.|Processing event queue|Skipping cert|SST received$|SST succeeded|Shifting CLOSED -> DESTROYED)")
GALERA_3 = [(re.compile(pattern, re.S), new) for pattern, new in (
    (r"\b([0-9a-f]{8})-[0-9a-f]{4}\b(?!-)", r"\1"),
    (r"safe_to_bootstrap: ", "safe_to_bootsrap: "),
    (r"^WSREP: New SELF-LEAVE\.$", "WSREP: Received self-leave message."),
    (r"protocols  = 5/11/4", "protocols  = 0/9/3"),
    (r"\n\tvote policy= \d,", ""),
    (r"REPL Protocols: 11 \(6\)", "REPL Protocols: 9 (4, 2)"),
    (r"Prepared IST receiver for \d+-\d+, ", "Prepared IST receiver, "),
    (r"Setting GCS initial position", "Setting initial position"),
    (r", socket stats: .*", ""),
    (r", preload starts from \d+", ""),
    (r"(applied \d+ more events than the primary component\.Data loss is possible\.) Must abort\.", r"\1 Aborting."),
    (r"resyncs itself to group\.", "resyncs itself to group"),
    (r"No nodes coming from primary view, primary view is not possible", "no nodes coming from prim view, prim not possible"),
    (r"Galera 4\.23\(rXXXX\)", "Galera 25.3.20(r3703)"),
)]
SERVER_VIEW = re.compile(r"WSREP: =+\nView:\n  id: (\S+):(-?\d+)\n  status: (\S+)\n.*  own_index: (-?\d+)\n  members\((\d+)\):", re.S)


def galera_3(log: list[Record]) -> Iterator[Record]:
    """25.3: configuration changes have no seqno, the server prints a line and no block."""
    number = 0
    for record in log:
        text = record.text
        view = SERVER_VIEW.match(text)
        if view:
            if int(view[5]) == 0:
                continue
            primary = view[3] == "primary"
            number = number + 1 if primary else number
            text = (f"WSREP: New cluster view: global state: {view[1]}:{view[2]}, view# {number if primary else -1}: "
                    f"{'Primary' if primary else 'non-Primary'}, number of nodes: {view[5]}, my index: {view[4]}, protocol version 3")
        elif NEW_WORDS.match(text):
            continue
        for pattern, new in GALERA_3:
            text = pattern.sub(new, text)
        yield replace(record, text=text)


GALERA_2 = [(re.compile(pattern, re.S), new) for pattern, new in (
    (r"^WSREP: Member (\d)\.\d \((\S+)\) (desyncs|resyncs|requested)", r"WSREP: Node \1 (\2) \3"),
    (r"^WSREP: Member (\d)\.\d \(", r"WSREP: Member \1 ("),
    (r"^WSREP: (\d)\.\d \((\S+)\): State transfer (\S+) (\d)\.\d ", r"WSREP: \1 (\2): State transfer \3 \4 "),
    (r"Selected (\d)\.\d ", r"Selected \1 "),
    (r"protocols  = 0/9/3", "protocols  = 0/4/2"),
    (r"REPL Protocols: 9 \(4, 2\)", "REPL Protocols: 4 (2, 2)"),
    (r", safe_to_bootsrap: \d$", ""),
    (r"Galera 25\.3\.20\(r3703\)", "Galera 2.12(r318911d)"),
)]


FULL = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-11[0-9a-f]{2}-([0-9a-f]{4})-[0-9a-f]{12}\b")
SHORT = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}\b(?!-)")


def galera_2(log: list[Record], views: bool) -> Iterator[Record]:
    """No segments, no safe_to_bootstrap; UUIDs in full. Whether views of gcomm are logged depends on the release."""
    whole = {f"{found[1]}-{found[2]}": found[0] for record in log for found in FULL.finditer(record.text)}
    log = [replace(record, text=SHORT.sub(lambda found: whole.get(found[0], found[0]), record.text)) for record in log]
    for record in galera_3(log):
        text = record.text
        if not views and text.startswith("WSREP: view(") or " connection established to " in text:
            continue
        text = re.sub(r"^(\t[0-9a-f-]{36},)\d+$", r"\1", text, flags=re.M)
        for pattern, new in GALERA_2:
            text = pattern.sub(new, text)
        yield replace(record, text=text)


# ---- wrappers: lines, or records, to bytes

def lines_of(log: list[Record], texts: list[str]) -> Iterator[tuple[datetime, str]]:
    for record, text in zip(log, texts):
        for line in text.split("\n"):
            yield record.time, line


def syslog(log: list[Record], texts: list[str], host: str) -> str:
    return "".join(f"{time:%b} {time.day:2d} {time:%H:%M:%S} {host} mariadbd[811]: {line}\n".replace("\t", "#011")
                   for time, line in lines_of(log, texts))


def syslog_5424(log: list[Record], texts: list[str], host: str) -> str:
    return "".join(f"<30>1 {time:%Y-%m-%dT%H:%M:%S.%f}+00:00 {host} mariadbd 811 - - {line}\n" for time, line in lines_of(log, texts))


def journal_short(log: list[Record], texts: list[str], host: str) -> str:
    return "-- Logs begin at Mon 2026-11-02 10:00:00 UTC, end at Mon 2026-11-30 12:00:00 UTC. --\n" + \
        syslog(log, texts, host).replace("#011", "\t")


def journal_iso(log: list[Record], texts: list[str], host: str) -> str:
    return "".join(f"{time:%Y-%m-%dT%H:%M:%S}+0000 {host} mariadbd[811]: {line}\n" for time, line in lines_of(log, texts))


def entry(time: datetime, line: str, host: str) -> dict[str, str]:
    return {"__CURSOR": "s=1", "__REALTIME_TIMESTAMP": str(int(time.timestamp() * 1e6)), "_HOSTNAME": host, "_PID": "811",
            "SYSLOG_IDENTIFIER": "mariadbd", "_SYSTEMD_UNIT": "mariadb.service", "PRIORITY": "6", "MESSAGE": line}


def journal_export(log: list[Record], texts: list[str], host: str) -> str:
    return "".join("".join(f"{key}={value}\n" for key, value in entry(time, line, host).items()) + "\n" for time, line in lines_of(log, texts))


def journal_json(log: list[Record], texts: list[str], host: str) -> str:
    return "".join(json.dumps(entry(time, line, host)) + "\n" for time, line in lines_of(log, texts))


def docker_json(log: list[Record], texts: list[str], _: str) -> str:
    return "".join(json.dumps({"log": line + "\n", "stream": "stderr", "time": f"{time:%Y-%m-%dT%H:%M:%S.%f}789Z"}) + "\n"
                   for time, line in lines_of(log, texts))


def docker_times(log: list[Record], texts: list[str], _: str) -> str:
    return "".join(f"{time:%Y-%m-%dT%H:%M:%S.%f}789Z {line}\n" for time, line in lines_of(log, texts))


def compose(log: list[Record], texts: list[str], host: str) -> str:
    return "".join(f"{host}-1  | {line}\n" for _, line in lines_of(log, texts))


def cri(log: list[Record], texts: list[str], _: str) -> str:
    out = []
    for time, line in lines_of(log, texts):
        pieces = [line[at:at + 300] for at in range(0, len(line), 300)] or [""]
        out += [f"{time:%Y-%m-%dT%H:%M:%S.%f}789Z stderr {'F' if piece is pieces[-1] else 'P'} {piece}\n" for piece in pieces]
    return "".join(out)


def operator_json(_: list[Record], texts: list[str], __: str) -> str:
    return "+ exec mysqld --wsrep-recover\n" + "".join(json.dumps({"log": text + "\n", "file": "/var/lib/mysql/mysqld-error.log"}) + "\n"
                                                       for text in texts)


def cloudwatch(log: list[Record], texts: list[str], host: str) -> str:
    """Newest first."""
    events = [{"timestamp": int(record.time.timestamp() * 1000), "message": text, "logStreamName": host} for record, text in zip(log, texts)]
    return json.dumps({"events": events[::-1]}, indent=2)


WRAPPERS = (syslog, syslog_5424, journal_short, journal_iso, journal_export, journal_json, docker_json, docker_times, cri, operator_json, cloudwatch)
