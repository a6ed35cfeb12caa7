"""What a collector has more than once."""

from collections.abc import Sequence

from .stamp import Stamp

BEST = ["mint", "fine", "used", "torn"]


def doubles(stamps: Sequence[Stamp]) -> list[tuple[Stamp, int]]:
    """Each stamp that is there more than once, and how often.

    The stamp given is the one in the best condition (mint, fine, used, torn), of equal ones the first. The order is that
    of the *second* piece's place in the album: whichever became a double first.
    """
    found: list[tuple[Stamp, int]] = []
    seen: list[Stamp] = []
    for stamp in stamps:
        if seen.count(stamp) == 1:
            same = [one for one in stamps if one == stamp]
            best = min(same, key=lambda one: BEST.index(one.condition))
            found.append((best, len(same)))
        seen.append(stamp)
    return found


def swaps(mine: Sequence[Stamp], theirs: Sequence[Stamp]) -> tuple[list[Stamp], list[Stamp]]:
    """What I can give, and what I can get, one for one.

    I give pieces beyond my first of a stamp which they do not have, once each; they likewise. The pieces given away are in
    album order, the piece given is the *last* one of its kind in the album, and it stands where that last one stands.
    Both lists are cut to the length of the shorter one.
    """
    give = _spare(mine, theirs)
    get = _spare(theirs, mine)
    count = min(len(give), len(get))
    return give[:count], get[:count]


def _spare(own: Sequence[Stamp], others: Sequence[Stamp]) -> list[Stamp]:
    spare: list[Stamp] = []
    for place, stamp in enumerate(own):
        is_last = stamp not in own[place + 1 :]
        if is_last and stamp in own[:place] and stamp not in others:
            spare.append(stamp)
    return spare
