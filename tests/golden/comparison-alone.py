"""Prints the first report with hardly more than its comparison, to which the second one's options and an error are added.

usage: comparison-alone.py REPORT REPORT
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as first, open(sys.argv[2], encoding="utf-8") as second:
    report, other = json.load(first), json.load(second)
for key in ("inputs", "nodes", "clusters", "incidents", "findings", "ranking"):
    report[key] = []
report["queries"].update(top=[], by_user=[], by_database=[], by_host=[], by_node=[])
report["queries"]["series"].update(classes={}, other=[], count=[])
for key, value in report["errors"].items():
    report["errors"][key] = [] if isinstance(value, list) else value
comparison = report["comparison"]
comparison["configuration"] = other["comparison"]["configuration"]
comparison["errors"] = other["comparison"]["errors"] or [{
    "id": "0" * 32, "change": "more", "rule": None, "title": "x", "severity": "warning", "count_before": 1, "count_after": 9,
    "per_hour_before": 1.0, "per_hour_after": 9.0, "ratio": 9.0, "chance": 0.0}]
for side in ("before", "after"):
    del comparison[side]["inputs"][1:]
json.dump(report, sys.stdout)
