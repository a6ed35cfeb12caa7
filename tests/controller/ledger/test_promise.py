"""The promise is kept by the database too, whatever is done to it and wherever it stops."""

import sqlite3
import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from controller.errors import BoundBroken, BudgetSpent, LedgerError
from controller.ledger.calls import Calls
from controller.ledger.database import LEDGER_LAYOUT, Database
from controller.ledger.journal import Journal, Run
from controller.ledger.life import Try
from controller.ledger.usage import Usage
from controller.settings.limit import Limit
from tests.controller.gateway.gateways import Gateways, empty_ledger

BUDGET, CALLS, DOLLARS = 1_000, 12, 90_000
AMOUNTS = st.integers(0, 400)
COSTS = st.integers(0, 40_000)
SUMS = ("SELECT count(*) FILTER (WHERE status IS NOT 498), sum(input), sum(cached), sum(written), sum(output), "
        "sum(reserved), sum(long), sum(compacted), sum(cost), sum(owed) FROM calls WHERE run = ?")  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO calls (try, run, at, model, reserved) SELECT try, run, at, model, 601 FROM calls",
        "INSERT INTO calls (try, run, at, model, reserved, input) SELECT try, run, at, model, 0, 601 FROM calls",
        "UPDATE calls SET reserved = 1001",
        "UPDATE calls SET output = 601",
        "UPDATE totals SET cached = cached + 601",
        "DELETE FROM calls",
    ],
)
def test_database_refuses_to_break_the_promise(gateways: Gateways, change: str) -> None:
    tried = gateways.begin_try(tokens=1_000)
    gateways.calls.reserve(tried.id, "m", 400)
    with pytest.raises(LedgerError, match="refused, nothing was written"), gateways.database.transaction() as db:
        db.execute(change)
    assert gateways.calls.of_run(tried.run) == gateways.calls.of_try(tried.id) == Usage(calls=1, reserved=400)


def test_database_refuses_a_call_too_many(gateways: Gateways) -> None:
    tried = gateways.begin_try(calls=1)
    gateways.calls.reserve(tried.id, "m", 400)
    with pytest.raises(LedgerError, match="more calls"), gateways.database.transaction() as db:
        db.execute("INSERT INTO calls (try, run, at, model, reserved) SELECT try, run, at, model, 0 FROM calls")


@pytest.mark.parametrize("end", ["settle", "keep"])
def test_overbilled_amounts_are_booked_and_named(gateways: Gateways, end: str) -> None:
    tried = gateways.begin_try(tokens=1_000)
    call = gateways.calls.reserve(tried.id, "m", 900)
    book = gateways.calls.settle if end == "settle" else gateways.calls.keep
    book(call, Usage(input=1_500, output=100), 200)
    assert gateways.calls.of_run(tried.run) == Usage(calls=1, input=1_500, output=100)
    assert gateways.database.rows("SELECT over FROM totals")[0]["over"] == 700
    with pytest.raises(BudgetSpent):
        gateways.calls.reserve(tried.id, "m", 1)


@pytest.mark.parametrize("end", ["settle", "keep"])
@pytest.mark.parametrize(
    "billed", [Usage(input=401), Usage(output=10**12), Usage(cost=1), Usage(cached=300, written=101)]
)
def test_broken_bound_refuses_every_call(gateways: Gateways, end: str, billed: Usage) -> None:
    tried = gateways.begin_try(tokens=10**6)
    run = gateways.journal.open_run("lineage 1")
    assert run is not None
    beside = gateways.journal.begin_try(run, 1, "0" * 40)  # a life that is lived at the same time
    call, other = (gateways.calls.reserve(one.id, "m", 400) for one in (tried, beside))
    book = gateways.calls.settle if end == "settle" else gateways.calls.keep
    book(call, billed, 200)
    for one in (tried, beside, tried):
        with pytest.raises(BoundBroken, match="the operator has to look"):
            gateways.calls.reserve(one.id, "m", 0)
    with pytest.raises(LedgerError, match="may send no more"), gateways.database.transaction() as db:
        db.execute("INSERT INTO calls (try, run, at, model, reserved) SELECT try, run, at, model, 0 FROM calls LIMIT 1")
    gateways.calls.settle(other, Usage(input=400), 200)  # what was sent before is booked
    assert gateways.calls.of_try(beside.id) == Usage(calls=1, input=400)
    gateways.calls.reserve(gateways.begin_try(tokens=10**6).id, "m", 400)  # a run that a person began


def test_ledger_of_version_one_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        LEDGER_LAYOUT.migrations[0]
        + """PRAGMA user_version=1;
        INSERT INTO runs (id, lineage, started, until, settings, tokens) VALUES ('r', 'l', 0, 1, '{}', 100);
        INSERT INTO tries (id, run, lineage, generation, number, parent, started) VALUES (1, 'r', 'l', 1, 1, 'p', 0);
        INSERT INTO calls (try, run, at, model, reserved, status, input) VALUES (1, 'r', 0, 'm', 40, 200, 50);
        INSERT INTO calls (try, run, at, model, reserved, status) VALUES (1, 'r', 0, 'm', 0, 498);"""
    )
    old.close()
    for _ in range(2):
        database = Database(path)
        calls = Calls(database)
        assert calls.of_run("r") == calls.of_try(1) == Usage(calls=1, input=50, reserved=40)
        with pytest.raises(BudgetSpent):
            calls.reserve(1, "m", 11)
        database.close()


