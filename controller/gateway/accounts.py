"""The books of the calls: what is set aside before a call, and what is booked when it ends."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from controller.errors import BudgetSpent, WorldFault
from controller.gateway import budget, filter
from controller.gateway.guest import Guest
from controller.gateway.meter import Meter
from controller.gateway.trouble import NO_ANSWER, Trouble, Waiting
from controller.gateway.upstreams import JSON, NeverSent, Refusal
from controller.ledger import Calls, Usage

if TYPE_CHECKING:
    from controller.gateway.asking import Asking

CHILD_LEFT = 499  # the ledger's status where nobody waited for the answer
READING = 4  # bodies of one life that are read at once: what a child sends is held in memory


@dataclass
class Visit:
    """What the gateway keeps of a guest while its life lasts. `asking`: of the gates, where it may."""

    guest: Guest
    admitted: float  # time.monotonic()
    asking: "Asking | None" = None
    requests: int = 0
    answers: int = 0
    trouble: Trouble | None = None  # the fault of the world that was its last answer
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


@dataclass(frozen=True)
class Booking:
    """A call whose reservation is in the ledger."""

    call: int
    request: JSON  # as it goes on
    body: bytes
    bound: int  # what is reserved
    meter: Meter = field(default_factory=Meter)  # what is known of its usage so far


class Accounts:
    """Keeps `spent + reserved <= budget`: nothing goes on before its reservation is durable."""

    def __init__(self, calls: Calls, clock: Callable[[], float]) -> None:
        self._calls, self._clock = calls, clock

    def now(self) -> float:
        """The time that deadlines are told in."""
        return self._clock()

    def reserve(self, guest: Guest, request: JSON) -> Booking:
        """Set the most that this call can cost aside, its answer shrunk to what is left. Raises Refusal."""
        body = filter.render(request)
        bound = budget.input_bound(request, len(body))
        fitted = budget.fit(request, bound, self._calls.allowance(guest.try_id).tokens_left)
        most = bound + fitted["max_tokens"]
        body = body if fitted is request else filter.render(fitted)
        try:
            call = self._calls.reserve(guest.try_id, fitted["model"], most)
        except BudgetSpent as error:
            raise Refusal(402, "billing_error", str(error)) from error
        return Booking(call, fitted, body, most)

    def settle(self, booking: Booking, usage: Usage, status: int) -> None:
        """Book what a call used."""
        self._calls.settle(booking.call, usage, status)

    def keep(self, booking: Booking, status: int) -> None:
        """Book what is known of a call; the rest of its reservation stays."""
        self._calls.keep(booking.call, booking.meter.usage, status)

    @contextmanager
    def kept_if_cut(self, booking: Booking) -> Iterator[None]:
        """Keep the reservation of a call that was sent and whose end nobody will know."""
        try:
            yield
        except NeverSent:
            raise
        except WorldFault:
            self.keep(booking, NO_ANSWER)
            raise
        except asyncio.CancelledError:
            self.keep(booking, CHILD_LEFT)
            raise

    def left(self, visit: Visit, booking: Booking | None = None) -> dict[str, str]:
        """The headers that tell a child what is left; what the call being answered holds is not yet spent."""
        allowance = self._calls.allowance(visit.guest.try_id)
        if booking is not None:
            used = replace(allowance.used, reserved=max(allowance.used.reserved - booking.bound, 0))
            allowance = replace(allowance, used=used)
        now, deadline = self._clock(), visit.guest.deadline
        left = deadline - now + visit.waited(now)
        seconds = None if deadline == float("inf") else (left, deadline - visit.admitted)
        return budget.left_headers(allowance, seconds)
