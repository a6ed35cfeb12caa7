"""The briefing of the next life: the lives before it, and what of theirs it finds in its clone."""

from collections.abc import Mapping
from dataclasses import dataclass

from controller.contract import CONTEXT_FILE, EVOLVED, one_line
from controller.errors import PastBounds
from controller.generation.parts import Parts
from controller.git.log import Generation, generations
from controller.memory import first_reasons

RECENT = 8  # lives in a briefing
ATTEMPTS = 3  # of their attempts, the newest, that lie in its clone
CHARS = 400  # of a line of it


@dataclass(frozen=True)
class Briefing:
    """`lines`: one for each life, oldest first. `attempts`: what they pushed, by a ref in the clone."""

    lines: tuple[str, ...]
    attempts: Mapping[str, str]


def brief(parts: Parts, parent: str) -> Briefing:
    """The lives before the one that is born of `parent`; work that was not taken over is named, it may be mended."""
    reasons = first_reasons(parts.context(parent))
    lines: list[str] = []
    attempts: dict[str, str] = {}
    for one in generations(parts.lineage.store, parent, limit=RECENT):  # the newest first
        line = f"{one.number} {one.outcome}: {one_line(one.trailers.get('Goal', ''))}"
        why = reasons.get(one.number)
        if why and one.outcome != EVOLVED:
            line += f"; {one_line(why, CHARS // 2)}"
        attempt = None
        if len(attempts) < ATTEMPTS:
            attempt = attempt_left(parts, one)
        if attempt is not None:
            ref = f"refs/attempts/{one.number}.{one.trailers.get('Tries', '1')}"
            attempts[ref] = attempt
            line += f"; what it pushed is here: git diff {one.parent[:10]} {ref}; build on it, mended, or leave it"
        lines.append(one_line(line, CHARS))
    lines.reverse()
    return Briefing(tuple(lines), attempts)


def attempt_left(parts: Parts, one: Generation) -> str | None:
    """The commit that a life pushed, where it changed code that nobody took over and that is still here.

    What it pushed at last comes before what the gates refused when they were asked.
    """
    if one.changed:
        return None
    tries, asks = int(one.trailers.get("Tries", "1")), int(one.trailers.get("Gate-Asks", "0"))
    names = [parts.lineage.asked_ref(one.number, tries, ask) for ask in range(asks, 0, -1)]
    attempt = one.trailers.get("Attempt", "none")
    if attempt != "none":
        names.insert(0, attempt)
    for name in names:
        commit = parts.lineage.store.resolve(name)
        if commit is not None and changes_code(parts, one.parent, commit):
            return commit
    return None


def changes_code(parts: Parts, parent: str, commit: str) -> bool:
    """Whether a commit differs from its parent in more than the memory."""
    try:
        changes = parts.lineage.changes(parent, commit)
    except PastBounds:  # it was kept before pushes were measured
        return False
    return any(change.path != CONTEXT_FILE for change in changes)
