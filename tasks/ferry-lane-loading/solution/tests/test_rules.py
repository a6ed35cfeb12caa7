import pytest

from ferry import Lane, Vehicle, load


def cars(*lengths):
    return [Vehicle(f"C{n}", length) for n, length in enumerate(lengths)]


def test_dangerous_come_last():
    queue = [Vehicle("D", 40, dangerous=True), Vehicle("A", 40), Vehicle("E", 40, dangerous=True)]
    loading = load([Lane("x", 100), Lane("y", 90)], queue)
    assert loading.lanes == {"x": ["A"], "y": ["D"]}
    assert loading.ashore == ["E"]
    assert [one.plate for one in queue] == ["D", "A", "E"]


def test_gap_and_exact_fit():
    assert load([Lane("x", 85)], cars(40, 40)).lanes == {"x": ["C0", "C1"]}
    assert load([Lane("x", 84)], cars(40, 40)).ashore == ["C1"]
    assert load([Lane("x", 40)], cars(40)).ashore == []


@pytest.mark.parametrize(("first", "left"), [(40, 55), (95, 0), (96, 0), (100, 0), (94, 1)])
def test_room(first, left):
    assert load([Lane("x", 100)], cars(first)).room("x") == left


def test_room_of_other_lanes():
    loading = load([Lane("x", 100), Lane("y", 60)], [Vehicle("D", 20, dangerous=True)])
    assert loading.lanes == {"x": ["D"], "y": []}
    assert loading.room("x") == 0 and loading.room("y") == 60
    with pytest.raises(KeyError):
        loading.room("z")


def test_nothing_behind_danger():
    loading = load([Lane("x", 100)], [Vehicle("D", 20, dangerous=True), Vehicle("E", 20, dangerous=True)])
    assert loading.lanes == {"x": ["D"]}
    assert loading.ashore == ["E"]


def test_danger_needs_an_empty_lane():
    loading = load([Lane("x", 300)], [Vehicle("A", 10), Vehicle("D", 20, dangerous=True)])
    assert loading.ashore == ["D"]


def test_clearance():
    lanes = [Lane("high", 100, 45), Lane("low", 60, 20)]
    loading = load(lanes, [Vehicle("A", 50, 20), Vehicle("B", 50, 21), Vehicle("C", 10, 46)])
    assert loading.lanes == {"high": ["B"], "low": ["A"]}
    assert list(loading.lanes) == ["high", "low"]
    assert loading.ashore == ["C"]


def test_more_room_first():
    assert load([Lane("x", 80), Lane("y", 90)], cars(40)).lanes == {"x": [], "y": ["C0"]}
    assert load([Lane("y", 80), Lane("x", 80)], cars(40)).lanes == {"y": ["C0"], "x": []}


def test_ashore_in_order():
    queue = [Vehicle("D", 40, 99, dangerous=True), Vehicle("A", 999), Vehicle("B", 40)]
    loading = load([Lane("x", 100)], queue)
    assert loading.ashore == ["D", "A"]
    assert loading.lanes == {"x": ["B"]}


@pytest.mark.parametrize(
    ("lanes", "queue"),
    [([Lane("x", 9), Lane("x", 8)], []), ([Lane("x", 0)], []), ([Lane("x", -1)], []), ([Lane("x", 9)], [Vehicle("A", 1), Vehicle("A", 2)]),
     ([Lane("x", 9)], cars(0)), ([Lane("x", 9)], cars(-3))],
)  # fmt: skip
def test_refuses(lanes, queue):
    with pytest.raises(ValueError):
        load(lanes, queue)
