"""A function run in a forked copy of this process: what it breaks, breaks there."""

import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any


def forked(work: Callable[[], Any], seconds: float) -> Any:
    """What `work()` answers, through JSON; None where it died or took longer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        live(work, reading, writing)
    os.close(writing)
    answer = read(reading, time.monotonic() + seconds)
    os.close(reading)
    end(child)
    os.waitpid(child, 0)
    return json.loads(answer) if answer else None


def live(work: Callable[[], Any], reading: int, writing: int) -> None:
    """The child's side: answer and be gone, whatever happens."""
    try:
        os.setpgid(0, 0)
        os.close(reading)
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
