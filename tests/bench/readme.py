"""The README's figures, from the rows of make bench."""
from pathlib import Path

from goals import most, named

BEGIN, END = "<!-- make bench: begin -->\n", "<!-- make bench: end -->"
HEAD = ["| what | time | rate | memory |", "| --- | --- | --- | --- |"]


def cells(row: dict, label: str) -> str:
    return f"| {label} | {row['best_s']:.2f} s | {row['mb_per_s']:.0f} MB/s | {row['peak_mib']:.0f} MiB |"


def mib(rows: list[dict]) -> str:
    return f"{most(rows, 'peak_mib'):.0f} MiB"


def slow_table(rows: list[dict], cores: int) -> list[str]:
    labels = {
        f"`galen report --format json`, {cores} threads": "plain: galen, all cores",
        "the same, one thread (`-j 1`)": "plain: galen -j 1",
        "`grep -c '^# Time'`": "plain: grep -c",
        "`wc -l`": "plain: wc -l",
        f"galen, from .gz, {cores} threads": "gzip: galen, all cores",
        "`gzip -dc` alone": "gzip: gzip -dc",
        "`igzip -dc` alone": "gzip: igzip -dc",
        "pt-query-digest (30 MB of it)": "30 MB: pt-query-digest",
    }
    return HEAD + [cells(row, label) for label, name in labels.items() for row in named(rows, name)[:1]]


def error_table(rows: list[dict]) -> list[str]:
    labels = ((row["name"].removeprefix("errors: ").removesuffix(", -j 2"), row) for row in named(rows, "errors: ", "-j 2"))
    return HEAD + [cells(row, label) for label, row in labels]


def figures(rows: list[dict], about: dict) -> str:
    plain, streams, errors = named(rows, "plain: grep")[0], named(rows, "stream: ", "-j 1"), named(rows, "errors: ")[0]
    threads = max(int(row["name"].split()[-1]) for row in named(rows, "stream: "))
    sizes = ", ".join(f"{mib([row])} for {size[:-1]} {size[-1]}B" for row in streams for size in row["name"].split()[1:2])
    starts = ", ".join(f"{row['median_s'] * 1e3:.0f} ms for {row['name'].removeprefix('start: ')}" for row in named(rows, "start: "))
    lines = [
        f"{about['cores']} cores of a small virtual machine ({about['processor']}), a MySQL 8.0 log of {plain['bytes'] / 1e6:.0f} MB with "
        f"{plain['events']:,} entries, best of {plain['runs']} runs:", "",
        *slow_table(rows, about["cores"]), "",
        f"Memory does not grow with the log: {sizes} with one thread, at most {mib(named(rows, 'stream: ', f'-j {threads}'))} with {threads}; "
        f"a log of a million different queries takes {mib(named(rows, 'classes: '))}.", "",
        f"From start to finish, with the page: {starts}.", "",
        f"Error logs of {errors['bytes'] / 1e6:.0f} MB, `galen report -j 2 --format json`; `dense` has many errors of replication, the "
        "repeated ones are those of samples/:", "",
        *error_table(rows),
    ]
    return "\n".join(lines) + "\n"


def update(path: Path, text: str) -> None:
    """Puts the figures where the README has them."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    assert after, f"{path} has no place for figures"
    path.write_text(before + BEGIN + text + END + after, encoding="utf-8")
