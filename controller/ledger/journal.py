"""What happened: runs, the tries at each generation, and the phases of each try, written before they begin."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from controller.contract import ABORTED, Outcome
from controller.errors import RequestError
from controller.ledger.database import Database
from controller.ledger.life import Life, Try
from controller.ledger.phases import PHASES, Phase, from_json, to_json
from controller.ledger.scopes import limits_of
from controller.settings.limit import Limit


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
                db.execute(
                    "INSERT INTO limits (run, scope, tokens, dollars, calls) VALUES (?, ?, ?, ?, ?)",
                    (run.id, scope, limit.tokens, limit.dollars, limit.calls),
                )

    def until(self, run: str) -> int:
        """The generation that a run lives until."""
        return int(self._database.rows("SELECT until FROM runs WHERE id = ?", run)[0]["until"])

    def one_more(self, run: str) -> None:
        """A generation that is none of this run's lives took a number of its."""
        with self._database.transaction() as db:
            db.execute("UPDATE runs SET until = until + 1 WHERE id = ?", (run,))

    def make_room(self, lineage: str) -> None:
        """The same for the run of a lineage that is open, if one is: an operator's commit took the number."""
        left = self.open_run(lineage)
        if left is not None:
            self.one_more(left.id)

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
        with self._database.reading() as db:
            limits = limits_of(db, row["id"])
        whole = limits.pop("run")
        settings = json.loads(row["settings"])
        return Run(row["id"], lineage, row["until"], settings, whole.tokens, whole.calls, whole.dollars, limits)

    def begin_try(self, run: Run, generation: int, parent: str, head: str = "") -> Try:
        """The next try at a generation; its number is one more than any try so far. `head`: as `Try` has it."""
        with self._database.transaction() as db:
            row = db.execute(
                "SELECT coalesce(max(number), 0) AS last FROM tries WHERE lineage = ? AND generation = ?",
                (run.lineage, generation),
            ).fetchone()
            number, started = row["last"] + 1, self._database.clock()
            cursor = db.execute(
                "INSERT INTO tries (run, lineage, generation, number, parent, started, head) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run.id, run.lineage, generation, number, parent, started, head),
            )
        assert cursor.lastrowid is not None
        return Try(cursor.lastrowid, run.id, generation, number, parent, started, head)

    def find_try(self, lineage: str, generation: int, number: int | None = None) -> Try | None:
        """A try at a generation, the last one unless said; None where there is no such one."""
        rows = self._database.rows(
            "SELECT * FROM tries WHERE lineage = ? AND generation = ? AND number = coalesce(?, number) "
            "ORDER BY number DESC LIMIT 1",
            lineage,
            generation,
            number,
        )
        if not rows:
            return None
        return try_of(rows[0])

    def find_life(self, life: int, lineages: Sequence[str]) -> Try | None:
        """The try of this id, where it is one of these lineages'; None where it is not."""
        rows = self._database.rows("SELECT * FROM tries WHERE id = ?", life)
        if not rows or rows[0]["lineage"] not in lineages:
            return None
        return try_of(rows[0])

    def copy_try(self, tried: Try, lineage: str) -> None:
        """Write a try down as another ledger knows it, its id too: to live it again."""
        values = (
            *(tried.id, tried.run, lineage, tried.generation, tried.number, tried.parent, tried.started, tried.head),
        )
        with self._database.transaction() as db:
            db.execute(
                "INSERT INTO tries (id, run, lineage, generation, number, parent, started, head) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )

    def open_tries(self, lineage: str) -> list[Try]:
        """Tries that were never ended: their controller died."""
        rows = self._database.rows("SELECT * FROM tries WHERE lineage = ? AND ended IS NULL ORDER BY id", lineage)
        return [try_of(row) for row in rows]

    def life(self, tried: Try) -> Life:
        """What is known of a try. Raises LedgerDamaged where a phase of it is not what was written."""
        closed = self._database.rows("SELECT outcome FROM tries WHERE id = ?", tried.id)[0]["outcome"]
        rows = self._database.rows("SELECT name, at, data FROM phases WHERE try = ?", tried.id)
        known = [from_json(row["name"], row["data"], row["at"]) for row in rows if row["name"] in PHASES]
        return Life(tried, closed or "").after(known)

    def begin_phase(self, life: Life, phase: Phase) -> Life:
        """Journal a phase before it begins; the life with it. A repeated phase keeps its first row and date."""
        tried = life.tried.id
        with self._database.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO phases (try, name, at, data) VALUES (?, ?, ?, ?)",
                (tried, phase.name, self._database.clock(), to_json(phase)),
            )
        (row,) = self._database.rows("SELECT at, data FROM phases WHERE try = ? AND name = ?", tried, phase.name)
        return life.after([from_json(phase.name, row["data"], row["at"])])

    def end_try(self, try_id: int, outcome: str, reason: str = "") -> None:
        """Close a try that makes no generation, and say why."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE tries SET ended = ?, outcome = ?, reason = ? WHERE id = ?",
                (self._database.clock(), outcome, reason, try_id),
            )

    def check_known(self, lineage: str) -> None:
        """Raise RequestError where a try without an end stands at a phase that nobody here knows how to go on from."""
        for tried in self.open_tries(lineage):
            rows = self._database.rows("SELECT name FROM phases WHERE try = ?", tried.id)
            unknown = sorted({row["name"] for row in rows} - set(PHASES))
            if unknown:
                raise RequestError(
                    f"{self._database.path}: the journal of generation {tried.generation}, try {tried.number}, holds "
                    f"{', '.join(map(repr, unknown))}, which this Heirloom does not know; go on with the one that "
                    "wrote it, or update this checkout: nothing was changed"
                )

    def record_generation(self, tried: Try, lineage: str, commit: str, outcome: Outcome) -> None:
        """The generation's one commit was made: the try ends with it. Repeating it changes nothing."""
        with self._database.transaction() as db:
            now = self._database.clock()
            db.execute(
                "INSERT OR REPLACE INTO generations (lineage, number, try, id, outcome, at) VALUES (?, ?, ?, ?, ?, ?)",
                (lineage, tried.generation, tried.id, commit, str(outcome), now),
            )
            db.execute("UPDATE tries SET ended = ?, outcome = ? WHERE id = ?", (now, str(outcome), tried.id))

    def aborted(self, lineage: str, generation: int) -> list[int]:
        """Ids of the tries at a generation that the world, the operator or a crash ended."""
        rows = self._database.rows(
            "SELECT id FROM tries WHERE lineage = ? AND generation = ? AND outcome = ?", lineage, generation, ABORTED
        )
        return [row["id"] for row in rows]


def try_of(row: Any) -> Try:
    """A row of the table as a try."""
    return Try(row["id"], row["run"], row["generation"], row["number"], row["parent"], row["started"], row["head"])
