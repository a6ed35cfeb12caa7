"""`POST /heirloom/gate`: a child asks the gates about what it has pushed so far. The gateway knows no gate.

The answer is a line of JSON (`contract.GateLine`) at once, one every few seconds while the gates are busy, and last the
verdict. While a child waits for it, its clock stands still.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from controller.contract import GATE_PING, GateLine
from controller.gateway.upstreams.upstream import Refusal

MEDIA_TYPE = "application/x-ndjson"
BROKEN = "the gate could not check: an error of the controller's, which the operator is told of; go on without it"


class Waiter(Protocol):
    """Whoever waits for the gates: its clock stands still meanwhile. Times are of the monotonic clock, in seconds."""

    def wait(self, now: float) -> None:
        """It begins to wait."""

    def go_on(self, now: float) -> None:
        """It waits no longer."""


class Judge(Protocol):
    """Judges what one life has pushed so far; called in a thread of its own, never twice at once."""

    def __call__(self) -> GateLine:
        """The verdict. Whatever it raises is told to the operator, and to the child as "could not check"."""

    def stop(self) -> None:
        """Nobody waits for the verdict any more: come to an end soon. From any thread, any number of times."""


class Asking:
    """What one life may ask: `most` times, one at a time."""

    def __init__(self, judge: Judge, most: int, ping: float = GATE_PING) -> None:
        self._judge, self._most, self._ping = judge, most, ping
        self._asked = 0
        self._running: Future[GateLine] | None = None
        self._thread = ThreadPoolExecutor(1, "gate")

    def answer(self, visit: Waiter, now: Callable[[], float]) -> Response:
        """Begin to judge, and the answer that tells of it. Raises Refusal."""
        if self._running is not None and not self._running.done():
            raise Refusal(409, "invalid_request_error", "the gate is judging already; wait for that answer")
        if self._asked >= self._most:
            raise Refusal(429, "rate_limit_error", f"a life may ask the gate {self._most} times, and this one has")
        self._asked += 1
        self._running = self._thread.submit(self._judge)
        return Lines(self._running, self._ping, self._most - self._asked, visit, now)

    def close(self) -> None:
        """The life ended: what is being judged is of no use any more. Waits for it to come to its end."""
        self._judge.stop()
        self._thread.shutdown(wait=True)


class Lines(Response):
    """The answer, line by line."""

    media_type = MEDIA_TYPE

    def __init__(
        self, running: Future[GateLine], ping: float, left: int, visit: Waiter, now: Callable[[], float]
    ) -> None:
        super().__init__(None, 200)
        del self.headers["content-length"]
        self._running, self._ping, self._left, self._visit, self._now = running, ping, left, visit, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send lines until the verdict. A child that hangs up has its clock running again; the gates go on."""
        verdict = asyncio.wrap_future(self._running)
        verdict.add_done_callback(lambda done: done.cancelled() or done.exception())  # asked for: nothing is logged
        self._visit.wait(self._now())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._line(send, GateLine(type="judging", asks_left=self._left))
            while not (await asyncio.wait({verdict}, timeout=self._ping))[0]:
                await self._line(send, GateLine(type="ping"))
            await self._line(send, self._last(verdict))
        finally:
            self._visit.go_on(self._now())
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _last(self, verdict: "asyncio.Future[GateLine]") -> GateLine:
        """The verdict; a judge that broke has none, and that is never a pass."""
        if error := verdict.exception():
            logging.getLogger("heirloom").error("the gate could not check what a life asked", exc_info=error)
            return GateLine(type="verdict", text=BROKEN, asks_left=self._left)
        return verdict.result().model_copy(update={"asks_left": self._left})

    async def _line(self, send: Send, line: GateLine) -> None:
        body = line.model_dump_json(exclude_defaults=line.type != "verdict").encode() + b"\n"
        await send({"type": "http.response.body", "body": body, "more_body": True})
