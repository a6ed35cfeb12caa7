"""A sheet with a pressed plant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """One sheet."""

    number: int
    species: str
    found: str
