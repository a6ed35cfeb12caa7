"""A recording answers: the same bytes, status and headers as then, and nothing else."""

import json
import socket
from collections.abc import Sequence
from typing import Any

import pytest

from bench.parts.provider import STREAM_HEAD, always, chunk, event, provider
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.replay import Replay
from controller.gateway.upstreams.script import MODEL
from controller.ledger.recordings import Exchange, Recordings
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient, raw
from tests.waiting import PATIENCE

STREAMED = HELLO | {"stream": True}
COUNT = "/v1/messages/count_tokens"
COUNTED = {"model": "script", "messages": HELLO["messages"]}
START = event("message_start", message={"usage": {"input_tokens": 11, "output_tokens": 1}})
START += event("content_block_start", index=0, content_block={"type": "text", "text": ""})
START += event(
    "content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello"}
)  # what breaks before anything was said is asked for again
LINES: list[dict[str, Any]] = [
    {"text": "One ✓", "usage": {"input_tokens": 10, "output_tokens": 20}},
    {"text": "Two"},
    {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}},
    {"error": {"status": 400, "type": "invalid_request_error", "message": "no"}},
]


def recorded(gateways: Gateways, life: LifeClient) -> list[Exchange]:
    """What was said at a gateway, which is closed by that."""
    life.gateway.stop()
    recordings = Recordings(gateways.folder)
    found = list(recordings.of_life(life.admission.try_id))
    recordings.close()
    return found


def again(gateways: Gateways, exchanges: Sequence[Exchange], lenient: bool = False) -> tuple[Replay, LifeClient]:
    replay = Replay(exchanges, [MODEL], lenient)
    return replay, gateways.open(replay)


def asked_raw(life: LifeClient) -> bytes:
    """A streamed request, and all that comes back."""
    with socket.create_connection(("127.0.0.1", life.port), timeout=PATIENCE) as child:
        child.sendall(raw(life, json.dumps(STREAMED).encode()))
        return b"".join(iter(lambda: child.recv(65536), b""))


def test_recorded_answers_come_again(gateways: Gateways) -> None:
    first = gateways.open(gateways.script(LINES), calls=5, deadline=90.0, recordings=Recordings(gateways.folder))
    asked: list[tuple[Any, str]] = [
        (HELLO, "/v1/messages"),
        (STREAMED, "/v1/messages"),
        (COUNTED, COUNT),
        *((HELLO, "/v1/messages") for _ in range(4)),
    ]
    before = [first.post(body, path) for body, path in asked]
    assert [one.status for one in before] == [200, 200, 200, 529, 400, 200, 402]
    replay, second = again(gateways, recorded(gateways, first))
    after = [second.post(body, path) for body, path in asked]
    assert [(one.status, one.body) for one in after] == [(one.status, one.body) for one in before]
    shown = ("content-type", "request-id", "x-should-retry", "heirloom-calls-left", "heirloom-wind-down")
    for then, now in zip(before, after, strict=True):
        assert {name: now.headers.get(name) for name in shown} == {name: then.headers.get(name) for name in shown}
    assert (replay.left, replay.differences, replay.over) == (0, [], False)
    assert gateways.used(second).input == gateways.used(first).input


def test_a_cut_stream_is_cut_again(gateways: Gateways) -> None:
    with provider(always(STREAM_HEAD, chunk(START))) as far:
        first = gateways.open(Anthropic(["script"], "key", far.url), recordings=Recordings(gateways.folder))
        before = asked_raw(first)
    replay, second = again(gateways, recorded(gateways, first))
    after = asked_raw(second)
    assert all(one in after for one in START.split(b"\n\n"))
    assert not after.endswith(b"0\r\n\r\n") and not before.endswith(b"0\r\n\r\n")
    assert (replay.left, replay.over) == (0, False)


def test_a_stream_error_comes_again(gateways: Gateways) -> None:
    failed = event("error", error={"type": "overloaded_error", "message": "busy"})
    with provider(always(STREAM_HEAD, chunk(START), chunk(failed), b"0\r\n\r\n")) as far:
        first = gateways.open(Anthropic(["script"], "key", far.url), recordings=Recordings(gateways.folder))
        before = first.post(STREAMED)
    _, second = again(gateways, recorded(gateways, first))
    after = second.post(STREAMED)
    assert after.body == before.body == START + failed


def exchange(number: int, text: str) -> Exchange:
    body = json.dumps({"usage": {"input_tokens": 1, "output_tokens": 1}, "content": text}).encode()
    return Exchange(
        1, number, "/v1/messages", HELLO | {"system": text}, 200, {"content-type": "application/json"}, body
    )


def test_the_first_difference_ends_it(gateways: Gateways) -> None:
    replay, life = again(gateways, [exchange(1, "one"), exchange(2, "two"), exchange(3, "three")])
    assert life.post(HELLO | {"system": "one"}).status == 200
    answer = life.post(HELLO | {"system": "other", "messages": [{"role": "user", "content": "Bye"}]})
    assert (answer.status, answer.json["error"]["type"]) == (403, "permission_error")
    assert (
        answer.json["error"]["message"]
        == "replay: call 2 differs at messages[0].content: recorded 'Hello'; asked 'Bye'"
    )
    assert answer.headers["x-should-retry"] == "false"
    assert life.post(HELLO | {"system": "two"}).status == 403
    assert [(one.call, one.where) for one in replay.differences] == [(2, "messages[0].content")]
    assert replay.over


def test_lenient_answers_in_order(gateways: Gateways) -> None:
    replay, life = again(gateways, [exchange(1, "one"), exchange(2, "two")], lenient=True)
    assert [life.post(HELLO | {"system": text}).json["content"] for text in ("x", "y")] == ["one", "two"]
    assert not replay.over
    answer = life.post(HELLO)
    assert (answer.status, replay.over) == (403, True)
    assert [str(one) for one in replay.differences] == [
        "call 1 differs at system: recorded 'one'; asked 'x'",
        "call 2 differs at system: recorded 'two'; asked 'y'",
        "call 3 differs at the request: recorded no more calls; asked /v1/messages",
    ]


def test_another_endpoint_is_a_difference(gateways: Gateways) -> None:
    replay, life = again(gateways, [exchange(1, "one")])
    assert life.post(COUNTED, COUNT).status == 403
    assert str(replay.differences[0]).endswith("recorded /v1/messages; asked /v1/messages/count_tokens")
    assert gateways.used(life) == Usage()


@pytest.mark.parametrize("lenient", [True, False])
def test_an_unseen_answer_ends_the_replay(gateways: Gateways, lenient: bool) -> None:
    unanswered = Exchange(1, 2, "/v1/messages", HELLO | {"system": "two"}, None, {}, b"", False)
    replay, life = again(gateways, [exchange(1, "one"), unanswered], lenient)
    assert [life.post(HELLO | {"system": text}).status for text in ("one", "two")] == [200, 403]
    assert str(replay.differences[0]) == "call 2 differs at the answer: recorded none, the life was ended; asked one"
