import random
from fractions import Fraction
from math import ceil, log2

import pytest

from kiln.curve import Curve


class Chip:
    def __init__(self, steps):
        self.steps = list(steps)
        self.fetched = 0

    def __len__(self):
        return len(self.steps)

    def step(self, n):
        assert 0 <= n < len(self.steps)
        self.fetched += 1
        return self.steps[n]


def drawn(count, seed=3):
    dice = random.Random(seed)
    minutes = sorted(dice.sample(range(-50, 6 * count + 10), count))
    return [(minute, dice.randrange(20, 1300)) for minute in minutes]


def wanted(steps, minute):
    if minute <= steps[0][0]:
        return Fraction(steps[0][1])
    for (began, low), (ends, high) in zip(steps, steps[1:]):
        if began <= minute < ends:
            return Fraction(low * (ends - minute) + high * (minute - began), ends - began)
    return Fraction(steps[-1][1])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9, 31, 33])
def test_answers(count):
    steps = drawn(count)
    curve = Curve(Chip(steps))
    minutes = list(range(steps[0][0] - 3, steps[-1][0] + 4))
    for minute in minutes:
        earlier = [n for n, step in enumerate(steps) if step[0] <= minute]
        assert curve.step_before(minute) == (earlier[-1] if earlier else None)
        assert curve.degrees_at(minute) == wanted(steps, minute)
        assert isinstance(curve.degrees_at(minute), Fraction)
    assert curve.degrees_over(minutes) == [wanted(steps, minute) for minute in minutes]
    assert curve.degrees_over([minutes[4]] * 3) == [wanted(steps, minutes[4])] * 3
    assert curve.duration() == steps[-1][0] - steps[0][0]


def test_empty():
    curve = Curve(Chip([]))
    assert curve.step_before(4) is None and curve.duration() == 0 and curve.degrees_over([]) == []
    with pytest.raises(ValueError):
        curve.degrees_at(0)
    with pytest.raises(ValueError):
        curve.degrees_over([1])
    with pytest.raises(ValueError):
        Curve(Chip(drawn(5))).degrees_over([1, 3, 2])


@pytest.mark.parametrize("count", [1, 2, 100, 1023, 1024])
def test_fetches(count):
    steps = drawn(count)
    chip = Chip(steps)
    curve = Curve(chip)
    assert chip.fetched == 0
    most = ceil(log2(count + 1)) + 3
    for minute in [steps[0][0] - 1, steps[0][0], steps[-1][0], steps[-1][0] + 1, *range(0, 6 * count, 1 + count // 9)]:
        for call in (curve.step_before, curve.degrees_at):
            chip.fetched = 0
            call(minute)
            assert chip.fetched <= most
    chip.fetched = 0
    curve.duration()
    assert chip.fetched <= 2


@pytest.mark.parametrize("count", [1, 2, 60, 300])
@pytest.mark.parametrize("asked", [1, 2, 5, 700])
def test_fetches_over_many(count, asked):
    chip = Chip(drawn(count))
    curve = Curve(chip)
    minutes = sorted(random.Random(7).randrange(-60, 6 * count + 20) for _ in range(asked))
    curve.degrees_over(minutes)
    assert chip.fetched <= count + 2
    assert chip.fetched <= asked * (ceil(log2(count + 1)) + 3)


def test_nothing_is_kept():
    chip = Chip([(0, 100), (10, 200)])
    curve = Curve(chip)
    assert curve.degrees_at(5) == 150 and curve.degrees_over([5]) == [150] and curve.duration() == 10
    chip.steps[1] = (20, 300)
    chip.steps.append((40, 0))
    assert curve.degrees_at(5) == 150 and curve.degrees_at(30) == 150 and curve.degrees_over([20]) == [300]
    assert curve.duration() == 40 and curve.step_before(39) == 1
