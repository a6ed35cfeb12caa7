"""Look up what earlier lives did."""

from agent.toolbox import Result, Tool
from agent.workspace import Workspace
from controller.contract import CONTEXT_FILE

LINE = "--format=%h %s %(trailers:key=Heirloom-Outcome)"


class History(Tool):
    """Find earlier lives by what they tried, learned or were refused for (a regular expression). Look with git show."""

    query: str

    def run(self, workspace: Workspace) -> Result:
        """Commits by their messages, then changes of the memory. Raises ToolError."""
        commits = workspace.git("log", "--all", "-n30", "-i", "-E", f"--grep={self.query}", LINE)
        changes = workspace.git("log", "-n5", "-pU0", f"-G{self.query}", LINE, "--", CONTEXT_FILE)
        return Result((commits + changes).strip() or "nothing found")
