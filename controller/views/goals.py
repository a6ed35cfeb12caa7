"""`heirloom goals`: the goals of the operator's file, and what became of each, from the branch alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rich.console import Console

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, Goal, one_line
from controller.git.log import Generation, generations, newest_on
from controller.memory import parse_context
from controller.state.place import Place
from controller.state.presence import check_name, ref_of
from controller.views.text import json_line, lives_of, printable

COLOURS = {"met": "green", "dropped": "red", "open": "cyan", "waiting": "white"}


@dataclass(frozen=True)
class Standing:
    """What became of a goal: the lives spent on it, and the generation that ended it or worked on it last."""

    title: str
    status: str = "waiting"
    lives: int = 0
    generation: int | None = None


def standings(place: Place, goals: tuple[Goal, ...]) -> list[Standing]:
    """Each goal, in the order of the file. Raises RequestError where there are other lineages, and not this one."""
    check_name(place)
    ref = ref_of(place.repository, place.branch)
    newest = newest_on(generations(place.repository, ref)) if ref else {}
    return [standing(place, goal, newest) for goal in goals]


def standing(place: Place, goal: Goal, newest: Mapping[str, Generation]) -> Standing:
    """What became of one goal; `newest`: the last generation that worked on each title."""
    last = newest.get(one_line(goal.title))
    if last is None:
        return Standing(goal.title)
    context = parse_context(place.repository.read(last.commit, CONTEXT_FILE, CONTEXT_BYTES))
    if context is None or context.goal is None or context.goal.title != goal.title:
        return Standing(goal.title)
    return Standing(goal.title, context.goal.status, context.goal.attempts, last.number)


def show(place: Place, goals: tuple[Goal, ...], console: Console, as_json: bool) -> None:
    """Print them in their order."""
    found = standings(place, goals)
    if as_json:
        for one in found:
            json_line(console, asdict(one))
        return
    for one in found:
        console.print(line(one))
    if not found:
        console.print("there is no goals.toml here, or no [[goal]] in it", markup=False)


def line(one: Standing) -> str:
    """One goal, as rich's markup."""
    text = f"[{COLOURS[one.status]}]{one.status:8}[/] {printable(one.title)}"
    if one.generation is None:
        return text
    return f"{text}  generation {one.generation}, {lives_of(one.lives)}"
