import pytest

from signalbox import Box, Refused, Route
from signalbox.station import ROUTES


def refused(call, name):
    with pytest.raises(Refused) as caught:
        call(name)
    return caught.value.rule


def drive(box, *moves):
    for move in moves:
        box.train(move[1:], move[0] == "+")


@pytest.fixture
def box():
    return Box(ROUTES)


def test_setting(box):
    assert box.aspect("A") == "stop" and box.position("ps") == "left"
    box.set_route("in1")
    assert box.aspect("A") == "go" and box.aspect("N1") == "stop"
    assert box.position("ps") == "right" and box.position("pw") == "left"
    assert box.locked() == ["a1", "pe", "pw", "t1"]
    assert refused(box.set_route, "in1") == "set"
    assert refused(box.set_route, "nowhere") == "unknown"
    with pytest.raises(KeyError):
        box.aspect("Z")
    with pytest.raises(KeyError):
        box.position("a1")
    with pytest.raises(KeyError):
        box.train("zz", True)


@pytest.mark.parametrize("section", ["a1", "pw", "t1", "pe"])
def test_occupied(box, section):
    box.train(section, True)
    assert refused(box.set_route, "in1") == "occupied"
    assert box.locked() == [] and box.position("ps") == "left"


def test_overlap_blocks(box):
    box.set_route("in1")
    assert refused(box.set_route, "out1") == "locked"
    box.cancel("in1")
    box.set_route("out1")
    assert refused(box.set_route, "in1") == "locked"


def test_overlap_shared():
    box = Box([Route("x", "X", ("x1",), {}, "o"), Route("y", "Y", ("y1",), {}, "o"), Route("z", "Z", ("z1",))])
    box.set_route("z")
    box.set_route("x")
    box.set_route("y")
    assert box.locked() == ["o", "x1", "y1", "z1"]
    drive(box, "+x1", "-x1")
    assert box.locked() == ["o", "y1", "z1"]


def test_flank(box):
    box.set_route("in1")
    assert refused(box.set_route, "shunt") == "points"
    drive(box, "+a1", "+pw", "-a1", "+t1", "-pw")
    assert box.locked() == ["pe", "t1"]
    assert refused(box.set_route, "shunt") == "points"
    drive(box, "-t1")
    assert box.locked() == []
    box.set_route("shunt")
    assert box.position("ps") == "left"
    assert refused(box.set_route, "in1") == "points"


def test_flank_shared():
    box = Box([Route("x", "X", ("x1",), {"f": "right"}), Route("y", "Y", ("y1",), {"f": "right"}), Route("w", "W", ("w1",), {"f": "left"})])
    box.set_route("x")
    box.set_route("y")
    assert refused(box.set_route, "w") == "points"
    assert box.position("f") == "right"


def test_locked_before_points():
    box = Box([Route("x", "X", ("x1",), {"f": "right"}), Route("y", "Y", ("y1",)), Route("w", "W", ("w1", "y1"), {"f": "left"})])
    box.set_route("x")
    box.set_route("y")
    assert refused(box.set_route, "w") == "locked"


def test_signal_falls(box):
    box.set_route("in1")
    drive(box, "+a1")
    assert box.aspect("A") == "stop"
    drive(box, "-a1")
    assert box.aspect("A") == "stop" and box.locked() == ["pe", "pw", "t1"]


@pytest.mark.parametrize("section", ["pw", "t1", "pe"])
def test_signal_falls_for_others(box, section):
    box.set_route("in1")
    drive(box, "+" + section)
    assert box.aspect("A") == "stop"
    assert "a1" in box.locked()
    assert refused(box.set_route, "in1") == "set"
    box.cancel("in1")
    assert box.locked() == []


def test_release_in_order(box):
    box.set_route("in2")
    drive(box, "+a1", "+pw", "-pw")
    assert box.locked() == ["a1", "pe", "pw", "t2"]
    drive(box, "-a1")
    assert box.locked() == ["pe", "t2"]
    drive(box, "+t2", "+pe")
    assert box.locked() == ["pe", "t2"]
    drive(box, "-pe")
    assert box.locked() == ["pe", "t2"]
    drive(box, "-t2")
    assert box.locked() == []


def test_occupied_again(box):
    box.set_route("in2")
    drive(box, "+a1", "+pw", "-pw", "+pw", "-a1")
    assert box.locked() == ["pe", "pw", "t2"]


def test_released_sections_are_free(box):
    box = Box([Route("x", "X", ("x1", "x2")), Route("y", "Y", ("x1", "y2"))])
    box.set_route("x")
    drive(box, "+x1", "+x2", "-x1")
    box.set_route("y")
    assert box.locked() == ["x1", "x2", "y2"]
    assert refused(box.set_route, "x") == "set"


def test_free_without_use(box):
    box.set_route("in1")
    for section in ("a1", "pw", "t1", "pe", "ps"):
        box.train(section, False)
    assert box.locked() == ["a1", "pe", "pw", "t1"] and box.aspect("A") == "go"


def test_cancel(box):
    assert refused(box.cancel, "in1") == "not set"
    assert refused(box.cancel, "nowhere") == "unknown"
    box.set_route("in1")
    box.cancel("in1")
    assert box.locked() == [] and box.aspect("A") == "stop"
    box.set_route("in1")
    drive(box, "+a1")
    assert refused(box.cancel, "in1") == "used"


def test_cancel_after_leaving(box):
    box = Box([Route("x", "X", ("x1", "x2"))])
    box.set_route("x")
    drive(box, "+x1", "-x1")
    assert refused(box.cancel, "x") == "used"
