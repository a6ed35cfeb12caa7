import pytest
from greenhouse.board import Board


def board(**alarms):
    made, heard = Board(), []
    made.listen(lambda on, name: heard.append(name))
    for name, until in alarms.items():
        made.raise_alarm(name, until)
    return made, heard


def test_over_alarms_end_in_order():
    made, heard = board(c=5, a=4, d=6, b=1)
    made.raise_alarm("c", 3)
    made.tick(0)
    assert heard == []
    made.tick(4)
    assert (heard, made.active()) == (["a", "b", "c"], ["d"])
    made.tick(5)
    assert heard == ["a", "b", "c"]
    made.tick(6)
    assert (heard, made.active()) == (["a", "b", "c", "d"], [])


def test_raised_alarm_waits_for_next_tick():
    made, heard = board(a=1, b=1)
    made.listen(lambda on, name: on.raise_alarm({"a": "b", "b": "x"}.get(name, "y"), 0))
    made.tick(3)
    assert (heard, made.active()) == (["a"], ["b"])
    made.tick(3)
    assert (heard, made.active()) == (["a", "b"], ["x"])


def test_own_alarm_raised_again_stays():
    made, heard = board(a=1)
    made.listen(lambda on, name: on.raise_alarm(name, 0))
    made.tick(1)
    assert (heard, made.active()) == (["a"], ["a"])


def test_cleared_alarm_is_not_announced():
    made, heard = board(a=1, b=1, c=9, d=1)
    made.listen(lambda on, name: [on.clear(other) for other in ("b", "c", "no")])
    made.tick(1)
    assert (heard, made.active()) == (["a", "d"], [])


def test_all_over_alarms_are_active_until_announced():
    made, _ = board(a=1, b=1)
    seen = []
    made.listen(lambda on, name: seen.append((name, on.active())))
    made.tick(1)
    assert seen == [("a", ["b"]), ("b", [])]


def test_first_exception_is_raised_last():
    made, heard = Board(), []

    def bad(on, name):
        raise KeyError(name)

    made.listen(bad)
    made.listen(lambda on, name: heard.append(name))
    for name in "pqr":
        made.raise_alarm(name, 2)
    with pytest.raises(KeyError, match="p"):
        made.tick(2)
    assert (heard, made.active()) == (["p", "q", "r"], [])
    made.tick(3)
