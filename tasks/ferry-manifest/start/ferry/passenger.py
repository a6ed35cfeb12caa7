"""Who is on board."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passenger:
    """One passenger."""

    name: str
    cabin: int | None = None
