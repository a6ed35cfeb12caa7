"""Errors of ours at the gateway: a line each for the operator, and no more lines than somebody reads."""

import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath

from controller.contract import one_line

LINES, SECONDS = 5, 60.0  # at most so many lines in so many seconds; how many errors more there were is told
LOG = logging.getLogger("heirloom.gateway")


class OwnErrors:
    """Reports them. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since, self._told, self._untold = clock(), 0, 0

    def report(self, error: Exception) -> None:
        """Tell the operator of one, unless enough were reported."""
        now = self._clock()
        if now - self._since >= SECONDS:
            self._since, self._told = now, 0
        if self._told >= LINES:
            self._untold += 1
            return
        self._told += 1
        more = f" ({self._untold:,} more since the last line)" if self._untold else ""
        self._untold = 0
        LOG.error(
            "the gateway failed to answer: %s%s; the life was told so; this is a fault of ours", text_of(error), more
        )


def text_of(error: Exception) -> str:
    """An error in one line: its kind, what it says, where it was raised."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__, limit=-1):
        where = f" at {'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno}"
    return one_line(f"{type(error).__name__}: {error}") + where
