"""The ground station."""

from balloon.frame import Damaged, decode
from balloon.order import Order


class Receiver:
    """Takes frames as they arrive."""

    def __init__(self):
        self._order = Order()
        self._values = {}
        self._seen = set()
        self._counts = {"duplicates": 0, "damaged": 0}

    def take(self, frame):
        """Take one frame; tells whether it was new and sound."""
        try:
            number, value = decode(frame)
        except Damaged:
            self._counts["damaged"] += 1
            return False
        number = self._order.note(number)
        if number in self._seen:
            self._counts["duplicates"] += 1
            return False
        self._seen.add(number)
        self._values[number] = value
        return True

    def readings(self):
        """All values in order of their numbers."""
        return [self._values[number] for number in sorted(self._values)]

    def lost(self):
        """The numbers of packets that are missing."""
        return self._order.missing(self._seen)

    def summary(self):
        """One line for the log."""
        lost = self._order.highest - self._order.lowest + 1 - len(self._values) if self._values else 0
        counts = self._counts
        return (
            f"received {len(self._values)}, lost {lost}, "
            f"duplicates {counts['duplicates']}, damaged {counts['damaged']}"
        )
