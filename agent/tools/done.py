"""End the life."""

from typing import ClassVar, Literal

from pydantic import Field

from agent.context import sentence
from agent.errors import ToolError
from agent.place import Place
from agent.toolbox import Tool
from controller.contract import Claim


class Done(Tool):
    """End this life and hand on what stands: code, or only the history of what was tried."""

    ends: ClassVar[bool] = True
    outcome: Literal["code", "history"]
    summary: str = Field(description="one sentence: what is different now, or why nothing is")
    lesson: str = Field(default="", description="one sentence that would have helped you; empty if there is none")
    expected: str = Field(default="", description="what the next life should see to be different, and how")
    seen: str = Field(default="", description="what you saw of what the last life expected")
    mutant: str = Field(default="", max_length=1500, description="if only tests changed: a unified diff of agent/")

    def run(self, place: Place) -> str:
        if self.outcome == "history":
            return "handed off"
        changed = place.changes()
        if not changed:
            raise ToolError("nothing of the genome differs from the parent: change it, or hand off history")
        if only_tests(changed) and not self.mutant.strip():
            raise ToolError("only tests changed: give in `mutant` a change to agent/ that only the new test notices")
        report = place.last_check()
        problem = place.objection(self.claim(), self.seen) if report.passed else str(report)
        if problem:
            raise ToolError(f"{problem}\n\nRepair this, or hand off history.")
        return "handed off"

    def claim(self, problem: str = "") -> Claim:
        """What a life says of itself, within the contract's bounds."""
        summary = f"{problem[:200]}; {self.summary}" if problem else self.summary
        told = {"summary": sentence(summary), "expected": sentence(self.expected), "lesson": sentence(self.lesson)}
        return Claim(outcome="history", **told) if problem else Claim(outcome=self.outcome, mutant=self.mutant, **told)


def only_tests(paths: list[str]) -> bool:
    return all(path.startswith("tests/") for path in paths)
