import random
from math import ceil, log2

import pytest

from contest.ranking import best, place, podium, worst_and_best

asked = [0]


class Performance:
    __hash__ = None

    def __init__(self, points, name=""):
        self.points = points
        self.name = name

    def __lt__(self, other):
        asked[0] += 1
        return self.points < other.points

    def __eq__(self, other):
        raise AssertionError("the jury does not say that")

    def __ne__(self, other):
        raise AssertionError("the jury does not say that")


def drawn(count, most, seed=0):
    dice = random.Random(seed)
    return [Performance(dice.randrange(most), number) for number in range(count)]


def names(entries):
    return [one.name for one in entries]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8, 30])
@pytest.mark.parametrize("most", [1, 3, 1000])
def test_answers(count, most):
    for seed in range(4):
        entries = drawn(count, most, seed)
        expected = sorted(range(count), key=lambda n: (-entries[n].points, n))
        for k in (0, 1, 2, 3, 7, 50):
            assert names(podium(iter(entries), k)) == expected[:k]
        if count:
            assert best(iter(entries)).name == expected[0]
            bottom, top = worst_and_best(iter(entries))
            assert top.name == expected[0]
            assert bottom.name == min(range(count), key=lambda n: (entries[n].points, n))
        ranked = podium(entries, count)
        for points in range(-1, 5):
            assert place(ranked, Performance(points)) == sum(one.points >= points for one in entries)


def test_entries_are_left_alone():
    entries = drawn(9, 5)
    podium(entries, 3), best(entries), worst_and_best(entries)
    assert names(entries) == list(range(9))
    assert type(podium(tuple(entries), 3)) is list
    assert type(worst_and_best(entries)) is tuple


def test_refuses():
    for call in (best, worst_and_best):
        with pytest.raises(ValueError):
            call([])
    with pytest.raises(ValueError):
        podium([], -1)
    with pytest.raises(ValueError):
        podium(drawn(3, 3), -1)


def cost(call, *arguments):
    asked[0] = 0
    call(*arguments)
    return asked[0]


@pytest.mark.parametrize("count", [1, 2, 3, 10, 501])
@pytest.mark.parametrize("most", [1, 20, 10**6])
def test_questions(count, most):
    entries = drawn(count, most, 5)
    assert cost(best, iter(entries)) <= count - 1
    assert cost(worst_and_best, iter(entries)) <= 2 * (count - 1)
    for k in (1, 3, 10, 40):
        assert cost(podium, iter(entries), k) <= count + 20 * k * ceil(log2(k + 1))
    ranked = sorted(entries, key=lambda one: -one.points)
    for points in (-1, 0, most // 2, most):
        assert cost(place, ranked, Performance(points)) <= ceil(log2(count + 1))


def test_sorted_entries():
    rising = [Performance(number) for number in range(400)]
    assert cost(best, rising) <= 399
    assert cost(worst_and_best, rising) <= 798
    assert cost(podium, rising[::-1], 12) <= 400 + 20 * 12 * 4
