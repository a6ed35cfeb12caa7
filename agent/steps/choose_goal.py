"""The first step: what this life works towards, and how."""

from typing import ClassVar

from pydantic import Field

from agent.brief import Brief, unfinished
from agent.context import known_goal, sentence
from agent.conversation import Conversations
from agent.errors import NoAnswer
from agent.text import clip
from agent.toolbox import Tool
from agent.workspace import Workspace
from controller.contract import Goal, Line, Sentence

SHOWN = 4000  # characters of a plan
TRIES = 3  # to choose a goal that is not met already


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


def choose_goal(conversations: Conversations, workspace: Workspace, brief: Brief) -> tuple[Goal, str]:
    """The goal that is known, else the model's, and the plan. Raises NoAnswer."""
    known = known_goal(workspace.memory, workspace.birth)
    if known is not None:
        return known, brief.plan
    choice = chosen(conversations, workspace, brief.prompt("goal"))
    why = sentence(f"{choice.why} {choice.expected}")
    return Goal(title=choice.title, why=why, done_when=choice.done_when), plan_of(choice, workspace)


def chosen(conversations: Conversations, workspace: Workspace, question: str) -> Choice:
    """What the model chooses, once nothing is to be said against it. Raises NoAnswer."""
    objection = ""
    debt_is_told = False
    for _ in range(TRIES):
        choice = conversations.ask(f"{question}{objection}", "choose_goal", Choice)
        debt = debt_before(choice, workspace)
        if debt and not debt_is_told:
            debt_is_told = True
            problem = f"UNFINISHED goes first: {debt}; or name a bug's `file`, or call again"
        elif choice.done_when and workspace.goal_checks_succeed(choice.done_when):
            problem = "done_when succeeds already (without .git)"
        else:
            return choice
        objection = f"\n\nYou chose {choice.model_dump_json(exclude_defaults=True)}\nNot taken: {problem}."
    raise NoAnswer(f"{TRIES} goals were chosen that cannot be worked towards")


def debt_before(choice: Choice, workspace: Workspace) -> str:
    """The files that are to be finished before this goal; "" for a bug, which may go first."""
    if choice.file:
        return ""
    return ", ".join(path for path, text in workspace.sources().items() if unfinished(path, text))


def plan_of(choice: Choice, workspace: Workspace) -> str:
    """The plan in words; of a bug that was reported, with the code of its function."""
    plan = choice.model_dump_json(indent=1, exclude_defaults=True, exclude={*Goal.model_fields, "expected"})
    around = workspace.git("grep", "-nW", "-e", f"def {choice.function}\\b", "--", choice.file, fine=128)
    return clip(f"{plan}\n{around}", SHOWN)
