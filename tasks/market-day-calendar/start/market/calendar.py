"""The town's calendar."""


class Calendar:
    """Markets by date."""

    def __init__(self):
        self._single = []

    def add(self, name, date):
        """Note a market."""
        self._single.append((date, name))

    def days(self, begin, end):
        """Dates with their markets."""
        found = {}
        for date, name in sorted(self._single):
            if begin <= date <= end:
                found.setdefault(date, []).append(name)
        return list(found.items())
