"""What the property tests share: running galen, judging its JSON and HTML, and TAP."""
import json
import os
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = (ROOT / os.environ.get("BUILD", "build")).resolve()
sys.path.insert(0, str(ROOT / "tests" / "golden"))
import validate  # noqa: E402

ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")} | {
    "LC_ALL": "C.UTF-8", "TZ": "UTC", "XDG_CONFIG_HOME": "/nonexistent"}
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8")))

Test = tuple[str, Callable[[Path], object]]


def galen(*arguments: object, given: bytes = b"", codes: tuple[int, ...] = (0,)) -> bytes:
    """stdout. Any exit status but those of `codes` is a failure, with what galen said."""
    command = [str(BUILD / "galen"), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, input=given, capture_output=True, timeout=300, check=False)
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode in codes, f"{' '.join(command)}: exit status {done.returncode}: {said[-2000:]}"
    assert done.returncode == 0 or said.startswith("galen: "), f"{' '.join(command)}: said {said[:300]!r}"
    return done.stdout


def report(*arguments: object, given: bytes = b"", codes: tuple[int, ...] = (0,)) -> dict:
    return checked(galen("report", "--format", "json", *arguments, given=given, codes=codes))


def checked(text: bytes) -> dict:
    """A JSON report that keeps its promises: schema, account of bytes, order of percentiles, totals."""
    document = json.loads(text.decode("utf-8"), object_pairs_hook=validate.no_double_keys)
    for error in SCHEMA.iter_errors(document):
        raise AssertionError(f"{'/'.join(map(str, error.path))}: {error.message[:300]}")
    validate.check_order(document)
    validate.check_inputs(document)
    validate.check_totals(document)
    return document


def check_page(page: bytes) -> None:
    xml.etree.ElementTree.fromstring(page)
    assert b"<script" not in page.lower(), "a script in the page"


def without(value: object, keys: frozenset[str]) -> object:
    """The document without these keys, wherever they stand."""
    if isinstance(value, dict):
        return {key: without(child, keys) for key, child in value.items() if key not in keys}
    return [without(child, keys) for child in value] if isinstance(value, list) else value


def difference(left: object, right: object, place: str = "") -> str:
    """The first place in which two documents differ; empty when there is none."""
    if isinstance(left, dict) and isinstance(right, dict):
        pairs = [(key, left.get(key), right.get(key)) for key in left.keys() | right.keys()]
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(left, right))]
    else:
        return "" if left == right else f"{place}: {str(left)[:200]} and {str(right)[:200]}"
    return next((said for key, a, b in pairs if (said := difference(a, b, f"{place}/{key}"))), "")


def same(left: dict, right: dict, keys: frozenset[str]) -> None:
    said = difference(without(left, keys), without(right, keys))
    assert not said, said


def run_all(tests: Iterator[Test]) -> int:
    number = failed = 0
    for number, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = test(Path(folder))
                print(f"ok {number} {name}{f' # SKIP {said}' if said else ''}", flush=True)
            except Exception as error:  # whatever it is, it is one failed test
                failed += 1
                print(f"not ok {number} {name}", flush=True)
                print("\n".join(f"# {line}" for line in f"{type(error).__name__}: {str(error) or traceback.format_exc()}".splitlines()[:20]), flush=True)
    print(f"1..{number}")
    return 1 if failed else 0
