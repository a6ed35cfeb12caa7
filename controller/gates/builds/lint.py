"""Types and lint, as the parent passed them: no error in the genome that its parent had not.

mypy and ruff run in the room, under our own configuration; comments that silence them are debt (`substance/debt.py`).
"""

import re
from collections import Counter
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from controller.gates.builds import type_cache
from controller.gates.candidate import Candidate, last_json
from controller.ledger.report import Decision
from controller.sandbox.child import Ending

Error = tuple[str, int, str, str]  # file, line, rule, message
SHOWN = 40  # lines of evidence
LAYOUT = ("I001", "E501", "W")  # rules, by how they begin, of what changes nothing that runs: said, never refused
CAME_TO_AN_END = {0, 1}  # how mypy and ruff end where they were not stopped


class Checked(BaseModel):
    """What the program in the room printed: how both ended, the errors, and the last that they said."""

    mypy: int
    ruff: int
    errors: list[Error]
    said: str


@dataclass(frozen=True)
class Found:
    """What is wrong: "pass" where nothing is."""

    result: Decision
    reason: str = ""
    evidence: str = ""


def lint(candidate: Candidate) -> Found:
    """The errors that are new. The parent is checked only where the child has any."""
    if not any(change.path.endswith((".py", ".pyi")) for change in candidate.changes):
        return Found("pass")
    cache = type_cache.furnish(candidate)
    child = check(candidate, "child", cache)
    if isinstance(child, Checked) and not child.errors:
        return Found("pass")
    parent = check(candidate, "parent", cache)
    if isinstance(parent, str):
        return Found("unknown", f"the parent's own types and lint cannot be checked: {parent}")
    if isinstance(child, str):
        return Found("refuse", f"its types and lint cannot be checked, though its parent's can: {child}")
    return compared(child.errors, parent.errors)


def compared(child: list[Error], parent: list[Error]) -> Found:
    """What is wrong with the child's errors, beside its parent's. Layout is said, and never refused."""
    new = Counter(map(likeness, child)) - Counter(map(likeness, parent))
    layout: list[str] = []
    grave: list[str] = []
    for error in child:
        if likeness(error) in new:
            path, line, rule, text = error
            kind = layout if rule.startswith(LAYOUT) else grave
            kind.append(f"{path}:{line}: {rule}: {text}")
    if grave:
        count = sum(number for (_, rule, _), number in new.items() if not rule.startswith(LAYOUT))
        noun = "error" if count == 1 else "errors"
        return Found("refuse", f"{count} new {noun} of mypy or ruff: {grave[0]}", "\n".join(grave[:SHOWN]))
    if layout:
        return Found("pass", f"layout, told only: {layout[0]}")
    return Found("pass")


def likeness(error: Error) -> tuple[str, str, str]:
    """What makes two errors the same, wherever in the file they stand."""
    path, _, rule, text = error
    return path, rule, re.sub(r"\bline \d+", "line", text)


def check(candidate: Candidate, tree: str, cache: str) -> Checked | str:
    """What mypy and ruff find in a tree, or why they find nothing out."""
    room = candidate.room
    program = ("python", "-I", room.path("gate/lint.py"), room.path(cache), f"{room.scratch}/types")
    ending = room.run(program, cwd=tree)
    try:
        found = Checked.model_validate(last_json(ending.output))
    except ValidationError:
        return why_silent(ending)
    if ending.exit_code == 0 and {found.mypy, found.ruff} <= CAME_TO_AN_END:
        return found
    return f"mypy ended with {found.mypy}, ruff with {found.ruff}: {found.said[-300:]}"


def why_silent(ending: Ending) -> str:
    """Why there is no answer."""
    if ending.limit:
        return f"stopped by a limit ({ending.limit})"
    return f"no answer: {ending.output[-300:]}"
