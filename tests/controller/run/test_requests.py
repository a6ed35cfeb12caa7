"""What a run answers to the operator's requests, and what a signal does to it: without a process."""

import signal
from pathlib import Path
from typing import cast

import pytest

from controller.events.kinds import Event, RunAsked
from controller.ledger.database import Database
from controller.ledger.wishes import Wishes
from controller.run.control import Control
from controller.run.pausing import Pausing, State
from controller.run.spending import least
from controller.views.sentences import sentence


@pytest.fixture
def pausing() -> Pausing:
    """The state of a run that has not begun."""
    return Pausing(lambda _: None)


@pytest.fixture
def control(pausing: Pausing) -> Control:
    """Its requests; a life has an hour after SIGTERM."""
    return Control(pausing, 3600, lambda _: None)


def test_requests_change_the_state(control: Control) -> None:
    states = [control.answer({"do": name}).get("state") for name in ("pause", "resume", "stop", "pause")]
    assert states == ["paused", "living", "stopping", "stopping"]


def test_unknown_request_names_the_known_ones(control: Control) -> None:
    answer = control.answer({"do": "fly"})
    assert answer == {"error": "unknown request", "known": ["panic", "pause", "resume", "rollback", "status", "stop"]}


@pytest.mark.parametrize("to", [None, -1, "2"])
def test_rollback_to_no_generation_is_refused(control: Control, tmp_path: Path, to: object) -> None:
    database = Database(tmp_path / "ledger.sqlite")
    wishes = Wishes(database, "lineage/main")
    control.begin("r", wishes)
    assert "name a generation" in str(control.answer({"do": "rollback", "to": to})["error"])
    assert wishes.open() is None
    database.close()


def test_rollback_of_an_ended_run_is_refused(control: Control, tmp_path: Path) -> None:
    database = Database(tmp_path / "ledger.sqlite")
    wishes = Wishes(database, "lineage/main")
    control.begin("r", wishes)
    control.answer({"do": "rollback", "to": 1})
    found = wishes.open()
    assert found is not None and found.generation == 1
    control.close()
    assert "error" in control.answer({"do": "rollback", "to": 2})
    database.close()


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_second_signal_interrupts(control: Control, pausing: Pausing, first: int, second: int) -> None:
    assert not control.signalled(first)
    assert pausing.state is State.STOPPING
    assert control.signalled(second)
    control.close()


@pytest.mark.parametrize(
    ("limit", "used", "own", "left"),
    [(None, 5, None, None), (None, 5, 7, 7), (10, 4, None, 6), (10, 4, 3, 3), (10, 4, 9, 6), (10, 12, 3, 0)],
)
def test_life_may_use_the_lesser(limit: int | None, used: int, own: int | None, left: int | None) -> None:
    assert least(limit, used, own) == left


def test_what_comes_later_is_told_now(pausing: Pausing) -> None:
    """To whoever watches the run: a pause asked for in another terminal."""
    events: list[Event] = []
    control = Control(pausing, 3600, events.append)
    control.answer({"do": "pause"})
    assert events == [], "no run has begun"
    control.begin("r", cast(Wishes, None))
    for name in ("pause", "resume", "status", "rollback", "stop"):
        control.answer({"do": name, "to": -1})
    assert events == [RunAsked("r", "pause"), RunAsked("r", "stop")]
    assert sentence(events[0]) == "run r: pause asked for; it comes when this life has ended"
