"""Lots of seeds: taken in, drawn oldest first, written down."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Lot:
    """Seeds of one species that came in together; good until the end of the day `best_by`."""

    number: int
    species: str
    seeds: int
    best_by: date


@dataclass(frozen=True)
class Entry:
    """A line of the journal: `seeds` is positive for what came in and negative for what went out."""

    lot: int
    seeds: int
    why: str


class Short(Exception):
    """Not enough good seeds; `missing` is how many more there would have to be."""

    def __init__(self, species: str, missing: int) -> None:
        super().__init__(f"{missing} seeds of {species} are missing")
        self.species = species
        self.missing = missing


class Vault:
    """The lots of one vault and its journal."""

    def __init__(self) -> None:
        self._lots: dict[int, Lot] = {}
        self._next = 1
        self._journal: list[Entry] = []
        self._heard: list[Callable[[Entry], None]] = []

    def listen(self, hear: Callable[[Entry], None]) -> None:
        """Call `hear` with each entry after it was written to the journal, in the journal's order; earlier ones are not told."""
        self._heard.append(hear)

    def take_in(self, species: str, seeds: int, best_by: date) -> Lot:
        """Store a lot. Numbers count up from 1 and are never given twice, whatever is drawn or thrown away.

        The species is kept without spaces around it and in lower case. Raises ValueError unless `seeds` is above zero.
        """
        if seeds <= 0:
            raise ValueError("a lot has at least one seed")
        lot = Lot(self._next, _name(species), seeds, best_by)
        self._next += 1
        self._lots[lot.number] = lot
        self._write(lot.number, seeds, "in")
        return lot

    def draw(self, species: str, seeds: int, today: date) -> dict[int, int]:
        """Take seeds of a species out; gives how many came of which lot, in the order in which they were taken.

        Lots are emptied by their `best_by`, the earliest first, and of equal ones the lower number first. A lot is used
        until its day is over, and not after it. All or nothing: when good seeds are too few, Short is raised, and vault and
        journal stay as they are. The species may be written as in `take_in`. One journal entry a lot, `why` "out".
        Raises ValueError unless `seeds` is above zero.
        """
        if seeds <= 0:
            raise ValueError("at least one seed is drawn")
        species = _name(species)
        good = [lot for lot in self._lots.values() if lot.species == species and lot.best_by >= today]
        have = sum(lot.seeds for lot in good)
        if have < seeds:
            raise Short(species, seeds - have)
        taken: dict[int, int] = {}
        for lot in sorted(good, key=lambda one: (one.best_by, one.number)):
            part = min(lot.seeds, seeds)
            seeds -= part
            self._reduce(lot, part, "out")
            taken[lot.number] = part
            if seeds == 0:
                break
        return taken

    def throw_away(self, today: date) -> list[Lot]:
        """Remove the lots whose day is over and give them as they were, by number; one entry each, `why` "old"."""
        old = sorted((lot for lot in self._lots.values() if lot.best_by < today), key=lambda one: one.number)
        for lot in old:
            self._reduce(lot, lot.seeds, "old")
        return old

    def stock(self, today: date | None = None) -> dict[str, int]:
        """Seeds by species, in alphabetical order; only what is good on `today`, or everything without it.

        A species without seeds is not named.
        """
        sums: dict[str, int] = {}
        for lot in self._lots.values():
            if today is None or lot.best_by >= today:
                sums[lot.species] = sums.get(lot.species, 0) + lot.seeds
        return dict(sorted(sums.items()))

    def journal(self) -> list[Entry]:
        """All entries, the oldest first; a list of the caller's own."""
        return self._journal

    def _reduce(self, lot: Lot, seeds: int, why: str) -> None:
        if lot.seeds == seeds:
            del self._lots[lot.number]
        else:
            self._lots[lot.number] = replace(lot, seeds=lot.seeds - seeds)
        self._write(lot.number, -seeds, why)

    def _write(self, lot: int, seeds: int, why: str) -> None:
        entry = Entry(lot, seeds, why)
        self._journal.append(entry)
        for hear in self._heard:
            hear(entry)


def _name(species: str) -> str:
    return species.strip().lower()
