"""Keep a plan."""

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Plan(Tool):
    """Write your plan anew, in a few lines: what is done, what is open, what you tried and found.

    It stays with you when a long conversation is shortened, and goes along with what you leave unfinished.
    """

    text: str

    def run(self, workspace: Workspace) -> Result:
        """Keep it."""
        workspace.plan = self.text
        return Result("kept")
