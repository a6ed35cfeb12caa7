"""Where a life works: its clone, its shell, and what it has shown and decided so far."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from agent import publish
from agent.check import Report, check
from agent.shell import Shell
from controller.contract import CONTEXT_FILE, Claim


@dataclass
class Place:
    """What tools and steps get. `claim` and `seen` are what `done` said."""

    root: Path
    out: Path
    parent: str
    genome: tuple[str, ...]
    shell: Shell
    claim: Claim | None = None
    seen: str = ""
    _checked: dict[str, Report] = field(default_factory=dict)

    def check(self) -> Report:
        """Run the life's checks on what stands now."""
        report = check(self.root, self.out, self.shell.environment)
        self._checked = {self.fingerprint(): report}
        return report

    def last_check(self) -> Report:
        """The check of exactly what stands now: the last one, where nothing was changed since."""
        return self._checked.get(self.fingerprint()) or self.check()

    def changes(self) -> list[str]:
        """Paths of the genome that differ from the parent."""
        return publish.changes(self.root, self.parent, self.genome)

    def fingerprint(self) -> str:
        """Equal for equal files of the genome, without the memory."""
        seen = hashlib.sha256()
        for path in self.files():
            content = (self.root / path).read_bytes()
            seen.update(f"{path} {len(content)}\0".encode() + content)
        return seen.hexdigest()

    def files(self) -> list[str]:
        """Every file of the genome but the memory, below the root."""
        found = [file for part in self.genome for file in (self.root / part).rglob("*") if file.is_file()]
        names = {file.relative_to(self.root).as_posix() for file in found if "__pycache__" not in file.parts}
        return sorted(names - {CONTEXT_FILE})
