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
