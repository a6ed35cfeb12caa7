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
BROKEN = "the gate could not check: an error of the controller's, which the operator sees; go on without it"


class Waiter(Protocol):
    """Whoever waits for the gates: its clock stands still meanwhile. Times are of the monotonic clock, in seconds."""

    def begin_wait(self, now: float) -> None:
        """It begins to wait."""

    def end_wait(self, now: float) -> None:
        """It waits no longer."""


class Judge(Protocol):
    """Judges what one life has pushed so far; called in a thread of its own, never twice at once."""

    def __call__(self, everything: bool) -> GateLine:
        """The verdict; `everything`: of each gate, whatever it costs.

        Whatever it raises is logged for the operator; the child reads "could not check".
        """

    def stop(self) -> None:
        """Nobody waits for the verdict any more: come to an end soon. From any thread, any number of times."""


class GateEndpoint:
    """What one life may ask the gates: `most` times, one at a time. `ping`: seconds between two lines."""

    def __init__(self, judge: Judge, most: int, ping: float = GATE_PING) -> None:
        self._judge, self._most, self._ping = judge, most, ping
        self._asked = 0
        self._running: Future[GateLine] | None = None
        self._thread = ThreadPoolExecutor(1, "gate")

    def answer(self, waiter: Waiter, now: Callable[[], float], everything: bool = False) -> Response:
        """Begin to judge, by each gate where `everything`, and the answer that the verdict ends. Raises Refusal."""
        if self._running is not None and not self._running.done():
            raise Refusal(409, "invalid_request_error", "the gate is judging already; wait for that answer")
        if self._asked >= self._most:
            raise Refusal(429, "rate_limit_error", f"a life may ask the gate {self._most} times, and this one has")
        self._asked += 1
        self._running = self._thread.submit(self._judge, everything)
        return VerdictLines(self._running, self._ping, self._most - self._asked, waiter, now)

    def close(self) -> None:
        """The life ended: what is being judged is of no use any more. Waits for it to come to its end."""
        self._judge.stop()
        self._thread.shutdown(wait=True)


class VerdictLines(Response):
    """The answer, line by line."""

    media_type = MEDIA_TYPE

    def __init__(
        self, running: Future[GateLine], ping: float, left: int, waiter: Waiter, now: Callable[[], float]
    ) -> None:
        super().__init__(None, 200)
        del self.headers["content-length"]
        self._running, self._ping, self._left, self._waiter, self._now = running, ping, left, waiter, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send lines until the verdict. A child that hangs up has its clock running again; the gates go on."""
        verdict = asyncio.wrap_future(self._running)
        verdict.add_done_callback(_retrieve_error)
        self._waiter.begin_wait(self._now())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._line(send, GateLine(type="judging", asks_left=self._left))
            while not await self._is_done(verdict):
                await self._line(send, GateLine(type="ping"))
            await self._line(send, self._last(verdict))
        finally:
            self._waiter.end_wait(self._now())
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _is_done(self, verdict: "asyncio.Future[GateLine]") -> bool:
        """Whether there is a verdict, which is waited for until the next ping."""
        done, _ = await asyncio.wait({verdict}, timeout=self._ping)
        return bool(done)

    def _last(self, verdict: "asyncio.Future[GateLine]") -> GateLine:
        """The verdict; a judge that broke has none, and that is never a pass."""
        error = verdict.exception()
        if error is not None:
            logging.getLogger("heirloom").error("the gate could not check what a life asked", exc_info=error)
            return GateLine(type="verdict", text=BROKEN, asks_left=self._left)
        return verdict.result().model_copy(update={"asks_left": self._left})

    async def _line(self, send: Send, line: GateLine) -> None:
        body = line.model_dump_json(exclude_defaults=line.type != "verdict").encode() + b"\n"
        await send({"type": "http.response.body", "body": body, "more_body": True})


def _retrieve_error(verdict: "asyncio.Future[GateLine]") -> None:
    """Look at the error, which asyncio logs otherwise where nobody waited for the verdict."""
    if not verdict.cancelled():
        verdict.exception()
