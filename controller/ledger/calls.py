"""Every call to a model: reserved before it is sent, settled by what the provider says it used.

`spent + reserved <= budget` holds after every method, because each checks and writes in one transaction; and the
database would refuse what breaks it.
"""

from controller.errors import BoundBroken, BudgetSpent
from controller.ledger.database import Connection, Database
from controller.ledger.scopes import DAY, SUMS_OF_CALLS, TOTALS, Moment, allowances_of
from controller.ledger.usage import Allowance, Usage

# A status of our own, no provider's: a call that a budget refused. One row a try and scope keeps that it happened
REFUSED = 498
ASSUMED = "SELECT coalesce(sum(assumed), 0) FROM calls WHERE"


class Calls:
    """The calls of all runs. `reserved` and `owed` of a settled call are 0."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, try_id: int, model: str, tokens: int, dollars: int | None = 0) -> int:
        """Set `tokens` and nanodollars aside for a call of this try and return the call's id. None: it has no price.

        Raises BudgetSpent where a scope does not allow it, BoundBroken where a call of the run was billed more than
        was set aside for it; then only that is written.
        """
        with self._database.transaction() as db:
            moment = self._moment(db, try_id)
            refusal = broken_bound(db, moment.run) or refusal_of(allowances_of(db, moment), tokens, dollars)
            if refusal is None:
                return insert_call(db, moment, model, tokens, dollars)
            if refusal.scope != "minute" and not was_refused(db, try_id, refusal.scope):
                insert_refused(db, moment, model, refusal.scope)
        raise refusal

    def _moment(self, db: Connection, try_id: int) -> Moment:
        run = db.execute("SELECT run FROM tries WHERE id = ?", (try_id,)).fetchone()["run"]
        return Moment(try_id, run, self._database.clock())

    def was_refused(self, try_id: int, scope: str = "run") -> bool:
        """Whether the budget of a scope kept a call of this try from being sent."""
        with self._database.reading() as db:
            return was_refused(db, try_id, scope)

    def settle(self, call: int, usage: Usage, status: int) -> None:
        """Book what the provider says a call used (all 0 where it refused) and free what was reserved."""
        with self._database.transaction() as db:
            write_end(db, call, usage, 0, 0, status, self._database.clock())

    def keep(self, call: int, usage: Usage, status: int, most: tuple[int, int] | None = None) -> None:
        """The end of a call is unknown: book what is known and keep the rest reserved until the try ends.

        `most`: tokens and nanodollars that this rest can be at most. None: all that is not used yet.
        """
        with self._database.transaction() as db:
            row = db.execute("SELECT reserved, owed FROM calls WHERE id = ?", (call,)).fetchone()
            reserved = max(row["reserved"] - usage.total, 0)
            owed = max(row["owed"] - usage.cost, 0)
            if most is not None:
                reserved, owed = min(reserved, most[0]), min(owed, most[1])
            write_end(db, call, usage, reserved, owed, status, None)

    def book(self, try_id: int) -> None:
        """The try ended: what is still reserved for it counts as spent (as output, the dearer side), and as assumed."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE calls SET assumed = reserved, output = output + reserved, reserved = 0, cost = cost + owed, "
                "owed = 0, settled = ? "
                "WHERE try = ? AND settled IS NULL",
                (self._database.clock(), try_id),
            )

    def allowances(self, try_id: int) -> list[Allowance]:
        """What a call of this try may use in each scope: the run's first, then those that have a limit."""
        with self._database.reading() as db:
            return allowances_of(db, self._moment(db, try_id))

    def unanswered(self, try_id: int) -> int:
        """How many calls of a try have no answer yet."""
        words = "SELECT count(*) FROM calls WHERE try = ? AND settled IS NULL AND status IS NULL"
        return int(self._database.rows(words, try_id)[0][0])

    def of_run(self, run: str) -> Usage:
        """What a run used, all its tries together, and what a repair booked for it."""
        rows = self._database.rows(TOTALS, run)
        return Usage(*rows[0]) if rows else Usage()

    def of_try(self, try_id: int) -> Usage:
        """What one try used."""
        return Usage(*self._database.rows(f"{SUMS_OF_CALLS} try = ?", try_id)[0])

    def of_day(self) -> Usage:
        """What all runs used since this day (UTC) began."""
        return Usage(*self._database.rows(f"{SUMS_OF_CALLS} at >= ?", self._day_begins())[0])

    def assumed_of_try(self, try_id: int) -> int:
        """Tokens of one try that no provider told; they were booked because they were set aside."""
        return int(self._database.rows(f"{ASSUMED} try = ?", try_id)[0][0])

    def assumed_of_run(self, run: str) -> int:
        """The same of a run, all its tries together."""
        return int(self._database.rows(f"{ASSUMED} run = ?", run)[0][0])

    def assumed_of_day(self) -> int:
        """The same of all runs since this day (UTC) began."""
        return int(self._database.rows(f"{ASSUMED} at >= ?", self._day_begins())[0][0])

    def _day_begins(self) -> float:
        return self._database.clock() // DAY * DAY

    def unpriced(self, try_id: int) -> bool:
        """Whether a try made a call that has no price, so that nobody knows what it cost."""
        return bool(self._database.rows("SELECT 1 FROM calls WHERE try = ? AND cost IS NULL LIMIT 1", try_id))

    def last_status(self, try_id: int) -> int | None:
        """The HTTP status of the last answer that this try got (599: none came), or None before any."""
        rows = self._database.rows(
            "SELECT status FROM calls WHERE try = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1", try_id
        )
        return rows[0]["status"] if rows else None

    def overbilled(self, run: str) -> tuple[int, int]:
        """Tokens and nanodollars of a run that were billed beyond what was reserved: the bound was wrong by so much."""
        rows = self._database.rows("SELECT over, over_cost FROM totals WHERE run = ?", run)
        if not rows:
            return 0, 0
        return int(rows[0]["over"]), int(rows[0]["over_cost"])


