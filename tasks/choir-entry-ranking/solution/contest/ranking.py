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
    if k == 0:
        return ranked
    for entry in entries:
        if len(ranked) == k:
            if not ranked[-1] < entry:
                continue
            ranked.pop()
        ranked.insert(place(ranked, entry), entry)
    return ranked


def best(entries: Iterable[Any]) -> Any:
    """The best entry, the earliest of equal ones. Raises ValueError without entries."""
    found = podium(entries, 1)
    if not found:
        raise ValueError("nobody sang")
    return found[0]


def worst_and_best(entries: Iterable[Any]) -> tuple[Any, Any]:
    """The worst and the best entry, of equal ones the earliest each. Raises ValueError without entries."""
    walk = iter(entries)
    for bottom in walk:
        break
    else:
        raise ValueError("nobody sang")
    top = bottom
    for entry in walk:
        if entry < bottom:
            bottom = entry
        if top < entry:
            top = entry
    return bottom, top


def place(ranked: Sequence[Any], entry: Any) -> int:
    """Where a late entry belongs in a list that `podium` gave: behind all that are not worse than it (0 is the top)."""
    low, high = 0, len(ranked)
    while low < high:
        middle = (low + high) // 2
        if ranked[middle] < entry:
            high = middle
        else:
            low = middle + 1
    return low
