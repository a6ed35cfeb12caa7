from datetime import date, datetime, timedelta

import pytest
from watch.log import Watch, read_log
from watch.report import hours_by_night
from watch.zone import Zone

FORWARD, BACK = datetime(2031, 3, 30, 1), datetime(2031, 10, 26, 1)
HOME = Zone(1, [(FORWARD, 2), (BACK, 1)])
WEST = Zone(-3.5, [(datetime(2031, 4, 6, 5, 30), -2.5), (datetime(2031, 11, 2, 4, 30), -3.5)])
LATER = Zone(0, [(datetime(2030, 6, 1, 0, 0), 9)])


@pytest.mark.parametrize("zone, edges", [(HOME, (FORWARD, BACK)), (WEST, [one[0] for one in WEST.changes])])
def test_local_times_come_back(zone, edges):
    for edge in edges:
        for minutes in range(-300, 301, 15):
            utc = edge + timedelta(minutes=minutes)
            local = zone.to_local(utc)
            twice = edge == edges[1] and timedelta(hours=-1) <= utc - edge < timedelta(hours=1)
            if twice:
                assert zone.to_utc(local, second=utc >= edge) == utc
                assert zone.to_utc(local, second=utc < edge) != utc
            else:
                assert zone.to_utc(local) == utc
                with pytest.raises(ValueError):
                    zone.to_utc(local, second=True)


@pytest.mark.parametrize("zone, local", [
    (HOME, datetime(2031, 3, 30, 2, 0)), (HOME, datetime(2031, 3, 30, 2, 59)), (WEST, datetime(2031, 4, 6, 2, 30)),
    (WEST, datetime(2031, 4, 6, 2, 0)), (LATER, datetime(2030, 6, 1, 4)),
])
def test_times_that_never_were_raise(zone, local):
    for second in (False, True):
        with pytest.raises(ValueError, match=f"{local:%H:%M}"):
            zone.to_utc(local, second)


def test_edges_of_change():
    assert HOME.to_utc(datetime(2031, 3, 30, 1, 59)) == datetime(2031, 3, 30, 0, 59)
    assert HOME.to_utc(datetime(2031, 3, 30, 3, 0)) == FORWARD
    assert HOME.to_utc(datetime(2031, 10, 26, 2, 0)) == datetime(2031, 10, 26, 0, 0)
    assert HOME.to_utc(datetime(2031, 10, 26, 2, 0), second=True) == BACK
    assert HOME.to_utc(datetime(2031, 10, 26, 3, 0)) == datetime(2031, 10, 26, 2, 0)
    assert LATER.to_utc(datetime(2030, 6, 1, 9)) == datetime(2030, 6, 1)
    assert Zone(5).to_utc(datetime(2031, 1, 1)) == datetime(2030, 12, 31, 19)


def lengths(text, zone=HOME):
    return [(one.end - one.begin).total_seconds() / 3600 for one in read_log(text, zone)]


def test_watches_last_what_elapsed():
    log = "2031-03-29 22:00 2031-03-30 06:00 A\n2031-10-25 22:00 2031-10-26 06:00 B b\n\n2031-07-01 22:00 2031-07-02 06:00 C\n"
    assert lengths(log) == [7.0, 9.0, 8.0]
    assert hours_by_night(read_log(log, HOME), HOME) == {
        date(2031, 3, 29): 7.0, date(2031, 7, 1): 8.0, date(2031, 10, 25): 9.0}
    assert list(hours_by_night(read_log(log, HOME), HOME)) == [date(2031, 3, 29), date(2031, 7, 1), date(2031, 10, 25)]
    assert read_log(log, HOME)[1].name == "B b"


def test_star_is_second_hour():
    assert lengths("2031-10-26 02:15 2031-10-26 02:15* A\n") == [1.0]
    assert lengths("2031-10-26 02:50 2031-10-26 02:10* A\n") == [pytest.approx(1 / 3)]
    assert lengths("2031-10-26 02:15* 2031-10-26 03:15 A\n") == [1.0]
    assert lengths("2031-11-02 01:30 2031-11-02 01:15* A\n", WEST) == [0.75]


@pytest.mark.parametrize("line, named", [
    ("2031-10-26 02:15* 2031-10-26 02:50 A", "A"), ("2031-07-01 22:00 2031-07-01 22:00 Ole", "Ole"),
    ("2031-07-02 22:00 2031-07-01 22:00 Ole", "Ole"), ("2031-03-30 02:30 2031-03-30 04:00 A", "02:30"),
    ("2031-03-30 01:00 2031-03-30 02:05 A", "02:05"), ("2031-07-01 22:00* 2031-07-02 01:00 A", "22:00"),
    ("2031-10-26 01:59 2031-10-26 03:10* A", "03:10"),
])
def test_bad_lines_raise(line, named):
    with pytest.raises(ValueError, match=named):
        read_log(line, HOME)


@pytest.mark.parametrize("begin, night", [
    ("2031-07-01 12:30", date(2031, 7, 1)), ("2031-07-01 12:00", date(2031, 7, 1)), ("2031-07-01 11:59", date(2031, 6, 30)),
    ("2031-01-05 12:00", date(2031, 1, 5)), ("2031-01-05 11:45", date(2031, 1, 4)), ("2031-06-30 23:30", date(2031, 6, 30)),
    ("2031-01-01 00:10", date(2030, 12, 31)), ("2031-03-30 12:10", date(2031, 3, 30)),
])
@pytest.mark.parametrize("zone", [HOME, WEST, LATER, Zone(-11), Zone(13)])
def test_night_is_of_local_date(begin, night, zone):
    start = zone.to_utc(datetime.fromisoformat(begin))
    watch = Watch("A", start, start + timedelta(minutes=90))
    assert hours_by_night([watch, watch], zone) == {night: 3.0}
