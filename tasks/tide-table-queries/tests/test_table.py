import random
from math import ceil, log2

import pytest

from tides import Table

added, compared = [0], [0]


class Height:
    __hash__ = None

    def __init__(self, value, parts=None):
        self.value = value
        self.parts = parts if parts is not None else (self,)

    def __add__(self, other):
        added[0] += 1
        return Height(None, self.parts + other.parts)

    def __lt__(self, other):
        compared[0] += 1
        return self.value < other.value

    def __eq__(self, other):
        raise AssertionError("heights have only + and <")

    def __bool__(self):
        raise AssertionError("heights have only + and <")


def drawn(count, seed=0, most=5):
    dice = random.Random(seed)
    return [Height(dice.randrange(most)) for _ in range(count)]


def same(one, other):
    return len(one) == len(other) and all(left is right for left, right in zip(one, other))


def check(table, heights, stretches):
    assert len(table) == len(heights)
    for begin, end in stretches:
        values = [one.value for one in heights[begin:end]]
        assert same(table.total(begin, end).parts, heights[begin:end])
        top = max(values)
        assert table.highest(begin, end) == max(n for n in range(begin, end) if heights[n].value == top)
        for level in (-1, 0, 2, 4):
            expected = next((n for n in range(begin, len(heights)) if heights[n].value > level), None)
            assert table.first_above(Height(level), begin) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 16, 21])
def test_answers(count):
    heights = drawn(count, count)
    table = Table(iter(heights))
    stretches = [(begin, end) for begin in range(count) for end in range(begin + 1, count + 1)]
    check(table, heights, stretches)
    assert all(table[n] is heights[n] for n in range(count))
    assert table.total(count - 1, count) is heights[-1]


@pytest.mark.parametrize("seed", range(4))
def test_changes(seed):
    dice = random.Random(seed)
    heights, table = [], Table()
    for step in range(70):
        new = Height(dice.randrange(6))
        if heights and dice.random() < 0.4:
            place = dice.randrange(len(heights))
            heights[place] = new
            assert table.correct(place, new) is None
        else:
            heights.append(new)
            assert table.append(new) is None
        begin = dice.randrange(len(heights))
        check(table, heights, [(begin, dice.randrange(begin + 1, len(heights) + 1)), (0, len(heights))])


def test_caller_keeps_the_list():
    heights = drawn(5)
    table = Table(heights)
    table.append(Height(9))
    table.correct(0, Height(9))
    assert len(heights) == 5 and heights[0].value < 9
    heights.clear()
    assert len(table) == 6


def test_errors():
    table = Table(drawn(5))
    for begin, end in ((-1, 2), (2, 2), (3, 2), (0, 6), (5, 6), (0, 0)):
        for call in (table.total, table.highest):
            with pytest.raises(IndexError):
                call(begin, end)
    for place in (-1, 5, 6):
        with pytest.raises(IndexError):
            table[place]
        with pytest.raises(IndexError):
            table.correct(place, Height(1))
    for begin in (-1, 6):
        with pytest.raises(IndexError):
            table.first_above(Height(0), begin)
    assert table.first_above(Height(-1), 5) is None
    assert Table().first_above(Height(0), 0) is None
    assert len(Table()) == 0
    with pytest.raises(IndexError):
        Table().highest(0, 0)


def cost(call, *arguments):
    added[0] = compared[0] = 0
    call(*arguments)
    return added[0], compared[0]


@pytest.mark.parametrize("count", [1, 2, 3, 100, 1023, 1024, 1025, 1500])
def test_costs(count):
    heights = drawn(count, 3, 1000)
    additions, comparisons = cost(Table, heights)
    assert additions <= 3 * count and comparisons <= 3 * count
    table = Table(heights)
    bound = 2 * ceil(log2(count + 2))
    dice = random.Random(8)
    for _ in range(120):
        begin = dice.randrange(count)
        end = dice.randrange(begin + 1, count + 1)
        additions, comparisons = cost(table.total, begin, end)
        assert additions <= bound and comparisons == 0
        additions, comparisons = cost(table.highest, begin, end)
        assert additions == 0 and comparisons <= bound
        for level in (dice.randrange(1000), 990, 999, -1):
            additions, comparisons = cost(table.first_above, Height(level), begin)
            assert additions == 0 and comparisons <= bound + 2
        additions, comparisons = cost(table.correct, begin, Height(dice.randrange(1000)))
        assert additions <= bound and comparisons <= bound
        assert cost(table.__getitem__, begin) == (0, 0)
    for begin, end in ((0, count), (min(1, count - 1), count)):
        assert cost(table.total, begin, end)[0] <= bound
        assert cost(table.highest, begin, end)[1] <= bound
        assert cost(table.first_above, Height(5000), begin)[1] <= bound + 2
    assert cost(len, table) == (0, 0)


def test_appending():
    table = Table()
    additions = comparisons = allowed = 0
    for count in range(1, 1400):
        more = cost(table.append, Height(count * 7 % 31))
        bound = 2 * ceil(log2(count + 2))
        if count & (count - 1) and (count - 1) & (count - 2):
            assert max(more) <= bound
        additions, comparisons, allowed = additions + more[0], comparisons + more[1], allowed + bound
    assert additions <= allowed and comparisons <= allowed
