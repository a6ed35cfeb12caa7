import pytest

from bakery.trays import baking_minutes, fill_trays, oven_loads


@pytest.mark.parametrize(
    ("pieces", "size", "trays"),
    [(0, 24, []), (1, 24, [1]), (24, 24, [24]), (48, 24, [24, 24]), (50, 24, [24, 24, 2]), (3, 1, [1, 1, 1])],
)
def test_fill(pieces, size, trays):
    assert fill_trays(pieces, size) == trays


@pytest.mark.parametrize(("pieces", "size"), [(-1, 4), (4, 0), (4, -1), (0, 0)])
def test_fill_refuses(pieces, size):
    with pytest.raises(ValueError):
        fill_trays(pieces, size)


def test_loads():
    trays = [24, 24, 2]
    assert oven_loads(trays, 2) == [[24, 24], [2]]
    assert trays == [24, 24, 2]
    assert oven_loads(trays, 3) == [[24, 24, 2]]
    assert oven_loads([], 3) == []


@pytest.mark.parametrize("shelves", [0, -1])
def test_loads_refuse(shelves):
    with pytest.raises(ValueError):
        oven_loads([1], shelves)


def test_minutes():
    assert baking_minutes([], 2, 20) == 0
    assert baking_minutes([5], 2, 20) == 20
    assert baking_minutes([5, 5, 5], 2, 20) == 45
    assert baking_minutes([5, 5, 5], 1, 20, cooling=7) == 74
    assert baking_minutes([], 2, 20, cooling=9) == 0
