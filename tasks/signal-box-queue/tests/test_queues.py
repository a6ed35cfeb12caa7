import pytest
from box.plan import Plan
from box.routes import Box, Busy, NoRoute

ROUTES = {"A": ["S1", "S2"], "B": ["S2", "S3"], "C": ["S3", "S4"], "D": ["S4"], "E": ["S5"], "AD": ["S1", "S4"]}


@pytest.fixture
def box():
    made = Box(Plan(ROUTES))
    made.log = []
    made.listen(lambda *event: made.log.append(" ".join(event)))
    return made


def holders(box):
    return [box.holder(f"S{number}") for number in range(1, 6)]


def test_events_are_one_a_route(box):
    assert box.request("t", "A") == "set"
    box.release("t")
    assert box.log == ["set t A", "free t A"]
    assert holders(box) == [None] * 5


def test_earlier_request_keeps_its_place(box):
    assert [box.request(*one) for one in (("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E"))] == [
        "set", "waiting", "waiting", "waiting", "set"]
    assert box.waiting() == ["b", "c", "d"]
    box.release("a")
    assert (box.waiting(), holders(box)) == (["c", "d"], [None, "b", "b", None, "e"])
    box.release("b")
    assert (box.waiting(), holders(box)) == (["d"], [None, None, "c", "c", "e"])
    box.release("c")
    assert box.waiting() == []
    assert box.log == ["set a A", "set e E", "free a A", "set b B", "free b B", "set c C", "free c C", "set d D"]


def test_several_go_at_once(box):
    for train, route in (("t", "AD"), ("u", "A"), ("v", "D"), ("w", "B")):
        box.request(train, route)
    box.release("t")
    assert (box.waiting(), holders(box)) == (["w"], ["u", "u", None, "v", None])
    assert box.log[-3:] == ["free t AD", "set u A", "set v D"]


def test_cancel_lets_others_go(box):
    for train, route in (("a", "A"), ("b", "B"), ("c", "C")):
        box.request(train, route)
    box.cancel("b")
    assert (box.waiting(), box.holder("S4")) == ([], "c")
    for train in ("b", "a", "nobody"):
        with pytest.raises(NoRoute):
            box.cancel(train)
    assert box.request("b", "E") == "set"


def test_wrong_calls_change_nothing(box):
    box.request("a", "A")
    box.request("b", "B")
    for train in ("a", "b"):
        with pytest.raises(Busy):
            box.request(train, "E")
    for train in ("b", "x"):
        with pytest.raises(NoRoute):
            box.release(train)
    with pytest.raises(KeyError):
        box.request("c", "Z")
    assert (box.waiting(), box.log) == (["b"], ["set a A"])
    assert box.request("c", "E") == "set"


def test_listener_asks_at_once(box):
    seen = []

    def panel(kind, train, route):
        seen.append((kind, train, route, holders(box), box.waiting()))
        if (kind, train) == ("free", "a"):
            assert box.request("a", "C") == "waiting"

    box.listen(panel)
    box.request("a", "A")
    box.request("b", "B")
    box.release("a")
    assert seen[1] == ("free", "a", "A", [None, "b", "b", None, None], [])
    assert seen[2][:2] == ("set", "b")
    box.release("b")
    assert box.log == ["set a A", "free a A", "set b B", "free b B", "set a C"]
    assert holders(box) == [None, None, "a", "a", None]


def test_request_returns_what_is_so(box):
    box.listen(lambda kind, train, route: box.release("t") if (kind, train) == ("set", "t") else None)
    assert box.request("u", "E") == "set"
    assert box.request("t", "A") == "set"
    assert box.log == ["set u E", "set t A", "free t A"]
    assert holders(box) == [None] * 4 + ["u"]


def test_waiting_request_may_be_set_before_return(box):
    made = []
    box.request("a", "A")
    box.listen(lambda kind, train, route: made.append((box.request("c", "A"), box.waiting())) if train == "e" else None)
    box.request("e", "E")
    assert made == [("waiting", ["c"])]


def test_all_listeners_hear_in_one_order():
    box = Box(Plan(ROUTES))
    first, second = [], []

    def chain(kind, train, route):
        first.append((kind, train))
        if kind == "set":
            box.release(train)
        elif train != "t9":
            box.request(f"t{int(train[1:]) + 1}", "A")

    box.listen(chain)
    box.listen(lambda kind, train, route: second.append((kind, train)))
    box.request("t0", "A")
    assert first == second
    assert first == [(kind, f"t{number}") for number in range(10) for kind in ("set", "free")]


def test_exception_comes_out_last(box):
    after = []

    def bad(kind, train, route):
        if kind == "set":
            raise ValueError(train)

    box.listen(bad)
    box.listen(lambda *event: after.append(" ".join(event)))
    with pytest.raises(ValueError, match="a"):
        box.request("a", "AD")
    box.request("u", "A")
    box.request("v", "D")
    with pytest.raises(ValueError, match="u"):
        box.release("a")
    assert after == box.log == ["set a AD", "free a AD", "set u A", "set v D"]
    assert holders(box) == ["u", "u", None, "v", None]
    box.release("u")
    assert box.log[-1] == "free u A"


def test_inner_exception_comes_out_of_outermost(box):
    caught = []

    def panel(kind, train, route):
        if (kind, train) == ("free", "a"):
            try:
                box.request("b", "B")
            except RuntimeError as error:
                caught.append(error)
        if train == "b":
            raise RuntimeError("told of b")

    box.listen(panel)
    box.request("a", "A")
    with pytest.raises(RuntimeError, match="told of b"):
        box.release("a")
    assert caught == []
    assert (holders(box)[1], box.log[-1]) == ("b", "set b B")
    with pytest.raises(RuntimeError):
        box.release("b")
    assert holders(box) == [None] * 5
