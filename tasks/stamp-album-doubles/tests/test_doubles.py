import random

import pytest

from album import doubles as module
from album.stamp import Stamp

doubles, swaps = module.doubles, module.swaps


def name(stamp):
    return f"{stamp.country}{stamp.year}/{stamp.number} {stamp.condition}"


def album(text):
    return [Stamp(word[0], 1900, int(word[1]), word[2:] or "used") for word in text.split()]


def shown(stamps):
    return " ".join(f"{one.country}{one.number}{one.condition}" for one in stamps)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a1 b1", []),
        ("a1 b1 b1mint a1fine a1", [("b1mint", 2), ("a1fine", 3)]),
        ("a1torn a2 a1used a1used", [("a1used", 3)]),
        ("a1mint a1mint a1mint a1mint", [("a1mint", 4)]),
        ("c3torn c3torn d4fine d4mint", [("c3torn", 2), ("d4mint", 2)]),
    ],
)
def test_doubles(text, expected):
    assert [(shown([stamp]), count) for stamp, count in doubles(album(text))] == expected


def test_first_of_the_best():
    stamps = album("a1 a1fine a1fine")
    assert doubles(stamps)[0][0] is stamps[1]


@pytest.mark.parametrize(
    ("mine", "theirs", "give", "get"),
    [
        ("", "", "", ""),
        ("a1 a1", "", "", ""),
        ("a1 a1fine b1 b1", "c1 c1", "a1fine", "c1used"),
        ("a1 b1 b1mint a1torn", "c1 d1 d1 c1mint", "b1mint a1torn", "d1used c1mint"),
        ("a1 a1 b1 b1", "a1 c1 c1fine", "b1used", "c1fine"),
        ("a1 a1 a1", "b1 b1 c1 c1", "a1used", "b1used"),
        ("a1 a1", "a1 a1", "", ""),
        ("a1 a2 a2", "b1 b1", "a2used", "b1used"),
    ],
)
def test_swaps(mine, theirs, give, get):
    given, got = swaps(album(mine), album(theirs))
    assert (shown(given), shown(got)) == (give, get)


def reference_doubles(stamps):
    keys = [(one.country, one.year, one.number) for one in stamps]
    order = [place for place, key in enumerate(keys) if keys[:place].count(key) == 1]
    rank = ("mint", "fine", "used", "torn")
    result = []
    for place in order:
        same = [one for one, key in zip(stamps, keys, strict=True) if key == keys[place]]
        result.append((sorted(same, key=lambda one: rank.index(one.condition))[0], len(same)))
    return result


def random_album(seed, size, kinds):
    dice = random.Random(seed)
    return [Stamp("a", 1900 + dice.randrange(3), dice.randrange(kinds), dice.choice(["mint", "fine", "used", "torn"])) for _ in range(size)]


@pytest.mark.parametrize("seed", range(6))
def test_same_as_before(seed):
    stamps = random_album(seed, 60, 12)
    mine = reference_doubles(stamps)
    found = doubles(stamps)
    assert [(id(stamp), count) for stamp, count in found] == [(id(stamp), count) for stamp, count in mine]


@pytest.fixture
def asked(monkeypatch):
    count = [0]
    original = Stamp.__eq__

    def counting(self, other):
        count[0] += 1
        return original(self, other)

    monkeypatch.setattr(Stamp, "__eq__", counting)
    return count


@pytest.mark.parametrize(("size", "kinds"), [(300, 5000), (300, 30), (300, 1)])
def test_comparisons(asked, size, kinds):
    stamps = random_album(1, size, kinds)
    asked[0] = 0
    doubles(stamps)
    assert asked[0] <= 3 * size
    others = random_album(2, size, kinds + 500)
    asked[0] = 0
    swaps(stamps, others)
    assert asked[0] <= 3 * 2 * size
