"""The timetable of one stop."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Timetable:
    """Departures by weekday of service."""

    def __init__(self, days):
        self._days = days

    @classmethod
    def parse(cls, text):
        """Read a timetable. Raises ValueError for an unknown weekday or a line outside of a section."""
        days = {}
        section = None
        for line in text.splitlines():
            line = line.strip()
            if not line:
                continue
            if line.startswith("["):
                name = line.strip("[]")
                if name not in WEEKDAYS:
                    raise ValueError(f"unknown weekday {name}")
                section = days.setdefault(name, [])
                continue
            if section is None:
                raise ValueError(f"{line!r} stands before any weekday")
            clock, name = line.split(None, 1)
            section.append((clock, name))
        return cls({day: sorted(found) for day, found in days.items()})

    def of(self, weekday):
        """Departures of a service day, `weekday` counting from Monday, 0, in order of time: pairs (clock, line)."""
        return self._days.get(WEEKDAYS[weekday], [])
