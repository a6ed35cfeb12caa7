"""Every call to a model: reserved before it is sent, settled by what the provider says it used.

`spent + reserved <= budget` holds after every method, because each checks and writes in one transaction; and the
database would refuse what breaks it.
"""

from typing import Any

from controller.errors import BudgetSpent
from controller.ledger.database import Connection, Database
from controller.ledger.usage import Allowance, Usage

SPENT = 498  # our word, no provider's: a call was not let through; one row a try and scope keeps that it happened
SUMS = """SELECT count(*) FILTER (WHERE status IS NOT 498), coalesce(sum(input), 0), coalesce(sum(cached), 0),
    coalesce(sum(written), 0), coalesce(sum(output), 0), coalesce(sum(reserved), 0), coalesce(sum(long), 0),
    coalesce(sum(compacted), 0), coalesce(sum(cost), 0), coalesce(sum(owed), 0) FROM calls WHERE """
TOTALS = "SELECT calls, input, cached, written, output, reserved, long, compacted, cost, owed FROM totals WHERE run = ?"
HELD = "reserved + input + cached + written + output"
RUN = "SELECT runs.* FROM runs JOIN tries ON tries.run = runs.id WHERE tries.id = ?"
MINUTE, DAY = 60, 86_400  # seconds; a day begins at 0:00 UTC, in 0007_money.sql too


