"""The proof of a task: that its grading tells a right answer from a wrong one, and the same each time.

A task enters a set only with its proof: start/ fails; the solution passes three times of three, in three climates
(hash seed and time zone); an empty answer fails; an answer grades the same without its own tests; and the hidden tests
notice at least 0.8 of the mutants of what the solution changes.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import BaseModel, ValidationError

from controller.errors import RequestError
from controller.ground import room
from controller.ground.answer import without_steering
from controller.ground.grading import (
    Expected,
    as_is,
    functions_of,
    grade_files,
    problem_of_sheet,
    problem_of_true,
    problem_of_turned,
    turned,
)
from controller.ground.kill_rate import LEAST, KillRate, kill_rate
from controller.ground.room import Climate, Report, Version
from controller.ground.task import PROOF, Task
from controller.ground.turned import rendered
from controller.sandbox.isolation import Isolation

VERSION = 1  # of what a proof says; raised where grading means something else
CLIMATES = (Climate("0", "UTC"), Climate("1", "Asia/Kolkata"), Climate("random", "America/St_Johns"))
PROOF_BYTES = 2**20


class Proof(BaseModel):
    """proof.json. `start`, `empty`: why they fail. `seconds`: of the slowest room."""

    version: Literal[1]
    sha256: str
    start: str
    empty: str
    passes: int
    climates: list[tuple[str, str]]
    seconds: float
    kill_rate: KillRate
    expected: Expected


@dataclass(frozen=True)
class Looked:
    """What was seen of the answers that a task brings itself. `problem`: why that is no proof."""

    expected: Expected = field(default_factory=Expected)
    start: str = ""
    empty: str = ""
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class Checked:
    """What a check of a task found: its proof, or what is wrong."""

    name: str
    proof: Proof | None
    problem: str = ""


def stored(task: Task) -> Proof:
    """The proof of a task as it is now. Raises RequestError where there is none."""
    path = task.folder / PROOF
    again = f"run `heirloom ground check {task.name}`"
    try:
        text = path.read_bytes()[:PROOF_BYTES]
    except FileNotFoundError:
        raise RequestError(f"{task.name}: it has no {PROOF}; {again}") from None
    try:
        proof = Proof.model_validate_json(text)
    except ValidationError:
        raise RequestError(f"{task.name}: {PROOF} cannot be read; {again}") from None
    if proof.sha256 != task.hash:
        raise RequestError(f"{task.name}: the task was changed after its {PROOF} was made; {again}")
    return proof


def store(task: Task, proof: Proof) -> None:
    """Write the proof into the task's folder."""
    text = json.dumps(proof.model_dump(), indent=1)
    (task.folder / PROOF).write_text(f"{text}\n", encoding="utf-8")


def check(task: Task, isolation: Isolation) -> Checked:
    """Prove a task anew. Raises IsolationError where no room can be made."""
    looked = look_at_mutants(task, isolation) if task.kind == "tests" else look(task, isolation)
    if looked.problem:
        return Checked(task.name, None, looked.problem)
    rate = kill_rate(task, isolation, looked.expected)
    if rate.rate < LEAST:
        missed = "; ".join(rate.unnoticed)
        noticed = f"hidden tests notice {rate.noticed} of {rate.mutants} mutants of the solution"
        return Checked(task.name, None, f"{noticed}, {LEAST:.0%} are needed; not noticed: {missed}")
    proof = Proof(
        version=VERSION,
        sha256=task.hash,
        start=looked.start,
        empty=looked.empty,
        passes=len(CLIMATES),
        climates=[(one.seed, one.zone) for one in CLIMATES],
        seconds=round(looked.seconds, 2),
        kill_rate=rate,
        expected=looked.expected,
    )
    return Checked(task.name, proof)


def prove(task: Task, isolation: Isolation) -> Checked:
    """Prove a task anew, and write its proof where it has one. Raises IsolationError where no room can be made.

    What is stored stays where it says the same: seconds are another each time.
    """
    checked = check(task, isolation)
    if checked.proof is not None and not says_the_same(task, checked.proof):
        store(task, checked.proof)
    return checked


def says_the_same(task: Task, proof: Proof) -> bool:
    """Whether the stored proof of a task is this one, but for the seconds."""
    try:
        before = stored(task)
    except RequestError:
        return False
    return before.model_copy(update={"seconds": proof.seconds}) == proof


