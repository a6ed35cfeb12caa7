"""Rain over windows of minutes."""

from .archive import Archive


def sums(archive: Archive, length: int) -> list[int | None]:
    """The rain in each window of `length` minutes, by its first minute.

    A window in which more than half of the minutes are silent has None; other silent minutes count as dry. There are
    `len(archive) - length + 1` windows, or none. Raises ValueError when `length` is below one.
    """
    if length < 1:
        raise ValueError("a window has at least one minute")
    found: list[int | None] = []
    for first in range(len(archive) - length + 1):
        readings = [archive.reading(minute) for minute in range(first, first + length)]
        heard = [reading for reading in readings if reading is not None]
        found.append(sum(heard) if 2 * (length - len(heard)) <= length else None)
    return found


def hardest(archive: Archive, length: int) -> int | None:
    """The first minute of the window with the most rain, the earliest of equal ones; None when no window has a sum."""
    best: int | None = None
    for first, total in enumerate(sums(archive, length)):
        if total is not None and (best is None or total > (sums(archive, length)[best] or 0)):
            best = first
    return best


def peaks(archive: Archive, length: int) -> list[int | None]:
    """The greatest single reading of each window, by its first minute; None where all minutes are silent.

    Raises ValueError when `length` is below one.
    """
    if length < 1:
        raise ValueError("a window has at least one minute")
    found: list[int | None] = []
    for first in range(len(archive) - length + 1):
        greatest: int | None = None
        for minute in range(first, first + length):
            reading = archive.reading(minute)
            if reading is not None and (greatest is None or reading > greatest):
                greatest = reading
        found.append(greatest)
    return found
