"""The town's calendar."""


class Calendar:
    """Markets by date."""

    def __init__(self):
        self._single = []
        self._series = []

    def add(self, name, date):
        """Note a market."""
        self._single.append((date, name))

    def add_series(self, series):
        """Note markets that come again."""
        self._series.append(series)

    def days(self, begin, end):
        """Dates with their markets."""
        found = {}
        for date, name in self._single:
            if begin <= date <= end:
                found.setdefault(date, set()).add(name)
        for series in self._series:
            for date in series.between(begin, end):
                found.setdefault(date, set()).add(series.name)
        return [(date, sorted(names)) for date, names in sorted(found.items())]
