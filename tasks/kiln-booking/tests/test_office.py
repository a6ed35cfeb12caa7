import random

import pytest
from kiln.book import Full, Kiln
from kiln.office import Office, Refused


@pytest.fixture
def office():
    return Office(Kiln(6))


def days(office, *numbers):
    return [office.day(number) for number in numbers]


def test_first_fitting_day(office):
    assert office.request("Ann", [3, 1], 4, "glaze") == 1
    assert office.request("Bo", [3, 1], 3, "glaze") == 2
    assert office.request("Cy", [3], 2, "biscuit") == 3
    assert office.request("Di", [3], 2, "glaze") == 4
    assert days(office, 1, 2, 3, 4) == [3, 1, None, 3]
    assert office.sheet(3) == ["Ann: 4 glaze", "Di: 2 glaze", "0 free"]
    assert office.sheet(9) == ["6 free"]


def test_cancel_lets_others_move(office):
    for potter, wanted, shelves in (("a", [1], 6), ("b", [1, 2], 5), ("c", [2, 1], 4), ("d", [2], 2)):
        office.request(potter, wanted, shelves, "glaze")
    assert days(office, 1, 2, 3, 4) == [1, 2, None, None]
    office.cancel(1)
    assert days(office, 2, 3, 4) == [1, 2, 2]
    assert [office.history(n) for n in (1, 2, 3, 4)] == [
        ["day 1", "cancelled"], ["day 2", "day 1"], ["waiting", "day 2"], ["waiting", "day 2"]]
    with pytest.raises(KeyError):
        office.day(1)


def test_kind_is_freed_with_last(office):
    office.request("a", [1], 1, "glaze")
    office.request("b", [1, 2], 1, "glaze")
    office.request("c", [1], 2, "biscuit")
    office.cancel(2)
    assert office.day(3) is None
    office.cancel(1)
    assert office.day(3) == 1
    assert office.sheet(1) == ["c: 2 biscuit", "4 free"]


def test_lower_number_takes_over_in_the_middle(office):
    office.request("a", [1], 6, "glaze")
    office.request("b", [2], 6, "glaze")
    office.request("c", [1, 2], 6, "glaze")
    office.request("d", [2, 1], 6, "glaze")
    office.cancel(2)
    assert days(office, 3, 4) == [2, None]
    office.cancel(1)
    assert days(office, 3, 4) == [1, 2]
    assert office.history(3) == ["waiting", "day 2", "day 1"]
    assert office.history(4) == ["waiting", "day 2"]


def test_change_keeps_or_moves(office):
    office.request("a", [1, 2], 3, "glaze")
    office.request("b", [1, 2], 3, "glaze")
    office.request("c", [1], 2, "glaze")
    office.change(1, shelves=2)
    assert days(office, 1, 2, 3) == [1, 1, None]
    office.change(1, shelves=1)
    assert days(office, 1, 2, 3) == [1, 1, 1]
    assert office.history(1) == ["day 1"]
    office.change(2, days=[4, 1])
    assert (office.day(2), office.history(2)) == (4, ["day 1", "day 4"])
    office.change(2, [1], 3)
    assert days(office, 1, 2, 3) == [1, 1, 1]
    assert office.history(2) == ["day 1", "day 4", "day 1"]


def test_refused_change_changes_nothing(office):
    office.request("a", [1], 3, "glaze")
    office.request("b", [1], 3, "glaze")
    office.request("c", [1], 2, "glaze")
    for change in ({"shelves": 4}, {"days": [1], "shelves": 6}):
        with pytest.raises(Refused):
            office.change(2, **change)
    office.request("e", [2], 1, "biscuit")
    with pytest.raises(Refused):
        office.change(1, days=[2])
    assert days(office, 1, 2, 3) == [1, 1, None]
    assert office.history(3) == ["waiting"]
    assert office.sheet(1) == ["a: 3 glaze", "b: 3 glaze", "0 free"]
    office.change(3, days=[5, 1])
    assert office.day(3) == 5
    assert office.undo() is True
    assert (office.day(3), office.history(3)) == (None, ["waiting"])
    office.change(3, shelves=6)
    assert office.day(3) is None


def test_lower_number_may_take_place_of_changed(office):
    office.request("a", [1], 4, "glaze")
    office.request("b", [1], 3, "glaze")
    office.request("c", [2], 6, "glaze")
    office.change(2, shelves=2)
    assert days(office, 1, 2) == [1, 1]
    office.request("d", [1], 2, "glaze")
    office.change(1, [3, 1])
    assert days(office, 1, 2, 3, 4) == [3, 1, 2, 1]
    with pytest.raises(Refused):
        office.change(1, [1], 4)
    assert days(office, 1, 2, 3, 4) == [3, 1, 2, 1]
    assert office.history(1) == ["day 1", "day 3"]


