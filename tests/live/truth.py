"""What was done when, and what came of it: the file truth.json beside every capture."""
import json
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

MOMENTS = {"exposure_from", "from_latest", "to_earliest"}


def utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Truth:
    """Times are those of this machine's clock, which no scenario shifts."""

    def __init__(self, scenario: str, description: str, log=None) -> None:
        self.lock = threading.Lock()
        self.log = log
        self.data: dict = {"scenario": scenario, "description": description, "versions": {}, "nodes": {}, "marks": {},
                           "facts": {}, "expect": {"incidents": [], "allowed_kinds": [], "transfers": [], "configuration": []}, "events": []}

    def event(self, actor: str, action: str, node: str | None = None, **more) -> float:
        now = time.time()
        with self.lock:
            self.data["events"].append({"utc": utc(now), "t": round(now, 6), "actor": actor, "action": action, "node": node, **more})
        if self.log and actor != "monitor":
            self.log(f"{utc(now)[11:23]} {actor}: {action} {node or ''} {more or ''}")
        return now

    def mark(self, name: str, when: float | None = None) -> float:
        """Remember a moment by name."""
        when = self.event("lab", f"mark {name}") if when is None else when
        self.data["marks"][name] = {"utc": utc(when), "t": round(when, 6)}
        return when

    def fact(self, name: str, value) -> None:
        self.data["facts"][name] = value
        self.event("lab", "fact", None, **{name: value})

    def expect(self, kinds: list[str], begin: float, end: float | None, must: list[str], may: list[str] | None = None,
               **more) -> None:
        """An incident that a report must show: one of these kinds, in this window, naming `must` and nobody but `may`.

        more: common_seqno, ranges (nodes, uuid, first_seqno, last_seqno, fate, lives_on), in_flight (write sets that may have been under
        way at the fork), common_may_be_null, and the moments exposure_from, from_latest, to_earliest for what logs cannot time exactly.
        """
        more = {key: utc(value) if key in MOMENTS else value for key, value in more.items()}
        self.data["expect"]["incidents"].append({
            "kinds": kinds, "from": utc(begin), "to": None if end is None else utc(end),
            "nodes_must": must, "nodes_may": sorted(set(must) | set(may or [])), **more})

    def allow(self, *kinds: str) -> None:
        """Kinds that may be reported beside the expected ones; all others must not be."""
        self.data["expect"]["allowed_kinds"] += kinds

    def write(self, path: Path) -> None:
        with self.lock:
            path.write_text(json.dumps(self.data, indent=1) + "\n")
