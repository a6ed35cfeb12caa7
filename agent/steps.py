"""The steps of a life that need a model: choose a goal, plan, edit. Each raises NoAnswer."""

from typing import ClassVar

from agent import tools
from agent.context import known_goal, sentence
from agent.mind import Mind
from agent.place import Place
from agent.prompts import prompt
from agent.text import clip, record
from agent.toolbox import Tool, Toolbox, found
from agent.tools.done import Done
from controller.contract import Goal, one_line

Told = dict[str, str]
TITLE, COMMANDS = 200, 5  # the contract's bounds of a goal
PLAN = 4000  # characters


class Choice(Tool):
    """The goal of this life."""

    ends: ClassVar[bool] = True
    title: str
    why: str
    done_when: tuple[str, ...] = ()
    expected: str = ""


class Plan(Tool):
    """The plan of this life."""

    ends: ClassVar[bool] = True
    steps: tuple[str, ...]
    checked_by: str


def choose_goal(mind: Mind, place: Place, told: Told) -> Goal:
    """The operator's goal, an unfinished one, or a new one of the model's."""
    known = known_goal(place.memory, place.birth)
    return known or as_goal(mind.ask(prompt("goal", told), place, "choose_goal", Choice))


def as_goal(chosen: Choice) -> Goal:
    """A model's words within the contract's bounds. A command that is too long is left out, never cut."""
    commands = [one.strip() for one in chosen.done_when if 0 < len(one.strip()) <= TITLE]
    expected = f" Expected: {chosen.expected}" if chosen.expected else ""
    title = one_line(chosen.title, TITLE) or "A goal without a title"
    return Goal(title=title, why=sentence(chosen.why + expected), done_when=tuple(commands[:COMMANDS]))


def make_plan(mind: Mind, place: Place, told: Told) -> str:
    """What will be done, and how it will be checked."""
    return clip(record(mind.ask(prompt("plan", told), place, "make_plan", Plan)), PLAN)


def edit(mind: Mind, place: Place, told: Told) -> Done:
    """Work until `done`, or until the model only talks: then its words are the summary."""
    usable, broken = found(tools.__name__)
    box = Toolbox(place, usable)
    left_out = [f"The tool {name} is broken and left out: {why}" for name, why in broken.items()]
    words = mind.work(prompt("edit", {**told, "broken": "\n".join(left_out)}), box)
    return box.answer if isinstance(box.answer, Done) else Done(outcome="code", summary=words or "ended in silence")
