"""A goal's checks are run: each step in a room of its own, that is the same whatever commit is checked.

Same folders, names, environment and files beside the tree: a check tells two commits apart by what they hold, and by
nothing else. A step of pytest runs under the gates' configuration, with planted tests that must be reported red; so
neither an exit code nor a report that the candidate wrote is enough. What can still get through: a command that runs
code of the candidate's otherwise and trusts its exit code; what forges the report, as in the tests gate.
"""

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from controller.contract import one_line
from controller.errors import RequestError
from controller.gates.candidate import INSIDE, Candidate, Room
from controller.gates.goal.planted import plant
from controller.gates.tests.suite import read
from controller.life import workspace
from controller.settings.pytest_command import Pytest, Shell, steps_of

CHECK_SECONDS = 60.0  # of one step; a goal has five checks at most
CHECK_CHARS, LAST_CHARS = 80, 120  # of a failed check, for the next life to read
ROOM, TREE = "goal", "tree"


@dataclass(frozen=True)
class Failed:
    """Why a step did not succeed: how it ended, and the last that was said."""

    how: str
    last: str = ""


def failure(candidate: Candidate, check: str, commit: str) -> str:
    """How a check fails at a commit, with the last of what it printed; "" where every step of it succeeds in time."""
    said = f"not met: {one_line(check, CHECK_CHARS)}"
    try:
        steps = steps_of(check)
    except RequestError as error:
        return f"{said}: {error}"
    for step in steps:
        failed = run(candidate, step, commit)
        if failed is not None:
            last = one_line(failed.last[-LAST_CHARS:])
            return f"{said} ({failed.how}): {last}" if last else f"{said} ({failed.how})"
    return ""


def run(candidate: Candidate, step: Shell | Pytest, commit: str) -> Failed | None:
    """Run one step in a fresh room; None where it succeeds."""
    room = furnished(candidate, commit)
    try:
        if isinstance(step, Shell):
            return run_shell(room, step)
        return run_pytest(room, step, random.Random(candidate.salt))
    finally:
        workspace.remove(room.folder)


def furnished(candidate: Candidate, commit: str) -> Room:
    """A room with a commit's tree and our programs, and nothing else."""
    room = candidate.room
    folder = room.folder / ROOM
    workspace.remove(folder)
    (folder / "tmp").mkdir(parents=True)
    candidate.lineage.export(commit, folder / TREE)
    shutil.copytree(INSIDE, folder / "gate", ignore=shutil.ignore_patterns("__pycache__"))
    return replace(room, folder=folder, bounds=replace(room.bounds, seconds=min(CHECK_SECONDS, room.bounds.seconds)))


def run_shell(room: Room, step: Shell) -> Failed | None:
    """Run a command."""
    room.isolation.hand_over(room.folder)
    ending = room.run(("python", "-I", room.path("gate/check.py"), room.scratch, "shell", step.command), cwd=TREE)
    if ending.limit:
        return Failed(f"limit {ending.limit}", ending.output)
    if ending.exit_code != 0:
        return Failed(f"exit {ending.exit_code}", ending.output)
    return None


def run_pytest(room: Room, step: Pytest, draw: random.Random) -> Failed | None:
    """Run the tests that a step selects: some ran, none failed, and the planted ones among them were red."""
    tree: Path = room.folder / TREE
    try:
        planted = plant(tree, step, draw)
    except RequestError as error:
        return Failed(str(error))
    room.isolation.hand_over(room.folder)
    program = ("python", "-I", room.path("gate/check.py"), room.scratch, "pytest", *step.environment, "--")
    ran = read(room.run((*program, *planted.arguments), cwd=TREE), planted.canaries)
    if ran.problem:
        return Failed(ran.problem)
    if ran.red:
        return Failed(f"{len(ran.red)} tests fail", ran.red[0])
    if not any(counts.passed for counts in ran.functions.values()):
        return Failed("no test ran")
    return None
