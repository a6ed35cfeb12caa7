"""The sorting desk."""

from collections.abc import Iterable, Sequence


class Desk:
    """Sorts letters by a street list: rows of a street's name and the number of its round."""

    def __init__(self, rows: Sequence[tuple[str, int]]) -> None:
        self._rounds: dict[str, int] = {}
        for name, number in rows:
            self._rounds.setdefault(plain(name), number)

    def round_of(self, street: str) -> int | None:
        """The round of a street; None for one that is not in the list."""
        return self._rounds.get(plain(street))

    def sort(self, streets: Iterable[str]) -> dict[int | None, list[str]]:
        """The letters of each round, in the order given; rounds in the order of their first letter."""
        rounds: dict[int | None, list[str]] = {}
        for street in streets:
            rounds.setdefault(self.round_of(street), []).append(street)
        return rounds


def plain(name: str) -> str:
    """A street's name without what does not matter."""
    return " ".join(name.split()).casefold()
