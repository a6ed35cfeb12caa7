"""The memory that crosses generations. A life adds one entry and touches no older one."""

from collections.abc import Sequence
from pathlib import Path

from controller.contract import CONTEXT_FILE, ENTRY_BYTES, LESSONS, AgentContext, Birth, Claim, Entry, Goal, one_line


def read_context(root: Path) -> AgentContext:
    """The memory as it stands in a clone. Raises OSError, ValidationError."""
    return AgentContext.model_validate_json((root / CONTEXT_FILE).read_text())


def sentence(text: str) -> str:
    """Text as one line of at most the length that the contract allows."""
    return one_line(text, 400)


def known_goal(context: AgentContext, birth: Birth) -> Goal | None:
    """The operator's goal, else one that is open, else None."""
    mine, given = context.goal, birth.goal
    if mine and mine.status == "open" and (given is None or given.title == mine.title):
        return mine  # the operator's too: it knows how often it was attempted
    return given


def remember(lessons: tuple[str, ...], lesson: str, dropped: Sequence[int]) -> tuple[str, ...]:
    """The lessons without those of these numbers, with a new one; where there is no room, the oldest goes."""
    kept = [old for number, old in enumerate(lessons, 1) if number not in dropped and old != lesson]
    if lesson:
        kept.append(lesson)
    return tuple(kept[-LESSONS:])


def with_entry(
    context: AgentContext, generation: int, goal: Goal | None, claim: Claim, seen: str, dropped: Sequence[int]
) -> AgentContext:
    """The memory with one more entry, of at most the size that the contract allows, and its lesson."""
    entry = Entry(generation=generation, goal=goal.title if goal else "none was chosen", seen=sentence(seen))
    entry = entry.model_copy(update={"claim": claim.fitted(ENTRY_BYTES - len(entry.model_dump_json().encode()))})
    lessons = remember(context.lessons, claim.lesson, dropped)
    history = (*context.history, entry)
    return context.model_copy(update={"goal": goal or context.goal, "history": history, "lessons": lessons})
