"""Where a life works: its clone, its shell, and the check of what stands there."""

from pathlib import Path

from agent import publish
from agent.check import Report, check
from agent.shell import Shell
from controller.contract import Birth


class Place:
    """What tools and steps get."""

    def __init__(self, root: Path, birth: Birth, shell: Shell) -> None:
        self.root, self.birth, self.shell = root, birth, shell
        self._checked: dict[str, Report] = {}

    def tree(self) -> str:
        """Equal for equal files of the genome."""
        return publish.stage(self.root, self.birth.parent, self.birth.genome)

    def sources(self) -> dict[str, str]:
        """The files of the genome."""
        self.tree()
        paths = publish.git(self.root, "ls-files", "-z", "--", *self.birth.genome).split("\0")
        files = {path: self.root / path for path in paths if (self.root / path).is_file()}
        return {path: file.read_text(errors="replace") for path, file in files.items()}

    def changes(self) -> list[str]:
        """Paths of the genome that differ from the parent."""
        return publish.changes(self.root, self.birth.parent, self.tree())

    def check(self) -> Report:
        report = check(self.root, self.sources(), self.shell.environment, self.shell.out / "check.txt")
        self._checked = {self.tree(): report}
        return report

    def last_check(self) -> Report:
        """The check of what stands now: not again where nothing was changed since."""
        return self._checked.get(self.tree()) or self.check()
