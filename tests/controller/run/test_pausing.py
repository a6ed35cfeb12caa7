"""The state machine of a run: every row of its table, what is refused, and what it writes and reports."""

import threading
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from controller.errors import Held, StoppedEarly
from controller.events.kinds import Event, RunContinued, RunPaused, RunWaiting
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.pauses import Pause, Pauses
from controller.run.pausing import LONGEST, TRANSITIONS, Change, Pausing, State, follow
from tests.waiting import PATIENCE

NOW = 1000.0
RUNNING, WAITING, PAUSED, STOPPING = State.RUNNING, State.WAITING, State.PAUSED, State.STOPPING
TABLE = {  # before: after pause, resume, stop, wait, continue; None: refused
    RUNNING: (PAUSED, RUNNING, STOPPING, WAITING, RUNNING),
    WAITING: (PAUSED, WAITING, STOPPING, WAITING, RUNNING),
    PAUSED: (PAUSED, RUNNING, STOPPING, PAUSED, PAUSED),
    STOPPING: (STOPPING, STOPPING, STOPPING, None, None),
}
ROWS = [
    (before, change, after)
    for before, row in TABLE.items()
    for change, after in zip(Change, row, strict=True)
]  # fmt: skip


@pytest.fixture
def pauses(tmp_path: Path) -> Iterator[Pauses]:
    """The pauses of a run "r"."""
    database = Database(tmp_path / "ledger.sqlite", clock=lambda: NOW)
    Journal(database).begin_run(Run("r", "lineage/main", 1, {}))
    yield Pauses(database)
    database.close()


def no_sleep(_: float) -> None:
    """Time passes at once."""


def begun(
    pauses: Pauses,
    look: Callable[[], int | None] = lambda: 200,
    sleep: Callable[[float], None] | None = no_sleep,
    notify: Callable[[Event], None] = lambda _: None,
    leave: bool = False,
) -> Pausing:
    """The run "r", which has begun."""
    pausing = Pausing(notify, leave, sleep)
    pausing.begin("r", pauses, look, lambda: NOW)
    return pausing


@pytest.mark.parametrize(("before", "change", "after"), ROWS, ids=lambda one: one.name if one else "refused")
def test_every_pair_of_state_and_change(before: State, change: Change, after: State | None) -> None:
    if after is None:
        assert (before, change) not in TRANSITIONS
        with pytest.raises(StoppedEarly, match="stopped as asked"):
            follow(before, change)
    else:
        assert TRANSITIONS[before, change] is follow(before, change) is after


def test_rows_cover_every_pair() -> None:
    assert {(before, change) for before, change, _ in ROWS} == set(product(State, Change))


def test_waits_double_until_a_try_ends(pauses: Pauses) -> None:
    waits, statuses = list[float](), [599, 503, 429, 200, 200]
    pausing = begun(pauses, lambda: statuses.pop(0), waits.append)
    pausing.wait("provider", "gone")
    assert waits == [5.0, 10.0, 20.0, 40.0]
    assert (pausing.state, pauses.of_run("r")) == (RUNNING, None)
    pausing.wait("provider", "busy")
    assert waits[4:] == [80.0]
    statuses += [503] * 10 + [404]  # an answer like any other: only a try can tell
    pausing.wait("provider", "busy")
    assert waits[-3:] == [LONGEST] * 3
    pausing.try_ended()
    statuses.append(200)
    pausing.wait("provider", "busy")
    assert waits[-1:] == [5.0]


def test_wait_is_booked_before_it_begins(pauses: Pauses) -> None:
    states, found, events = list[State](), list[Pause | None](), list[Event]()

    def sleep(_: float) -> None:
        states.append(pausing.state)
        found.append(pauses.of_run("r"))

    pausing = begun(pauses, sleep=sleep, notify=events.append)
    pausing.wait("disk", "full")
    (pause,) = found
    assert states == [WAITING] and pause is not None
    assert (pause.kind, pause.reason, pause.since, pause.look) == ("disk", "full", NOW, NOW + 5)
    assert events == [RunWaiting("r", "disk", "full", NOW, 5.0), RunContinued("r")]


@pytest.mark.parametrize(("status", "what"), [(401, "ANTHROPIC_API_KEY"), (402, "pay"), (403, "--model")])
def test_provider_that_refuses_us_ends_the_wait(pauses: Pauses, status: int, what: str) -> None:
    pausing = begun(pauses, lambda: status)
    with pytest.raises(Held, match=f"{status}: .*{what}"):
        pausing.wait("provider", "gone")


