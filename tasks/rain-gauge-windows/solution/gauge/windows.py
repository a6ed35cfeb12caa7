"""Rain over windows of minutes."""

from collections import deque

from .archive import Archive


def sums(archive: Archive, length: int) -> list[int | None]:
    """The rain in each window of `length` minutes, by its first minute.

    A window in which more than half of the minutes are silent has None; other silent minutes count as dry. There are
    `len(archive) - length + 1` windows, or none. Raises ValueError when `length` is below one.
    """
    if length < 1:
        raise ValueError("a window has at least one minute")
    found: list[int | None] = []
    readings: list[int | None] = []
    total = heard = 0
    for last in range(len(archive)):
        readings.append(archive.reading(last))
        new = readings[last]
        if new is not None:
            total += new
            heard += 1
        first = last - length + 1
        if first < 0:
            continue
        found.append(total if 2 * (length - heard) <= length else None)
        old = readings[first]
        if old is not None:
            total -= old
            heard -= 1
    return found


def hardest(archive: Archive, length: int) -> int | None:
    """The first minute of the window with the most rain, the earliest of equal ones; None when no window has a sum."""
    known = [(-total, first) for first, total in enumerate(sums(archive, length)) if total is not None]
    return min(known)[1] if known else None


def peaks(archive: Archive, length: int) -> list[int | None]:
    """The greatest single reading of each window, by its first minute; None where all minutes are silent.

    Raises ValueError when `length` is below one.
    """
    if length < 1:
        raise ValueError("a window has at least one minute")
    found: list[int | None] = []
    falling: deque[tuple[int, int]] = deque()  # (minute, reading), each reading below the one before
    for last in range(len(archive)):
        reading = archive.reading(last)
        if reading is not None:
            while falling and falling[-1][1] <= reading:
                falling.pop()
            falling.append((last, reading))
        first = last - length + 1
        if first < 0:
            continue
        found.append(falling[0][1] if falling else None)
        if falling and falling[0][0] == first:
            falling.popleft()
    return found
