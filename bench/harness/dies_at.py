"""A controller that dies at one step: `python -I fatal.py GENERATION STEP OCCURRENCE WHEN MAIN run …`.

It is the command line as the launcher starts it, and this program watches it from outside through Python's audit events
and SQLite's own trace: nothing of the controller is changed. A step is a transaction of the ledger, a process that is
started, or a folder that is removed. With `list FILE` for the first four words, each step is written down instead.
"""

import os
import re
import runpy
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

BEGUN = re.compile(r"INSERT INTO tries .*VALUES \('[^']*', '[^']*', (\d+),")
PHASE = re.compile(r"INTO phases .*VALUES \(\d+, '(\w+)'")
CHANGE = re.compile(r"^(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) (\w+)")
Reached = Callable[[int, str, str], bool]  # generation, step, "before" or "after": is it to die there?


class Steps:
    """Sees each step, and asks whether the process is to die there."""

    def __init__(self, reached: Reached) -> None:
        self.reached = reached
        self.generation = 0  # that is being lived; 0: none since this process began
        self.change = ""  # what the open transaction does
        self.ledger = False

    def die(self, step: str, when: str) -> None:
        if self.reached(self.generation, step, when):
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, sql: str) -> None:
        """One statement of the ledger, about to be run."""
        if begun := BEGUN.search(sql):
            self.generation = int(begun[1])
        if sql.startswith("BEGIN"):
            self.change = ""
        elif sql == "COMMIT" and self.change:
            self.die(self.change, "before")
            sys.setprofile(self.afterwards)
        elif not self.change and (found := CHANGE.match(sql)):
            phase = PHASE.search(sql)
            self.change = f"phase {phase[1]}" if phase else f"{found[1].split()[0].lower()} {found[2]}"

    def afterwards(self, frame: FrameType, _: str, __: Any) -> None:
        """The first thing that this thread does once the transaction is on disk."""
        if frame.f_code.co_filename == __file__:
            return
        sys.setprofile(None)
        self.die(self.change, "after")

    def audit(self, name: str, words: tuple[Any, ...]) -> None:
        """One of Python's audit events."""
        if name == "sqlite3.connect":
            self.ledger = Path(str(words[0])).name == "ledger.sqlite"
        elif name == "sqlite3.connect/handle" and self.ledger:
            sys.setprofile(Follow(words[0], self.statement))
        elif name == "subprocess.Popen":
            self.die(command(words[1]), "before")
        elif name == "shutil.rmtree" and (folder := Path(str(words[0]))).parent.name == "lives":
            self.die(f"remove {folder.suffix if folder.suffix in ('.gates', '.asks') else 'life'}", "before")


class Follow:
    """Traces a connection as soon as it is open: at its audit event it is not yet."""

    def __init__(self, connection: sqlite3.Connection, statement: Callable[[str], None]) -> None:
        self.connection, self.statement = connection, statement

    def __call__(self, *_: Any) -> None:
        try:
            self.connection.set_trace_callback(self.statement)
        except sqlite3.ProgrammingError:
            return
        sys.setprofile(None)


def command(words: Any) -> str:
    """A process in two words: `git fetch`, `bwrap`."""
    argv = [str(word) for word in words] if isinstance(words, list | tuple) else [str(words)]
    if "git" not in argv:
        return f"start {Path(argv[0]).name}"
    rest = argv[argv.index("git") + 1 :]
    while rest and rest[0].startswith("-"):
        rest = rest[2 if rest[0] == "-c" else 1 :]
    return f"git {rest[0] if rest else ''}"


def dies_at(generation: int, step: str, occurrence: int, when: str) -> Reached:
    """To die when a step of a generation is reached for the n-th time."""
    seen: Counter[str] = Counter()

    def reached(now: int, reached_step: str, at: str) -> bool:
        if (now, reached_step, at) != (generation, step, when):
            return False
        seen[at] += 1
        return seen[at] == occurrence

    return reached


def writes(file: Path) -> Reached:
    """Never to die; every step is written down."""
    stream = file.open("a")

    def reached(generation: int, step: str, when: str) -> bool:
        stream.write(f"{generation}\t{step}\t{when}\n")
        stream.flush()
        return False

    return reached


if __name__ == "__main__":
    if sys.argv[1] == "list":
        plan, sys.argv = writes(Path(sys.argv[2])), sys.argv[3:]
    else:
        plan = dies_at(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
        sys.argv = sys.argv[5:]
    sys.addaudithook(Steps(plan).audit)
    runpy.run_path(sys.argv[0], run_name="__main__")
