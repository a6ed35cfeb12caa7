"""The endpoints that a child can reach: three, and every error in the API's own shape."""

import asyncio
import secrets
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from controller.contract import GATE_PATH
from controller.errors import LedgerError
from controller.gateway import request_filter, wire
from controller.gateway.faults import fault_of_ledger
from controller.gateway.gate_endpoint import GateEndpoint
from controller.gateway.own_errors import OwnErrors
from controller.gateway.recorder import Copy, Recorder
from controller.gateway.reservations import Reservations
from controller.gateway.retry import Call, Model, RetryPolicy
from controller.gateway.session import Session
from controller.gateway.upstreams.upstream import JSON, Refusal


class App:
    """An ASGI application; the connection it is called over says whose it is (`state["session"]`)."""

    def __init__(self, model: Model, reservations: Reservations, policy: RetryPolicy, recorder: Recorder) -> None:
        self._model, self._reservations, self._policy, self._recorder = model, reservations, policy, recorder
        routes = [
            Route("/v1/messages", self._messages, methods=["POST"]),
            Route("/v1/messages/count_tokens", self._count, methods=["POST"]),
            Route(GATE_PATH, self._gate, methods=["POST"]),
        ]
        handlers = {
            Refusal: _answer_refusal,
            LedgerError: _answer_ledger_error,
            HTTPException: _answer_http_error,
            Exception: _answer_own_error,
        }
        self._own_errors = OwnErrors(reservations.now)
        app = Starlette(routes=routes, exception_handlers=handlers)
        app.router.redirect_slashes = False
        self._app: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A child that went away, or whose life ended, is no error."""
        scope["state"]["session"].requests += 1
        try:
            await self._app(scope, receive, send)
        except (asyncio.CancelledError, ClientDisconnect):
            return
        except Exception as error:  # noqa: BLE001 - the edge: the child has its answer, the operator a line
            self._own_errors.report(error)

    async def _messages(self, request: Request) -> ASGIApp:
        session = _session(request)
        try:
            body = await _body(request, session)
            asked = request_filter.messages_request(body, self._model.sampling)
            request_filter.permitted(asked, session.admission.models)
            session.check_told(asked)
        except Refusal as refusal:
            return error_response(session, refusal, self._reservations.left(session))
        copy = self._begin_copy(session, request, asked)
        copy.show = session.note_answer
        return await copy.record(self._answer(session, request, asked, copy, len(body)))

    async def _answer(self, session: Session, request: Request, asked: JSON, copy: Copy, size: int) -> Response:
        call = self._call(session)
        try:
            return await call.answer(asked, request.headers)
        except Refusal as refusal:
            return error_response(session, refusal, self._reservations.left(session))
        finally:
            copy.call = call.booked
            if call.booked is not None:
                session.note_paid(size)

    async def _count(self, request: Request) -> ASGIApp:
        session = _session(request)
        asked = request_filter.count_request(await _body(request, session))
        request_filter.permitted(asked, session.admission.models)
        copy = self._begin_copy(session, request, asked)
        return await copy.record(self._answer_count(session, request, asked))

    async def _answer_count(self, session: Session, request: Request, asked: JSON) -> Response:
        try:
            return await self._call(session).count(asked, request.headers)
        except Refusal as refusal:
            return error_response(session, refusal, {})

    async def _gate(self, request: Request) -> ASGIApp:
        session = _session(request)
        if session.gate is None:
            raise HTTPException(404)
        await _body(request, session)
        copy = self._begin_copy(session, request, {})
        return await copy.record(self._answer_gate(session, session.gate, request))

    async def _answer_gate(self, session: Session, gate: GateEndpoint, request: Request) -> Response:
        try:
            everything = request.query_params.get("all") == "true"
            return gate.answer(session, self._reservations.now, everything)
        except Refusal as refusal:
            return error_response(session, refusal, {})

    def _call(self, session: Session) -> Call:
        return Call(self._model, self._reservations, self._policy, session)

    def _begin_copy(self, session: Session, request: Request, asked: JSON) -> Copy:
        """The copy of an exchange, which goes on only while it can be kept. Raises Refusal."""
        if self._recorder.failure is not None:
            raise Refusal(503, "api_error", "calls cannot be recorded; the operator's disk may be full")
        return self._recorder.begin(session.admission, request.url.path, asked)


def error_response(session: Session, refusal: Refusal, left: Mapping[str, str]) -> Response:
    """A refusal as the API shapes it. A spent budget says that asking again is no use."""
    request_id = f"req_{session.admission.generation:04d}_{session.requests:04d}"
    headers = {"request-id": request_id}
    if refusal.final:
        headers["x-should-retry"] = "false"
    headers |= left
    body = wire.error_body(refusal.kind, str(refusal), request_id)
    return Response(body, refusal.status, headers, media_type="application/json")


def _session(request: Request) -> Session:
    """Whose connection this is, with the token that proves it. Raises Refusal."""
    session: Session = request.state.session
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    shown = [request.headers.get("x-api-key", "")]
    if scheme.lower() == "bearer":
        shown.append(bearer.strip())
    wanted = session.admission.token.encode()
    for token in shown:
        if token and secrets.compare_digest(token.encode("utf-8", "replace"), wanted):
            session.check_asking()
            return session
    raise Refusal(401, "authentication_error", "this is not the token of this life")


async def _body(request: Request, session: Session) -> bytes:
    """The body, up to the limit of its size. Raises Refusal."""
    request_filter.headers_allowed(request.headers.get("anthropic-beta", ""))
    body = bytearray()
    async with session.reading:
        async for chunk in request.stream():
            body += chunk
            session.sent += len(chunk)
            session.check_asking()
            if len(body) > request_filter.BODY_BYTES:
                raise Refusal(413, "request_too_large", f"the body is over {request_filter.BODY_BYTES} bytes")
    return bytes(body)


async def _answer_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error_response(request.state.session, error, {})


async def _answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = f"{request.method} {request.url.path[:100]} is not offered by this gateway"
    refusal = Refusal(error.status_code, "not_found_error", problem)
    return error_response(request.state.session, refusal, error.headers or {})


async def _answer_ledger_error(request: Request, error: Exception) -> Response:
    """The ledger cannot be written: a fault of the world, which ends the try. The operator reads it at its end."""
    assert isinstance(error, LedgerError)
    session: Session = request.state.session
    session.fault = fault_of_ledger(error)
    refusal = Refusal(503, "api_error", "the gateway cannot write its ledger; no call is made without it")
    return error_response(session, refusal, {})


async def _answer_own_error(request: Request, error: Exception) -> Response:
    """An error of ours: the operator reads a line of it, the child learns only that it happened."""
    return error_response(request.state.session, Refusal(500, "api_error", "the gateway failed to answer"), {})
