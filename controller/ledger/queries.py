"""What the ledger is asked, to be shown or to be held against something else. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import try_of
from controller.ledger.life import Try
from controller.ledger.scopes import limits_of
from controller.ledger.usage import Usage
from controller.settings.limit import Limit


@dataclass(frozen=True)
class RunState:
    """A run as it stands now.

    `started` and `ended` are seconds since the epoch; `ended` and `reason` are None as long as it has not ended.
    `limits` has a limit for `run`, and for each other scope that has one: call, life, day, minute. `used` counts what
    was sent or is reserved now, and what a repair booked; a call that the budget refused is none. `overbilled`: tokens
    that a provider billed beyond what was reserved. `assumed`: those of `used` that no provider told.
    """

    id: str
    until: int
    started: float
    ended: float | None
    reason: str | None
    limits: Mapping[str, Limit]
    used: Usage
    overbilled: int
    assumed: int = 0


@dataclass(frozen=True)
class TryState:
    """A try at a generation. `phase`: the newest phase that it began; None: none yet."""

    id: int
    generation: int
    number: int
    phase: str | None


@dataclass(frozen=True)
class RecordedGeneration:
    """A generation as the ledger knows it. `commit`: its one commit's name."""

    number: int
    commit: str
    outcome: str


def newest_run(database: Database, lineage: str) -> RunState | None:
    """The run of a lineage that was begun last, or None before any."""
    rows = database.rows(
        "SELECT id, until, started, ended, reason FROM runs WHERE lineage = ? ORDER BY started DESC LIMIT 1", lineage
    )
    if not rows:
        return None
    row = rows[0]
    with database.reading() as db:
        limits = limits_of(db, row["id"])
    calls = Calls(database)
    return RunState(
        id=row["id"],
        until=row["until"],
        started=row["started"],
        ended=row["ended"],
        reason=row["reason"],
        limits=limits,
        used=calls.of_run(row["id"]),
        overbilled=calls.overbilled(row["id"])[0],
        assumed=calls.assumed_of_run(row["id"]),
    )


@dataclass(frozen=True)
class TryTimes:
    """A try, and when it was closed: seconds since the epoch, None while it is open."""

    tried: Try
    ended: float | None


TRY = (
    "SELECT tries.id, generation, number, "
    "(SELECT name FROM phases WHERE phases.try = tries.id ORDER BY at DESC, rowid DESC LIMIT 1) AS phase FROM tries "
)


def last_try(database: Database, run: str) -> TryState | None:
    """The try of a run that was begun last, ended or not, or None before any."""
    rows = database.rows(f"{TRY} WHERE run = ? ORDER BY tries.id DESC LIMIT 1", run)
    return TryState(*rows[0]) if rows else None


def open_try(database: Database, lineage: str) -> TryState | None:
    """The try of a lineage that has not ended; of several, the one that was begun last."""
    rows = database.rows(f"{TRY} WHERE lineage = ? AND ended IS NULL ORDER BY tries.id DESC LIMIT 1", lineage)
    return TryState(*rows[0]) if rows else None


def tries_of_generation(database: Database, lineage: str, generation: int) -> list[TryTimes]:
    """All tries at a generation, the first first."""
    rows = database.rows(
        "SELECT * FROM tries WHERE lineage = ? AND generation = ? ORDER BY number", lineage, generation
    )
    return [TryTimes(try_of(row), row["ended"]) for row in rows]


def recorded_generations(database: Database, lineage: str) -> list[RecordedGeneration]:
    """The generations of a lineage that were lived with this ledger, the first first."""
    rows = database.rows("SELECT number, id, outcome FROM generations WHERE lineage = ? ORDER BY number", lineage)
    return [RecordedGeneration(*row) for row in rows]


def reservations_of_ended_tries(database: Database) -> list[int]:
    """Calls that hold a reservation though their try ended; there should be none."""
    rows = database.rows(
        "SELECT calls.id FROM calls JOIN tries ON tries.id = calls.try "
        "WHERE settled IS NULL AND tries.ended IS NOT NULL"
    )
    return [row["id"] for row in rows]


def tries_with_reservations(database: Database, lineage: str) -> list[int]:
    """Tries of a lineage, ended or not, of which a call is not settled."""
    rows = database.rows(
        "SELECT DISTINCT tries.id FROM calls JOIN tries ON tries.id = calls.try WHERE settled IS NULL AND lineage = ?",
        lineage,
    )
    return [row["id"] for row in rows]


def lineages_of_runs(database: Database) -> dict[str, str]:
    """Every run that this ledger knows, and its lineage."""
    return {row["id"]: row["lineage"] for row in database.rows("SELECT id, lineage FROM runs")}
