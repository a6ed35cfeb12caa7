"""One life, from top to bottom."""

from agent.brief import situation
from agent.context import read_context
from agent.errors import NoAnswer, WindDown
from agent.hand_off import hand_off
from agent.mind import Mind
from agent.model import Model
from agent.place import Place
from agent.steps import choose_goal, edit, make_plan
from agent.text import record
from agent.tools.done import Done
from controller.contract import ExitCode, Goal


def live(place: Place, model: Model) -> ExitCode:
    """Read the memory, choose a goal, plan, edit, check, publish. Where no answer comes, that is recorded."""
    context = read_context(place.root)
    told = {"situation": situation(context, place.birth, place.sources())}
    mind = Mind(model)
    goal: Goal | None = None
    unfinished = False
    try:
        goal = choose_goal(mind, place, context, told)
        told["goal"] = record(goal)
        told["plan"] = make_plan(mind, place, told)
        done = edit(mind, place, told)
    except WindDown as end:  # what stands goes along as the attempt, for a successor to pick up
        unfinished = True
        done = Done(outcome="history", summary=f"ended early: {end}; goal: {goal.title if goal else 'none'}")
    except NoAnswer as end:
        done = Done(outcome="history", summary=f"ended early: {end}")
    return hand_off(done, place, context, goal, unfinished)
