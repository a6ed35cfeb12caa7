"""One life, from top to bottom: read the memory, choose a goal, work, check, publish."""

from typing import ClassVar

from pydantic import Field

from agent import tools
from agent.brief import situation, unfinished
from agent.context import known_goal, read_context, sentence
from agent.errors import NoAnswer, ToolError, WindDown
from agent.mind import Mind
from agent.model import Model
from agent.place import Place
from agent.prompts import prompt
from agent.text import clip, fence
from agent.toolbox import Tool, Toolbox, found
from agent.tools.done import Done
from controller.contract import ExitCode, Goal, Line, Sentence

SHOWN = 4000  # characters of a plan, of a failure
ROUNDS = 4  # of work, the last after a diagnosis


class Choice(Tool):
    """The goal of this life, and the plan."""

    ends: ClassVar[bool] = True
    title: Line
    why: Sentence
    done_when: tuple[Line, ...] = Field(default=(), max_length=5)
    expected: Sentence = ""
    steps: tuple[str, ...]
    file: str = ""
    function: str = ""
    severity: str = ""
    evidence: Sentence = ""

    def run(self, place: Place) -> str:
        """Debt goes first: said once."""
        debt = ", ".join(path for path, text in place.sources().items() if unfinished(path, text))
        if debt and not (self.file or place.problem):
            place.problem = f"UNFINISHED goes first: {debt}; or name a bug's `file`, or call again"
            raise ToolError(place.problem)
        clean = "git archive HEAD|(cd $(mktemp -d);tar x"
        if self.done_when and all(place.shell.run(f"{clean};{one}\n)", 60)[1:7] == "exit 0" for one in self.done_when):
            raise ToolError("done_when succeeds already (without .git)")
        return "noted"


class Diagnosis(Tool):
    """Why every attempt failed."""

    ends: ClassVar[bool] = True
    cause: Sentence
    instruction: Sentence


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
    if done.outcome == "history" and not unfinished:
        place.restore(place.steps[0])  # unfinished work goes along, as the attempt
    place.hand_on(done.claim(), done.seen, done.dropped)
    return ExitCode.CODE if done.outcome == "code" else ExitCode.HISTORY


def choose_goal(mind: Mind, place: Place, told: dict[str, str]) -> Goal:
    """One that is known, else the model's, with a plan. Raises NoAnswer."""
    if known := known_goal(place.memory, place.birth):
        return known
    chosen = mind.ask(prompt("goal", **told), "choose_goal", Choice)
    around = place.git("grep", "-nW", "-e", f"def {chosen.function}\\b", "--", chosen.file, fine=128)
    plan = chosen.model_dump_json(indent=1, exclude_defaults=True, exclude={*Goal.model_fields, "expected"})
    told["plan"] = clip(f"{plan}\n{around}", SHOWN)
    why = sentence(f"{chosen.why} {chosen.expected}")
    return Goal(title=chosen.title, why=why, done_when=chosen.done_when)


def work(mind: Mind, place: Place, told: dict[str, str]) -> Done:
    """Until `done`, or words alone. What fails is taken back and tried again."""
    usable, broken = found(tools.__name__)
    told["broken"] = "\n".join(f"The tool {name} is broken and left out: {why}" for name, why in broken.items())
    told["failed"], problems, instruction = "", list[str](), ""
    while len(problems) < ROUNDS:
        box = Toolbox(place, usable)
        words = mind.work(prompt("work", **told), box) or "ended in silence"
        done = box.answer if isinstance(box.answer, Done) else Done(outcome="code", summary=words)
        if box.closing:
            return done.model_copy(update={"outcome": "history"})
        if done.outcome == "code" and not place.changes():
            return done.model_copy(update={"outcome": "history", "summary": f"nothing was changed; {done.summary}"})
        problem = place.hindrance() if done.outcome == "code" else ""
        if not problem:
            return done
        tried = clip(place.git("diff", place.good), SHOWN)
        problems.append(fence(f"{clip(problem, SHOWN)}\n{tried}", place.birth))
        place.restore(place.good)
        told["failed"] = prompt("failed", failed=problems[-1])
        if len(problems) == ROUNDS - 1:
            why = mind.ask(prompt("diagnose", **{**told, "failed": "\n".join(problems)}), "diagnose", Diagnosis)
            instruction = why.instruction
            told["failed"] += f"\n{why.cause} {instruction}"
    return Done(outcome="history", summary=f"{ROUNDS} attempts failed: {problem}", lesson=done.lesson or instruction)
