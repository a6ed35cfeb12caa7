"""The real upstream against providers on loopback: a gateway like ours, and some that break."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Mapping

import pytest

from bench.parts.provider import STREAM_HEAD, FakeProvider, always, chunk, event, provider
from controller.contract import ModelInfo
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.script import MODEL
from controller.gateway.upstreams.upstream import Answer, Headers
from controller.ledger.usage import Usage
from tests.controller.gateway.house import HELLO, House, Opened, raw
from tests.waiting import PATIENCE, wait_until

STREAMED = HELLO | {"stream": True}
START = event("message_start", message={"usage": {"input_tokens": 11, "output_tokens": 1}})
END = event("message_delta", delta={}, usage={"output_tokens": 40}) + event("message_stop")
SAID = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Well"})
LAST = b"0\r\n\r\n"


def chain(house: House, *lines: Mapping[str, object], tokens: int | None = None) -> tuple[Opened, Opened]:
    """A provider, and a door to it."""
    far = house.open(house.script(list(lines)))
    return far, house.open(Anthropic(["script"], far.admission.token, far.url + "/"), tokens=tokens)


def door_to(house: House, far: FakeProvider) -> Opened:
    return house.open(Anthropic(["script"], "key", far.url), tokens=100_000)


@pytest.mark.parametrize("asked", [HELLO, STREAMED])
def test_an_answer_passes_byte_for_byte(house: House, asked: Mapping[str, object]) -> None:
    usage = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 40}
    line = {"text": "Hello ✓ " * 2000, "calls": [{"name": "bash", "input": {"command": "ls"}}], "usage": usage}
    far, door = chain(house, line, line)
    direct, through = far.post(asked), door.post(asked)
    assert through.body.replace(b"0001_0002", b"0001_0001") == direct.body
    assert through.headers["content-type"] == direct.headers["content-type"]
    assert house.used(door) == Usage(calls=1, input=10, cached=30, written=40, output=20)
    assert house.status(door) == 200


def test_provider_counts_cost_nothing(house: House) -> None:
    far, door = chain(house)
    counted = {"model": "script", "messages": HELLO["messages"]}
    path = "/v1/messages/count_tokens"
    assert door.post(counted, path).json == far.post(counted, path).json
    assert house.used(door) == Usage()


def test_a_provider_error_passes_and_costs_nothing(house: House) -> None:
    overloaded = {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}
    _, door = chain(house, overloaded, overloaded)
    for asked in (HELLO, STREAMED):
        answer = door.post(asked)
        assert (answer.status, answer.error, answer.headers["request-id"][:4]) == (529, "overloaded_error", "req_")
    assert house.used(door) == Usage(calls=2)
    assert house.status(door) == 529


def test_the_provider_sees_no_child_token(house: House) -> None:
    with provider(always(b"HTTP/1.1 500 no\r\ncontent-length: 2\r\nset-cookie: a=b\r\n\r\n{}")) as far:
        door = door_to(house, far)
        answer = door.post(HELLO, cookie="c=d", x_secret="s", anthropic_version="2023-06-01")
    assert (answer.status, answer.body) == (500, b"{}")
    assert "set-cookie" not in answer.headers
    sent = far.heard[-1].head.lower()
    assert b"authorization: bearer key\r\n" in sent and b"anthropic-version: 2023-06-01\r\n" in sent
    assert not [word for word in (b"cookie", b"x-secret", door.admission.token.encode()) if word in sent]


def test_an_unreachable_provider_is_a_world_fault(house: House) -> None:
    with provider(always()) as far:
        pass
    door = door_to(house, far)
    answer = door.post(HELLO)
    assert (answer.status, answer.error) == (502, "api_error")
    assert house.status(door) == 599
    assert house.used(door) == Usage(calls=1)
    assert door.post({"model": "script", "messages": HELLO["messages"]}, "/v1/messages/count_tokens").status == 502


@pytest.mark.parametrize(
    "parts", [(), (b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{",), (b"not HTTP at all\r\n\r\n",)]
)
def test_a_broken_answer_is_a_world_fault(house: House, parts: tuple[bytes, ...]) -> None:
    with provider(always(*parts)) as far:
        door = door_to(house, far)
        answer = door.post(HELLO)
    assert (answer.status, answer.error) == (502, "api_error")
    assert (house.status(door), house.used(door).reserved > 1000) == (599, True)


@pytest.mark.parametrize(
    "parts",
    [
        (STREAM_HEAD, chunk(START + SAID)),
        (STREAM_HEAD, chunk(START + SAID), b"zz"),
        (STREAM_HEAD, chunk(START + SAID), LAST),  # cleanly ended, but in the middle of the message
    ],
)
def test_a_broken_stream_keeps_its_reservation(
    house: House, parts: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    with provider(always(*parts)) as far:
        door = door_to(house, far)
        body = ask_raw(door)
    assert START + SAID in body and not body.endswith(LAST)
    assert house.status(door) == 599
    used = house.used(door)
    assert (used.input, used.output) == (11, 1) and used.reserved > 900
    door.gateway.dismiss(door.admission)
    assert house.used(door) == Usage(calls=1, input=11, output=1 + used.reserved)
    assert not caplog.records


def test_a_stream_error_is_a_world_fault(house: House) -> None:
    failed = event("error", error={"type": "overloaded_error", "message": "busy"})
    with provider(always(STREAM_HEAD, chunk(START + SAID), chunk(failed), LAST)) as far:
        door = door_to(house, far)
        answer = door.post(STREAMED)
    assert answer.body == START + SAID + failed
    fault = door.gateway.fault(door.admission)
    assert fault is not None and fault.reason == "the provider broke its stream off: overloaded_error"
    assert (house.status(door), house.used(door).input) == (599, 11)


def test_the_end_is_settled_first(house: House) -> None:
    with provider(always(STREAM_HEAD, chunk(START + END), end="hold")) as far:
        door = door_to(house, far)
        body = ask_raw(door, last=END[-20:])
        assert house.used(door) == Usage(calls=1, input=11, output=40)
    assert START + END in body


def test_dismissing_cancels_the_provider_call(house: House) -> None:
    far, door = chain(house, {"text": "late", "delay": 6000})
    thread = threading.Thread(target=lambda: ask_raw(door))
    thread.start()
    wait_until(lambda: house.used(far).reserved > 0)
    began = time.perf_counter()
    door.gateway.dismiss(door.admission)
    assert time.perf_counter() - began < PATIENCE
    assert house.status(door) == 499
    wait_until(lambda: house.status(far) == 499)
    thread.join(PATIENCE)


def test_missing_usage_keeps_the_reservation(house: House) -> None:
    with provider(always(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")) as far:
        door = door_to(house, far)
        assert door.post(HELLO).status == 200
    assert (house.status(door), house.used(door).reserved > 1000) == (200, True)


def test_a_stream_leaves_its_reservation_out(house: House) -> None:
    _, door = chain(house, {"text": "Hi"}, {"text": "Hi"}, tokens=10_000)
    assert door.post(STREAMED).headers["heirloom-tokens-left"] == "10000"
    spent = house.used(door).total
    assert door.post(STREAMED).headers["heirloom-tokens-left"] == str(10_000 - spent)


class Endless:
    """A provider that never stops speaking."""

    name, paid = "endless", True

    def __init__(self) -> None:
        self.closed = False

    def models(self) -> tuple[ModelInfo, ...]:
        return (MODEL,)

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        return Answer(200, {"content-type": "text/event-stream"}, self._speak(), self._hang_up)

    async def close(self) -> None: ...

    async def _speak(self) -> AsyncIterator[bytes]:
        yield START
        while True:
            await asyncio.sleep(0)
            yield b": ping\n\n" * 10_000

    async def _hang_up(self) -> None:
        self.closed = True


def test_hanging_up_ends_a_stream(house: House) -> None:
    far = Endless()
    door = house.open(far)
    ask_raw(door, last=b"ping")
    wait_until(lambda: far.closed)
    assert (house.status(door), house.used(door).input) == (499, 11)


def ask_raw(door: Opened, last: bytes | None = None) -> bytes:
    """Everything that comes back to a streamed request, until the end or `last`."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=PATIENCE) as child:
        child.sendall(raw(door, json.dumps(STREAMED).encode()))
        body = b""
        while part := child.recv(65536):
            body += part
            if last is not None and last in body:
                break
        return body
