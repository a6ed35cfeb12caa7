import random

import pytest
from lock.control import Lock, Refused
from lock.day import run

WAYS = {
    "low": [], "low open": ["open"], "filling": ["fill"], "high": ["fill", "level"], "high open": ["fill", "level", "open"],
    "draining": ["fill", "level", "drain"], "stopped": ["stop"]}
NEW = {
    ("low", "open"): ("low open", "low gate opens"), ("high", "open"): ("high open", "high gate opens"),
    ("low open", "shut"): ("low", "low gate shuts"), ("high open", "shut"): ("high", "high gate shuts"),
    ("low", "fill"): ("filling", "sluice up"), ("draining", "fill"): ("filling", "sluices turned"),
    ("high", "drain"): ("draining", "sluice up"), ("filling", "drain"): ("draining", "sluices turned"),
    ("filling", "level"): ("high", "water is high"), ("draining", "level"): ("low", "water is low"),
    ("filling", "stop"): ("stopped", "stopped while moving"), ("draining", "stop"): ("stopped", "stopped while moving"),
    ("stopped", "resume"): ("low", "resumed: low"), ("low open", "enter"): ("low open", "boat enters, 1 inside"),
    ("high open", "enter"): ("high open", "boat enters, 1 inside"),
    **{(state, "stop"): ("stopped", "stopped") for state in ("low", "high", "low open", "high open")},
}
NOTHING = {"open": ("low open", "high open"), "shut": ("low", "high"), "fill": ("filling", "high"), "drain": ("draining", "low"),
           "level": ("low", "high", "low open", "high open", "stopped"), "stop": ("stopped",)}
EVENTS = ("open", "shut", "enter", "leave", "fill", "drain", "level", "stop", "resume")


def lock_in(state):
    lock = Lock()
    for event in WAYS[state]:
        lock.event(event)
    assert lock.state == state
    lock.log.clear()
    return lock


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_in_every_state(state, event):
    lock = lock_in(state)
    if (state, event) in NEW:
        after, line = NEW[state, event]
        assert lock.event(event) == lock.state == after
        assert lock.log == [line]
    elif state in NOTHING.get(event, ()):
        assert lock.event(event) == lock.state == state
        assert lock.log == []
    else:
        why = "empty" if event == "leave" and "open" in state else state
        with pytest.raises(Refused) as caught:
            lock.event(event)
        assert str(caught.value) == f"cannot {event} while {why}"
        assert lock.log == [f"refused: {event} while {why}"]
        assert lock.state == state
    assert lock.boats == (1 if event == "enter" and "open" in state else 0)


@pytest.mark.parametrize("state", ["low open", "high open"])
def test_boats_are_counted(state):
    lock = lock_in(state)
    for event in ("enter", "enter", "leave", "enter"):
        assert lock.event(event) == state
    with pytest.raises(Refused, match="^cannot enter while full$"):
        lock.event("enter")
    assert lock.boats == 2
    lock.event("leave")
    assert lock.log == ["boat enters, 1 inside", "boat enters, 2 inside", "boat leaves, 1 inside", "boat enters, 2 inside",
                        "refused: enter while full", "boat leaves, 1 inside"]
    lock.event("shut")
    assert lock.boats == 1
    with pytest.raises(Refused, match=f"^cannot leave while {state[:-5]}$"):
        lock.event("leave")
    assert lock.boats == 1


@pytest.mark.parametrize("state", [state for state in WAYS if state != "stopped"])
def test_stop_and_resume(state):
    lock = lock_in(state)
    lock.event("stop")
    assert lock.event("stop") == "stopped"
    for event in ("open", "enter", "fill"):
        with pytest.raises(Refused, match=f"^cannot {event} while stopped$"):
            lock.event(event)
    assert lock.event("level") == "stopped"
    assert lock.event("resume") == lock.state == state
    assert lock.log[-1] == f"resumed: {state}"
    with pytest.raises(Refused, match=f"resume while {state}"):
        lock.event("resume")


@pytest.mark.parametrize("name", ["close", "", "OPEN", "low", "stopped"])
def test_unknown_event_raises(name):
    lock = Lock()
    with pytest.raises(ValueError, match=f"^unknown event {name}$"):
        lock.event(name)
    lock.event("stop")
    with pytest.raises(ValueError):
        lock.event(name)
    assert (lock.state, lock.log) == ("stopped", ["stopped"])


def test_days():
    draw = random.Random(3)
    seen = [run(draw.choices(EVENTS, k=40)) for _ in range(30)]
    assert all(0 <= boats <= 2 for _, boats, _ in seen)
    assert run(["open", "enter", "enter", "enter", "stop", "leave", "resume", "leave", "shut", "drain", "fill", "stop"]) == (
        "stopped", 1, 2)
    first, second = Lock(), Lock()
    first.event("open")
    assert (second.state, second.log) == ("low", [])
