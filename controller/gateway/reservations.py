"""What is set aside in the ledger before a call, and what is booked when it ends."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal

from controller.contract import HEADER_WIND_DOWN
from controller.errors import BudgetSpent, LedgerError, WorldFault
from controller.gateway import budget, numbers, request_filter
from controller.gateway.faults import NO_ANSWER
from controller.gateway.meter import Meter
from controller.gateway.prefix import PrefixCounts, cache_times
from controller.gateway.prices import FREE, Price, Prices
from controller.gateway.session import Session
from controller.gateway.upstreams.upstream import JSON, NeverSent, Refusal
from controller.ledger.calls import Calls
from controller.ledger.usage import Allowance, Usage
from controller.settings.amounts import whole

CHILD_LEFT = 499  # the ledger's status where nobody waited for the answer
OUR_ERROR = 497  # where the gateway itself failed to answer; no provider's fault
AT_ONCE = 64


@dataclass(frozen=True)
class Terms:
    """What calls cost, and how many of one life may be open at once."""

    prices: Prices = field(default_factory=Prices)
    at_once: int = AT_ONCE


@dataclass(frozen=True)
class Reservation:
    """A call whose reservation is in the ledger."""

    call: int  # the ledger's number of it
    request: JSON  # as it goes on
    body: bytes
    tokens: int  # that are reserved
    nanodollars: int = 0  # that are reserved
    price: Price = FREE
    counted: PrefixCounts = field(default_factory=PrefixCounts)  # of its life
    meter: Meter = field(default_factory=Meter)  # what is known of its usage so far

    def priced(self, usage: Usage) -> Usage:
        """Usage with what it cost."""
        return replace(usage, cost=numbers.cost(self.price.cost(usage)))

    @property
    def input_bound(self) -> int:
        """The most input tokens that are reserved."""
        answer: int = self.request["max_tokens"]
        return self.tokens - answer

    def still_open(self, usage: Usage) -> tuple[int, int] | None:
        """Tokens and nanodollars that the rest of a call can take once its input is known. None: it is not.

        `usage`: what is known of the call.
        """
        if not self.meter.knows_input:
            return None
        tokens = max(self.request["max_tokens"] - usage.output, 0)
        return tokens, numbers.cost(whole(tokens * self.price.rates(usage.prompt).output))


@dataclass(frozen=True)
class _Bounds:
    """What a call may use and what it can cost at most."""

    allowances: list[Allowance]
    price: Price | None  # None: not known
    input: int  # the most input tokens
    worst: tuple[Decimal, Decimal]  # the most nanodollars that an input and an output token can cost


class Reservations:
    """Keeps `spent + reserved <= budget`: nothing goes on before its reservation is durable."""

    def __init__(self, calls: Calls, clock: Callable[[], float], terms: Terms) -> None:
        """`clock`: seconds of the clock that the admissions' deadlines are given in."""
        self._calls, self._clock, self._terms = calls, clock, terms
        self._counts_hold = True  # until a call was billed more than the bound that a count gave

    def now(self) -> float:
        """The time that deadlines are given in, in seconds."""
        return self._clock()

    def reserve(self, session: Session, request: JSON) -> Reservation:
        """Set the most that this call can cost aside, its answer shrunk to what is left. Raises Refusal, BudgetSpent.

        BudgetSpent is raised where waiting helps: a minute's limit.
        """
        at_once = self._terms.at_once
        if self._calls.unanswered(session.admission.try_id) >= at_once:
            problem = f"{at_once} calls of this life are not answered yet; ask again when one of them has ended"
            raise Refusal(429, "rate_limit_error", problem)
        body = request_filter.render(request)
        bounds = self._bounds(session, request, len(body))
        if bounds.price is None and any(one.dollars is not None for one in bounds.allowances):
            problem = f"{request['model']} has no known price, so it cannot be used within a budget in dollars"
            raise Refusal(402, "billing_error", problem)
        kept = 0 if session.winding_down else budget.closing(bounds.allowances)
        most = budget.room_for(bounds.allowances, bounds.input, bounds.worst)
        fitted = budget.fit(request, bounds.input, most, kept)
        if fitted is not request:
            body = request_filter.render(fitted)
        return self._reserve(session, fitted, body, bounds)

    def _reserve(self, session: Session, request: JSON, body: bytes, bounds: _Bounds) -> Reservation:
        """Write the reservation of a request that fits. Raises Refusal, BudgetSpent."""
        answer = request["max_tokens"]
        tokens = bounds.input + answer
        nanodollars = whole(bounds.input * bounds.worst[0] + answer * bounds.worst[1])
        if nanodollars > numbers.MOST_NANODOLLARS:
            raise Refusal(
                400, "invalid_request_error", "max_tokens: at this model's price no budget holds such an answer"
            )
        owed = None if bounds.price is None else nanodollars
        try:
            call = self._calls.reserve(session.admission.try_id, request["model"], tokens, owed)
        except BudgetSpent as error:
            if error.scope == "minute":
                raise
            raise Refusal(402, "billing_error", str(error)) from error
        return Reservation(call, request, body, tokens, nanodollars, bounds.price or FREE, session.counted)

    def wants_count(self, session: Session, request: JSON) -> bool:
        """Whether a call is refused or its answer shrunk by the bound on its input, which a count would lower."""
        if not self._counts_hold or session.counted.longest(request) is not None:
            return False
        bounds = self._bounds(session, request, len(request_filter.render(request)))
        most = budget.room_for(bounds.allowances, bounds.input, bounds.worst)
        return most is not None and bounds.input + request["max_tokens"] > most

    def _bounds(self, session: Session, request: JSON, size: int) -> _Bounds:
        """The bounds of a request of `size` bytes."""
        price = self._terms.prices.of(request["model"])
        tokens = budget.input_bound(request, size, session.counted)
        worst = (price or FREE).worst(tokens, cache_times(request))
        return _Bounds(self._calls.allowances(session.admission.try_id), price, tokens, worst)

    def settle(self, reservation: Reservation, usage: Usage, status: int) -> None:
        """Book what a call used; the rest of its reservation is free again."""
        if usage.prompt > reservation.input_bound:
            self._counts_hold = False
        if usage.prompt and not usage.compacted:
            reservation.counted.learn(reservation.request, usage.prompt)
        self._calls.settle(reservation.call, reservation.priced(usage), status)

    def keep(self, reservation: Reservation, status: int) -> None:
        """Book what is known of a call; of its reservation stays what the rest of it can take."""
        usage = reservation.priced(reservation.meter.usage)
        self._calls.keep(reservation.call, usage, status, reservation.still_open(usage))

    @contextmanager
    def kept_if_cut(self, reservation: Reservation) -> Iterator[None]:
        """Keep the reservation of a call that was sent and whose end nobody will know."""
        try:
            yield
        except (NeverSent, Refusal, LedgerError):
            raise
        except WorldFault:
            self.keep(reservation, NO_ANSWER)
            raise
        except asyncio.CancelledError:
            self.keep(reservation, CHILD_LEFT)
            raise
        except Exception:
            self.keep(reservation, OUR_ERROR)
            raise

    def left(self, session: Session, reservation: Reservation | None = None) -> dict[str, str]:
        """The headers that tell a child what is left; what the call being answered holds is not yet spent."""
        allowances = self._calls.allowances(session.admission.try_id)
        if reservation is not None:
            allowances = [without(allowance, reservation) for allowance in allowances]
        now, deadline = self._clock(), session.admission.deadline
        seconds = None
        if deadline != float("inf"):
            seconds = (deadline - now + session.waited(now), deadline - session.admitted)
        headers = budget.left_headers(allowances, seconds)
        if HEADER_WIND_DOWN in headers:
            session.winding_down = True
        return headers


def without(allowance: Allowance, reservation: Reservation) -> Allowance:
    """An allowance as it is where an open call is not counted."""
    used = allowance.used
    reserved = max(used.reserved - reservation.tokens, 0)
    owed = max(used.owed - reservation.nanodollars, 0)
    return replace(allowance, used=replace(used, reserved=reserved, owed=owed))
