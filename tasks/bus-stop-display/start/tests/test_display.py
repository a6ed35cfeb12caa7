from datetime import datetime

from busstop.display import due, lines
from busstop.timetable import Timetable

TABLE = Timetable.parse("[sat]\n12:05 7 Harbour\n12:30 9 Mill\n14:00 7 Harbour\n")


def test_next_buses_are_due():
    found = due(TABLE, datetime(2023, 6, 3, 12, 5))
    assert [(one.line, one.minutes) for one in found] == [("7 Harbour", 0), ("9 Mill", 25)]


def test_display_has_a_line_a_bus():
    assert lines(due(TABLE, datetime(2023, 6, 3, 12, 5))) == ["7 Harbour        now", "9 Mill        25 min"]
    assert lines([]) == ["no service"]
