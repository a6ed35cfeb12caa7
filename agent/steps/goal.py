"""Choose what this life works towards: the operator's goal, an unfinished one, or a new one of the model's."""

from collections.abc import Mapping

from pydantic import BaseModel

from agent.context import known_goal, sentence
from agent.mind import Mind
from agent.prompts import prompt
from controller.contract import AgentContext, Birth, Goal, one_line

TITLE, COMMANDS = 200, 5


class ChooseGoal(BaseModel):
    """The goal of this life."""

    title: str
    why: str
    done_when: list[str] = []
    expected: str = ""


def choose_goal(mind: Mind, context: AgentContext, birth: Birth, told: Mapping[str, str]) -> tuple[Goal, str]:
    """The goal, and what it is expected to change where that was said. Raises NoAnswer."""
    known = known_goal(context, birth)
    if known is not None:
        return known, ""
    chosen = mind.ask(prompt("goal", told), ChooseGoal)
    return as_goal(chosen, birth.generation), sentence(chosen.expected)


def as_goal(chosen: ChooseGoal, generation: int) -> Goal:
    """A model's words as a goal within the contract's bounds; a command that is too long is left out, never cut."""
    commands = [one for one in (command.strip() for command in chosen.done_when) if 0 < len(one) <= TITLE]
    title = one_line(chosen.title, TITLE) or f"Goal of generation {generation}"
    return Goal(title=title, why=sentence(chosen.why), done_when=tuple(commands[:COMMANDS]))


def goal_text(goal: Goal, expected: str) -> str:
    """A goal as the model reads it."""
    lines = [goal.title]
    lines += [f"why: {goal.why}"] if goal.why else []
    lines += [f"done when this succeeds: {command}" for command in goal.done_when]
    lines += [f"lives spent on it before this one: {goal.attempts}"] if goal.attempts else []
    return "\n".join([*lines, f"expected: {expected}"] if expected else lines)
