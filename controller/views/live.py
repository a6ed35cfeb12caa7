"""`heirloom doctor --live`: one small call to the configured model, and what it proved."""

import asyncio
import json
import os
from contextlib import closing
from pathlib import Path

from controller.contract import ModelInfo, one_line
from controller.errors import HeirloomError, WorldFault
from controller.gateway.live_check import Heard, ask, question
from controller.gateway.upstreams.catalogue import described
from controller.gateway.upstreams.registry import make
from controller.gateway.upstreams.upstream import JSON, LocalUpstream, RemoteUpstream
from controller.ledger.database import Database
from controller.run.compose import COMPATIBLE_KEY, KEY
from controller.settings.credentials import take
from controller.settings.settings import Settings
from controller.state.place import locate, make_state
from controller.views.findings import Finding

CACHE = ("cache_read_input_tokens", "cache_creation_input_tokens")


def examine_live(settings: Settings, repository: Path) -> list[Finding]:
    """Ask the model, and say what that showed; the first line that is not fine says why the rest is missing."""
    try:
        upstream = make(settings.model, take(KEY, os.environ), compatible_key=take(COMPATIBLE_KEY, os.environ))
        if isinstance(upstream, LocalUpstream):
            return [Finding("live", True, f"{upstream.name} is no server: there is nothing to be called")]
        warned: list[str] = []
        info = described(upstream, settings.models, warned.append)[0]
        found = [of_models(info, warned)]
        place = locate(repository, settings.branch)
        make_state(place)
        with closing(Database(place.ledger)) as database:
            heard = ask(upstream, info, database)
        return [*found, *of_call(heard, info), of_count(upstream, info)]
    except HeirloomError as error:
        return [Finding("live", False, str(error))]


def of_models(info: ModelInfo, warned: list[str]) -> Finding:
    """The models endpoint."""
    says = f"{info.id}: {info.context:,} tokens of context, {info.output:,} of an answer; dialect {info.dialect}"
    able = [name for name in ("caching", "thinking", "effort") if getattr(info, name)]
    says += f"; {', '.join(able)}" if able else ""
    return Finding("live models", not warned, "; ".join(warned) or says, needed=False)


def of_call(heard: Heard, info: ModelInfo) -> list[Finding]:
    """The call: reached, streamed, the tool called, usage told, cache fields told."""
    if heard.status != 200:
        error = (heard.events[0].get("error") if heard.events else None) or {}
        told = error.get("message") if isinstance(error, dict) else None
        return [Finding("live reached", False, one_line(f"{heard.status}: {told or heard.error}", 300))]
    usage, booked = heard.usage, heard.booked
    cached = [name for name in CACHE if name in usage]
    used = f"{booked.input + booked.cached + booked.written:,} tokens in, {booked.output:,} out; "
    used += f"{heard.most:,} were set aside"
    broken = heard.error or ("" if heard.streamed else "it came in one piece")
    return [
        Finding("live reached", True, f"{info.id} answered; its first bytes after {heard.seconds:.2f} s"),
        Finding("live streamed", heard.streamed and heard.ended and not heard.error,
                broken or (f"{len(heard.events)} events" if heard.ended else "it ended without message_stop")),
        Finding("live tool", heard.called,
                "called, with input of its schema" if heard.called else f"not called (it stopped by {heard.stop})"),
        Finding("live usage", "output_tokens" in usage, used if "output_tokens" in usage else
                f"not told: all {heard.most:,} tokens that were set aside are booked"),
        Finding("live cache fields", len(cached) == len(CACHE),
                "told" if cached else "not told: what was cached counts as input", needed=False),
    ]  # fmt: skip


def of_count(upstream: RemoteUpstream, info: ModelInfo) -> Finding:
    """The count endpoint of the provider itself; our gateway guesses where it has none."""
    asked = question(info, paid=True)
    asked = {key: value for key, value in asked.items() if key not in ("max_tokens", "stream")}
    status, counted = asyncio.run(counting(upstream, asked))
    if isinstance(counted, int):
        return Finding("live count", True, f"{counted:,} tokens, at no cost", needed=False)
    return Finding("live count", False, f"none ({status}): tokens are guessed from the bytes", needed=False)


async def counting(upstream: RemoteUpstream, asked: JSON) -> tuple[int, int | None]:
    """Status and count."""
    try:
        answer = await upstream.send(
            "/v1/messages/count_tokens", {"content-type": "application/json"}, json.dumps(asked).encode()
        )
        try:
            body = b"".join([chunk async for chunk in answer.body])
        finally:
            await answer.close()
        count = json.loads(body).get("input_tokens")
        return answer.status, count if isinstance(count, int) else None
    except (WorldFault, ValueError, AttributeError):
        return 599, None
    finally:
        await upstream.close()
