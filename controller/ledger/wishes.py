"""Where the operator wished a lineage to go back to: written down before it is done, so that a crash loses no wish."""

from dataclasses import dataclass

from controller.ledger.database import Database


@dataclass(frozen=True)
class Wish:
    """Go back to generation `generation`. `commit` was made on `parent` for that; None: not yet.

    `asked`: seconds since the epoch.
    """

    id: int
    generation: int
    asked: float
    parent: str | None = None
    commit: str | None = None


class Wishes:
    """The wishes for one lineage; at most one is open."""

    def __init__(self, database: Database, lineage: str) -> None:
        self._database = database
        self._lineage = lineage

    def ask(self, generation: int) -> None:
        """Wish it; it takes the place of a wish for which nothing was done yet."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM wishes WHERE lineage = ? AND done IS NULL AND made IS NULL", (self._lineage,))
            db.execute(
                "INSERT INTO wishes (lineage, generation, asked) VALUES (?, ?, ?)",
                (self._lineage, generation, self._database.clock()),
            )

    def open(self) -> Wish | None:
        """The oldest wish that is not done."""
        rows = self._database.rows(
            "SELECT id, generation, asked, parent, made FROM wishes WHERE lineage = ? AND done IS NULL "
            "ORDER BY id LIMIT 1",
            self._lineage,
        )
        return Wish(*rows[0]) if rows else None

    def begin(self, wish: Wish, parent: str, commit: str) -> None:
        """The lineage is about to move from `parent` to `commit`."""
        with self._database.transaction() as db:
            db.execute("UPDATE wishes SET parent = ?, made = ? WHERE id = ?", (parent, commit, wish.id))

    def end(self, wish: Wish, moved: bool) -> None:
        """It is done; `moved`: by a commit, so that the run in which that took a number lives one generation more."""
        with self._database.transaction() as db:
            done = db.execute("UPDATE wishes SET done = ? WHERE id = ?", (self._database.clock(), wish.id))
            if moved and done.rowcount:
                db.execute("UPDATE runs SET until = until + 1 WHERE lineage = ? AND ended IS NULL", (self._lineage,))