class Ledger(RuleBasedStateMachine):
    """Any order of what can happen to calls, beside a count of our own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.ledger = Path(self.folder.name, "ledger.sqlite")
        self.ledger.write_bytes(empty_ledger())
        self.open()
        self.run = Run("run", "lineage", 1, {}, BUDGET, CALLS, DOLLARS, {"life": Limit(700, 60_000)})
        self.journal.begin_run(self.run)
        self.made, self.over, self.over_cost = 0, 0, 0
        self.tries: list[Try] = []
        self.held: dict[int, int] = {}  # tokens that each call counts for
        self.owed: dict[int, int] = {}  # nanodollars
        self.whose: dict[int, int] = {}  # its try
        self.live: dict[int, int] = {}  # calls that are not settled: call to try
        self.begin_try()

    def open(self) -> None:
        self.database = Database(self.ledger)
        self.journal, self.calls = Journal(self.database), Calls(self.database)

    @rule()
    def begin_try(self) -> None:
        self.tries.append(self.journal.begin_try(self.run, 1, "0" * 40))

    def of(self, counts: dict[int, int], tried: Try) -> int:
        return sum(number for call, number in counts.items() if self.whose[call] == tried.id)

    @rule(data=st.data(), amount=AMOUNTS, owed=COSTS)
    def reserve(self, data: st.DataObject, amount: int, owed: int) -> None:
        tried = data.draw(st.sampled_from(self.tries))
        fits = (
            not self.over and not self.over_cost
            and self.made < CALLS and sum(self.held.values()) + amount <= BUDGET
            and sum(self.owed.values()) + owed <= DOLLARS
            and self.of(self.held, tried) + amount <= 700 and self.of(self.owed, tried) + owed <= 60_000
        )  # fmt: skip
        try:
            call = self.calls.reserve(tried.id, "m", amount, owed)
        except BudgetSpent:
            assert not fits
            return
        assert fits and call not in self.held
        self.made += 1
        self.held[call], self.owed[call], self.live[call], self.whose[call] = amount, owed, tried.id, tried.id

    @precondition(lambda self: self.held)
    @rule(data=st.data(), settled=st.booleans(), known=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), cost=COSTS)
    def end(self, data: st.DataObject, settled: bool, known: tuple[int, int, int, int], cost: int) -> None:
        """A call ends, known or not, sometimes beyond what was reserved, sometimes after it was settled."""
        call = data.draw(st.sampled_from(sorted(self.held)))
        usage = Usage(0, *known, cost=cost)
        row = self.database.rows("SELECT reserved, owed FROM calls WHERE id = ?", call)[0]
        (self.calls.settle if settled else self.calls.keep)(call, usage, 200)
        if call in self.live:
            counts = usage.total if settled else max(usage.total, row["reserved"])
            self.over += max(counts - self.held[call], 0)
            self.held[call] = counts
            costs = cost if settled else max(cost, row["owed"])
            self.over_cost += max(costs - self.owed[call], 0)
            self.owed[call] = costs
            if settled:
                del self.live[call]

    @rule(data=st.data())
    def book(self, data: st.DataObject) -> None:
        """A try ends, maybe a second time; nothing changes in sum."""
        tried = data.draw(st.sampled_from(self.tries))
        self.calls.book(tried.id)
        self.live = {call: owner for call, owner in self.live.items() if owner != tried.id}
        assert self.calls.of_try(tried.id).reserved == 0

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.open()

    @rule(amount=AMOUNTS)
    def stop_in_the_middle(self, amount: int) -> None:
        """What a controller was doing when it died was not done."""
        with pytest.raises(KeyboardInterrupt), self.database.transaction() as db:
            db.execute("UPDATE calls SET reserved = 0, owed = 0, input = 0, output = 0 WHERE settled IS NULL")
            raise KeyboardInterrupt

    @invariant()
    def the_promise_holds(self) -> None:
        used = self.calls.of_run("run")
        assert used.total == sum(self.held.values())
        assert used.total - self.over <= BUDGET and used.calls == self.made <= CALLS
        assert used.dollars == sum(self.owed.values()) and used.dollars - self.over_cost <= DOLLARS
        assert self.calls.overbilled("run") == (self.over, self.over_cost)
        rows = [value or 0 for value in self.database.rows(SUMS, "run")[0]]
        assert Usage(*rows) == used
        assert used == sum_of([self.calls.of_try(tried.id) for tried in self.tries])

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


def sum_of(parts: list[Usage]) -> Usage:
    """The usage of many tries."""
    names = [field.name for field in fields(Usage)]
    return Usage(*(sum(getattr(part, name) for part in parts) for name in names))


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
