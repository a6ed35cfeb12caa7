"""Which bus leaves next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .calendar import Calendar
from .trip import Trip

AHEAD = timedelta(days=8)


@dataclass(frozen=True)
class Departure:
    """A bus that leaves a stop."""

    moment: datetime
    line: str
    to: str
    service: date


class Timetable:
    """The trips of all lines."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._trips: list[Trip] = []

    def add(self, trip: Trip) -> None:
        """Add a trip."""
        self._trips.append(trip)

    def departures(self, stop: str, moment: datetime, count: int = 3) -> list[Departure]:
        """The next departures from a stop, within eight days. Raises ValueError when `count` is below one."""
        if count < 1:
            raise ValueError("at least one departure is asked for")
        begin = moment.replace(second=0, microsecond=0)
        found = []
        for days in range(-1, AHEAD.days + 1):  # the night buses of yesterday too
            for one in self._on(stop, moment.date() + timedelta(days=days)):
                if begin <= one.moment < begin + AHEAD:
                    found.append(one)
        return sorted(found, key=lambda one: (one.moment, one.line, one.service))[:count]

    def _on(self, stop: str, day: date) -> Iterator[Departure]:
        """The departures from a stop by trips that begin on a day."""
        midnight = datetime.combine(day, time())
        for trip in self._trips:
            if self._calendar.weekday(day) in trip.weekdays:
                for name, at in trip.stops[:-1]:
                    if name == stop:
                        yield Departure(midnight + timedelta(minutes=at), trip.line, trip.stops[-1][0], day)
