"""Answers from a provider: its bytes pass as they come, and what it says they cost is read as they pass."""

from starlette.responses import JSONResponse, Response

from controller.contract import HEADER_WIND_DOWN
from controller.errors import WorldFault
from controller.gateway import numbers, request_filter, wire
from controller.gateway.faults import (
    LOOK,
    NO_ANSWER,
    fault_of_answer,
    fault_of_silence,
    fault_status,
)
from controller.gateway.meter import usage_of_message
from controller.gateway.pace import Pace
from controller.gateway.passing_stream import OpenCall, PassingStream, read_beginning
from controller.gateway.reservations import Reservation, Reservations
from controller.gateway.retry import AttemptFailed, asked_pause, passes
from controller.gateway.session import Session
from controller.gateway.silence import STALL, Silence
from controller.gateway.upstreams.upstream import (
    JSON,
    Answer,
    Catalogue,
    Garbled,
    Headers,
    NeverSent,
    Refusal,
    RemoteUpstream,
)
from controller.ledger.phases import Fault
from controller.ledger.usage import Usage

PATH = "/v1/messages"
NO_SUCH_ENDPOINT = (404, 405, 501)
ESTIMATED_BY, ESTIMATE = "litellm_count_source", "local_estimate"  # LiteLLM, before a server that cannot count
ON_TO_PROVIDER = ("accept", "anthropic-version")  # never the child's token
ON_TO_CHILD = ("content-type", "request-id", "retry-after", "retry-after-ms", "x-should-retry")
NO_STREAM = "a whole message where a stream was asked for"
UNREACHABLE = "the provider could not be reached, or broke off; the same call may succeed later"


class RemoteModel:
    """Passes filtered requests on to a remote upstream."""

    def __init__(
        self, upstream: RemoteUpstream, reservations: Reservations, patience: float = 0.0, stall: float = STALL
    ) -> None:
        """`patience`: seconds of a call's silences that stop its life's clock, each after `stall` seconds."""
        self._upstream, self._reservations = upstream, reservations
        self._patience, self._stall = patience, stall
        self._pace = Pace()
        self.sampling = not upstream.paid
        self._counts = upstream.counts  # until the server says that it has no such endpoint

    async def ask(self, session: Session, reservation: Reservation, headers: Headers) -> Response:
        """One answer; a stream once it began. Raises AttemptFailed."""
        left = self._reservations.left(session, reservation) | self._wind_down(session, reservation)
        silence = Silence(session, self._reservations.now, self._patience, self._stall)
        began = self._reservations.now()
        try:
            with self._reservations.kept_if_cut(reservation), silence.owed():
                answer = await self._send(PATH, reservation.body, headers)
                if is_stream(answer):
                    await check_asked(answer, reservation.request)
                    beginning = await read_beginning(answer)
                    shown = shown_headers(answer) | unless_recorded(answer, left)
                    call = OpenCall(reservation, self._reservations, session, silence, self._pace)
                    return PassingStream(answer, beginning, shown, call)
                response = await read_whole(answer)
                silence.heard(said=True)
        except WorldFault as error:
            owed = not isinstance(error, NeverSent)
            raise AttemptFailed(unreachable(), NO_ANSWER, fault_of_silence(error), owed) from error
        fault = fault_of_call(answer, bytes(response.body)) or fault_of_form(answer, reservation.request)
        if fault is not None:
            owed = 200 <= answer.status < 300  # whatever that was, it may be billed
            if owed:
                self._reservations.keep(reservation, NO_ANSWER)
            raise failed_by(response, answer, fault, owed)
        self._settle(reservation, response)
        usage = usage_of_message(bytes(response.body))
        if usage is not None:
            self._pace.learn(reservation.request["model"], usage.output, self._reservations.now() - began)
        response.headers.update(unless_recorded(answer, self._reservations.left(session)))
        return response

    def paced(self, session: Session, request: JSON) -> JSON:
        """The request, its answer shrunk to what the life has time for. Of a recording all comes at once."""
        if not isinstance(self._upstream, Catalogue):
            return request
        return self._pace.fit(request, session.seconds_left(self._reservations.now()))

    def _wind_down(self, session: Session, reservation: Reservation) -> dict[str, str]:
        """The header that asks a life to wind down where it will have too little time when this answer is over."""
        now = self._reservations.now()
        limit = session.admission.deadline - session.admitted
        if not self._pace.ends_late(reservation.request["model"], session.seconds_left(now), limit):
            return {}
        session.winding_down = True
        return {HEADER_WIND_DOWN: "true"}

    async def count(self, request: JSON, headers: Headers) -> Response:
        """What the provider counts; a guess where a server that costs nothing cannot count. Raises AttemptFailed."""
        body = request_filter.render(request)
        response = await self._count(body, headers)
        if response.status_code in NO_SUCH_ENDPOINT and not self._upstream.paid:
            self._counts = False
            return JSONResponse({"input_tokens": wire.guess(len(body))})
        return response

    async def exact_count(self, request: JSON, headers: Headers) -> int | None:
        """What the provider counts; None where it does not tell, or says that it only estimates."""
        if not self._counts:
            return None
        try:
            response = await self._count(request_filter.render(request), headers)
        except (AttemptFailed, Refusal):  # the call itself meets what is wrong, and answers it
            return None
        if response.status_code != 200:
            self._counts = response.status_code not in NO_SUCH_ENDPOINT
            return None
        told = wire.json_object(bytes(response.body))
        if told.get(ESTIMATED_BY) == ESTIMATE:
            return None
        return numbers.count(told.get("input_tokens"))

    async def _count(self, body: bytes, headers: Headers) -> Response:
        """A count, or that the provider has none. Raises AttemptFailed."""
        try:
            answer = await self._send(f"{PATH}/count_tokens", body, headers)
            response = await read_whole(answer)
        except WorldFault as error:
            raise AttemptFailed(unreachable(), NO_ANSWER, fault_of_silence(error)) from error
        if response.status_code in NO_SUCH_ENDPOINT:
            return response
        fault = fault_of_count(answer, bytes(response.body))
        if fault is not None:
            raise failed_by(response, answer, fault)
        return response

    async def close(self) -> None:
        """Give the upstream's connections up."""
        await self._upstream.close()

    async def _send(self, path: str, body: bytes, headers: Headers) -> Answer:
        sent = {"content-type": "application/json"}
        for name in ON_TO_PROVIDER:
            if name in headers:
                sent[name] = headers[name]
        return await self._upstream.send(path, sent, body)

    def _settle(self, reservation: Reservation, response: Response) -> None:
        status = response.status_code
        usage = Usage() if status >= 300 else usage_of_message(bytes(response.body))
        if usage is None:
            self._reservations.keep(reservation, status)
        else:
            self._reservations.settle(reservation, usage, status)


