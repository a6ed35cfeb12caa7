from station.feed import read_feed
from station.month import summary


def test_month():
    readings = read_feed(["Brae;1;2.0;0.5\n", "Brae;2;-4.0;0\n"])
    assert summary(readings) == {"Brae": (-1.0, 0.5)}
