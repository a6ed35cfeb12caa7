"""Keeps a copy of every exchange: what the child asked, and the bytes, status and headers that it was answered.

A copy is taken as the answer passes, and written by a thread of its own, so that no call waits for it. Headers of
requests are never looked at: whoever holds a token or a key shows it there.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Awaitable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.gateway.guest import Guest
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.recordings import Exchange, Recordings

KEPT_HEADERS = ("content-type", "request-id", "retry-after", "retry-after-ms", "x-should-retry")
OURS = "heirloom-"  # what is left, and when to wind down: a child acts on these
WAITING = 16  # copies that may wait to be written: each can be as large as a body may be
NOT_SENT = (ValueError, RecursionError)  # a request that JSON cannot carry was refused, and never went on


class Recorder:
    """Writes what is answered to `recordings`, its own from now on; None: nothing is kept.

    A failure is remembered, and told when the life ends.
    """

    def __init__(self, recordings: Recordings | None = None) -> None:
        self._recordings = recordings
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._waiting: deque[Future[None]] = deque()
        self._numbers: Counter[int] = Counter()
        self._lock = threading.Lock()
        self.failure: BaseException | None = None

    def begin(self, guest: Guest, path: str, asked: JSON) -> "Copy":
        """A child asked for something: its next exchange begins."""
        self._numbers[guest.try_id] += 1
        return Copy(self, guest, path, asked, self._numbers[guest.try_id])

    def keep(self, one: Exchange, token: str) -> None:
        """Have an exchange written."""
        if self._recordings is not None and self.failure is None:
            with self._lock:
                self._waiting.append(self._writer.submit(self._recordings.add, one, token))
            self._settle(WAITING)

    def finish(self, guest: Guest) -> None:
        """A life ended: see everything of it written, and old bodies dropped. Raises LedgerError."""
        del self._numbers[guest.try_id]
        if self._recordings is not None:
            with self._lock:
                self._waiting.append(self._writer.submit(self._recordings.drop))
            self._settle(0)
            if self.failure is not None:
                raise self.failure

    def _settle(self, most: int) -> None:
        """Wait until at most so many copies are not written; the first failure is remembered."""
        with self._lock:
            while self._waiting and (len(self._waiting) > most or self._waiting[0].done()):
                error = self._waiting.popleft().exception()
                if not isinstance(error, NOT_SENT):
                    self.failure = self.failure or error

    def close(self) -> None:
        """Give thread and file up; nothing is kept from now on."""
        self._writer.shutdown()
        if self._recordings is not None:
            self._recordings.close()
            self._recordings = None


@dataclass
class Copy:
    """One exchange while it is made."""

    recorder: Recorder
    guest: Guest
    path: str
    asked: JSON
    number: int
    call: int | None = None  # the ledger's, once one is booked

    async def of(self, answering: Awaitable[Response]) -> ASGIApp:
        """What answers, overheard."""
        try:
            response = await answering
        except asyncio.CancelledError:
            self.keep(None, {}, b"", whole=False)
            raise
        return Overheard(response, self)

    def keep(self, status: int | None, headers: dict[str, str], answer: bytes, whole: bool) -> None:
        """The exchange is over."""
        one = Exchange(self.guest.try_id, self.number, self.path, self.asked, status, headers, answer, whole, self.call)
        self.recorder.keep(one, self.guest.token)


class Overheard:
    """An answer on its way to a child: passed on as it is, and copied."""

    def __init__(self, response: Response, copy: Copy) -> None:
        self._response, self._copy = response, copy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on; what was passed is what is kept, whole or not."""
        status: int | None = None
        headers: dict[str, str] = {}
        body, whole = bytearray(), False

        async def overhear(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                shown = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"])
                headers.update((name, value) for name, value in shown if kept(name))
            else:
                body.extend(message.get("body", b""))
                whole = not message.get("more_body", False)
            await send(message)

        try:
            await self._response(scope, receive, overhear)
        finally:
            self._copy.keep(status, headers, bytes(body), whole)


def kept(name: str) -> bool:
    """Whether a header of an answer is recorded."""
    return name in KEPT_HEADERS or name.startswith(OURS)
