"""A provider that owes an answer and is silent: that time is its own, not the life's.

Silent is whoever says nothing that brings the answer on: comments and pings of a stream are silence. After a second of
it the clock of the life stands still, for as long as the gateway is patient with one call. When that is over the clock
runs again; a life whose time ends in such a silence was ended by the world.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from controller.errors import WorldFault
from controller.gateway.session import Session
from controller.ledger.phases import Fault

STALL = 1.0  # second that every provider may think, at the cost of the life
LONGEST = 540.0  # seconds of one silence, in spite of comments and pings; then the answer counts as broken


class Silence:
    """The silences of one call's provider. `patience`: how many seconds of them stop the life's clock."""

    def __init__(self, session: Session, now: Callable[[], float], patience: float, stall: float = STALL) -> None:
        self._session, self._now, self._left, self._stall = session, now, patience, stall
        self._quiet = 0.0  # seconds since the provider last said something, of those in which it owed an answer
        self._timer: asyncio.TimerHandle | None = None
        self._stopped_at: float | None = None
        self._blamed = False

    @contextmanager
    def owed(self) -> Iterator[None]:
        """The provider owes what is waited for inside. Runs on the gateway's loop."""
        loop = asyncio.get_running_loop()
        began = self._now()
        self._timer = loop.call_later(max(self._stall - self._quiet, 0.0), self._stop_clock, loop)
        try:
            yield
        finally:
            self._timer.cancel()
            self._run_clock()
            self._quiet += self._now() - began

    def heard(self, said: bool) -> None:
        """Something came. `said`: it brings the answer on, which ends the silence. Raises WorldFault after LONGEST."""
        if said:
            self._quiet = 0.0
            if self._blamed:
                self._session.fault, self._blamed = None, False
        elif self._quiet > LONGEST:
            raise WorldFault(f"the provider said nothing for {LONGEST:g} seconds")

    def _stop_clock(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._left > 0:
            self._stopped_at = self._now()
            self._session.begin_wait(self._stopped_at)
        self._timer = loop.call_later(max(self._left, 0.0), self._lose_patience)

    def _lose_patience(self) -> None:
        self._run_clock()
        reason = "the provider was silent for longer than the gateway is patient"
        advice = "see whether it still works; a slow one needs a larger `patience`, and more minutes_per_life"
        self._session.fault = Fault("provider", reason, "unclear", advice)
        self._blamed = True

    def _run_clock(self) -> None:
        if self._stopped_at is not None:
            now = self._now()
            self._left -= now - self._stopped_at
            self._stopped_at = None
            self._session.end_wait(now)
