from datetime import date

from watch.log import read_log
from watch.report import hours_by_night
from watch.zone import Zone


def test_hours_are_summed():
    zone = Zone(0)
    text = "2031-01-10 22:00 2031-01-11 06:00 Maren\n2031-01-11 02:00 2031-01-11 04:30 Jory\n"
    assert hours_by_night(read_log(text, zone), zone) == {date(2031, 1, 10): 10.5}
