from datetime import datetime

from buses import Calendar, Timetable, Trip


def test_next_bus():
    table = Timetable(Calendar())
    table.add(Trip("12", {0}, [("Harbour", "07:30"), ("Mill", "07:41"), ("Cape", "08:02")]))
    found = table.departures("Mill", datetime(2033, 5, 2, 7, 0))
    assert [(one.moment, one.line, one.to) for one in found][:1] == [(datetime(2033, 5, 2, 7, 41), "12", "Cape")]
