"""How much of a solution its hidden tests notice: mutants of the files that the solution changes."""

import random
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from controller.gates.candidate import HUNTER
from controller.ground import room
from controller.ground.answer import without_steering
from controller.ground.grading import Expected, as_is, problem_of_own, problem_of_true, tests_of
from controller.ground.room import Version
from controller.ground.task import REMOVED, Task
from controller.sandbox.isolation import Isolation

PROGRAM = "mutated.py"
MOST = 30  # mutants of one task
LEAST = 0.8  # of the mutants that hidden tests must notice
SHOWN = 12  # survivors that are told
SECONDS = 10.0  # for the tests on one mutant, where the task gives more


class Drawn(BaseModel):
    """What the program in the room printed."""

    mutants: list[tuple[str, str, int, int, str]]
    all: int


class KillRate(BaseModel):
    """Mutants that were tried, of how many; how many the tests noticed; the first that they did not, in words."""

    mutants: int
    of: int
    noticed: int
    unnoticed: list[str]

    @property
    def rate(self) -> float:
        """The share that was noticed."""
        return self.noticed / self.mutants if self.mutants else 0.0


def kill_rate(task: Task, isolation: Isolation, expected: Expected) -> KillRate:
    """Plant mutants in the reference solution, and see which the hidden tests notice. Raises IsolationError."""
    if task.kind == "tests":
        return of_own_mutants(task, isolation)
    files = without_steering(task.solved)
    found, count = drawn(task, files, isolation)
    versions = [Version(as_is(task), laid) for _, laid in found]
    seconds = min(task.seconds, SECONDS)
    ran = room.run(isolation, files, versions, seconds=seconds, data=task.data, first=True)
    missed = []
    for (what, _), report in zip(found, ran.reports, strict=True):
        if not problem_of_true(report, task, expected):
            missed.append(what)
    return KillRate(mutants=len(found), of=count, noticed=len(found) - len(missed), unnoticed=missed[:SHOWN])


def of_own_mutants(task: Task, isolation: Isolation) -> KillRate:
    """Of the kind "tests": which of the task's mutants the reference solution's tests notice."""
    tests = tests_of(task.solved)
    versions = [Version(tests, laid) for laid in task.mutants.values()]
    ran = room.run(isolation, without_steering(task.start), versions, seconds=task.seconds, first=True)
    missed = []
    for name, report in zip(task.mutants, ran.reports, strict=True):
        if not problem_of_own(report):
            missed.append(f"tests/mutants/{name}")
    return KillRate(
        mutants=len(versions), of=len(versions), noticed=len(versions) - len(missed), unnoticed=missed[:SHOWN]
    )


def drawn(
    task: Task, files: Mapping[str, bytes], isolation: Isolation
) -> tuple[list[tuple[str, dict[str, bytes]]], int]:
    """Mutants, each in words and as the file that it lays over the answer, and how many there are in all."""
    changed = [path for path in files if path != REMOVED and task.start.get(path) != files[path]]
    code = {path: files[path].decode() for path in changed if path.endswith(".py")}
    request = {"files": code, "seed": task.hash, "most": MOST}
    try:
        found = Drawn.model_validate(room.printed(isolation, PROGRAM, request, HUNTER))
    except ValidationError:
        return [], 0
    mutants = []
    for path, what, start, end, text in found.mutants:
        raw = files[path]
        mutants.append((what, {path: raw[:start] + text.encode() + raw[end:]}))
    if mutants:
        return mutants, found.all
    texts = [one for path in changed for one in of_text(path, files[path])]
    draw = random.Random(task.hash)
    return draw.sample(texts, min(MOST, len(texts))), len(texts)


def of_text(path: str, data: bytes) -> list[tuple[str, dict[str, bytes]]]:
    """Mutants of a file that is no code: each of its lines left out, and each with another digit."""
    found = []
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        rest = (lines[: number - 1], lines[number:])
        if line.strip():
            found.append((f"{path}: without line {number}", {path: b"".join([*rest[0], *rest[1]])}))
        digits = [at for at, char in enumerate(line) if chr(char).isdigit()]
        if digits:
            at = digits[-1]
            other = line[:at] + str((int(chr(line[at])) + 1) % 10).encode() + line[at + 1 :]
            found.append((f"{path}: another digit in line {number}", {path: b"".join([*rest[0], other, *rest[1]])}))
    return found
