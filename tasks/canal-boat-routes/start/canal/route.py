"""Ways through the network."""

from collections.abc import Iterator, Sequence

from .network import Network

Cost = tuple[int, int, tuple[str, ...]]  # minutes, locks, places on the way


def _ways(network: Network, way: tuple[str, ...], minutes: int, locks: int) -> Iterator[Cost]:
    yield minutes, locks, way
    for reach in network.reaches(way[-1]):
        if reach.to not in way:
            yield from _ways(network, (*way, reach.to), minutes + reach.minutes, locks + reach.locks)


def route(network: Network, start: str, goal: str) -> Cost | None:
    """The best way from start to goal: minutes, locks, and its places with both ends. None when there is none.

    The best way takes the fewest minutes; of those it has the fewest locks; of those it passes the fewest places; of
    those its places come first in the alphabet, compared one after the other from the start. From a place to itself the
    way is that place. No place is passed twice.
    """
    ways = [way for way in _ways(network, (start,), 0, 0) if way[2][-1] == goal]
    return min(ways, key=_rank, default=None)


def distances(network: Network, start: str) -> dict[str, int]:
    """The minutes of the best way to each place that can be reached, the nearest first, equally near ones by name."""
    best: dict[str, int] = {}
    for minutes, _, way in _ways(network, (start,), 0, 0):
        best[way[-1]] = min(minutes, best.get(way[-1], minutes))
    return dict(sorted(best.items(), key=lambda one: (one[1], one[0])))


def rounds(network: Network, places: Sequence[str]) -> Cost | None:
    """A way that calls at the places in the order given: the best way from each to the next, put together.

    Where one leg ends and the next begins the place is named once. None when a leg has no way. One place is a way of its
    own; without places ValueError is raised.
    """
    if not places:
        raise ValueError("a round calls somewhere")
    minutes, locks, way = 0, 0, (places[0],)
    for start, goal in zip(places, places[1:]):
        leg = route(network, start, goal)
        if leg is None:
            return None
        minutes, locks, way = minutes + leg[0], locks + leg[1], way + leg[2][1:]
    return minutes, locks, way


def _rank(way: Cost) -> tuple[int, int, int, tuple[str, ...]]:
    return way[0], way[1], len(way[2]), way[2]
