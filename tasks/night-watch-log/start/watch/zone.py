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
        return local - self.offset(local)
