"""Run a command."""

from typing import ClassVar

from pydantic import Field

from agent.place import Place
from agent.toolbox import Tool


class Bash(Tool):
    """Run a bash command: its exit code, then stdout and stderr merged.

    Working directory and exported variables last from call to call; stdin is empty. Of long output head and tail are
    shown, and the file that holds the whole.
    """

    typed: ClassVar[str] = "bash_20250124"
    command: str
    timeout: float = Field(default=120, gt=0, le=600, description="seconds")

    def run(self, place: Place) -> str:
        return place.shell.run(self.command, self.timeout)
