"""Waits out the world's faults: connection errors, overload, limits of rate. The only owner of tenacity.

A fault is tried again with longer and longer pauses until the policy's time is spent, then passed on. Where an answer
that failed may have been billed, its reservation is kept and the next attempt reserves again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import Response
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from controller.contract import one_line
from controller.errors import BudgetSpent
from controller.gateway.faults import Waiting, error_of
from controller.gateway.reservations import Reservation, Reservations
from controller.gateway.session import Session
from controller.gateway.upstreams.upstream import JSON, Headers, Refusal
from controller.ledger.phases import Fault
from controller.ledger.usage import Usage

COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking", "output_config")  # fields that count
COUNT_BAND = 1.05  # what a provider may bill, over what it counted
LONGEST = 60.0  # seconds of one pause, whatever a provider asks for
LONGEST_FLOOR = (
    LONGEST / 4
)  # seconds that a pause takes after some attempts at least, however short a provider asks for
PAUSE_HEADERS = (("retry-after-ms", 1000), ("retry-after", 1))  # with their units in a second


class AttemptFailed(Exception):
    """One attempt at a call met a fault of the world.

    `answer`: what to pass on where the fault does not pass; `owed`: the attempt may be billed; `after`: how many
    seconds the provider asks to wait; `again`: whether the same call may be sent again.
    """

    def __init__(
        self,
        answer: Response | Refusal,
        status: int,
        fault: Fault,
        owed: bool = False,
        after: float | None = None,
        again: bool = True,
    ) -> None:
        super().__init__(status)
        self.answer, self.status, self.fault, self.owed, self.after = answer, status, fault, owed, after
        self.again = again


@dataclass(frozen=True)
class RetryPolicy:
    """How many seconds of one call may go into waiting; 0: every fault is passed on at once."""

    seconds: float = 0.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random


Attempt = Callable[[JSON, Headers], Awaitable[Response]]


class Model(Protocol):
    """What answers a call once. `sampling`: it takes temperature and its like."""

    sampling: bool

    async def ask(self, session: Session, reservation: Reservation, headers: Headers) -> Response:
        """One answer, booked. Raises Refusal, booked too; AttemptFailed, of which only what is owed is booked."""

    def paced(self, session: Session, request: JSON) -> JSON:
        """The request, its answer shrunk to what its life has time for."""

    async def count(self, request: JSON, headers: Headers) -> Response:
        """How many tokens a request is; it costs nothing. Raises Refusal, AttemptFailed."""

    async def exact_count(self, request: JSON, headers: Headers) -> int | None:
        """How many tokens a request is where what is counted is what is billed; None: nobody tells. Costs nothing."""


class Call:
    """One call of a child's: its attempts, and the pauses between them."""

    def __init__(self, model: Model, reservations: Reservations, policy: RetryPolicy, session: Session) -> None:
        self._model, self._reservations, self._policy, self._session = model, reservations, policy, session
        self._began = reservations.now()
        self.booked: int | None = None  # the ledger's last call for this one
        self._held: Reservation | None = None
        self._failed: AttemptFailed | None = None  # the last attempt that did
        self._cut_short = False  # the budget refused another attempt

    async def answer(self, request: JSON, headers: Headers) -> Response:
        """The answer to pass on. Raises Refusal."""
        try:
            response = await self._outwait(self._ask, request, headers)
        except Refusal as refusal:
            self._session.refused = one_line(str(refusal), 200)
            raise
        if response.status_code == 200:
            self._session.answered = True
        else:
            self._session.refused = one_line(error_of(bytes(response.body))[1], 200)
        return response

    async def count(self, request: JSON, headers: Headers) -> Response:
        """The count to pass on. Raises Refusal."""
        return await self._outwait(self._count, request, headers)

    async def _outwait(self, attempt: Attempt, request: JSON, headers: Headers) -> Response:
        """The answer of the first attempt that meets no fault, or the last fault. Raises Refusal."""
        attempts = AsyncRetrying(
            retry=retry_if_exception(may_pass),
            wait=self._pause,
            stop=self._is_over,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            response: Response = await attempts(attempt, request, headers)
            self._session.fault = None
            return response
        except Refusal:
            if not self._cut_short:
                self._session.fault = None
            raise
        except AttemptFailed as failed:
            self._free()
            if isinstance(failed.answer, Refusal):
                raise failed.answer from failed
            failed.answer.headers.update(self._reservations.left(self._session))
            return failed.answer
        finally:
            if self._failed is not None:
                self._session.waiting = None
                self._session.end_wait(self._reservations.now())

    async def _count(self, request: JSON, headers: Headers) -> Response:
        try:
            return await self._model.count(request, headers)
        except AttemptFailed as failed:
            self._note(failed)
            raise

    async def _ask(self, request: JSON, headers: Headers) -> Response:
        if self._held is None:
            self._cut_short = self._failed is not None  # where too little is left, a fault took what there was
            self._held = await self._reserve(self._model.paced(self._session, request), headers)
            self._cut_short = False
            self.booked = self._held.call
        try:
            return await self._model.ask(self._session, self._held, headers)
        except AttemptFailed as failed:
            self._note(failed)
            if failed.owed:
                self._held = None
            raise
        except asyncio.CancelledError:  # whoever stops waiting for the second answer ended by the first one's fault
            if self._failed is not None:
                self._reservations.keep(self._held, self._failed.status)
            raise

    async def _reserve(self, request: JSON, headers: Headers) -> Reservation:
        """Set aside what the call can cost. Where bytes bound it too loosely, the provider counts it first, at no cost.

        Raises Refusal; AttemptFailed where the limit of a minute has to pass.
        """
        if self._reservations.wants_count(self._session, request):
            await self._learn(request, headers)
        try:
            return self._reservations.reserve(self._session, request)
        except BudgetSpent as error:
            refusal = Refusal(429, "rate_limit_error", str(error))
            failed = AttemptFailed(refusal, refusal.status, Fault("provider", str(error)), after=LONGEST / 4)
            self._note(failed)
            raise failed from error

    async def _learn(self, request: JSON, headers: Headers) -> None:
        """What the provider counts, and 5 % for what it may yet add; nothing where it does not tell."""
        fields = {name: request[name] for name in COUNTED if name in request}
        tokens = await self._model.exact_count(fields, headers)
        if tokens:
            self._session.counted.learn(request, int(tokens * COUNT_BAND) + 1)

    def _note(self, failed: AttemptFailed) -> None:
        """An attempt failed: from now on the life waits, and this is its last answer unless a better one comes."""
        if self._failed is None:
            self._session.begin_wait(self._reservations.now())
        self._failed = failed
        self._session.fault = failed.fault

    async def _sleep(self, seconds: float) -> None:
        left = self._policy.seconds - (self._reservations.now() - self._began)
        reason = self._failed.fault.reason if self._failed else ""
        self._session.waiting = Waiting(reason, seconds, left)
        try:
            await self._policy.sleep(seconds)
        except asyncio.CancelledError:  # whoever hangs up while we wait ended by the world's fault
            self._free()
            raise

    def _free(self) -> None:
        """What is held for a call that was refused is free again."""
        if self._held is not None and self._failed is not None:
            self._reservations.settle(self._held, Usage(), self._failed.status)

    def _pause(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the provider asks for, else twice as long each time, with jitter.

        A provider that asks for next to nothing, again and again, is asked less and less often, too.
        """
        doubled: float = min(2.0 ** min(state.attempt_number - 1, 10), LONGEST)
        own = doubled * (1 + self._policy.random()) / 2
        if self._failed is None or self._failed.after is None:
            return own
        return max(min(self._failed.after, LONGEST), min(own, LONGEST_FLOOR))

    def _is_over(self, state: RetryCallState) -> bool:
        waited = self._reservations.now() - self._began
        return waited + state.upcoming_sleep >= self._policy.seconds


def may_pass(error: BaseException) -> bool:
    """Whether an attempt failed in a way that the next one may not."""
    return isinstance(error, AttemptFailed) and error.again


def passes(fault: Fault, headers: Headers) -> bool:
    """Whether a fault of an answer may pass while a call waits, unless the provider says that asking is no use."""
    return fault.cure == "waiting" and headers.get("x-should-retry") != "false"


def asked_pause(headers: Headers) -> float | None:
    """How many seconds the provider asks to wait, or None; a date is not read, our own pauses do."""
    for name, unit in PAUSE_HEADERS:
        value = headers.get(name, "")
        if value.isascii() and value.isdigit():
            return int(value[:9]) / unit
    return None
