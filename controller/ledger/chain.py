"""The chain: each settled call carries its run's running total and a hash over itself and the row before it.

SQLite's own check says "ok" over rows that are simply gone; a sum that is carried along does not. An anchor is a
total that no call here accounts for: where the chain of an older ledger begins, what a repair booked, what a lineage
from elsewhere had spent.
"""

from dataclasses import astuple, dataclass
from typing import Any

from controller.ledger.database import Database
from controller.ledger.link import ANCHOR_COLUMNS, CALL_COLUMNS, PRICED_ANCHOR_COLUMNS, PRICED_CALL_COLUMNS, link

TAIL = 1000  # rows that a start looks at; `heirloom verify` looks at all
REPAIRED = "repaired"  # how the reason of an anchor begins from which the chain is to be trusted again


@dataclass(frozen=True)
class Total:
    """What a run has spent so far, open reservations included."""

    tokens: int = 0
    calls: int = 0
    dollars: int = 0  # nanodollars

    def beyond(self, other: "Total") -> "Total":
        """By how much this is more, nowhere less than 0."""
        return Total(*(max(mine - its, 0) for mine, its in zip(astuple(self), astuple(other), strict=True)))

    def __or__(self, other: "Total") -> "Total":
        return Total(*(max(mine, its) for mine, its in zip(astuple(self), astuple(other), strict=True)))

    def __bool__(self) -> bool:
        return any(astuple(self))

    def __str__(self) -> str:
        cost = f", ${self.dollars / 1e9:,.6f}" if self.dollars else ""
        return f"{self.tokens:,} tokens in {self.calls:,} calls{cost}"

    def trailer(self) -> str:
        """As it stands in a commit."""
        cost = f" nanousd={self.dollars}" if self.dollars else ""
        return f"tokens={self.tokens} calls={self.calls}{cost}"

    @classmethod
    def parse(cls, text: str) -> "Total":
        """What a trailer says; nothing where it says nothing."""
        pairs = dict(pair for word in text.split() if len(pair := word.split("=")) == 2)
        names = ("tokens", "calls", "nanousd")
        return cls(*(int(pairs[name]) if pairs.get(name, "").isdecimal() else 0 for name in names))


class Chain:
    """Reads the ledger against itself, and books what other witnesses know of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spent(self) -> dict[str, Total]:
        """What each run has spent, by the sums that the budget is kept with."""
        rows = self._database.rows(
            "SELECT runs.id AS run, coalesce(input + cached + written + output + reserved, 0) AS tokens, "
            "coalesce(totals.calls, 0) AS calls, coalesce(cost + owed, 0) AS dollars "
            "FROM runs LEFT JOIN totals ON totals.run = runs.id"
        )
        return {row["run"]: Total(row["tokens"], row["calls"], row["dollars"] or 0) for row in rows}

    def counted(self) -> dict[str, Total]:
        """What each run has spent, by its calls and anchors, one by one."""
        rows = self._database.rows(
            "SELECT run, sum(tokens) AS tokens, sum(calls) AS calls, sum(dollars) AS dollars FROM ("
            "SELECT run, input + cached + written + output + reserved AS tokens, status IS NOT 498 AS calls, "
            "coalesce(cost, 0) + owed AS dollars FROM calls "
            "UNION ALL SELECT run, added_tokens, added_calls, added_dollars FROM anchors) GROUP BY run"
        )
        return {row["run"]: Total(row["tokens"], row["calls"], row["dollars"] or 0) for row in rows}

    def carried(self) -> dict[str, Total]:
        """What each run had settled, by the newest row of the chain."""
        rows = self._database.rows(
            "SELECT run, tokens, calls, dollars FROM chain WHERE id IN (SELECT max(id) FROM chain GROUP BY run)"
        )
        return {row["run"]: Total(row["tokens"], row["calls"], row["dollars"] or 0) for row in rows}

    def newest(self) -> int:
        """The newest try that it holds; 0 before any."""
        return int(self._database.rows("SELECT coalesce(max(id), 0) AS newest FROM tries")[0]["newest"])

    def pass_over(self, lineage: str, newest: int) -> None:
        """Write down that tries up to `newest` were lost: their numbers are never given again."""
        with self._database.transaction() as db:
            now = self._database.clock()
            run = db.execute("SELECT id FROM runs WHERE lineage = ? ORDER BY started DESC", (lineage,)).fetchone()
            if run is None:
                run = {"id": f"lost-{newest}"}
                values = (run["id"], lineage, now, now, "lost")
                db.execute("INSERT INTO runs (id, lineage, started, until, settings, ended, reason) "
                           "VALUES (?, ?, ?, 0, '{}', ?, ?)", values)  # fmt: skip
            db.execute("INSERT INTO tries (id, run, lineage, generation, number, parent, started, ended, outcome, "
                       "reason) VALUES (?, ?, ?, 0, ?, '', ?, ?, 'aborted', 'lost with the ledger')",
                       (newest, run["id"], lineage, newest, now, now))  # fmt: skip

    def broken(self, last: int | None = None) -> str:
        """What is wrong with the chain's newest `last` rows (None: all since the newest repair), or nothing."""
        since = "SELECT coalesce(max(chain.id), 0) FROM chain JOIN anchors ON anchors.id = anchor WHERE why LIKE ?"
        start = int(self._database.rows(since, f"{REPAIRED}%")[0][0])
        newest = int(self._database.rows("SELECT coalesce(max(id), 0) FROM chain")[0][0])
        start = max(start, 0 if last is None else newest - last)
        expected, before = max(start, 1), "" if start <= 1 else None
        for row in self._rows(expected):
            if row["id"] != expected:
                return f"rows {expected} to {row['id'] - 1} of the chain are gone"
            if before is not None and row["hash"] != hash_of(before, row):
                return f"row {expected} of the chain, or the call that it stands for, was altered"
            expected, before = expected + 1, row["hash"]
        return ""

    def _rows(self, first: int) -> list[Any]:
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
        with self._database.transaction() as db:
            now = self._database.clock()
            db.execute(
                "INSERT OR IGNORE INTO runs (id, lineage, started, until, settings, ended, reason) "
                "VALUES (?, ?, ?, 0, '{}', ?, ?)",
                (run, lineage, now, now, why),
            )
            db.execute(
                "INSERT INTO anchors (at, run, tokens, calls, dollars, added_tokens, added_calls, added_dollars, why) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    now,
                    run,
                    counted.tokens + added.tokens,
                    counted.calls + added.calls,
                    counted.dollars + added.dollars,
                    added.tokens,
                    added.calls,
                    added.dollars,
                    why,
                ),
            )
        return added


def hash_of(before: str, row: Any) -> str:
    """What the hash of a row of the chain must be; rows from before there were dollars carry none."""
    old = row["dollars"] is None
    if row["call"] is not None:
        names: tuple[str, ...] = CALL_COLUMNS if old else PRICED_CALL_COLUMNS
        carried = (row["tokens"], row["calls"], *(() if old else (row["dollars"],)))
        return link(before, *(row[f"call_{name}"] for name in names), *carried)
    names = ANCHOR_COLUMNS if old else PRICED_ANCHOR_COLUMNS
    return link(before, "anchor", *(row[f"anchor_{name}"] for name in names))
