"""One life, from top to bottom: read the memory, choose a goal, work, check, publish."""

from typing import ClassVar

from pydantic import Field

from agent import tools
from agent.brief import situation
from agent.context import known_goal, read_context, sentence
from agent.errors import NoAnswer, WindDown
from agent.mind import Mind
from agent.model import Model
from agent.place import Place
from agent.prompts import prompt
from agent.text import clip, fence
from agent.toolbox import Tool, Toolbox, found
from agent.tools.done import Done
from controller.contract import ExitCode, Goal, Line, Sentence

SHOWN = 4000  # characters of a plan, of a failure
ROUNDS = 4  # of work; what fails is taken back


class Choice(Tool):
    """The goal of this life, and the plan."""

    ends: ClassVar[bool] = True
    title: Line
    why: Sentence
    done_when: tuple[Line, ...] = Field(default=(), max_length=5)
    expected: Sentence = ""
    steps: tuple[str, ...] = ()
    checked_by: str = ""


def live(place: Place, model: Model) -> ExitCode:
    place.memory = read_context(place.root)
    told = {"situation": situation(place.memory, place.birth, place.sources()), "plan": prompt("plan")}
    mind = Mind(model, place)
    try:
        place.goal = choose_goal(mind, place, told)
        told["goal"] = place.goal.model_dump_json(exclude_defaults=True)
        done, unfinished = work(mind, place, told), mind.closing
    except NoAnswer as end:
        done, unfinished = Done(outcome="history", summary=f"ended early: {end}"), isinstance(end, WindDown)
    return hand_off(done, place, unfinished)


def choose_goal(mind: Mind, place: Place, told: dict[str, str]) -> Goal:
    """The operator's goal, an unfinished one, or a new one of the model's, with a plan. Raises NoAnswer."""
    if known := known_goal(place.memory, place.birth):
        return known
    chosen = mind.ask(prompt("goal", **told), "choose_goal", Choice)
    if chosen.steps:
        told["plan"] = clip("\n".join([*chosen.steps, f"Check: {chosen.checked_by}"]), SHOWN)
    why = sentence(f"{chosen.why} {chosen.expected}")
    return Goal(title=chosen.title, why=why, done_when=chosen.done_when)


def work(mind: Mind, place: Place, told: dict[str, str]) -> Done:
    """Until `done`, or only words, which then are the summary. What fails is taken back and tried again."""
    usable, broken = found(tools.__name__)
    told["broken"] = "\n".join(f"The tool {name} is broken and left out: {why}" for name, why in broken.items())
    told["failed"] = ""
    for _ in range(ROUNDS):
        box = Toolbox(place, usable)
        words = mind.work(prompt("work", **told), box) or "ended in silence"
        done = box.answer if isinstance(box.answer, Done) else Done(outcome="code", summary=words)
        if box.closing:
            return done.model_copy(update={"outcome": "history"})
        problem = place.hindrance() if done.outcome == "code" and place.changes() else ""
        if not problem:
            return done
        told["failed"] = prompt("failed", failed=fence(clip(problem, SHOWN), place.birth))
        place.restore(place.good)
    return Done(outcome="history", summary=f"{ROUNDS} attempts failed: {problem}", lesson=done.lesson)


def hand_off(done: Done, place: Place, unfinished: bool) -> ExitCode:
    """Code where it is changed and passes its check, else the history; unfinished work goes as the attempt."""
    claim = done.claim(place.hindrance() if done.outcome == "code" else "")
    if claim.outcome == "history" and not unfinished:
        place.restore(place.steps[0])
    place.hand_on(claim, done.seen)
    return ExitCode.CODE if claim.outcome == "code" else ExitCode.HISTORY
