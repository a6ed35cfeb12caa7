"""What a skipper asks of a table."""

from tides.table import Tide, minute_of


def passage(tides: list[Tide], depart: str, arrive: str) -> list[Tide]:
    """The tides met on the way."""
    begin, end = minute_of(depart), minute_of(arrive)
    if end < begin:
        raise ValueError(f"a passage cannot arrive at {arrive} when it departs at {depart}")
    return [tide for tide in tides if begin <= tide.minute <= end]


def next_high(tides: list[Tide], at: str) -> Tide | None:
    """The first high water after a time."""
    for tide in tides:
        if tide.kind == "high" and tide.minute > minute_of(at):
            return tide
    return None
