from collections.abc import Sequence

import pytest

from sorting.desk import Desk, plain


class Counted(Sequence):
    def __init__(self, rows):
        self.rows = rows
        self.reads = [0] * len(rows)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        row = self.rows[index]
        self.reads[index] += 1
        return row


def rows(count):
    return [(f"Street  {number}", number % 40) for number in range(count)]


def test_answers():
    desk = Desk([("Harbour Road", 3), ("Mill Lane", 7), ("harbour road", 9), ("Straße", 0)])
    assert desk.round_of("mill  LANE ") == 7
    assert desk.round_of("Harbour  road") == 3
    assert desk.round_of("STRASSE") == 0
    assert desk.round_of("Mill") is None
    assert Desk([]).round_of("Mill Lane") is None
    assert plain("  A  b ") == "a b"


def test_sort():
    desk = Desk(rows(100))
    letters = ["street 41", "Street 2", "nowhere", "Street 1", "STREET 42"]
    assert list(desk.sort(letters).items()) == [(1, ["street 41", "Street 1"]), (2, ["Street 2", "STREET 42"]), (None, ["nowhere"])]
    assert desk.sort([]) == {}
    assert desk.sort(iter(["Street 0"])) == {0: ["Street 0"]}


def test_desks_are_apart():
    one, two = Desk([("A", 1)]), Desk([("A", 2)])
    assert (one.round_of("a"), two.round_of("a")) == (1, 2)


@pytest.mark.parametrize("letters", [1, 50, 1000])
def test_reads(letters):
    table = Counted(rows(200))
    desk = Desk(table)
    found = desk.sort(f"street {number * 7 % 300}" for number in range(letters))
    assert sum(len(part) for part in found.values()) == letters
    for number in range(0, 300, 13):
        assert desk.round_of(f"street {number}") == (number % 40 if number < 200 else None)
    assert max(table.reads) <= 2
