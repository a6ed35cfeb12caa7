"""Answers from a model inside the controller's process."""

import asyncio

from starlette.responses import JSONResponse, Response

from controller.gateway import request_filter, wire
from controller.gateway.faults import fault_of_refusal
from controller.gateway.reservations import Accounts, Booking
from controller.gateway.retry import AttemptFailed, passes
from controller.gateway.session import Visit
from controller.gateway.upstreams.upstream import JSON, Headers, LocalUpstream, Refusal, Reply
from controller.ledger.usage import Usage


class Local:
    """Makes the API's shapes of what a local upstream replies."""

    counts = False

    def __init__(self, upstream: LocalUpstream, accounts: Accounts) -> None:
        self._upstream, self._accounts = upstream, accounts

    async def ask(self, visit: Visit, booking: Booking, headers: Headers) -> Response:
        """One reply. Raises Refusal, AttemptFailed."""
        number = visit.answer_number()
        try:
            with self._accounts.kept_if_cut(booking):
                replied = self._upstream.reply(booking.request, visit.guest)
                reply = replied if isinstance(replied, Reply) else await replied
                await asyncio.sleep(reply.delay)
        except Refusal as refusal:
            if passes(refusal.status, {}):
                raise AttemptFailed(refusal, refusal.status, fault_of_refusal(refusal)) from refusal
            self._accounts.settle(booking, Usage(), refusal.status)
            raise
        name = f"msg_{visit.guest.generation:04d}_{number:04d}"
        message = wire.message(reply, name, booking.request, len(booking.body))
        self._accounts.settle(booking, wire.usage(message["usage"]), 200)
        left = self._accounts.left(visit)
        if booking.request.get("stream"):
            return Response(wire.stream(message), 200, left, media_type=wire.EVENT_STREAM)
        return JSONResponse(message, 200, left)

    async def count(self, request: JSON, headers: Headers) -> Response:
        """About how many tokens a request is."""
        return JSONResponse({"input_tokens": wire.guess(len(request_filter.render(request)))})

    async def close(self) -> None:
        """There is nothing to give up."""