def is_stream(answer: Answer) -> bool:
    """Whether an answer is a stream of events."""
    return answer.status == 200 and answer.headers.get("content-type", "").startswith(wire.EVENT_STREAM)


async def read_whole(answer: Answer) -> Response:
    """An answer read to its end. Raises WorldFault."""
    try:
        body = b"".join([chunk async for chunk in answer.body])
    finally:
        await answer.close()
    return Response(body, answer.status, shown_headers(answer))


def fault_of_call(answer: Answer, body: bytes) -> Fault | None:
    """The fault that an answer to a call is. Of a recording only what was waited out then is one again."""
    row = fault_status(answer.status)
    if answer.recorded is not None and (row is None or not row.passes):
        return None
    return fault_of_answer(answer.status, answer.headers, body)


async def check_asked(answer: Answer, request: JSON) -> None:
    """Raise Garbled where a stream came that was not asked for. Whoever asked for a message cannot read it."""
    if answer.recorded is None and not request.get("stream"):
        await answer.close()
        raise Garbled("the provider's answer is a stream where a whole message was asked for")


def fault_of_form(answer: Answer, request: JSON) -> Fault | None:
    """The fault where a whole Message came and a stream was asked for. Whoever reads events finds none in it."""
    if answer.recorded is not None or answer.status != 200 or not request.get("stream"):
        return None
    return Fault("provider", f"the provider's answer is {NO_STREAM}", "unclear", LOOK)


def fault_of_count(answer: Answer, body: bytes) -> Fault | None:
    """The fault that an answer to a question for a count is."""
    if answer.status != 200:
        return fault_of_call(answer, body)
    if isinstance(wire.json_object(body).get("input_tokens"), int):
        return None
    return Fault("provider", "the provider's answer is no count of tokens", "unclear", LOOK)


def failed_by(response: Response, answer: Answer, fault: Fault, owed: bool = False) -> AttemptFailed:
    """The failure that an answer with a fault is. A child is shown errors as they came, and what else came in words."""
    status = response.status_code
    shown: Response | Refusal = response
    if not 400 <= status < 600:
        shown = Refusal(502, "api_error", fault.reason)
    again = passes(fault, answer.headers)
    return AttemptFailed(shown, status, fault, owed, asked_pause(answer.headers), again)


def shown_headers(answer: Answer) -> dict[str, str]:
    """The headers of a provider's that a child is shown, in ASCII, and of a recording those that were ours."""
    shown = {}
    for name in ON_TO_CHILD:
        if name in answer.headers:
            shown[name] = answer.headers[name].encode("ascii", "replace").decode()
    return shown | dict(answer.recorded or {})


def unless_recorded(answer: Answer, left: dict[str, str]) -> dict[str, str]:
    """What is left; nothing where the answer is a recording, which holds what was left then."""
    return left if answer.recorded is None else {}


def unreachable() -> Refusal:
    """The answer to a child where the provider gave none."""
    return Refusal(502, "api_error", UNREACHABLE)
