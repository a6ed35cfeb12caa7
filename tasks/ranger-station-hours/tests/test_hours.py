from datetime import datetime, timedelta

import pytest
from rangers.hours import Hours
from rangers.sign import sign

MONDAY = datetime(2032, 3, 1)


def at(day, clock="00:00"):
    hours, minutes = clock.split(":")
    return MONDAY + timedelta(days=day, hours=int(hours), minutes=int(minutes))


def spans(text):
    """The week's changes from its first minute on, as minutes."""
    hours, moment, found = Hours.parse(text), MONDAY - timedelta(minutes=1), []
    while (moment := hours.next_change(moment)) and moment < MONDAY + timedelta(days=7):
        assert hours.is_open(moment) != hours.is_open(moment - timedelta(seconds=1))
        found.append((int((moment - MONDAY).total_seconds()) // 60, hours.is_open(moment)))
    return found


@pytest.mark.parametrize("text, expected", [
    ("mon 08:00-12:00,14:00-18:30", [(480, True), (720, False), (840, True), (1110, False)]),
    ("mon 14:00-18:30,08:00-12:00", [(480, True), (720, False), (840, True), (1110, False)]),
    ("tue 00:00-24:00", [(1440, True), (2880, False)]),
    ("tue-wed 00:00-24:00", [(1440, True), (4320, False)]),
    ("tue 22:00-02:00; wed off", [(2760, True), (3000, False)]),
    ("sun 22:00-02:00", [(120, False), (6 * 1440 + 1320, True)]),
    ("mon 08:00-08:00", [(480, True), (1920, False)]),
    ("mon 23:00-01:00; tue 00:30-03:00", [(1380, True), (1620, False)]),
    ("mon 23:00-01:00; tue 01:00-03:00", [(1380, True), (1620, False)]),
    ("daily 10:00-11:00; tue-sun off", [(600, True), (660, False)]),
    ("mon,tue 10:00-11:00; tue 12:00-13:00", [(600, True), (660, False), (2160, True), (2220, False)]),
    ("sun-mon 10:00-11:00", [(600, True), (660, False), (9240, True), (9300, False)]),
    ("  MON ,  tue-tue   10:00-11:00 ;  Tue OFF ", [(600, True), (660, False)]),
    ("mon 00:00-00:01", [(0, True), (1, False)]),
    ("mon 22:00-24:00; tue 00:00-01:00", [(1320, True), (1500, False)]),
    ("daily off", []), ("daily 00:00-24:00", []), ("daily 07:00-07:00", []),
    ("fri-mon,wed off; thu 09:00-10:00", [(4860, True), (4920, False)]),
    ("mon 00:00-23:00,23:30-00:00", [(0, True), (1380, False), (1410, True), (1440, False)]),
])
def test_changes_of_week(text, expected):
    assert spans(text) == expected


@pytest.mark.parametrize("text", [
    "", ";", "mon", "mon 8:00-9:00", "mon 08:00", "mon 08:00-12:00,", "mon 08:00-25:00", "mon 24:00-02:00", "moon off",
    "mon-fri-sat off", "mon, off", "mon off;", "mon off,08:00-09:00", "mon 08:00-12:00,11:00-13:00", "mon- off", "daily,mon off",
    "mon 08:00-12:00,12:00-14:00", "mon 22:00-02:00,23:00-23:30", "mon 10:00-14:00,08:00-11:00", "mon 08:00-08:00,07:00-08:00",
    "mon 08:00-09:00 10:00-11:00", "tue 08:00-09:00; mon off off",
])
def test_other_forms_raise(text):
    with pytest.raises(ValueError):
        Hours.parse(text)


def test_open_at_seconds():
    hours = Hours.parse("mon 08:00-12:00")
    assert hours.is_open(at(0, "08:00"))
    assert hours.is_open(at(0, "11:59") + timedelta(seconds=59, microseconds=9))
    assert not hours.is_open(at(0, "12:00"))
    assert not hours.is_open(at(0, "07:59") + timedelta(seconds=59))
    assert not hours.is_open(at(1, "09:00"))
    assert hours.next_change(at(0, "07:59") + timedelta(seconds=30)) == at(0, "08:00")
    assert hours.next_change(at(0, "08:00")) == at(0, "12:00")
    assert hours.next_change(at(0, "12:00")) == at(7, "08:00")


@pytest.mark.parametrize("text, moment, expected", [
    ("mon-fri 08:00-18:30", at(0, "08:00"), "open until 18:30"), ("mon-fri 08:00-18:30", at(4, "18:30"), "closed until Mon 08:00"),
    ("mon 22:00-02:00", at(0, "23:00"), "open until Tue 02:00"), ("mon 22:00-02:00", at(1, "01:00"), "open until 02:00"),
    ("mon 22:00-02:00", at(0, "03:00"), "closed until 22:00"), ("mon 22:00-24:00", at(0, "23:00"), "open until Tue 00:00"),
    ("wed 10:00-11:00", at(2, "12:00"), "closed until Wed 10:00"), ("daily off", at(0), "always closed"),
    ("daily 00:00-24:00", at(5, "09:00"), "always open"), ("sat-sun 00:00-24:00", at(5, "09:00"), "open until Mon 00:00"),
])
def test_sign(text, moment, expected):
    assert sign(Hours.parse(text), moment) == expected
