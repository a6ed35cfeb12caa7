"""On which days buses run."""

from datetime import date


class Calendar:
    """The weekday whose buses run on a day."""

    def weekday(self, day: date) -> int | None:
        """0 for Monday to 6 for Sunday; None when no bus runs."""
        return day.weekday()
