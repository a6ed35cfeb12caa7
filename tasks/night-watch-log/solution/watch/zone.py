"""Local clocks."""

from datetime import timedelta


class Zone:
    """A local clock with its changes."""

    def __init__(self, hours, changes=()):
        self.hours = hours
        self.changes = list(changes)

    def offset(self, moment):
        """How far the clock is ahead at a moment."""
        hours = self.hours
        for begin, ahead in self.changes:
            if moment >= begin:
                hours = ahead
        return timedelta(hours=hours)

    def to_local(self, utc):
        """The local time of a UTC time."""
        return utc + self.offset(utc)

    def to_utc(self, local, second=False):
        """The UTC time of a local time."""
        found = []
        for hours in {self.hours, *(ahead for _, ahead in self.changes)}:
            utc = local - timedelta(hours=hours)
            if self.to_local(utc) == local:
                found.append(utc)
        found.sort()
        if not found:
            raise ValueError(f"the clock never showed {local:%Y-%m-%d %H:%M}")
        if not second:
            return found[0]
        if len(found) == 1:
            raise ValueError(f"the clock showed {local:%Y-%m-%d %H:%M} only once")
        return found[1]
