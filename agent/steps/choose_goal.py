"""The first step: what this life works towards, and how. It reads before it chooses."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from agent.brief import Brief
from agent.code_map import unfinished
from agent.context import known_goal, sentence
from agent.conversation import Conversations
from agent.errors import Refused, ToolError
from agent.text import clip, fence
from agent.toolbox import Result, Tool, Toolbox, Tools
from agent.tools.history import History
from agent.tools.outline import Outline
from agent.tools.search import Search
from agent.tools.str_replace_based_edit_tool import Editor
from agent.workspace import Workspace
from controller.contract import Goal, Line, Sentence

SHOWN = 4000  # characters of a plan, of what an attempt changed
LOOKS = 24  # calls that only read, before the choice


class Keep(Tool):
    """Go on with the open goal, by this plan."""

    ends: ClassVar[bool] = True
    steps: tuple[str, ...]


class Choice(Keep):
    """The goal of this life, and the plan."""

    when_refused: ClassVar[str] = "Choose again."
    title: Line
    why: Sentence
    done_when: tuple[Line, ...] = Field(default=(), max_length=5)
    expected: Sentence = ""
    file: str = ""
    function: str = ""
    severity: str = ""
    evidence: Sentence = ""


class Change(Choice):
    """Leave the open goal for another, and plan that. leaves: why it is left, and what you saw that shows it."""

    leaves: Sentence = Field(min_length=1)


# The first is what a model calls that knows nothing of a life
CHOICES: Tools = {"choose_goal": Choice}
OPEN_CHOICES: Tools = {"keep_goal": Keep, "choose_goal": Change}
LOOKING: Tools = {"outline": Outline, "search": Search, "history": History, "str_replace_based_edit_tool": Editor}


class Choosing(Toolbox):
    """The tools of this step: a bounded number of looks, and a choice that can be worked towards."""

    def __init__(self, workspace: Workspace, choices: Tools) -> None:
        """`choices`: what ends the step."""
        super().__init__(workspace, {**choices, **LOOKING})
        self._looks = 0
        self._debt_is_told = False

    def act(self, tool: Tool) -> Result:
        """Run a call. Raises Refused where a goal cannot be worked towards, ToolError past the last look."""
        if isinstance(tool, Choice):
            self._require_open(tool)
        if isinstance(tool, Editor) and tool.command != "view":
            raise ToolError("view only: choose first")
        if not tool.ends:
            self._looks += 1
            if self._looks > LOOKS:
                raise ToolError("no looks are left: choose now")
        return super().act(tool)

    def _require_open(self, choice: Choice) -> None:
        """Raise Refused where something else goes first, or the goal is met already."""
        debt = debt_before(choice, self._workspace)
        if debt and not self._debt_is_told:
            self._debt_is_told = True
            raise Refused(f"UNFINISHED goes first: {debt}; or name a bug's `file`, or call again")
        if choice.done_when and self._workspace.goal_checks_succeed(choice.done_when):
            raise Refused("done_when succeeds already (without .git)")


def choose_goal(conversations: Conversations, workspace: Workspace, brief: Brief) -> tuple[Goal, str]:
    """The operator's goal, else the one that is open, if the model keeps it, else the model's; and the plan.

    Raises NoAnswer.
    """
    known = known_goal(workspace.memory, workspace.birth)
    if known is not None and workspace.birth.goal is not None:
        return known, brief.plan
    name, before, choices = "goal", "", CHOICES
    if known is not None:
        name, before, choices = "open_goal", last_attempt(workspace), OPEN_CHOICES
        brief = replace(brief, goal=known.model_dump_json(exclude_defaults=True), plan=before)
    choice = conversations.ask(brief.prompt(name), Choosing(workspace, choices), Keep)
    if isinstance(choice, Change):
        workspace.left = choice.leaves
    elif known is not None:
        return known, f"{plan_of(choice, workspace)}\n{before}"
    assert isinstance(choice, Choice)
    why = sentence(f"{choice.why} {choice.expected}")
    return Goal(title=choice.title, why=why, done_when=choice.done_when), plan_of(choice, workspace)


def debt_before(choice: Choice, workspace: Workspace) -> str:
    """The files that are to be finished before this goal; "" for a bug, which may go first."""
    if choice.file:
        return ""
    return ", ".join(path for path, text in workspace.sources().items() if unfinished(path, text))


def plan_of(choice: Keep, workspace: Workspace) -> str:
    """The plan in words; of a bug that was reported, with the code of its function."""
    apart = {*Goal.model_fields, "expected", "leaves"}
    plan = choice.model_dump_json(indent=1, exclude_defaults=True, exclude=apart)
    workspace.plan = plan
    if not isinstance(choice, Choice) or not choice.function:
        return plan
    around = workspace.git("grep", "-nW", "-e", f"def {choice.function}\\b", "--", choice.file, fine=128)
    return clip(f"{plan}\n{around}", SHOWN)


def last_attempt(workspace: Workspace) -> str:
    """The newest work that nobody took over: its plan, and what it changed; "" where there is none."""
    newest = ("--sort=-version:refname", "--count=1", "--format=%(refname)", "refs/attempts")
    ref = workspace.git("for-each-ref", *newest).strip()
    if not ref:
        return ""
    words = workspace.git("log", "-1", "--format=%B", "--stat", ref)
    return f"What it left at {ref}, by its own words and by git:\n{fence(clip(words, SHOWN), workspace.birth)}"
