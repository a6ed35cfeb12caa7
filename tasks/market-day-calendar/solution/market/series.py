"""Markets that come again."""

from datetime import date, timedelta

from market.rules import Rule


class Series:
    """Dates by a rule, with exceptions."""

    def __init__(self, name, first, rule, until=None):
        self.name = name
        self._rule = Rule(rule, first)
        self._until = until or date.max
        self._moved = {}

    def drop(self, day):
        """Take a date of the rule out. Raises ValueError."""
        self.move(day, None)

    def move(self, day, to):
        """Put a date of the rule on another day. Raises ValueError."""
        if not list(self._rule.between(day, min(day, self._until))):
            raise ValueError(f"{day} is no date of {self.name}")
        self._moved[day] = to

    def between(self, begin, end):
        """The dates between two."""
        found = {day for day in self._rule.between(begin, min(end, self._until)) if day not in self._moved}
        return sorted(found | {to for to in self._moved.values() if to and begin <= to <= end})

    def following(self, day):
        """The first date after one, or None."""
        if day == date.max:
            return None
        begin = day + timedelta(days=1)
        coming = [to for to in self._moved.values() if to and to >= begin]
        for one in self._rule.between(begin, self._until):
            if one not in self._moved:
                coming.append(one)
                break
        return min(coming, default=None)
