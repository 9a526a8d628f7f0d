"""Logs of a small server, hour by hour, and galen nightly over them with a mailer that keeps what it is given."""
import email
import email.policy
import glob
import json
import os
import subprocess
from datetime import datetime, timedelta, timezone

BUILD = os.environ.get("BUILD", "build")
GALEN = os.path.abspath(os.path.join(BUILD, "galen"))
DAY0 = datetime(2026, 11, 20, 3, 0, tzinfo=timezone.utc)

MAILER = """#!/bin/sh
# Keeps the mail and its arguments, under a name for each run.
n=$(ls "$(dirname "$0")"/mail.* 2>/dev/null | wc -l)
cat > "$(dirname "$0")/mail.$((n + 1))"
echo "$@" > "$(dirname "$0")/arguments"
"""

ENTRY = """# Time: {time:%y%m%d} {hour:2d}:{time:%M:%S}
# User@Host: app[app] @ web [10.0.0.1]
# Thread_id: 7  Schema: shop  QC_hit: No
# Query_time: {seconds:.6f}  Lock_time: 0.000100  Rows_sent: 1  Rows_examined: {rows}
# Rows_affected: 0  Bytes_sent: 60
SET timestamp={stamp};
{text};
"""
HEAD = "{path}, Version: 10.11.6-MariaDB (MariaDB Server). started with:\nTcp port: 3306  Unix socket: /run/m.sock\nTime\t\tId Command\tArgument\n"


def entry(time, text, rows=10, seconds=0.2):
    return ENTRY.format(time=time, hour=time.hour, stamp=int(time.timestamp()), text=text, rows=rows, seconds=seconds)


class Server:
    """A folder with a slow log that grows and a store beside it."""

    def __init__(self, folder, name="db1"):
        self.folder, self.name = folder, name
        self.logs = os.path.join(folder, name)
        self.store = os.path.join(folder, "store", "galen.db")
        self.box = os.path.join(folder, "box")
        for path in (self.logs, self.box, os.path.dirname(self.store)):
            os.makedirs(path, exist_ok=True)
        self.mailer = os.path.join(self.box, "mailer")
        with open(self.mailer, "w", encoding="utf-8") as out:
            out.write(MAILER)
        os.chmod(self.mailer, 0o755)
        self.write("slow.log", HEAD.format(path="/usr/sbin/mariadbd"))

    def write(self, name, text):
        with open(os.path.join(self.logs, name), "a", encoding="utf-8") as out:
            out.write(text)

    def live(self, since, until, bad=()):
        """A statement every five minutes; each hour one of every table in `bad` that reads far too much."""
        time = since
        while time < until:
            self.write("slow.log", entry(time, "SELECT name FROM customers WHERE id = 4711"))
            if 30 <= time.minute < 35:
                for table in bad:
                    later = time + timedelta(seconds=10)
                    self.write("slow.log", entry(later, f"SELECT * FROM {table} WHERE note = 'x'", 900000, 3.0))
            time += timedelta(minutes=5)

    def mails(self):
        names = sorted(glob.glob(os.path.join(self.box, "mail.*")), key=lambda name: int(name.rsplit(".", 1)[1]))
        found = []
        for name in names:
            with open(name, "rb") as file:
                found.append(email.message_from_binary_file(file, policy=email.policy.default))
        return found

    def nightly(self, now, *options, status=0, paths=None, store=None, env=None, wrapper=(), quiet=True):
        """The run, its JSON report or None, and the mails that it sent."""
        before = len(self.mails())
        report = os.path.join(self.folder, "report.json")
        if os.path.exists(report):
            os.unlink(report)
        command = [*wrapper, GALEN, "nightly", "--store", store or self.store, "--mail-to", "dba@example.com",
                   "--sendmail", self.mailer, "--now", now.strftime("%Y-%m-%dT%H:%M:%SZ"), "-o", report]
        command += ["-q"] * quiet + list(options) + (paths if paths is not None else [self.logs])
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "GALEN_STORE_WAIT_MS": "300", **(env or {})})
        assert done.returncode == status, (command, done.returncode, done.stderr)
        document = None
        if os.path.exists(report):
            with open(report, encoding="utf-8") as file:
                document = json.load(file)
        return done, document, self.mails()[before:]


def text_of(mail):
    """The plain text, on one line."""
    return " ".join(mail.get_body(("plain",)).get_content().split())


def marks(document):
    """Of what is not a note on the data read: id to (mark, since)."""
    return {one["id"]: (one["mark"], one["since"]) for one in document["findings"] + document["incidents"]}
