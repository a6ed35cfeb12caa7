"""Find text or names in the code."""

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Search(Tool):
    """Find lines by an extended regular expression, in a file or folder, without what git ignores.

    symbols: only where a function or class with such a name is defined.
    """

    pattern: str
    path: str = "."
    symbols: bool = False

    def run(self, workspace: Workspace) -> Result:
        """Lines `path:number:text`. Raises ToolError."""
        pattern = self.pattern
        if self.symbols:
            pattern = rf"^\s*(async )?(def|class) \w*({self.pattern})"
        found = workspace.git("grep", "-nIE", "--untracked", "-e", pattern, "--", self.path, fine=1)
        return Result(found or "nothing found")
