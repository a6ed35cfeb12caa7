"""What the journal knows of a life: typed phases, rows of before, rows that are damaged."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from controller.contract import REFUSED, Limits, ModelInfo, Outcome
from controller.errors import LedgerDamaged
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.life import FIELDS, Life
from controller.ledger.phases import (
    PHASES,
    Approval,
    Commit,
    End,
    Fault,
    Newborn,
    Phase,
    Push,
    Requests,
    Result,
    Spawn,
    from_json,
)
from controller.ledger.report import Report
from controller.sandbox.limits import Bounds

LIMITS = Limits(seconds=1, memory_bytes=2, output_bytes=3)
NEWBORN = Newborn((ModelInfo(id="m"),), LIMITS, ("agent/",), None, ("1 evolved",))
WHOLE: tuple[Phase, ...] = (
    Spawn({"Model": "m"}, None, "ask", NEWBORN, Bounds(1.0, 2, 3)),
    Requests(2, "goal", "no life can meet it"),
    End(exit_code=10, signal=None, limit=None, seconds=1.5, output="\udcff", peak_bytes=7, fault=Fault("disk", "full")),
    Push("a" * 40),
    Result(Outcome(REFUSED, "shape"), (Report("shape", "refuse", "agent/\udcff.py is odd"),)),
    Approval(True),
    Commit("b" * 40),
)
# As they were written before phases had types: the data of each name, less what was added since
BEFORE = {
    "spawn": '{"stamps": {"Model": "m"}, "goal": null}',
    "asks": '{"number": 1}',
    "fetch": '{"exit_code": null, "signal": 9, "limit": "wall", "seconds": 1.0, "output": "", "peak_bytes": 0}',
    "judge": '{"attempt": null}',
    "record": '{"outcome": {"name": "killed", "detail": "wall"}, "reports": [{"name": "shape", "result": "pass", '
    '"reason": "", "evidence": "", "seconds": 0.1}], "met": false}',
    "approval": '{"yes": false}',
    "commit": '{"commit": "c"}',
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    one = Database(tmp_path / "ledger.sqlite")
    yield one
    one.close()


def born(database: Database) -> tuple[Journal, Life]:
    """A try that was begun, and no phase of it."""
    journal, run = Journal(database), Run("r", "lineage/main", 1, {})
    journal.begin_run(run)
    return journal, journal.life(journal.begin_try(run, 1, "p" * 40))


def test_a_life_comes_back_whole(database: Database) -> None:
    journal, life = born(database)
    for phase in WHOLE:
        life = journal.begin_phase(life, phase)
    found = journal.life(life.tried)
    assert found == life and found.ended and found.judged
    for phase in WHOLE:
        kept = getattr(found, FIELDS[type(phase)])
        assert kept.at > 0 and replace(kept, at=0.0) == phase
    assert (found.outcome, found.attempt, found.exit) == (Outcome(REFUSED, "shape"), "a" * 40, "exit 10")
    assert found.newborn == NEWBORN and found.reports[0].reason == "agent/\udcff.py is odd"


def test_a_repeated_phase_keeps_its_first_row(database: Database) -> None:
    journal, life = born(database)
    first = journal.begin_phase(life, Push("a" * 40))
    assert journal.begin_phase(life, Push("b" * 40)) == first
    assert first.attempt == "a" * 40


def test_every_phase_has_a_field() -> None:
    assert set(FIELDS) == set(PHASES.values())


def test_rows_of_before_are_read() -> None:
    found = [from_json(name, data, 1.0) for name, data in BEFORE.items()]
    spawn, requests, end, _, result, _, _ = found
    assert isinstance(spawn, Spawn) and (spawn.consent, spawn.birth, spawn.bounds) == ("", None, None)
    assert isinstance(requests, Requests) and (requests.refused, requests.why) == ("", "")
    assert isinstance(end, End) and end.fault is None and end.exit == "signal 9"
    assert isinstance(result, Result) and not result.reports[0].private


@pytest.mark.parametrize("data", ["", "[]", '{"yes": "perhaps"}', "{}"])
def test_a_damaged_phase_is_named(data: str) -> None:
    with pytest.raises(LedgerDamaged, match="phase 'approval' cannot be read"):
        from_json("approval", data, 1.0)
