"""A provider's stream: its beginning, which may be asked for again, and its way to a child, byte for byte."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from controller.errors import LedgerError, WorldFault
from controller.gateway.faults import NO_ANSWER, fault_of_ledger, fault_of_silence
from controller.gateway.message_shape import EVENT_BYTES, StreamShape
from controller.gateway.meter import Meter
from controller.gateway.pace import Pace
from controller.gateway.reservations import Reservation, Reservations
from controller.gateway.session import Session
from controller.gateway.silence import LONGEST, Silence
from controller.gateway.upstreams.upstream import Answer, Garbled, Headers

AFTER_END = 0.25  # seconds in which a provider may end its stream when the message has ended


@dataclass(frozen=True)
class OpenCall:
    """A call whose answer has begun: what it holds, whose it is, and what is measured of its provider."""

    reservation: Reservation
    reservations: Reservations
    session: Session
    silence: Silence
    pace: Pace


class PassingStream(Response):
    """A provider's stream while it passes to a child, byte for byte."""

    def __init__(self, answer: Answer, beginning: bytes, headers: Headers, call: OpenCall) -> None:
        super().__init__(None, answer.status, headers)
        del self.headers["content-length"]
        self._answer, self._beginning = answer, beginning
        self._shape = StreamShape(checked=answer.recorded is None)
        self._reservation, self._reservations, self._session = call.reservation, call.reservations, call.session
        self._silence, self._pace = call.silence, call.pace
        self._began = call.reservations.now()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the stream on. Where it breaks it ends without its end, so that the child cannot take it for whole."""
        try:
            with self._reservations.kept_if_cut(self._reservation):
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await self._pass(send)
        except WorldFault as error:
            self._session.fault = fault_of_silence(error)
            return
        except LedgerError as error:
            self._session.fault = fault_of_ledger(error)
            return
        finally:
            self._measure()
            await self._answer.close()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pass(self, send: Send) -> None:
        meter = self._reservation.meter
        await self._chunk(self._beginning, send)
        while not meter.complete and (chunk := await self._next()):
            await self._chunk(chunk, send)
        if meter.complete:
            return
        if not (meter.ended or meter.failed):
            raise Garbled("the provider's stream ended in the middle of a message")
        if meter.failed:
            self._session.fault = fault_of_silence(WorldFault(meter.error))
        self._reservations.keep(self._reservation, NO_ANSWER if meter.failed else self.status_code)

    async def _next(self) -> bytes:
        """What comes next; empty at the end."""
        with self._silence.owed():
            return await anext(self._answer.body, b"")

    def _measure(self) -> None:
        """Note how fast the answer came, whole or as far as it did."""
        meter = self._reservation.meter
        tokens = self._shape.deltas
        if meter.complete:
            tokens = meter.usage.output
        self._pace.learn(self._reservation.request["model"], tokens, self._reservations.now() - self._began)

    async def _chunk(self, chunk: bytes, send: Send) -> None:
        """Settle before the last bytes go out: a child that has its answer finds it booked."""
        meter = self._reservation.meter
        said = self._shape.said
        self._shape.feed(chunk)
        meter.feed(chunk)
        self._silence.heard(self._shape.said > said)
        if meter.complete:
            chunk += await self._after_end()
            self._reservations.settle(self._reservation, meter.usage, self.status_code)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def _after_end(self) -> bytes:
        """What comes when the message is whole, up to the stream's end: usage that is told only then is booked, too."""
        rest = bytearray()
        with suppress(WorldFault, TimeoutError):  # nothing of the message is missing
            async with asyncio.timeout(AFTER_END):
                async for chunk in self._answer.body:
                    self._reservation.meter.feed(chunk)
                    rest.extend(chunk)
        return bytes(rest)


async def read_beginning(answer: Answer) -> bytes:
    """The beginning of a stream, as far as it says nothing yet: what breaks by then can be asked for again.

    Raises WorldFault where the stream broke, held an error, or said nothing for too long.
    """
    beginning, meter, shape = bytearray(), Meter(), StreamShape(checked=answer.recorded is None)
    try:
        async with asyncio.timeout(LONGEST):
            while not meter.begun:
                chunk = await anext(answer.body, b"")
                if not chunk:
                    raise Garbled("the provider's stream ended before it began")
                beginning.extend(chunk)
                if len(beginning) > EVENT_BYTES:
                    raise Garbled("the provider's stream says nothing, at length")
                shape.feed(chunk)
                meter.feed(chunk)
                if meter.failed:
                    raise WorldFault(meter.error)
    except TimeoutError as error:
        await answer.close()
        raise WorldFault(f"the provider said nothing for {LONGEST:g} seconds") from error
    except BaseException:
        await answer.close()
        raise
    return bytes(beginning)