def look(task: Task, isolation: Isolation) -> Looked:
    """See what hidden tests say of the solution, of start/ and of nothing, in each climate."""
    looked, first = look_first(task, isolation)
    for climate in CLIMATES[1:]:
        if looked.problem:
            return looked
        draw = random.Random(f"{task.hash} {climate}")
        tests = as_is(task)
        versions = [
            Version(tests, without_steering(task.solved)),
            Version(tests, without_steering(task.start)),
            Version(turned(task, looked.expected, draw), without_steering(task.solved)),
        ]
        ran = room.run(isolation, {}, versions, seconds=task.seconds, data=task.data, climate=climate)
        solved = problem_of_true(ran.reports[0], task, looked.expected)
        solved = solved or problem_of_turned(ran.reports[2], looked.expected)
        if solved:
            solved = f"the solution fails (hash seed {climate.seed}, TZ {climate.zone}): {solved}"
        problem = solved or problem_of_climates(first, ran.reports[:2])
        looked = replace(looked, problem=problem, seconds=max(looked.seconds, ran.seconds))
    return looked


def look_first(task: Task, isolation: Isolation) -> tuple[Looked, Sequence[Report]]:
    """The first of these, with the tests turned at every point; and the reports of the solution and of start/."""
    tests, solved = as_is(task), without_steering(task.solved)
    versions = [Version(tests, solved), Version(tests, without_steering(task.start)), Version(tests)]
    counts = functions_of(task)
    versions += [Version(turned_at(task, point), solved) for point in range(max(counts.values(), default=0))]
    ran = room.run(isolation, {}, versions, seconds=task.seconds, data=task.data, climate=CLIMATES[0])
    if problem := problem_of_sheet(task, task.solved) or problem_of_true(ran.reports[0], task, Expected()):
        return Looked(problem=f"the solution fails: {problem}"), ()
    cases = {name: len(ends) for name, ends in ran.reports[0].functions().items()}
    expected = Expected(cases=cases, turned=turned_points(counts, cases, ran.reports[3:]))
    start = problem_of_sheet(task, task.start) or problem_of_true(ran.reports[1], task, expected)
    empty = problem_of_sheet(task, {}) or problem_of_true(ran.reports[2], task, expected)
    problem = ""
    if not expected.turned:
        problem = "no hidden test fails when its expected values are changed; compare with values"
    elif not start:
        problem = "start/ passes as it is: there is nothing to do"
    elif not empty:
        problem = "an empty answer passes"
    return Looked(expected, start, empty, problem=problem), ran.reports[:2]


def turned_points(
    counts: Mapping[str, int], cases: Mapping[str, int], reports: Sequence[Report]
) -> dict[str, list[int]]:
    """At which points each test function fails, in every case of it, when it is turned there."""
    found: dict[str, list[int]] = {}
    for point, report in enumerate(reports):
        ends = report.functions()
        for name, count in counts.items():
            fails = len(ends.get(name, ())) == cases[name] and all(how == "failed" for how in ends[name])
            if point < count and fails:
                found.setdefault(name, []).append(point)
    return found


def problem_of_climates(first: Sequence[Report], now: Sequence[Report]) -> str:
    """What is wrong where cases end otherwise under another hash seed or time zone."""
    for what, before, after in zip(("the solution", "start/"), first, now, strict=True):
        ends = {name: how for name, how, _ in before.cases}
        for name, how, _ in after.cases:
            if ends.get(name) != how:
                return (
                    f"{what}: {name} ends otherwise under another hash seed or time zone; use no set's order, no clock"
                )
    return ""


def look_at_mutants(task: Task, isolation: Isolation) -> Looked:
    """The same of the kind "tests"."""
    looked = Looked()
    for climate in CLIMATES:
        draw = random.Random(f"{task.hash} {climate}")
        solved = grade_files(task, task.solved, isolation, looked.expected, draw, climate)
        start = grade_files(task, task.start, isolation, looked.expected, draw, climate)
        problem = ""
        if not solved.passed:
            problem = f"the solution fails (hash seed {climate.seed}, TZ {climate.zone}): {solved.reason}"
        elif start.passed:
            problem = "start/ passes as it is: there is nothing to do"
        looked = Looked(start=start.reason, problem=problem, seconds=max(looked.seconds, solved.seconds))
        if problem:
            return looked
    return replace(looked, empty=grade_files(task, {}, isolation, looked.expected).reason)


def turned_at(task: Task, point: int) -> dict[str, str]:
    """The hidden tests, each function that has this point turned there."""
    found = {}
    for path, text in task.tests.items():
        chosen = {}
        for name, count in functions_of(task).items():
            file, _, function = name.partition("::")
            if file == path and point < count:
                chosen[function] = point
        found[f"tests/{path}"] = rendered(text, chosen)
    return found
