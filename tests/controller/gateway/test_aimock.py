"""The provider's own client library, sync and async, and raw HTTP, through the gateway to a server not of our making.

Every call is made twice, directly and through the gateway; what the client sees must be the same.
"""

import asyncio
import inspect
import json
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import always, provider
from controller.gateway.retry import RetryPolicy
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.compatible import Compatible
from controller.gateway.upstreams.upstream import JSON, Answer, Headers, RemoteUpstream
from controller.ledger.usage import Usage
from tests.controller.gateway.aimock import aimock, heard
from tests.controller.gateway.gateways import Gateways, LifeClient
from tests.waiting import PATIENCE

MODEL = "claude-opus-5-5"
USAGE = {"input_tokens": 111, "output_tokens": 22}
TEXT, SEEN = "Good ✓ \u2028 words. " * 40, {"type": "text", "text": "Let me see."}
CALLS = [
    {"type": "toolCall", "id": f"toolu_{name}", "name": "bash", "arguments": {"command": f"{name} '✓'"}}
    for name in ("ls", "pwd", "id")
]
LATENCY = {"latency": 3}  # milliseconds between events: what is sent before a cut must leave before it
FIXTURES: list[JSON] = [
    {"match": {"userMessage": "plain"}, "response": {"content": TEXT}},
    {"match": {"userMessage": "look"}, "response": {"blocks": [SEEN, CALLS[0]]}},
    {"match": {"userMessage": "look twice"}, "response": {"blocks": [SEEN, *CALLS], "reasoning": "Hm. " * 30}},
    {"match": {"userMessage": "long"}, "response": {"content": TEXT, "finishReason": "length"}},
    {"match": {"userMessage": "slowly"}, "response": {"content": TEXT}, **LATENCY},
    {"match": {"userMessage": "cut"}, "response": {"content": TEXT}, "truncateAfterChunks": 9, **LATENCY},
    {"match": {"userMessage": "gone"}, "response": {"content": TEXT}, "chaos": {"disconnectRate": 1}},
    {"match": {"userMessage": "garbled"}, "response": {"content": TEXT}, "chaos": {"malformedRate": 1}},
    {"match": {"userMessage": "too often"}, "response": {"content": TEXT}, "chaos": {"rateLimitRate": 1}},
    {"match": {"userMessage": "dropped"}, "response": {"content": TEXT}, "chaos": {"dropRate": 1}},
    {"match": {"userMessage": "bad"}, "response": {"status": 400, "error": {"message": "no", "type": "x_error"}}},
    *(
        {
            "match": {"userMessage": "busy", "sequenceIndex": index},
            "response": {"status": 529, "error": {"message": "busy", "type": "overloaded_error"}},
        }
        for index in (0, 1)
    ),
    {"match": {"userMessage": "busy"}, "response": {"content": TEXT}},
]
for number, one in enumerate(FIXTURES):
    if "error" not in one["response"]:
        one["response"] |= {"id": f"msg_{number}", "usage": USAGE}
        one["match"] |= {"hasToolResult": False}
FIXTURES.append({"match": {"hasToolResult": True}, "response": {"content": "Done.", "id": "msg_done", "usage": USAGE}})

CACHE = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
BASH: JSON = {"name": "bash", "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}}}
SAID = {"role": "user", "content": [{"type": "text", "text": "look twice", **CACHE}]}
CALLED = [{"type": "tool_use", "id": f"t{index}", "name": "bash", "input": {"command": "ls"}} for index in (1, 2)]
RESULTS = [
    {"type": "tool_result", "tool_use_id": f"t{index}", "content": "✓", "is_error": index == 2} for index in (1, 2)
]
REQUESTS: dict[str, JSON] = {
    "text": {"messages": "plain"},
    "a tool": {"messages": "look", "tools": [BASH], "tool_choice": {"type": "any"}},
    "parallel tools and thinking": {
        "messages": "look twice",
        "tools": [BASH | CACHE],
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    },
    "tool results": {
        "messages": [SAID, {"role": "assistant", "content": [THOUGHT, *CALLED]}, {"role": "user", "content": RESULTS}],
        "tools": [BASH],
        "thinking": {"type": "adaptive"},
        "output_config": {"effort": "high"},
    },
    "an image and a cached system": {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "plain"}, PNG]}],
        "system": [{"type": "text", "text": "You look at pictures.", **CACHE}],
        "cache_control": {"type": "ephemeral"},
    },
    "typed tools": {
        "messages": "look",
        "tools": [
            {"type": "bash_20250124", "name": "bash"},
            {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
        ],
    },
    "an answer cut by its limit": {"messages": "long", "stop_sequences": ["END"]},
    "a slow answer": {"messages": "slowly"},
}
FAULTS = ("cut", "gone", "garbled", "too often", "dropped", "bad", "unheard of")


