"""The proving ground's rows: comparisons, gradings, openings of the sealed tasks, and results by commit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from controller.ledger.database import Database

State = Literal["passed", "failed", "void"]
Side = Literal["a", "b"]
MUTANTS, SELECT, SEALED = "mutants", "select", "sealed"
MOST = 2**63 - 1  # what SQLite can count to


@dataclass(frozen=True)
class Comparison:
    """Is `b` better than `a`? Both are commits; `tasks`: the hash of each task by its name, as it was at the beginning.

    `settings`: all else that changes results. `began`, `ended`: seconds since the epoch; `ended` and `verdict` are None
    as long as it has not ended.
    """

    id: int
    lineage: str
    a: str
    b: str
    suite: str
    split: str
    repeats: int
    seed: int
    settings: Mapping[str, Any]
    tasks: Mapping[str, str]
    began: float
    ended: float | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Grading:
    """One side's answer to one task, graded. `nanodollars` is None where nobody knows; `seconds` are those of the work.

    `pair`: of its stage, from 1; a fault of the world makes it void, with the other side's. `life`: of the recordings.
    """

    stage: str
    pair: int
    side: Side
    commit: str
    task: str
    task_hash: str
    repeat: int
    state: State
    reason: str = ""
    tokens: int = 0
    nanodollars: int | None = 0
    seconds: float = 0.0
    life: int | None = None
    comparison: int = 0
    id: int = 0
    at: float = 0.0


@dataclass(frozen=True)
class Opening:
    """The sealed tasks were looked at."""

    at: float
    comparison: int
    why: str


class Gradings:
    """What was measured, of all lineages of one repository."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, wanted: Comparison) -> Comparison:
        """Write a comparison down; its id and beginning are given here."""
        now = self._database.clock()
        values = (
            *(wanted.lineage, wanted.a, wanted.b, wanted.suite, wanted.split, wanted.repeats, wanted.seed),
            *(as_json(wanted.settings), as_json(wanted.tasks), now),
        )
        with self._database.transaction() as db:
            cursor = db.execute(
                "INSERT INTO comparisons (lineage, a, b, suite, split, repeats, seed, settings, tasks, began) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            found = cursor.lastrowid
        assert found is not None
        return self.comparison(found)

    def comparison(self, number: int) -> Comparison:
        """One of them, by its id, which must exist."""
        return comparison_of(self._database.rows("SELECT * FROM comparisons WHERE id = ?", number)[0])

    def comparisons(self) -> list[Comparison]:
        """All of them, the first first."""
        return [comparison_of(row) for row in self._database.rows("SELECT * FROM comparisons ORDER BY id")]

    def open_comparison(self, lineage: str, a: str, b: str, suite: str, split: str) -> Comparison | None:
        """The one of these that has not ended, or None; of several the newest."""
        rows = self._database.rows(
            "SELECT * FROM comparisons WHERE lineage = ? AND a = ? AND b = ? AND suite = ? AND split = ? "
            "AND ended IS NULL ORDER BY id DESC LIMIT 1",
            *(lineage, a, b, suite, split),
        )
        return comparison_of(rows[0]) if rows else None

    def end(self, comparison: int, verdict: str) -> None:
        """Write down what came of a comparison; one that has ended keeps its end."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE comparisons SET ended = ?, verdict = ? WHERE id = ? AND ended IS NULL",
                (self._database.clock(), verdict, comparison),
            )

    def add(self, comparison: int, *found: Grading) -> None:
        """Write gradings down, all or none: the two of a pair come together."""
        now = self._database.clock()
        rows = [
            (
                *(comparison, one.stage, one.pair, one.side, one.commit, one.task, one.task_hash, one.repeat),
                *(one.state, one.reason, one.tokens, one.nanodollars, one.seconds, one.life, now),
            )
            for one in found
        ]
        with self._database.transaction() as db:
            db.executemany(
                "INSERT INTO gradings (comparison, stage, pair, side, commit_id, task, task_hash, repeat, state, "
                "reason, tokens, nanodollars, seconds, life, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def of(self, comparison: int) -> list[Grading]:
        """What a comparison graded, the first first."""
        rows = self._database.rows("SELECT * FROM gradings WHERE comparison = ? ORDER BY id", comparison)
        return [grading_of(row) for row in rows]

    def all(self) -> list[Grading]:
        """Every grading, the first first."""
        return [grading_of(row) for row in self._database.rows("SELECT * FROM gradings ORDER BY id")]

    def open_sealed(self, comparison: int, why: str) -> int:
        """Write down that the sealed tasks are looked at for a comparison, once; how often they were for others."""
        with self._database.transaction() as db:
            before = db.execute("SELECT count(*) FROM openings WHERE comparison != ?", (comparison,)).fetchone()[0]
            if db.execute("SELECT 1 FROM openings WHERE comparison = ?", (comparison,)).fetchone() is None:
                values = (self._database.clock(), comparison, why)
                db.execute("INSERT INTO openings (at, comparison, why) VALUES (?, ?, ?)", values)
        return int(before)

    def openings(self) -> list[Opening]:
        """How often the sealed tasks were looked at, the first first."""
        rows = self._database.rows("SELECT at, comparison, why FROM openings ORDER BY id")
        return [Opening(*row) for row in rows]

    def newest(self) -> int:
        """The id of the newest grading; 0 where there is none."""
        return int(self._database.rows("SELECT coalesce(max(id), 0) AS newest FROM gradings")[0]["newest"])

    def noticed_by_commit(self, split: str, upto: int = MOST) -> dict[str, tuple[int, int]]:
        """How many mutants of a split the tests of each commit noticed, and did not; each mutant counts once."""
        rows = self._database.rows(
            "SELECT commit_id, sum(state = 'passed'), sum(state = 'failed') FROM ("
            "SELECT DISTINCT commit_id, task_hash, state FROM gradings "
            "JOIN comparisons ON comparisons.id = comparison WHERE suite = ? AND split = ? AND state != 'void' "
            "AND gradings.id <= ?) GROUP BY commit_id",
            *(MUTANTS, split, upto),
        )
        return {commit: (int(passed), int(failed)) for commit, passed, failed in rows}

    def results_by_commit(self, suite: str, split: str = SELECT, upto: int = MOST) -> dict[str, tuple[int, int]]:
        """(passed, failed) of every commit that was graded on a split of a suite; voids count for nothing.

        `upto`: the id of the newest grading that counts.
        """
        rows = self._database.rows(
            "SELECT commit_id, sum(state = 'passed'), sum(state = 'failed') FROM gradings "
            "JOIN comparisons ON comparisons.id = comparison WHERE suite = ? AND split = ? AND state != 'void' "
            "AND gradings.id <= ? GROUP BY commit_id",
            *(suite, split, upto),
        )
        return {commit: (int(passed), int(failed)) for commit, passed, failed in rows}


def as_json(value: Mapping[str, Any]) -> str:
    """A table as text: equal ones are equal texts."""
    return json.dumps(dict(value), sort_keys=True)


def comparison_of(row: Any) -> Comparison:
    """A row of the table."""
    values = dict(row)
    return Comparison(
        **{**values, "settings": json.loads(values["settings"]), "tasks": json.loads(values["tasks"])},
    )


def grading_of(row: Any) -> Grading:
    """A row of the table."""
    values = dict(row)
    return Grading(commit=values.pop("commit_id"), **values)
