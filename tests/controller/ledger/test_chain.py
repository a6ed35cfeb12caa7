"""The chain of settled calls: what is lost or altered in the ledger is noticed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from controller.errors import LedgerError
from controller.ledger.calls import Calls
from controller.ledger.chain import Chain
from controller.ledger.database import LEDGER_LAYOUT, Database
from controller.ledger.journal import Journal
from controller.ledger.link import FUNCTION, link
from controller.ledger.total import Total
from controller.ledger.usage import Usage
from tests.controller.ledger.altered import RUN, alter


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of twenty settled calls of one run: 2,000 tokens."""
    path = tmp_path / "ledger.sqlite"
    with closing(Database(path)) as database:
        Journal(database).begin_run(RUN)
        tried = Journal(database).begin_try(RUN, 1, "0" * 40)
        calls = Calls(database)
        for _ in range(20):
            calls.settle(calls.reserve(tried.id, "m", 500), Usage(input=60, cached=10, written=10, output=20), 200)
    return path


def test_settled_call_carries_the_running_total(path: Path) -> None:
    with closing(Database(path)) as database:
        rows = database.rows("SELECT tokens, calls, call FROM chain ORDER BY id")
        assert [(row["tokens"], row["calls"]) for row in rows] == [(100 * n, n) for n in range(1, 21)]
        chain = Chain(database)
        assert chain.spent() == chain.counted() == chain.carried() == {"run": Total(2000, 20)}
        assert chain.broken() == chain.broken(last=3) == ""


LOSSES = {
    "a call says less": ("UPDATE calls SET output = 0 WHERE id = 7",),
    "a call says another model": ("UPDATE calls SET model = 'other' WHERE id = 7",),
    "a row is gone": ("DELETE FROM chain WHERE id = 7",),
    "the first rows are gone": ("DELETE FROM chain WHERE id < 5",),
    "a running total is less": ("UPDATE chain SET tokens = 1 WHERE id = 20",),
    "the first row is altered": ("UPDATE calls SET input = 0 WHERE id = 1",),
}


@pytest.mark.parametrize("what", LOSSES)
def test_chain_notices_the_loss(path: Path, what: str) -> None:
    alter(path, *LOSSES[what])
    with closing(Database(path)) as database:
        assert Chain(database).broken()


def test_sums_notice_lost_last_rows(
    path: Path,
) -> None:
    alter(path, "DELETE FROM chain WHERE id > 15", "DELETE FROM calls WHERE id > 15")
    with closing(Database(path)) as database:
        chain = Chain(database)
        assert chain.broken() == ""
        assert chain.counted() == {"run": Total(1500, 15)} != chain.spent()


@pytest.mark.parametrize("change", ["UPDATE calls SET output = 1 WHERE id = 3", "UPDATE chain SET tokens = 1",
                                    "DELETE FROM chain", "DELETE FROM calls"])  # fmt: skip
def test_database_refuses_to_change_settled_calls(path: Path, change: str) -> None:
    refused = pytest.raises(LedgerError, match="refused, nothing was written")
    with closing(Database(path)) as database, refused, database.transaction() as db:
        db.execute(change)


def test_booked_call_is_linked_refused_not(path: Path) -> None:
    with closing(Database(path)) as database:
        calls, tried = Calls(database), Journal(database).open_tries("lineage")[0]
        calls.keep(calls.reserve(tried.id, "m", 500), Usage(input=5), 599)
        with pytest.raises(Exception, match="too little for this call"):
            calls.reserve(tried.id, "m", 10**6)
        assert Chain(database).carried() == {"run": Total(2000, 20)}
        calls.book(tried.id)
        assert Chain(database).carried() == {"run": Total(2500, 21)} == Chain(database).spent()
        assert Chain(database).broken() == ""


def test_old_ledgers_chain_begins_with_anchors(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(f"""{LEDGER_LAYOUT.migrations[0]}{LEDGER_LAYOUT.migrations[1]}PRAGMA user_version = 2;
            INSERT INTO runs (id, lineage, started, until, settings) VALUES ('run', 'lineage', 0, 9, '{{}}');
            INSERT INTO tries (id, run, lineage, generation, number, parent, started)
                VALUES (1, 'run', 'lineage', 1, 1, '', 0);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
            INSERT INTO calls (try, run, at, model, reserved, settled, status, input)
                SELECT 1, 'run', 0, 'm', 0, 1, 200, 100 FROM n;""")
    with closing(Database(path)) as database:
        chain = Chain(database)
        assert chain.carried() == chain.spent() == chain.counted() == {"run": Total(2000, 20)}
        tried = Journal(database).open_tries("lineage")[0]
        calls = Calls(database)
        calls.settle(calls.reserve(tried.id, "m", 500), Usage(input=1), 200)
        assert chain.carried() == {"run": Total(2001, 21)}
        assert chain.broken() == ""


@pytest.mark.parametrize("what", ["nothing", *LOSSES])
def test_every_sum_says_the_booked_total(path: Path, what: str) -> None:
    if what != "nothing":
        alter(path, *LOSSES[what])
    with closing(Database(path)) as database:
        chain = Chain(database)
        chain.book("run", "lineage", Total(2600, 25), "repaired by a test")
        assert chain.spent() == chain.counted() == chain.carried() == {"run": Total(2600, 25)}
        tried = Journal(database).open_tries("lineage")[0]
        calls = Calls(database)
        calls.settle(calls.reserve(tried.id, "m", 500), Usage(input=100), 200)
        assert chain.spent() == chain.counted() == chain.carried() == {"run": Total(2700, 26)}
        assert chain.broken() == ""


def test_booking_beyond_the_budget_is_named(path: Path) -> None:
    with closing(Database(path)) as database:
        Chain(database).book("run", "lineage", Total(100_500, 25), "repaired")
        assert Calls(database).overbilled("run") == (500, 0)


def test_link_depends_on_each_value(path: Path) -> None:
    assert len({link("", 1, 2), link("", 12), link("x", 1, 2), link("", 1, 3), link("", "1", 2)}) == 5
    assert FUNCTION in (Path(__file__).parents[3] / "controller/ledger/link.py").read_text()


def test_copy_is_whole_and_private(path: Path, tmp_path: Path) -> None:
    with closing(Database(path)) as database:
        database.backup(tmp_path / "copy.sqlite")
    assert (tmp_path / "copy.sqlite").stat().st_mode & 0o777 == 0o600
    with closing(Database(tmp_path / "copy.sqlite")) as copy:
        assert Chain(copy).spent() == {"run": Total(2000, 20)}
        assert copy.sound() == ""


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5_000, "-1", "1.5", "1e3", "", "x"])
def test_trailer_numbers_fit_the_ledger(number: str) -> None:
    assert Total.parse(f"tokens={number} calls=3 nanousd={number}") == Total(0, 3, 0)
    most = Total.parse(f"tokens={'9' * 18}")
    assert (most + most).tokens < 2**63
