"""The network of canals."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """A stretch of canal from one place to the next: how long it takes, and how many locks are in it."""

    to: str
    minutes: int
    locks: int = 0


class Network:
    """Places and the reaches that leave them. A reach may take no time at all (a basin). There are one-way reaches."""

    def __init__(self, reaches: Iterable[tuple[str, Reach]]) -> None:
        self._reaches: dict[str, list[Reach]] = {}
        for place, reach in reaches:
            self._reaches.setdefault(place, []).append(reach)

    def reaches(self, place: str) -> list[Reach]:
        """The reaches that leave a place; none for a place that nobody knows."""
        return list(self._reaches.get(place, ()))
