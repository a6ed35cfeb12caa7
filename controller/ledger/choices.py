"""How the parent of each try was chosen, so that the choice can be made once more."""

import json
from dataclasses import dataclass

from controller.ledger.database import Database


@dataclass(frozen=True)
class ChoiceRow:
    """One choice. `node`: the commit chosen; `draw`: the seed of its random numbers, a text.

    `newest`, `gradings`: the newest generation and the newest grading that the archive held; `digest`: of the archive.
    `scores`: the draws or weights of the best candidates, best first.
    """

    strategy: str
    draw: str
    node: str
    newest: int
    gradings: int
    digest: str
    scores: tuple[tuple[str, float], ...]


class Choices:
    """The choices of all tries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, try_id: int, row: ChoiceRow) -> None:
        """Write down how the parent of a try was chosen."""
        scores = json.dumps([list(score) for score in row.scores])
        values = (try_id, row.strategy, row.draw, row.node, row.newest, row.gradings, row.digest, scores)
        with self._database.transaction() as db:
            db.execute("INSERT INTO choices VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def of(self, try_id: int) -> ChoiceRow | None:
        """How the parent of a try was chosen; None where it was not written down."""
        for row in self._database.rows("SELECT * FROM choices WHERE try = ?", try_id):
            scores = tuple((str(commit), float(score)) for commit, score in json.loads(row["scores"]))
            kept = (row["strategy"], row["draw"], row["node"], row["newest"], row["gradings"], row["digest"])
            return ChoiceRow(*kept, scores)
        return None


class Champions:
    """Which nodes of a lineage evidence was for."""

    def __init__(self, database: Database, lineage: str) -> None:
        self._database = database
        self._lineage = lineage

    def newest(self) -> str | None:
        """The commit of the present one; None as long as none was shown to be better than the first."""
        for node, _ in self.all()[-1:]:
            return node
        return None

    def all(self) -> list[tuple[str, int]]:
        """Each with the comparison by which it took the place of the one before, the first first."""
        rows = self._database.rows(
            "SELECT node, comparison FROM champions WHERE lineage = ? ORDER BY id", self._lineage
        )
        return [(row["node"], row["comparison"]) for row in rows]

    def add(self, node: str, comparison: int) -> None:
        """Another node takes the place. Raises nothing where it holds it already."""
        if self.newest() == node:
            return
        with self._database.transaction() as db:
            db.execute(
                "INSERT INTO champions (lineage, node, comparison, at) VALUES (?, ?, ?, ?)",
                (self._lineage, node, comparison, self._database.clock()),
            )
