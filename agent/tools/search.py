"""Find text or names in the code."""

from fnmatch import fnmatch

from pydantic import Field

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Search(Tool):
    """Find lines by an extended regular expression, in a file or folder, without what git ignores.

    symbols: only where a function or class with such a name is defined. glob: only in files whose path or name fits,
    as *.md. context: so many lines around each.
    """

    pattern: str
    path: str = "."
    symbols: bool = False
    glob: str = ""
    context: int = Field(default=0, ge=0, le=20)

    def run(self, workspace: Workspace) -> Result:
        """Lines `path:number:text`, those around them `path-number-text`. Raises ToolError."""
        pattern = self.pattern
        if self.symbols:
            pattern = rf"^\s*(async )?(def|class) \w*({self.pattern})"
        paths = [self.path]
        if self.glob:
            glob = f"*/{self.glob}".replace("**/", "*")
            paths = [path for path in workspace.texts(self.path) if fnmatch(f"/{path}", glob)]
            if not paths:
                return Result("no file fits the glob")
        words = ("-nIE", f"-C{self.context}", "--untracked", "-e", pattern, "--", *paths)
        return Result(workspace.git("grep", *words, fine=1) or "nothing found")
