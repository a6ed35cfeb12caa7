"""Take back changes."""

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Undo(Tool):
    """Take back the last change of the code, by any tool; again, and the one before it goes too."""

    def run(self, workspace: Workspace) -> Result:
        """What is changed now. Raises ToolError."""
        workspace.undo()
        changed = ", ".join(workspace.changes()) or "nothing"
        return Result(f"changed against the parent now: {changed}")
