"""The chain: each settled call carries its run's running total and a hash over itself and the row before it.

SQLite's own check says "ok" over rows that are simply gone; a sum that is carried along does not. An anchor is a
total that no call here accounts for: where the chain of an older ledger begins, what a repair booked, what a lineage
from elsewhere had spent.
"""

from typing import Any

from controller.ledger.database import Database
from controller.ledger.link import ANCHOR_COLUMNS, CALL_COLUMNS, PRICED_ANCHOR_COLUMNS, PRICED_CALL_COLUMNS, link
from controller.ledger.total import Total

REPAIRED = "repaired"  # how the reason of an anchor begins from which the chain is to be trusted again


class Chain:
    """Reads the ledger against itself, and books what other witnesses know of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spent(self) -> dict[str, Total]:
        """What each run has spent, by the sums that the budget is kept with."""
        return self._totals(
            "SELECT runs.id, coalesce(input + cached + written + output + reserved, 0), coalesce(totals.calls, 0), "
            "coalesce(cost + owed, 0) FROM runs LEFT JOIN totals ON totals.run = runs.id"
        )

    def counted(self) -> dict[str, Total]:
        """What each run has spent, by its calls and anchors, one by one."""
        return self._totals(
            "SELECT run, sum(tokens), sum(calls), sum(dollars) FROM ("
            "SELECT run, input + cached + written + output + reserved AS tokens, status IS NOT 498 AS calls, "
            "coalesce(cost, 0) + owed AS dollars FROM calls "
            "UNION ALL SELECT run, added_tokens, added_calls, added_dollars FROM anchors) GROUP BY run"
        )

    def carried(self) -> dict[str, Total]:
        """What each run had settled, by the newest row of the chain."""
        return self._totals(
            "SELECT run, tokens, calls, coalesce(dollars, 0) FROM chain "
            "WHERE id IN (SELECT max(id) FROM chain GROUP BY run)"
        )

    def _totals(self, question: str) -> dict[str, Total]:
        """Totals by run, of a question that answers run, tokens, calls and nanodollars."""
        return {run: Total(tokens, calls, dollars) for run, tokens, calls, dollars in self._database.rows(question)}

    def newest(self) -> int:
        """The id of the newest try that the ledger holds; 0 before any."""
        return int(self._database.rows("SELECT coalesce(max(id), 0) FROM tries")[0][0])

    def pass_over(self, lineage: str, newest: int) -> None:
        """Write down that tries up to `newest` were lost: their numbers are never given again."""
        with self._database.transaction() as db:
            now = self._database.clock()
            row = db.execute("SELECT id FROM runs WHERE lineage = ? ORDER BY started DESC", (lineage,)).fetchone()
            if row is not None:
                run = row["id"]
            else:
                run = f"lost-{newest}"
                db.execute(INSERT_ENDED_RUN, (run, lineage, now, now, "lost"))
            db.execute(
                "INSERT INTO tries (id, run, lineage, generation, number, parent, started, ended, outcome, reason) "
                "VALUES (?, ?, ?, 0, ?, '', ?, ?, 'aborted', 'lost with the ledger')",
                (newest, run, lineage, newest, now, now),
            )

    def broken(self, last: int | None = None) -> str:
        """What is wrong with the chain's newest `last` rows (None: all since the newest repair), or ""."""
        first = self._first_row(last)
        expected = first
        before = "" if first == 1 else None  # the hash of the row before; None: it is not looked at
        for row in self._rows(first):
            if row["id"] != expected:
                return f"rows {expected} to {row['id'] - 1} of the chain are gone"
            if before is not None and row["hash"] != hash_of(before, row):
                return f"row {expected} of the chain, or the call that it stands for, was altered"
            expected += 1
            before = row["hash"]
        return ""

    def _first_row(self, last: int | None) -> int:
        """The row to begin with: the newest repair, or the one from which `last` rows follow if that is newer."""
        repair = self._database.rows(
            "SELECT coalesce(max(chain.id), 0) FROM chain JOIN anchors ON anchors.id = anchor WHERE why LIKE ?",
            f"{REPAIRED}%",
        )[0][0]
        first = max(int(repair), 1)
        if last is not None:
            newest = int(self._database.rows("SELECT coalesce(max(id), 0) FROM chain")[0][0])
            first = max(first, newest - last)
        return first

    def _rows(self, first: int) -> list[Any]:
        """Rows of the chain, each with the columns of its call as `call_…` and of its anchor as `anchor_…`."""
        calls = ", ".join(f"calls.{name} AS call_{name}" for name in PRICED_CALL_COLUMNS)
        anchors = ", ".join(f"anchors.{name} AS anchor_{name}" for name in PRICED_ANCHOR_COLUMNS)
        return self._database.rows(
            f"SELECT chain.*, {calls}, {anchors} FROM chain LEFT JOIN calls ON calls.id = chain.call "
            "LEFT JOIN anchors ON anchors.id = chain.anchor WHERE chain.id >= ? ORDER BY chain.id",
            first,
        )

    def book(self, run: str, lineage: str, total: Total, why: str) -> Total:
        """Raise a run's total to what a witness says, count it anew, and go on with the chain from there.

        Returns what that added. A run that the ledger does not know is written down as ended. No call of the run may
        be open.
        """
        counted = self.counted().get(run, Total())
        added = total.beyond(counted)
        raised = counted + added
        with self._database.transaction() as db:
            now = self._database.clock()
            db.execute(f"{INSERT_ENDED_RUN} ON CONFLICT DO NOTHING", (run, lineage, now, now, why))
            db.execute(
                "INSERT INTO anchors (at, run, tokens, calls, dollars, added_tokens, added_calls, added_dollars, why) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (now, run, raised.tokens, raised.calls, raised.dollars, added.tokens, added.calls, added.dollars, why),
            )
        return added


INSERT_ENDED_RUN = (
    "INSERT INTO runs (id, lineage, started, until, settings, ended, reason) VALUES (?, ?, ?, 0, '{}', ?, ?)"
)


def hash_of(before: str, row: Any) -> str:
    """What the hash of a row of the chain must be; rows from before there were dollars carry none."""
    priced = row["dollars"] is not None
    if row["call"] is None:
        names: tuple[str, ...] = PRICED_ANCHOR_COLUMNS if priced else ANCHOR_COLUMNS
        return link(before, "anchor", *values(row, "anchor", names))
    carried = [row["tokens"], row["calls"]]
    if not priced:
        return link(before, *values(row, "call", CALL_COLUMNS), *carried)
    return link(before, *values(row, "call", PRICED_CALL_COLUMNS), *carried, row["dollars"])


def values(row: Any, kind: str, names: tuple[str, ...]) -> list[Any]:
    """The columns of a row's call, or of its anchor."""
    return [row[f"{kind}_{name}"] for name in names]
