import random

import pytest

from gauge.archive import Archive
from gauge.windows import hardest, peaks, sums


class Counted(Archive):
    def __init__(self, readings):
        super().__init__(readings)
        self.reads = {}

    def reading(self, minute):
        self.reads[minute] = self.reads.get(minute, 0) + 1
        return super().reading(minute)


def plain_sums(readings, length):
    result = []
    for first in range(len(readings) - length + 1):
        window = readings[first : first + length]
        silent = window.count(None)
        result.append(None if silent > length / 2 else sum(one or 0 for one in window))
    return result


def plain_peaks(readings, length):
    windows = [readings[first : first + length] for first in range(len(readings) - length + 1)]
    return [max((one for one in window if one is not None), default=None) for window in windows]


def drawn(seed, size=40, silent=0.3):
    dice = random.Random(seed)
    return [None if dice.random() < silent else dice.choice([0, 0, 1, 5, 5, 9, 200]) for _ in range(size)]


@pytest.mark.parametrize("length", [1, 2, 3, 4, 7, 39, 40, 41])
@pytest.mark.parametrize("silent", [0, 0.3, 0.6, 1])
def test_same_answers(length, silent):
    for seed in range(3):
        readings = drawn(seed, silent=silent)
        expected = plain_sums(readings, length)
        assert sums(Archive(readings), length) == expected
        assert peaks(Archive(readings), length) == plain_peaks(readings, length)
        known = [one for one in expected if one is not None]
        assert hardest(Archive(readings), length) == (expected.index(max(known)) if known else None)


def test_edges():
    for length in (0, -1):
        for call in (sums, peaks, hardest):
            with pytest.raises(ValueError):
                call(Archive([1, 2]), length)
    assert sums(Archive([]), 1) == [] == peaks(Archive([]), 1)
    assert hardest(Archive([]), 3) is None
    assert hardest(Archive([0, 0, 0]), 1) == 0
    assert sums(Archive([1, None]), 2) == [1]
    assert peaks(Archive([None, 3]), 1) == [None, 3]
    assert type(peaks(Archive([4, 3]), 2)) is list


@pytest.mark.parametrize("length", [1, 2, 40, 160])
@pytest.mark.parametrize("call", [sums, peaks, hardest])
def test_reads(call, length):
    archive = Counted(drawn(9, 160))
    call(archive, length)
    assert max(archive.reads.values()) == 1


@pytest.mark.parametrize("call", [sums, peaks, hardest])
def test_nothing_is_kept(call):
    archive = Archive([1, 9, 1])
    before = call(archive, 1)
    archive._readings[2] = 50
    assert call(archive, 1) != before
