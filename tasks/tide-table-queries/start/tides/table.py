"""Heights of the tide, by position."""

from collections.abc import Iterable
from typing import Any


class Table:
    """Heights that can be appended and corrected; stretches are from `begin` up to, not including, `end`.

    All methods that take a stretch raise IndexError unless `0 <= begin < end <= len(table)`.
    """

    def __init__(self, heights: Iterable[Any] = ()) -> None:
        self._heights = list(heights)

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, position: int) -> Any:
        """The height at a position. Raises IndexError outside of 0 to len - 1; there are no negative positions."""
        self._check(position, position + 1)
        return self._heights[position]

    def append(self, height: Any) -> None:
        """Put a height at the end."""
        self._heights.append(height)

    def correct(self, position: int, height: Any) -> None:
        """Put another height at a position. Raises IndexError as reading it does."""
        self._check(position, position + 1)
        self._heights[position] = height

    def total(self, begin: int, end: int) -> Any:
        """The heights of a stretch, added in their order. A stretch of one is that height itself."""
        self._check(begin, end)
        total = self._heights[begin]
        for height in self._heights[begin + 1 : end]:
            total = total + height
        return total

    def highest(self, begin: int, end: int) -> int:
        """The position of the highest height of a stretch, the *last* of equal ones."""
        self._check(begin, end)
        best = begin
        for position in range(begin + 1, end):
            if not self._heights[position] < self._heights[best]:
                best = position
        return best

    def first_above(self, level: Any, begin: int) -> int | None:
        """The first position from `begin` on whose height is above the level (`level < height`); None when there is none.

        `begin` may be from 0 to len(table), which has None; else IndexError is raised.
        """
        if not 0 <= begin <= len(self._heights):
            raise IndexError(begin)
        for position in range(begin, len(self._heights)):
            if level < self._heights[position]:
                return position
        return None

    def _check(self, begin: int, end: int) -> None:
        if not 0 <= begin < end <= len(self._heights):
            raise IndexError((begin, end))
