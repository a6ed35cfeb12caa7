"""How long a hunt may take: in processor time, which counts the same however busy the machine is."""

import os
import time

LOOKING = 0.5  # of the wall clock may go by while a find is looked for: the rest is for proving it


class Allowance:
    """`seconds` of the processor to look for a find, and `wall` seconds of the clock for the whole hunt."""

    def __init__(self, seconds: float, wall: float) -> None:
        self._seconds, self._wall = seconds, wall
        self._used, self.started = used(), time.monotonic()

    def used(self) -> float:
        """Seconds of the processor that went so far."""
        return used() - self._used

    def left(self) -> float:
        """The part that is left for looking: 1.0 is all of it, nothing is left at 0.0."""
        clock = (time.monotonic() - self.started) / self._wall
        return max(0.0, 1.0 - max(self.used() / self._seconds, clock / LOOKING))

    def wall_left(self) -> float:
        """Seconds of the clock until the whole hunt must be over."""
        return max(0.0, self.started + self._wall - time.monotonic())


def used() -> float:
    """Seconds of the processor that this process took, and all those that it has waited for."""
    return sum(os.times()[:4])
