"""The scopes of a budget, a row each: what a limit counts, and where the ledger has the sum of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from controller.ledger.database import Connection
from controller.ledger.usage import Allowance, Usage
from controller.settings.limit import Limit

MINUTE, DAY = 60, 86_400  # seconds; a day begins at 0:00 UTC, in 0007_money.sql too

# Each of these answers the fields of a Usage, in their order
SUMS_OF_CALLS = """SELECT count(*) FILTER (WHERE status IS NOT 498), coalesce(sum(input), 0), coalesce(sum(cached), 0),
    coalesce(sum(written), 0), coalesce(sum(output), 0), coalesce(sum(reserved), 0), coalesce(sum(long), 0),
    coalesce(sum(compacted), 0), coalesce(sum(cost), 0), coalesce(sum(owed), 0) FROM calls WHERE """
TOTALS = "SELECT calls, input, cached, written, output, reserved, long, compacted, cost, owed FROM totals WHERE run = ?"
# A kept sum folds in what is reserved, and the calls that are not settled, which are few, tell how much that is
KEPT_SUMS = """SELECT calls, tokens - held, 0, 0, 0, held, 0, 0, dollars - owing, owing FROM sums,
    (SELECT coalesce(sum(reserved), 0) AS held, coalesce(sum(owed), 0) AS owing FROM calls
        WHERE settled IS NULL AND {open}) WHERE scope = '{name}' AND key = ?1"""


@dataclass(frozen=True)
class Moment:
    """What a call is counted in: its try, its run, when it is made (seconds since the epoch)."""

    try_id: int
    run: str
    now: float


@dataclass(frozen=True)
class Scope:
    """What a limit counts. `question`: what was used, or nothing where nothing was; `key`: the value of its `?`.

    `question` None: one call alone, before which nothing was used.
    """

    name: str
    question: str | None
    key: Callable[[Moment], Any]

    def used(self, db: Connection, moment: Moment) -> Usage:
        """What the calls of this scope used so far, reservations included."""
        if self.question is None:
            return Usage()
        row = db.execute(self.question, (self.key(moment),)).fetchone()
        if row is None:
            return Usage()
        return Usage(*row)


SCOPES = (
    Scope("run", TOTALS, lambda moment: moment.run),
    Scope("call", None, lambda moment: None),
    Scope(
        "day",
        KEPT_SUMS.format(name="day", open=f"CAST(at / {DAY} AS INTEGER) = ?1"),
        lambda moment: int(moment.now // DAY),
    ),
    Scope("life", KEPT_SUMS.format(name="life", open="try = ?1"), lambda moment: moment.try_id),
    Scope("minute", f"{SUMS_OF_CALLS} at > ?", lambda moment: moment.now - MINUTE),
)


def allowances_of(db: Connection, moment: Moment) -> list[Allowance]:
    """What a call may use in each scope that has a limit, and in its run, which comes first."""
    limits = limits_of(db, moment.run)
    found = []
    for scope in SCOPES:
        if scope.name in limits:
            limit = limits[scope.name]
            used = scope.used(db, moment)
            found.append(Allowance(used, limit.tokens, limit.calls, limit.dollars, scope.name))
    return found


def limits_of(db: Connection, run: str) -> dict[str, Limit]:
    """The limits of a run by their scopes; that of the run itself is always there, if only to say that it has none."""
    row = db.execute("SELECT tokens, dollars, calls FROM runs WHERE id = ?", (run,)).fetchone()
    limits = {"run": Limit(*row)}
    for row in db.execute("SELECT scope, tokens, dollars, calls FROM limits WHERE run = ?", (run,)):
        limits[row["scope"]] = Limit(row["tokens"], row["dollars"], row["calls"])
    return limits
