"""End the life."""

from typing import ClassVar, Literal

from pydantic import Field

from agent.context import sentence
from agent.errors import ToolError
from agent.place import Place
from agent.toolbox import Tool
from controller.contract import Claim

TRIES = 3  # to end with the same work; then it is taken back


class Done(Tool):
    """End this life and hand on what stands: code, or only the history of what was tried."""

    ends: ClassVar[bool] = True
    outcome: Literal["code", "history"]
    summary: str = Field(description="what is different now, or why nothing is")
    lesson: str = Field(default="", description="a sentence that would have helped you")
    expected: str = Field(default="", description="what the next life should see to be different, and how")
    seen: str = Field(default="", description="what you saw of what the last life expected")
    dropped: list[int] = Field(default=[], description="numbers of lessons that facts contradict or that help least")
    mutant: str = Field(default="", max_length=1500, description="if only tests changed: a unified diff of agent/")

    def run(self, place: Place) -> str:
        if self.outcome == "history":
            return "handed off"
        if not (changed := place.changes()):
            raise ToolError("nothing was changed: change something, or hand off history")
        if not self.mutant.strip() and all(path.startswith("tests/") for path in changed):
            raise ToolError("only tests changed: give in `mutant` a change to agent/ that only the new test notices")
        place.problem = ""
        place.problem = place.hindrance()
        if place.birth.asks and not place.problem:
            place.hand_on(self.claim(), self.seen, self.dropped)
            place.problem = place.ask()
        place.refused += bool(place.problem)
        if place.problem and place.refused % TRIES:
            raise ToolError(f"{place.problem}\n\nRepair this, or hand off history.")
        return "handed off"

    def claim(self) -> Claim:
        told = {name: sentence(getattr(self, name)) for name in ("summary", "expected", "lesson")}
        return Claim(outcome=self.outcome, mutant=self.mutant, **told)
