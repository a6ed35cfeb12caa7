"""Runs in the room: some test files of a tree, in every climate at once, and tells how each test ended.

usage: pins.py TREE CLIMATES PATH...   CLIMATES is a JSON list of [hash seed, time zone, seconds the clock is shifted].
Prints one line of JSON: {"runs": [{"exit": code or null, "cases": [[name, how, message, end of the text]...]}...]}.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

SECONDS = 60.0
MESSAGE, TEXT, CASES = 200, 600, 50


def start(tree: Path, paths: list[str], climate: list[Any], report: Path) -> "subprocess.Popen[bytes]":
    """pytest, without any conftest, plugin, option or cache of the tree's own."""
    here = Path(__file__).parent
    seed, zone, shift = climate
    environment = {
        **os.environ,
        "PYTHONHASHSEED": str(seed),
        "TZ": str(zone),
        "HEIRLOOM_SHIFT": str(shift),
        "PYTHONPATH": str(here),  # where the plugin lies
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "",
        "PYTEST_ADDOPTS": "",
        "CI": "1",  # hypothesis draws the same cases each time, and counts no test's seconds
    }
    options = ["-c", str(here / "pytest.ini"), f"--rootdir={tree}", "--noconftest", "-q", "-p", "another_day"]
    command = [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *paths]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=tree, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)


def ended(process: "subprocess.Popen[bytes]", deadline: float) -> int | None:
    """The exit code, or None where it took too long."""
    try:
        return process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def cases(report: Path) -> list[list[str]]:
    """How each test ended: "passed", "skipped", "failure" (in the test) or "error" (around it)."""
    try:
        found = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return []
    return [ending_of(case) for case in found]


def ending_of(case: ElementTree.Element) -> list[str]:
    """The name of a test, how it ended, the message, and the end of the text."""
    name = str(case.get("name"))
    for part in case:
        if part.tag in ("failure", "error", "skipped"):
            return [name, part.tag, (part.get("message") or "")[:MESSAGE], (part.text or "")[-TEXT:]]
    return [name, "passed", "", ""]


if __name__ == "__main__":
    tree, deadline = Path(sys.argv[1]), time.monotonic() + SECONDS
    with tempfile.TemporaryDirectory() as folder:
        started = []
        for number, climate in enumerate(json.loads(sys.argv[2])):
            report = Path(folder) / f"{number}.xml"
            started.append((start(tree, sys.argv[3:], climate, report), report))
        runs = []
        for process, report in started:
            code = ended(process, deadline)
            runs.append({"exit": code, "cases": cases(report)[:CASES]})
    print(json.dumps({"runs": runs}))  # noqa: T201
