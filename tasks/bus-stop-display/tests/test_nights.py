from datetime import datetime, timedelta

import pytest
from busstop.display import Departure, due, lines
from busstop.timetable import Timetable

NIGHT = Timetable.parse("""
[sat]
24:20 N1
23:55 5
29:59 N9
25:10 N2
[sun]
0:10 N3
05:58 6
00:20 A1
[mon]
0:00 M
""")
SATURDAY = datetime(2023, 6, 3)


def shown(table, now, limit=4):
    return [(one.line, one.minutes) for one in due(table, now, limit)]


@pytest.mark.parametrize("hours, minutes, expected", [
    (23, 50, [("5", 5), ("N3", 20), ("A1", 30), ("N1", 30)]),
    (24, 5, [("N3", 5), ("A1", 15), ("N1", 15), ("N2", 65)]),
    (24, 20, [("A1", 0), ("N1", 0), ("N2", 50)]),
    (24, 21, [("N2", 49)]),
    (25, 11, []),
    (28, 28, [("6", 90)]),
    (28, 29, [("6", 89), ("N9", 90)]),
    (29, 59, [("N9", 0)]),
    (30, 0, []),
    (46, 29, []),
    (46, 30, [("M", 90)]),
    (47, 59, [("M", 1)]),
    (48, 0, [("M", 0)]),
    (48, 1, []),
    (22, 25, [("5", 90)]),
    (22, 24, []),
])
def test_days_meet(hours, minutes, expected):
    assert shown(NIGHT, SATURDAY + timedelta(hours=hours, minutes=minutes)) == expected


def test_week_and_year_go_round():
    table = Timetable.parse("[sun]\n24:30 L\n[mon]\n0:40 K\n[fri]\n23:59 F\n")
    assert shown(table, datetime(2023, 12, 31, 23, 30)) == [("L", 60), ("K", 70)]
    assert shown(table, datetime(2024, 1, 1, 0, 30)) == [("L", 0), ("K", 10)]
    assert shown(table, datetime(2024, 1, 2, 0, 30)) == []


def test_limit_holds_over_days():
    assert shown(NIGHT, SATURDAY + timedelta(hours=23, minutes=50), 2) == [("5", 5), ("N3", 20)]
    assert shown(NIGHT, SATURDAY + timedelta(hours=23, minutes=50), 3) == [("5", 5), ("N3", 20), ("A1", 30)]


def test_hours_of_one_digit_are_in_order():
    table = Timetable.parse("[fri]\n10:05 B\n9:40 A\n09:41 C\n")
    assert shown(table, datetime(2023, 6, 2, 9, 30), 2) == [("A", 10), ("C", 11)]
    assert shown(table, datetime(2023, 6, 2, 9, 30)) == [("A", 10), ("C", 11), ("B", 35)]


def test_seconds_do_not_count():
    assert due(NIGHT, SATURDAY.replace(hour=23, minute=54, second=59))[0] == Departure("5", 1)


def test_equal_times_are_by_line():
    table = Timetable.parse("[fri]\n9:40 Z\n09:40 10\n09:40 9\n")
    assert shown(table, datetime(2023, 6, 2, 9, 0)) == [("10", 40), ("9", 40), ("Z", 40)]


def test_bad_tables_raise():
    with pytest.raises(ValueError, match="sax"):
        Timetable.parse("[sax]\n")
    with pytest.raises(ValueError, match="before"):
        Timetable.parse("9:00 A\n[sat]\n")


def test_lines_are_padded():
    assert lines([Departure("5", 0), Departure("N1", 1)]) == ["5                now", "N1             1 min"]
    assert lines(due(NIGHT, SATURDAY)) == ["no service"]
