"""On which days buses run."""

from datetime import date


class Calendar:
    """The weekday whose buses run on a day."""

    def __init__(self) -> None:
        self._exceptions: dict[date, int | None] = {}
        self._season = (date.min, date.max)

    def except_on(self, day: date, runs_as: int | None) -> None:
        """On a day buses run as on another weekday, or not at all (None). Raises ValueError for no weekday."""
        if runs_as is not None and not 0 <= runs_as <= 6:
            raise ValueError(f"no weekday: {runs_as}")
        self._exceptions[day] = runs_as

    def season(self, first: date, last: date) -> None:
        """Buses run from the first to the last day, both included. Raises ValueError when they are the wrong way round."""
        if last < first:
            raise ValueError(f"{last} is before {first}")
        self._season = (first, last)

    def weekday(self, day: date) -> int | None:
        """0 for Monday to 6 for Sunday; None when no bus runs."""
        if day in self._exceptions:
            return self._exceptions[day]
        first, last = self._season
        return day.weekday() if first <= day <= last else None
