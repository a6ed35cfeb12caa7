"""What a generation leaves behind: the completed agent_context.json and the commit message. Pure."""

import json

from pydantic import ValidationError

from controller.contract import (
    CONTEXT_BYTES,
    ENTRY_BYTES,
    AgentContext,
    Claim,
    Entry,
    Facts,
    Goal,
    one_line,
)

GOAL_ATTEMPTS = 3  # after so many lives a goal that is not met is dropped
REASONS, REASON_CHARS = 5, 300
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
    return next((one for one in reversed(context.history) if one.generation == number), None) if context else None


def proposal(parent: AgentContext, child: AgentContext | None, generation: int) -> AgentContext | None:
    """The child's context where it is its parent's plus exactly one new entry that claims no facts; else None."""
    if child is None or len(child.history) != len(parent.history) + 1:
        return None
    newest = child.history[-1]
    sound = (
        child.history[:-1] == parent.history
        and child.purpose == parent.purpose
        and newest.generation == generation
        and newest.facts is None
        and newest.claim is not None
    )
    return child if sound else None


def goal_after(goal: Goal | None, met: bool) -> Goal | None:
    """A goal after one more life spent on it. Its status is the controller's to write."""
    if goal is None or goal.status != "open":
        return goal
    attempts = goal.attempts + 1
    if met:
        return goal.model_copy(update={"status": "met", "attempts": attempts})
    status = "dropped" if attempts >= GOAL_ATTEMPTS else "open"
    return goal.model_copy(update={"status": status, "attempts": attempts})


def chosen_goal(parent: AgentContext, child: AgentContext | None, operators: Goal | None) -> Goal | None:
    """The goal that a life worked on: the operator's, its parent's while that is open, else the one it proposed."""
    if operators is not None:
        same = parent.goal is not None and parent.goal.title == operators.title and parent.goal.status == "open"
        return operators.model_copy(update={"attempts": parent.goal.attempts}) if same and parent.goal else operators
    if parent.goal is not None and parent.goal.status == "open":
        return parent.goal
    if child is None or child.goal is None:
        return parent.goal if child is None else None
    return child.goal.model_copy(update={"status": "open", "attempts": 0})


def complete(
    parent: AgentContext, child: AgentContext | None, generation: int, goal: Goal | None, facts: Facts
) -> AgentContext:
    """The context that the generation's commit holds: the newest entry with its facts, within the cap.

    `child`: what `proposal` let through; without it the controller writes the whole entry. `goal`: after this life.
    """
    if child and len(child.history[-1].model_dump_json().encode()) > ENTRY_BYTES:
        child = None
    claimed = child.history[-1] if child else None
    title = goal.title if goal else (claimed.goal if claimed else "")
    claim: Claim | None = claimed.claim if claimed else None
    bounded = facts.model_copy(update={"reasons": tuple(bound(reason) for reason in facts.reasons[:REASONS])})
    seen = claimed.seen if claimed else ""
    entry = Entry(generation=generation, goal=title, claim=claim, seen=seen, facts=bounded)
    lessons = child.lessons if child else parent.lessons
    while len(json.dumps(lessons, ensure_ascii=False).encode()) > LESSONS_BYTES:
        lessons = lessons[1:]
    history = (*parent.history, entry)
    context = AgentContext(purpose=parent.purpose, goal=goal, history=history, lessons=lessons)
    while len(context.render().encode()) > CONTEXT_BYTES - ROOM_BYTES and len(context.history) > 1:
        context = context.model_copy(update={"history": context.history[1:]})
    return context


def bound(reason: str) -> str:
    """One reason as bounded, printable lines."""
    lines = [one_line(line, REASON_CHARS) for line in reason.splitlines()[:12]]
    return "\n".join(lines)[:REASON_CHARS]
