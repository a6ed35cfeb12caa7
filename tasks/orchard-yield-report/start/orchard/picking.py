"""What was picked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Picking:
    """One crate."""

    year: int
    row: int
    variety: str
    grams: int
