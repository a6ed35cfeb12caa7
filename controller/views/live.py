"""`heirloom doctor --live`: one small call to the configured model, and what it proved."""

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from controller.contract import ModelInfo, one_line
from controller.errors import HeirloomError, WorldFault
from controller.gateway.live_check import RETRY_SECONDS, SECONDS, LiveAnswer, ask, question
from controller.gateway.remote import NO_STREAM
from controller.gateway.upstreams.catalogue import describe_models
from controller.gateway.upstreams.registry import key_variables, make
from controller.gateway.upstreams.upstream import JSON, LocalUpstream, RemoteUpstream
from controller.ledger.database import Database
from controller.settings.credentials import take
from controller.settings.settings import Settings
from controller.state.place import locate, make_state
from controller.views.findings import Finding

CACHE = ("cache_read_input_tokens", "cache_creation_input_tokens")


def examine_live(settings: Settings, repository: Path, say: Callable[[str], None] = print) -> list[Finding]:
    """Ask the model, and say what that showed; the first line that is not fine says why the rest is missing.

    `say`: what is being done, since a slow model keeps it waiting.
    """
    try:
        upstream = make(settings.model, {name: take(name, os.environ) for name in key_variables()})
        if isinstance(upstream, LocalUpstream):
            return [Finding("live", True, f"{upstream.name} is no server: there is nothing to be called")]
        say(f"asking {settings.model} what it tells of its models")
        warned: list[str] = []
        info = describe_models(upstream, settings.models, warned.append)[0]
        found = [of_models(info, warned)]
        place = locate(repository, settings.branch)
        make_state(place)
        with closing(Database(place.ledger)) as database:
            say(f"calling {info.id}: {RETRY_SECONDS:.0f} s of retries and {SECONDS:.0f} s of silence at most")
            answer = ask(upstream, info, database)
        return [*found, *of_call(answer, info), of_count(upstream, info)]
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


def of_call(answer: LiveAnswer, info: ModelInfo) -> list[Finding]:
    """The call: reached, streamed, the tool called, usage reported, cache fields reported."""
    if answer.status != 200:
        name = "live reached"
        if NO_STREAM in refusal(answer):
            name = "live streamed"
        return [Finding(name, False, one_line(f"{answer.status}: {refusal(answer)}", 300))]
    return [
        Finding("live reached", True, f"{info.id} answered; its first bytes after {answer.seconds:.2f} s"),
        of_stream(answer),
        of_tool(answer),
        of_usage(answer),
        of_cache(answer),
    ]


def refusal(answer: LiveAnswer) -> str:
    """The provider's words about a call that failed, else ours."""
    if answer.events:
        error = answer.events[0].get("error")
        if isinstance(error, dict) and error.get("message"):
            return str(error["message"])
    return answer.error


def of_stream(answer: LiveAnswer) -> Finding:
    """Whether the answer came piece by piece, to its end."""
    if answer.error:
        return Finding("live streamed", False, answer.error)
    if not answer.ended:
        return Finding("live streamed", False, "it ended without message_stop")
    return Finding("live streamed", True, f"{len(answer.events)} events")


def of_tool(answer: LiveAnswer) -> Finding:
    """Whether the tool was called as its schema wants."""
    if answer.called:
        return Finding("live tool", True, "called, with input of its schema")
    return Finding("live tool", False, f"not called (it stopped by {answer.stop})")


def of_usage(answer: LiveAnswer) -> Finding:
    """Whether the answer reported its tokens; where it did not, all that were set aside are booked."""
    if "output_tokens" not in answer.usage:
        return Finding("live usage", False, f"not reported: all {answer.most:,} tokens that were set aside are booked")
    booked = answer.booked
    tokens = f"{booked.input + booked.cached + booked.written:,} tokens in, {booked.output:,} out"
    return Finding("live usage", True, f"{tokens}; {answer.most:,} were set aside")


def of_cache(answer: LiveAnswer) -> Finding:
    """Whether the answer reported what was cached."""
    missing = [name for name in CACHE if name not in answer.usage]
    if not missing:
        return Finding("live cache fields", True, "reported", needed=False)
    says = f"not reported: {', '.join(missing)}; what is not counts as input"
    return Finding("live cache fields", False, says, needed=False)


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