def broken_bound(db: Connection, run: str) -> BoundBroken | None:
    """The refusal of every further call of a run that was billed more than was set aside; None: it never was."""
    row = db.execute("SELECT over, over_cost FROM totals WHERE run = ?", (run,)).fetchone()
    if row is None or not (row["over"] or row["over_cost"]):
        return None
    return BoundBroken(row["over"], row["over_cost"])


def refusal_of(allowances: list[Allowance], tokens: int, dollars: int | None) -> BudgetSpent | None:
    """The first scope that has too little for a call, as an error; None: each has enough."""
    for one in allowances:
        lack = one.lacks(tokens, dollars)
        if lack is not None:
            return BudgetSpent(*lack, scope=one.scope)
    return None


def insert_call(db: Connection, moment: Moment, model: str, tokens: int, dollars: int | None) -> int:
    """Write a reservation down; the call's id."""
    cost = None if dollars is None else 0
    cursor = db.execute(
        "INSERT INTO calls (try, run, at, model, reserved, owed, cost) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (moment.try_id, moment.run, moment.now, model, tokens, dollars or 0, cost),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def insert_refused(db: Connection, moment: Moment, model: str, scope: str) -> None:
    """Write down that a scope refused a call of a try."""
    db.execute(
        "INSERT INTO calls (try, run, at, model, reserved, cost, status, settled, scope) "
        "VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?)",
        (moment.try_id, moment.run, moment.now, model, REFUSED, moment.now, scope),
    )


def was_refused(db: Connection, try_id: int, scope: str) -> bool:
    """Whether a scope refused a call of this try before."""
    words = "SELECT 1 FROM calls WHERE try = ? AND status = ? AND coalesce(scope, 'run') = ?"
    return db.execute(words, (try_id, REFUSED, scope)).fetchone() is not None


def write_end(
    db: Connection, call: int, usage: Usage, reserved: int, owed: int, status: int, settled: float | None
) -> None:
    """Write what is known of a call that is not settled; what was billed beyond its reservation is named."""
    row = db.execute(
        "SELECT run, reserved + input + cached + written + output AS tokens, coalesce(cost, 0) + owed AS dollars "
        "FROM calls WHERE id = ? AND settled IS NULL",
        (call,),
    ).fetchone()
    if row is None:
        return
    over = max(usage.total + reserved - row["tokens"], 0)
    over_cost = max(usage.cost + owed - row["dollars"], 0)
    if over or over_cost:  # first, since the totals are held against the budget less these
        db.execute(
            "UPDATE totals SET over = over + ?, over_cost = over_cost + ? WHERE run = ?", (over, over_cost, row["run"])
        )
    db.execute(
        "UPDATE calls SET settled = ?, status = ?, reserved = ?, owed = ?, input = ?, cached = ?, written = ?, "
        "output = ?, long = ?, compacted = ?, cost = CASE WHEN cost IS NULL THEN NULL ELSE ? END WHERE id = ?",
        (
            settled,
            status,
            reserved,
            owed,
            usage.input,
            usage.cached,
            usage.written,
            usage.output,
            usage.long,
            usage.compacted,
            usage.cost,
            call,
        ),
    )
