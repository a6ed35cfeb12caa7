"""A message that was read."""

from dataclasses import dataclass, field


class BadMessage(ValueError):
    """A text that is no message."""


@dataclass(frozen=True)
class Message:
    """A station, the minute of the day, and what was measured."""

    kind: str
    station: str
    minute: int
    values: dict[str, float] = field(default_factory=dict)
