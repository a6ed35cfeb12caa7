"""What judging leaves: each attempt's fingerprint and verdict, how each test of each suite ended, suites known green.

Of a suite's tests a row is four small values; `test_results` shows them with their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from controller.ledger.database import Database

End = Literal["passed", "skipped", "failed", "flaky"]
SUITES = 500  # how many known suites are kept: of a lineage only the newest are asked for


@dataclass(frozen=True)
class Judgement:
    """An earlier verdict on the same change: "pass" or "refuse", and the parent's tree that it was made on.

    `again`: whether the same change may be judged otherwise on the same tree, because its words counted. `commit`: the
    generation's, so that it can be seen whether this is a predecessor at all.
    """

    decision: str
    gate: str
    tree: str
    generation: int
    again: bool
    commit: str


class Judgements:
    """The ledger's part that the judges of one try read and write. `configuration` names the gates as they are now."""

    def __init__(self, database: Database, try_id: int, configuration: str) -> None:
        self._database = database
        self._try = try_id
        self._configuration = configuration

    def earlier(self, fingerprint: str) -> list[Judgement]:
        """Verdicts on this change, of generations of the same lineage: refusals by these gates, and every pass."""
        rows = self._database.rows(
            "SELECT decision, gate, tree, generations.number, again, generations.id AS generation FROM judgements "
            "JOIN tries ON tries.id = judgements.try JOIN generations ON generations.try = judgements.try "
            "WHERE fingerprint = ? AND judgements.try != ? "
            "AND tries.lineage = (SELECT lineage FROM tries WHERE id = ?) "
            "AND CASE decision WHEN 'pass' THEN generations.outcome = 'evolved' ELSE configuration = ? END "
            "ORDER BY judgements.try",
            fingerprint,
            self._try,
            self._try,
            self._configuration,
        )
        return [
            Judgement(
                decision=row["decision"],
                gate=row["gate"],
                tree=row["tree"],
                generation=row["number"],
                again=bool(row["again"]),
                commit=row["generation"],
            )
            for row in rows
        ]

    def keep_judgement(self, fingerprint: str, tree: str, decision: str, gate: str, again: bool) -> None:
        """Write down this try's verdict; a repeated one takes its place."""
        values = (self._try, fingerprint, tree, decision, gate, int(again), self._configuration, self._database.clock())
        with self._database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def keep_ends(self, suite: str, ends: Mapping[str, End]) -> None:
        """Write down how each test of a suite ended, by its name; what an earlier run of this try left goes."""
        names = sorted(ends)
        with self._database.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO test_names (name) VALUES (?)", [(name,) for name in names])
            db.execute("DELETE FROM test_ends WHERE try = ? AND suite = ?", (self._try, suite))
            db.executemany(
                "INSERT INTO test_ends SELECT ?, ?, id, ? FROM test_names WHERE name = ?",
                [(self._try, suite, ends[name], name) for name in names],
            )

    def was_flaky(self, name: str) -> bool:
        """Whether a test of this lineage flipped in an earlier try."""
        rows = self._database.rows(
            "SELECT 1 FROM test_ends JOIN test_names ON test_names.id = test_ends.test "
            "JOIN tries ON tries.id = test_ends.try "
            "WHERE test_names.name = ? AND result = 'flaky' AND test_ends.try != ? "
            "AND tries.lineage = (SELECT lineage FROM tries WHERE id = ?) LIMIT 1",
            name,
            self._try,
            self._try,
        )
        return bool(rows)

    def suite(self, tree: str) -> str | None:
        """What was kept of a tree's own tests on its own code, under these gates."""
        rows = self._database.rows(
            "SELECT told FROM suites WHERE tree = ? AND configuration = ?", tree, self._configuration
        )
        return str(rows[0]["told"]) if rows else None

    def keep_suite(self, tree: str, results: str) -> None:
        """Keep what a tree's own tests on its own code gave, as text; the oldest of many go."""
        values = (tree, self._configuration, results, self._database.clock())
        with self._database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO suites VALUES (?, ?, ?, ?)", values)
            db.execute("DELETE FROM suites WHERE rowid <= (SELECT max(rowid) FROM suites) - ?", (SUITES,))
