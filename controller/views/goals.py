"""`heirloom goals`: the operator's queue, and what became of each goal, from the branch alone."""

from typing import Any

from rich.console import Console

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, Goal, one_line
from controller.git.log import generations, newest_on
from controller.memory import parse_context
from controller.state.place import Place
from controller.views.text import json_line, printable

COLOURS = {"met": "green", "dropped": "red", "open": "cyan", "waiting": "white"}


def rows(place: Place, goals: tuple[Goal, ...]) -> list[dict[str, Any]]:
    """Each goal with its status, the lives spent on it, and the generation that ended it or worked on it last."""
    tip = place.repository.tip(place.ref)
    last = newest_on(generations(place.repository, tip)) if tip else {}
    found = []
    for goal in goals:
        told: dict[str, Any] = {"title": goal.title, "status": "waiting", "lives": 0, "generation": None}
        if one := last.get(one_line(goal.title)):
            context = parse_context(place.repository.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES))
            if context and context.goal and context.goal.title == goal.title:
                told |= {"status": context.goal.status, "lives": context.goal.attempts, "generation": one.number}
        found.append(told)
    return found


def show(place: Place, goals: tuple[Goal, ...], console: Console, as_json: bool) -> None:
    """Print them in their order."""
    for told in rows(place, goals):
        if as_json:
            json_line(console, told)
            continue
        when = f"  generation {told['generation']}, {told['lives']} lives" if told["generation"] else ""
        console.print(f"[{COLOURS[told['status']]}]{told['status']:8}[/] {printable(told['title'])}{when}")
    if not goals and not as_json:
        console.print("there is no goals.toml here, or no [[goal]] in it", markup=False)
