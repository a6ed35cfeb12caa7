"""How long the bodies of recordings are kept: the last lives, days or bytes. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
DAY = 24 * 3600.0
FORMS = "all, or any of `50 lives`, `30 days`, `2 GB` (kB, MB, TB), with commas between them"


@dataclass(frozen=True)
class Retention:
    """What is kept; None: no bound of that kind. The newest life is always kept."""

    lives: int | None = None
    days: float | None = None
    bytes: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the setting. Raises ValueError."""
        if text.strip() == "all":
            return cls()
        found: dict[str, int] = {}
        for part in text.split(","):
            match = re.fullmatch(r"(\d{1,9})\s*(lives|days|kB|MB|GB|TB)", part.strip())
            if match is None or int(match[1]) == 0:
                raise ValueError(f"{part.strip()!r} is no bound; say {FORMS}")
            kind = "bytes" if match[2] in UNITS else match[2]
            if kind in found:
                raise ValueError(f"{text!r} bounds {kind} twice")
            found[kind] = int(match[1]) * UNITS.get(match[2], 1)
        return cls(**found)

    @property
    def bounded(self) -> bool:
        """Whether anything is ever dropped."""
        return (self.lives, self.days, self.bytes) != (None, None, None)

    def last_dropped(self, lives: Sequence[tuple[int, int, float]], now: float) -> int:
        """Which life is the newest to be dropped, with all before it; 0: none.

        `lives`: number, bytes and time (seconds since the epoch) of each that still has bodies, newest first. A body
        belongs to the last life that used it.
        """
        total = 0
        for place, (life, size, at) in enumerate(lives):
            total += size
            if place > 0 and self._beyond(place, total, now - at):
                return life
        return 0

    def _beyond(self, newer: int, total: int, age: float) -> bool:
        """Whether a life with so many newer ones, bytes up to here, and seconds of age is out of bounds."""
        if self.lives is not None and newer >= self.lives:
            return True
        if self.days is not None and age > self.days * DAY:
            return True
        return self.bytes is not None and total > self.bytes


KEEP_ALL = Retention()
