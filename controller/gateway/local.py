"""Answers from a model inside the controller's process."""

import asyncio

from starlette.responses import JSONResponse, Response

from controller.gateway import request_filter, wire
from controller.gateway.faults import fault_of_refusal
from controller.gateway.meter import read_usage
from controller.gateway.reservations import Reservation, Reservations
from controller.gateway.retry import AttemptFailed, passes
from controller.gateway.session import Session
from controller.gateway.upstreams.upstream import JSON, Headers, LocalUpstream, Refusal, Reply
from controller.ledger.usage import Usage


class LocalModel:
    """Makes the API's shapes of what a local upstream replies."""

    sampling = False

    def __init__(self, upstream: LocalUpstream, reservations: Reservations) -> None:
        self._upstream, self._reservations = upstream, reservations

    async def ask(self, session: Session, reservation: Reservation, headers: Headers) -> Response:
        """One reply. Raises Refusal, AttemptFailed."""
        number = session.next_answer()
        try:
            with self._reservations.kept_if_cut(reservation):
                reply = await self._reply(session, reservation.request)
                await asyncio.sleep(reply.delay)
        except Refusal as refusal:
            fault = fault_of_refusal(refusal)
            if fault is not None:
                raise AttemptFailed(refusal, refusal.status, fault, again=passes(fault, {})) from refusal
            self._reservations.settle(reservation, Usage(), refusal.status)
            raise
        name = f"msg_{session.admission.generation:04d}_{number:04d}"
        message = wire.message(reply, name, reservation.request, len(reservation.body))
        usage = read_usage(message["usage"])
        if usage is None:
            self._reservations.keep(reservation, 200)
        else:
            self._reservations.settle(reservation, usage, 200)
        left = self._reservations.left(session)
        if reservation.request.get("stream"):
            return Response(wire.stream(message), 200, left, media_type=wire.EVENT_STREAM)
        return JSONResponse(message, 200, left)

    def paced(self, session: Session, request: JSON) -> JSON:
        """The request: a model in this process is as fast as the machine."""
        return request

    async def _reply(self, session: Session, request: JSON) -> Reply:
        reply = self._upstream.reply(request, session.admission)
        if isinstance(reply, Reply):
            return reply
        return await reply

    async def count(self, request: JSON, headers: Headers) -> Response:
        """About how many tokens a request is."""
        return JSONResponse({"input_tokens": wire.guess(len(request_filter.render(request)))})

    async def exact_count(self, request: JSON, headers: Headers) -> int | None:
        """Nobody counts: the tokens of a local model are a guess."""
        return None

    async def close(self) -> None:
        """There is nothing to give up."""
