"""Ways through the network."""

import heapq
from collections.abc import Callable, Iterator, Sequence

from .network import Network, Reach

Cost = tuple[int, int, tuple[str, ...]]  # minutes, locks, places on the way
Ask = Callable[[str], list[Reach]]


def _best_ways(ask: Ask, start: str, goal: str | None = None) -> Iterator[Cost]:
    """The best way to each place, the nearest first. Does not ask for the goal.

    Each reach makes a way longer in places, so that of two ways to one place the better one always comes out first, also
    where reaches take no time.
    """
    waiting: list[tuple[int, int, int, tuple[str, ...]]] = [(0, 0, 1, (start,))]
    done: set[str] = set()
    while waiting:
        minutes, locks, count, way = heapq.heappop(waiting)
        place = way[-1]
        if place in done:
            continue
        done.add(place)
        yield minutes, locks, way
        if place == goal:
            return
        for reach in ask(place):
            if reach.to not in done:
                heapq.heappush(waiting, (minutes + reach.minutes, locks + reach.locks, count + 1, (*way, reach.to)))


def _route(ask: Ask, start: str, goal: str) -> Cost | None:
    for way in _best_ways(ask, start, goal):
        if way[2][-1] == goal:
            return way
    return None


def route(network: Network, start: str, goal: str) -> Cost | None:
    """The best way from start to goal: minutes, locks, and its places with both ends. None when there is none.

    The best way takes the fewest minutes; of those it has the fewest locks; of those it passes the fewest places; of
    those its places come first in the alphabet, compared one after the other from the start. From a place to itself the
    way is that place. No place is passed twice.
    """
    return _route(network.reaches, start, goal)


def distances(network: Network, start: str) -> dict[str, int]:
    """The minutes of the best way to each place that can be reached, the nearest first, equally near ones by name."""
    best = {way[-1]: minutes for minutes, _, way in _best_ways(network.reaches, start)}
    return dict(sorted(best.items(), key=lambda one: (one[1], one[0])))


def rounds(network: Network, places: Sequence[str]) -> Cost | None:
    """A way that calls at the places in the order given: the best way from each to the next, put together.

    Where one leg ends and the next begins the place is named once. None when a leg has no way. One place is a way of its
    own; without places ValueError is raised.
    """
    if not places:
        raise ValueError("a round calls somewhere")
    known: dict[str, list[Reach]] = {}

    def ask(place: str) -> list[Reach]:
        if place not in known:
            known[place] = network.reaches(place)
        return known[place]

    minutes, locks, way = 0, 0, (places[0],)
    for start, goal in zip(places, places[1:]):
        leg = _route(ask, start, goal)
        if leg is None:
            return None
        minutes, locks, way = minutes + leg[0], locks + leg[1], way + leg[2][1:]
    return minutes, locks, way
