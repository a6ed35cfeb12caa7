from ferry import Lane, Vehicle, load


def test_one_vehicle_is_loaded():
    assert load([Lane("a", 100)], [Vehicle("X1", 40)]).lanes == {"a": ["X1"]}


def test_a_long_one_stays_ashore():
    assert load([Lane("a", 100)], [Vehicle("X1", 140)]).ashore == ["X1"]
