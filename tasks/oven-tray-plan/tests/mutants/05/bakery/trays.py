"""Pieces on trays, trays in the oven."""


def fill_trays(pieces: int, tray_size: int) -> list[int]:
    """How many pieces lie on each tray.

    Full trays come first; the rest, if there is one, lies on one last tray. No tray is ever empty: nothing to bake gives
    an empty list.

    Raises ValueError when `pieces` is negative, or `tray_size` is less than one.
    """
    if pieces < 0:
        raise ValueError("pieces must not be negative")
    if tray_size < 1:
        raise ValueError("a tray holds at least one piece")
    full, rest = divmod(pieces, tray_size)
    trays = [tray_size] * full
    if rest:
        trays.append(rest)
    return trays


def oven_loads(trays: list[int], shelves: int) -> list[list[int]]:
    """The trays of each oven load, in the order given; each load but the last uses every shelf.

    The given list is not changed. No trays give no loads. Raises ValueError when `shelves` is less than one.
    """
    if shelves < 1:
        raise ValueError("an oven has at least one shelf")
    loads = []
    while trays:
        loads.append(trays[:shelves])
        del trays[:shelves]
    return loads


def baking_minutes(trays: list[int], shelves: int, minutes: int, cooling: int = 5) -> int:
    """Minutes from the first load's start to the last load's end.

    Each load takes `minutes`; between two loads the oven cools for `cooling` minutes, before the first and after the
    last it does not. No trays take no time.
    """
    loads = len(oven_loads(trays, shelves))
    if loads == 0:
        return 0
    return loads * minutes + (loads - 1) * cooling
