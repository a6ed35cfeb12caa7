"""What a collector has more than once."""

from collections.abc import Sequence

from .stamp import Stamp

BEST = ["mint", "fine", "used", "torn"]


def doubles(stamps: Sequence[Stamp]) -> list[tuple[Stamp, int]]:
    """Each stamp that is there more than once, and how often.

    The stamp given is the one in the best condition (mint, fine, used, torn), of equal ones the first. The order is that
    of the *second* piece's place in the album: whichever became a double first.
    """
    pieces: dict[Stamp, list[Stamp]] = {}
    order: list[list[Stamp]] = []
    for stamp in stamps:
        same = pieces.setdefault(stamp, [])
        same.append(stamp)
        if len(same) == 2:
            order.append(same)
    return [(min(same, key=lambda one: BEST.index(one.condition)), len(same)) for same in order]


def swaps(mine: Sequence[Stamp], theirs: Sequence[Stamp]) -> tuple[list[Stamp], list[Stamp]]:
    """What I can give, and what I can get, one for one.

    I give pieces beyond my first of a stamp which they do not have, once each; they likewise. The pieces given away are in
    album order, the piece given is the *last* one of its kind in the album, and it stands where that last one stands.
    Both lists are cut to the length of the shorter one.
    """
    my_places, their_places = _places(mine), _places(theirs)
    give = [mine[last] for stamp, (first, last) in my_places.items() if first != last and stamp not in their_places]
    get = [theirs[last] for stamp, (first, last) in their_places.items() if first != last and stamp not in my_places]
    count = min(len(give), len(get))
    return give[:count], get[:count]


def _places(stamps: Sequence[Stamp]) -> dict[Stamp, tuple[int, int]]:
    """First and last place of each stamp, in the order of the last."""
    first: dict[Stamp, int] = {}
    last: dict[Stamp, int] = {}
    for place, stamp in enumerate(stamps):
        first.setdefault(stamp, place)
        last[stamp] = place
    places = sorted((where, first[stamp]) for stamp, where in last.items())
    return {stamps[where]: (began, where) for where, began in places}
