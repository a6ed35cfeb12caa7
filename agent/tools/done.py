"""End the life."""

from typing import ClassVar, Literal

from pydantic import Field

from agent.context import sentence
from agent.errors import ToolError
from agent.toolbox import Result, Tool
from agent.workspace import Workspace
from controller.contract import Claim


class Done(Tool):
    """End this life and hand on what stands: code, or only the history of what was tried.

    summary: what is different now, or why nothing is. lesson: a sentence that would have helped you.
    expected: what the next life should see to be different, and how. seen: what you saw of what the last one expected.
    dropped: numbers of lessons that facts contradict or that help least.
    removed: what rightly went (functions, options, tests), each by its name.
    mutant: if only tests changed, a unified diff of agent/ that the new test alone notices.
    """

    ends: ClassVar[bool] = True
    when_refused: ClassVar[str] = "Repair this, or hand off history."
    outcome: Literal["code", "history"]
    summary: str
    lesson: str = ""
    expected: str = ""
    seen: str = ""
    dropped: tuple[int, ...] = ()
    removed: str = ""
    mutant: str = Field(default="", max_length=1500)

    def run(self, workspace: Workspace) -> Result:
        """Ask whether code may be handed on. Raises Refused, and ToolError where the call itself is not whole."""
        if self.outcome == "history":
            return Result("handed off")
        changed = workspace.changes()
        if not changed:
            raise ToolError("nothing was changed: change something, or hand off history")
        if not self.mutant.strip() and all(path.startswith("tests/") for path in changed):
            raise ToolError("only tests changed: give in `mutant` a change to agent/ that only the new test notices")
        workspace.require_sound(lint=True)
        if workspace.birth.asks:
            workspace.push(self.claim(), self.seen, self.dropped)
            workspace.require_leave()
        return Result("handed off")

    def claim(self) -> Claim:
        """What the life says of itself, in sentences that the contract allows."""
        expected = self.expected
        if self.removed:  # first, for a sentence is cut; the gates look for its names in the claim
            expected = f"Removed: {self.removed}. {expected}"
        return Claim(
            outcome=self.outcome,
            summary=sentence(self.summary),
            expected=sentence(expected),
            lesson=sentence(self.lesson),
            mutant=self.mutant,
        )
