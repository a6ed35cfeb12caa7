"""Show what there is, before it is read."""

from agent.code_map import map_of, symbols
from agent.errors import ToolError
from agent.toolbox import SHOWN, Result, Tool
from agent.workspace import Workspace


class Outline(Tool):
    """Show what a folder holds (each file, its bytes and what it is for), or what a Python file defines, by line."""

    path: str

    def run(self, workspace: Workspace) -> Result:
        """The lines. Raises ToolError."""
        held = workspace.texts(self.path)
        if not held:
            raise ToolError(f"nothing is at {self.path}, or git ignores it")
        if len(held) > 1:
            return Result(map_of(held, SHOWN))
        [(path, text)] = held.items()
        try:
            return Result("\n".join(symbols(text)) or "no class, no function")
        except (SyntaxError, ValueError) as error:
            raise ToolError(f"{path}: {error}") from error
