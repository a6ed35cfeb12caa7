"""A controller that gets no time, or no memory."""

import contextlib
import os
import resource
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from bench.harness.runs import Kept, ground
from bench.harness.troubles import SEED, Told, gone_on_with, once, watched

STARVED = 8.0  # seconds without memory, until it is ended


def stopped(folder: Path, reference: Sequence[Kept], seconds: float, phase: str = "live") -> Told:
    """The controller stands still for a while, in the middle of a life."""
    operator, told = ground(folder, SEED), Told()

    def stop(pid: int) -> None:
        time.sleep(0.1)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)

    watched(operator, told, once(phase, stop))
    return gone_on_with(operator, told, reference)


def no_memory(folder: Path, reference: Sequence[Kept], phase: str, spare: int) -> Told:
    """The controller gets no more memory than it has, and `spare` bytes."""
    operator, told = ground(folder, SEED), Told()

    def squeeze(pid: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            process = psutil.Process(pid)
            size = process.memory_info().vms + spare
            resource.prlimit(pid, resource.RLIMIT_AS, (size, size))
            # What waits for memory for ever, the kernel would end: a thread that dies as it starts hangs Python itself
            threading.Timer(STARVED, lambda: process.kill() if process.is_running() else None).start()

    watched(operator, told, once(phase, squeeze))
    if told.codes == [1]:  # it died of it, as anything may; what counts is what it left
        told.wrong.clear()
    return gone_on_with(operator, told, reference)
