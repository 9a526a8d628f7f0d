"""The logs that are measured: generated, kept in build/bench."""
import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
CLASSES = 1000000


def bytes_in(size: str) -> int:
    return int(size[:-1]) * UNITS[size[-1]]


def made(path: Path, command: list) -> Path:
    """What the command prints, kept from one run to the next, and read once so that it lies in memory."""
    if not path.exists():
        part = path.with_suffix(".part")
        with open(part, "wb") as file:
            subprocess.run(list(map(str, command)), stdout=file, check=True)
        part.rename(path)
    with open(path, "rb") as file:
        while file.read(1 << 22):
            pass
    return path


def slow_command(bench, size: str, seed: int = 1) -> list:
    return [bench.folder / "gen_slowlog", "--size", size, "--seed", str(seed), "--flavour", "mysql80"]


def slow_log(bench, name: str, size: str) -> tuple[Path, int]:
    """The log, and how many events it has."""
    truth = bench.folder / f"{name}.json"
    path = bench.folder / f"{name}.log"
    if not truth.exists():
        path.unlink(missing_ok=True)
    made(path, [*slow_command(bench, size), "--truth", truth])
    return path, json.loads(truth.read_text(encoding="utf-8"))["all"]["count"]


def sized_path(bench, size: str) -> Path:
    return bench.folder / f"sized-{size}.log"


def sized_log(bench, size: str) -> Path:
    """The smaller ones are beginnings of the larger ones."""
    return made(sized_path(bench, size), slow_command(bench, size, 2))


def packed(path: Path) -> Path:
    """By gzip -1, as log rotation on a busy server does."""
    out = path.with_suffix(".log.gz")
    if not out.exists():
        part = path.with_suffix(".part")
        with open(path, "rb") as source, gzip.open(part, "wb", compresslevel=1) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        part.rename(out)
    return made(out, [])


def error_logs(bench, size: str, real: list[Path]) -> dict[str, Path]:
    """gen_errorlog --dense has more replication errors and unknown messages than real logs have."""
    def generated(flavour: str, *options: str) -> list:
        return [bench.folder / "gen_errorlog", "--size", size, "--flavour", flavour, *options]

    commands = {"mariadb": generated("mariadb"), "mysql80": generated("mysql80"), "mariadb, dense": generated("mariadb", "--dense")}
    for path in real:
        name = "-".join(path.parts[-3:-1])
        commands[f"{name}, repeated"] = [bench.folder / "repeat_log", "--size", size, path]
    return {name: made(bench.folder / f"errors-{size}-{name.replace(', ', '-')}.log", command) for name, command in commands.items()}


def real_errors(given: str | None) -> list[Path]:
    samples = ROOT / "samples"
    return [Path(given)] if given else [samples / "galera-10.11/node1/error.log", samples / "mariadb-10.11/shop-db1/error.log"]


def many_classes() -> Iterator[bytes]:
    """A million operations, each called once."""
    header = ("# Time: 2026-11-17T10:{:02d}:{:02d}.000000Z\n# User@Host: web[web] @ app1 [10.0.0.1]  Id: 5\n"
              "# Query_time: {:.6f}  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\n").format
    for start in range(0, CLASSES, 10000):
        yield "".join(f"{header(i // 60 % 60, i % 60, i % 1000000 / 1000000)}select a from t{i * 2654435761 % 2**32:x};\n"
                      for i in range(start, start + 10000)).encode()


def nodes(bench, count: int, size: str) -> list[Path]:
    """Folders of that many nodes, each a cluster of its own: other UUIDs and names."""
    folders = []
    for i in range(10, 10 + count):
        folder = bench.folder / f"nodes/n{i}"
        folder.mkdir(parents=True, exist_ok=True)
        uuids = "; ".join(f"s/{uuid}{rest}/{uuid}{i}/g" for uuid, rest in (("a0c783", 40), ("a0ef4a", 55), ("a3720b", "0b"), ("a0c7c1", "da")))
        others = f"{uuids}; s/node\\([0-9]\\)/n{i}x\\1/g"
        generator = f"'{bench.folder / 'gen_errorlog'}' --size {size} --seed {i}"
        made(folder / "error.log", ["sh", "-c", f"{generator} | sed '{others}'"])
        folders.append(folder)
    return folders
