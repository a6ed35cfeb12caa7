from datetime import date

from market.calendar import Calendar


def test_days_are_listed():
    calendar = Calendar()
    calendar.add("wool", date(2030, 5, 2))
    assert calendar.days(date(2030, 5, 1), date(2030, 5, 2)) == [(date(2030, 5, 2), ["wool"])]
