"""A recipe as it is written down."""

from dataclasses import dataclass, field

STEPS = {"g": 5, "piece": 1}


@dataclass(frozen=True)
class Recipe:
    """A recipe for a number of people."""

    name: str
    serves: int
    amounts: dict = field(default_factory=dict)
