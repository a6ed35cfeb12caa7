"""Answers from a provider: its bytes pass as they come, and what it says they cost is read on the way."""

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from controller.errors import LedgerError, WorldFault
from controller.gateway import request_filter, wire
from controller.gateway.faults import NO_ANSWER, fault_of_answer, fault_of_ledger, fault_of_silence
from controller.gateway.meter import Meter, usage_of_message
from controller.gateway.reservations import Accounts, Booking
from controller.gateway.retry import AttemptFailed, asked_pause, passes
from controller.gateway.session import Visit
from controller.gateway.upstreams.upstream import JSON, Answer, Headers, NeverSent, Refusal, RemoteUpstream
from controller.ledger.usage import Usage

PATH = "/v1/messages"
NO_SUCH_ENDPOINT = (404, 405, 501)
ON_TO_PROVIDER = ("accept", "anthropic-version")  # never the child's token
ON_TO_CHILD = ("content-type", "request-id", "retry-after", "retry-after-ms", "x-should-retry")


class Remote:
    """Passes filtered requests on to a remote upstream."""

    def __init__(self, upstream: RemoteUpstream, accounts: Accounts) -> None:
        self._upstream, self._accounts = upstream, accounts
        self.counts = upstream.paid

    async def ask(self, visit: Visit, booking: Booking, headers: Headers) -> Response:
        """One answer; a stream once it began. Raises AttemptFailed."""
        left = self._accounts.left(visit, booking)
        try:
            with self._accounts.kept_if_cut(booking):
                answer = await self._send(PATH, booking.body, headers)
                if answer.status == 200 and answer.headers.get("content-type", "").startswith(wire.EVENT_STREAM):
                    first = await begun(answer)
                    return Passage(
                        answer, first, passed_on(answer) | unless_told(answer, left), booking, self._accounts, visit
                    )
                response = await whole(answer)
        except WorldFault as error:
            raise AttemptFailed(
                unreachable(), NO_ANSWER, fault_of_silence(error), not isinstance(error, NeverSent)
            ) from error
        if passes(answer.status, answer.headers):
            raise busy(response, answer.headers)
        self._settle(booking, response)
        response.headers.update(unless_told(answer, self._accounts.left(visit)))
        return response

    async def count(self, request: JSON, headers: Headers) -> Response:
        """What the provider counts; a guess where a server that costs nothing cannot count. Raises AttemptFailed."""
        body = request_filter.render(request)
        try:
            answer = await self._send(f"{PATH}/count_tokens", body, headers)
            response = await whole(answer)
        except WorldFault as error:
            raise AttemptFailed(unreachable(), NO_ANSWER, fault_of_silence(error)) from error
        if response.status_code in NO_SUCH_ENDPOINT and not self._upstream.paid:
            return JSONResponse({"input_tokens": wire.guess(len(body))})
        if passes(answer.status, answer.headers):
            raise busy(response, answer.headers)
        return response

    async def close(self) -> None:
        """Give the upstream's connections up."""
        await self._upstream.close()

    async def _send(self, path: str, body: bytes, headers: Headers) -> Answer:
        told = {name: headers[name] for name in ON_TO_PROVIDER if name in headers}
        return await self._upstream.send(path, {"content-type": "application/json", **told}, body)

    def _settle(self, booking: Booking, response: Response) -> None:
        used = Usage() if response.status_code >= 300 else usage_of_message(bytes(response.body))
        if used is None:
            self._accounts.keep(booking, response.status_code)
        else:
            self._accounts.settle(booking, used, response.status_code)


class Passage(Response):
    """A provider's stream on its way to a child, byte for byte."""

    def __init__(
        self, answer: Answer, first: bytes, headers: Headers, booking: Booking, accounts: Accounts, visit: Visit
    ) -> None:
        super().__init__(None, answer.status, headers)
        del self.headers["content-length"]
        self._visit = visit
        self._answer, self._first, self._booking, self._accounts = answer, first, booking, accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the stream on. Where it breaks it ends without its end, so that the child cannot take it for whole."""
        try:
            with self._accounts.kept_if_cut(self._booking):
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await self._pass(send)
        except (WorldFault, LedgerError) as error:
            self._visit.fault = fault_of_ledger(error) if isinstance(error, LedgerError) else fault_of_silence(error)
            return
        finally:
            await self._answer.close()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pass(self, send: Send) -> None:
        meter = self._booking.meter
        await self._chunk(self._first, send)
        async for chunk in self._answer.body:
            await self._chunk(chunk, send)
        if not (meter.ended or meter.failed):
            raise WorldFault("the provider's stream ended in the middle of a message")
        if meter.failed:
            self._visit.fault = fault_of_silence(WorldFault(meter.error))
        if not meter.complete:
            self._accounts.keep(self._booking, NO_ANSWER if meter.failed else self.status_code)

    async def _chunk(self, chunk: bytes, send: Send) -> None:
        """Settle before the last bytes go out: a child that has its answer finds it booked."""
        meter = self._booking.meter
        settled = meter.complete
        meter.feed(chunk)
        if meter.complete and not settled:
            self._accounts.settle(self._booking, meter.usage, self.status_code)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def begun(answer: Answer) -> bytes:
    """The beginning of a stream, as far as it says nothing yet: what breaks by then can be asked for again.

    Raises WorldFault where it broke, or told of an error.
    """
    held, meter = b"", Meter()
    try:
        while not meter.begun:
            chunk = await anext(answer.body, b"")
            if not chunk:
                raise WorldFault("the provider's stream ended before it began")
            held += chunk
            meter.feed(chunk)
            if meter.failed:
                raise WorldFault(meter.error)
    except BaseException:
        await answer.close()
        raise
    return held


async def whole(answer: Answer) -> Response:
    """An answer read to its end. Raises WorldFault."""
    try:
        body = b"".join([chunk async for chunk in answer.body])
    finally:
        await answer.close()
    return Response(body, answer.status, passed_on(answer))


def busy(response: Response, headers: Headers) -> AttemptFailed:
    """The fault that an answer tells of."""
    fault = fault_of_answer(response.status_code, bytes(response.body))
    return AttemptFailed(response, response.status_code, fault, after=asked_pause(headers))


def passed_on(answer: Answer) -> dict[str, str]:
    """The headers of a provider's that a child is shown, and of a recording those that were ours."""
    return {name: answer.headers[name] for name in ON_TO_CHILD if name in answer.headers} | dict(answer.told or {})


def unless_told(answer: Answer, left: dict[str, str]) -> dict[str, str]:
    """What is left, which a recording has told already."""
    return left if answer.told is None else {}


def unreachable() -> Refusal:
    """The fault of the world, as a child is told of it."""
    return Refusal(502, "api_error", "the provider could not be reached, or broke off; the same call may succeed later")
