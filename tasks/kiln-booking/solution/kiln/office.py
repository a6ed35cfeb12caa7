"""The waiting list."""

from copy import deepcopy

KINDS = ("biscuit", "glaze")


class Refused(Exception):
    """A change that would lose a booked place."""


class Request:
    """One request, and what it has been."""

    def __init__(self, potter, days, shelves, kind):
        self.potter = potter
        self.days = list(days)
        self.shelves = shelves
        self.kind = kind
        self.day = None
        self.key = None
        self.history = []

    def note(self, what):
        """Remember what it is now."""
        if self.history[-1:] != [what]:
            self.history.append(what)


class Office:
    """Books a kiln for those who wait."""

    def __init__(self, kiln):
        self._kiln = kiln
        self._requests = {}
        self._gone = {}
        self._past = []

    def request(self, potter, days, shelves, kind):
        """Ask for a place; gives a number. Raises ValueError."""
        self._check(days, shelves)
        if kind not in KINDS:
            raise ValueError(f"no kind {kind}")
        self._past.append(self._state())
        number = len(self._requests) + len(self._gone) + 1
        self._requests[number] = Request(potter, days, shelves, kind)
        self._settle()
        return number

    def cancel(self, number):
        """Give up a request. Raises KeyError."""
        self._requests[number]
        self._past.append(self._state())
        one = self._requests.pop(number)
        self._leave(one)
        one.note("cancelled")
        self._gone[number] = one
        self._settle()

    def change(self, number, days=None, shelves=None):
        """Change a request. Raises KeyError, ValueError and Refused."""
        one = self._requests[number]
        days = one.days if days is None else list(days)
        shelves = one.shelves if shelves is None else shelves
        self._check(days, shelves)
        self._past.append(self._state())
        booked = one.day
        self._leave(one)
        one.days, one.shelves = days, shelves
        if booked in days and self._fits(one, booked):
            self._take(one, booked)
        self._settle()
        if booked is not None and one.day is None:
            self.undo()
            raise Refused(f"request {number} would lose its place")

    def undo(self):
        """Take the last act back; tells whether there was one."""
        if not self._past:
            return False
        for one in self._requests.values():
            self._leave(one)
        self._requests, self._gone = self._past.pop()
        for one in self._requests.values():
            if one.day is not None:
                one.key = self._kiln.book(one.day, one.shelves, one.kind)
        return True

    def day(self, number):
        """The day of a request, or None. Raises KeyError."""
        return self._requests[number].day

    def history(self, number):
        """What a request has been. Raises KeyError."""
        return list({**self._requests, **self._gone}[number].history)

    def sheet(self, day):
        """The lines of a day."""
        lines = [f"{one.potter}: {one.shelves} {one.kind}" for _, one in sorted(self._requests.items()) if one.day == day]
        return [*lines, f"{self._kiln.free(day)} free"]

    def _check(self, days, shelves):
        if not days or len(set(days)) < len(days) or not 1 <= shelves <= self._kiln.shelves:
            raise ValueError(f"{shelves} shelves on days {days} cannot be booked")

    def _state(self):
        return deepcopy((self._requests, self._gone))

    def _fits(self, one, day):
        return self._kiln.free(day) >= one.shelves and self._kiln.kind(day) in (None, one.kind)

    def _take(self, one, day):
        self._leave(one)
        one.day = day
        one.key = self._kiln.book(day, one.shelves, one.kind)

    def _leave(self, one):
        if one.day is not None:
            self._kiln.leave(one.key)
            one.day = None

    def _settle(self):
        while self._step():
            pass
        for one in self._requests.values():
            one.note("waiting" if one.day is None else f"day {one.day}")

    def _step(self):
        for _, one in sorted(self._requests.items()):
            for day in one.days:
                if day == one.day:
                    break
                if self._fits(one, day):
                    self._take(one, day)
                    one.note(f"day {day}")
                    return True
        return False
