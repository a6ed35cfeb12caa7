"""The last step: push what stands, with one more entry in the memory."""

from agent.tools.done import Done
from agent.workspace import Workspace
from controller.contract import ExitCode


def hand_on(workspace: Workspace, done: Done) -> ExitCode:
    """Push, and say what was pushed. Raises ToolError where git cannot."""
    workspace.push(done.claim(), done.seen, done.dropped)
    if done.outcome == "code":
        return ExitCode.CODE
    return ExitCode.HISTORY
