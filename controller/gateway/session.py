"""One life at the gateway, while it is admitted."""

import asyncio
from dataclasses import dataclass, field

from controller.gateway import prefix
from controller.gateway.faults import Fault, Waiting
from controller.gateway.gate_endpoint import Asking
from controller.gateway.guest import Guest

READING = 4  # bodies of one life that are read at once: what a child sends is held in memory


@dataclass
class Visit:
    """What the gateway keeps of a guest while its life lasts. `asking`: of the gates, where it may."""

    guest: Guest
    admitted: float  # time.monotonic()
    asking: Asking | None = None
    known: prefix.Known = field(default_factory=prefix.Known)
    told: bool = False  # to wind down
    requests: int = 0
    answers: int = 0
    fault: Fault | None = None  # the fault of the world that was its last answer
    waiting: Waiting | None = None  # what a call of it waits out just now
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READING))
    _waits: int = 0  # calls that wait for a fault of the world to pass, or for the gates
    _waited: float = 0.0  # seconds of waits that are over; those of several calls at once count once
    _since: float | None = None

    def answer_number(self) -> int:
        """The next answer's number: ids are counted, not drawn, so that a life can be lived again."""
        self.answers += 1
        return self.answers

    def wait(self, now: float) -> None:
        """A call of this life begins to wait for a fault of the world to pass, or for the gates."""
        if self._since is None:
            self._since = now
        self._waits += 1

    def go_on(self, now: float) -> None:
        """A call that waited waits no longer."""
        self._waits -= 1
        self.waiting = None
        if self._waits == 0 and self._since is not None:
            self._waited, self._since = self._waited + now - self._since, None

    def waited(self, now: float) -> float:
        """Seconds that this life waited for the world or the gates so far; they count for no limit of it."""
        waited, since = self._waited, self._since
        return waited if since is None else waited + now - since
