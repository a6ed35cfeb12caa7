"""Signals of a living run: they raise KeyboardInterrupt, at once or after a first one that only asks."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LINE_START = b"\r\x1b[K"  # of a terminal: over what moves there, and the ^C that it echoed
ASKED_TO_STOP = b"heirloom: the run stops when this life has ended; interrupt again to end it now\n"


@contextmanager
def interruptible(interrupts: Callable[[int], bool]) -> Iterator[None]:
    """SIGINT and SIGTERM raise KeyboardInterrupt in the main thread, where `interrupts` says so of their number.

    They raise it once: a second one would leave half ended what the first one began.
    """

    words = LINE_START + ASKED_TO_STOP if os.isatty(2) else ASKED_TO_STOP

    def handle(number: int, _: FrameType | None) -> None:
        if not interrupts(number):
            os.write(2, words)  # no stream of Python's: it may be in the middle of a line
            return
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is handle:
                signal.signal(number, handler)


def every_signal(_: int) -> bool:
    """For what has nothing to bring to its end first: each signal interrupts."""
    return True
