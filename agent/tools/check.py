"""Check what stands now."""

from agent.text import clip
from agent.toolbox import Result, Tool
from agent.workspace import Workspace

SHOWN = 4000  # characters of the diff


class Check(Tool):
    """Compile and import all of agent/ and run its tests, those of what changed first; then ruff and mypy.

    What passes is shown as a diff: what `done` would hand on.
    tests: run only these (file, or file::name), without ruff and mypy.
    """

    tests: tuple[str, ...] = ()

    def run(self, workspace: Workspace) -> Result:
        """The report. Raises ToolError."""
        if self.tests:
            some = workspace.run_tests(list(self.tests))
            return Result(str(some), failed=not some.passed)
        report = workspace.check(lint=True)
        if not report.passed:
            return Result(str(report), failed=True)
        diff = workspace.git("diff", workspace.birth.parent, workspace.step())
        return Result(f"{report}\n{clip(diff, SHOWN)}")
