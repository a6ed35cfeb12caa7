"""The real upstream against providers on loopback: a gateway like ours, and some that break."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Mapping

import pytest

from bench.parts.provider import STREAM_HEAD, FakeProvider, Reply, always, chunk, event, json_bytes, provider
from controller.gateway.upstreams.anthropic import Anthropic
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient, raw
from tests.waiting import PATIENCE, wait_until

STREAMED = HELLO | {"stream": True}
START = event("message_start", message={"usage": {"input_tokens": 11, "output_tokens": 1}})
END = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 40}) + event("message_stop")
BLOCK = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
SAID = BLOCK + event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Well"})
LAST = b"0\r\n\r\n"


def chain(gateways: Gateways, *lines: Mapping[str, object], tokens: int | None = None) -> tuple[LifeClient, LifeClient]:
    """A provider, and a gateway to it."""
    far = gateways.open(gateways.script(list(lines)))
    return far, gateways.open(Anthropic(["script"], far.admission.token, far.url + "/"), tokens=tokens)


def life_at(gateways: Gateways, far: FakeProvider) -> LifeClient:
    return gateways.open(Anthropic(["script"], "key", far.url), tokens=100_000)


@pytest.mark.parametrize("asked", [HELLO, STREAMED])
def test_an_answer_passes_byte_for_byte(gateways: Gateways, asked: Mapping[str, object]) -> None:
    usage = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 40}
    line = {"text": "Hello ✓ " * 2000, "calls": [{"name": "bash", "input": {"command": "ls"}}], "usage": usage}
    far, life = chain(gateways, line, line)
    direct, through = far.post(asked), life.post(asked)
    assert through.body.replace(b"0001_0002", b"0001_0001") == direct.body
    assert through.headers["content-type"] == direct.headers["content-type"]
    assert gateways.used(life) == Usage(calls=1, input=10, cached=30, written=40, output=20)
    assert gateways.status(life) == 200


def test_provider_counts_cost_nothing(gateways: Gateways) -> None:
    far, life = chain(gateways)
    counted = {"model": "script", "messages": HELLO["messages"]}
    path = "/v1/messages/count_tokens"
    assert life.post(counted, path).json == far.post(counted, path).json
    assert gateways.used(life) == Usage()


def test_a_provider_error_passes_and_costs_nothing(gateways: Gateways) -> None:
    overloaded = {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}
    _, life = chain(gateways, overloaded, overloaded)
    for asked in (HELLO, STREAMED):
        answer = life.post(asked)
        assert (answer.status, answer.error, answer.headers["request-id"][:4]) == (529, "overloaded_error", "req_")
    assert gateways.used(life) == Usage(calls=2)
    assert gateways.status(life) == 529


def test_the_provider_sees_no_child_token(gateways: Gateways) -> None:
    with provider(always(b"HTTP/1.1 500 no\r\ncontent-length: 2\r\nset-cookie: a=b\r\n\r\n{}")) as far:
        life = life_at(gateways, far)
        answer = life.post(HELLO, cookie="c=d", x_secret="s", anthropic_version="2023-06-01")
    assert (answer.status, answer.body) == (500, b"{}")
    assert "set-cookie" not in answer.headers
    sent = far.heard[-1].head.lower()
    assert b"authorization: bearer key\r\n" in sent and b"anthropic-version: 2023-06-01\r\n" in sent
    assert not [word for word in (b"cookie", b"x-secret", life.admission.token.encode()) if word in sent]


def test_an_unreachable_provider_is_a_world_fault(gateways: Gateways) -> None:
    with provider(always()) as far:
        pass
    life = life_at(gateways, far)
    answer = life.post(HELLO)
    assert (answer.status, answer.error) == (502, "api_error")
    assert gateways.status(life) == 599
    assert gateways.used(life) == Usage(calls=1)
    assert life.post({"model": "script", "messages": HELLO["messages"]}, "/v1/messages/count_tokens").status == 502


@pytest.mark.parametrize(
    "parts", [(), (b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{",), (b"not HTTP at all\r\n\r\n",)]
)
def test_a_broken_answer_is_a_world_fault(gateways: Gateways, parts: tuple[bytes, ...]) -> None:
    with provider(always(*parts)) as far:
        life = life_at(gateways, far)
        answer = life.post(HELLO)
    assert (answer.status, answer.error) == (502, "api_error")
    assert (gateways.status(life), gateways.used(life).reserved > 1000) == (599, True)


@pytest.mark.parametrize(
    "parts",
    [
        (STREAM_HEAD, chunk(START + SAID)),
        (STREAM_HEAD, chunk(START + SAID), b"zz"),
        (STREAM_HEAD, chunk(START + SAID), LAST),  # cleanly ended, but in the middle of the message
    ],
)
def test_a_broken_stream_keeps_its_reservation(
    gateways: Gateways, parts: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    with provider(always(*parts)) as far:
        life = life_at(gateways, far)
        body = ask_raw(life)
    assert START + SAID in body and not body.endswith(LAST)
    assert gateways.status(life) == 599
    used = gateways.used(life)
    assert (used.input, used.output) == (11, 1) and used.reserved > 900
    life.gateway.dismiss(life.admission)
    assert gateways.used(life) == Usage(calls=1, input=11, output=1 + used.reserved)
    assert not caplog.records


def test_a_stream_error_is_a_world_fault(gateways: Gateways) -> None:
    failed = event("error", error={"type": "overloaded_error", "message": "busy"})
    with provider(always(STREAM_HEAD, chunk(START + SAID), chunk(failed), LAST)) as far:
        life = life_at(gateways, far)
        answer = life.post(STREAMED)
    assert answer.body == START + SAID + failed
    fault = life.gateway.fault(life.admission)
    assert fault is not None and fault.reason == "the provider broke its stream off: overloaded_error"
    assert (gateways.status(life), gateways.used(life).input) == (599, 11)


def test_the_end_is_settled_first(gateways: Gateways) -> None:
    with provider(always(STREAM_HEAD, chunk(START + END), end="hold")) as far:
        life = life_at(gateways, far)
        body = ask_raw(life, last=END[-20:])
        assert gateways.used(life) == Usage(calls=1, input=11, output=40)
    assert START + END in body


def test_dismissing_cancels_the_provider_call(gateways: Gateways) -> None:
    far, life = chain(gateways, {"text": "late", "delay": 6000})
    thread = threading.Thread(target=lambda: ask_raw(life))
    thread.start()
    wait_until(lambda: gateways.used(far).reserved > 0)
    began = time.perf_counter()
    life.gateway.dismiss(life.admission)
    assert time.perf_counter() - began < PATIENCE
    assert gateways.status(life) == 499
    wait_until(lambda: gateways.status(far) == 499)
    thread.join(PATIENCE)


def test_missing_usage_keeps_the_reservation(gateways: Gateways) -> None:
    message = {"type": "message", "content": [], "stop_reason": "end_turn"}
    with provider(always(json_bytes(200, message))) as far:
        life = life_at(gateways, far)
        assert life.post(HELLO).status == 200
    assert (gateways.status(life), gateways.used(life).reserved > 1000) == (200, True)


def test_a_stream_leaves_its_reservation_out(gateways: Gateways) -> None:
    _, life = chain(gateways, {"text": "Hi"}, {"text": "Hi"}, tokens=10_000)
    assert life.post(STREAMED).headers["heirloom-tokens-left"] == "10000"
    spent = gateways.used(life).total
    assert life.post(STREAMED).headers["heirloom-tokens-left"] == str(10_000 - spent)


async def endless() -> AsyncIterator[bytes]:
    """A stream that never ends."""
    yield STREAM_HEAD + chunk(START)
    while True:
        await asyncio.sleep(0)  # let the provider see that somebody hung up
        yield chunk(b": ping\n\n" * 10_000)


def test_hanging_up_ends_a_stream(gateways: Gateways) -> None:
    with provider(lambda request: Reply(endless())) as far:
        life = life_at(gateways, far)
        ask_raw(life, last=b"ping")
        wait_until(far.is_left)
        wait_until(lambda: gateways.status(life) == 499)
    assert gateways.used(life).input == 11


def ask_raw(life: LifeClient, last: bytes | None = None) -> bytes:
    """Everything that comes back to a streamed request, until the end or `last`."""
    with socket.create_connection(("127.0.0.1", life.port), timeout=PATIENCE) as child:
        child.sendall(raw(life, json.dumps(STREAMED).encode()))
        body = b""
        while part := child.recv(65536):
            body += part
            if last is not None and last in body:
                break
        return body
