"""What the operator wishes of a living run: pause, resume, stop after this life, or panic. No I/O but the ledger's.

A wish may come from any thread (the socket) or from a signal; the run looks at it between two lives. Panic alone does
not wait: it interrupts the main thread, which ends the life and everything that it started.
"""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any

from controller.errors import HeirloomError, RequestError, StoppedEarly
from controller.events.kinds import Notify, RunContinued, RunPaused
from controller.ledger.pauses import Pauses
from controller.ledger.wishes import Wishes

ASKED = ("operator", "breaker")  # pauses that only a person ends; the others are noticed again
BY_OPERATOR = "paused by the operator"
STOPPED = "stopped as asked; run again to go on, nothing is lost"


class Control:
    """The wishes of one run. `deadline`: seconds that a life may still take after SIGTERM, before a panic.

    `at_once`: the first signal interrupts already.
    """

    def __init__(self, deadline: float = 60.0, at_once: bool = False) -> None:
        self.deadline = deadline
        self.run = ""
        self.pauses: Pauses | None = None
        self.wishes: Wishes | None = None
        self._signals = int(at_once)
        self._changed = threading.Condition()
        self._stop = self._panic = self._paused = False
        self._timer: threading.Timer | None = None

    @property
    def state(self) -> str:
        """In one word: panicking, stopping, paused or living."""
        return ("panicking" if self._panic else "stopping" if self._stop
                else "paused" if self._paused else "living")  # fmt: skip

    def begin(self, run: str, pauses: Pauses, wishes: Wishes | None = None) -> None:
        """This run is lived now; a pause that nobody looks at again was left by a controller that ended: it holds."""
        self.run, self.pauses, self.wishes = run, pauses, wishes
        pause = pauses.of_run(run)
        if pause is not None and pause.look is None and pause.kind not in ASKED:
            pauses.end(run)  # whatever held it then is looked at anew
            pause = None
        self._paused = self._paused or (pause is not None and pause.look is None)

    def pause(self, kind: str = "operator", reason: str = BY_OPERATOR) -> None:
        """Stand still before the next life, until somebody resumes. Durable when this returns."""
        with self._changed:
            self._paused = True
            if self.pauses is None:
                return
            if (found := self.pauses.of_run(self.run)) is None or found.look is not None:
                self.pauses.begin(self.run, kind, reason)

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            self._paused = False
            if self.pauses is not None and (pause := self.pauses.of_run(self.run)) and pause.look is None:
                self.pauses.end(self.run)
            self._changed.notify_all()

    def stop(self) -> None:
        """End the run when the life that is lived has been recorded."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()

    def roll_back(self, to: object) -> None:
        """Go back to a generation before the next life. Durable when this returns. Raises RequestError."""
        if self.wishes is None or not isinstance(to, int) or to < 0:
            raise RequestError(f"nothing can go back to {to!r} now; name a generation of a run that lives")
        self.wishes.ask(to)

    def panic(self) -> None:
        """End everything now. From any thread: the main thread is interrupted."""
        self._panic = True
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def answer(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what was asked at the socket, and say how the run stands then."""
        do: dict[str, Callable[[], None]] = {
            "pause": self.pause, "resume": self.resume, "stop": self.stop, "panic": self.panic,
            "rollback": lambda: self.roll_back(asked.get("to")),
        }  # fmt: skip
        wanted = do.get(str(asked.get("do")))
        if wanted is None:
            return {"error": "unknown wish", "known": sorted(do)}
        try:
            wanted()
        except HeirloomError as error:
            return {"error": str(error)}
        return {"state": self.state, "run": self.run, "process": os.getpid()}

    def signalled(self, number: int) -> bool:
        """A signal came to the main thread; whether it is to be interrupted. Takes no lock: that thread may hold it."""
        self._signals += 1
        if self._panic or self._signals > 1:
            return True
        if number == signal.SIGTERM and self._timer is None:
            self._timer = threading.Timer(self.deadline, self.panic)
            self._timer.daemon = True
            self._timer.start()
        self._stop = True
        return False

    def close(self) -> None:
        """The run ended: no deadline holds any more, and its ledger is about to be closed."""
        with self._changed:
            self.pauses = self.wishes = None
        if self._timer is not None:
            self._timer.cancel()

    def sleep(self, seconds: float) -> None:
        """Wait for a while. Raises StoppedEarly as soon as the run is to stop."""
        with self._changed:
            slept = 0.0
            while slept < seconds and not self._stop:
                slice_ = min(0.2, seconds - slept)  # a signal cannot notify: it must be looked for
                self._changed.wait(slice_)
                slept += slice_
        self.check()

    def check(self) -> None:
        """Raise StoppedEarly where the run is to stop."""
        if self._stop:
            raise StoppedEarly(STOPPED)

    def between(self, notify: Notify, leave: bool, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Between two lives: stand still as long as that is wished, and tell so.

        `leave`: end the run where it would stand still. `meanwhile` is done again and again. Raises StoppedEarly.
        """
        self.check()
        with self._changed:
            if not self._paused or self.pauses is None:
                return
            pause = self.pauses.of_run(self.run)
            if pause is None or pause.look is not None:  # a wait for the provider took its place meanwhile
                pause = self.pauses.begin(self.run, "operator", BY_OPERATOR)
        if leave:
            raise StoppedEarly(f"{pause}: {pause.reason}; `heirloom resume`, then run again, nothing is lost")
        notify(RunPaused(self.run, pause.kind, pause.reason))
        while self._paused:
            with self._changed:
                self._changed.wait(0.2)
            self.check()
            meanwhile()
        notify(RunContinued(self.run))
