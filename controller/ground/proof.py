"""The proof of a task: that its grading tells a right answer from a wrong one, and the same each time.

A task enters a set only with its proof: start/ fails; the solution passes three times of three, in three climates
(hash seed and time zone); an empty answer fails; an answer grades the same without its own tests; and the hidden tests
notice at least 0.8 of the mutants of what the solution changes.
"""

import json
import random
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ValidationError

from controller.errors import RequestError
from controller.ground import room
from controller.ground.answer import is_own_test, without_steering
from controller.ground.grading import (
    Expected,
    Graded,
    as_is,
    functions_of,
    grade_files,
    problem_of_true,
)
from controller.ground.kill_rate import LEAST, KillRate, kill_rate
from controller.ground.room import Climate, Version
from controller.ground.task import PROOF, Task
from controller.ground.turned import rendered
from controller.sandbox.isolation import Isolation

VERSION = 1  # of what a proof says; raised where grading means something else
CLIMATES = (Climate("0", "UTC"), Climate("1", "Asia/Kolkata"), Climate("random", "America/St_Johns"))
PROOF_BYTES = 2**20


class Proof(BaseModel):
    """proof.json. `start`, `empty`: why they fail. `seconds`: the slowest of the solution's gradings."""

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
    expected, problem = known_of_solution(task, isolation)
    if problem:
        return Checked(task.name, None, problem)
    solved = [graded(task, isolation, expected, "solution", climate) for climate in CLIMATES]
    started = [graded(task, isolation, expected, "start", climate) for climate in CLIMATES]
    empty = graded(task, isolation, expected, "empty", CLIMATES[0])
    problem = (
        problem_of_solution(solved)
        or problem_of_start(started)
        or problem_of_empty(empty)
        or problem_of_tests(task, isolation, expected)
    )
    if problem:
        return Checked(task.name, None, problem)
    rate = kill_rate(task, isolation, expected)
    if rate.rate < LEAST:
        listed = "; ".join(rate.unnoticed)
        return Checked(
            task.name,
            None,
            f"hidden tests notice {rate.noticed} of {rate.mutants} mutants of the solution, {LEAST:.0%} are needed; "
            f"not noticed: {listed}",
        )
    proof = Proof(
        version=VERSION,
        sha256=task.hash,
        start=started[0].reason,
        empty=empty.reason,
        passes=len(solved),
        climates=[(one.seed, one.zone) for one in CLIMATES],
        seconds=round(max(one.seconds for one in solved), 2),
        kill_rate=rate,
        expected=expected,
    )
    return Checked(task.name, proof)


def prove(task: Task, isolation: Isolation) -> Checked:
    """Prove a task anew, and write its proof where it has one. Raises IsolationError where no room can be made."""
    checked = check(task, isolation)
    if checked.proof is not None:
        store(task, checked.proof)
    return checked


def known_of_solution(task: Task, isolation: Isolation) -> tuple[Expected, str]:
    """What the hidden tests do on the reference solution, as they are and turned at each point; or what is wrong."""
    if task.kind == "tests":
        return Expected(), ""
    counts = functions_of(task)
    versions = [Version(as_is(task))]
    for point in range(max(counts.values(), default=0)):
        versions.append(Version(turned_at(task, point)))
    files = without_steering(task.solved)
    ran = room.run(isolation, files, versions, seconds=task.seconds, data=task.data)
    problem = problem_of_true(ran.reports[0], task, Expected())
    if problem:
        return Expected(), f"the solution fails: {problem}"
    cases = {name: len(ends) for name, ends in ran.reports[0].functions().items()}
    turned: dict[str, list[int]] = {}
    for point, report in enumerate(ran.reports[1:]):
        ends = report.functions()
        for name, count in counts.items():
            fails = len(ends.get(name, ())) == cases[name] and all(how == "failed" for how in ends[name])
            if point < count and fails:
                turned.setdefault(name, []).append(point)
    if not turned:
        return Expected(), "no hidden test fails when its expected values are changed; compare with values"
    return Expected(cases=cases, turned=turned), ""


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


def graded(task: Task, isolation: Isolation, expected: Expected, what: str, climate: Climate) -> Graded:
    """Grade what a task brings itself: "solution", "start", or "empty"."""
    files = {"solution": task.solved, "start": task.start, "empty": {}}[what]
    draw = random.Random(f"{task.hash} {climate}")
    return grade_files(task, files, isolation, expected, draw, climate)


def problem_of_solution(solved: list[Graded]) -> str:
    """What is wrong where the solution does not pass each time, the same way."""
    for one, climate in zip(solved, CLIMATES, strict=True):
        if not one.passed:
            return f"the solution fails (hash seed {climate.seed}, TZ {climate.zone}): {one.reason}"
    return problem_of_climates(solved, "the solution")


def problem_of_start(started: list[Graded]) -> str:
    """What is wrong where start/ passes, or fails otherwise from time to time."""
    if any(one.passed for one in started):
        return "start/ passes as it is: there is nothing to do"
    return problem_of_climates(started, "start/")


def problem_of_climates(several: list[Graded], what: str) -> str:
    """What is wrong where cases end otherwise under another hash seed or time zone."""
    first = ends_of(several[0])
    for one in several[1:]:
        for name, how in ends_of(one).items():
            if first.get(name) != how:
                return (
                    f"{what}: {name} ends otherwise under another hash seed or time zone; use no set's order, no clock"
                )
    return ""


def ends_of(one: Graded) -> dict[str, str]:
    """How the cases of the tests as they are ended."""
    if not one.reports:
        return {}
    return {name: how for name, how, _ in one.reports[0].cases}


def problem_of_empty(empty: Graded) -> str:
    """What is wrong where an answer without any file passes."""
    return "an empty answer passes" if empty.passed else ""


def problem_of_tests(task: Task, isolation: Isolation, expected: Expected) -> str:
    """What is wrong where an answer is graded otherwise without its own tests, or passes though they are asked for."""
    files = {path: data for path, data in task.solved.items() if not is_own_test(path)}
    bare = grade_files(task, files, isolation, expected, random.Random(task.hash))
    if task.kind == "tests":
        return "an answer without tests passes" if bare.passed else ""
    return "" if bare.passed else f"the solution without its own tests fails: {bare.reason}"
