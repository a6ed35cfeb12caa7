"""One attempt to get out, and what it takes to run it: the same program with and without walls.

Without walls it must succeed against what the suite itself placed (the positive control); where it does not, nothing
is known: the row says *not checked* and why.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from controller.sandbox.child import Ending, run
from controller.sandbox.isolation import Command, Isolation
from controller.sandbox.limits import Bounds

Held = Literal["held", "ESCAPED", "not checked"]
WIDE = Bounds(seconds=60, memory_bytes=1 << 30, output_bytes=4 << 20)
IDENTITY = {f"GIT_{who}_{what}": "x@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@dataclass(frozen=True)
class Room:
    """Where an attempt is made: a life's folder in an isolation, and what was placed outside of it.

    `placed`: names to paths, ports, process ids, and the secret; a program finds them as `{name}`.
    """

    isolation: Isolation
    folder: Path
    outside: Path
    placed: Mapping[str, str]

    def fill(self, program: str) -> str:
        """The program with what was placed."""
        for name, value in {**self.placed, "life": self.isolation.root(self.folder)}.items():
            program = program.replace(f"<{name}>", value)
        return program

    def run(self, program: str, bounds: Bounds = WIDE, **environment: str) -> Ending:
        """Run a program as the child: Python, or bash where its first line says so."""
        program = self.fill(program)
        argv = ["python", "-I", "-S", "-c", program]
        if program.startswith("#!bash"):
            argv = ["bash", "-c", program]
        shown = {
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": f"{self.isolation.root(self.folder)}/home",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **IDENTITY,
            **environment,
        }
        return run(self.isolation, Command(tuple(argv), self.folder, shown), bounds)

    @property
    def secret(self) -> str:
        """The word that nobody inside may come to know."""
        return self.placed["secret"]


Succeeds = Callable[[Room], bool]


@dataclass(frozen=True)
class Attempt:
    """`succeeds(room)` makes the attempt and says whether it worked. `control`, where it differs, is the proof that it
    can work; `needs_root`: only root can do it at all, so that for a user there is no control.
    """

    name: str
    tries: str
    succeeds: Succeeds
    control: Succeeds | None = None
    needs_root: bool = False
    slow: bool = False
    known: str = ""  # why there may be no control here


def reads(program: str) -> Succeeds:
    """The program prints the secret."""
    return lambda room: room.secret in room.run(program).output


def reaches(program: str) -> Succeeds:
    """The program prints "reached"."""
    return lambda room: "reached" in room.run(program).output


def writes(program: str) -> Succeeds:
    """The program changes the file that was placed outside."""

    def succeeds(room: Room) -> bool:
        target = Path(room.placed["target"])
        target.write_text("as it was")
        target.chmod(0o666)
        room.run(program)
        return target.read_text() != "as it was"

    return succeeds


def ends(program: str, limit: str, **bounds: float) -> Succeeds:
    """The program is not ended by this limit."""

    def succeeds(room: Room) -> bool:
        tight = replace(WIDE, **{name: type(getattr(WIDE, name) or 0)(value) for name, value in bounds.items()})
        return room.run(program, tight).limit != limit

    return succeeds


@dataclass(frozen=True)
class Row:
    """What came of an attempt at one level by one user."""

    name: str
    tries: str
    level: str
    user: str
    held: Held
    why: str = ""


def judge(attempt: Attempt, walled: Room, open_: Room) -> Row:
    """Make the attempt without walls, then with them."""
    user = "root" if os.geteuid() == 0 else "user"

    def row(held: Held, why: str = "") -> Row:
        return Row(attempt.name, attempt.tries, walled.isolation.name, user, held, why)

    if attempt.needs_root and user != "root":
        return row("not checked", "only root can do it without walls too")
    if not (attempt.control or attempt.succeeds)(open_):
        return row("not checked", attempt.known or "it does not succeed without walls either")
    return row("ESCAPED" if attempt.succeeds(walled) else "held")
