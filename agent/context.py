"""The memory that crosses generations. A life adds one entry and touches no older one."""

from pathlib import Path

from controller.contract import CONTEXT_FILE, ENTRY_BYTES, LESSONS, AgentContext, Birth, Claim, Entry, Goal, one_line


def read_context(root: Path) -> AgentContext:
    return AgentContext.model_validate_json((root / CONTEXT_FILE).read_text())


def sentence(text: str) -> str:
    return one_line(text, 400)


def known_goal(context: AgentContext, birth: Birth) -> Goal | None:
    """The operator's goal, else one that is open."""
    mine = context.goal if context.goal and context.goal.status == "open" else None
    return birth.goal if birth.goal and not (mine and mine.title == birth.goal.title) else mine


def remember(lessons: tuple[str, ...], lesson: str, dropped: list[int]) -> tuple[str, ...]:
    """Without those of these numbers, with a new one; where there is no room, the oldest goes."""
    kept = [old for number, old in enumerate(lessons, 1) if number not in dropped and old != lesson]
    return tuple([*kept, lesson] if lesson else kept)[-LESSONS:]


def with_entry(
    context: AgentContext, generation: int, goal: Goal | None, claim: Claim, seen: str, dropped: list[int]
) -> AgentContext:
    entry = Entry(generation=generation, goal=goal.title if goal else "none was chosen", seen=sentence(seen))
    entry = entry.model_copy(update={"claim": claim.fitted(ENTRY_BYTES - len(entry.model_dump_json().encode()))})
    lessons = remember(context.lessons, claim.lesson, dropped)
    history = (*context.history, entry)
    return context.model_copy(update={"goal": goal or context.goal, "history": history, "lessons": lessons})
