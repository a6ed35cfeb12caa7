"""The operator's own command (`on_event`): it gets one JSON event on its input for a pause, a budget's mark, the end.

It runs beside the run, one event after the other, with the operator's rights (the provider's key is no longer in our
environment then). Nothing waits for it but the end of the run, and that not for long.
"""

import os
import queue
import subprocess
import threading
from contextlib import suppress

from controller.events.kinds import BudgetMark, Event, RunEnded, RunPaused, RunWaiting, dated_line

SECONDS = 10.0  # that the command may take for one event
QUEUED = 100  # events at most that wait for the command
CONCERNING = (RunWaiting, RunPaused, BudgetMark, RunEnded)  # the kinds that the command gets


class Alerts:
    """Runs the command for events that concern the operator, from a thread of its own."""

    def __init__(self, command: str, seconds: float = SECONDS) -> None:
        self._command, self._seconds = command, seconds
        self._queue: queue.Queue[str | None] = queue.Queue(QUEUED)
        self._last: RunWaiting | None = None
        self._thread = threading.Thread(target=self._serve, name="alerts", daemon=True)
        self._thread.start()

    def __call__(self, event: Event) -> None:
        """Queue an event; one that does not concern the operator, or no longer fits, is let go."""
        if not isinstance(event, CONCERNING):
            return
        if isinstance(event, RunWaiting):
            if self._is_reported(event):
                return
            self._last = event
        with suppress(queue.Full):
            self._queue.put_nowait(dated_line(event))

    def close(self) -> None:
        """Give the command what is queued, for as long as one event may take."""
        with suppress(queue.Full):
            self._queue.put_nowait(None)
        self._thread.join(self._seconds + 1)

    def _is_reported(self, event: RunWaiting) -> bool:
        """Whether the command had this pause already: a pause is reported again at each look."""
        last = self._last
        return last is not None and (event.kind, event.since) == (last.kind, last.since)

    def _serve(self) -> None:
        while (line := self._queue.get()) is not None:
            with suppress(OSError):
                self._run(line)

    def _run(self, line: str) -> None:
        """Run the command once; what is still there when its time is over is killed with all that it started."""
        process = subprocess.Popen(
            ["/bin/sh", "-c", self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        try:
            process.communicate(line + "\n", timeout=self._seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.communicate()
