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
from controller.gateway.gate_endpoint import Asking
from controller.gateway.local import Local
from controller.gateway.recorder import Copy, Recorder
from controller.gateway.remote import Remote
from controller.gateway.reservations import Accounts
from controller.gateway.retry import Call, Patience
from controller.gateway.session import Visit
from controller.gateway.upstreams.upstream import JSON, Refusal


class Door:
    """An ASGI application; the connection it is called over says whose it is (`state["visit"]`)."""

    def __init__(self, model: Local | Remote, accounts: Accounts, patience: Patience, recorder: Recorder) -> None:
        self._model, self._accounts, self._patience, self._recorder = model, accounts, patience, recorder
        routes = [
            Route("/v1/messages", self._messages, methods=["POST"]),
            Route("/v1/messages/count_tokens", self._count, methods=["POST"]),
            Route(GATE_PATH, self._gate, methods=["POST"]),
        ]
        handlers = {Refusal: _refused, LedgerError: _unbooked, HTTPException: _unknown, Exception: _broken}
        app = Starlette(routes=routes, exception_handlers=handlers)
        app.router.redirect_slashes = False
        self._app: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A child that went away, or whose life ended, is no error."""
        scope["state"]["visit"].requests += 1
        try:
            await self._app(scope, receive, send)
        except (asyncio.CancelledError, ClientDisconnect):
            return

    async def _messages(self, request: Request) -> ASGIApp:
        visit = _visit(request)
        try:
            asked = request_filter.messages_request(await _body(request, visit))
            request_filter.permitted(asked, visit.guest.models)
        except Refusal as refusal:
            return shaped(visit, refusal, self._accounts.left(visit))
        copy = self._begin(visit, request, asked)
        return await copy.of(self._answer(visit, request, asked, copy))

    async def _answer(self, visit: Visit, request: Request, asked: JSON, copy: Copy) -> Response:
        call = Call(self._model, self._accounts, self._patience, visit)
        try:
            return await call.answer(asked, request.headers)
        except Refusal as refusal:
            return shaped(visit, refusal, self._accounts.left(visit))
        finally:
            copy.call = call.booked

    async def _count(self, request: Request) -> ASGIApp:
        visit = _visit(request)
        asked = request_filter.count_request(await _body(request, visit))
        request_filter.permitted(asked, visit.guest.models)
        return await self._begin(visit, request, asked).of(self._counted(visit, request, asked))

    async def _counted(self, visit: Visit, request: Request, asked: JSON) -> Response:
        try:
            return await Call(self._model, self._accounts, self._patience, visit).count(asked, request.headers)
        except Refusal as refusal:
            return shaped(visit, refusal, {})

    def _begin(self, visit: Visit, request: Request, asked: JSON) -> Copy:
        """The copy of an exchange, which goes on only while it can be kept. Raises Refusal."""
        if self._recorder.failure is not None:
            raise Refusal(503, "api_error", "what is said cannot be recorded; the operator's disk may be full")
        return self._recorder.begin(visit.guest, request.url.path, asked)

    async def _gate(self, request: Request) -> ASGIApp:
        visit = _visit(request)
        if visit.asking is None:
            raise HTTPException(404)
        await _body(request, visit)
        return await self._begin(visit, request, {}).of(self._judged(visit, visit.asking))

    async def _judged(self, visit: Visit, asking: Asking) -> Response:
        try:
            return asking.answer(visit, self._accounts.now)
        except Refusal as refusal:
            return shaped(visit, refusal, {})


def shaped(visit: Visit, refusal: Refusal, left: Mapping[str, str]) -> Response:
    """A refusal as the API shapes it. A spent budget says that asking again is no use."""
    request_id = f"req_{visit.guest.generation:04d}_{visit.requests:04d}"
    again = {"x-should-retry": "false"} if refusal.status == 402 else {}
    body = wire.error_body(refusal.kind, str(refusal), request_id)
    headers = {"request-id": request_id, **again, **left}
    return Response(body, refusal.status, headers, media_type="application/json")


def _visit(request: Request) -> Visit:
    """Whose connection this is, with the token that proves it. Raises Refusal."""
    visit: Visit = request.state.visit
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    shown = (request.headers.get("x-api-key"), bearer.strip() if scheme.lower() == "bearer" else None)
    wanted = visit.guest.token.encode()
    if not any(secrets.compare_digest(token.encode("utf-8", "replace"), wanted) for token in shown if token):
        raise Refusal(401, "authentication_error", "this token does not open this door")
    return visit


async def _body(request: Request, visit: Visit) -> bytes:
    """The body, as far as one may be long. Raises Refusal."""
    request_filter.headers_allowed(request.headers.get("anthropic-beta", ""))
    body = bytearray()
    async with visit.reading:
        async for chunk in request.stream():
            body += chunk
            if len(body) > request_filter.BODY_BYTES:
                raise Refusal(413, "request_too_large", f"the body is over {request_filter.BODY_BYTES} bytes")
    return bytes(body)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return shaped(request.state.visit, error, {})


async def _unknown(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = f"{request.method} {request.url.path[:100]} is not offered by this gateway"
    return shaped(request.state.visit, Refusal(error.status_code, "not_found_error", told), error.headers or {})


async def _unbooked(request: Request, error: Exception) -> Response:
    """The ledger cannot be written: a fault of the world, which ends the try. The operator is told with its end."""
    assert isinstance(error, LedgerError)
    visit: Visit = request.state.visit
    visit.fault = fault_of_ledger(error)
    return shaped(visit, Refusal(503, "api_error", "the gateway cannot keep its books; no call is made without"), {})


async def _broken(request: Request, error: Exception) -> Response:
    """An error of ours: the operator finds it on standard error, the child learns only that it happened."""
    return shaped(request.state.visit, Refusal(500, "api_error", "the gateway failed to answer"), {})
