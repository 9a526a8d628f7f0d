"""Compare Galen's report (JSON, schema galen-report/1) with what a scenario did (truth.json)."""
import json
import subprocess
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

TOLERANCE_S = 3.0
CLOCK_TOLERANCE_S = 1.5
# One story must not be told as two of these.
GRAVE = ("split-brain", "hidden-divergence", "data-loss", "unsafe-bootstrap", "cluster-reinitialised")


def judge(galen: str, folder: Path) -> list[str]:
    """Run Galen over the node folders of a capture; what is wrong with its report."""
    truth = json.loads((folder / "truth.json").read_text())
    nodes = sorted(str(path) for path in folder.iterdir() if path.is_dir())
    done = subprocess.run([galen, "report", "--format", "json", "-o", "-", *nodes], check=False, capture_output=True)
    if done.returncode != 0:
        return [f"exit status {done.returncode}: {done.stderr.decode(errors='replace').strip()}"]
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        return [f"not JSON: {error}"]
    return compare(report, truth)


def compare(report: dict, truth: dict) -> list[str]:
    """The complaints; none when the report says what happened, and nothing that did not."""
    complaints = list(unread(report, truth)) + list(wrong_nodes(report, truth))
    expected = truth["expect"]["incidents"]
    for wanted in expected:
        found = [incident for incident in report["incidents"] if incident["kind"] in wanted["kinds"]]
        if not found:
            complaints.append(f"no incident of kind {' or '.join(wanted['kinds'])}; reported: "
                              f"{sorted(i['kind'] for i in report['incidents']) or 'none'}")
        else:
            complaints += min((list(wrong_incident(incident, wanted)) for incident in found), key=len)
    return complaints + list(not_so(report, truth)) + list(not_told(report, truth))


def unread(report: dict, truth: dict) -> Iterator[str]:
    """Silence about a calm day counts only when its logs were read."""
    for name in truth["nodes"]:
        logs = [told for told in report["inputs"] if told["node"] == name and told["kind"] == "error-log" and told["events"]]
        if not logs:
            yield f"no error log of {name} was read"
    names = [sorted(cluster["nodes"]) for cluster in report["clusters"]]
    if names != [sorted(truth["nodes"])]:
        yield f"clusters {names}, was one of {sorted(truth['nodes'])}"


def wrong_nodes(report: dict, truth: dict) -> Iterator[str]:
    known = {node["name"]: node for node in report["nodes"]}
    for name, facts in truth["nodes"].items():
        if name not in known:
            yield f"node {name} is missing; reported: {sorted(known)}"
            continue
        offset = known[name]["clock_offset_s"]
        if facts.get("clock_steps") and not known[name]["clock_steps"]:
            yield f"clock of {name}: its jump is not told"
        if facts["clock_offset_s"] is not None and abs((offset or 0) - facts["clock_offset_s"]) > CLOCK_TOLERANCE_S:
            yield f"clock of {name}: {offset} s ahead, was {facts['clock_offset_s']} s"


def not_so(report: dict, truth: dict) -> Iterator[str]:
    """Incidents that did not happen, and grave ones told twice."""
    expected = truth["expect"]["incidents"]
    possible = set(truth["expect"]["allowed_kinds"]).union(*(wanted["kinds"] for wanted in expected))
    kinds = [incident["kind"] for incident in report["incidents"]]
    for kind in sorted(set(kinds) - possible):
        yield f"{kind} was reported {kinds.count(kind)} times, but did not happen"
    for kind in GRAVE:
        wanted = max(1, sum(kind in incident["kinds"] for incident in expected))
        if kind in possible and kinds.count(kind) > wanted:
            yield f"{kind} was reported {kinds.count(kind)} times, but happened {wanted} times"


def not_told(report: dict, truth: dict) -> Iterator[str]:
    """Transfers and changed options that a cluster's record must hold: each wanted key with its value."""
    for key in ("transfers", "configuration"):
        told = [entry for cluster in report["clusters"] for entry in cluster[key]]
        for wanted in truth["expect"].get(key, []):
            if not any(all(entry[name] == value for name, value in wanted.items()) for entry in told):
                yield f"{key}: {wanted} is missing; reported: {told}"


