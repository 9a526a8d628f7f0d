"""What was aimed at, beside what was measured. Figures are told, not tested: the machine may be busy."""


def goal(name: str, limit: float, figure: float | None, at_most: bool, unit: str = "") -> dict:
    met = None if figure is None else figure <= limit if at_most else figure >= limit
    return {"goal": name, "limit": limit, "at_most": at_most, "figure": figure, "unit": unit, "met": met}


def named(rows: list[dict], *parts: str) -> list[dict]:
    return [row for row in rows if not row["status"] and all(part in row["name"] for part in parts)]


def quotient(rows: list[dict], over: str, under: str, key: str = "best_s") -> float | None:
    above, below = named(rows, over), named(rows, under)
    return above[0][key] / below[0][key] if above and below and below[0][key] else None


def growth(rows: list[dict]) -> float | None:
    """CPU time of each further byte from one size to the next: the largest over the smallest."""
    sized = sorted(named(rows, "size: "), key=lambda row: row["bytes"])
    costs = [(after["cpu_s"] - before["cpu_s"]) / (after["bytes"] - before["bytes"]) for before, after in zip(sized, sized[1:])]
    return max(costs) / min(costs) if len(costs) > 1 and min(costs) > 0 else None


def least(rows: list[dict], key: str) -> float | None:
    return min((row[key] for row in rows), default=None)


def most(rows: list[dict], key: str) -> float | None:
    return max((row[key] for row in rows), default=None)


def goals(rows: list[dict], page_ms: float | None) -> list[dict]:
    start = most(named(rows, "start: "), "median_s")
    return [
        goal("plain, all cores, over grep -c", 1.5, quotient(rows, "plain: galen, all cores", "plain: grep -c"), True),
        goal("plain, all cores, speed over pt-query-digest's", 120, quotient(rows, "plain: galen, all cores", "30 MB: pt-query-digest", "mb_per_s"), False),
        goal("plain, one core", 650, least(named(rows, "plain: galen -j 1"), "mb_per_s"), False, "MB/s"),
        goal("plain, two cores over one", 1.6, quotient(rows, "plain: galen -j 1", "plain: galen -j 2"), False),
        goal("gzip, over gzip -dc", 0.4, quotient(rows, "gzip: galen, all cores", "gzip: gzip -dc"), True),
        goal("error logs, slowest of them, two cores", 500, least(named(rows, "errors: ", "-j 2"), "mb_per_s"), False, "MB/s"),
        goal("peak memory, any size, threads, classes", 48, most([row for row in rows if row["of_galen"] and " nodes: " not in row["name"]], "peak_mib"), True, "MiB"),
        goal("CPU time of a further byte, dearest over cheapest", 1.05, growth(rows), True),
        goal("start to finish, empty or 1 MB, with the page", 30, start * 1e3 if start is not None else None, True, "ms"),
        goal("page of 10 nodes and 100 classes", 50, page_ms, True, "ms"),
    ]


def print_goals(all_goals: list[dict]) -> None:
    print(f"\n{'Goals':<48} {'wanted':>14} {'figure':>12}")
    for row in all_goals:
        wanted = f"{'≤' if row['at_most'] else '≥'} {row['limit']:g} {row['unit']}".strip()
        figure = "not measured" if row["figure"] is None else f"{row['figure']:.4g} {row['unit']}".strip()
        met = {None: "", True: "met", False: "not met"}[row["met"]]
        print(f"{row['goal']:<48} {wanted:>14} {figure:>12}  {met}".rstrip())
