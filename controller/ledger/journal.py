"""What happened: runs, the tries at each generation, and the phases of each try, written before they begin."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from controller.errors import RequestError
from controller.ledger.database import Database
from controller.settings.limit import Limit

PHASES = ("spawn", "asks", "fetch", "judge", "record", "approval", "commit")


@dataclass(frozen=True)
class Run:
    """One call of `heirloom run`: lives until generation `until`, within its limits (None: no limit).

    `dollars` are nanodollars; `limits` are those of other scopes: call, life, day, minute.
    """

    id: str
    lineage: str
    until: int
    settings: Mapping[str, Any]
    tokens: int | None = None
    calls: int | None = None
    dollars: int | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)


@dataclass(frozen=True)
class Try:
    """One attempt at living a generation."""

    id: int
    run: str
    generation: int
    number: int
    parent: str
    started: float


class Journal:
    """Runs, tries, phases and generations of all lineages of one repository."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_run(self, run: Run) -> None:
        """Write down a run before its first life."""
        values = (
            run.id,
            run.lineage,
            self._database.clock(),
            run.until,
            json.dumps(run.settings),
            run.tokens,
            run.calls,
            run.dollars,
        )
        with self._database.transaction() as db:
            db.execute(
                "INSERT INTO runs (id, lineage, started, until, settings, tokens, calls, dollars) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            for scope, limit in run.limits.items():
                db.execute("INSERT INTO limits (run, scope, tokens, dollars, calls) VALUES (?, ?, ?, ?, ?)",
                           (run.id, scope, limit.tokens, limit.dollars, limit.calls))  # fmt: skip

    def until(self, run: str) -> int:
        """The generation that a run lives until."""
        return int(self._database.rows("SELECT until FROM runs WHERE id = ?", run)[0]["until"])

    def one_more(self, run: str) -> None:
        """A generation that is none of this run's lives took a number of its."""
        with self._database.transaction() as db:
            db.execute("UPDATE runs SET until = until + 1 WHERE id = ?", (run,))

    def end_run(self, run: str, reason: str) -> None:
        """Write down that a run ended, and why."""
        with self._database.transaction() as db:
            db.execute("UPDATE runs SET ended = ?, reason = ? WHERE id = ?", (self._database.clock(), reason, run))

    def open_run(self, lineage: str) -> Run | None:
        """The run of this lineage that was never ended: its controller died."""
        rows = self._database.rows(
            "SELECT * FROM runs WHERE lineage = ? AND ended IS NULL ORDER BY started DESC", lineage
        )
        if not rows:
            return None
        row = rows[0]
        found = self._database.rows("SELECT * FROM limits WHERE run = ?", row["id"])
        limits = {one["scope"]: Limit(one["tokens"], one["dollars"], one["calls"]) for one in found}
        told = json.loads(row["settings"])
        return Run(row["id"], lineage, row["until"], told, row["tokens"], row["calls"], row["dollars"], limits)

    def begin_try(self, run: Run, generation: int, parent: str) -> Try:
        """The next try at a generation; its number is one more than any try so far."""
        with self._database.transaction() as db:
            last = db.execute(
                "SELECT max(number) FROM tries WHERE lineage = ? AND generation = ?", (run.lineage, generation)
            ).fetchone()[0]
            number, started = (last or 0) + 1, self._database.clock()
            cursor = db.execute(
                "INSERT INTO tries (run, lineage, generation, number, parent, started) VALUES (?, ?, ?, ?, ?, ?)",
                (run.id, run.lineage, generation, number, parent, started),
            )
        assert cursor.lastrowid is not None
        return Try(cursor.lastrowid, run.id, generation, number, parent, started)

    def find_try(self, lineage: str, generation: int, number: int | None = None) -> Try | None:
        """A try at a generation, the last one unless said; None where there is no such one."""
        rows = self._database.rows(
            "SELECT * FROM tries WHERE lineage = ? AND generation = ? AND number = coalesce(?, number) "
            "ORDER BY number DESC LIMIT 1",
            lineage, generation, number,
        )  # fmt: skip
        return next((try_of(row) for row in rows), None)

    def copy_try(self, tried: Try, lineage: str) -> None:
        """Write a try down as another ledger knows it, its id too: to live it again."""
        values = (tried.id, tried.run, lineage, tried.generation, tried.number, tried.parent, tried.started)
        with self._database.transaction() as db:
            db.execute(
                "INSERT INTO tries (id, run, lineage, generation, number, parent, started) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )

    def open_tries(self, lineage: str) -> list[Try]:
        """Tries that were never ended: their controller died."""
        rows = self._database.rows("SELECT * FROM tries WHERE lineage = ? AND ended IS NULL ORDER BY id", lineage)
        return [try_of(row) for row in rows]

    def end_try(self, try_id: int, outcome: str, reason: str = "") -> None:
        """Close a try: with a generation's outcome, or `aborted`."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE tries SET ended = ?, outcome = ?, reason = ? WHERE id = ?",
                (self._database.clock(), outcome, reason, try_id),
            )

    def begin_phase(self, try_id: int, name: str, **data: Any) -> dict[str, Any]:
        """Journal a phase before it begins. A repeated phase keeps its first row, so that data and date stay.

        Returns the first row's data, with its time as `at`.
        """
        assert name in PHASES
        with self._database.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO phases (try, name, at, data) VALUES (?, ?, ?, ?)",
                (try_id, name, self._database.clock(), json.dumps(data)),
            )
        return self.phases(try_id)[name]

    def phases(self, try_id: int) -> dict[str, dict[str, Any]]:
        """The phases of a try that were begun, in order: name to data; `at` is added to each."""
        rows = self._database.rows("SELECT * FROM phases WHERE try = ? ORDER BY at, rowid", try_id)
        return {row["name"]: {**json.loads(row["data"]), "at": row["at"]} for row in rows}

    def check_known(self, lineage: str) -> None:
        """Raise RequestError where a try without an end stands at a phase that nobody here knows how to go on from."""
        for tried in self.open_tries(lineage):
            if unknown := sorted(set(self.phases(tried.id)) - set(PHASES)):
                raise RequestError(
                    f"{self._database.path}: the journal of generation {tried.generation}, try {tried.number}, holds "
                    f"{', '.join(map(repr, unknown))}, which this Heirloom does not know; go on with the one that "
                    "wrote it, or update this checkout: nothing was changed"
                )

    def record_generation(self, tried: Try, lineage: str, commit: str, outcome: str) -> None:
        """The generation's one commit was made: the try ends with it. Repeating it changes nothing."""
        with self._database.transaction() as db:
            now = self._database.clock()
            db.execute(
                "INSERT OR REPLACE INTO generations (lineage, number, try, id, outcome, at) VALUES (?, ?, ?, ?, ?, ?)",
                (lineage, tried.generation, tried.id, commit, outcome, now),
            )
            db.execute("UPDATE tries SET ended = ?, outcome = ? WHERE id = ?", (now, outcome, tried.id))

    def aborted(self, lineage: str, generation: int) -> list[int]:
        """Ids of the tries at a generation that the world, the operator or a crash ended."""
        rows = self._database.rows(
            "SELECT id FROM tries WHERE lineage = ? AND generation = ? AND outcome = 'aborted'", lineage, generation
        )
        return [row["id"] for row in rows]


def try_of(row: Any) -> Try:
    """A row of the table as a try."""
    return Try(row["id"], row["run"], row["generation"], row["number"], row["parent"], row["started"])
