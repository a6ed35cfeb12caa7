"""What the next life is told of the last ones, and what of theirs it finds in its clone."""

from dataclasses import dataclass, field

from controller.contract import CONTEXT_FILE, EVOLVED, one_line
from controller.generation.parts import Parts
from controller.git.log import Generation, generations

RECENT = 8  # lives that a child is told of
ATTEMPTS = 3  # of their attempts, the newest, that lie in its clone
CHARS = 400  # of what is told of one


@dataclass(frozen=True)
class Recall:
    """`lines`: a life each, oldest first. `attempts`: ref in the clone, commit."""

    lines: tuple[str, ...]
    attempts: dict[str, str] = field(default_factory=dict)


def recall(parts: Parts, parent: str) -> Recall:
    """The lives before the one that is born of `parent`; work that was not taken over is named, it may be mended."""
    past = generations(parts.lineage.store, parent, limit=RECENT)
    reasons = {entry.generation: entry.facts.reasons for entry in parts.context(parent).history if entry.facts}
    lines: list[str] = []
    attempts: dict[str, str] = {}
    for one in past:  # the newest first
        line = f"{one.number} {one.outcome}: {one_line(one.trailers.get('Goal', ''))}"
        if why := next(iter(reasons.get(one.number, ())), "") if one.outcome != EVOLVED else "":
            line += f"; {one_line(why, CHARS // 2)}"
        if len(attempts) < ATTEMPTS and (attempt := left(parts, one)):
            ref = f"refs/attempts/{one.number}.{one.trailers.get('Tries', '1')}"
            attempts[ref] = attempt
            line += f"; what it pushed is here: git diff {one.parent[:10]} {ref}; build on it, mended, or leave it"
        lines.append(one_line(line, CHARS))
    return Recall(tuple(reversed(lines)), attempts)


def left(parts: Parts, one: Generation) -> str | None:
    """The commit that a life pushed, where it changed code that nobody took over and that is still here."""
    attempt = one.trailers.get("Attempt", "")
    if one.changed or not attempt or attempt == "none":
        return None
    if parts.lineage.store.resolve(attempt) is None:
        return None
    changes = parts.lineage.changes(one.parent, attempt)
    return attempt if any(change.path != CONTEXT_FILE for change in changes) else None
