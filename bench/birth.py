"""`./heirloom bench birth`: what reproduction and a question to the gates take, beside the genome's own suite."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.parts.ground import git, show, this_repository
from bench.parts.timing import Watch
from controller.contract import CONTEXT_FILE
from controller.gates.judging import judge
from controller.gates.registry import named
from controller.git.repository import Repository
from controller.operations.judge_by_hand import candidate
from controller.run.compose import VENV
from controller.run.start import run
from controller.sandbox.levels import choose
from controller.settings.settings import Settings

CODE = '"""A greeting."""\n\n\ndef greet(name: str) -> str:\n    return f"Hello, {name}"\n'
TEST = 'from agent.hello import greet\n\n\ndef test_greet() -> None:\n    assert greet("Ada") == "Hello, Ada"\n'
FILES = {"agent/hello.py": CODE, "tests/agent/test_hello.py": TEST}
GOAL = {"shape": {"title": "Greet the next life", "why": "It is lonely.", "steps": ["agent/hello.py: new"]}}
SPARE = 8.0  # seconds that are granted beside a suite


def suite(folder: Path) -> float:
    """Seconds of the genome's own suite, run as its `check` runs it."""
    words = ("-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", "--import-mode=importlib")
    started = time.monotonic()
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = (sys.executable, *words, "tests/agent", "tests/test_contract.py")
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return time.monotonic() - started


def reproduced(folder: Path, place: Path) -> tuple[float, float]:
    """Seconds of the gate: where the parent lives for it too, and where the parent's needs are known."""
    parent = git(folder, "rev-parse", "HEAD")
    context = json.loads((folder / CONTEXT_FILE).read_text())
    claim = {"outcome": "code", "summary": "It greets."}
    context["history"].append({"generation": len(context["history"]) + 1, "goal": "Greet", "claim": claim})
    for path, text in {**FILES, CONTEXT_FILE: json.dumps(context)}.items():
        (folder / path).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "It greets.")
    commit = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "--quiet", "--detach", parent)
    isolation, _ = choose("auto", VENV, embedded=True)
    one = candidate(Settings(), Repository(folder), commit, parent, isolation, place)
    found = []
    for name in ("first", "second"):
        room = replace(one.room, folder=place / name)
        verdict, reports = judge(replace(one, room=room), named("reproduction"))
        assert verdict.decision == "pass", reports
        found.append(reports[0].seconds)
    return found[0], found[1]


def life_that_asks(folder: Path, asks: int) -> dict[str, float]:
    """Seconds of one life's phases that hands on code; it asks the gates so often."""
    write = "\n".join(f"cat >{path} <<'END'\n{text}END" for path, text in FILES.items())
    done = {"calls": [{"name": "done", "input": {"outcome": "code", "summary": "It greets."}}]}
    replies = [GOAL, {"calls": [{"name": "bash", "input": {"command": write}}]}, done]
    script = folder.parent / "birth.json"
    script.write_text(json.dumps({"lives": [replies]}))
    watch = Watch()
    settings = Settings(
        model=f"script:{script}", generations=1, branch=f"lineage/asks{asks}", gate_asks=asks, no_ground=True
    )
    run(settings, folder, None, watch)
    assert watch.outcomes == {"evolved"}, "what is measured must have passed every gate"
    return watch.lives[-1]


def measure(folder: Path) -> dict[str, Any]:
    """All figures, in seconds."""
    here = this_repository(folder / "real")
    suites = sorted(suite(here) for _ in range(3))[1]
    silent, asking = life_that_asks(here, 0), life_that_asks(here, 1)
    first, second = reproduced(here, folder / "gates")
    return {
        "suite": suites,
        "reproduction": second,
        "reproduction_cold": first,
        "reproduction_most": 2 * (suites + SPARE),
        "asking": asking["live"] - silent["live"],
        "asking_most": 2.5 * suites + second,
        "judged_after_asking": asking["judge"],
        "judged_without_asking": silent["judge"],
    }


def table(found: dict[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("figure", "measured", "aim", box=None)
    add_rows(made, found)
    return made


def add_rows(made: Table, found: dict[str, Any]) -> None:
    """Put the figures into a table."""
    made.add_row("the genome's own suite, as its check runs it", f"{found['suite']:.1f} s", "")
    made.add_row("reproduction", f"{found['reproduction']:.1f} s", f"≤ {found['reproduction_most']:.1f} s")
    made.add_row("  with the parent's life, once", f"{found['reproduction_cold']:.1f} s", "")
    made.add_row("asking once", f"{found['asking']:.1f} s", f"≤ {found['asking_most']:.1f} s")
    made.add_row("judged afterwards", f"{found['judged_after_asking']:.1f} s", "")
    made.add_row("judged, where it did not ask", f"{found['judged_without_asking']:.1f} s", "")


if __name__ == "__main__":
    show(measure, table)
