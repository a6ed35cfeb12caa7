"""Every call to a model: reserved before it is sent, settled by what the provider says it used.

`spent + reserved <= budget` holds after every method, because each checks and writes in one transaction; and the
database would refuse what breaks it.
"""

from dataclasses import dataclass

from controller.errors import BudgetSpent
from controller.ledger.database import Connection, Database
from controller.ledger.promise import TOTALS

SPENT = 498  # our word, no provider's: a call was not let through; one row a try keeps that it happened
SUMS = (
    "SELECT count(*) FILTER (WHERE status IS NOT 498) AS calls, "
    "coalesce(sum(input), 0) AS input, coalesce(sum(cached), 0) AS cached, "
    "coalesce(sum(written), 0) AS written, coalesce(sum(output), 0) AS output, "
    "coalesce(sum(reserved), 0) AS reserved FROM calls WHERE "
)
RUNNING = f"SELECT {', '.join(TOTALS)} FROM totals WHERE run = ?"
HELD = "reserved + input + cached + written + output"


@dataclass(frozen=True)
class Usage:
    """Tokens of one call or many. `input` excludes what was cached; `written` are cache writes."""

    calls: int = 0
    input: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0
    reserved: int = 0

    @property
    def total(self) -> int:
        """What counts against the budget, open reservations included."""
        return self.input + self.cached + self.written + self.output + self.reserved


@dataclass(frozen=True)
class Allowance:
    """What a run may use and what it used so far. None: no limit of that kind."""

    used: Usage
    tokens: int | None = None
    calls: int | None = None

    @property
    def tokens_left(self) -> int | None:
        """What no call has spent or set aside."""
        return None if self.tokens is None else max(self.tokens - self.used.total, 0)

    @property
    def calls_left(self) -> int | None:
        """How many more calls may be sent."""
        return None if self.calls is None else max(self.calls - self.used.calls, 0)


class Calls:
    """The calls of all runs. `reserved` of a settled call is 0."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, try_id: int, model: str, tokens: int) -> int:
        """Set `tokens` aside for a call of this try and return the call's id.

        Raises BudgetSpent where the run's tokens or calls do not allow it; then only that is written.
        """
        with self._database.transaction() as db:
            run = db.execute(
                "SELECT runs.id, runs.tokens, runs.calls FROM runs JOIN tries ON tries.run = runs.id "
                "WHERE tries.id = ?",
                (try_id,),
            ).fetchone()
            used = Usage(*db.execute(RUNNING, (run["id"],)).fetchone() or ())
            refusal = None
            if run["calls"] is not None and used.calls >= run["calls"]:
                refusal = BudgetSpent("calls", used.calls, run["calls"])
            elif run["tokens"] is not None and used.total + tokens > run["tokens"]:
                refusal = BudgetSpent("tokens", used.total, run["tokens"])
            values = (try_id, run["id"], self._database.clock(), model, 0 if refusal else tokens)
            if refusal is None or not self._was_refused(db, try_id):
                words = (
                    "INSERT INTO calls (try, run, at, model, reserved, status, settled) VALUES (?, ?, ?, ?, ?, ?, ?)"
                )
                marks = (SPENT, self._database.clock()) if refusal else (None, None)
                cursor = db.execute(words, (*values, *marks))
        if refusal is not None:
            raise refusal
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    @staticmethod
    def _was_refused(db: Connection, try_id: int) -> bool:
        """Whether a call of this try was not let through before."""
        return bool(db.execute("SELECT 1 FROM calls WHERE try = ? AND status = ?", (try_id, SPENT)).fetchone())

    def was_refused(self, try_id: int) -> bool:
        """Whether the budget kept a call of this try from being sent."""
        return bool(self._database.rows("SELECT 1 FROM calls WHERE try = ? AND status = ?", try_id, SPENT))

    def settle(self, call: int, usage: Usage, status: int) -> None:
        """Book what the provider says a call used (all 0 where it refused) and free what was reserved."""
        with self._database.transaction() as db:
            self._write(db, call, usage, 0, status, self._database.clock())

    def keep(self, call: int, usage: Usage, status: int) -> None:
        """The end of a call is unknown: book what is known and keep the rest reserved until the try ends."""
        with self._database.transaction() as db:
            row = db.execute("SELECT reserved FROM calls WHERE id = ?", (call,)).fetchone()
            self._write(db, call, usage, max(row["reserved"] - usage.total, 0), status, None)

    @staticmethod
    def _write(db: Connection, call: int, usage: Usage, reserved: int, status: int, settled: float | None) -> None:
        """Write what is known of a call that is not settled; what was billed beyond its reservation is named."""
        row = db.execute(f"SELECT run, {HELD} AS held FROM calls WHERE id = ? AND settled IS NULL", (call,)).fetchone()
        if row is None:
            return
        over = max(usage.total + reserved - row["held"], 0)
        if over:
            db.execute("UPDATE totals SET over = over + ? WHERE run = ?", (over, row["run"]))
        db.execute(
            "UPDATE calls SET settled = ?, status = ?, reserved = ?, input = ?, cached = ?, written = ?, output = ? "
            "WHERE id = ?",
            (settled, status, reserved, usage.input, usage.cached, usage.written, usage.output, call),
        )

    def book(self, try_id: int) -> None:
        """The try ended: what is still reserved for it counts as spent (as output, the dearer side)."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE calls SET output = output + reserved, reserved = 0, settled = ? "
                "WHERE try = ? AND settled IS NULL",
                (self._database.clock(), try_id),
            )

    def allowance(self, try_id: int) -> Allowance:
        """What the run of this try may use, and used."""
        run = self._database.rows(
            "SELECT runs.id, runs.tokens, runs.calls FROM runs JOIN tries ON tries.run = runs.id WHERE tries.id = ?",
            try_id,
        )[0]
        return Allowance(self.of_run(run["id"]), run["tokens"], run["calls"])

    def of_try(self, try_id: int) -> Usage:
        """What one try used."""
        return Usage(*self._database.rows(SUMS + "try = ?", try_id)[0])

    def of_run(self, run: str) -> Usage:
        """What a run used, all its tries together."""
        return next((Usage(*row) for row in self._database.rows(RUNNING, run)), Usage())

    def last_status(self, try_id: int) -> int | None:
        """The HTTP status of the last answer that this try got (599: none came), or None before any."""
        rows = self._database.rows(
            "SELECT status FROM calls WHERE try = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1", try_id
        )
        return rows[0]["status"] if rows else None

    def overbilled(self, run: str) -> int:
        """Tokens of a run that the provider billed beyond what was reserved: the bound was wrong by so much."""
        rows = self._database.rows("SELECT over FROM totals WHERE run = ?", run)
        return int(rows[0]["over"]) if rows else 0
