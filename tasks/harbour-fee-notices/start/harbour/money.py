"""Sums of money."""


def shown(cents: int) -> str:
    """`1234567` -> `12,345.67`."""
    return f"{cents // 100:,}.{cents % 100:02}"
