"""Ranks what can only be compared by `<`."""

from collections.abc import Iterable, Sequence
from typing import Any


def podium(entries: Iterable[Any], k: int) -> list[Any]:
    """The `k` best entries, the best first; of equal ones the earlier entry is before the later.

    Fewer when there are fewer. Raises ValueError when `k` is negative.
    """
    if k < 0:
        raise ValueError("a podium has no negative places")
    ranked: list[Any] = []
    for entry in entries:
        place = 0
        while place < len(ranked) and not ranked[place] < entry:
            place += 1
        ranked.insert(place, entry)
    return ranked[:k]


def best(entries: Iterable[Any]) -> Any:
    """The best entry, the earliest of equal ones. Raises ValueError without entries."""
    found = podium(entries, 1)
    if not found:
        raise ValueError("nobody sang")
    return found[0]


def worst_and_best(entries: Iterable[Any]) -> tuple[Any, Any]:
    """The worst and the best entry, of equal ones the earliest each. Raises ValueError without entries."""
    known = list(entries)
    top = best(known)
    bottom = known[0]
    for entry in known:
        if all(not other < entry for other in known) and entry < bottom:
            bottom = entry
    return bottom, top


def place(ranked: Sequence[Any], entry: Any) -> int:
    """Where a late entry belongs in a list that `podium` gave: behind all that are not worse than it (0 is the top)."""
    return sum(1 for other in ranked if not other < entry)
