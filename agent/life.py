"""One life, from top to bottom."""

from agent.brief import situation
from agent.context import read_context
from agent.errors import NoAnswer, WindDown
from agent.mind import Mind
from agent.model import Model
from agent.place import Place
from agent.steps import choose_goal, edit, make_plan
from agent.text import record
from agent.tools.done import Done
from controller.contract import ExitCode


def live(place: Place, model: Model) -> ExitCode:
    """Read the memory, choose a goal, plan, edit, check, publish. Where no answer comes, that is recorded."""
    place.memory = read_context(place.root)
    told = {"situation": situation(place.memory, place.birth, place.sources())}
    mind = Mind(model)
    unfinished = False
    try:
        goal = place.goal = choose_goal(mind, place, told)
        told["goal"] = record(goal)
        told["plan"] = make_plan(mind, place, told)
        done = edit(mind, place, told)
    except NoAnswer as end:
        unfinished = isinstance(end, WindDown)  # what stands goes along as the attempt, for a successor to pick up
        done = Done(outcome="history", summary=f"ended early: {end}")
    return hand_off(done, place, unfinished)


def hand_off(done: Done, place: Place, unfinished: bool) -> ExitCode:
    """Hand on code where it is changed and passes its check, else only the history."""
    claim = done.claim(hindrance(place) if done.outcome == "code" else "")
    if claim.outcome == "history" and not unfinished:
        place.revert()
    place.hand_on(claim, done.seen)
    return ExitCode.CODE if claim.outcome == "code" else ExitCode.HISTORY


def hindrance(place: Place) -> str:
    """Why code cannot be handed on, or nothing."""
    if not place.changes():
        return "nothing was changed"
    report = place.last_check()
    return "" if report.passed else f"the check {report}"
