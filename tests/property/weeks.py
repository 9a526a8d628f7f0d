"""Slow logs of some weeks: operations that follow the day, a nightly batch, one that grows, one that shrinks, one that is new."""
import math
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

FIRST = datetime(2026, 10, 5, tzinfo=timezone.utc)  # a Monday
HEAD = """/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock
Time                 Id Command    Argument
"""
PLAIN = ["orders", "items", "customers", "carts", "prices", "stock", "sessions", "vouchers"]


def poisson(luck: random.Random, mean: float) -> int:
    limit, product, n = math.exp(-mean), luck.random(), 0
    while product > limit:
        product *= luck.random()
        n += 1
    return n


def entry(luck: random.Random, when: datetime, statement: str, seconds: float) -> str:
    time = when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond:06d}Z"
    return (f"# Time: {time}\n# User@Host: app[app] @ web1 [10.0.0.7]  Id: {luck.randrange(100, 900)}\n"
            f"# Query_time: {seconds:.6f}  Lock_time: 0.000011 Rows_sent: 1  Rows_examined: {luck.randrange(1, 500)}\n"
            f"SET timestamp={int(when.timestamp())};\n{statement};\n")


def rates(day: int, hour: int, days: int) -> dict[str, tuple[float, float]]:
    """Calls in the hour and typical seconds by statement."""
    curve = 1 + 0.7 * math.sin((hour - 9) / 24 * 2 * math.pi)
    week = 0.5 if (FIRST + timedelta(days=day)).weekday() >= 5 else 1.0
    made = {f"SELECT * FROM {name} WHERE id = 7": (4.0 * curve * week, 0.05 * (i + 1)) for i, name in enumerate(PLAIN)}
    made["SELECT sum(total) FROM ledger WHERE day = 7"] = (6.0 * curve * week * (1 + day / 20), 0.08)
    made["UPDATE queue SET done = 1 WHERE id = 7"] = (6.0 * curve * week / (1 + day / 20), 0.08)
    if hour in (2, 3):
        made["INSERT INTO archive SELECT * FROM orders WHERE day < 7"] = (30.0, 0.4)
    if day >= days - 3:
        made["SELECT * FROM recommendations WHERE customer = 7"] = (25.0 * curve, 0.5)
    return made


def write_day(path: Path, day: int, days: int, seed: int = 1, only: int = 24) -> None:
    luck, entries = random.Random(seed * 1000 + day), []
    for hour in range(only):
        start = FIRST + timedelta(days=day, hours=hour)
        for statement, (calls, seconds) in rates(day, hour, days).items():
            for _ in range(poisson(luck, calls)):
                when = start + timedelta(seconds=luck.uniform(0, 3599))
                entries.append((when, statement, seconds * luck.lognormvariate(0, 0.5)))
    entries.sort(key=lambda one: one[0])
    path.write_text(HEAD + "".join(entry(luck, *one) for one in entries), encoding="utf-8")


def write(folder: Path, days: int, seed: int = 1) -> None:
    """One log a day: slow-01.log … in a folder of the node's name."""
    folder.mkdir(parents=True, exist_ok=True)
    for day in range(days):
        write_day(folder / f"slow-{day:03d}.log", day, days, seed)


def at(day: int, hour: int = 0) -> str:
    return (FIRST + timedelta(days=day, hours=hour)).strftime("%Y-%m-%d %H:%M")