def wrong_incident(incident: dict, wanted: dict) -> Iterator[str]:
    what, nodes = incident["kind"], set(incident["nodes"])
    if not set(wanted["nodes_must"]) <= nodes <= set(wanted["nodes_may"]):
        yield f"{what}: nodes {sorted(nodes)}, were {wanted['nodes_must']}, at most {wanted['nodes_may']}"
    yield from wrong_moment(f"{what}: from", incident["from"], wanted["from"], wanted.get("from_latest", wanted["from"]))
    if wanted["to"] is not None:
        yield from wrong_moment(f"{what}: to", incident["to"], wanted.get("to_earliest", wanted["to"]), wanted["to"])
    if wanted.get("exposure_from") and incident["exposure_from"] is not None:
        yield from wrong_moment(f"{what}: exposure_from", incident["exposure_from"], wanted["exposure_from"], wanted["from"])
    if wanted.get("confidence") and incident["confidence"] != wanted["confidence"]:
        yield f"{what}: {incident['confidence']}, is {wanted['confidence']}"
    suspects = set(incident["suspects"])
    if not set(wanted.get("suspects_must", [])) <= suspects or suspects & set(wanted.get("suspects_not", [])):
        yield f"{what}: suspects {sorted(suspects)}, were {wanted['suspects_must']}"
    if not incident["evidence"]:
        yield f"{what}: no evidence"
    if "common_seqno" in wanted:
        yield from wrong_divergence(what, incident["diverged"], wanted)


def seconds(moment: str) -> float:
    parsed = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).timestamp()


def wrong_moment(what: str, told: str | None, earliest: str, latest: str) -> Iterator[str]:
    span = earliest if earliest == latest else f"between {earliest} and {latest}"
    if told is None:
        yield f"{what}: unknown, was {span}"
    elif not seconds(earliest) - TOLERANCE_S <= seconds(told) <= seconds(latest) + TOLERANCE_S:
        yield f"{what}: {told}, was {span}"


def wrong_divergence(what: str, diverged: dict | None, wanted: dict) -> Iterator[str]:
    if diverged is None:
        yield f"{what}: no diverged ranges"
        return
    common, slack = diverged["common_seqno"], wanted.get("in_flight", 0)
    if common is None:
        if not wanted.get("common_may_be_null"):
            yield f"{what}: common seqno unknown, was {wanted['common_seqno']}"
    elif not wanted["common_seqno"] <= common <= wanted["common_seqno"] + slack:
        yield f"{what}: common seqno {common}, was {wanted['common_seqno']}"
    if len(diverged["ranges"]) != len(wanted["ranges"]):
        yield f"{what}: {len(diverged['ranges'])} ranges, were {len(wanted['ranges'])}"
    for side in wanted["ranges"]:
        same = [told for told in diverged["ranges"] if set(told["nodes"]) == set(side["nodes"])]
        name = f"{what}: range of {'+'.join(side['nodes'])}"
        if not same:
            yield f"{name} is missing; reported: {[told['nodes'] for told in diverged['ranges']]}"
        else:
            yield from wrong_range(name, same[0], side, slack)


def wrong_range(name: str, told: dict, side: dict, slack: int) -> Iterator[str]:
    if told["uuid"] != side["uuid"]:
        yield f"{name}: UUID {told['uuid']}, was {side['uuid']}"
    if told["first_seqno"] is None or not side["first_seqno"] <= told["first_seqno"] <= side["first_seqno"] + slack:
        yield f"{name}: begins at {told['first_seqno']}, did at {side['first_seqno']}"
    if not right_end(told, side):
        yield f"{name}: ends at {told['last_seqno']} ({told['last_is']}), did at {side['last_seqno']}" + \
            (", and its members lived on" if side["lives_on"] else "")
    if told["fate"] not in side["fate"].split("|"):
        yield f"{name}: {told['fate']}, is {side['fate']}"


def right_end(told: dict, side: dict) -> bool:
    """A side that stopped has an exact end; one that lives on may be known from below or above only."""
    last, is_so = told["last_seqno"], told["last_is"]
    if last is None:
        return False
    if is_so == "exact" or not side["lives_on"]:
        return is_so == "exact" and last == side["last_seqno"]
    return last <= side["last_seqno"] if is_so == "at-least" else last >= side["last_seqno"]
