"""The third step, where attempt after attempt failed: why, and what to do differently."""

from typing import ClassVar

from agent.brief import Brief
from agent.conversation import Conversations
from agent.toolbox import Tool, Toolbox
from agent.workspace import Workspace
from controller.contract import Sentence


class Diagnosis(Tool):
    """Why every attempt failed."""

    ends: ClassVar[bool] = True
    cause: Sentence
    instruction: Sentence


def diagnose(conversations: Conversations, workspace: Workspace, brief: Brief) -> Diagnosis:
    """What the model makes of all failures. Raises NoAnswer."""
    return conversations.ask(brief.prompt("diagnose"), Toolbox(workspace, {"diagnose": Diagnosis}), Diagnosis)
