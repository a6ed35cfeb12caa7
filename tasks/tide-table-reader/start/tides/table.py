"""Tide tables as the harbour office prints them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tide:
    """One high or low water. `minute` counts from midnight, `height` is in metres."""

    minute: int
    kind: str
    height: float


def minute_of(clock: str) -> int:
    """Minutes since midnight of a text such as `06:12`."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def read_table(text: str) -> list[Tide]:
    """All tides of a table, ordered by time."""
    tides = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        clock, kind, height = line.split()
        tides.append(Tide(minute_of(clock), kind, float(height)))
    return sorted(tides, key=lambda tide: tide.minute)
