"""Waits out the world's faults: connection errors, overload, limits of rate. The only owner of tenacity.

A fault is tried again with longer and longer pauses until the patience is spent, and passed on then. Where the answer
that failed may have been billed, its reservation is kept and the next attempt reserves again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import Response
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from controller.errors import BudgetSpent
from controller.gateway.faults import Fault, Waiting, fault_status
from controller.gateway.meter import LARGEST, parsed
from controller.gateway.reservations import Accounts, Booking
from controller.gateway.session import Visit
from controller.gateway.upstreams.upstream import JSON, Headers, Refusal
from controller.ledger.usage import Usage

COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking", "output_config")  # fields that count
COUNT_BAND = 1.05
LONGEST = 60.0  # seconds of one pause, whatever a provider asks for


class AttemptFailed(Exception):
    """A fault of the world. `told`: the answer to pass on where it does not pass; `owed`: it may be billed."""

    def __init__(
        self,
        told: Response | Refusal,
        status: int,
        fault: Fault,
        owed: bool = False,
        after: float | None = None,
    ) -> None:
        super().__init__(status)
        self.told, self.status, self.fault, self.owed, self.after = told, status, fault, owed, after


@dataclass(frozen=True)
class Patience:
    """How many seconds of one call may go into waiting; 0: every fault is passed on at once."""

    seconds: float = 0.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random


Attempt = Callable[[JSON, Headers], Awaitable[Response]]


class Model(Protocol):
    """What answers a call once. `counts`: what it counts is what it bills."""

    counts: bool

    async def ask(self, visit: Visit, booking: Booking, headers: Headers) -> Response:
        """One answer, booked. Raises Refusal, booked too; AttemptFailed, of which only what is owed is booked."""

    async def count(self, request: JSON, headers: Headers) -> Response:
        """How many tokens a request is; it costs nothing. Raises Refusal, AttemptFailed."""


class Call:
    """One call of a child's: its attempts, and the pauses between them."""

    def __init__(self, model: Model, accounts: Accounts, patience: Patience, visit: Visit) -> None:
        self._model, self._accounts, self._patience, self._visit = model, accounts, patience, visit
        self._began = accounts.now()
        self.booked: int | None = None  # the ledger's last call for this one
        self._held: Booking | None = None
        self._fault: AttemptFailed | None = None

    async def answer(self, asked: JSON, headers: Headers) -> Response:
        """The answer to pass on. Raises Refusal."""
        return await self._outwait(self._attempt, asked, headers)

    async def count(self, asked: JSON, headers: Headers) -> Response:
        """The count to pass on. Raises Refusal."""
        return await self._outwait(self._counted, asked, headers)

    async def _outwait(self, attempt: Attempt, asked: JSON, headers: Headers) -> Response:
        """What the first attempt brings that is no fault, or the last fault. Raises Refusal."""
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(AttemptFailed),
            wait=self._pause,
            stop=self._over,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            response: Response = await attempts(attempt, asked, headers)
            self._visit.fault = None
            return response
        except Refusal:
            self._visit.fault = None
            raise
        except AttemptFailed as fault:
            self._free()
            if isinstance(fault.told, Refusal):
                raise fault.told from fault
            fault.told.headers.update(self._accounts.left(self._visit))
            return fault.told
        finally:
            if self._fault is not None:
                self._visit.go_on(self._accounts.now())

    async def _counted(self, asked: JSON, headers: Headers) -> Response:
        try:
            return await self._model.count(asked, headers)
        except AttemptFailed as fault:
            self._note(fault)
            raise

    async def _attempt(self, asked: JSON, headers: Headers) -> Response:
        if self._held is None:
            self._held = await self._reserve(asked, headers)
            self.booked = self._held.call
        try:
            return await self._model.ask(self._visit, self._held, headers)
        except AttemptFailed as fault:
            self._note(fault)
            if fault.owed:
                self._held = None
            raise
        except asyncio.CancelledError:  # whoever stops waiting for the second answer ended by the first one's fault
            if self._fault is not None:
                self._accounts.keep(self._held, self._fault.status)
            raise

    async def _reserve(self, asked: JSON, headers: Headers) -> Booking:
        """Set aside what the call can cost. Where bytes bound it too loosely, the provider counts it first, at no cost.

        Raises Refusal; AttemptFailed where the limit of a minute has to pass.
        """
        if self._model.counts and self._accounts.tight(self._visit, asked):
            await self._learn(asked, headers)
        try:
            return self._accounts.reserve(self._visit, asked)
        except BudgetSpent as error:
            refusal = Refusal(429, "rate_limit_error", str(error))
            fault = AttemptFailed(refusal, refusal.status, Fault("provider", str(error)), after=LONGEST / 4)
            self._note(fault)
            raise fault from error

    async def _learn(self, asked: JSON, headers: Headers) -> None:
        """What the provider counts, and 5 % for what it may yet add; nothing where it does not tell."""
        with suppress(AttemptFailed, Refusal):
            told = await self._model.count({name: asked[name] for name in COUNTED if name in asked}, headers)
            tokens = parsed(bytes(told.body)).get("input_tokens") if told.status_code == 200 else None
            if isinstance(tokens, int) and 0 < tokens < LARGEST:
                self._visit.known.learn(asked, int(tokens * COUNT_BAND) + 1)

    def _note(self, fault: AttemptFailed) -> None:
        """A fault came: from now on the life waits, and this is its last answer unless a better one comes."""
        if self._fault is None:
            self._visit.wait(self._accounts.now())
        self._fault, self._visit.fault = fault, fault.fault

    async def _sleep(self, seconds: float) -> None:
        left = self._patience.seconds - (self._accounts.now() - self._began)
        self._visit.waiting = Waiting(self._fault.fault.reason if self._fault else "", seconds, left)
        try:
            await self._patience.sleep(seconds)
        except asyncio.CancelledError:  # whoever hangs up while we wait ended by the world's fault
            self._free()
            raise

    def _free(self) -> None:
        """What is held for a call that was refused is free again."""
        if self._held is not None and self._fault is not None:
            self._accounts.settle(self._held, Usage(), self._fault.status)

    def _pause(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the provider asks for, else twice as long each time, with jitter."""
        if self._fault is not None and self._fault.after is not None:
            return min(self._fault.after, LONGEST)
        doubled: float = min(2.0 ** min(state.attempt_number - 1, 10), LONGEST)
        return doubled * (1 + self._patience.random()) / 2

    def _over(self, state: RetryCallState) -> bool:
        return self._accounts.now() - self._began + state.upcoming_sleep >= self._patience.seconds


def passes(status: int, headers: Headers) -> bool:
    """Whether an answer is a fault of the world that waiting cures, unless the provider says that asking is no use."""
    fault = fault_status(status)
    return fault is not None and fault.passes and headers.get("x-should-retry") != "false"


def asked_pause(headers: Headers) -> float | None:
    """How many seconds the provider asks to wait, or None; a date is not read, our own pauses do."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        told = headers.get(name, "")
        if told.isascii() and told.isdigit():
            return int(told[:9]) / unit
    return None
