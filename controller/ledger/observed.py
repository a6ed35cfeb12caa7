"""What the ledger knows of many lives at once, for tables and trees. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from controller.contract import ABORTED
from controller.ledger.database import Database


@dataclass(frozen=True)
class AbortedTry:
    """A try that made no generation, and why."""

    generation: int
    number: int
    reason: str


@dataclass(frozen=True)
class Comparison:
    """A comparison of two genomes on the proving ground: pairs that `b` alone passed, that `a` alone passed, all."""

    id: int
    a: str
    b: str
    suite: str
    split: str
    wins: int
    losses: int
    pairs: int
    verdict: str | None


def death_reasons(database: Database, lineage: str) -> Mapping[int, str]:
    """By generation, why its life came to nothing: the gate's reason, or how the child ended and its last words."""
    rows = database.rows(
        "SELECT g.number, coalesce("
        "(SELECT json_extract(r.value, '$.name') || ': ' || json_extract(r.value, '$.reason') "
        "FROM phases p, json_each(p.data, '$.reports') r WHERE p.try = g.try AND p.name = 'record' "
        "AND json_extract(r.value, '$.result') <> 'pass' LIMIT 1), "
        "(SELECT coalesce(nullif(json_extract(p.data, '$.limit'), ''), 'exit ' || json_extract(p.data, '$.exit_code'), "
        "'signal ' || json_extract(p.data, '$.signal'), '') || ' ' || substr(json_extract(p.data, '$.output'), -400) "
        "FROM phases p WHERE p.try = g.try AND p.name = 'fetch'), '') AS reason "
        "FROM generations g WHERE g.lineage = ? AND (g.outcome LIKE 'refused%' OR g.outcome LIKE 'killed%' "
        "OR g.outcome LIKE 'crashed%')",
        lineage,
    )
    return {row["number"]: str(row["reason"]) for row in rows}


def aborted_tries(database: Database, lineage: str) -> Mapping[int, tuple[AbortedTry, ...]]:
    """By generation, its tries that the world, the operator or a crash ended, the first first."""
    found: dict[int, tuple[AbortedTry, ...]] = {}
    rows = database.rows(
        "SELECT generation, number, reason FROM tries WHERE lineage = ? AND outcome = ? ORDER BY id", lineage, ABORTED
    )
    for row in rows:
        one = AbortedTry(row["generation"], row["number"], row["reason"] or "")
        found[one.generation] = (*found.get(one.generation, ()), one)
    return found


def comparisons(database: Database, first: str, second: str) -> list[Comparison]:
    """The comparisons of two commits on the proving ground, either way round, the first first."""
    rows = database.rows(
        "SELECT id, a, b, suite, split, verdict FROM comparisons WHERE (a = ? AND b = ?) OR (a = ? AND b = ?) "
        "ORDER BY id",
        *(first, second, second, first),
    )
    return [compared(database, row) for row in rows]


def compared(database: Database, row: Any) -> Comparison:
    """A row with its pairs counted: a pair in which a side is void, or which has one side, counts for nothing."""
    wins = losses = pairs = 0
    for passed_a, passed_b in database.rows(
        "SELECT max(state = 'passed') FILTER (WHERE side = 'a'), max(state = 'passed') FILTER (WHERE side = 'b') "
        "FROM gradings WHERE comparison = ? GROUP BY stage, pair "
        "HAVING count(DISTINCT side) = 2 AND sum(state = 'void') = 0",
        row["id"],
    ):
        pairs += 1
        wins += passed_b > passed_a
        losses += passed_a > passed_b
    return Comparison(row["id"], row["a"], row["b"], row["suite"], row["split"], wins, losses, pairs, row["verdict"])


def lives_of(database: Database, lineage: str) -> Mapping[int, tuple[int, int]]:
    """By the id of a try of a lineage, its generation and its number."""
    rows = database.rows("SELECT id, generation, number FROM tries WHERE lineage = ?", lineage)
    return {row["id"]: (row["generation"], row["number"]) for row in rows}


@dataclass(frozen=True)
class RunRow:
    """A run. `started`, `ended`: seconds since the epoch; `tokens`, `nanodollars`: its budget, None: no limit.

    `spent`: the tokens of its calls.
    """

    id: str
    started: float
    ended: float | None
    reason: str | None
    tokens: int | None
    nanodollars: int | None
    spent: int


def runs_of(database: Database, lineage: str) -> list[RunRow]:
    """The runs of a lineage, the first first."""
    rows = database.rows(
        "SELECT id, started, ended, reason, tokens, dollars, "
        "coalesce((SELECT input + cached + written + output FROM totals WHERE run = id), 0) AS spent "
        "FROM runs WHERE lineage = ? ORDER BY started",
        lineage,
    )
    return [RunRow(*row) for row in rows]
