"""`./heirloom bench gates`: what judging one life costs on this repository; all figures from one run.

Reproduction and a question to the gates are measured by `bench.birth`, beside the suite as the genome's own check runs
it; where a gate is missing or switched off in code, its line says so.
"""

import json
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import birth
from bench.parts.ground import git, this_repository
from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, GENOME, AgentContext, Claim, Entry, Goal
from controller.gates.candidate import Candidate, Room
from controller.gates.fingerprint import gates_fingerprint
from controller.gates.judging import furnish
from controller.gates.registry import GATES, judge_by_policy
from controller.gates.tests.suite import SUITE
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.judgements import Judgements
from controller.memory import parse_context
from controller.sandbox.isolation import Isolation
from controller.sandbox.levels import choose
from controller.sandbox.limits import Bounds

TIMES = 3
SLOW = ("tests", "evidence", "reproduction")  # gates that run suites or a life
CODE = '"""Hours."""\n\n\ndef hours(seconds: float) -> float:\n    """Seconds as hours."""\n    return seconds / 3600\n'
TEST = '"""Hours."""\n\nfrom agent.hours import hours\n\n\ndef test_an_hour() -> None:\n    assert hours(3600) == 1\n'


def candidate(folder: Path, isolation: Isolation) -> Candidate:
    """A life that wrote a function and its test, on this repository's own genome."""
    operator = this_repository(folder / "operator")
    parent = git(operator, "rev-parse", "HEAD")
    before = parse_context(Repository(operator).read(parent, CONTEXT_FILE, CONTEXT_BYTES))
    assert before is not None
    entry = Entry(generation=1, goal="Tell hours", claim=Claim(outcome="code", summary="It tells hours"))
    after = AgentContext(purpose=before.purpose, goal=Goal(title="Tell hours"), history=(*before.history, entry))
    written = {"agent/hours.py": CODE, "tests/agent/test_hours.py": TEST, CONTEXT_FILE: after.render()}
    for name, text in written.items():
        (operator / name).write_text(text)
    git(operator, "add", "--all", "agent", "tests/agent", CONTEXT_FILE)
    git(operator, "commit", "--quiet", "-m", "A life")
    commit = git(operator, "rev-parse", "HEAD")
    lineage = Lineage(Repository(operator), Repository(folder / "store.git", own=True), "lineage/main")
    lineage.open(commit)
    room = Room(isolation, folder / "room", Bounds(300.0, 2**31, 2**24))
    changes = tuple(lineage.changes(parent, commit))
    return Candidate(lineage, parent, commit, 1, GENOME, changes, before, None, room, types=folder / "types")


def judged(made: Candidate, number: int, judgements: Judgements | None = None) -> dict[str, float]:
    """Seconds of each gate, in a room of its own."""
    room = replace(made.room, folder=made.room.folder / str(number))
    verdict, reports = judge_by_policy(replace(made, room=room, judgements=judgements))
    assert verdict.decision == "pass", reports[-1]
    return {report.name: report.seconds for report in reports}


def suite(made: Candidate) -> float:
    """Seconds of the candidate's own suite, run once in the room, nothing planted in it."""
    room = replace(made.room, folder=made.room.folder / "suite")
    furnish(replace(made, room=room))
    started = time.monotonic()
    room.run(("python", "-I", room.path("gate/suite.py"), room.path("child"), *SUITE), cwd="child")
    return time.monotonic() - started


def measure(folder: Path) -> dict[str, Any]:
    """All figures, in seconds. `again`: the same tree asked about once more, its suite known."""
    made = candidate(folder, choose("auto", Path(sys.prefix), embedded=False)[0])
    database = Database(folder / "ledger.sqlite")
    journal, run = Journal(database), Run("bench", "lineage/main", 9, {})
    journal.begin_run(run)
    kept = [Judgements(database, journal.begin_try(run, 1, made.parent).id, gates_fingerprint()) for _ in range(2)]
    cold = judged(made, 0, kept[0])
    again = judged(made, 1, kept[1])
    warm = [judged(made, 2 + number) for number in range(TIMES)]
    database.close()
    gates = {name: statistics.median(one[name] for one in warm) for name in warm[0]}
    suites = []
    for number in range(TIMES):
        room = replace(made.room, folder=folder / f"s{number}")
        suites.append(suite(replace(made, room=room)))
    found = {
        "gates": gates,
        "suite": statistics.median(suites),
        "quick_with_cache": quick(gates),
        "quick_cold": quick(cold),
        "all": sum(gates.values()),
        "again": sum(again.values()),
        "birth": None,
    }
    if "reproduction" in gates:
        place = folder / "birth"
        place.mkdir()
        found["birth"] = birth.measure(place)
    return found


def quick(gates: dict[str, float]) -> float:
    """Seconds of the gates that run no suite and no life."""
    return sum(seconds for name, seconds in gates.items() if name not in SLOW)


def table(found: dict[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("figure", "measured", "aim", box=None)
    for name in (gate.name for gate in GATES):
        made.add_row(f"  {name}", f"{found['gates'][name]:.2f} s", "")
    made.add_row("all but suites and reproduction, with mypy's cache", f"{found['quick_with_cache']:.2f} s", "≤ 5 s")
    made.add_row("all but suites and reproduction, without", f"{found['quick_cold']:.2f} s", "≤ 25 s")
    made.add_row("the genome's own suite", f"{found['suite']:.2f} s", "")
    ratio = found["gates"]["tests"] / found["suite"]
    made.add_row("the tests gate, in suites", f"{ratio:.2f}", "≤ 2.5")
    made.add_row("the same tree once more, all gates", f"{found['again']:.2f} s", "")
    if found["birth"] is None:
        made.add_row("reproduction, asking once", "skipped: there is no such gate", "")
    else:
        birth.add_rows(made, found["birth"])
    return made


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        figures = measure(Path(place))
    console = Console()
    if "--json" in sys.argv:
        print(json.dumps(figures))  # noqa: T201
    else:
        console.print(table(figures))
