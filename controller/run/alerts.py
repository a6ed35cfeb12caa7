"""What the operator's own command is told: one JSON event on its input, for a pause, a budget's mark, the end.

It runs beside the run, one event after the other, with the operator's rights (the provider's key is no longer in our
environment then). Whatever it does, nothing waits for it, but the end of the run, and that not for long.
"""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

SECONDS = 10.0  # that the command may take for one event
WAITING = 100  # events at most
MARKS = (50, 80, 100)  # of a budget, in percent
ALERTS = ("paused", "standing", "budget", "end")


class Alerts:
    """Tells the command, from a thread of its own."""

    def __init__(self, command: str, seconds: float = SECONDS) -> None:
        self._command, self._seconds = command, seconds
        self._queue: queue.Queue[Mapping[str, Any] | None] = queue.Queue(WAITING)
        self._pause: tuple[Any, Any] = (None, None)
        self._thread = threading.Thread(target=self._serve, name="alerts", daemon=True)
        self._thread.start()

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Put an event among those that wait; one that does not concern the operator, or no longer fits, is let go."""
        kind = event["event"]
        if kind not in ALERTS:
            return
        if kind == "paused":  # once a pause, however often the world is looked at
            this = (event["kind"], event["since"])
            if this == self._pause:
                return
            self._pause = this
        with suppress(queue.Full):
            self._queue.put_nowait(event)

    def close(self) -> None:
        """Let what waits be told, for as long as one event may take."""
        with suppress(queue.Full):
            self._queue.put_nowait(None)
        self._thread.join(self._seconds + 1)

    def _serve(self) -> None:
        while (event := self._queue.get()) is not None:
            with suppress(OSError):
                self._tell(json.dumps(event))

    def _tell(self, text: str) -> None:
        """Run the command once; what is still there when its time is over is killed with all that it started."""
        process = subprocess.Popen(["/bin/sh", "-c", self._command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True,
                                   text=True)  # fmt: skip
        try:
            process.communicate(text + "\n", timeout=self._seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.communicate()


def passed(before: float, now: float) -> int | None:
    """The highest mark (percent) that a share passed, of 0 to 1; None: none. Pure."""
    return max((mark for mark in MARKS if before * 100 < mark <= now * 100), default=None)
