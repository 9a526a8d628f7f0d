"""Reports on generated slow logs against what the generator knows: one class a shape, exact counts and sums.

Awkward literals and forged entries are in every log; see tests/bench/gen_slowlog.c.
"""
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

FLAVOURS = (("mysql56", ()), ("mysql57", ()), ("mysql80", ()), ("mysql80", ("--extra",)), ("percona57", ()),
            ("percona57", ("--rate-limit", "10")), ("percona80", ()), ("mariadb1011", ()), ("mariadb1011", ("--explain",)))
SEEDS = (1, 2, 3)
SIZE, TRICKY, FORGED = "2M", "0.3", "5"
SUMS = ("time", "lock_time", "rows_sent", "rows_examined")


def number(value: object) -> Decimal:
    return Decimal(str(value)).normalize()


def key_of(row: dict, summed: bool) -> tuple:
    """Count and exact sums of a class (summed: the report's form) or of a true shape."""
    return (row["count"],) + tuple(number(row[name]["sum"] if summed else row[name]) for name in SUMS)


def difference(report: dict, known: dict) -> str:
    """The first disagreements; empty when there are none."""
    said = []
    queries, every = report["queries"], known["all"]
    if key_of(queries, True) != key_of(every, False):
        said.append(f"totals: {key_of(queries, True)}, true: {key_of(every, False)}")
    if queries["classes"] != len(known["shapes"]) or len(queries["top"]) != len(known["shapes"]):
        said.append(f"classes: {queries['classes']} ({len(queries['top'])} shown), true: {len(known['shapes'])}")
    found = Counter(key_of(row, True) for row in queries["top"])
    true = Counter(key_of(row, False) for row in known["shapes"])
    names = {key_of(row, False): row["shape"] for row in known["shapes"]}
    prints = {key_of(row, True): row["fingerprint"] for row in queries["top"]}
    said += [f"not found: {names[key]}: {key}" for key in list(true - found)[:5]]
    said += [f"not true: {prints[key][:200]}: {key}" for key in list(found - true)[:5]]
    if queries["count_scaled"] != every["count"] * known["rate_limit"]:
        said.append(f"scaled count: {queries['count_scaled']}, true: {every['count'] * known['rate_limit']}")
    return "\n".join(said + account(report, known))


def account(report: dict, known: dict) -> list[str]:
    said = []
    for entry in report["inputs"]:
        parts = entry["bytes_events"] + entry["bytes_headers"] + entry["bytes_skipped"]
        if not entry["bytes"] == parts == known["bytes"] or entry["bytes_skipped"]:
            said.append(f"account: {entry['bytes']} read, {parts} accounted for, {entry['bytes_skipped']} skipped, "
                        f"true: {known['bytes']}")
        if entry["events"] != known["all"]["count"]:
            said.append(f"events: {entry['events']}, true: {known['all']['count']}")
    return said if len(report["inputs"]) == 1 else said + [f"{len(report['inputs'])} inputs, true: 1"]


def check(build: Path, folder: Path, flavour: str, extra: tuple[str, ...], seed: int) -> str:
    log, truth = folder / "slow.log", folder / "truth.json"
    subprocess.run([build / "bench/gen_slowlog", "--size", SIZE, "--seed", str(seed), "--flavour", flavour, "--tricky", TRICKY,
                    "--inject", FORGED, *extra, "--output", log, "--truth", truth], check=True)
    done = subprocess.run([build / "galen", "report", "--format", "json", "--top", "0", log], capture_output=True, timeout=300,
                          check=False)
    if done.returncode:
        return f"exit status {done.returncode}: {done.stderr.decode('utf-8', 'replace')}"
    report = json.loads(done.stdout, parse_float=Decimal)
    return difference(report, json.loads(truth.read_text(encoding="utf-8"), parse_float=Decimal))


def results(root: Path, build: Path) -> Iterator[tuple[str, str]]:
    """(name, what is wrong) of every log."""
    for flavour, extra in FLAVOURS:
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                yield (f"truth {flavour} {' '.join(extra)} seed {seed}".replace("  ", " "),
                       check((root / build).resolve(), Path(folder), flavour, extra, seed))
