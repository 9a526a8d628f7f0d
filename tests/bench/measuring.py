"""Commands are run by build/bench/measure and become rows: what it was, how long it took, how much memory."""
import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

COLUMNS = f"{'':<46} {'best':>8} {'median':>8} {'CPU':>8} {'MB/s':>7} {'MiB':>7}  ratio"


class Bench:
    """Where the programs are, and the rows so far."""

    def __init__(self, build: Path, quick: bool) -> None:
        self.folder = build / "bench"
        self.galen = build / "galen"
        self.quick = quick
        self.rows: list[dict] = []

    def head(self, title: str) -> None:
        print(f"\n{title}\n{COLUMNS}", flush=True)

    def costs(self, runs: int, command: list, feed: subprocess.Popen | None = None, blocks: Iterable[bytes] = ()) -> list[dict]:
        """Its costs, run by run. `feed` or `blocks` is what it gets as stdin."""
        given = [self.folder / "measure", str(runs), *command]
        source = feed.stdout if feed else subprocess.PIPE if blocks else subprocess.DEVNULL
        with subprocess.Popen(given, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            if feed:
                feed.stdout.close()
            if blocks:
                with contextlib.suppress(BrokenPipeError):
                    run.stdin.writelines(blocks)
                    run.stdin.close()
                run.stdin = None
            said, errors = run.communicate()
        costs = [json.loads(line) for line in said.splitlines()]
        if not costs or any(cost["status"] for cost in costs):
            print(errors.decode(errors="replace").strip(), file=sys.stderr)
        return costs or [{"wall_s": 0, "cpu_s": 0, "peak_mib": 0, "status": 127}]

    def add(self, name: str, command: list, costs: list[dict], size: int = 0, events: int = 0, beside: dict | None = None) -> dict:
        """A row of these costs is kept and printed. `beside`: the row that its time is divided by."""
        wall = [cost["wall_s"] for cost in costs]
        best = max(min(wall), 1e-6)
        row = {
            "name": name, "of_galen": self.galen in command, "command": " ".join(map(str, command)), "bytes": size, "events": events, "runs": len(costs),
            "best_s": best, "median_s": statistics.median(wall), "mean_s": statistics.fmean(wall),
            "cpu_s": min(cost["cpu_s"] for cost in costs), "mb_per_s": size / best / 1e6 if size else None,
            "peak_mib": max(cost["peak_mib"] for cost in costs),
            "ratio": best / beside["best_s"] if beside else None, "ratio_to": beside["name"] if beside else None,
            "status": max(cost["status"] for cost in costs),
        }
        self.rows.append(row)
        print(line_of(row), flush=True)
        return row

    def run(self, name: str, command: list, size: int = 0, events: int = 0, runs: int = 1, beside: dict | None = None) -> dict:
        return self.add(name, command, self.costs(runs, command), size, events, beside)

    def side_by_side(self, rounds: int, commands: dict[str, list], size: int, events: int = 0) -> dict[str, dict]:
        """All of them in turn, some rounds, so that a busy moment hits none alone. Ratios are to the first."""
        costs: dict[str, list[dict]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                costs[name] += self.costs(1, command)
        rows: dict[str, dict] = {}
        for name, command in commands.items():
            rows[name] = self.add(name, command, costs[name], size, events, next(iter(rows.values()), None))
        return rows

    def piped(self, name: str, feed: list, command: list, size: int, runs: int = 1) -> dict:
        costs: list[dict] = []
        for _ in range(runs):
            with subprocess.Popen(list(map(str, feed)), stdout=subprocess.PIPE) as feeding:
                costs += self.costs(1, command, feed=feeding)
        return self.add(name, [*feed, "|", *command], costs, size)


def line_of(row: dict) -> str:
    def seconds(value: float) -> str:
        return f"{value * 1e3:.1f} ms" if value < 0.1 else f"{value:.2f} s"

    rate = f"{row['mb_per_s']:.0f}" if row["mb_per_s"] else ""
    ratio = f"{row['ratio']:.2f}" if row["ratio"] else ""
    failed = f"  failed with {row['status']}" if row["status"] else ""
    return (f"{row['name']:<46} {seconds(row['best_s']):>8} {seconds(row['median_s']):>8} {seconds(row['cpu_s']):>8} {rate:>7} "
            f"{row['peak_mib']:>7.1f}  {ratio}{failed}").rstrip()
