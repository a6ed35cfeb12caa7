"""What is seen of a life while it is lived: that a call of it waits for the world, and that it waits no more."""

from controller.events.kinds import CallContinued, CallWaiting
from controller.gateway.faults import Waiting
from controller.gateway.guest import Guest
from controller.generation.parts import Parts
from controller.ledger.journal import Try


class Waits:
    """Asked again and again by who waits for the child; tells what changed."""

    def __init__(self, parts: Parts, tried: Try, guest: Guest) -> None:
        self._parts, self._tried, self._guest = parts, tried, guest
        self._told: Waiting | None = None

    def __call__(self) -> float:
        """Seconds that count for no limit of this life."""
        now = self._parts.gateway.waiting(self._guest)
        if now is not self._told:
            self._told = now
            if now is None:
                self._parts.notify(CallContinued(self._tried.generation, self._tried.number))
            else:
                waiting = CallWaiting(self._tried.generation, self._tried.number, now.reason, now.seconds, now.left)
                self._parts.notify(waiting)
        return self._parts.gateway.waited(self._guest)
