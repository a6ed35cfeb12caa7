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
    if able:
        says = f"{says}; {', '.join(able)}"
    if warned:
        return Finding("live models", False, "; ".join(warned), needed=False)
    return Finding("live models", True, says, needed=False)


def of_call(heard: Heard, info: ModelInfo) -> list[Finding]:
    """The call: reached, streamed, the tool called, usage reported, cache fields reported."""
    if heard.status != 200:
        return [Finding("live reached", False, one_line(f"{heard.status}: {refusal(heard)}", 300))]
    return [
        Finding("live reached", True, f"{info.id} answered; its first bytes after {heard.seconds:.2f} s"),
        of_stream(heard),
        of_tool(heard),
        of_usage(heard),
        of_cache(heard),
    ]


def refusal(heard: Heard) -> str:
    """The provider's words about a call that failed, else ours."""
    if heard.events:
        error = heard.events[0].get("error")
        if isinstance(error, dict) and error.get("message"):
            return str(error["message"])
    return heard.error


def of_stream(heard: Heard) -> Finding:
    """Whether the answer came piece by piece, to its end."""
    if heard.error:
        return Finding("live streamed", False, heard.error)
    if not heard.streamed:
        return Finding("live streamed", False, "it came in one piece")
    if not heard.ended:
        return Finding("live streamed", False, "it ended without message_stop")
    return Finding("live streamed", True, f"{len(heard.events)} events")


def of_tool(heard: Heard) -> Finding:
    """Whether the tool was called as its schema wants."""
    if heard.called:
        return Finding("live tool", True, "called, with input of its schema")
    return Finding("live tool", False, f"not called (it stopped by {heard.stop})")


def of_usage(heard: Heard) -> Finding:
    """Whether the answer reported its tokens; where it did not, all that were set aside are booked."""
    if "output_tokens" not in heard.usage:
        return Finding("live usage", False, f"not told: all {heard.most:,} tokens that were set aside are booked")
    booked = heard.booked
    tokens = f"{booked.input + booked.cached + booked.written:,} tokens in, {booked.output:,} out"
    return Finding("live usage", True, f"{tokens}; {heard.most:,} were set aside")


def of_cache(heard: Heard) -> Finding:
    """Whether the answer reported what was cached."""
    reported = [name for name in CACHE if name in heard.usage]
    says = "told" if reported else "not told: what was cached counts as input"
    return Finding("live cache fields", len(reported) == len(CACHE), says, needed=False)


def of_count(upstream: RemoteUpstream, info: ModelInfo) -> Finding:
    """The count endpoint of the provider itself; our gateway guesses where it has none."""
    body = dict(question(info, paid=True))
    for key in ("max_tokens", "stream"):
        body.pop(key, None)
    status, counted = asyncio.run(count(upstream, body))
    if counted is None:
        return Finding("live count", False, f"none ({status}): tokens are guessed from the bytes", needed=False)
    return Finding("live count", True, f"{counted:,} tokens, at no cost", needed=False)


async def count(upstream: RemoteUpstream, body: JSON) -> tuple[int, int | None]:
    """Status of a request to the count endpoint, and the tokens that it counted."""
    headers = {"content-type": "application/json"}
    try:
        answer = await upstream.send("/v1/messages/count_tokens", headers, json.dumps(body).encode())
        try:
            text = b"".join([chunk async for chunk in answer.body])
        finally:
            await answer.close()
        tokens = json.loads(text).get("input_tokens")
    except (WorldFault, ValueError, AttributeError):
        return 599, None
    finally:
        await upstream.close()
    return answer.status, tokens if isinstance(tokens, int) else None
