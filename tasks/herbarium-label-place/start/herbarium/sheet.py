"""A sheet with a pressed plant."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Sheet:
    """A plant, who found it, when, and where (latitude and longitude in degrees)."""

    plant: str
    finder: str
    day: date
    place: tuple[float, float] | None = None
