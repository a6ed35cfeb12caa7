"""What the display shows."""

from dataclasses import dataclass

from busstop.clock import minute_of

HORIZON = 90


@dataclass(frozen=True)
class Departure:
    """A bus that is due in so many minutes."""

    line: str
    minutes: int


def due(timetable, now, limit=4):
    """The next departures."""
    minute = now.hour * 60 + now.minute
    found = []
    for clock, line in timetable.of(now.weekday()):
        wait = minute_of(clock) - minute
        if 0 <= wait <= HORIZON:
            found.append(Departure(line, wait))
        if len(found) == limit:
            break
    return found


def lines(departures):
    """The display's lines of text."""
    if not departures:
        return ["no service"]
    shown = []
    for departure in departures:
        wait = "now" if departure.minutes == 0 else f"{departure.minutes} min"
        shown.append(f"{departure.line:<12}{wait:>8}")
    return shown
