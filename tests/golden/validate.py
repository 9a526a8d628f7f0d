"""Checks JSON reports against docs/report.schema.json, and the schema against reports that it must refuse.

usage: validate.py FILE…       ("-" is stdin)
       validate.py --strict FILE   also takes away and spoils each key in turn: the schema must notice every one
"""

import copy
import json
import os
import sys

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "..", "docs", "report.schema.json")


def no_double_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key comes twice in %r" % keys)
    return dict(pairs)


def load(path):
    def refuse(word):
        raise ValueError("%s is no JSON" % word)

    text = sys.stdin.read() if path == "-" else open(path, encoding="utf-8").read()
    return json.loads(text, object_pairs_hook=no_double_keys, parse_constant=refuse)


def figures_of(report):
    """Every S of the report, with its place."""
    queries = report["queries"]
    for place, totals in [("queries", queries), ("other", queries["other"])] + [(q["id"], q) for q in queries["top"]]:
        for key, value in totals.items():
            if isinstance(value, dict) and "p99" in value:
                yield "%s.%s" % (place, key), value


def check_order(report):
    for place, figure in figures_of(report):
        steps = [figure[key] for key in ("min", "p50", "p90", "p95", "p99", "max")]
        steps = [step for step in steps if step is not None]
        if steps != sorted(steps):
            raise ValueError("%s: min <= p50 <= p90 <= p95 <= p99 <= max does not hold: %r" % (place, steps))


def check_inputs(report):
    for row in report["inputs"]:
        if row["bytes"] != row["bytes_events"] + row["bytes_headers"] + row["bytes_skipped"]:
            raise ValueError("%s: the account does not add up" % row["path"])


def check_totals(report):
    queries = report["queries"]
    count = sum(q["count"] for q in queries["top"]) + queries["other"]["count"]
    time = round(sum(round(q["time"]["sum"] * 1e6) for q in queries["top"] + [queries["other"]] if q["time"]["sum"]))
    if count != queries["count"] or abs(time - round((queries["time"]["sum"] or 0) * 1e6)) > 1 + time * 1e-15:
        raise ValueError("top and other are not the total")


def places(value, path=()):
    """Paths of all keys of a document, those with free names left out."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield path + (key,)
            yield from places(child, path + (key,))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from places(child, path + (index,))


FREE = {"flags", "errors", "classes"}  # objects whose keys are the log's
EXTRA = {"bytes_sent", "engine_time"}  # further attributes of the sample report


def is_free(path):
    return any(key in EXTRA for key in path) or (len(path) > 1 and path[-2] in FREE and path[0] == "queries")


def strict(validator, report):
    missed = []
    for path in places(report):
        if is_free(path) or path[-1] in ("remainder", "distinct"):
            continue
        for what in ("gone", "spoiled"):
            spoiled = copy.deepcopy(report)
            parent = spoiled
            for key in path[:-1]:
                parent = parent[key]
            if what == "gone":
                del parent[path[-1]]
            else:
                parent[path[-1]] = {"no": ["such", "type"]} if not isinstance(parent[path[-1]], dict) else 7
            if validator.is_valid(spoiled):
                missed.append("%s %s" % ("/".join(map(str, path)), what))
    return missed


def main(arguments):
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = 0
    for path in [argument for argument in arguments if argument != "--strict"]:
        try:
            report = load(path)
            problems = ["%s: %s" % ("/".join(map(str, e.path)), e.message[:300]) for e in validator.iter_errors(report)]
            if not problems and "--strict" in arguments:
                problems = ["the schema does not notice: " + text for text in strict(validator, report)]
            elif not problems:
                check_order(report)
                check_inputs(report)
                check_totals(report)
        except (ValueError, OSError) as error:
            problems = [str(error)]
        for problem in problems:
            print("%s: %s" % (path, problem), file=sys.stderr)
        bad += bool(problems)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
