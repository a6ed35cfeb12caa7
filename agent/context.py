"""The memory that crosses generations: read, added to, written. One entry a life; older ones are never touched."""

from pathlib import Path

from controller.contract import CONTEXT_FILE, ENTRY_BYTES, LESSONS, AgentContext, Birth, Claim, Entry, Goal, one_line

SENTENCE = 400  # characters
NO_GOAL = "none was chosen"
ATTEMPTS = 3  # lives that a goal is worked on


def read_context(root: Path) -> AgentContext:
    """The memory as the parent left it."""
    return AgentContext.model_validate_json((root / CONTEXT_FILE).read_text())


def write_context(root: Path, context: AgentContext) -> None:
    """Write the memory, all or nothing."""
    new = root / f".{CONTEXT_FILE}.new"
    new.write_text(context.render())
    new.replace(root / CONTEXT_FILE)


def sentence(text: str) -> str:
    """Any text as one that fits a field of the memory."""
    return one_line(text, SENTENCE)


def known_goal(context: AgentContext, birth: Birth) -> Goal | None:
    """The goal that this life need not choose: the operator's, else one that is not finished."""
    mine = context.goal
    if birth.goal is not None:
        return mine if mine and mine.status == "open" and mine.title == birth.goal.title else birth.goal
    return mine if mine and mine.status == "open" and mine.attempts < ATTEMPTS else None


def remember(lessons: tuple[str, ...], lesson: str) -> tuple[str, ...]:
    """The lessons with this one as the newest; the oldest make room."""
    if not lesson:
        return lessons
    return (*(old for old in lessons if old != lesson), lesson)[-LESSONS:]


def fit(entry: Entry) -> Entry:
    """An entry within its cap: its sentences are cut to the longest length that fits, a mutant only if it must go."""
    claim = entry.claim
    for limit in (SENTENCE, 200, 100, 40):
        short = entry.model_copy(update={"seen": one_line(entry.seen, limit)})
        if claim is not None:
            cut = {name: one_line(getattr(claim, name), limit) for name in ("summary", "expected", "lesson")}
            short = short.model_copy(update={"claim": claim.model_copy(update=cut)})
        if len(short.model_dump_json().encode()) <= ENTRY_BYTES:
            return short
    if claim is not None and claim.mutant:
        return fit(entry.model_copy(update={"claim": claim.model_copy(update={"mutant": ""})}))
    return short


def with_entry(context: AgentContext, birth: Birth, goal: Goal | None, claim: Claim, seen: str = "") -> AgentContext:
    """The memory after this life: one entry more, its lesson, and its goal where that is a new one."""
    title = goal.title if goal else NO_GOAL
    entry = fit(Entry(generation=birth.generation, goal=title, claim=claim, seen=sentence(seen)))
    return context.model_copy(
        update={
            "goal": goal or context.goal,
            "history": (*context.history, entry),
            "lessons": remember(context.lessons, claim.lesson),
        }
    )
