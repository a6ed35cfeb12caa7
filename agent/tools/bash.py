"""Run a command."""

from typing import ClassVar

from pydantic import Field

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Bash(Tool):
    """Run a bash command: its exit code, then stdout and stderr merged.

    Working directory and exported variables last from call to call; stdin is empty. Of long output head and tail are
    shown, and the file that holds the whole. timeout: in seconds.
    """

    typed: ClassVar[str] = "bash_20250124"
    command: str
    timeout: float = Field(default=120, gt=0, le=600)

    def run(self, workspace: Workspace) -> Result:
        """How it ended, and its output."""
        result = workspace.shell.run(self.command, self.timeout)
        return Result(str(result), failed=not result.succeeded)