class Calls:
    """The calls of all runs. `reserved` and `owed` of a settled call are 0."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, try_id: int, model: str, tokens: int, dollars: int | None = 0) -> int:
        """Set `tokens` and nanodollars aside for a call of this try and return the call's id. None: it has no price.

        Raises BudgetSpent where a scope does not allow it; then only that is written.
        """
        with self._database.transaction() as db:
            run = db.execute(RUN, (try_id,)).fetchone()
            now = self._database.clock()
            scopes = self._scopes(db, run, try_id, now)
            found = [(one.scope, lack) for one in scopes if (lack := one.lacks(tokens, dollars))]
            refusal = BudgetSpent(*found[0][1], scope=found[0][0]) if found else None
            if refusal is None:
                words = "INSERT INTO calls (try, run, at, model, reserved, owed, cost) VALUES (?, ?, ?, ?, ?, ?, ?)"
                cost = None if dollars is None else 0
                cursor = db.execute(words, (try_id, run["id"], now, model, tokens, dollars or 0, cost))
            elif refusal.scope != "minute" and not self._refused(db, try_id, refusal.scope):
                words = (
                    "INSERT INTO calls (try, run, at, model, reserved, cost, status, settled, scope) "
                    "VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?)"
                )
                db.execute(words, (try_id, run["id"], now, model, SPENT, now, refusal.scope))
        if refusal is not None:
            raise refusal
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    @staticmethod
    def _scopes(db: Connection, run: Any, try_id: int, now: float) -> list[Allowance]:
        """What a call of this try may use in each scope that has a limit, the run's always."""
        limits = {row["scope"]: row for row in db.execute("SELECT * FROM limits WHERE run = ?", (run["id"],))}
        keys = {"life": try_id, "day": int(now // DAY)}
        used = Usage(*db.execute(TOTALS, (run["id"],)).fetchone() or ())
        found = [Allowance(used, run["tokens"], run["calls"], run["dollars"])]
        for scope, row in limits.items():
            used = Usage()
            if scope in keys:
                asked = db.execute("SELECT * FROM sums WHERE scope = ? AND key = ?", (scope, keys[scope])).fetchone()
                used = Usage(asked["calls"], asked["tokens"], cost=asked["dollars"]) if asked else used
            elif scope == "minute":
                used = Usage(*db.execute(SUMS + "at > ?", (now - MINUTE,)).fetchone())
            found.append(Allowance(used, row["tokens"], row["calls"], row["dollars"], scope))
        return found

    @staticmethod
    def _refused(db: Connection, try_id: int, scope: str) -> bool:
        """Whether a call of this try was not let through before, by this scope."""
        asked = "SELECT 1 FROM calls WHERE try = ? AND status = ? AND coalesce(scope, 'run') = ?"
        return bool(db.execute(asked, (try_id, SPENT, scope)).fetchone())

    def was_refused(self, try_id: int, scope: str = "run") -> bool:
        """Whether the budget of a scope kept a call of this try from being sent."""
        with self._database.transaction() as db:
            return self._refused(db, try_id, scope)

    def settle(self, call: int, usage: Usage, status: int) -> None:
        """Book what the provider says a call used (all 0 where it refused) and free what was reserved."""
        with self._database.transaction() as db:
            self._write(db, call, usage, 0, 0, status, self._database.clock())

    def keep(self, call: int, usage: Usage, status: int) -> None:
        """The end of a call is unknown: book what is known and keep the rest reserved until the try ends."""
        with self._database.transaction() as db:
            row = db.execute("SELECT reserved, owed FROM calls WHERE id = ?", (call,)).fetchone()
            rest, owed = max(row["reserved"] - usage.total, 0), max(row["owed"] - usage.cost, 0)
            self._write(db, call, usage, rest, owed, status, None)

    @staticmethod
    def _write(
        db: Connection, call: int, usage: Usage, reserved: int, owed: int, status: int, settled: float | None
    ) -> None:
        """Write what is known of a call that is not settled; what was billed beyond its reservation is named."""
        row = db.execute(
            f"SELECT run, {HELD} AS held, coalesce(cost, 0) + owed AS dollars FROM calls "
            "WHERE id = ? AND settled IS NULL",
            (call,),
        ).fetchone()
        if row is None:
            return
        over, over_cost = max(usage.total + reserved - row["held"], 0), max(usage.cost + owed - row["dollars"], 0)
        if over or over_cost:
            db.execute(
                "UPDATE totals SET over = over + ?, over_cost = over_cost + ? WHERE run = ?",
                (over, over_cost, row["run"]),
            )
        db.execute(
            "UPDATE calls SET settled = ?, status = ?, reserved = ?, owed = ?, input = ?, cached = ?, written = ?, "
            "output = ?, long = ?, compacted = ?, cost = CASE WHEN cost IS NULL THEN NULL ELSE ? END WHERE id = ?",
            (settled, status, reserved, owed, usage.input, usage.cached, usage.written, usage.output, usage.long,
             usage.compacted, usage.cost, call),
        )  # fmt: skip

    def book(self, try_id: int) -> None:
        """The try ended: what is still reserved for it counts as spent (as output, the dearer side)."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE calls SET output = output + reserved, reserved = 0, cost = cost + owed, owed = 0, settled = ? "
                "WHERE try = ? AND settled IS NULL",
                (self._database.clock(), try_id),
            )

    def allowances(self, try_id: int) -> list[Allowance]:
        """What a call of this try may use in each scope: the run's first, then those that have a limit."""
        with self._database.transaction() as db:
            return self._scopes(db, db.execute(RUN, (try_id,)).fetchone(), try_id, self._database.clock())

    def on_their_way(self, try_id: int) -> int:
        """How many calls of a try have no answer yet."""
        words = "SELECT count(*) FROM calls WHERE try = ? AND settled IS NULL AND status IS NULL"
        return int(self._database.rows(words, try_id)[0][0])

    def of_run(self, run: str) -> Usage:
        """What a run used, all its tries together."""
        return next((Usage(*row) for row in self._database.rows(TOTALS, run)), Usage())

    def of_try(self, try_id: int) -> Usage:
        """What one try used."""
        return Usage(*self._database.rows(SUMS + "try = ?", try_id)[0])

    def of_day(self) -> Usage:
        """What all runs used since this day (UTC) began."""
        return Usage(*self._database.rows(SUMS + "at >= ?", self._database.clock() // DAY * DAY)[0])

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
        return (int(rows[0]["over"]), int(rows[0]["over_cost"])) if rows else (0, 0)
