"""A trip of a bus."""

from collections.abc import Iterable, Sequence


def minutes(text: str) -> int:
    """Minutes since midnight of `HH:MM`, up to 29:59: from 24:00 on it is the night after. Raises ValueError."""
    hours, colon, rest = text.partition(":")
    if not (colon and len(hours) == len(rest) == 2 and hours.isdecimal() and rest.isdecimal()):
        raise ValueError(f"no time: {text!r}")
    if int(hours) > 29 or int(rest) > 59:
        raise ValueError(f"no time: {text!r}")
    return int(hours) * 60 + int(rest)


class Trip:
    """A line's trip: on which weekdays, and when it stops where."""

    def __init__(self, line: str, weekdays: Iterable[int], stops: Sequence[tuple[str, str]]) -> None:
        """Raises ValueError for fewer than two stops, and for times that do not rise."""
        self.line = line
        self.weekdays = frozenset(weekdays)
        self.stops = [(name, minutes(time)) for name, time in stops]
        if len(self.stops) < 2:
            raise ValueError("a trip has two stops at least")
        if any(later[1] <= earlier[1] for earlier, later in zip(self.stops, self.stops[1:])):
            raise ValueError("the times do not rise")
