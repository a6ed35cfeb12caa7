from datetime import date, timedelta

import pytest
from market.calendar import Calendar
from market.series import Series

START = date(2031, 1, 1)  # a Wednesday


def listed(rule, first=START, until=None, begin=START, end=date(2031, 12, 31)):
    return [f"{day:%m%d}" for day in Series("x", first, rule, until).between(begin, end)]


@pytest.mark.parametrize("rule, end, expected", [
    ("every 3 days", 10, "0101 0104 0107 0110"), ("every day", 3, "0101 0102 0103"), ("every 1 days", 2, "0101 0102"),
    ("every week on sat", 20, "0104 0111 0118"), ("every 2 weeks on tue,fri", 31, "0103 0114 0117 0128 0131"),
    ("every 2 weeks on fri,mon", 31, "0103 0113 0117 0127 0131"), ("every 1 weeks on wed", 8, "0101 0108"),
    ("every 3 weeks on mon", 60, "0120 0210"), ("monthly on 1st wed", 40, "0101 0205"), ("monthly on 2nd tue", 80, "0114 0211 0311"),
    ("monthly on last fri", 90, "0131 0228 0328"), ("monthly on 5th thu", 200, "0130 0529"), ("monthly on 31", 151, "0131 0331 0531"),
    ("monthly on last", 60, "0131 0228"), ("every 3 months on 15", 300, "0115 0415 0715 1015"),
    ("every 5 months on last", 364, "0131 0630 1130"), ("every 2 months on 3rd mon", 160, "0120 0317 0519"),
    ("every month on 30", 95, "0130 0330"), ("monthly on 4th sun", 60, "0126 0223"),
])
def test_rules(rule, end, expected):
    assert listed(rule, end=START + timedelta(days=end - 1)) == expected.split()


def test_first_and_until_bound():
    assert listed("monthly on 10", first=date(2031, 3, 11), until=date(2031, 5, 10)) == ["0410", "0510"]
    assert listed("monthly on 10", first=date(2031, 3, 10), until=date(2031, 5, 9)) == ["0310", "0410"]
    assert listed("every week on mon", until=date(2031, 1, 13)) == ["0106", "0113"]
    assert listed("every 4 days", until=date(2031, 1, 5), begin=date(2030, 1, 1)) == ["0101", "0105"]
    assert listed("every 2 weeks on mon", begin=date(2031, 1, 14), end=date(2031, 1, 27)) == ["0127"]
    assert listed("every 4 days", begin=date(2031, 1, 6), end=date(2031, 1, 8)) == []
    assert listed("every day", begin=date(2031, 1, 6), end=date(2031, 1, 5)) == []


@pytest.mark.parametrize("rule", [
    "", "every", "every 0 days", "every -1 days", "every 2 day on", "weekly", "every week", "every week on", "every week on moon",
    "every week on mon,mon", "every 2 weeks on mon, tue", "monthly", "monthly on", "monthly on 32", "monthly on 0", "monthly on 6th mon",
    "monthly on 2th mon", "monthly on 2nd", "every 0 months on 3", "every 3 days on mon", "every x days", "monthly on last moon",
    "every 0 weeks on mon", "Every day", "every month", "monthly on mon", "every 2 months on 2nd tue wed", "every 1.5 days",
])
def test_no_rules_raise(rule):
    with pytest.raises(ValueError):
        Series("x", START, rule)


@pytest.mark.parametrize("rule", ["every 7 days", "every 2 weeks on wed,sun", "monthly on last tue", "every 12 months on 1"])
def test_far_ranges(rule):
    series = Series("x", START, rule)
    far = series.between(date(3031, 1, 1), date(3031, 12, 31))
    assert far
    assert series.following(far[0] - timedelta(days=1)) == far[0]
    near = [day for day in series.between(START, date(2040, 1, 1))]
    assert near == sorted(set(near))
    for day, after in zip(near, near[1:]):
        assert series.following(day) == after
        assert series.following(after - timedelta(days=1)) == after
    if rule == "every 7 days":
        assert all((day - START).days % 7 == 0 for day in far)


def test_following():
    series = Series("x", date(2031, 2, 3), "monthly on 3", until=date(2031, 4, 2))
    assert series.following(date(1900, 1, 1)) == date(2031, 2, 3)
    assert series.following(date(2031, 2, 3)) == date(2031, 3, 3)
    assert series.following(date(2031, 3, 3)) is None
    assert Series("x", date(2031, 2, 1), "every 12 months on 30").following(START) is None
    assert Series("x", date(2031, 2, 1), "every 12 months on 29").following(START) == date(2032, 2, 29)
    assert Series("x", date(2097, 2, 1), "every 12 months on 29").following(START) == date(2104, 2, 29)
    assert Series("x", date(2031, 2, 1), "every 12 months on 5th sun").following(START) == date(2032, 2, 29)
    assert Series("x", date(9999, 12, 30), "every 3 days").following(date(9999, 12, 30)) is None


def test_drop_and_move():
    series = Series("x", START, "every week on wed", until=date(2031, 2, 1))
    series.drop(date(2031, 1, 8))
    series.move(date(2031, 1, 15), date(2031, 3, 1))
    series.move(date(2031, 1, 22), date(2030, 12, 24))
    series.move(date(2031, 1, 29), date(2031, 1, 1))
    wide = (date(2030, 1, 1), date(2032, 1, 1))
    assert series.between(*wide) == [date(2030, 12, 24), START, date(2031, 3, 1)]
    assert series.between(date(2031, 1, 2), date(2031, 2, 28)) == []
    assert series.following(START) == date(2031, 3, 1)
    assert series.following(date(2030, 12, 1)) == date(2030, 12, 24)
    assert series.following(date(2031, 3, 1)) is None
    series.move(date(2031, 1, 8), date(2031, 1, 9))
    series.drop(date(2031, 1, 15))
    series.move(date(2031, 1, 22), date(2031, 1, 22))
    assert series.between(*wide) == [START, date(2031, 1, 9), date(2031, 1, 22)]
    assert series.following(START) == date(2031, 1, 9)
    for wrong in (date(2031, 1, 9), date(2031, 2, 5), date(2030, 12, 25), date(2031, 1, 2)):
        with pytest.raises(ValueError):
            series.drop(wrong)
        with pytest.raises(ValueError):
            series.move(wrong, START)


def test_all_dropped_never_follow():
    series = Series("x", START, "every 12 months on 1", until=date(2033, 1, 1))
    for year in (2031, 2032, 2033):
        series.drop(date(year, 1, 1))
    assert series.following(date(2000, 1, 1)) is None
    assert series.between(START, date(2040, 1, 1)) == []


def test_calendar_merges():
    calendar = Calendar()
    wool, fish = Series("wool", START, "every 2 days"), Series("fish", START, "every 3 days")
    for series in (wool, fish):
        calendar.add_series(series)
    calendar.add("eel", date(2031, 1, 4))
    calendar.add("wool", START)
    calendar.add_series(Series("fish", START, "monthly on 4"))
    assert [(day.day, names) for day, names in calendar.days(START, date(2031, 1, 5))] == [
        (1, ["fish", "wool"]), (3, ["wool"]), (4, ["eel", "fish"]), (5, ["wool"])]
    fish.move(START, date(2031, 1, 3))
    assert calendar.days(date(2031, 1, 2), date(2031, 1, 3)) == [(date(2031, 1, 3), ["fish", "wool"])]
    assert calendar.days(date(2030, 1, 1), date(2030, 2, 1)) == []
