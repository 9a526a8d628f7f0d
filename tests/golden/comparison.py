"""Checks that the schema notices every key of a comparison that is missing or of another kind.

usage: comparison.py REPORT OPTIONS   (two JSON reports: a comparison of queries, and one of options)
"""

import json
import sys

import jsonschema

import validate

with open(validate.SCHEMA, encoding="utf-8") as file:
    definitions = json.load(file)["$defs"]
comparison, other = (validate.load(path)["comparison"] for path in sys.argv[1:])
comparison["configuration"] = other["configuration"][:1]
comparison["errors"] = comparison["errors"][:1] or [{
    "id": "0" * 32, "change": "more", "rule": None, "title": "x", "severity": "warning", "count_before": 1, "count_after": 9,
    "per_hour_before": 1.0, "per_hour_after": 9.0, "ratio": 9.0, "chance": 0.0}]
for side in ("before", "after"):
    del comparison[side]["inputs"][1:]
validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/comparison", "$defs": definitions})
problems = [error.message for error in validator.iter_errors(comparison)]
problems += ["not noticed: " + text for text in validate.strict(validator, comparison)]
for problem in problems:
    print(problem)
sys.exit(bool(problems))
