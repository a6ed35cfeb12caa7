"""Where a life works: its clone, its shell, and the check of what stands there."""

from pathlib import Path

from agent.check import Report, check
from agent.publish import Clone
from agent.shell import Shell
from controller.contract import Birth


class Place(Clone):
    """What tools and steps get."""

    def __init__(self, root: Path, birth: Birth, shell: Shell) -> None:
        super().__init__(root, birth)
        self.shell = shell
        self._checked: dict[str, Report] = {}

    def check(self) -> Report:
        report = check(self.root, self.sources(), self.shell.environment, self.shell.out / "check.txt")
        self._checked = {self.tree(): report}
        return report

    def last_check(self) -> Report:
        """The check of what stands now: not again where nothing was changed since."""
        return self._checked.get(self.tree()) or self.check()
