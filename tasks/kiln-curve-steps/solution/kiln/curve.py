"""The firing curve on a chip."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol


class Chip(Protocol):
    """Steps of a curve, by rising minute."""

    def __len__(self) -> int: ...

    def step(self, n: int) -> tuple[int, int]:
        """Minute and degrees of a step."""
        ...


class Curve:
    """The wanted temperature over time."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def step_before(self, minute: int) -> int | None:
        """The number of the last step at or before a minute; None before the first step, and for an empty chip."""
        return _Reader(self._chip).step_before(minute)

    def degrees_at(self, minute: int) -> Fraction:
        """The wanted temperature: on the straight line between two steps, exactly.

        Before the first step it is the first step's, after the last the last one's. Raises ValueError for an empty chip.
        """
        return _Reader(self._chip).degrees_at(minute)

    def duration(self) -> int:
        """Minutes from the first to the last step; 0 for an empty chip."""
        count = len(self._chip)
        return self._chip.step(count - 1)[0] - self._chip.step(0)[0] if count else 0

    def degrees_over(self, minutes: Sequence[int]) -> list[Fraction]:
        """`degrees_at` of each minute. The minutes never fall; ValueError is raised when they do, or for an empty chip.

        Without minutes the answer is an empty list, whatever the chip holds.
        """
        if any(later < earlier for earlier, later in zip(minutes, minutes[1:])):
            raise ValueError("the minutes fall")
        reader = _Reader(self._chip)
        return [reader.degrees_at(minute) for minute in minutes]


class _Reader:
    """Steps of a chip, each fetched once, for the time of one call."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._known: dict[int, tuple[int, int]] = {}

    def step(self, n: int) -> tuple[int, int]:
        if n not in self._known:
            self._known[n] = self._chip.step(n)
        return self._known[n]

    def step_before(self, minute: int) -> int | None:
        low, high = 0, len(self._chip)  # steps below low are at or before the minute, those from high on after it
        while low < high:
            middle = (low + high) // 2
            if self.step(middle)[0] <= minute:
                low = middle + 1
            else:
                high = middle
        return low - 1 if low else None

    def degrees_at(self, minute: int) -> Fraction:
        if not len(self._chip):
            raise ValueError("the chip is empty")
        before = self.step_before(minute)
        if before is None:
            return Fraction(self.step(0)[1])
        began, low = self.step(before)
        if before == len(self._chip) - 1:
            return Fraction(low)
        ends, high = self.step(before + 1)
        return low + Fraction((high - low) * (minute - began), ends - began)