def test_person_ends_what_a_person_paused(pauses: Pauses) -> None:
    wished = pauses.begin("r", "operator", "you said so")
    pausing = begun(pauses)
    pausing.take_up()
    assert pauses.of_run("r") == wished, "looking at the world resumes nobody"
    pausing.wait("provider", "gone")
    assert (pausing.state, pauses.of_run("r")) == (PAUSED, wished)
    pausing.resume()
    assert (pausing.state, pauses.of_run("r")) == (RUNNING, None)


def test_wait_outlasts_a_pause_inside_it(pauses: Pauses) -> None:
    seen = list[tuple[State, Pause | None]]()

    def pause_and_resume(_: float) -> None:
        pausing.pause()
        seen.append((pausing.state, pauses.of_run("r")))
        pausing.resume()
        seen.append((pausing.state, pauses.of_run("r")))

    pausing = begun(pauses, sleep=pause_and_resume)
    pausing.wait("provider", "gone")
    (paused, first), (waiting, second) = seen
    assert first is not None and second is not None
    assert (paused, first.kind, first.look) == (PAUSED, "operator", None)
    assert (waiting, second.kind, second.look) == (WAITING, "provider", NOW + 5)
    assert (pausing.state, pauses.of_run("r")) == (RUNNING, None)


def test_new_pause_takes_the_place_of_a_wait(pauses: Pauses) -> None:
    first = pauses.begin("r", "provider", "gone", look=NOW + 5)
    assert (str(first), first.since, first.look) == ("waiting(provider)", NOW, NOW + 5)
    assert pauses.begin("r", "provider", "still gone", look=NOW + 10).reason == "still gone"
    begun(pauses).pause()
    second = pauses.of_run("r")
    assert second is not None
    assert (second.kind, second.look) == ("operator", None)


@pytest.mark.parametrize("kind", ["operator", "breaker"])
def test_pause_of_a_dead_controller_holds(pauses: Pauses, kind: str) -> None:
    pauses.begin("r", kind, "left")
    assert begun(pauses).state is PAUSED


@pytest.mark.parametrize("kind", ["refused", "disk", "gates"])
def test_dead_controllers_wait_is_tried_again(pauses: Pauses, kind: str) -> None:
    pauses.begin("r", kind, "left")
    assert (begun(pauses).state, pauses.of_run("r")) == (RUNNING, None)


def test_wait_of_a_dead_controller_goes_on(pauses: Pauses) -> None:
    pauses.begin("r", "provider", "gone", look=NOW)
    waits, statuses = list[float](), [503, 503, 200]
    begun(pauses, lambda: statuses.pop(0), waits.append).take_up()
    assert (waits, pauses.of_run("r")) == ([5.0, 10.0], None)


def test_pause_before_the_run_begins_is_kept(pauses: Pauses) -> None:
    events = list[Event]()
    pausing = Pausing(events.append, leave=True)
    pausing.pause()
    pausing.begin("r", pauses, lambda: None)
    assert pauses.of_run("r") is None
    with pytest.raises(StoppedEarly, match=r"paused\(operator\): .* `heirloom resume`"):
        pausing.stay_paused()
    assert pauses.of_run("r") is not None


def test_paused_run_continues_when_resumed(pauses: Pauses) -> None:
    paused, meanwhile, events = threading.Event(), threading.Event(), list[Event]()

    def notify(event: Event) -> None:
        events.append(event)
        paused.set()

    pausing = begun(pauses, notify=notify)
    pausing.pause("breaker", "it gets nowhere")
    staying = threading.Thread(target=pausing.stay_paused, args=(meanwhile.set,), daemon=True)
    staying.start()
    assert paused.wait(PATIENCE) and meanwhile.wait(PATIENCE)
    assert staying.is_alive()
    pausing.resume()
    staying.join(PATIENCE)
    assert not staying.is_alive()
    assert events == [RunPaused("r", "breaker", "it gets nowhere"), RunContinued("r")]


def test_stop_ends_wait_and_pause(pauses: Pauses) -> None:
    pausing = begun(pauses, sleep=None)
    pausing.stop()
    with pytest.raises(StoppedEarly, match="stopped as asked"):
        pausing.wait("provider", "gone")
    with pytest.raises(StoppedEarly, match="stopped as asked"):
        pausing.stay_paused()
    with pytest.raises(StoppedEarly, match="stopped as asked"):
        pausing.sleep(600.0)


def test_pause_of_a_stopping_run_is_durable(pauses: Pauses) -> None:
    pausing = begun(pauses)
    pausing.stop()
    pausing.pause()
    assert pausing.state is STOPPING
    assert begun(pauses).state is PAUSED
