"""A ledger for candidates that nobody lived: a lineage, and the judgements of each of its tries."""

from pathlib import Path

from controller.contract import EVOLVED, Outcome
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.judgements import Judgements


class Ledger:
    """One lineage's tries; `configuration` names the gates."""

    def __init__(self, folder: Path, lineage: str = "lineage/main") -> None:
        self.database = Database(folder / "ledger.sqlite")
        self._journal, self._run = Journal(self.database), Run(f"run {lineage}", lineage, 99, {})
        self._journal.begin_run(self._run)

    def judgements(self, generation: int, configuration: str = "gates", commit: str = "") -> Judgements:
        """The judgements of a new try at a generation; `commit`: what was recorded of it."""
        tried = self._journal.begin_try(self._run, generation, "0" * 40)
        if commit:
            self._journal.record_generation(tried, self._run.lineage, commit, Outcome(EVOLVED))
        return Judgements(self.database, tried.id, configuration)
