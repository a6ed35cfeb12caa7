"""The memory that crosses generations. A life adds one entry and touches no older one."""

from pathlib import Path

from controller.contract import CONTEXT_FILE, ENTRY_BYTES, LESSONS, AgentContext, Birth, Claim, Entry, Goal, one_line

SENTENCE = 400  # characters
ATTEMPTS = 3  # lives that a goal is worked on
NO_GOAL = "none was chosen"


def read_context(root: Path) -> AgentContext:
    return AgentContext.model_validate_json((root / CONTEXT_FILE).read_text())


def write_context(root: Path, context: AgentContext) -> None:
    """All or nothing."""
    new = root / f".{CONTEXT_FILE}.new"
    new.write_text(context.render())
    new.replace(root / CONTEXT_FILE)


def sentence(text: str) -> str:
    """Any text as one that fits a field of the memory."""
    return one_line(text, SENTENCE)


def known_goal(context: AgentContext, birth: Birth) -> Goal | None:
    """The goal that this life need not choose: the operator's, else one that is not finished."""
    mine = context.goal if context.goal and context.goal.status == "open" else None
    if birth.goal is not None:
        return mine if mine and mine.title == birth.goal.title else birth.goal
    return mine if mine and mine.attempts < ATTEMPTS else None


def remember(lessons: tuple[str, ...], lesson: str) -> tuple[str, ...]:
    """The lessons with this one as the newest; the oldest make room."""
    return (*(old for old in lessons if old != lesson), lesson)[-LESSONS:] if lesson else lessons


def fit(claim: Claim, room: int) -> Claim:
    """A claim of at most `room` bytes: shorter sentences, and at last no mutant."""
    for mutant in (claim.mutant, ""):
        for limit in (SENTENCE, 200, 80):
            cut = {name: one_line(getattr(claim, name), limit) for name in ("summary", "expected", "lesson")}
            short = claim.model_copy(update={**cut, "mutant": mutant})
            if len(short.model_dump_json().encode()) <= room:
                return short
    return short


def with_entry(context: AgentContext, generation: int, goal: Goal | None, claim: Claim, seen: str) -> AgentContext:
    """The memory after this life: one entry more, its lesson, and its goal where that is a new one."""
    entry = Entry(generation=generation, goal=goal.title if goal else NO_GOAL, seen=sentence(seen))
    claim = fit(claim, ENTRY_BYTES - len(entry.model_dump_json().encode()))
    return context.model_copy(
        update={
            "goal": goal or context.goal,
            "history": (*context.history, entry.model_copy(update={"claim": claim})),
            "lessons": remember(context.lessons, claim.lesson),
        }
    )
