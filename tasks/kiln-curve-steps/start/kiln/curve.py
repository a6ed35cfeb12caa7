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
        found = None
        for n in range(len(self._chip)):
            if self._chip.step(n)[0] <= minute:
                found = n
        return found

    def degrees_at(self, minute: int) -> Fraction:
        """The wanted temperature: on the straight line between two steps, exactly.

        Before the first step it is the first step's, after the last the last one's. Raises ValueError for an empty chip.
        """
        if not len(self._chip):
            raise ValueError("the chip is empty")
        before = self.step_before(minute)
        if before is None:
            return Fraction(self._chip.step(0)[1])
        if before == len(self._chip) - 1:
            return Fraction(self._chip.step(before)[1])
        began, low = self._chip.step(before)
        ends, high = self._chip.step(before + 1)
        return low + Fraction((high - low) * (minute - began), ends - began)

    def duration(self) -> int:
        """Minutes from the first to the last step; 0 for an empty chip."""
        minutes = [self._chip.step(n)[0] for n in range(len(self._chip))]
        return max(minutes) - min(minutes) if minutes else 0

    def degrees_over(self, minutes: Sequence[int]) -> list[Fraction]:
        """`degrees_at` of each minute. The minutes never fall; ValueError is raised when they do, or for an empty chip.

        Without minutes the answer is an empty list, whatever the chip holds.
        """
        if any(later < earlier for earlier, later in zip(minutes, minutes[1:])):
            raise ValueError("the minutes fall")
        return [self.degrees_at(minute) for minute in minutes]
