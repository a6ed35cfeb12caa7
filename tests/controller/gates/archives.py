"""A ledger for tests of gates: a lineage, and the archive of each of its tries."""

from pathlib import Path

from controller.ledger.archive import Archive
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run


class Ledger:
    """One lineage's tries; `configuration` names the gates."""

    def __init__(self, folder: Path, lineage: str = "lineage/main") -> None:
        self.database = Database(folder / "ledger.sqlite")
        self._journal, self._run = Journal(self.database), Run(f"run {lineage}", lineage, 99, {})
        self._journal.begin_run(self._run)

    def archive(self, generation: int, configuration: str = "gates", commit: str = "") -> Archive:
        """The archive of a new try at a generation; `commit`: what was recorded of it."""
        tried = self._journal.begin_try(self._run, generation, "0" * 40)
        if commit:
            self._journal.record_generation(tried, self._run.lineage, commit, "evolved")
        return Archive(self.database, tried.id, configuration)
