"""Where a life works: its clone, its shell, and the check of what stands there."""

from collections.abc import Callable
from pathlib import Path

from agent.check import Report, check
from agent.context import with_entry, write_context
from agent.publish import Clone
from agent.shell import Shell
from controller.contract import CONTEXT_FILE, AgentContext, Birth, Claim, Goal


class Place(Clone):
    """What tools and steps get. `ask`: what the gate refuses of what was pushed, or nothing."""

    memory: AgentContext  # as it was at birth
    goal: Goal | None = None

    def __init__(self, root: Path, birth: Birth, shell: Shell, ask: Callable[[], str] = str) -> None:
        super().__init__(root, birth)
        self.shell, self.ask = shell, ask
        self._checked: dict[str, Report] = {}

    def check(self) -> Report:
        report = check(self.root, self.sources(), self.shell.environment, self.shell.out / "check.txt")
        self._checked = {self.tree(): report}
        return report

    def last_check(self) -> Report:
        """The check of what stands now: not again where nothing was changed since."""
        return self._checked.get(self.tree()) or self.check()

    def hand_on(self, claim: Claim, seen: str) -> None:
        """Write the memory and push all."""
        write_context(self.root, with_entry(self.memory, self.birth.generation, self.goal, claim, seen))
        self.push(f"Generation {self.birth.generation}: {claim.summary}")

    def objection(self, claim: Claim, seen: str) -> str:
        """What the gate has against handing this on, or nothing. The memory's file is left as it was."""
        if not self.birth.asks:
            return ""
        self.hand_on(claim, seen)
        self.git("checkout", "--quiet", self.birth.parent, "--", CONTEXT_FILE)
        return self.ask()
