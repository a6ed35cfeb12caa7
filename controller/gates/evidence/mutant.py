"""A claimed mutant: a small unified diff, read strictly and applied without touching any file. Pure."""

import re
from collections.abc import Callable

from controller.errors import HeirloomError

FOLDER = "agent/"
FILE = re.compile(r"agent(/[A-Za-z0-9_]+)+\.py")
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@.*")


class NoMutant(HeirloomError):
    """The text is not a change of the parent's agent/; the message says why."""


def mutated(diff: str, read: Callable[[str], str | None]) -> dict[str, str]:
    """The changed files and their new texts. `read` gives a file of the parent. Raises NoMutant."""
    lines = diff.removesuffix("\n").split("\n")
    files: dict[str, str] = {}
    position = 0
    while position < len(lines):
        if lines[position].startswith(("diff --git ", "index ")):
            position += 1
            continue
        path = path_in_header(lines, position)
        before = None if path in files else read(path)
        if before is None:
            raise NoMutant(f"{path} is not a file of the parent, or is named twice")
        files[path], position = patched(path, before, lines, position + 2)
        if files[path] == before:
            raise NoMutant(f"{path} stays as it is")
    if not files:
        raise NoMutant("it is empty")
    return files


def path_in_header(lines: list[str], position: int) -> str:
    """The one file that a header names on both of its lines. Raises NoMutant."""
    header = lines[position : position + 2]
    if len(header) < 2 or not header[0].startswith("--- a/") or not header[1].startswith("+++ b/"):
        raise NoMutant("it is not a unified diff of files that exist (--- a/agent/x.py, +++ b/agent/x.py, @@ …)")
    old, new = (line[6:].partition("\t")[0] for line in header)
    if old != new or not FILE.fullmatch(old):
        raise NoMutant(f"it changes {new[:80]}; a mutant changes only Python files of {FOLDER}")
    return old


def patched(path: str, before: str, lines: list[str], position: int) -> tuple[str, int]:
    """The file after its hunks, and where they end. Every line must stand exactly where it is said to."""
    old = before.split("\n")
    done, begun = 0, position  # how many old lines are dealt with, and where the hunks begin
    new: list[str] = []
    while position < len(lines) and (hunk := HUNK.fullmatch(lines[position])):
        start, count = int(hunk[1]), int(hunk[2] or 1)
        position += 1
        first = start - 1 if count else start
        if not done <= first <= len(old):
            raise NoMutant(f"a hunk of {path} does not lie in the file")
        new += old[done:first]
        taken, added, used = body(lines[position:], count, int(hunk[4] or 1))
        if old[first : first + count] != taken:
            raise NoMutant(f"a hunk of {path} does not fit the parent at line {start}")
        new += added
        done, position = first + count, position + used
    if position == begun:
        raise NoMutant(f"there is no hunk for {path}")
    return "\n".join([*new, *old[done:]]), position


def body(lines: list[str], old: int, new: int) -> tuple[list[str], list[str], int]:
    """The old and the new lines of a hunk, and how many lines of the diff it has. Raises NoMutant."""
    taken: list[str] = []
    added: list[str] = []
    for used, line in enumerate([*lines, ""]):
        if len(taken) == old and len(added) == new:
            return taken, added, used
        if used == len(lines) or (line[:1] not in (" ", "-", "+") and line):
            break
        if line[:1] in (" ", "-", ""):  # an empty line of context may have lost its blank
            taken.append(line[1:])
        if line[:1] in (" ", "+", ""):
            added.append(line[1:])
    raise NoMutant("a hunk has not as many lines as it says")