def request(fields: JSON) -> JSON:
    """A whole request of these fields."""
    said = fields["messages"]
    messages = [{"role": "user", "content": said}] if isinstance(said, str) else said
    return {"model": MODEL, "max_tokens": 4000, **fields, "messages": messages}


async def create(client: Any, asked: JSON) -> Any:
    """A whole answer."""
    return (await ready(client.messages.create(**asked))).to_dict()


async def events(client: Any, asked: JSON) -> Any:
    """Every event of a stream."""
    stream = await ready(client.messages.create(**asked, stream=True))
    if hasattr(stream, "__aiter__"):
        return [event.to_dict() async for event in stream]
    return [event.to_dict() for event in stream]


async def gathered(client: Any, asked: JSON) -> Any:
    """A stream, gathered by the library."""
    stream = client.messages.stream(**asked)
    if hasattr(stream, "__aenter__"):
        async with stream as opened:
            return (await opened.get_final_message()).to_dict()
    with stream as opened:
        return opened.get_final_message().to_dict()


async def ready(answer: Any) -> Any:
    """What the sync client gives at once and the async one lets be awaited."""
    return await answer if inspect.isawaitable(answer) else answer


Way = Callable[[Any, JSON], Awaitable[Any]]
KINDS = [(kind, way) for kind in ("sync", "async") for way in (create, events, gathered)]


async def outcome(way: Way, client: Any, asked: JSON) -> Any:
    """What the client sees: an answer, or the kind of its error, with status and body where it has them."""
    import httpx2
    from anthropic import AnthropicError

    try:
        return await way(client, asked)
    except (AnthropicError, httpx2.HTTPError, ValueError, AssertionError) as error:  # all that the library raises
        return type(error).__name__, getattr(error, "status_code", None), getattr(error, "body", None)


