from box.plan import Plan
from box.routes import Box


def test_route_is_set_and_given_back():
    box = Box(Plan({"A": ["S1"], "B": ["S1"]}))
    assert box.request("t1", "A") == "set"
    assert box.request("t2", "B") == "waiting"
    assert box.holder("S1") == "t1"
    box.release("t1")
    assert box.holder("S1") == "t2"
