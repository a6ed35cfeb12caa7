"""Lines as the stations send them."""

from collections import namedtuple

Reading = namedtuple("Reading", "name day degrees rain")


def number(text):
    """The value of one instrument."""
    return float(text)


def read_feed(lines):
    """All readings."""
    readings = []
    for line in lines:
        name, day, degrees, rain = line.strip().split(";")
        readings.append(Reading(name, int(day), number(degrees), number(rain)))
    return readings