def outcomes(kind: str, way: Way, url: str, key: str, requests: Sequence[JSON]) -> list[Any]:
    """What a client of this kind sees of each request, in order."""
    from anthropic import Anthropic as Client
    from anthropic import AsyncAnthropic

    async def ask() -> list[Any]:
        told: Any = {"api_key": key, "base_url": url, "max_retries": 0, "timeout": 10}
        if kind == "async":
            async with AsyncAnthropic(**told) as client:
                return [await outcome(way, client, asked) for asked in requests]
        with Client(**told) as client:
            return [await outcome(way, client, asked) for asked in requests]

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of the others."""
    with aimock(tmp_path_factory.mktemp("aimock"), FIXTURES) as url:
        yield url


def compatible(far: str) -> RemoteUpstream:
    return Compatible(f"{far}#{MODEL}")


def provider_itself(far: str) -> RemoteUpstream:
    return Anthropic([MODEL], "key", far)


@pytest.fixture
def life(gateways: Gateways, far: str) -> LifeClient:
    """A gateway to that server."""
    return gateways.open(compatible(far), tokens=10**9)


@pytest.mark.parametrize(("kind", "way"), KINDS)
def test_the_library_sees_no_gateway(gateways: Gateways, far: str, life: LifeClient, kind: str, way: Way) -> None:
    asked = [request(fields) for fields in REQUESTS.values()]
    direct = outcomes(kind, way, far, "key", asked)
    assert not [one for one in direct if isinstance(one, tuple)]
    assert outcomes(kind, way, life.url, life.admission.token, asked) == direct
    taken = [one["body"] for one in heard(far)[-2 * len(asked) :]]
    assert taken[: len(asked)] == taken[len(asked) :]
    assert gateways.used(life) == Usage(calls=len(asked), input=111 * len(asked), output=22 * len(asked))


@pytest.mark.parametrize(("kind", "way"), KINDS)
def test_faults_pass_unchanged(gateways: Gateways, far: str, life: LifeClient, kind: str, way: Way) -> None:
    asked = [request({"messages": name}) for name in FAULTS]
    direct = dict(zip(FAULTS, outcomes(kind, way, far, "key", asked), strict=True))
    through = dict(zip(FAULTS, outcomes(kind, way, life.url, life.admission.token, asked), strict=True))
    assert direct.pop("gone")[0] == "APIConnectionError"
    del direct["garbled"]
    assert [through.pop(name)[:2] for name in ("gone", "garbled")] == [("InternalServerError", 502)] * 2
    assert through == direct
    assert isinstance(through["cut"], tuple) == (way is not create), "only streams are cut"
    assert gateways.used(life).calls == len(FAULTS)
    owed = [row["status"] for row in gateways.database.rows("SELECT status FROM calls WHERE reserved > 0 ORDER BY id")]
    assert owed == ([] if way is create else [599]) + [599, 599], "cut, gone, and garbled stay reserved"


class Forger(Compatible):
    """A gateway that changes one word of each answer."""

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        answer = await super().send(path, headers, body)

        async def forged() -> AsyncIterator[bytes]:
            async for chunk in answer.body:
                yield chunk.replace(b"words", b"swords")

        return Answer(answer.status, answer.headers, forged(), answer.close)


@pytest.mark.parametrize("way", [create, events, gathered])
def test_a_changed_answer_is_seen(gateways: Gateways, far: str, way: Way) -> None:
    life = gateways.open(Forger(f"{far}#{MODEL}"))
    asked = [request(REQUESTS["text"])]
    assert outcomes("sync", way, life.url, life.admission.token, asked) != outcomes("sync", way, far, "key", asked)


@pytest.mark.parametrize(("kind", "way"), KINDS[:2])
def test_a_busy_provider_is_waited_for(gateways: Gateways, tmp_path: Path, kind: str, way: Way) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with aimock(tmp_path, FIXTURES) as far:
        life = gateways.open(compatible(far), retry_policy=RetryPolicy(100, sleep))
        (answer,) = outcomes(kind, way, life.url, life.admission.token, [request({"messages": "busy"})])
    assert not isinstance(answer, tuple), answer
    assert len(waits) == 2
    assert gateways.used(life) == Usage(calls=1, input=111, output=22)


@pytest.mark.parametrize("upstream", [compatible, provider_itself])
@pytest.mark.parametrize("stream", [False, True])
def test_raw_http_passes_byte_for_byte(
    gateways: Gateways, far: str, upstream: Callable[[str], RemoteUpstream], stream: bool
) -> None:
    life = gateways.open(upstream(far))
    for name, fields in REQUESTS.items():
        asked = {**request(fields), "stream": stream}
        sent = urllib.request.Request(f"{far}/v1/messages", json.dumps(asked).encode())
        with urllib.request.urlopen(sent, timeout=PATIENCE) as direct:
            through = life.post(asked)
            assert through.body == direct.read(), name
            assert through.headers["content-type"] == direct.headers["content-type"]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_the_library_sends_arrives_unchanged(gateways: Gateways, kind: str) -> None:
    """aimock does not keep images and marks of the cache; a server that keeps every byte does."""
    asked = [request(fields) for fields in REQUESTS.values()]
    with provider(always(b"HTTP/1.1 400 no\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")) as far:
        life = gateways.open(Anthropic([MODEL], "key", far.url))
        for url, key in ((far.url, "key"), (life.url, life.admission.token)):
            outcomes(kind, create, url, key, asked)
        sent = [one.json for one in far.heard]
    assert sent == asked + asked
