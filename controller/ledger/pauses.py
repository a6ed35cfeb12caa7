"""When a run waits or is paused, and why: a row a pause, written before the waiting begins, kept when it is over.

`kind` says what it waits for: `provider`, `disk` and `day` pass by themselves and are looked at again;
any other kind is ended by whoever began it. A run without an open pause is living, or has ended.
"""

from dataclasses import dataclass

from controller.ledger.database import Database


@dataclass(frozen=True)
class Pause:
    """One pause. `since` and `look` (when it is looked again; None: when somebody resumes it): seconds, epoch."""

    kind: str
    reason: str
    since: float
    look: float | None = None

    def __str__(self) -> str:
        word = "paused" if self.look is None else "waiting"
        return f"{word}({self.kind})"


class Pauses:
    """The pauses of all runs; of each run at most one is open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run: str, kind: str, reason: str, look: float | None = None) -> Pause:
        """The run waits or is paused. An open pause of the same kind goes on since it began; another one ends.

        What waits for the world (`look`) ends no pause that waits for a person.
        """
        open_ = self.of_run(run)
        if look is not None and open_ is not None and open_.look is None:
            return open_
        with self._database.transaction() as db:
            now = self._database.clock()
            db.execute(
                "UPDATE pauses SET ended = ? WHERE run = ? AND ended IS NULL AND kind IS NOT ?", (now, run, kind)
            )
            same = db.execute(
                "UPDATE pauses SET reason = ?, look = ? WHERE run = ? AND ended IS NULL", (reason, look, run)
            )
            if not same.rowcount:
                db.execute(
                    "INSERT INTO pauses (run, kind, reason, since, look) VALUES (?, ?, ?, ?, ?)",
                    (run, kind, reason, now, look),
                )
        found = self.of_run(run)
        assert found is not None
        return found

    def end(self, run: str) -> None:
        """The run goes on."""
        with self._database.transaction() as db:
            db.execute("UPDATE pauses SET ended = ? WHERE run = ? AND ended IS NULL", (self._database.clock(), run))

    def over(self, run: str) -> None:
        """What was waited for has come; a pause that waits for a person goes on."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE pauses SET ended = ? WHERE run = ? AND ended IS NULL AND look IS NOT NULL",
                (self._database.clock(), run),
            )

    def resumed_at(self, run: str) -> int:
        """The generation after which the last pause by a breaker was ended; 0 where there was none."""
        rows = self._database.rows(
            "SELECT coalesce(max(tries.generation), 0) AS last FROM pauses JOIN tries ON tries.run = pauses.run "
            "AND tries.ended <= pauses.ended AND tries.outcome IS NOT 'aborted' "
            "WHERE pauses.run = ? AND pauses.kind = 'breaker'",
            run,
        )
        return int(rows[0]["last"])

    def of_run(self, run: str) -> Pause | None:
        """The pause that a run is in, or None."""
        rows = self._database.rows("SELECT kind, reason, since, look FROM pauses WHERE run = ? AND ended IS NULL", run)
        return Pause(*rows[0]) if rows else None
