from datetime import date

import pytest

from vault import Entry, Lot, Short, Vault


def day(number):
    return date(2040, 3, number)


def filled():
    vault = Vault()
    vault.take_in("rye", 10, day(20))
    vault.take_in(" Rye ", 5, day(10))
    vault.take_in("rye", 3, day(20))
    vault.take_in("oat", 90, day(5))
    return vault


def test_take_in():
    vault = Vault()
    assert vault.take_in(" Rye ", 5, day(10)) == Lot(1, "rye", 5, day(10))
    for seeds in (0, -1):
        with pytest.raises(ValueError):
            vault.take_in("rye", seeds, day(10))
        with pytest.raises(ValueError):
            vault.draw("rye", seeds, day(1))
    assert vault.take_in("oat", 1, day(10)).number == 2
    assert vault.journal() == [Entry(1, 5, "in"), Entry(2, 1, "in")]
    vault.draw("oat", 1, day(1))
    assert vault.take_in("oat", 1, day(10)).number == 3


def test_draw_order():
    vault = filled()
    assert list(vault.draw("RYE ", 16, day(10)).items()) == [(2, 5), (1, 10), (3, 1)]
    assert vault.stock() == {"oat": 90, "rye": 2}
    assert vault.journal()[4:] == [Entry(2, -5, "out"), Entry(1, -10, "out"), Entry(3, -1, "out")]
    assert vault.draw("rye", 2, day(10)) == {3: 2}
    assert vault.stock() == {"oat": 90}


def test_draw_exactly_one_lot():
    vault = filled()
    assert vault.draw("rye", 5, day(1)) == {2: 5}
    assert len(vault.journal()) == 5


def test_old_lots_are_left():
    vault = filled()
    assert vault.draw("rye", 1, day(11)) == {1: 1}


def test_short():
    vault = filled()
    before = vault.journal()
    with pytest.raises(Short) as caught:
        vault.draw("rye", 15, day(11))
    assert caught.value.missing == 2 and caught.value.species == "rye"
    assert vault.journal() == before and vault.stock()["rye"] == 18
    assert vault.draw("rye", 13, day(11)) == {1: 10, 3: 3}


def test_throw_away():
    vault = filled()
    assert vault.throw_away(day(5)) == []
    assert vault.throw_away(day(11)) == [Lot(2, "rye", 5, day(10)), Lot(4, "oat", 90, day(5))]
    assert vault.journal()[4:] == [Entry(2, -5, "old"), Entry(4, -90, "old")]
    assert vault.stock() == {"rye": 13}
    assert vault.throw_away(day(11)) == []


def test_stock():
    vault = filled()
    assert list(vault.stock().items()) == [("oat", 90), ("rye", 18)]
    assert vault.stock(day(10)) == {"rye": 18}
    assert vault.stock(day(5)) == {"oat": 90, "rye": 18}
    vault.take_in("aster", 1, day(9))
    assert list(vault.stock()) == ["aster", "oat", "rye"]


def test_journal_and_listeners():
    vault = filled()
    vault.journal().clear()
    assert len(vault.journal()) == 4
    told = []
    vault.listen(lambda entry: told.append((entry, vault.journal()[-1] == entry)))
    vault.draw("rye", 6, day(1))
    assert told == [(Entry(2, -5, "out"), True), (Entry(1, -1, "out"), True)]
    assert Vault().journal() == []
