"""The pages that are looked at: reports on the samples, and on logs that are hard to show."""
import email
import email.policy
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "property"))
import runs  # noqa: E402

START = datetime(2026, 11, 17, 10, tzinfo=timezone.utc)
BANNER = "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\nTcp port: 3306  Unix socket: /run/m.sock\n"

Entry = tuple[float, str, str, float]  # seconds after START, user, statement, seconds
Make = Callable[[Path], list[str]]  # writes logs into a folder; what galen report is told


def slow_log(entries: Iterator[Entry] | list[Entry]) -> str:
    parts = [BANNER]
    for after, user, statement, seconds in entries:
        when = START + timedelta(seconds=after)
        parts.append(f"# Time: {when:%Y-%m-%dT%H:%M:%S.%f}Z\n# User@Host: {user}[{user}] @ app1 [10.0.0.1]  Id: 5\n"
                     f"# Query_time: {seconds:.6f}  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: {int(seconds * 1000)}\n"
                     f"SET timestamp={int(when.timestamp())};\n{statement};\n")
    return "".join(parts)


def one_log(entries: Iterator[Entry] | list[Entry], *options: str) -> Make:
    def make(folder: Path) -> list[str]:
        (folder / "slow.log").write_text(slow_log(entries), encoding="utf-8")
        return [*options, f"shop-db1={folder}/slow.log"]
    return make


def samples(galera: bool) -> Make:
    return lambda _: [str(path.relative_to(runs.ROOT)) for path in sorted((runs.ROOT / "samples").iterdir())
                      if path.is_dir() and path.name.startswith("galera") == galera]


def spread(span: float, count: int) -> Iterator[Entry]:
    """`count` calls of six operations over `span` seconds."""
    for i in range(count):
        table = ("orders", "customers", "stock", "invoices", "carts", "sessions")[i * 7 % 6]
        yield span * i / max(count - 1, 1), "shop", f"select * from {table} where id = {i}", 0.01 * (1 + i * 2654435761 % 400)


def many_classes() -> Iterator[Entry]:
    for i in range(100000):
        yield i * 0.5, f"user{i % 300}", f"select a from t{i * 2654435761 % 2**32:x} where b = 1", (i * 7919 % 100000) / 1e5


STRANGE = (
    "select 'x' as `مجموع المبيعات` from `العملاء` where `الاسم` = 'محمد'",
    "select `顧客名`, `住所` from `顧客` where `東京都千代田区` = 1 order by `作成日時`",
    "select `😀🎉👩‍👩‍👧‍👦` from `🛒` where `💥` > 3",
    f"select {'a' * 900} from {'very_long_table_name_' * 40}",
    "select '<script>alert(1)</script>' from `<img src=x onerror=alert(1)>` where `&amp;` = 1",
    "select `\u202eright to left override\u202c` from `a\u200bb\u2066c` where `é́́́́́́́́́́` = 1",
)
USERS = ("<b>root</b>", "\"><script>alert(2)</script>", "用户", "مستخدم", "u" * 80, "o'brien & söhne")


def strange() -> Iterator[Entry]:
    for i in range(120):
        yield i * 60, USERS[i % 6], STRANGE[i * 5 % 6], 0.1 + i % 9


def twelve_nodes(folder: Path) -> list[str]:
    """Nodes with names of 40 letters that leave one after the other, in the words of Galera's error log."""
    arguments = []
    for number in range(12):
        name = f"galera-node-{number:02d}-in-the-cluster-of-europe"
        node = folder / name
        node.mkdir()
        (node / "slow.log").write_text(slow_log((after + number, user, statement, seconds)
                                                for after, user, statement, seconds in spread(3600, 40)), encoding="utf-8")
        (node / "error.log").write_text(node_log(number), encoding="utf-8")
        arguments.append(f"{name}={node}")
    return arguments


def node_log(number: int) -> str:
    uuid, down = "8d6d5f1c-e8f7-11f0-a9a5-0e5a4b5c6d7e", 600 + 200 * number

    def line(after: float, text: str, level: str = "Note") -> str:
        return f"{START + timedelta(seconds=after):%Y-%m-%d %H:%M:%S} 0 [{level}] {text}\n"
    return "".join((
        line(0, "Starting MariaDB 10.11.6-MariaDB source revision 1 as process 100"),
        line(1, f"WSREP: ####### Assign initial position for certification: {uuid}:{number * 10}, protocol version: 6"),
        line(2, "WSREP: Server status change joined -> synced"),
        line(2, "WSREP: Shifting JOINED -> SYNCED (TO: 100)"),
        line(3, "mysqld: ready for connections."),
        line(down, "WSREP: Shifting SYNCED -> DONOR/DESYNCED (TO: 200)"),
        line(down + 120, "WSREP: Shifting DONOR/DESYNCED -> JOINED (TO: 210)"),
        line(down + 125, "WSREP: Shifting JOINED -> SYNCED (TO: 210)"),
        line(down + 200, "Aborted connection 12 to db: 'shop' user: 'shop' host: '10.0.0.1' (Got timeout reading communication packets)", "Warning"),
        line(3500, "mysqld (initiated by: unknown): Normal shutdown"),
        line(3502, "mysqld: Shutdown complete"),
    ))


RELEASE = "2026-11-17 14:30"


def release(_: Path) -> list[str]:
    return ["--tz", "Europe/Berlin", "--baseline", "samples/mariadb-10.11", "--before-since", "2026-11-17 08:00", "--before-until", RELEASE,
            "--since", RELEASE, "--until", "2026-11-17 17:20", "samples/mariadb-10.11"]


PAGES: dict[str, Make] = {
    "queries": samples(galera=False),
    "split-brain": samples(galera=True),
    "release": release,
    "no-event": one_log([]),
    "one-event": one_log([(0, "shop", "select 1", 0.5)]),
    "three-minutes": one_log(spread(180, 60), "--tz", "Asia/Kolkata"),
    "three-years": one_log(spread(3 * 365 * 86400, 3000), "--tz", "Australia/Lord_Howe"),
    "strange-words": one_log(strange()),
    "many-classes": one_log(many_classes(), "--top", "20"),
    "twelve-nodes": twelve_nodes,
}

MAILS = ("queries", "split-brain", "release", "no-event", "strange-words", "many-classes", "twelve-nodes")


def write(name: str, folder: Path) -> Path:
    """The report, made in `folder`."""
    logs = folder / name
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    page = folder / f"{name}.html"
    runs.galen("report", "-q", "-o", page, *PAGES[name](logs))
    return page


def write_mail(name: str, folder: Path) -> Path:
    """The body of the report's mail as a client shows it that knows no style sheet: pictures stand beside it as files."""
    logs = folder / f"{name}-mail"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    runs.galen("report", "-q", "-o", logs / "report.eml", "--mail-to", "dba@example.com", *PAGES[name](logs))
    message = email.message_from_bytes((logs / "report.eml").read_bytes(), policy=email.policy.default)
    html = re.sub(r"(?is)<style.*?</style>|<link[^>]*>", "", message.get_body(("html",)).get_content())
    for part in message.walk():
        if part.get_content_type() == "image/png":
            picture = logs / part.get_filename()
            picture.write_bytes(part.get_content())
            html = html.replace(f"cid:{part['content-id'].strip('<>')}", picture.as_uri())
    body = logs / "body.html"
    body.write_text(html, encoding="utf-8")
    return body
