"""`heirloom status` and `heirloom budget` show the same sums."""

import io
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from controller.audit.backups import back_up
from controller.audit.repair import repair
from controller.errors import BudgetSpent
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.phases import PHASES
from controller.ledger.queries import TryState
from controller.ledger.usage import Usage
from controller.settings.load import load
from controller.state.place import Place, locate, make_state
from controller.views import budget, status
from tests.controller.ledger.altered import alter

LIMIT = 10_000


@pytest.fixture
def place(operator: Path) -> Place:
    """A lineage with one run: a call of 1,000 tokens was settled, one of 400 is reserved, one was refused."""
    place = locate(operator, "lineage/main")
    make_state(place)
    with closing(Database(place.ledger)) as database:
        run = Run("run", place.branch, 9, {}, tokens=LIMIT, calls=7)
        journal, calls = Journal(database), Calls(database)
        journal.begin_run(run)
        tried = journal.begin_try(run, 1, "0" * 40)
        calls.settle(calls.reserve(tried.id, "m", 1_500), Usage(input=600, cached=100, output=300), 200)
        calls.reserve(tried.id, "m", 400)
        with pytest.raises(BudgetSpent):
            calls.reserve(tried.id, "m", LIMIT)
        back_up(database, place.backups, every=0)
    return place


def sums(place: Place) -> tuple[int, int]:
    """Tokens and calls of the newest run, which both views show alike."""
    seen = status.collect(place).as_json()["run"]
    run = budget.collect(place, load({}, {}, None)[0]).as_json()["scopes"][0]
    assert run["scope"] == "run"
    assert seen["spent"] == run["tokens"]["spent"] + run["tokens"]["reserved"] == LIMIT - run["tokens"]["left"]
    assert seen["made"] == run["calls"]["spent"] == 7 - run["calls"]["left"]
    return seen["spent"], seen["made"]


def test_refused_calls_are_not_counted(place: Place) -> None:
    assert sums(place) == (1_400, 2)


def test_repaired_run_has_equal_sums(place: Place) -> None:
    lost = "UPDATE totals SET calls = 1, input = 0, cached = 0, output = 0"
    alter(place.ledger, "DELETE FROM chain", "DELETE FROM calls WHERE id = 1", lost)
    assert sums(place) == (400, 1)
    assert any("booked" in line for line in repair(place))
    assert sums(place) == (1_000, 2)  # the copy knew of both calls, and that 1,000 tokens were settled at least


def test_assumed_tokens_are_named(place: Place) -> None:
    with closing(Database(place.ledger)) as database:
        Calls(database).book(1)
    assert sums(place) == (1_400, 2)
    assert status.collect(place).as_json()["run"]["assumed"] == 400
    shown = budget.collect(place, load({}, {}, None)[0])
    assert shown.as_json()["assumed"] == {"run": 400, "life": 400, "day": 400}
    for show in (status.show, lambda *words: budget.show(place, load({}, {}, None)[0], *words[1:])):
        file = io.StringIO()
        show(place, Console(file=file, width=200), False)
        assert "assumed" in file.getvalue() and "400" in file.getvalue()


def test_broken_bound_is_named(place: Place) -> None:
    with closing(Database(place.ledger)) as database:
        Calls(database).settle(2, Usage(input=600), 200)
    assert status.collect(place).as_json()["run"]["overbilled"] == 200
    file = io.StringIO()
    status.show(place, Console(file=file, width=200), False)
    assert "200 tokens beyond what was set aside: this run sends no more calls" in file.getvalue()


@pytest.mark.parametrize(
    ("phase", "living", "said"),
    [
        (None, True, "now         generation 3, try 2: making the workspace"),
        ("spawn", True, "now         generation 3, try 2: living"),
        ("judge", True, "now         generation 3, try 2: judging"),
        ("spawn", False, "unfinished  generation 3, try 2: living"),
    ],
)
def test_open_try_is_told_in_words(phase: str | None, living: bool, said: str) -> None:
    assert status.line_of_try(TryState(1, 3, 2, phase), living) == said


def test_each_phase_has_its_words() -> None:
    assert set(status.DOING_SINCE) == {None, *PHASES}


def test_missing_ledger_is_said(operator: Path) -> None:
    out = io.StringIO()
    budget.show(locate(operator, "lineage/main"), load({}, {}, None)[0], Console(file=out, width=200), False)
    assert out.getvalue().startswith("there is no ledger here yet, so nothing was spent here;")
