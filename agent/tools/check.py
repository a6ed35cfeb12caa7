"""Check what stands now."""

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Check(Tool):
    """Compile and import all of agent/ and run its tests, those of what changed first; then ruff and mypy."""

    def run(self, workspace: Workspace) -> Result:
        """The report."""
        report = workspace.check(lint=True)
        return Result(str(report), failed=not report.passed)
