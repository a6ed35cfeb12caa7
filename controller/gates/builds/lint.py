"""Types and lint, as the parent passed them: no error in the genome that its parent had not.

mypy and ruff run in the room, under our own configuration; comments that silence them are debt (`debt`).
"""

import re
from collections import Counter
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from controller.gates.answer import last_json
from controller.gates.builds import type_cache
from controller.gates.candidate import Candidate
from controller.ledger.report import Decision
from controller.sandbox.child import Ending

SHOWN = 40  # lines of evidence
LAYOUT = ("I001", "E501", "W")  # rules, by how they begin, of what changes nothing that runs: told, never refused
ENDED = (0, 1)  # how mypy and ruff end that came to their end


class Told(BaseModel):
    """What the program in the room printed: an error is its file, line, rule and message."""

    mypy: int
    ruff: int
    errors: list[tuple[str, int, str, str]]
    said: str


@dataclass(frozen=True)
class Found:
    """What is wrong: "pass" where nothing is."""

    result: Decision
    reason: str = ""
    evidence: str = ""


def lint(candidate: Candidate) -> Found:
    """The errors that are new. The parent is asked only where the child has any."""
    if not any(change.path.endswith((".py", ".pyi")) for change in candidate.changes):
        return Found("pass")
    cache = type_cache.furnish(candidate)
    child = checked(candidate, "child", cache)
    if isinstance(child, Told) and not child.errors:
        return Found("pass")
    parent = checked(candidate, "parent", cache)
    if isinstance(parent, str):
        return Found("unknown", f"the parent's own types and lint cannot be checked: {parent}")
    if isinstance(child, str):
        return Found("refuse", f"its types and lint cannot be checked, though its parent's can: {child}")
    new = Counter(map(likeness, child.errors)) - Counter(map(likeness, parent.errors))
    found = [one for one in child.errors if likeness(one) in new]
    grave = [one for one in found if not one[2].startswith(LAYOUT)]
    shown = [f"{path}:{line}: {rule}: {text}" for path, line, rule, text in grave or found]
    if not grave:
        return Found("pass", f"layout, told only: {shown[0]}" if shown else "")
    count = sum(number for (_, rule, _), number in new.items() if not rule.startswith(LAYOUT))
    return Found("refuse", f"{count} new {'error' if count == 1 else 'errors'} of mypy or ruff: {shown[0]}",
                 "\n".join(shown[:SHOWN]))  # fmt: skip


def likeness(error: tuple[str, int, str, str]) -> tuple[str, str, str]:
    """What makes two errors the same, wherever in the file they stand."""
    path, _, rule, text = error
    return path, rule, re.sub(r"\bline \d+", "line", text)


def checked(candidate: Candidate, tree: str, cache: str) -> Told | str:
    """What mypy and ruff say of a tree, or why they say nothing."""
    room = candidate.room
    program = ("python", "-I", room.path("gate/lint.py"), room.path(cache), f"{room.scratch}/types")
    ending = room.run(program, cwd=tree)
    try:
        told = Told.model_validate(last_json(ending.output))
    except ValidationError:
        return silence(ending)
    sound = ending.exit_code == 0 and {told.mypy, told.ruff} <= set(ENDED)
    return told if sound else f"mypy ended with {told.mypy}, ruff with {told.ruff}: {told.said[-300:]}"


def silence(ending: Ending) -> str:
    """Why there is no answer."""
    return f"stopped by a limit ({ending.limit})" if ending.limit else f"no answer: {ending.output[-300:]}"
