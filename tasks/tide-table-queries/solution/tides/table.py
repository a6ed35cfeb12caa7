"""Heights of the tide, by position."""

from collections.abc import Iterable, Iterator
from typing import Any


class Table:
    """Heights that can be appended and corrected; stretches are from `begin` up to, not including, `end`.

    All methods that take a stretch raise IndexError unless `0 <= begin < end <= len(table)`.

    Level 0 holds the heights; each level above holds, for each whole pair of the one below, their sum and the position of
    their highest. A block is made when both its halves are full, so that nothing has to be filled up.
    """

    def __init__(self, heights: Iterable[Any] = ()) -> None:
        self._sums: list[list[Any]] = [[]]
        self._best: list[list[int]] = [[]]
        for height in heights:
            self.append(height)

    def __len__(self) -> int:
        return len(self._sums[0])

    def __getitem__(self, position: int) -> Any:
        """The height at a position. Raises IndexError outside of 0 to len - 1; there are no negative positions."""
        self._check(position, position + 1)
        return self._sums[0][position]

    def append(self, height: Any) -> None:
        """Put a height at the end."""
        self._best[0].append(len(self))
        self._sums[0].append(height)
        level, count = 0, len(self)
        while count % 2 == 0:
            if level + 1 == len(self._sums):
                self._sums.append([])
                self._best.append([])
            level, count = level + 1, count // 2
            total, best = self._joined(level, count - 1)
            self._sums[level].append(total)
            self._best[level].append(best)

    def correct(self, position: int, height: Any) -> None:
        """Put another height at a position. Raises IndexError as reading it does."""
        self._check(position, position + 1)
        self._sums[0][position] = height
        place = position
        for level in range(1, len(self._sums)):
            place //= 2
            if place >= len(self._sums[level]):
                return
            self._sums[level][place], self._best[level][place] = self._joined(level, place)

    def total(self, begin: int, end: int) -> Any:
        """The heights of a stretch, added in their order. A stretch of one is that height itself."""
        self._check(begin, end)
        parts = [self._sums[level][place] for level, place in self._blocks(begin, end)]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def highest(self, begin: int, end: int) -> int:
        """The position of the highest height of a stretch, the *last* of equal ones."""
        self._check(begin, end)
        parts = [self._best[level][place] for level, place in self._blocks(begin, end)]
        best = parts[0]
        for part in parts[1:]:
            best = self._higher(best, part)
        return best

    def first_above(self, level: Any, begin: int) -> int | None:
        """The first position from `begin` on whose height is above the level (`level < height`); None when there is none.

        `begin` may be from 0 to len(table), which has None; else IndexError is raised.
        """
        if not 0 <= begin <= len(self):
            raise IndexError(begin)
        for depth, place in self._blocks(begin, len(self)):
            if level < self._sums[0][self._best[depth][place]]:
                while depth:
                    depth, place = depth - 1, 2 * place
                    if not level < self._sums[0][self._best[depth][place]]:
                        place += 1
                return place
        return None

    def _blocks(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """The fewest blocks that make up a stretch, in order, as level and place."""
        while begin < end:
            level = 0
            while begin % 2 ** (level + 1) == 0 and begin + 2 ** (level + 1) <= end:
                level += 1
            yield level, begin >> level
            begin += 2**level

    def _joined(self, level: int, place: int) -> tuple[Any, int]:
        sums, best = self._sums[level - 1], self._best[level - 1]
        left, right = 2 * place, 2 * place + 1
        return sums[left] + sums[right], self._higher(best[left], best[right])

    def _higher(self, left: int, right: int) -> int:
        heights = self._sums[0]
        return left if heights[right] < heights[left] else right

    def _check(self, begin: int, end: int) -> None:
        if not 0 <= begin < end <= len(self):
            raise IndexError((begin, end))
