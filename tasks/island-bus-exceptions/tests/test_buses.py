from datetime import date, datetime

import pytest

from buses import Calendar, Departure, Timetable, Trip

EVERY = range(7)
MONDAY = datetime(2033, 5, 2, 7, 0)


def table(*trips, calendar=None):
    made = Timetable(calendar or Calendar())
    for line, weekdays, stops in trips:
        made.add(Trip(line, weekdays, [tuple(part.split("@")) for part in stops.split()]))
    return made


def shown(found):
    return [f"{one.moment:%d %H:%M} {one.line} {one.to} {one.service.day}" for one in found]


def test_one_departure():
    found = table(("12", {0}, "Harbour@07:30 Mill@07:41 Cape@08:02")).departures("Mill", MONDAY)
    assert found[0] == Departure(datetime(2033, 5, 2, 7, 41), "12", "Cape", date(2033, 5, 2))


def test_looks_ahead():
    buses = table(("1", {0, 2}, "A@08:00 B@09:00"), ("2", {2}, "A@08:00 C@08:05"))
    assert shown(buses.departures("A", MONDAY)) == ["02 08:00 1 B 2", "04 08:00 1 B 4", "04 08:00 2 C 4"]
    assert shown(buses.departures("A", MONDAY, count=9)) == ["02 08:00 1 B 2", "04 08:00 1 B 4", "04 08:00 2 C 4", "09 08:00 1 B 9"]
    assert buses.departures("B", MONDAY) == [] == buses.departures("Z", MONDAY)


@pytest.mark.parametrize(
    ("hour", "minute", "second", "expected"),
    [(8, 0, 59, ["02 08:00 1 B 2"]), (8, 1, 0, ["09 08:00 1 B 9"]), (7, 59, 0, ["02 08:00 1 B 2"])],
)
def test_moment(hour, minute, second, expected):
    buses = table(("1", {0}, "A@08:00 B@09:00"))
    assert shown(buses.departures("A", datetime(2033, 5, 2, hour, minute, second, 999), 1)) == expected


@pytest.mark.parametrize(("at", "found"), [("07:59", 1), ("08:00", 0)])
def test_no_further_than_eight_days(at, found):
    buses = table(("1", {1}, f"A@{at} B@09:00"), calendar=without(3))
    assert len(buses.departures("A", MONDAY.replace(hour=8))) == found


def without(*days):
    calendar = Calendar()
    for day in days:
        calendar.except_on(date(2033, 5, day), None)
    return calendar


def test_night_buses():
    buses = table(("N", {4}, "A@23:50 B@24:00 C@25:10 D@29:59"))
    saturday = datetime(2033, 5, 7, 0, 0)
    assert shown(buses.departures("B", saturday, 1)) == ["07 00:00 N D 6"]
    assert shown(buses.departures("C", saturday, 1)) == ["07 01:10 N D 6"]
    assert shown(buses.departures("C", saturday.replace(hour=2), 1)) == ["14 01:10 N D 13"]
    assert shown(buses.departures("A", saturday, 1)) == ["13 23:50 N D 13"]


def test_night_follows_its_own_day():
    calendar = without(7)
    buses = table(("N", {4}, "A@25:00 B@26:00"), ("S", {5}, "A@25:00 B@26:00"), calendar=calendar)
    assert shown(buses.departures("A", datetime(2033, 5, 7, 0, 0), 2)) == ["07 01:00 N B 6", "14 01:00 N B 13"]
    calendar.except_on(date(2033, 5, 6), None)
    calendar.except_on(date(2033, 5, 7), 4)
    assert shown(buses.departures("A", datetime(2033, 5, 7, 0, 0), 2)) == ["08 01:00 N B 7", "14 01:00 N B 13"]


def test_same_minute():
    buses = table(("9", EVERY, "A@24:30 B@25:00"), ("9", EVERY, "A@00:30 C@01:00"), ("10", EVERY, "A@00:30 D@01:00"))
    assert shown(buses.departures("A", MONDAY.replace(hour=0))) == ["02 00:30 10 D 2", "02 00:30 9 B 1", "02 00:30 9 C 2"]


def test_a_stop_twice():
    buses = table(("1", {0}, "A@08:00 B@08:10 A@08:20 B@08:30"))
    assert shown(buses.departures("A", MONDAY, 2)) == ["02 08:00 1 B 2", "02 08:20 1 B 2"]
    assert shown(buses.departures("B", MONDAY, 2)) == ["02 08:10 1 B 2", "09 08:10 1 B 9"]


def test_calendar():
    calendar = Calendar()
    assert calendar.weekday(date(2033, 5, 2)) == 0
    calendar.season(date(2033, 5, 3), date(2033, 5, 5))
    assert [calendar.weekday(date(2033, 5, day)) for day in range(2, 7)] == [None, 1, 2, 3, None]
    calendar.except_on(date(2033, 5, 2), 6)
    calendar.except_on(date(2033, 5, 3), None)
    calendar.except_on(date(2033, 5, 4), 0)
    assert [calendar.weekday(date(2033, 5, day)) for day in range(2, 6)] == [6, None, 0, 3]
    calendar.except_on(date(2033, 5, 3), 5)
    assert calendar.weekday(date(2033, 5, 3)) == 5
    assert Calendar().weekday(date(2033, 5, 2)) == 0
    calendar.season(date(2033, 5, 5), date(2033, 5, 5))
    assert calendar.weekday(date(2033, 5, 5)) == 3


def test_calendar_refuses():
    calendar = Calendar()
    for weekday in (-1, 7):
        with pytest.raises(ValueError):
            calendar.except_on(date(2033, 5, 2), weekday)
    with pytest.raises(ValueError):
        calendar.season(date(2033, 5, 2), date(2033, 5, 1))
    assert calendar.weekday(date(2033, 5, 2)) == 0


@pytest.mark.parametrize("stops", ["A@08:00", "A@08:00 B@08:00", "A@08:00 B@07:59", "A@08:00 B@30:00", "A@08:00 B@24:60", "A@8:00 B@09:00", "A@0800 B@09:00", "A@xx:00 B@09:00", "A@08:00 B@09:1"])
def test_trip_refuses(stops):
    with pytest.raises(ValueError):
        table(("1", EVERY, stops))


@pytest.mark.parametrize("count", [0, -1])
def test_count_refuses(count):
    with pytest.raises(ValueError):
        table(("1", EVERY, "A@08:00 B@09:00")).departures("A", MONDAY, count)


def test_count():
    buses = table(("1", EVERY, "A@08:00 B@09:00"))
    assert len(buses.departures("A", MONDAY)) == 3
    assert len(buses.departures("A", MONDAY, 1)) == 1
    assert len(buses.departures("A", MONDAY, 100)) == 8
