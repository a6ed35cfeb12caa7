"""What the operator asks of a living run: pause, resume, stop after this life, roll back, or panic.

A request comes from any thread (the control socket) or from a signal; the run acts on it between two lives. Panic alone
does not wait: it interrupts the main thread, which ends the life and everything that it started.
"""

import os
import signal
import threading
from collections.abc import Mapping
from typing import Any

from controller.errors import HeirloomError, RequestError
from controller.events.kinds import Notify, RunAsked
from controller.ledger.wishes import Wishes
from controller.run.pausing import Pausing

LATER = ("pause", "stop", "rollback")  # what is done when the life that lives has ended


class Control:
    """Hands the operator's requests to a run. `seconds`: how long a life may still take after SIGTERM."""

    def __init__(self, pausing: Pausing, seconds: float, notify: Notify) -> None:
        self._pausing, self._seconds, self._notify = pausing, seconds, notify
        self._run = ""
        self._wishes: Wishes | None = None
        self._closing = threading.Lock()  # no request is half done when the ledger is closed
        self._signals = 0
        self._panicking = False
        self._timer: threading.Timer | None = None

    def begin(self, run: str, wishes: Wishes) -> None:
        """This run is lived now; from now on it can be rolled back."""
        self._run, self._wishes = run, wishes

    def close(self) -> None:
        """The run ended: no life is ended any more, and the ledger is about to be closed."""
        with self._closing:
            self._wishes = None
        if self._timer is not None:
            self._timer.cancel()

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what was asked at the socket, and say how the run stands then."""
        requests = {
            "pause": self._pausing.pause,
            "resume": self._pausing.resume,
            "stop": self._pausing.stop,
            "panic": self.panic,
        }
        name = str(request.get("do"))
        try:
            if name == "status":
                pass  # nothing is changed
            elif name == "rollback":
                self.roll_back(request.get("to"))
            elif name in requests:
                requests[name]()
            else:
                return {"error": "unknown request", "known": sorted([*requests, "rollback", "status"])}
            if name in LATER and self._run:
                self._notify(RunAsked(self._run, name))
        except HeirloomError as error:
            return {"error": str(error)}
        return {"state": self.state, "run": self._run, "process": os.getpid()}

    @property
    def state(self) -> str:
        """How the run stands, in one word."""
        return "panicking" if self._panicking else self._pausing.state.value

    def roll_back(self, to: object) -> None:
        """Go back to a generation before the next life. Durable when this returns. Raises RequestError."""
        with self._closing:
            if self._wishes is None or not isinstance(to, int) or to < 0:
                raise RequestError(f"nothing can go back to {to!r} now; name a generation of a run that lives")
            self._wishes.ask(to)

    def panic(self) -> None:
        """End everything now. From any thread: the main thread is interrupted."""
        self._panicking = True
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def signalled(self, number: int) -> bool:
        """Whether a signal interrupts the main thread: a panic's and the second do; the first asks the run to stop.

        After SIGTERM the life has so many seconds. Takes no lock: the main thread, which runs this, may hold it.
        """
        self._signals += 1
        if self._panicking or self._signals > 1:
            return True
        if number == signal.SIGTERM:
            self._timer = threading.Timer(self._seconds, self.panic)
            self._timer.daemon = True
            self._timer.start()
        self._pausing.stop()
        return False
