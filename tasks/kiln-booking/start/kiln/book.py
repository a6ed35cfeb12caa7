"""The kiln's days."""


class Full(Exception):
    """The day has no room for it."""


class Kiln:
    """Shelves by day."""

    def __init__(self, shelves):
        self.shelves = shelves
        self._booked = {}
        self._next = 0

    def book(self, day, shelves, kind):
        """Take shelves on a day; gives a key. Raises Full."""
        if shelves > self.free(day) or self.kind(day) not in (None, kind):
            raise Full(f"day {day} has no room for {shelves} shelves of {kind}")
        self._next += 1
        self._booked[self._next] = (day, shelves, kind)
        return self._next

    def leave(self, key):
        """Give a place back. Raises KeyError."""
        del self._booked[key]

    def free(self, day):
        """Free shelves of a day."""
        return self.shelves - sum(one[1] for one in self._booked.values() if one[0] == day)

    def kind(self, day):
        """What is fired on a day, or None."""
        for booked, _, kind in self._booked.values():
            if booked == day:
                return kind
        return None
