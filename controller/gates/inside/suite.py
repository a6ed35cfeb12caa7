"""Runs in the room: a tree's tests under our pytest configuration, then reads the JUnit report.

usage: suite.py TREE PATH...   Prints one line of JSON: {"exit", "tests", "failed": [[id, text]...], "skipped", "tail",
"cases": {test function: [passed, skipped, red]}, "calls": what `touched` wrote}, both packed by zlib and base64.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path
from typing import Any

FAILED, LINES, CHARS = 10, 40, 3500  # how many failures, and how much of the end of each, are told
MESSAGE = 300
PASSED, SKIPPED, RED = 0, 1, 2  # the places of the counts


def run(tree: Path, paths: list[str], report: Path, calls: Path) -> subprocess.CompletedProcess[str]:
    """pytest, without any conftest, plugin, option or cache of the tree's own."""
    here = Path(__file__).parent
    options = ["-c", str(here / "pytest.ini"), f"--rootdir={tree}", "--noconftest", "-q", "-m", "not slow"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")]),  # where the plugin lies
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "",
        "PYTEST_ADDOPTS": "",
        "CI": "1",  # hypothesis draws the same cases each time, and counts no test's seconds
        "HEIRLOOM_TOUCHED": str(calls),
    }
    options += ["-p", "touched", "--continue-on-collection-errors", f"--junitxml={report}"]
    command = [sys.executable, "-m", "pytest", *options, *paths]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def summary(report: Path) -> dict[str, Any]:
    """What the report says: {"tests", "failed", "skipped", "cases"}; {} where there is none."""
    try:
        found = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return {}
    failed: list[list[str]] = []
    cases: dict[str, list[int]] = {}
    for case in found:
        name = f"{case.get('classname')}::{case.get('name')}"
        parts = {part.tag: part for part in reversed(case)}
        bad = parts.get("failure", parts.get("error"))
        how = PASSED
        if bad is not None:
            how = RED
            failed.append([name, f"{name}\n{told_of(bad)}"])
        elif "skipped" in parts:
            how = SKIPPED
        cases.setdefault(name.partition("[")[0], [0, 0, 0])[how] += 1
    skipped = sum(counts[1] for counts in cases.values())
    return {"tests": len(found), "failed": failed, "skipped": skipped, "cases": cases}


def packed(text: str) -> str:
    """A text made small enough for one line."""
    return base64.b64encode(zlib.compress(text.encode())).decode()


def told_of(part: ElementTree.Element) -> str:
    """The message of a failure, and the end of its text."""
    last = "\n".join((part.text or "").splitlines()[-LINES:])[-CHARS:]
    return f"{(part.get('message') or '')[:MESSAGE]}\n{last}"


def describe(tree: Path, arguments: list[str]) -> dict[str, Any]:
    """Run the tests, and what became of them: the object that is printed."""
    with tempfile.TemporaryDirectory() as folder:
        report, calls = Path(folder) / "junit.xml", Path(folder) / "calls.json"
        done = run(tree, arguments, report, calls)
        found = summary(report)
        found["calls"] = packed(calls.read_text(encoding="utf-8") if calls.is_file() else "{}")
    found["failed"] = found.get("failed", [])[:FAILED]
    found["cases"] = packed(json.dumps(found.get("cases", {})))
    return {"exit": done.returncode, **found, "tail": (done.stdout + done.stderr)[-3000:]}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    there = [path for path in sys.argv[2:] if (place / path.partition("::")[0]).exists()]
    print(json.dumps(describe(place, there)))  # noqa: T201
