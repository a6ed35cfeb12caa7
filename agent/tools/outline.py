"""Show what there is, before it is read."""

from agent.code_map import map_line, map_of, symbols
from agent.errors import ToolError
from agent.text import syntax_problem
from agent.toolbox import SHOWN, Result, Tool
from agent.workspace import Workspace


class Outline(Tool):
    """Show what a folder holds (each file, its bytes and what it is for), or what a Python file defines, by line."""

    path: str

    def run(self, workspace: Workspace) -> Result:
        """The lines. Raises ToolError."""
        held = workspace.texts(self.path)
        if len(held) != 1 or not self.path.endswith(".py"):
            return Result(map_of(held, SHOWN) or "nothing is here")
        [(path, text)] = held.items()
        if problem := syntax_problem(path, text):
            raise ToolError(problem)
        return Result("\n".join(symbols(text)) or map_line(path, text))