def test_wrong_requests(office):
    for wanted, shelves, kind in (([], 1, "glaze"), ([1, 1], 1, "glaze"), ([1], 0, "glaze"), ([1], 7, "glaze"), ([1], 1, "raku")):
        with pytest.raises(ValueError):
            office.request("x", wanted, shelves, kind)
    assert office.undo() is False
    assert office.request("x", [1], 6, "biscuit") == 1
    for change in ({"days": []}, {"days": [2, 2]}, {"shelves": 0}, {"shelves": 7}):
        with pytest.raises(ValueError):
            office.change(1, **change)
    for act in (office.cancel, office.change, office.day, office.history):
        with pytest.raises(KeyError):
            act(2)
    office.cancel(1)
    for act in (office.cancel, office.change, office.day):
        with pytest.raises(KeyError):
            act(1)
    assert office.request("y", [1], 1, "glaze") == 2


def test_undo_goes_back_all_the_way(office):
    seen = []

    def state():
        found = []
        for number in range(1, 6):
            try:
                found.append((office.history(number), office.sheet(1), office.sheet(2)))
                found.append(office.day(number))
            except KeyError:
                found.append(None)
        return found

    acts = [
        lambda: office.request("a", [1, 2], 4, "glaze"), lambda: office.request("b", [1, 2], 4, "glaze"),
        lambda: office.request("c", [1], 4, "biscuit"), lambda: office.cancel(1), lambda: office.change(2, shelves=6),
        lambda: office.cancel(2), lambda: office.request("d", [1], 2, "biscuit")]
    for act in acts:
        seen.append(state())
        act()
    for before in reversed(seen):
        assert office.undo() is True
        assert state() == before
    assert office.undo() is False
    assert office.request("z", [1], 1, "glaze") == 1


def test_callers_lists_stay_apart(office):
    wanted = [1, 2]
    office.request("a", wanted, 6, "glaze")
    wanted.clear()
    office.history(1).append("x")
    office.request("b", [1], 6, "glaze")
    office.change(1, shelves=5)
    assert (office.day(1), office.history(1)) == (1, ["day 1"])
    other = [4, 3]
    office.change(2, other)
    other[:] = [9]
    office.request("c", [5], 6, "glaze")
    assert (office.day(2), office.history(2)) == (4, ["waiting", "day 4"])


def test_direct_bookings_count():
    kiln = Kiln(6)
    key = kiln.book(1, 2, "biscuit")
    office = Office(kiln)
    office.request("a", [1, 2], 1, "glaze")
    office.request("b", [1], 5, "biscuit")
    assert days(office, 1, 2) == [2, None]
    assert (kiln.free(1), kiln.free(2), kiln.kind(2)) == (4, 5, "glaze")
    kiln.leave(key)
    assert days(office, 1, 2) == [2, None]
    later = kiln.book(3, 6, "glaze")
    office.request("c", [3, 2], 2, "glaze")
    assert days(office, 1, 2, 3) == [1, None, 2]
    with pytest.raises(Full):
        kiln.book(1, 1, "biscuit")
    kiln.leave(later)
    assert office.undo() is True
    assert (kiln.free(3), kiln.free(2), kiln.free(1)) == (6, 5, 6)
    assert office.sheet(1) == ["6 free"]


@pytest.mark.parametrize("seed", range(25))
def test_settled_after_any_acts(seed):
    draw = random.Random(seed)
    kiln = Kiln(5)
    office, alive = Office(kiln), {}
    for _ in range(40):
        wanted = draw.sample(range(1, 5), draw.randrange(1, 4))
        shelves = draw.randrange(1, 6)
        act = draw.choice(["request", "request", "cancel", "change"])
        if act == "request":
            kind = draw.choice(["glaze", "biscuit"])
            number = office.request("p", wanted, shelves, kind)
            alive[number] = (wanted, shelves, kind)
        elif alive:
            number = draw.choice(sorted(alive))
            if act == "cancel":
                office.cancel(number)
                del alive[number]
            else:
                was = office.day(number)
                try:
                    office.change(number, wanted, shelves)
                    alive[number] = (wanted, shelves, alive[number][2])
                    assert was is None or office.day(number) is not None
                except Refused:
                    assert office.day(number) == was is not None
        for day in range(1, 5):
            mine = [one for number, one in alive.items() if office.day(number) == day]
            assert len({kind for *_, kind in mine}) <= 1
            assert kiln.free(day) == 5 - sum(one[1] for one in mine) >= 0
        for number, (list_, count, kind) in alive.items():
            has = office.day(number)
            for day in list_[: list_.index(has)] if has else list_:
                assert kiln.free(day) < count or kiln.kind(day) not in (None, kind)
