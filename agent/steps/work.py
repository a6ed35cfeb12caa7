"""The second step: work towards the goal, and again where an attempt fails."""

from dataclasses import replace
from typing import ClassVar

from agent import tools
from agent.brief import Brief
from agent.conversation import Conversations, End
from agent.errors import Refused
from agent.prompts import prompt
from agent.text import clip, fence
from agent.toolbox import Tool, Toolbox, find_tools
from agent.tools.done import Done
from agent.workspace import Workspace
from controller.contract import Sentence

SHOWN = 4000  # characters of a failure, of its diff
ROUNDS = 4  # attempts, the last after a diagnosis


class Diagnosis(Tool):
    """Why every attempt failed."""

    ends: ClassVar[bool] = True
    cause: Sentence
    instruction: Sentence


def work(conversations: Conversations, workspace: Workspace, brief: Brief) -> Done:
    """How the life ends: with code that is sound, or as history. Raises NoAnswer."""
    usable, broken = find_tools(tools.__name__)
    lines = [f"The tool {name} is broken and left out: {why}" for name, why in broken.items()]
    brief = replace(brief, broken="\n".join(lines))
    failed: list[str] = []
    instruction = ""
    while True:
        end = conversations.hold(brief.prompt("work"), Toolbox(workspace, usable))
        done, problem = judged(end, workspace)
        if not problem:
            return done
        failed.append(failure(problem, workspace))
        if len(failed) == ROUNDS:  # what stands stays: it goes along as the attempt
            lesson = done.lesson or instruction
            return Done(outcome="history", summary=f"{ROUNDS} attempts failed: {problem}", lesson=lesson)
        workspace.restore(workspace.good)
        brief = replace(brief, failed=prompt("failed", failed=failed[-1]))
        if len(failed) == ROUNDS - 1:
            why = replace(brief, failed="\n".join(failed)).prompt("diagnose")
            found = conversations.ask(why, Toolbox(workspace, {"diagnose": Diagnosis}), Diagnosis)
            instruction = found.instruction
            brief = replace(brief, failed=f"{brief.failed}\n{found.cause} {instruction}")


def judged(end: End, workspace: Workspace) -> tuple[Done, str]:
    """What the end of a conversation comes to, and why its work cannot be handed on; "" where it can."""
    done = Done(outcome="code", summary=end.words or "ended in silence")
    if isinstance(end.answer, Done):
        done = end.answer
    if end.is_last or done.outcome == "history":
        return done.model_copy(update={"outcome": "history"}), ""
    if end.refused:
        return done, end.refused
    if not workspace.changes():
        return done.model_copy(update={"outcome": "history", "summary": f"nothing was changed; {done.summary}"}), ""
    try:
        workspace.require_sound(lint=isinstance(end.answer, Done))
    except Refused as refusal:
        return done, str(refusal)
    return done, ""


def failure(problem: str, workspace: Workspace) -> str:
    """What failed, with its diff, as data."""
    diff = workspace.git("diff", workspace.good)
    return fence(f"{clip(problem, SHOWN)}\n{clip(diff, SHOWN)}", workspace.birth)
