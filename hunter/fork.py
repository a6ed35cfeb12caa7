"""A function run in a forked copy of this process: what it breaks, breaks there."""

import json
import math
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import Any

WAITING = 5  # times as long by the clock: on a busy machine, and where it only waits


class Fork:
    """A copy of this process that works on one thing, for so many seconds of the processor at most.

    `waiting`: how many times as long by the clock.
    """

    def __init__(self, work: Callable[[], Any], seconds: float, waiting: float = WAITING) -> None:
        self._deadline = time.monotonic() + waiting * seconds
        self._pipe, writing = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            live(work, writing, seconds)
        os.close(writing)

    def answer(self) -> Any:
        """What the work answers, through JSON; None where it died or took longer. To be asked once."""
        line = read(self._pipe, self._deadline)
        os.close(self._pipe)
        end(self._child)
        os.waitpid(self._child, 0)
        return json.loads(line) if line else None


def forked(work: Callable[[], Any], seconds: float) -> Any:
    """Fork and wait for the answer."""
    return Fork(work, seconds).answer()


def live(work: Callable[[], Any], writing: int, seconds: float) -> None:
    """The child's side: answer and be gone, whatever happens."""
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds)))
        answer = json.dumps(work()).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer + b"\n")
    finally:
        os._exit(0)


def read(pipe: int, deadline: float) -> bytes:
    """One whole line, or nothing."""
    found = bytearray()
    while (left := deadline - time.monotonic()) > 0 and select.select([pipe], [], [], left)[0]:
        part = os.read(pipe, 1 << 16)
        found += part
        if found.endswith(b"\n"):
            return bytes(found)
        if not part:
            break
    return b""


def end(child: int) -> None:
    """End the child and its group; it may not have made its group yet."""
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
