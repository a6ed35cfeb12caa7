"""Signals of a living run. SIGINT: stop after this life, the second one: now. SIGTERM: stop, and now after a while."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from controller.run.control import Control

SAID = b"heirloom: the run stops when this life has ended; interrupt again to end it now\n"


@contextmanager
def interruptible(control: Control) -> Iterator[None]:
    """Signals become wishes, a panic KeyboardInterrupt: once, a second one would leave half ended what that began."""

    def interrupt(number: int, _: FrameType | None) -> None:
        if not control.signalled(number):
            os.write(2, SAID)  # no stream of Python's: it may be in the middle of a line
            return
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        control.close()
        for number, handler in before.items():
            if signal.getsignal(number) is interrupt:
                signal.signal(number, handler)
