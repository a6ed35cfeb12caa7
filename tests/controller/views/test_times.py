"""Where a life's time went, by the moments that the journal noted."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from controller.contract import EVOLVED, Outcome
from controller.errors import RequestError
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.phases import Approval, End, Phase, Push, Result, Spawn
from controller.ledger.report import Report
from controller.state.place import locate, make_state
from controller.views.times import collect, show

END = End(exit_code=0, signal=None, limit=None, seconds=1.0, output="", peak_bytes=0)
JUDGED = Result(Outcome(EVOLVED), (Report("shape", "pass", seconds=0.5), Report("tests", "pass", seconds=3.25)))


class Clock:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def lived(ledger: Path, *phases: Phase, closed: str = "") -> Database:
    """A ledger with one try at generation 1, a second between two moments."""
    database = Database(ledger, clock=Clock())
    journal = Journal(database)
    run = Run("run", "lineage/main", 1, {})
    journal.begin_run(run)
    life = journal.life(journal.begin_try(run, 1, "0" * 40))
    for phase in phases:
        life = journal.begin_phase(life, phase)
    if closed:
        journal.end_try(life.tried.id, closed)
    return database


@pytest.mark.parametrize(
    ("phases", "closed", "names"),
    [
        ((), "", []),
        ((Spawn(), END), "", ["prepare", "live"]),
        ((Spawn(), END, Push("c"), JUDGED), "", ["prepare", "live", "fetch", "judge"]),
        ((Spawn(), END, Push("c"), JUDGED), "evolved", ["prepare", "live", "fetch", "judge", "record"]),
        (
            (Spawn(), END, Push("c"), JUDGED, Approval(True)),
            "evolved",
            ["prepare", "live", "fetch", "judge", "consent", "record"],
        ),
        ((Spawn(),), "aborted", ["prepare", "live"]),
    ],
)
def test_each_phase_ends_where_the_next_begins(
    tmp_path: Path, phases: tuple[Phase, ...], closed: str, names: list[str]
) -> None:
    database = lived(tmp_path / "ledger.sqlite", *phases, closed=closed)
    (one,) = collect(database, "lineage/main", 1)
    database.close()
    assert [part.name for part in one.phases] == names
    assert {part.seconds for part in one.phases} <= {1.0}
    assert one.outcome == (closed or "open")


def test_gates_stand_below_judge(operator: Path) -> None:
    place = locate(operator, "lineage/main")
    make_state(place)
    lived(place.ledger, Spawn(), END, Push("c"), JUDGED).close()
    out = io.StringIO()
    show(place, 1, Console(file=out), False)
    assert [line.split() for line in out.getvalue().splitlines()][4:] == [
        ["1.000", "s", "judge"],
        ["0.500", "s", "shape"],
        ["3.250", "s", "tests"],
    ]


def test_unknown_generation_is_said(operator: Path) -> None:
    with pytest.raises(RequestError, match="knows no life of generation 7"):
        show(locate(operator, "lineage/main"), 7, Console(file=io.StringIO()), False)
