"""Whether an answer solves its task: hidden tests on its files, in a room; and what the sheet of the task holds.

The answer's code runs in one process with the tests, and could make them say anything. So each grading runs them twice,
in a drawn order, in processes that know nothing of each other: as they are, where all must pass, and turned
(`turned.py`), where all must fail. Who cannot tell the two apart cannot answer both. What is not caught: an answer
that tosses a coin a run gets through one time of four; and one that answers from the test in a part of its
comparisons gets through where none of those is drawn.
"""

import ast
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from controller.contract import code_tokens
from controller.ground import room
from controller.ground.answer import read_answer, without_steering
from controller.ground.room import USUAL, Climate, Report, Version
from controller.ground.task import Task, is_test
from controller.ground.turned import points, rendered
from controller.sandbox.isolation import Isolation

UNTURNED = "the tests pass whatever they expect: the answer follows the tests, not the task"


class Expected(BaseModel):
    """What a right answer's grading looks like, known from the reference solution; both by `test_x.py::test_y`.

    `cases`: how many cases each test function has. `turned`: at which points a turned one fails.
    """

    cases: dict[str, int] = {}
    turned: dict[str, list[int]] = {}


@dataclass(frozen=True)
class Graded:
    """The end of a grading. `reason`: why it failed, "" where it passed. `seconds`: that it took.

    `reports`: how each case ended, for a proof.
    """

    passed: bool
    reason: str
    seconds: float
    reports: tuple[Report, ...] = ()


def grade(
    task: Task,
    answer: Path,
    isolation: Isolation,
    expected: Expected,
    draw: random.Random | None = None,
) -> Graded:
    """Grade an answer's folder, as it was exported. Raises IsolationError where no room can be made."""
    return grade_files(task, read_answer(answer), isolation, expected, draw)


def grade_files(
    task: Task,
    files: Mapping[str, bytes],
    isolation: Isolation,
    expected: Expected,
    draw: random.Random | None = None,
    climate: Climate = USUAL,
) -> Graded:
    """The same of an answer's files. `draw`: what decides the order and the turned values; None: nobody knows it."""
    draw = draw or random.Random(secrets.token_hex(16))
    if problem := problem_of_sheet(task, files):
        return Graded(False, problem, 0.0)
    if task.kind == "tests":
        return graded_by_mutants(task, files, isolation, draw, climate)
    versions = [Version(as_is(task)), Version(turned(task, expected, draw))]
    ran = room.run(
        isolation, without_steering(files), versions, seconds=task.seconds, data=task.data, climate=climate, draw=draw
    )
    reason = problem_of_true(ran.reports[0], task, expected) or problem_of_turned(ran.reports[1], expected)
    return Graded(not reason, reason, ran.seconds, tuple(ran.reports))


def problem_of_sheet(task: Task, files: Mapping[str, bytes]) -> str:
    """What is wrong with protected files, or with the size of those that have a bound."""
    for path in task.protected:
        if files.get(path) != task.start[path]:
            return f"{path} is protected, and was changed"
    if task.max_tokens is not None:
        tokens = sum(code_tokens(files.get(path, b"").decode("utf-8", "replace")) for path in task.sized)
        if tokens > task.max_tokens:
            return f"{', '.join(task.sized)}: {tokens:,} code tokens; at most {task.max_tokens:,} are allowed"
    return ""


def as_is(task: Task) -> dict[str, str]:
    """The hidden tests, by the path that a report gives them."""
    return {f"tests/{path}": rendered(text) for path, text in task.tests.items()}


def turned(task: Task, expected: Expected, draw: random.Random) -> dict[str, str]:
    """The same, each test function turned at one of its points."""
    found = {}
    for path, text in task.tests.items():
        chosen = {}
        for name in points(text):
            known = expected.turned.get(f"{path}::{name}", [])
            if known:
                chosen[name] = draw.choice(known)
        found[f"tests/{path}"] = rendered(text, chosen)
    return found


def functions_of(task: Task) -> dict[str, int]:
    """Every hidden test function, and how many points it has."""
    return {f"{path}::{name}": count for path, text in task.tests.items() for name, count in points(text).items()}


def problem_of_true(report: Report, task: Task, expected: Expected) -> str:
    """What is wrong with the run of the tests as they are."""
    for name, how, reason in report.cases:
        if how != "passed":
            return f"{name.removeprefix('tests/')} {how}: {reason}"
    if report.problem:
        return report.problem
    if report.exit != 0:
        return f"pytest ended with {report.exit}"
    ran = report.functions()
    for name in functions_of(task):
        count = len(ran.get(name, ()))
        if count == 0 or count != expected.cases.get(name, count):
            return f"{name}: {count} cases were run; {expected.cases.get(name, 1)} were to be"
    return ""


def problem_of_turned(report: Report, expected: Expected) -> str:
    """What is wrong with the run of the turned tests: one of them did not fail."""
    if report.problem:
        return f"turned tests: {report.problem}"
    ran = report.functions()
    for name, known in expected.turned.items():
        ends = ran.get(name, [])
        if known and (not ends or any(how != "failed" for how in ends)):
            return UNTURNED
    return ""


def graded_by_mutants(
    task: Task, files: Mapping[str, bytes], isolation: Isolation, draw: random.Random, climate: Climate
) -> Graded:
    """Grade tests: they must pass on the right code, however it is written, and fail on enough of the mutants."""
    tests = tests_of(files)
    if not tests:
        return Graded(False, "there is no file tests/test_*.py", 0.0)
    code = without_steering(task.start)
    right = [Version(tests), Version(tests, rewritten(code)), Version(tests)]
    mutants = [Version(tests, laid) for laid in task.mutants.values()]
    ran = room.run(isolation, code, [*right, *mutants], seconds=task.seconds, climate=climate, draw=draw)
    reports = tuple(ran.reports)
    for report in reports[: len(right)]:
        if problem := problem_of_own(report):
            return Graded(False, f"on the right code: {problem}", ran.seconds, reports)
    caught = sum(bool(problem_of_own(report)) for report in reports[len(right) :])
    reason = ""
    if caught < task.caught:
        reason = f"the tests catch {caught} of {len(mutants)} mutants; {task.caught} are needed"
    return Graded(not reason, reason, ran.seconds, reports)


def tests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The test files of an answer, by path; what is no Python is left out."""
    found = {}
    for path, data in files.items():
        if path.startswith("tests/") and is_test(path.removeprefix("tests/")):
            found[path] = data.decode("utf-8", "replace")
    return found


def problem_of_own(report: Report) -> str:
    """Why a run of the answer's own tests is red, "" where it is green."""
    for name, how, reason in report.cases:
        if how == "failed":
            return f"{name} failed: {reason}"
    if report.problem or report.exit != 0:
        return report.problem or f"pytest ended with {report.exit}"
    return ""


def rewritten(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same code in another layout: a test that knows the text of its code, and not what it does, fails on it."""
    return {path: ast.unparse(ast.parse(data)).encode() for path, data in files.items() if path.endswith(".py")}
