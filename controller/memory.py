"""What a generation leaves behind: the completed agent_context.json. Pure."""

import json

from pydantic import ValidationError

from controller.contract import (
    CONTEXT_BYTES,
    ENTRY_BYTES,
    HIDDEN,
    LEFT_GOAL,
    AgentContext,
    Entry,
    Facts,
    Goal,
    one_line,
)

UNSEEN = "(a title that shows nothing)"
GOAL_ATTEMPTS = 3  # after so many lives a goal that is not met is dropped
REASONS, REASON_LINES, REASON_CHARS = 5, 12, 300  # of a life, of each of them
ROOM_BYTES = 16 * 1024  # left free below the cap for what the next life adds: its entry, a goal, its lessons
LESSONS_BYTES = 12 * 1024  # all lessons together, as rendered: the history must keep its place


def parse_context(text: str | None) -> AgentContext | None:
    """The context in a file's text, or None where it is missing or is not one."""
    if text is None:
        return None
    try:
        return AgentContext.model_validate_json(text)
    except ValidationError:
        return None


def entry_of(context: AgentContext | None, number: int) -> Entry | None:
    """A generation's own entry, where the history still holds it."""
    if context is None:
        return None
    for entry in reversed(context.history):
        if entry.generation == number:
            return entry
    return None


def first_reasons(context: AgentContext | None) -> dict[int, str]:
    """By generation, the first reason that its entry gives, where it gives one; as far back as the memory goes."""
    found: dict[int, str] = {}
    for entry in context.history if context else ():
        if entry.facts is not None and entry.facts.reasons:
            found[entry.generation] = entry.facts.reasons[0]
    return found


def proposal(parent: AgentContext, child: AgentContext | None, generation: int) -> AgentContext | None:
    """The child's context where it is its parent's plus exactly one new entry that claims no facts; else None."""
    if child is None or len(child.history) != len(parent.history) + 1:
        return None
    if child.history[:-1] != parent.history or child.purpose != parent.purpose:
        return None
    newest = child.history[-1]
    if newest.generation != generation or newest.facts is not None or newest.claim is None:
        return None
    return legible(child)


def legible(child: AgentContext) -> AgentContext:
    """What a life wrote without what shows nothing: the next life, a commit and a person read only what can be seen."""
    newest = child.history[-1]
    assert newest.claim is not None
    texts = {name: seen(getattr(newest.claim, name)) for name in ("summary", "expected", "lesson")}
    mutant = "\n".join(HIDDEN.sub("", line) for line in newest.claim.mutant.split("\n"))
    claim = newest.claim.model_copy(update={**texts, "mutant": mutant})
    entry = newest.model_copy(update={"claim": claim, "goal": seen(newest.goal), "seen": seen(newest.seen)})
    goal = child.goal
    if goal is not None:
        checks = tuple(HIDDEN.sub("", check) for check in goal.done_when)
        words = {"title": seen(goal.title) or UNSEEN, "why": seen(goal.why), "done_when": checks}
        goal = goal.model_copy(update=words)
    lessons = tuple(lesson for lesson in map(seen, child.lessons) if lesson)
    return child.model_copy(update={"history": (*child.history[:-1], entry), "goal": goal, "lessons": lessons})


def seen(text: str) -> str:
    """A text of a life's as one line that shows all that it holds."""
    return one_line(text, max(len(text), 1))


def goal_after(goal: Goal | None, met: bool, evolved: bool = False, operators: bool = False) -> Goal | None:
    """A goal after one more life spent on it. Its status is the controller's to write.

    One without checks is never met, for nothing was checked: the operator's stays open until a person closes it, a
    life's own is given up with the first life that evolves.
    """
    if goal is None or goal.status != "open":
        return goal
    attempts = goal.attempts + 1
    checked = bool(goal.done_when)
    stays = operators and not checked
    status = "open"
    if checked and met:
        status = "met"
    elif not stays and (attempts >= GOAL_ATTEMPTS or (evolved and not checked)):
        status = "dropped"
    return goal.model_copy(update={"status": status, "attempts": attempts})


def chosen_goal(parent: AgentContext, child: AgentContext | None, operators: Goal | None) -> Goal | None:
    """The goal that a life worked on: the operator's, its parent's while that is open, else the one it proposed."""
    inherited = parent.goal
    is_open = inherited is not None and inherited.status == "open"
    if operators is not None:
        if inherited is not None and is_open and inherited.title == operators.title:
            return operators.model_copy(update={"attempts": inherited.attempts})
        return operators
    if child is None or (is_open and not left_goal(parent, child)):
        return inherited
    if child.goal is None:
        return None
    return child.goal.model_copy(update={"status": "open", "attempts": 0})


def left_goal(parent: AgentContext, child: AgentContext | None) -> str:
    """Why a life left the open goal that it found and chose another, in its words; "" where it did not."""
    if child is None or child.goal is None or parent.goal is None or parent.goal.status != "open":
        return ""
    said = child.history[-1].seen
    if child.goal.title == parent.goal.title or not said.startswith(LEFT_GOAL):
        return ""
    return said.removeprefix(LEFT_GOAL)


def complete(
    parent: AgentContext, child: AgentContext | None, generation: int, goal: Goal | None, facts: Facts
) -> AgentContext:
    """The context that the generation's commit holds: the newest entry with its facts, within the cap.

    `child`: what `proposal` let through; without it the controller writes the whole entry. `goal`: after this life.
    """
    claimed = None
    lessons = parent.lessons
    if child is not None and len(child.history[-1].model_dump_json().encode()) <= ENTRY_BYTES:
        claimed = child.history[-1]
        lessons = child.lessons
    entry = entry_with_facts(claimed, generation, goal, facts)
    while len(json.dumps(lessons, ensure_ascii=False).encode()) > LESSONS_BYTES:
        lessons = lessons[1:]
    history = (*parent.history, entry)
    context = AgentContext(purpose=parent.purpose, goal=goal, history=history, lessons=lessons)
    while len(context.render().encode()) > CONTEXT_BYTES - ROOM_BYTES and len(context.history) > 1:
        context = context.model_copy(update={"history": context.history[1:]})
    return context


def entry_with_facts(claimed: Entry | None, generation: int, goal: Goal | None, facts: Facts) -> Entry:
    """A life's entry: what it claims of itself, its goal after it, and the facts, bounded."""
    reasons = tuple(bound(reason) for reason in facts.reasons[:REASONS])
    bounded = facts.model_copy(update={"reasons": reasons})
    entry = claimed or Entry(generation=generation, goal="")
    title = goal.title if goal is not None else entry.goal
    return Entry(generation=generation, goal=title, claim=entry.claim, seen=entry.seen, facts=bounded)


def bound(reason: str) -> str:
    """One reason as bounded, printable lines."""
    lines = [one_line(line, REASON_CHARS) for line in reason.splitlines()[:REASON_LINES]]
    return "\n".join(lines)[:REASON_CHARS]
