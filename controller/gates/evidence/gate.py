"""A life that changed only tests must show what they are good for: a mutant that they notice and the old ones do not.

Verified on exported trees, in fresh processes. What can still get through: the candidate shares pytest's process, so
its tests could forge the report; and only the test process itself lives under the shifted clock, not its children.
"""

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.gates.answer import last_json
from controller.gates.candidate import Candidate
from controller.gates.evidence.mutant import NoMutant, mutated
from controller.ledger.report import Report
from controller.memory import parse_context

NAME = "evidence"
TESTS = "tests/agent/"
ABSENT = "000000"
SOURCE_BYTES = 512 * 1024
DAY = 86_400
# Hash seed, time zone in POSIX form (needs no zone files), seconds that the clock is ahead.
CLIMATES = (
    ("0", "UTC", 0), ("1", "NPT-5:45", 0), ("42", "LINT-14", 40 * DAY), ("4242", "AOE12", 400 * DAY),
    ("99", "UTC", 3 * 3600 + 1),
)  # fmt: skip
PLACE = re.compile(r"^(\S+\.py):(\d+): (\w+)", re.MULTILINE)
STATED = ("assert", "AssertionError", "Failed: DID NOT")  # how the words of a failed statement begin


def evidence(candidate: Candidate) -> Report:
    """Passes a life that changed code as it is; of one that changed only tests it wants the evidence."""
    changes = [change for change in candidate.changes if change.path != CONTEXT_FILE]
    if any(not change.path.startswith(TESTS) for change in changes):
        return Report(NAME, "pass", "not a life of tests alone")
    if old := [change.path for change in changes if change.old_mode != ABSENT]:
        return Report(NAME, "refuse", f"only tests are changed, and {old[0]} is not new: no code, no evidence")
    new = [change.path for change in changes if re.fullmatch(r"test_\w+\.py|\w+_test\.py", Path(change.path).name)]
    if not new:
        return Report(NAME, "refuse", "only tests are changed, but no new test file (test_….py) is among them")
    try:
        files = mutated(claimed(candidate), lambda path: candidate.lineage.read(candidate.parent, path, SOURCE_BYTES))
        furnish(candidate, files)
    except NoMutant as error:
        return Report(NAME, "refuse", f"only tests are changed, and the claimed mutant is no evidence: {error}")
    for check in (unnoticed_before, steady, noticed_now):
        if problem := check(candidate, new):
            return Report(NAME, "refuse", f"only tests are changed, and {problem}")
    return Report(NAME, "pass", f"{', '.join(new)}: a mutant of {', '.join(files)} is noticed now")


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
        room.isolation.own(tree)


def unnoticed_before(candidate: Candidate, _new: list[str]) -> str:
    """What is wrong: the parent's own tests must let the mutant pass."""
    room, tree = candidate.room, "mutant_parent"
    ending = room.run(("python", "-I", room.path("gate/suite.py"), room.path(tree), TESTS), cwd=tree)
    told = last_json(ending.output)
    if ending.limit or told is None or "tests" not in told:
        return "with the mutant the parent's tests end without a report"
    if told["failed"] or told["exit"] not in (0, 5):  # 5: there were none
        named = told["failed"][0][0] if told["failed"] else f"exit {told['exit']}"
        return f"the parent's tests notice the mutant already: {named}"
    return ""


def steady(candidate: Candidate, new: list[str]) -> str:
    """What is wrong: the new tests must pass whatever the hash seed, the time zone and the clock."""
    runs = pins(candidate, "child", CLIMATES, new)
    for climate, run in zip(CLIMATES, runs, strict=False):
        where = f"with hash seed {climate[0]}, TZ={climate[1]} and the clock {climate[2]} s ahead"
        bad = [case for case in run["cases"] if case[1] != "passed"]
        if run["exit"] != 0 or bad or not run["cases"]:
            why = f"{bad[0][0]}: {bad[0][2]}" if bad else f"pytest ended with {run['exit']}"
            return f"the new tests did not pass {where}: {why}"
    return "" if len(runs) == len(CLIMATES) else "the new tests ended without a report"


def noticed_now(candidate: Candidate, new: list[str]) -> str:
    """What is wrong: the new tests must fail on the mutant, by what they state or by a refusal of the code's own."""
    runs = pins(candidate, "mutant_child", CLIMATES[:1], new)
    red = [case for run in runs for case in run["cases"] if case[1] in ("failure", "error")]
    if not runs or runs[0]["exit"] is None:
        return "the new tests did not come to an end on the mutant"
    if not red or runs[0]["exit"] not in (1, 2):  # 2: a file could not be collected
        return f"the new tests do not fail on the mutant (pytest ended with {runs[0]['exit']})"
    tree = candidate.room.folder / "mutant_child"
    for name, how, message, text in red:
        if how != "failure" or not (message.startswith(STATED) or refusal(tree, text)):
            return f"{name} fails on the mutant by accident, not by what it states: {message}"
    return ""


def refusal(tree: Path, text: str) -> bool:
    """Whether a failure's last place is a `raise` of the genome's code."""
    places = PLACE.findall(text)
    path, number = (Path(places[-1][0]), int(places[-1][1])) if places else (Path(), 0)
    if path.parts[:1] != ("agent",) or ".." in path.parts or not (tree / path).is_file():
        return False
    nodes = ast.walk(ast.parse((tree / path).read_text(encoding="utf-8")))
    return any(isinstance(one, ast.Raise) and one.lineno <= number <= (one.end_lineno or 0) for one in nodes)


def pins(
    candidate: Candidate, tree: str, climates: tuple[tuple[str, str, int], ...], new: list[str]
) -> list[dict[str, Any]]:
    """How the new tests ended, once a climate; nothing where there is no report."""
    room = candidate.room
    program = ("python", "-I", room.path("gate/pins.py"), room.path(tree), json.dumps(climates), *new)
    ending = room.run(program, cwd=tree)
    told = last_json(ending.output)
    return list(told.get("runs", [])) if told is not None and not ending.limit else []
