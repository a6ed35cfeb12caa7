"""End the life."""

from typing import Literal

from pydantic import Field

from agent.context import sentence
from agent.errors import ToolError
from agent.place import Place
from agent.tools.base import Tool
from controller.contract import Claim

MUTANT_CHARS = 1500


class Done(Tool):
    """End this life and hand on what stands: code, or only the history of what was tried."""

    outcome: Literal["code", "history"]
    summary: str = Field(description="one sentence: what is different now, or why nothing is")
    lesson: str = Field(default="", description="one sentence that would have helped you; empty when there is none")
    expected: str = Field(default="", description="what should be seen to change, and how")
    seen: str = Field(default="", description="what you saw of what the last life expected")
    mutant: str = Field(default="", description="for a change of tests only: the unified diff against the parent")

    def run(self, place: Place) -> str:
        """Accept it, or say what is missing."""
        if self.outcome == "code":
            self._ready(place)
        place.claim = Claim(
            outcome=self.outcome,
            summary=sentence(self.summary),
            expected=sentence(self.expected),
            lesson=sentence(self.lesson),
            mutant=self.mutant,
        )
        place.seen = self.seen
        return "handed off"

    def _ready(self, place: Place) -> None:
        """Raises ToolError where code cannot be handed on."""
        changed = place.changes()
        if not changed:
            raise ToolError(
                f"nothing differs from the parent in {', '.join(place.genome)}; change it, or hand off history"
            )
        if len(self.mutant) > MUTANT_CHARS:
            raise ToolError(f"mutant has {len(self.mutant)} characters; at most {MUTANT_CHARS} are allowed")
        if only_tests(changed) and not self.mutant.strip():
            raise ToolError("only tests changed: give in `mutant` a change to agent/ that only your new test notices")
        report = place.last_check()
        if not report.passed:
            raise ToolError(f"{report}\n\nRepair this, or hand off history.")


def only_tests(paths: list[str]) -> bool:
    """Whether all of these are tests."""
    return all(path.startswith("tests/") for path in paths)
