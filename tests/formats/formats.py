"""What the tests of formats share: reports on samples and on a log whose names are hostile."""
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "property"))
import runs  # noqa: E402

CLUSTER = runs.ROOT / "samples/galera-10.11"
SLOW = runs.ROOT / "samples/mysql-8.0"
ERRORS = runs.ROOT / "tests/golden/inputs/errors.log"
NASTY = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "a;=1+1", "x\\\"} 1", "<img src=http://evil.example/x>", "@all",
         "#1 [a](http://evil.example)", "a|b|c", "``` x", "www.evil.example", "\u202e\u05d0\u05d1gnp", "\u65e5\u672c\u8a9e", "a\x1b[31mb",
         "a\r\rBcc: all@evil.example", "\xff\xfe")


def hostile(folder: Path) -> Path:
    """A slow log and an error log whose users, schemas, tables, comments and messages are hostile."""
    lines = []
    for i, name in enumerate(NASTY):
        raw = name.replace("\\", "\\\\").replace("`", "``")
        lines += [f"# Time: 2026-11-24T02:{i:02}:05.000000Z", f"# User@Host: {name}[{name}] @ {name} [10.0.0.{i}]  Id:     7",
                  "# Query_time: 1.5  Lock_time: 0.1 Rows_sent: 1  Rows_examined: 100000", f"SET timestamp={1795485905 + 60 * i};",
                  f"select a from `{raw}` where b = 1;"]
    log = folder / "slow.log"
    log.write_bytes("\n".join([*lines, ""]).encode("utf-8", "surrogateescape").replace("\u00ff\u00fe".encode(), b"\xff\xfe"))
    errors = folder / "error.log"
    errors.write_bytes("".join(f"2026-11-24T02:{i:02}:07.000000Z 0 [ERROR] [MY-010119] [Server] {name}: {name}\n"
                               for i, name in enumerate(NASTY)).encode())
    return folder


def write(form: str, *arguments: object, codes: tuple[int, ...] = (0,)) -> bytes:
    return runs.galen("report", "-q", "--format", form, *arguments, codes=codes)
