"""Which bus leaves next."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from .calendar import Calendar
from .trip import Trip


@dataclass(frozen=True)
class Departure:
    """A bus that leaves a stop."""

    moment: datetime
    line: str
    to: str


class Timetable:
    """The trips of all lines."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._trips: list[Trip] = []

    def add(self, trip: Trip) -> None:
        """Add a trip."""
        self._trips.append(trip)

    def departures(self, stop: str, moment: datetime, count: int = 3) -> list[Departure]:
        """The next departures from a stop on the day of `moment`."""
        midnight = datetime.combine(moment.date(), time())
        found = []
        for trip in self._trips:
            if self._calendar.weekday(moment.date()) in trip.weekdays:
                for name, at in trip.stops[:-1]:
                    leaves = midnight + timedelta(minutes=at)
                    if name == stop and leaves >= moment.replace(second=0, microsecond=0):
                        found.append(Departure(leaves, trip.line, trip.stops[-1][0]))
        return sorted(found, key=lambda one: (one.moment, one.line))[:count]
