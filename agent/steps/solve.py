"""The one step of a life that works on a task: a folder that is not itself. Nothing is pushed."""

from typing import ClassVar, Literal

from agent import tools
from agent.brief import budget
from agent.code_map import map_of
from agent.conversation import Conversations
from agent.errors import NoAnswer
from agent.prompts import prompt
from agent.toolbox import Tool, Toolbox, find_tools
from agent.workspace import Workspace
from controller.contract import ExitCode, Task

SHOWN = 4000  # characters of the map
OF_ITSELF = ("check", "history")  # tools that say nothing of another repository


class Finish(Tool):
    """End: the task is done (code), or it is not (history). All that stands in the folder is the answer."""

    ends: ClassVar[bool] = True
    outcome: Literal["code", "history"]
    summary: str


def solve(conversations: Conversations, workspace: Workspace, task: Task) -> ExitCode:
    """Work on a task, and say whether it is done. Words alone are the end, as a call of `done` is."""
    usable, _ = find_tools(tools.__name__)
    offered = {name: tool for name, tool in usable.items() if name not in OF_ITSELF} | {"done": Finish}
    sources = map_of(workspace.sources(), SHOWN)
    first = prompt("task", instruction=task.instruction, map=sources, budget=budget(workspace.birth))
    try:
        end = conversations.hold(first, Toolbox(workspace, offered))
    except NoAnswer:
        return ExitCode.HISTORY
    if isinstance(end.answer, Finish):
        return ExitCode[end.answer.outcome.upper()]
    if end.only_talked:
        return ExitCode.CODE
    return ExitCode.HISTORY
