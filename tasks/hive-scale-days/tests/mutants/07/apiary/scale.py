"""The scale under a hive. What it promises: docs/scale.md."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

MOST_GRAMS = 200_000


class OutOfOrder(ValueError):
    """A reading that is not after the one before."""


@dataclass(frozen=True)
class Day:
    """A day's first and last reading, and its gain, in grams."""

    date: date
    first: int
    last: int
    gain: int


class Scale:
    """The readings of one hive."""

    def __init__(self, hive: str, tare_grams: int = 0) -> None:
        self.hive = hive
        self.tare_grams = tare_grams
        self.faults = 0
        self._readings: list[tuple[datetime, int]] = []

    def read(self, moment: datetime, grams: int) -> bool:
        """Take a reading; whether it was taken."""
        if self._readings and moment <= self._readings[-1][0]:
            raise OutOfOrder(f"{self.hive}: {moment} is not after {self._readings[-1][0]}")
        if not 0 <= grams <= MOST_GRAMS:
            self.faults += 1
            return False
        self._readings.append((moment, grams))
        return True

    def net_kilograms(self) -> float | None:
        """The last reading without the tare."""
        if not self._readings:
            return None
        net = Decimal(self._readings[-1][1] - self.tare_grams) / 1000
        return float(net.quantize(Decimal("0.1"), ROUND_HALF_UP))

    def days(self) -> list[Day]:
        """The days that have a reading."""
        found: list[Day] = []
        by_date: dict[date, list[int]] = {}
        for moment, grams in self._readings:
            by_date.setdefault(moment.date(), []).append(grams)
        before = None
        for day, grams_of_day in by_date.items():
            first, last = grams_of_day[0], grams_of_day[-1]
            if before is None:
                before = first
            found.append(Day(day, first, last, last - before))
            before = last
        return found

    def swarmed(self, drop_grams: int = 1500, minutes: int = 30) -> list[datetime]:
        """The moments at which a swarm may have left."""
        told: list[datetime] = []
        window: list[tuple[datetime, int]] = []
        for moment, grams in self._readings:
            window = [one for one in window if moment - one[0] < timedelta(minutes=minutes)]
            if any(earlier - grams >= drop_grams for _, earlier in window):
                told.append(moment)
                window = []
            window.append((moment, grams))
        return told


class Apiary:
    """The scales of all hives."""

    def __init__(self) -> None:
        self._scales: dict[str, Scale] = {}

    def scale(self, hive: str) -> Scale:
        """The hive's scale, made when it is new."""
        return self._scales.setdefault(hive, Scale(hive))

    def ranking(self) -> list[str]:
        """Hives by net weight, the heaviest first."""
        weighed = [(scale.net_kilograms(), hive) for hive, scale in self._scales.items()]
        known = sorted((-net, hive) for net, hive in weighed if net is not None)
        return [hive for _, hive in known] + sorted(hive for net, hive in weighed if net is None)
