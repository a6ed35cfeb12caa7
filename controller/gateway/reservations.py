"""The books of the calls: what is set aside before a call, and what is booked when it ends."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from controller.contract import HEADER_WIND_DOWN
from controller.errors import BudgetSpent, WorldFault
from controller.gateway import budget, prefix, request_filter
from controller.gateway.faults import NO_ANSWER
from controller.gateway.meter import Meter
from controller.gateway.prices import FREE, Price, Prices
from controller.gateway.session import Visit
from controller.gateway.upstreams.upstream import JSON, NeverSent, Refusal
from controller.ledger.calls import Calls
from controller.ledger.usage import Allowance, Usage
from controller.settings.amounts import whole

if TYPE_CHECKING:
    pass

CHILD_LEFT = 499  # the ledger's status where nobody waited for the answer
AT_ONCE = 64


@dataclass(frozen=True)
class Booking:
    """A call whose reservation is in the ledger."""

    call: int
    request: JSON  # as it goes on
    body: bytes
    bound: int  # tokens that are reserved
    dollars: int = 0  # nanodollars that are
    price: Price = FREE
    known: prefix.Known = field(default_factory=prefix.Known)
    meter: Meter = field(default_factory=Meter)  # what is known of its usage so far

    def priced(self, usage: Usage) -> Usage:
        """Usage with what it cost."""
        return replace(usage, cost=self.price.cost(usage))


@dataclass(frozen=True)
class Terms:
    """What calls cost, and how many of one life may be on their way at once."""

    prices: Prices = field(default_factory=Prices)
    at_once: int = AT_ONCE


class Accounts:
    """Keeps `spent + reserved <= budget`: nothing goes on before its reservation is durable."""

    def __init__(self, calls: Calls, clock: Callable[[], float], terms: Terms) -> None:
        self._calls, self._clock, self._terms = calls, clock, terms

    def now(self) -> float:
        """The time that deadlines are told in."""
        return self._clock()

    def reserve(self, visit: Visit, request: JSON) -> Booking:
        """Set the most that this call can cost aside, its answer shrunk to what is left. Raises Refusal, BudgetSpent.

        BudgetSpent is raised where waiting helps: a minute's limit.
        """
        if self._calls.unanswered(visit.guest.try_id) >= self._terms.at_once:
            told = f"{self._terms.at_once} calls of this life are on their way; ask again when one of them has ended"
            raise Refusal(429, "rate_limit_error", told)
        body = request_filter.render(request)
        allowances, price, bound, worst = self._bounds(visit, request, len(body))
        if price is None and any(one.dollars is not None for one in allowances):
            told = f"{request['model']} has no known price, so it cannot be used within a budget in dollars"
            raise Refusal(402, "billing_error", told)
        kept = 0 if visit.told else budget.closing(allowances)
        fitted = budget.fit(request, bound, budget.room_for(allowances, bound, worst), kept)
        body = body if fitted is request else request_filter.render(fitted)
        tokens = bound + fitted["max_tokens"]
        dollars = whole(bound * worst[0] + fitted["max_tokens"] * worst[1])
        try:
            call = self._calls.reserve(visit.guest.try_id, fitted["model"], tokens, dollars if price else None)
        except BudgetSpent as error:
            if error.scope == "minute":
                raise
            raise Refusal(402, "billing_error", str(error)) from error
        return Booking(call, fitted, body, tokens, dollars, price or FREE, visit.known)

    def tight(self, visit: Visit, request: JSON) -> bool:
        """Whether a call is refused or its answer shrunk by the bound on its input, which a count would lower."""
        if visit.known.longest(request) is not None:
            return False
        allowances, _, bound, worst = self._bounds(visit, request, len(request_filter.render(request)))
        most = budget.room_for(allowances, bound, worst)
        return most is not None and bound + request["max_tokens"] > most

    def _bounds(
        self, visit: Visit, request: JSON, size: int
    ) -> tuple[list[Allowance], Price | None, int, tuple[Decimal, Decimal]]:
        """What each scope has left, the model's price, the most input tokens of a request of `size` bytes, and the
        most that an input and an output token of it can cost.
        """
        price = self._terms.prices.of(request["model"])
        bound = budget.input_bound(request, size, visit.known)
        worst = (price or FREE).worst(bound, prefix.marks(request))
        return self._calls.allowances(visit.guest.try_id), price, bound, worst

    def settle(self, booking: Booking, usage: Usage, status: int) -> None:
        """Book what a call used."""
        if usage.prompt and not usage.compacted:
            booking.known.learn(booking.request, usage.prompt)
        self._calls.settle(booking.call, booking.priced(usage), status)

    def keep(self, booking: Booking, status: int) -> None:
        """Book what is known of a call; the rest of its reservation stays."""
        self._calls.keep(booking.call, booking.priced(booking.meter.usage), status)

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
        allowances = self._calls.allowances(visit.guest.try_id)
        if booking is not None:
            allowances = [without(one, booking) for one in allowances]
        now, deadline = self._clock(), visit.guest.deadline
        left = deadline - now + visit.waited(now)
        seconds = None if deadline == float("inf") else (left, deadline - visit.admitted)
        headers = budget.left_headers(allowances, seconds)
        visit.told = visit.told or HEADER_WIND_DOWN in headers
        return headers


def without(allowance: Allowance, booking: Booking) -> Allowance:
    """What is left where a call is not counted that is on its way."""
    used = allowance.used
    rest = {"reserved": max(used.reserved - booking.bound, 0), "owed": max(used.owed - booking.dollars, 0)}
    return replace(allowance, used=replace(used, **rest))
