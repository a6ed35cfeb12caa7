"""A life that changed only tests must show what they are good for: a mutant that they notice and the old ones do not.

Verified on exported trees, in fresh processes. What can still get through: the candidate shares pytest's process, so
its tests could forge the report; and only the test process itself lives under the shifted clock, not its children.
"""

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.gates.candidate import Candidate, last_json
from controller.gates.evidence.mutant import NoMutant, mutated
from controller.gates.source import is_test_file
from controller.gates.tests.parent_tests import ParentTests
from controller.gates.tests.suite import Printed, node_of
from controller.ledger.report import Report
from controller.memory import parse_context

NAME = "evidence"
TESTS = "tests/agent/"
SOURCE_BYTES = 512 * 1024
ABSENT = "000000"
DAY = 86_400
PLACE = re.compile(r"^(\S+\.py):(\d+): (\w+)", re.MULTILINE)
STATED = ("assert", "AssertionError", "Failed: DID NOT")  # how the words of a failed statement begin
NO_TESTS = 5  # how pytest ends where there were none
FAILED, NOT_COLLECTED = 1, 2  # how it ends where a test failed, and where a file could not be collected


class Climate(NamedTuple):
    """What a run's surroundings are: `zone` in POSIX form (needs no zone files), `ahead`: seconds of the clock."""

    hash_seed: str
    zone: str
    ahead: int


CLIMATES = (
    Climate("0", "UTC", 0),
    Climate("1", "NPT-5:45", 0),
    Climate("42", "LINT-14", 40 * DAY),
    Climate("4242", "AOE12", 400 * DAY),
    Climate("99", "UTC", 3 * 3600 + 1),
)


class Case(NamedTuple):
    """How a test ended: `how` is "passed", "skipped", "failure" (in the test) or "error" (around it)."""

    name: str
    how: str
    message: str
    text: str


class Run(BaseModel):
    """One run of the new tests; `exit` is None where it was stopped."""

    exit: int | None
    cases: list[Case]


class Runs(BaseModel):
    """What the program in the room printed; the candidate may have printed there too."""

    runs: list[Run]


def evidence(candidate: Candidate) -> Report:
    """Passes a life that changed code as it is; of one that changed only tests it wants the evidence."""
    changes = [change for change in candidate.changes if change.path != CONTEXT_FILE]
    if any(not change.path.startswith(TESTS) for change in changes):
        return Report(NAME, "pass", "not a life of tests alone")
    new = [change.path for change in changes if change.old_mode == ABSENT and is_test_file(change.path)]
    nodes = [node_of(candidate.room.folder / "child", name) for name in ParentTests(candidate).fresh()]
    new += [node for node in nodes if node and node.partition("::")[0] not in new]
    if not new:
        return refused("none of them is new or rewritten")
    try:
        files = mutated(claimed(candidate), lambda path: candidate.lineage.read(candidate.parent, path, SOURCE_BYTES))
        furnish(candidate, files)
    except NoMutant as error:
        return refused(f"the claimed mutant is no evidence: {error}")
    problem = noticed_before(candidate) or unsteady(candidate, new) or unnoticed_now(candidate, new)
    if problem:
        return refused(problem)
    return Report(NAME, "pass", f"{', '.join(new[:5])}: a mutant of {', '.join(files)} is noticed now")


def refused(problem: str) -> Report:
    """The refusal of a life of tests alone."""
    return Report(NAME, "refuse", f"only tests are changed, and {problem}")


def claimed(candidate: Candidate) -> str:
    """The mutant of the newest entry. Raises NoMutant."""
    context = parse_context(candidate.lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES))
    claim = context.history[-1].claim if context and context.history else None
    if claim is None or not claim.mutant.strip():
        raise NoMutant("none is given")
    return claim.mutant


def furnish(candidate: Candidate, files: Mapping[str, str]) -> None:
    """Put both trees into the room once more, with the mutant in place. Raises NoMutant."""
    room = candidate.room
    for name, commit in (("mutant_parent", candidate.parent), ("mutant_child", candidate.commit)):
        tree = room.folder / name
        candidate.lineage.export(commit, tree)
        for path, text in files.items():
            if not (tree / path).resolve().is_relative_to(tree.resolve()):
                raise NoMutant(f"{path} leads out of the tree")
            (tree / path).write_text(text, encoding="utf-8")
        room.isolation.hand_over(tree)


def noticed_before(candidate: Candidate) -> str:
    """What is wrong: the parent's own tests must let the mutant pass."""
    room, tree = candidate.room, "mutant_parent"
    ending = room.run(("python", "-I", room.path("gate/suite.py"), room.path(tree), TESTS), cwd=tree)
    silent = "with the mutant the parent's tests end without a report"
    if ending.limit:
        return silent
    try:
        printed = Printed.model_validate(last_json(ending.output))
    except ValidationError:
        return silent
    if printed.failed:
        return f"the parent's tests notice the mutant already: {printed.failed[0][0]}"
    if printed.exit not in (0, NO_TESTS):
        return f"the parent's tests notice the mutant already: exit {printed.exit}"
    return ""


def unsteady(candidate: Candidate, new: list[str]) -> str:
    """What is wrong: the new tests must pass whatever the hash seed, the time zone and the clock."""
    runs = run_new(candidate, "child", CLIMATES, new)
    for climate, run in zip(CLIMATES, runs, strict=False):
        where = f"with hash seed {climate.hash_seed}, TZ={climate.zone} and the clock {climate.ahead} s ahead"
        for case in run.cases:
            if case.how != "passed":
                return f"the new tests did not pass {where}: {case.name}: {case.message}"
        if run.exit != 0 or not run.cases:
            return f"the new tests did not pass {where}: pytest ended with {run.exit}"
    if len(runs) != len(CLIMATES):
        return "the new tests ended without a report"
    return ""


def unnoticed_now(candidate: Candidate, new: list[str]) -> str:
    """What is wrong: the new tests must fail on the mutant, by what they state or by a refusal of the code's own."""
    runs = run_new(candidate, "mutant_child", CLIMATES[:1], new)
    if not runs or runs[0].exit is None:
        return "the new tests did not come to an end on the mutant"
    red = [case for run in runs for case in run.cases if case.how in ("failure", "error")]
    if not red or runs[0].exit not in (FAILED, NOT_COLLECTED):
        return f"the new tests do not fail on the mutant (pytest ended with {runs[0].exit})"
    tree = candidate.room.folder / "mutant_child"
    for case in red:
        by_statement = case.message.startswith(STATED) or is_refusal(tree, case.text)
        if case.how != "failure" or not by_statement:
            return f"{case.name} fails on the mutant by accident, not by what it states: {case.message}"
    return ""


def is_refusal(tree: Path, text: str) -> bool:
    """Whether a failure's last place is a `raise` of the genome's code."""
    places = PLACE.findall(text)
    if not places:
        return False
    path, line = Path(places[-1][0]), int(places[-1][1])
    if path.parts[:1] != ("agent",) or ".." in path.parts or not (tree / path).is_file():
        return False
    for node in ast.walk(ast.parse((tree / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and node.lineno <= line <= (node.end_lineno or 0):
            return True
    return False


def run_new(candidate: Candidate, tree: str, climates: tuple[Climate, ...], new: list[str]) -> list[Run]:
    """How the new tests ended, once a climate; nothing where there is no report."""
    room = candidate.room
    program = ("python", "-I", room.path("gate/pins.py"), room.path(tree), json.dumps(climates), *new)
    ending = room.run(program, cwd=tree)
    if ending.limit:
        return []
    try:
        return Runs.model_validate(last_json(ending.output)).runs
    except ValidationError:
        return []
