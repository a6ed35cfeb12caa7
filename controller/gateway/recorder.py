"""Keeps a copy of every exchange: what the child asked, and the bytes, status and headers of the answer.

A copy is taken as the answer passes, and written by a thread of its own, so that no call waits for it. Headers of
requests are never looked at: whoever holds a token or a key shows it there.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.gateway.admission import Admission
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.recordings import Exchange, Recordings

KEPT_HEADERS = ("content-type", "request-id", "retry-after", "retry-after-ms", "x-should-retry")
OWN_PREFIX = "heirloom-"  # what is left, and when to wind down: a child acts on these
WAITING = 16  # copies that may wait to be written: each can be as large as a body may be
NOT_SENT = (ValueError, RecursionError)  # a request that JSON cannot carry was refused, and never went on


class Recorder:
    """Writes exchanges to `recordings`, its own from now on; None: nothing is kept. Lives may share it.

    The first failure is remembered, and raised when a life ends.
    """

    def __init__(self, recordings: Recordings | None = None) -> None:
        self._recordings = recordings
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._waiting: deque[Future[None]] = deque()
        self._numbers: Counter[int] = Counter()
        self._lock = threading.Lock()
        self.failure: BaseException | None = None

    def begin(self, admission: Admission, path: str, asked: JSON) -> "Copy":
        """A child asked for something: its next exchange begins."""
        with self._lock:
            self._numbers[admission.try_id] += 1
            number = self._numbers[admission.try_id]
        return Copy(self, admission, path, asked, number)

    def keep(self, exchange: Exchange, token: str) -> None:
        """Have an exchange written; where too many are not yet, wait for the oldest of them."""
        if self._recordings is None or self.failure is not None:
            return
        written = self._writer.submit(self._recordings.add, exchange, token)
        written.add_done_callback(self._note)
        self._waiting.append(written)
        if len(self._waiting) > WAITING:
            wait([self._waiting.popleft()])

    def finish(self, admission: Admission) -> None:
        """A life ended: see everything of it written, and old bodies dropped. Raises LedgerError."""
        with self._lock:
            self._numbers.pop(admission.try_id, None)
            living = list(self._numbers)
        if self._recordings is None:
            return
        # There is one writer: once it has done this, it has done all that came before
        dropped = self._writer.submit(self._recordings.drop, living)
        dropped.add_done_callback(self._note)
        wait([dropped])
        if self.failure is not None:
            raise self.failure

    def _note(self, written: Future[None]) -> None:
        """Remember the first failure. Called by the writer, before it goes on."""
        error = written.exception()
        if self.failure is None and not isinstance(error, NOT_SENT):
            self.failure = error

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
    admission: Admission
    path: str
    asked: JSON
    number: int
    call: int | None = None  # the ledger's, once one is booked
    show: Callable[[bytes, str], None] | None = None  # gets the body and content type of an answer that went well

    async def record(self, answering: Awaitable[Response]) -> ASGIApp:
        """The answer, copied while it is sent."""
        try:
            response = await answering
        except asyncio.CancelledError:
            self.keep(None, {}, b"", whole=False)
            raise
        return RecordedResponse(response, self)

    def keep(self, status: int | None, headers: dict[str, str], answer: bytes, whole: bool) -> None:
        """The exchange is over."""
        if status == 200 and self.show is not None:
            self.show(answer, headers.get("content-type", ""))
        exchange = Exchange(
            self.admission.try_id, self.number, self.path, self.asked, status, headers, answer, whole, self.call
        )
        self.recorder.keep(exchange, self.admission.token)


class RecordedResponse:
    """An answer on its way to a child: passed on as it is, and copied."""

    def __init__(self, response: Response, copy: Copy) -> None:
        self._response, self._copy = response, copy
        self._status: int | None = None
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._whole = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on; what was passed is what is kept, whole or not."""

        async def copying_send(message: Message) -> None:
            self._take(message)
            await send(message)

        try:
            await self._response(scope, receive, copying_send)
        finally:
            self._copy.keep(self._status, self._headers, bytes(self._body), self._whole)

    def _take(self, message: Message) -> None:
        if message["type"] != "http.response.start":
            self._body.extend(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            return
        self._status = message["status"]
        for raw_name, value in message["headers"]:
            name = raw_name.decode("latin-1")
            if is_recorded(name):
                self._headers[name] = value.decode("latin-1")


def is_recorded(name: str) -> bool:
    """Whether a header of an answer is recorded."""
    return name in KEPT_HEADERS or name.startswith(OWN_PREFIX)
